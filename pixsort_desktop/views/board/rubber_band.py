"""A rubber band over several columns of the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QRubberBand

if TYPE_CHECKING:
    from pixsort_desktop.views.board.group_board import GroupBoard

Flag = QItemSelectionModel.SelectionFlag


class BoardBand(QObject):
    """Follows the mouse from the press on an empty part of the board until the button is let go."""

    def __init__(self, board: GroupBoard) -> None:
        super().__init__(board)
        self._board = board
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, board.viewport())
        self._origin = QPoint()
        self._before = QItemSelection()
        self._active = False

    def start(self, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """`at` is global. With Ctrl or Shift the band adds to what is selected."""
        board = self._board
        adding = modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        self._before = board.selection.selection() if adding else QItemSelection()
        if not adding:
            board.selection.clearSelection()
        self._origin = board.viewport().mapFromGlobal(at)
        self._active = True
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not self._active or not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseMove:
            self._stretch(self._board.viewport().mapFromGlobal(event.globalPosition().toPoint()))
            return True
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._end()
        return False

    def _stretch(self, to: QPoint) -> None:
        band = QRect(self._origin, to).normalized()
        self._band.setGeometry(QRect(band.topLeft(), band.size().expandedTo(QSize(1, 1))))
        self._band.raise_()
        self._band.show()
        chosen = QItemSelection(self._before)
        chosen.merge(self._inside(band), Flag.Select)
        self._board.selection.select(chosen, Flag.ClearAndSelect)

    def _inside(self, band: QRect) -> QItemSelection:
        """The photos in sight that the band touches: whole lines of cells, computed, not asked for one by one."""
        board, found = self._board, QItemSelection()
        for column in board.columns_in_sight():
            if not column.geometry().intersects(band):
                continue
            photos = column.photos
            corner = photos.viewport().mapFrom(board.viewport(), band.topLeft())
            area = QRect(corner, band.size()).intersected(photos.viewport().rect())
            cell, across = photos.gridSize(), photos.across()
            total = len(board.board.members(column.key))
            if area.isEmpty() or not total:
                continue
            top = photos.verticalScrollBar().value()
            lines = range((area.top() + top) // cell.height(), (area.bottom() + top) // cell.height() + 1)
            first = min(across - 1, max(0, area.left() // cell.width()))
            last = min(across - 1, max(0, area.right() // cell.width()))
            for line in lines:
                begin, end = line * across + first, min(total - 1, line * across + last)
                if begin <= end:
                    found.select(
                        board.board.photo_index(column.key, begin), board.board.photo_index(column.key, end)
                    )
        return found

    def _end(self) -> None:
        self._active = False
        self._band.hide()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
