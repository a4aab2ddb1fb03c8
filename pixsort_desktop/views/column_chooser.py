"""Choosing a column by name, from the keyboard: to move photos there, or to merge with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from pixsort_desktop.views import theme
from pixsort_desktop.views.activity_panel import TwoLineModel, TwoLines

Choice = tuple[str, str, Any]  # label, second line, value


class ColumnChooser(QFrame):
    """A field and the columns whose labels hold what is typed; Enter takes the marked one."""

    left = Signal()  # by the keyboard, which is to go back to where it was

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("popover", True)
        self._choices: Sequence[Choice] = ()
        self._offer_new = False
        self._take: Callable[[Any], None] | None = None
        self.title = QLabel()
        self.field = QLineEdit()
        self.field.setAccessibleName("Column")
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
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
        self.hide()

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
        self._leave()
        if value is not None and self._take is not None:
            self._take(value)

    def _leave(self) -> None:
        """The keyboard first: hidden with it, Qt would hand it to whatever comes next, the list of projects."""
        self.left.emit()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        left = watched is self.field and event.type() == QEvent.Type.FocusOut
        if left and QApplication.activePopupWidget() is None:
            self.hide()
        if (
            watched is not self.field
            or not isinstance(event, QKeyEvent)
            or event.type() != QEvent.Type.KeyPress
        ):
            return False
        key, row = event.key(), self.list.currentIndex().row()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            row += 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentIndex(self.model.index(max(0, min(row, self.model.rowCount() - 1))))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(row)
        elif key == Qt.Key.Key_Escape:
            self._leave()
        else:
            return False
        return True
