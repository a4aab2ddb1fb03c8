"""Dragging over the board: photos into columns and gaps, columns into gaps and onto headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from pixsort_desktop.views import words
from pixsort_desktop.views.board.drop import DropMarker, DropTarget
from pixsort_desktop.views.board.places import position_before, row_in_column
from pixsort_desktop.views.meaning.prompt_columns import UNGROUPED_KEY, prompt_of
from pixsort_desktop.views.mime import COLUMN, PHOTOS, column_from_mime, photos_from_mime

if TYPE_CHECKING:
    from pixsort_desktop.views.board.group_board import GroupBoard

EDGE = 48  # within this distance of an edge a drag scrolls
SCROLL_MS = 16
SCROLL_STEP = 14  # pixels a tick at the very edge


class BoardDrag(QObject):
    """Turns drag events of the board's viewport into a target, its marker, and in the end a signal."""

    def __init__(self, board: GroupBoard) -> None:
        super().__init__(board)
        self._board = board
        self._marker = DropMarker(board.viewport())
        self._at = QPoint()
        self._mime_kind = ""
        self._dragged_column: int | None = None
        self._scroll = QTimer(self)
        self._scroll.setInterval(SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)

    def handle(self, event: QEvent) -> bool | None:
        """Take drag events; None for all others and for drags that are not the board's matter."""
        if isinstance(event, QDropEvent) and event.type() in (
            QEvent.Type.DragEnter,
            QEvent.Type.DragMove,
            QEvent.Type.Drop,
        ):
            return self._over(event)
        if event.type() == QEvent.Type.DragLeave:
            self.set_active(False)
            return True
        return None

    def set_active(self, active: bool) -> None:
        """A drag of ours began or ended."""
        if not active:
            self._marker.hide()
            self._scroll.stop()

    def _over(self, event: QDropEvent) -> bool:
        mime = event.mimeData()
        kind = PHOTOS if mime.hasFormat(PHOTOS) else COLUMN if mime.hasFormat(COLUMN) else ""
        photos = photos_from_mime(mime)
        if not kind or (photos is not None and photos[0] != self._board.board.project_id):
            event.ignore()
            return True
        self._at, self._mime_kind = event.position().toPoint(), kind
        self._dragged_column = column_from_mime(mime)
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self.set_active(False)
            target = self.target_at(self._at)
            if target is not None:
                self.drop(mime, target)
        elif isinstance(event, QDragEnterEvent | QDragMoveEvent):
            self._mark()
            self._scroll.start()
        return True

    # -- where -----------------------------------------------------------------------------------------

    def target_at(self, at: QPoint) -> DropTarget | None:
        """What a drop at this point of the viewport would do; None where it would do nothing."""
        board = self._board
        grid, x = board.grid(), at.x() + board.horizontalScrollBar().value()
        if self._mime_kind == COLUMN:
            return self._column_target(at, x)
        gap, prompts = grid.gap_at(x), board.prompts.count
        if gap is not None:
            return DropTarget("gap", min(gap, grid.count)) if gap >= prompts else None
        place, _ = grid.place_at(x)
        column = board.column(board.board.keys[place])
        if column is None or place < prompts:  # photos are found there, not put there
            return None
        if not board.place_matters or column.key == UNGROUPED_KEY:
            return DropTarget("column", place)
        inside = column.photos.viewport().mapFrom(board.viewport(), at)
        return DropTarget("column", place, column.photos.row_at(inside) if inside.y() >= 0 else 0)

    def _column_target(self, at: QPoint, x: int) -> DropTarget | None:
        board, grid = self._board, self._board.grid()
        place, inside = grid.place_at(x)
        prompts, own = board.prompts.count, board.board.place(self._dragged_column or 0)
        if own < prompts:  # prompt columns stand before all others
            gap = min(grid.nearest_gap(x), prompts)
            return None if gap in (own, own + 1) else DropTarget("gap", gap)
        if prompts <= place < grid.count:
            key = board.board.keys[place]
            column = board.column(key)
            on_header = column is not None and at.y() < column.y() + column.header.height()
            middle = grid.width * 0.2 < inside < grid.width * 0.8
            if on_header and middle and key not in (UNGROUPED_KEY, self._dragged_column):
                return DropTarget("merge", place)
            if key == self._dragged_column:
                return None
        gap = max(prompts, min(grid.nearest_gap(x), grid.count - 1))  # Ungrouped stays last
        return None if gap in (own, own + 1) else DropTarget("gap", gap)

    # -- what happens ----------------------------------------------------------------------------------

    def drop(self, mime: QMimeData, target: DropTarget) -> None:
        """Say what the user wants by this drop."""
        photos, column = photos_from_mime(mime), column_from_mime(mime)
        if photos is not None:
            self._drop_photos(photos[1], target)
        elif column is not None and prompt_of(column) is not None:
            self._board.prompts.drop(column, target.place)
        elif column is not None and target.kind == "merge":
            self._board.columns_merged.emit(self._board.board.keys[target.place], column)
        elif column is not None:
            board = self._board
            position = position_before(board.snapshot, board.board.keys, target.place, column)
            board.column_moved.emit(column, position)

    def _drop_photos(self, ids: list[int], target: DropTarget) -> None:
        board = self._board
        if target.kind == "gap":
            board.new_column.emit(ids, position_before(board.snapshot, board.board.keys, target.place))
            return
        key = board.board.keys[target.place]
        row: int | None = None
        if target.row >= 0:
            moving, members = set(ids), list(board.board.members(key))
            place = sum(photo_id not in moving for photo_id in members[: target.row])
            stays = [photo_id for photo_id in members if photo_id not in moving]
            if [*stays[:place], *ids, *stays[place:]] == members:
                return  # dropped where they were
            row = row_in_column(board.snapshot, key, members, target.row, ids)
        elif moving_nothing(ids, board.board.members(key)):
            return
        board.photos_moved.emit(ids, None if key == UNGROUPED_KEY else key, row)

    # -- how it looks ----------------------------------------------------------------------------------

    def _mark(self) -> None:
        target = self.target_at(self._at)
        if target is None:
            self._marker.hide()
        elif target.kind == "gap":
            self._mark_gap(target.place)
        elif target.kind == "merge":
            self._mark_merge(target.place)
        else:
            self._mark_column(target)

    def _mark_gap(self, place: int) -> None:
        board = self._board
        grid = board.grid()
        x = grid.x(place) - grid.gap - board.horizontalScrollBar().value()
        shape = QRect(x + 2, grid.gap, 4, board.viewport().height() - 2 * grid.gap)
        self._marker.show_at("line", shape, "New column" if self._mime_kind == PHOTOS else "")

    def _mark_merge(self, place: int) -> None:
        board = self._board
        key = board.board.keys[place]
        column = board.column(key)
        if column is not None:
            self._marker.show_at(
                "frame", column.geometry(), f"Merge into «{words.short(board.board.label(key))}»"
            )

    def _mark_column(self, target: DropTarget) -> None:
        board = self._board
        column = board.column(board.board.keys[target.place])
        if column is None:
            return
        if target.row < 0 or not board.board.members(column.key):
            self._marker.show_at("frame", column.geometry(), "")
            return
        photos = column.photos
        cell, across = photos.gridSize(), photos.across()
        line, place = divmod(target.row, across)
        if (
            place == 0
            and target.row
            and self._beside_last(
                column.photos.viewport().mapFrom(board.viewport(), self._at), line, cell.height()
            )
        ):
            line, place = line - 1, across
        corner = QPoint(place * cell.width(), line * cell.height() - photos.verticalScrollBar().value())
        corner = photos.viewport().mapTo(board.viewport(), corner)
        if across == 1:
            shape = QRect(corner.x() + 8, corner.y() - 2, cell.width() - 16, 4)
        else:
            shape = QRect(corner.x() - 2, corner.y() + 8, 4, cell.height() - 16)
        self._marker.show_at("line", shape.intersected(column.geometry()), "")

    def _beside_last(self, at: QPoint, line: int, height: int) -> bool:
        """Whether the pointer is still in the line above: the drop is at its end, not at the next one's start."""
        photos_line = at.y() // max(1, height)
        return photos_line < line

    def _scroll_on(self) -> None:
        """Near an edge: scroll the board sideways, or the column under the pointer up and down."""
        board, at = self._board, self._at
        area = board.viewport().rect()
        bar = board.horizontalScrollBar()
        before = bar.value()
        bar.setValue(before + _push(at.x(), area.width()))
        place, _ = board.grid().place_at(at.x() + bar.value())
        moved = bar.value() != before
        if self._mime_kind == PHOTOS and place < len(board.board.keys):
            column = board.column(board.board.keys[place])
            if column is not None:
                inner = column.photos.verticalScrollBar()
                old = inner.value()
                y = column.photos.viewport().mapFrom(board.viewport(), at).y()
                inner.setValue(old + _push(y, column.photos.viewport().height()))
                moved = moved or inner.value() != old
        if moved:
            self._mark()


def moving_nothing(ids: list[int], members: object) -> bool:
    """Whether all of the photos are in the column already, so that a drop on its end or frame is no wish."""
    return isinstance(members, list | tuple) and set(ids) <= set(members)


def _push(at: int, length: int) -> int:
    if at < EDGE:
        return -round(SCROLL_STEP * min(1.0, (EDGE - at) / EDGE))
    if at > length - EDGE:
        return round(SCROLL_STEP * min(1.0, (at - length + EDGE) / EDGE))
    return 0
