"""What a user wants of a column, by mouse or key, as the board's signals: a prompt column is asked for other things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from pixsort_desktop.views.meaning.prompt_columns import UNGROUPED_KEY, prompt_of

if TYPE_CHECKING:
    from pixsort_desktop.views.board.column import ColumnWidget
    from pixsort_desktop.views.board.group_board import GroupBoard


def connect_column(board: GroupBoard, column: ColumnWidget) -> None:
    """Let the board speak for a column that was built, whichever it will show."""
    photos, header = column.photos, column.header
    photos.opened.connect(board.opened)
    photos.take_out.connect(lambda ids: _take_out(board, column, ids))
    photos.menu_wanted.connect(board.photos_menu_wanted)
    photos.left.connect(lambda key: board.steps.leave_photos(column.key, key))
    photos.band_started.connect(board.band.start)
    photos.dragging.connect(board.drag.set_active)
    header.dragging.connect(board.drag.set_active)
    header.renamed.connect(lambda label: board.column_renamed.emit(column.key, label))
    header.delete_wanted.connect(lambda: _delete(board, column.key))
    header.menu_wanted.connect(lambda at: _ask_menu(board, column.key, at))
    header.left.connect(lambda key: board.steps.leave_header(column.key, key))
    header.chosen.connect(lambda: board.select_column(column.key))


def _ask_menu(board: GroupBoard, key: int, at: QPoint) -> None:
    prompt_id = prompt_of(key)
    if prompt_id is not None:
        board.prompts.menu_wanted.emit(prompt_id, at)
    elif key != UNGROUPED_KEY:
        board.column_menu_wanted.emit(key, at)


def _delete(board: GroupBoard, key: int) -> None:
    prompt_id = prompt_of(key)
    if prompt_id is not None:
        board.prompts.removed.emit(prompt_id)
    else:
        board.column_deleted.emit(key)


def _take_out(board: GroupBoard, column: ColumnWidget, ids: list[int]) -> None:
    if prompt_of(column.key) is None:
        board.take_out.emit(ids)
    else:
        column.photos.successor = None
        board.prompts.taken_out.emit()
