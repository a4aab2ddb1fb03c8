"""Where somebody is on the board, so that they are still there when the board has become another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication

from pixsort_desktop.views.meaning.prompt_columns import prompt_of
from pixsort_desktop.views.snapshot import follower

if TYPE_CHECKING:
    from pixsort_desktop.views.board.group_board import GroupBoard

Flag = QItemSelectionModel.SelectionFlag


class Standing:
    """Selection, current photo and keyboard as they are when this is made; `focused` is the column that has it."""

    def __init__(self, board: GroupBoard, focused: int | None) -> None:
        self._board = board
        self._focused = focused
        self.selected = board.selected_ids()
        self._current = board.current_id()
        self._here = board.board.key_of_index(board.selection.currentIndex())
        first = [self._here] if prompt_of(self._here) is not None else []  # what follows there goes on there
        self._before = [i for key in (*first, *board.board.keys) for i in board.board.members(key or 0)]
        self._seen = self._sees_current()

    def restore(self, *, follow_current: bool) -> None:
        """The selection stays with its photos, wherever they went. With `follow_current`, or where the current photo
        gave way to another, the current one stays in sight if it was."""
        went_on = self._take_successor()
        if not went_on:
            self._keep_selection()
            went_on = self._go_on()
        if self._seen and (follow_current or went_on):
            self._show_current()

    def restore_focus(self) -> None:
        """The keyboard follows the current photo, and is never left in a column that is gone."""
        board, focused = self._board, self._focused
        if focused is None:
            return
        had = board.column(focused)
        if had is not None and had.header.isAncestorOf(QApplication.focusWidget() or board):
            return
        here = board.board.key_of_index(board.selection.currentIndex())
        column = board.column(here) if here is not None else None
        if column is not None and column.key != focused:
            column.photos.setFocus(Qt.FocusReason.OtherFocusReason)
        elif had is None or not board.board.members(focused):
            board.focus_photos()

    def _take_successor(self) -> bool:
        """After photos were taken out by key, the one that followed them is selected."""
        board = self._board
        column = board.column(self._focused) if self._focused is not None else None
        successor = column.photos.successor if column is not None else None
        if column is None or successor is None:
            return False
        members = set(board.board.members(column.key))
        if successor not in members or members.intersection(self.selected):
            return False
        column.photos.successor = None
        board.select_ids([successor])
        return True

    def _keep_selection(self) -> None:
        """On the same photos, as far as they are shown."""
        board = self._board
        if self.selected and board.selected_ids() != self.selected:
            board.select_ids(self.selected, self._current, scroll=False, near=self._here)
        elif self._current is not None and board.current_id() != self._current:
            board.set_current(self._current, near=self._here)

    def _go_on(self) -> bool:
        """Where the current photo is not shown any more, the frame that stands for its stack, or the next photo that is
        shown, becomes current, and selected too if nothing else is left of the selection. Says whether that was so."""
        board, current = self._board, self._current
        if current is None or board.board.locate(current).isValid():
            return False
        shown = {i for key in board.board.keys for i in board.board.members(key)}
        follows = board.snapshot.stand_in(current) or follower(self._before, shown, current)
        if follows is None:
            return False
        alone = self.selected and not board.selection.hasSelection()
        board.set_current(follows, Flag.ClearAndSelect if alone else Flag.NoUpdate, near=self._here)
        return True

    def _sees_current(self) -> bool:
        board = self._board
        key = board.board.key_of_index(board.selection.currentIndex())
        column = board.column(key) if key is not None else None
        return column is not None and column.geometry().intersects(board.viewport().rect())

    def _show_current(self) -> None:
        board, current = self._board, self._board.selection.currentIndex()
        key = board.board.key_of_index(current)
        if key is not None:
            board.show_column(key)
            column = board.column(key)
            if column is not None:
                column.photos.scrollTo(current)
