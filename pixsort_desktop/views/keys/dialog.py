"""Changing keys: a preset to begin with, and any key by pressing it. Every change holds at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import theme
from pixsort_desktop.views.keys.capture import KeyCapture
from pixsort_desktop.views.keys.keymap import Keymap, native
from pixsort_desktop.views.keys.presets import PRESETS
from pixsort_desktop.views.keys.shortcuts import JUDGING, SHORTCUTS, Shortcut, shortcut

ID = int(Qt.ItemDataRole.UserRole)
TAB_KEYS = ("Tab", "Shift+Tab", "Backtab", "Shift+Backtab")


class KeyDialog(QDialog):
    """A table of everything that can be done; Enter changes the key of the marked row, Delete takes it away."""

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keymap = keymap
        self._adding = False
        self._asked: tuple[str, str] | None = None  # id and key that wait for an answer
        self.setWindowTitle("Keys")
        self._build_top()
        self._build_table()
        self._build_bottom()
        self._lay_out()
        self.setTabOrder(self.preset, self.search)
        self.setTabOrder(self.search, self.table)
        keymap.changed.connect(self._show_keys)
        self._show_keys()
        self.table.setCurrentItem(self._items[SHORTCUTS[0].id])

    def open(self) -> None:
        """Show it over the window, with the keyboard in the search."""
        em, line = theme.metrics().averageCharWidth(), theme.metrics().height()
        screen = self.screen().availableSize()
        self.resize(QSize(em * 96, line * 44).boundedTo(screen * 0.9))
        self._say("")
        super().open()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building --------------------------------------------------------------------------------------

    def _build_top(self) -> None:
        self.preset = QComboBox()
        self.preset.setAccessibleName("Keys like those of")
        for name, preset in PRESETS.items():
            self.preset.addItem(preset.title, name)
        self.preset.activated.connect(lambda _: self._choose_preset(str(self.preset.currentData())))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search for an action or a key")
        self.search.setAccessibleName("Search for an action or a key")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._search())

    def _build_table(self) -> None:
        self.table = QTreeWidget()
        self.table.setAccessibleName("Actions and their keys")
        self.table.setHeaderLabels(["Action", "Keys", ""])
        self.table.setRootIsDecorated(False)
        self.table.setIndentation(theme.UNIT)
        self.table.setItemsExpandable(False)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._sections: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        line = theme.metrics().height()
        for section, rows in groupby(SHORTCUTS, key=lambda s: s.section):
            head = QTreeWidgetItem(self.table, [section])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setFirstColumnSpanned(True)
            font = theme.font()
            font.setBold(True)
            head.setFont(0, font)
            head.setExpanded(True)
            head.setSizeHint(0, QSize(0, line + theme.UNIT * 2))
            self._sections.append((head, []))
            for each in rows:
                item = QTreeWidgetItem(head, [each.does])
                item.setData(0, ID, each.id)
                item.setToolTip(0, each.does)
                item.setSizeHint(0, QSize(0, line + theme.UNIT))
                self._items[each.id] = item
                self._sections[-1][1].append(item)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.table.currentItemChanged.connect(lambda *_: self._row_chosen())
        self.table.itemDoubleClicked.connect(lambda *_: self.capture_key(adding=False))

    def _build_bottom(self) -> None:
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setProperty("quiet", True)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.capture = KeyCapture()
        self.capture.captured.connect(self._captured)
        self.capture.cancelled.connect(self._cancelled)
        self.take = _button("Take it over", self._take_over)
        self.leave = _button("Leave it", self._leave)
        self.change = _button("Change key …", lambda: self.capture_key(adding=False))
        self.add = _button("Add key …", lambda: self.capture_key(adding=True))
        self.remove = _button("Take keys away", self._remove)
        self.reset = _button("Reset", self._reset)
        self.reset_all = _button("Reset all", self._reset_all)
        self.close_button = _button("Close", self.accept)

    def _lay_out(self) -> None:
        top = QGridLayout()
        top.setHorizontalSpacing(theme.UNIT)
        label = QLabel("Keys like &those of")
        label.setBuddy(self.preset)
        top.addWidget(label, 0, 0)
        top.addWidget(self.preset, 0, 1)
        top.addWidget(self.search, 0, 2)
        top.setColumnStretch(2, 1)
        answer = QWidget()
        answers = QHBoxLayout(answer)
        answers.setContentsMargins(0, 0, 0, 0)
        answers.addWidget(self.sentence, 1)
        answers.addWidget(self.take)
        answers.addWidget(self.leave)
        self.place = (
            QStackedWidget()
        )  # its height is kept, so that the table does not move while keys are asked for
        self.place.addWidget(answer)
        self.place.addWidget(self.capture)
        buttons = QGridLayout()
        buttons.setSpacing(theme.UNIT)
        for column, button in enumerate((self.change, self.add, self.remove, self.reset)):
            buttons.addWidget(button, 0, column)
        buttons.setColumnStretch(4, 1)
        last = QHBoxLayout()
        last.addWidget(self.reset_all)
        last.addStretch(1)
        last.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        layout.setSpacing(theme.UNIT)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.about)
        layout.addLayout(buttons)
        layout.addWidget(self.place)
        layout.addLayout(last)

    # -- showing ---------------------------------------------------------------------------------------

    def _show_keys(self) -> None:
        self.preset.setCurrentIndex(self.preset.findData(self._keymap.preset))
        for identifier, item in self._items.items():
            item.setText(1, self._keymap.shown(identifier))
            item.setText(2, "changed" if self._keymap.is_changed(identifier) else "")
        self.reset_all.setEnabled(self._keymap.has_changes)
        self._filter()
        self._show_row()

    def _filter(self) -> None:
        """Rows whose action or keys hold every word; sections without rows go."""
        words = self.search.text().casefold().split()
        for head, rows in self._sections:
            for item in rows:
                text = f"{head.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in text for word in words))
            head.setHidden(all(item.isHidden() for item in rows))
        current = self.table.currentItem()
        if words and (current is None or current.isHidden()):
            shown = next((item for item in self._items.values() if not item.isHidden()), None)
            if shown is not None:
                self.table.setCurrentItem(shown)

    def _search(self) -> None:
        self._filter()
        self._show_row()

    def _current(self) -> Shortcut | None:
        item = self.table.currentItem()
        identifier = item.data(0, ID) if item is not None and not item.isHidden() else None
        return shortcut(identifier) if identifier else None

    def _row_chosen(self) -> None:
        self._asked = None
        self._say("")
        self._show_row()

    def _show_row(self) -> None:
        each = self._current()
        for button in (self.change, self.add):
            button.setEnabled(each is not None)
        self.remove.setEnabled(each is not None and bool(self._keymap.own_keys(each.id)))
        self.reset.setEnabled(each is not None and self._keymap.is_changed(each.id))
        self.about.setText(self._about(each) if each is not None else "")

    def _about(self, each: Shortcut) -> str:
        if each.local:
            standard = " and ".join(native(key) for key in each.keys)
            goes = "goes" if len(each.keys) == 1 else "go"
            return (
                f"{standard} always {goes} on working, in lists too; a key of your own does the same there."
            )
        if each.id in JUDGING:
            shifted = " or ".join(native(key) for key in self._keymap.going_on(each.id))
            return f"{shifted} does it and goes on to the next photo." if shifted else ""
        return ""

    def _say(self, text: str, *, asking: bool = False) -> None:
        self.sentence.setText(text)
        self.take.setVisible(asking)
        self.leave.setVisible(asking)
        self.place.setCurrentIndex(0)

    # -- changing --------------------------------------------------------------------------------------

    def capture_key(self, *, adding: bool) -> None:
        """Wait for the key that the marked row shall have, instead of its keys or beside them."""
        each = self._current()
        if each is not None:
            self._adding, self._asked = adding, None
            self.place.setCurrentWidget(self.capture)
            self.capture.start(each.does)

    def _captured(self, key: str) -> None:
        self._say("")
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        each = self._current()
        if each is None:
            return
        fixed, others = self._keymap.fixed(key), self._keymap.conflicts(each.id, key)
        if key in TAB_KEYS:
            self._say(f"{_named(key)} leads from field to field; please choose another key.")
        elif fixed is not None:
            own = "It does that already." if fixed == each.id else "Please choose another key."
            self._say(f"{_named(key)} always means «{shortcut(fixed).does}» in lists. {own}")
        elif others:
            self._asked = (each.id, key)
            names = " and ".join(f"«{shortcut(other).does}»" for other in others)
            self._say(f"{_named(key)} is also {names}: it will lose it.", asking=True)
            self.take.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._give(each.id, key)

    def _cancelled(self) -> None:
        self._say("Nothing was changed.")
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self, identifier: str, key: str) -> None:
        shifted = next((i for i in JUDGING if i != identifier and key in self._keymap.going_on(i)), None)
        keys = (*self._keymap.own_keys(identifier), key) if self._adding else (key,)
        self._keymap.set_keys(identifier, keys)
        text = f"«{shortcut(identifier).does}» has {self._keymap.shown(identifier)} now."
        if shifted is not None:
            text += f" {_named(key)} no longer does «{shortcut(shifted).does}» and goes on."
        self._say(text)

    def _take_over(self) -> None:
        if self._asked is not None:
            identifier, key = self._asked
            self._asked = None
            self._give(identifier, key)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave(self) -> None:
        self._asked = None
        self._cancelled()

    def _remove(self) -> None:
        each = self._current()
        if each is not None:
            self._keymap.set_keys(each.id, ())
            where = "its standard key" if each.local else "the menus"
            self._say(f"«{each.does}» has no key of yours any more; {where} still does it.")
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _reset(self) -> None:
        each = self._current()
        if each is not None:
            lost = self._keymap.reset(each.id)
            text = f"«{each.does}» is as in {PRESETS[self._keymap.preset].title} again."
            names = " and ".join(f"«{shortcut(other).does}»" for other in lost)
            self._say(f"{text} {names} lost a key by it." if lost else text)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _reset_all(self) -> None:
        self._keymap.reset_all()
        self._say(f"All keys are as in {PRESETS[self._keymap.preset].title} again.")
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_preset(self, name: str) -> None:
        if name != self._keymap.preset:
            self._keymap.choose_preset(name)
            own = (
                " Your own changes are kept; «Reset all» takes them away." if self._keymap.has_changes else ""
            )
            self._say(f"Keys are those of {PRESETS[name].title} now.{own}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Delete and self.table.hasFocus() and self.remove.isEnabled():
            self._remove()
        elif key == Qt.Key.Key_Escape and self._asked is not None:
            self._leave()
        elif key == Qt.Key.Key_Down and self.search.hasFocus():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        """On a button, the button; else the marked row wants another key."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QPushButton):
            focus.click()
        else:
            self.capture_key(adding=False)


def _named(key: str) -> str:
    """How a sentence begins with a key: also one that is a comma."""
    return f"The key {native(key)}"


def _button(text: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda *_: act())
    return button
