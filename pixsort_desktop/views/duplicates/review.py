"""The review of duplicates: one set at a time, its copies side by side."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.duplicates.copy_card import CopyCard, facts_of
from pixsort_desktop.views.duplicates.decisions import Decisions
from pixsort_desktop.views.duplicates.findings import Findings
from pixsort_desktop.views.duplicates.rules_panel import RulesPanel
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.timers import single_shot

KINDS = {
    "exact": "The same file in several places",
    "pixels": "The same picture in different files",
    "near": "One photograph, edited or saved again",
}
STAY_MS = 120  # files are read for a set on which the user has stayed that long
HINT = "← → or a digit chooses which one stays, Enter takes it, K keeps all, Ctrl+Z takes the last decision back."
AWAY = "The marked copy cannot be reached now, so no other may go: choose another one, or keep all."
ALONE = "The other copies cannot be reached now, so none of them can go."


class ReviewDialog(QDialog):
    """Left and right choose which copy stays, Enter takes the choice, Page Up and Page Down go from set to set.

    It asks by signals and is answered by `show_findings`, `show_more` and `show_plan`. Nothing goes to the trash before
    `settle_wanted([(set, index that stays), …])`.
    """

    keep_wanted = Signal(object, bool)  # a set whose copies all stay; True: it was taken back
    rules_wanted = Signal(object)  # Rules
    facts_wanted = Signal(int)  # number of a set
    plan_wanted = Signal(list)
    settle_wanted = Signal(list)

    def __init__(
        self, found: Findings, loader: ThumbnailLoader, frames: Frames, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        by = f" · also looked for by {', '.join(found.models)}" if found.models else ""
        self.setWindowTitle(f"Duplicates{by}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._loader, self._frames = loader, frames
        self.reasons = found.reasons
        self.decisions = Decisions.of(found.sets)
        self.at = 0
        self.cards: list[CopyCard] = []
        self._more: dict[int, Any] = {}  # set -> what its files say
        self._asking = self._counting = self._leaving = False
        self._timer = single_shot(self, lambda: self.facts_wanted.emit(self.at), STAY_MS)
        self.title, self.state, self.summary = QLabel(), QLabel(), QLabel()
        self.title.setProperty("role", "title")
        for label in (self.state, self.summary):
            label.setProperty("quiet", True)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.ruling = self._button("&Rules …", "Which copy is suggested to stay (R)", self.show_rules)
        self.ruling.setCheckable(True)
        self.previous = self._button("&Previous", "The set before (Page Up)", lambda: self.go(-1))
        self.following = self._button("Ne&xt", "The next set (Page Down)", lambda: self.go(1))
        self.keep_one = self._button(
            "Only the marked one &stays", "The others go to the trash at the end (Enter)", self.take
        )
        self.keep_all = self._button(
            "Keep &all", "All of them stay, and are not shown as duplicates again (K)", self.keep
        )
        self.rest = self._button(
            "All others as su&ggested", "Decides every set without a decision by the rules", self.take_rest
        )
        self.settle = self._button("", "Asks once more first (Ctrl+Enter)", self.ask)
        self.really = self._button("&Move to the trash", "", self._settle)
        self.not_yet = self._button("Not &yet", "", lambda: self._show_summary())
        self.room = QScrollArea()
        self.rules = RulesPanel(found.rules, self)
        self.rules.changed.connect(self.rules_wanted)
        self.rules.hide()
        self._lay_out()
        self._show_set()

    def _button(self, text: str, tip: str, act: Any) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)  # Enter takes the marked copy, wherever the keyboard is not on a button
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _lay_out(self) -> None:
        self.room.setWidgetResizable(True)
        self.room.setFrameShape(QFrame.Shape.NoFrame)
        self.room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.room.setAccessibleName("Copies")
        self.keep_one.setProperty("primary", True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        whole.setSpacing(theme.UNIT * 2)
        middle = QHBoxLayout()
        middle.setSpacing(theme.UNIT * 2)
        middle.addWidget(self.room, 1)
        middle.addWidget(self.rules)
        whole.addLayout(_row(self.title, self.ruling, self.previous, self.following))
        whole.addLayout(middle, 1)
        whole.addLayout(_row(self.state, self.keep_all, self.keep_one))
        whole.addLayout(_row(self.summary, self.rest, self.settle, self.not_yet, self.really))
        self.setFocus()
        em, line = theme.metrics().averageCharWidth(), theme.metrics().height()
        room = self.screen().availableSize()
        self.resize(min(em * 208, room.width() - 64), min(line * 54, room.height() - 64))

    def begin(self) -> None:
        """It is shown, and whoever answers is there."""
        self._timer.start()

    # -- one set -----------------------------------------------------------------------------------------

    @property
    def _set(self) -> Any:
        return self.decisions.sets[self.at]

    def _show_set(self) -> None:
        each = self._set
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.UNIT)
        self.cards = []
        for index, (copy, facts) in enumerate(zip(each.copies, self._facts(), strict=True)):
            card = CopyCard(copy, facts, self._loader, self._frames, inner)
            card.chosen.connect(lambda index=index: self.choose(index))
            row.addWidget(card, 100)  # wider where there is room, up to a point
            self.cards.append(card)
        row.addStretch(1)
        self.room.setWidget(inner)
        inner.show()
        keys = [copy.photo.sha256 for copy in each.copies if copy.photo.sha256]
        self._loader.want(self, round(512 * self.devicePixelRatioF()), keys)
        kind = KINDS[each.kind] + (f" · {len(each.copies):,} copies" if len(each.copies) > 2 else "")
        self.title.setText(f"{self.at + 1:,} of {len(self.decisions.sets):,} · {kind}")
        self.previous.setEnabled(self.at > 0)
        self.following.setEnabled(self.at + 1 < len(self.decisions.sets))
        self._show_choice()
        marked = self.cards[self.decisions.keepers[self.at]]
        QTimer.singleShot(0, marked, lambda: self.room.ensureWidgetVisible(marked))  # once it has its place
        if self.at not in self._more:
            self._timer.start()

    def _facts(self) -> Any:
        return facts_of(self._set.copies, self._more.get(self.at))

    def show_more(self, answer: tuple[int, Any]) -> None:
        """What the files of a set say."""
        at, more = answer
        self._more[at] = more
        if at == self.at:
            for card, facts in zip(self.cards, self._facts(), strict=True):
                card.show_facts(facts)

    def _show_choice(self) -> None:
        each, keeper = self._set, self.decisions.keepers[self.at]
        why = self.reasons[self.at] or "the shortest path"
        for index, card in enumerate(self.cards):
            card.show_kept(index == keeper, why if index == each.keeper else "")
        fate = self.decisions.fate.get(self.at)
        can = self.decisions.can_merge(self.at)
        self.keep_one.setEnabled(can)
        decided = {
            "merge": "Decided: only the marked one stays.",
            "kept": "Decided: all of them stay, for good.",
        }
        hint = HINT if can else AWAY if each.copies[keeper].absent else ALONE
        self.state.setText(decided.get(fate or "", hint))
        self._show_summary()

    def choose(self, index: int) -> None:
        """That copy stays."""
        self.decisions.choose(self.at, index)
        if not self.decisions.can_merge(self.at) and self.decisions.fate.get(self.at) == "merge":
            del self.decisions.fate[self.at]
        self._show_choice()
        self.room.ensureWidgetVisible(self.cards[index])

    def go(self, by: int) -> None:
        """To another set."""
        self._go_to(max(0, min(len(self.decisions.sets) - 1, self.at + by)))

    def _go_to(self, wanted: int) -> None:
        if wanted != self.at:
            self.at = wanted
            self._show_set()
        else:
            self._show_choice()

    # -- rules -------------------------------------------------------------------------------------------

    def show_rules(self) -> None:
        """Show the rules beside the copies, or hide them."""
        shown = not self.rules.isVisible()
        self.rules.setVisible(shown)
        self.ruling.setChecked(shown)
        if shown:
            self.rules.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus()

    def show_findings(self, found: Findings) -> None:
        """The rules as they are kept now, and what they suggest."""
        self.reasons = found.reasons
        self.decisions.follow(found)
        if found.rules != self.rules.rules:
            self.rules.show_rules(found.rules)
        self._show_choice()
        self.room.ensureWidgetVisible(self.cards[self.decisions.keepers[self.at]])

    # -- decisions ---------------------------------------------------------------------------------------

    def take(self) -> None:
        """Of this set only the marked copy shall stay; nothing happens to the others yet."""
        if self.decisions.can_merge(self.at):
            self.decisions.decide("merge", self.at)
            self._go_to(self.decisions.after(self.at))

    def take_rest(self) -> None:
        """Let of every set that is not decided yet the marked copy stay; sets whose copy is away stay open."""
        self.decisions.decide("merge", *filter(self.decisions.can_merge, self.decisions.open))
        self._show_choice()

    def keep(self) -> None:
        """All copies of this set stay, and are not shown as duplicates again."""
        if self.decisions.fate.get(self.at) != "kept":
            self.decisions.decide("kept", self.at)
            self.keep_wanted.emit(self._set, False)
        self._go_to(self.decisions.after(self.at))

    def take_back(self) -> None:
        """Undo the last decision, and show its set."""
        taken = self.decisions.take_back()
        for at, fate in taken:
            if fate == "kept":
                self.keep_wanted.emit(self.decisions.sets[at], True)
        if taken:
            self._go_to(taken[0][0])

    def _show_summary(self) -> None:
        """Not asking (any more): what is left, and what is decided."""
        copies = self.decisions.copies_going
        left = self.decisions.open
        self.settle.setText(f"Move {words.count(copies, 'copy', 'copies')} to the &trash …")
        self.settle.setEnabled(bool(copies))
        self.rest.setEnabled(any(map(self.decisions.can_merge, left)))
        self._say(
            f"{words.count(len(left), 'set')} without a decision. Nothing goes before you say so here.", False
        )

    def ask(self) -> None:
        """Count files, and ask."""
        if self.decisions.going:
            self._say("Counting files …", False)
            self.settle.setEnabled(False)
            self._counting = True
            self.plan_wanted.emit(self.decisions.going)

    def show_plan(self, answer: tuple[Any, Any]) -> None:
        """What would go, if that is still what is asked about. Asked once, with numbers."""
        going, plan = answer
        if not self._counting or going != self.decisions.going:
            return
        files, size = words.count(int(plan.files), "file"), words.size(int(plan.bytes))
        sets = words.count(len(self.decisions.going), "set")
        told = f"Move {files} of {sets} to the trash ({size})?"
        if plan.failed:
            stay = words.count(len(plan.failed), "copy", "copies")
            told += f" {stay} cannot go: {plan.failed[0][1]}"
        told += " Stars, keywords, captions and places go to the ones that stay."
        self._say(told, True)
        self.really.setEnabled(bool(plan.files))
        self.not_yet.setFocus()

    def complain(self, sentence: str) -> None:
        """What was asked for could not be done."""
        self._show_summary()
        self.summary.setText(sentence)

    def _say(self, text: str, asking: bool) -> None:
        if not asking and QApplication.focusWidget() in (self.not_yet, self.really):
            self.setFocus()  # before they hide: the keyboard would go to whatever comes next
        self._leaving = False
        self._asking, self._counting = asking, False
        for button in (self.rest, self.settle):
            button.setVisible(not asking)
        for button in (self.really, self.not_yet):
            button.setVisible(asking)
        self.summary.setText(text)

    def _settle(self) -> None:
        self.settle_wanted.emit(self.decisions.going)
        self.accept()

    # -- keys --------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus, key = QApplication.focusWidget(), event.key()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if key == Qt.Key.Key_Escape and (self._asking or self.rules.isVisible()):
            (self._show_summary if self._asking else self.show_rules)()
        elif isinstance(focus, QPushButton) and enter and plain:
            focus.click()
        elif focus is not None and self.rules.isAncestorOf(focus) and plain and key != Qt.Key.Key_Escape:
            event.accept()  # its lists have their own arrows and letters
        elif not self._act(key, event.modifiers() == Qt.KeyboardModifier.ControlModifier, event.text()):
            super().keyPressEvent(event)

    def _act(self, key: int, ctrl: bool, text: str) -> bool:
        """What a key does; says whether it does anything."""
        cards = len(self.cards)
        keeper = self.decisions.keepers[self.at]
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if ctrl:
            acts = {Qt.Key.Key_Z: self.take_back, **({Qt.Key(key): self.ask} if enter else {})}
        else:
            acts = {
                Qt.Key.Key_Left: lambda: self.choose((keeper - 1) % cards),
                Qt.Key.Key_Right: lambda: self.choose((keeper + 1) % cards),
                Qt.Key.Key_Home: lambda: self.choose(0),
                Qt.Key.Key_End: lambda: self.choose(cards - 1),
                Qt.Key.Key_PageUp: lambda: self.go(-1),
                Qt.Key.Key_PageDown: lambda: self.go(1),
                Qt.Key.Key_K: self.keep,
                Qt.Key.Key_R: self.show_rules,
                **({Qt.Key(key): self.take} if enter else {}),
            }
            if text.isdecimal() and 1 <= int(text) <= cards:
                acts[Qt.Key(key)] = lambda: self.choose(int(text) - 1)
        act = acts.get(Qt.Key(key))
        if act is not None:
            act()
        return act is not None

    def reject(self) -> None:
        """Decisions that were not carried out are dropped only when the user leaves a second time."""
        going = len(self.decisions.going)
        if going and not self._leaving:
            sets = f"{words.count(going, 'set')} {'is' if going == 1 else 'are'} decided"
            self._say(
                f"{sets} and nothing has gone yet. Leave again to drop that, or move them to the trash.",
                False,
            )
            self._leaving = True
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._loader.forget(self)
        super().done(result)


def _row(first: QWidget, *others: QWidget) -> QHBoxLayout:
    """A row whose first widget takes the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(theme.UNIT)
    row.addWidget(first, 1)
    for each in others:
        row.addWidget(each)
    return row
