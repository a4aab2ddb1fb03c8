"""Choosing a column by name, from the keyboard: to move photos there, or to merge with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from pixsort_desktop.views import theme
from pixsort_desktop.views.popover import Popover
from pixsort_desktop.views.two_lines import TwoLineModel, TwoLines

Choice = tuple[str, str, Any]  # label, second line, value


class ColumnChooser(Popover):
    """A field and the columns whose labels hold what is typed; Enter takes the marked one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices: Sequence[Choice] = ()
        self._offer_new = False
        self._take: Callable[[Any], None] | None = None
        self.title = QLabel()
        self.field = QLineEdit()
        self.field.setAccessibleName("Column")
        self.field.textChanged.connect(self._filter)
        self.watch(self.field)
        self.model = TwoLineModel(self)
        self.list = QListView()
        self.list.setAccessibleName("Columns")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setModel(self.model)
        self.list.setItemDelegate(TwoLines(self.list))
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(lambda index: self._choose(index.row()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2, theme.UNIT * 2)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(self.title)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)

    def open(
        self, title: str, choices: Sequence[Choice], take: Callable[[Any], None], *, offer_new: bool = False
    ) -> None:
        """Ask; `take(value)` is called with the chosen one. With `offer_new`, a name that is no column's is
        offered as a new column, and `take` gets that text."""
        self._choices, self._take, self._offer_new = choices, take, offer_new
        self.title.setText(title)
        self.setAccessibleName(title)
        self.field.clear()
        self._filter("")
        room = self._over.rect()
        width = min(room.width() - 32, theme.metrics().averageCharWidth() * 48)
        height = min(room.height() - 32, theme.metrics().height() * 20)
        self.setGeometry((room.width() - width) // 2, room.height() // 8, width, height)
        self.raise_()
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        rows = [choice for choice in self._choices if wanted in choice[0].casefold()]
        exact = any(choice[0].casefold() == wanted for choice in self._choices)
        if self._offer_new and wanted and not exact:
            rows.append((f"New column «{text.strip()}»", "Press Enter to make it", text.strip()))
        self.model.show(rows)
        self.list.setCurrentIndex(self.model.index(0))

    def _choose(self, row: int) -> None:
        value = self.model.value(row)
        self.leave()
        if value is not None and self._take is not None:
            self._take(value)

    def take(self) -> None:
        """The marked one."""
        self._choose(self.list.currentIndex().row())

    def pressed(self, watched: QObject, key: int) -> bool:
        if key not in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            return super().pressed(watched, key)
        row = self.list.currentIndex().row() + (1 if key == Qt.Key.Key_Down else -1)
        self.list.setCurrentIndex(self.model.index(max(0, min(row, self.model.rowCount() - 1))))
        return True

    def is_left_for(self, _focus: QWidget | None) -> bool:
        """Also for another program: nothing has been entered that would be lost."""
        return True
