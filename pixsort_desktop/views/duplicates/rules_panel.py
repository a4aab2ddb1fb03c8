"""The rules by which a keeper is suggested: their order, which of them count, and which folders are protected."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pixsort_desktop.views import theme, words
from pixsort_desktop.views.duplicates.findings import Rules

NAME = int(Qt.ItemDataRole.UserRole)


class RulesPanel(QWidget):
    """Every change holds at once, and is `changed`. Rules move by dragging or with Alt and an arrow, Space switches one."""

    changed = Signal(object)  # Rules

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Which copy stays")
        self.rules = rules
        self._filling = False
        self.list = _List(self._move)
        self.list.setAccessibleName("Rules, the most important first")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.model().rowsMoved.connect(self._tell)
        self.list.itemChanged.connect(self._tell)
        self.up = _button("↑", "Rule up (Alt+Up)", lambda: self._move(-1))
        self.down = _button("↓", "Rule down (Alt+Down)", lambda: self._move(1))
        self.folders = _List(self._no_move)
        self.folders.setAccessibleName("Protected folders")
        self.folders.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.folders.itemSelectionChanged.connect(self._show_buttons)
        self.add = _button("Protect a &folder …", "", self._choose_folder)
        self.remove = _button("Re&move", "Do not protect this folder", self._remove_folder)
        self._lay_out()
        self.show_rules(rules)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.UNIT)
        title = QLabel("Which copy stays")
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addWidget(
            _note("The first rule that tells copies apart decides. Drag the rules into your order.")
        )
        column.addWidget(self.list, 3)
        column.addLayout(_row(self.up, self.down))
        column.addSpacing(theme.UNIT)
        column.addWidget(_note("Protected folders: their copies rather stay."))
        column.addWidget(self.folders, 2)
        column.addLayout(_row(self.add, self.remove))
        self.setFixedWidth(theme.metrics().averageCharWidth() * 36)

    def show_rules(self, rules: Rules) -> None:
        """These rules, without telling anybody; the marked rows stay marked."""
        self._filling = True
        marked, folder = self.list.currentRow(), self.folders.currentRow()
        self.list.clear()
        for name, text in rules.order:
            item = QListWidgetItem(text[:1].upper() + text[1:], self.list)
            item.setData(NAME, (name, text))
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            item.setCheckState(Qt.CheckState.Unchecked if name in rules.off else Qt.CheckState.Checked)
            item.setSizeHint(QSize(0, theme.metrics().height() + theme.UNIT))
        self.list.setCurrentRow(max(0, marked))
        self.folders.clear()
        for path in rules.protected:
            item = QListWidgetItem(words.shown(path), self.folders)
            item.setToolTip(words.shown(path))
            item.setSizeHint(QSize(0, theme.metrics().height() + theme.UNIT))
        self.folders.setCurrentRow(min(folder, len(rules.protected) - 1))
        self.rules = rules
        self._filling = False
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.remove.setEnabled(self.folders.currentRow() >= 0)

    def _tell(self) -> None:
        if self._filling:
            return
        items = [self.list.item(row) for row in range(self.list.count())]
        off = frozenset(i.data(NAME)[0] for i in items if i.checkState() == Qt.CheckState.Unchecked)
        order = tuple((name, text) for name, text in (item.data(NAME) for item in items))
        self._set(Rules(order, off, self.rules.protected))

    def _set(self, rules: Rules) -> None:
        if rules != self.rules:
            self.rules = rules
            self.changed.emit(rules)

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        target = row + by
        if row < 0 or not 0 <= target < self.list.count():
            return
        self._filling = True
        item = self.list.takeItem(row)
        self.list.insertItem(target, item)
        self.list.setCurrentRow(target)
        self._filling = False
        self._tell()

    def _no_move(self, _by: int) -> None:
        """Folders have no order."""

    def _choose_folder(self) -> None:
        dialog = QFileDialog(
            self, "Protect a folder", self.rules.protected[-1] if self.rules.protected else ""
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.protect)
        dialog.open()

    def protect(self, folder: str) -> None:
        """Copies in this folder, and below it, rather stay."""
        folders = tuple(dict.fromkeys([*self.rules.protected, folder]))
        rules = Rules(self.rules.order, self.rules.off, folders)
        if rules != self.rules:
            self.show_rules(rules)
            self.folders.setCurrentRow(folders.index(folder))
            self.changed.emit(rules)

    def _remove_folder(self) -> None:
        row = self.folders.currentRow()
        if row >= 0:
            folders = tuple(each for at, each in enumerate(self.rules.protected) if at != row)
            rules = Rules(self.rules.order, self.rules.off, folders)
            self.show_rules(rules)
            self.changed.emit(rules)


class _List(QListWidget):
    """Alt and an arrow move the marked row."""

    def __init__(self, move: Callable[[int], None]) -> None:
        super().__init__()
        self._move = move
        self.setMinimumHeight(theme.metrics().height() * 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self._move(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


def _button(text: str, tip: str, act: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setToolTip(tip)
    if tip:
        button.setAccessibleName(tip)
    button.clicked.connect(lambda _checked=False: act())
    return button


def _note(text: str) -> QLabel:
    note = QLabel(text)
    note.setWordWrap(True)
    note.setProperty("quiet", True)
    return note


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.UNIT)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
