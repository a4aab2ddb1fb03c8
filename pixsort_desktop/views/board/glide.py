"""Columns that split and merge glide to their new places: one sees what became of which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QVariantAnimation

if TYPE_CHECKING:
    from pixsort_desktop.views.board.group_board import GroupBoard

DURATION_MS = 150


class BoardGlide(QVariantAnimation):
    """Between `remember` and `begin` the board becomes another; then each column moves from where it was seen, a new one
    from the column that had its first photo."""

    def __init__(self, board: GroupBoard) -> None:
        super().__init__(board)
        self._board = board
        self.steady = False
        self._from: dict[int, int] = {}  # column -> where its left edge was seen
        self._seen: dict[int, int] = {}
        self._column_of: dict[int, int] = {}
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setDuration(DURATION_MS)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(lambda _: board.place_columns())

    def set_steady(self, steady: bool) -> None:
        """Whether nothing shall move."""
        self.steady = steady

    def remember(self) -> None:
        """The board is about to change: where everything is."""
        board, left = self._board, self._board.horizontalScrollBar().value()
        grid, keys = board.grid(), board.board.keys
        self._seen = {key: self.x(key, grid.x(place) - left) for place, key in enumerate(keys)}
        self._column_of = {i: key for key in keys for i in board.board.members(key)}

    def begin(self) -> None:
        """It has changed: move, if columns came or went."""
        board, seen = self._board, self._seen
        now = set(board.board.keys)
        if self.steady or now == seen.keys() or not seen or not board.isVisible():
            return
        self.stop()
        self._from = {}
        for key in now:
            parent = next((self._column_of.get(i) for i in board.board.members(key)[:1]), None)
            origin = seen.get(key, seen.get(parent) if parent is not None else None)
            if origin is not None:
                self._from[key] = origin
            column = board.column(key)
            if key not in seen and column is not None:
                column.lower()
        self.start()

    def x(self, key: int, target: int) -> int:
        """Where a column's left edge is just now, on its way to `target`."""
        if self.state() is not QAbstractAnimation.State.Running or key not in self._from:
            return target
        width = self._board.viewport().width()
        way = max(-width, min(width, self._from[key] - target))
        return target + round(way * (1 - float(self.currentValue())))
