"""Arrow keys beyond the edge of a column: to its header, or to the columns beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from pixsort_desktop.views.board.group_board import GroupBoard


class BoardSteps:
    """Moves the keyboard over the board; `way` is the key that was pressed."""

    def __init__(self, board: GroupBoard) -> None:
        self._board = board

    def leave_photos(self, key: int, way: int) -> None:
        """Out of a column's photos: to its header, or to the photos of the next column that has some."""
        board = self._board
        column = board.column(key)
        if column is None:
            return
        if way == Qt.Key.Key_Up:
            column.header.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        across = column.photos.across()
        step = 1 if way == Qt.Key.Key_Right else -1
        row = max(0, board.selection.currentIndex().row()) // across
        keys = board.board.keys
        place = board.board.place(key) + step
        while 0 <= place < len(keys):
            members = board.board.members(keys[place])
            if members:
                target = row * across + (0 if step > 0 else across - 1)
                board.go_to(board.board.photo_index(keys[place], min(target, len(members) - 1)))
                return
            place += step

    def leave_header(self, key: int, way: int) -> None:
        """Out of a column's header: to its photos, or to the header beside it."""
        board = self._board
        if way == Qt.Key.Key_Down:
            if board.board.members(key):
                board.go_to(board.board.photo_index(key, 0))
            return
        place = board.board.place(key) + (1 if way == Qt.Key.Key_Right else -1)
        if 0 <= place < len(board.board.keys):
            other = board.board.keys[place]
            board.show_column(other)
            column = board.column(other)
            if column is not None:
                column.header.setFocus(Qt.FocusReason.OtherFocusReason)
