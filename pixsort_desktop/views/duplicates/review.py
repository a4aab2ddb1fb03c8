"""The review of duplicates: one set at a time, its copies side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
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
from pixsort_desktop.views.loupe.frames import Frames

KINDS = {
    "exact": "The same file in several places",
    "pixels": "The same picture in different files",
    "near": "One photograph, edited or saved again",
}


class ReviewDialog(QDialog):
    """Left and right choose which copy stays, Enter takes the choice, Page Up and Page Down go from set to set.

    Emits `kept(set)` at once, and `settle_wanted([(set, index that stays), …])` when the user lets the copies go.
    """

    kept = Signal(object)
    settle_wanted = Signal(list)

    def __init__(
        self,
        sets: Sequence[Any],
        reason: Callable[[Any], str],
        loader: ThumbnailLoader,
        frames: Frames,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Duplicates")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._reason, self._loader, self._frames = reason, loader, frames
        self.sets = list(sets)
        self.keepers = [each.keeper for each in self.sets]
        self.decided: dict[int, str] = {}  # set -> 'merge' or 'kept'
        self.at = 0
        self.cards: list[CopyCard] = []
        self.title, self.state, self.summary = QLabel(), QLabel(), QLabel()
        self.title.setProperty("role", "title")
        for label in (self.state, self.summary):
            label.setProperty("quiet", True)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.previous, self.following = self._button("&Previous", -1), self._button("Ne&xt", 1)
        self.keep_one = QPushButton("Only the marked one &stays")
        self.keep_all = QPushButton("Keep &all")
        self.unlike = QPushButton("&Not duplicates")
        self.settle = QPushButton()
        self.really, self.not_yet = QPushButton("&Move to the trash"), QPushButton("Not &yet")
        self.room = QScrollArea()
        self._lay_out()
        self._connect()
        self._show_set()

    def _button(self, text: str, by: int) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: self.go(by))
        return button

    def _lay_out(self) -> None:
        self.room.setWidgetResizable(True)
        self.room.setFrameShape(QFrame.Shape.NoFrame)
        self.room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.room.setAccessibleName("Copies")
        head, choices, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (head, (self.title, None, self.previous, self.following)),
            (choices, (self.state, self.unlike, self.keep_all, self.keep_one)),
            (foot, (self.summary, self.settle, self.not_yet, self.really)),
        ):
            row.setSpacing(theme.UNIT)
            for place, widget in enumerate(widgets):
                if widget is None:
                    row.addStretch(1)
                else:
                    row.addWidget(widget, 1 if place == 0 and row is not head else 0)
        self.keep_one.setProperty("primary", True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        whole.setSpacing(theme.UNIT * 2)
        whole.addLayout(head)
        whole.addWidget(self.room, 1)
        whole.addLayout(choices)
        whole.addLayout(foot)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(
                False
            )  # Enter takes the marked copy, wherever the keyboard is not on a button
        self.setFocus()
        em = theme.metrics().averageCharWidth()
        room = self.screen().availableSize()
        self.resize(min(em * 172, room.width() - 32), min(em * 88, room.height() - 64))

    def _connect(self) -> None:
        self.keep_one.clicked.connect(self.take)
        self.keep_all.clicked.connect(self.keep)
        self.unlike.clicked.connect(self.keep)
        self.settle.clicked.connect(lambda: self._ask(True))
        self.not_yet.clicked.connect(lambda: self._ask(False))
        self.really.clicked.connect(self._settle)

    # -- one set -----------------------------------------------------------------------------------------

    def _show_set(self) -> None:
        each = self.sets[self.at]
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.UNIT)
        self.cards = []
        for index, (copy, facts) in enumerate(zip(each.copies, facts_of(each.copies), strict=True)):
            card = CopyCard(copy, facts, self._loader, self._frames, inner)
            card.chosen.connect(lambda index=index: self.choose(index))
            row.addWidget(card)
            self.cards.append(card)
        row.addStretch(1)
        self.room.setWidget(inner)
        inner.show()
        keys = [copy.photo.sha256 for copy in each.copies if copy.photo.sha256]
        self._loader.want(self, round(512 * self.devicePixelRatioF()), keys)
        self.title.setText(f"{self.at + 1:,} of {len(self.sets):,} · {KINDS[each.kind]}")
        self.previous.setEnabled(self.at > 0)
        self.following.setEnabled(self.at + 1 < len(self.sets))
        self._show_choice()

    def _show_choice(self) -> None:
        each, keeper = self.sets[self.at], self.keepers[self.at]
        for index, card in enumerate(self.cards):
            card.show_kept(
                index == keeper, (self._reason(each) or "shortest path") if index == each.keeper else ""
            )
        fate = self.decided.get(self.at)
        self.state.setText(
            {
                "merge": "Decided: only the marked one stays.",
                "kept": "Decided: all of them stay, for good.",
            }.get(fate or "", "← → choose which one stays, Enter takes it.")
        )
        self._show_summary()

    def choose(self, index: int) -> None:
        """That copy stays."""
        self.keepers[self.at] = index
        self._show_choice()
        self.room.ensureWidgetVisible(self.cards[index])

    def go(self, by: int) -> None:
        """To another set."""
        wanted = max(0, min(len(self.sets) - 1, self.at + by))
        if wanted != self.at:
            self.at = wanted
            self._show_set()

    # -- decisions ---------------------------------------------------------------------------------------

    def take(self) -> None:
        """Of this set only the marked copy shall stay; nothing happens to the others yet."""
        if self.decided.get(self.at) != "kept":
            self.decided[self.at] = "merge"
        self._go_on()

    def keep(self) -> None:
        """All copies of this set stay, and are not shown as duplicates again."""
        if self.decided.get(self.at) != "kept":
            self.decided[self.at] = "kept"
            self.kept.emit(self.sets[self.at])
        self._go_on()

    def _go_on(self) -> None:
        """To the next set without a decision, if there is one."""
        order = [*range(self.at + 1, len(self.sets)), *range(self.at)]
        self.at = next((place for place in order if place not in self.decided), self.at)
        self._show_set()

    def _going(self) -> list[tuple[Any, int]]:
        return [
            (self.sets[at], self.keepers[at]) for at, fate in sorted(self.decided.items()) if fate == "merge"
        ]

    def _show_summary(self) -> None:
        going = self._going()
        copies = [copy for each, keeper in going for i, copy in enumerate(each.copies) if i != keeper]
        size = words.size(sum(copy.size for copy in copies))
        self._asked = (words.count(len(copies), "copy", "copies"), size, words.count(len(going), "set"))
        self.settle.setText(f"Move {self._asked[0]} to the &trash …")
        self.settle.setEnabled(bool(copies))
        self._ask(False)

    def _ask(self, asking: bool) -> None:
        """Asked once, with numbers."""
        copies, size, sets = self._asked
        self.settle.setVisible(not asking)
        self.really.setVisible(asking)
        self.not_yet.setVisible(asking)
        left = len(self.sets) - len(self.decided)
        self.summary.setText(
            f"Move {copies} of {sets} to the trash ({size})? Their stars and places go to the ones that stay."
            if asking
            else f"{words.count(left, 'set')} without a decision. Nothing goes before you say so here."
        )
        if asking:
            self.not_yet.setFocus()

    def _settle(self) -> None:
        self.settle_wanted.emit(self._going())
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        pages = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if key in steps:
            self.choose((self.keepers[self.at] + steps[Qt.Key(key)]) % len(self.cards))
        elif key in pages:
            self.go(pages[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self._loader.forget(self)
        super().done(result)
