"""Lists whose rows have a first line and a quiet second one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pixsort_desktop.views import theme
from pixsort_desktop.views.photo_list_model import NOWHERE, Index

SECOND = int(Qt.ItemDataRole.UserRole)


class TwoLineModel(QAbstractListModel):
    """Rows of a first line, a quiet second line, and a value of their own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, str, Any]] = []

    def show(self, rows: Sequence[tuple[str, str, Any]]) -> None:
        """Become these rows; nothing happens where nothing differs."""
        if list(rows) == self._rows:
            return
        for first, last, change in (
            (len(rows), len(self._rows) - 1, "remove"),
            (len(self._rows), len(rows) - 1, "add"),
        ):
            if last < first:
                continue
            if change == "remove":
                self.beginRemoveRows(NOWHERE, first, last)
                del self._rows[first:]
                self.endRemoveRows()
            else:
                self.beginInsertRows(NOWHERE, first, last)
                self._rows.extend(rows[first:])
                self.endInsertRows()
        self._rows = list(rows)
        if rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def value(self, row: int) -> Any:
        return self._rows[row][2] if 0 <= row < len(self._rows) else None

    @property
    def values(self) -> list[Any]:
        return [row[2] for row in self._rows]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        first, second, _ = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return first
        if role == SECOND:
            return second
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{first}\n{second}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{first}, {second}"
        return None


class TwoLines(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        height = theme.metrics().height() + theme.metrics("small").height() + theme.UNIT + 4
        return QSize(100, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("accent_ground"))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.colour("accent"))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        inner = box.adjusted(theme.UNIT, 4, -theme.UNIT, -4)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text"))
        first, second = str(index.data()), str(index.data(SECOND))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop), theme.elide(first, inner.width()))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("quiet"))
        text = painter.fontMetrics().elidedText(second, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignBottom), text)
        painter.restore()
