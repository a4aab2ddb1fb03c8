"""What stays in its place on the screen while columns split and merge to the left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixsort_desktop.views.board.group_board import GroupBoard


class BoardAnchor:
    """The columns in sight as they are when this is made, that of the current photo first."""

    def __init__(self, board: GroupBoard) -> None:
        self._board = board
        left = board.horizontalScrollBar().value()
        seen = range(left, left + board.viewport().width())
        grid, keys = board.grid(), board.board.keys
        inside = [(key, grid.x(n) - left) for n, key in enumerate(keys) if grid.x(n) in seen]
        current = board.board.key_of_index(board.selection.currentIndex())
        self._seen = sorted(inside, key=lambda each: each[0] != current)

    def restore(self) -> None:
        """The first of them that is still there stands where it stood, as far as the board can be scrolled."""
        board = self._board
        for key, across in self._seen:
            place = board.board.place(key)
            if place >= 0:
                board.horizontalScrollBar().setValue(board.grid().x(place) - across)
                return
