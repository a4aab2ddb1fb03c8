"""The board: columns side by side, each with its own photos, one selection across all of them.

Only the columns in sight have widgets; those that scroll away lend theirs to those that come. What the user
does becomes a signal with ids: the board itself changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views.board.column import ColumnWidget, column_width
from pixsort_desktop.views.board.drag import BoardDrag
from pixsort_desktop.views.board.drop import ColumnGrid
from pixsort_desktop.views.board.glide import BoardGlide
from pixsort_desktop.views.board.model import BoardModel, Shown
from pixsort_desktop.views.board.prompts import BoardPrompts
from pixsort_desktop.views.board.rubber_band import BoardBand
from pixsort_desktop.views.board.selection import BoardSelection, Flag
from pixsort_desktop.views.board.standing import Standing
from pixsort_desktop.views.board.steps import BoardSteps
from pixsort_desktop.views.board.wishes import connect_column
from pixsort_desktop.views.differences import MANY
from pixsort_desktop.views.meaning.prompt_columns import UNGROUPED_KEY
from pixsort_desktop.views.snapshot import EMPTY, Snapshot

GAP = 8


class GroupBoard(QAbstractScrollArea):
    """Columns of photos. Positions in signals count the project's groups, the shown and the filtered ones."""

    selection_changed = Signal()
    opened = Signal(int)
    take_out = Signal(list)
    photos_menu_wanted = Signal(QPoint)
    column_menu_wanted = Signal(int, QPoint)  # group id
    photos_moved = Signal(list, object, object)  # photo ids, group id or None, row in the column or None
    new_column = Signal(list, object)  # photo ids, position or None
    column_moved = Signal(int, int)  # group id, position
    columns_merged = Signal(int, int)  # into this group, that one
    column_renamed = Signal(int, str)
    column_deleted = Signal(int)

    _ready = False  # Qt sends events before Python has finished building

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self.board = BoardModel(self)
        self.selection = BoardSelection(self.board, self)
        self._snapshot = EMPTY
        self._built: dict[int, ColumnWidget] = {}
        self._spare: list[ColumnWidget] = []
        self._offsets: dict[int, int] = {}
        self._edge = 128
        self._applying = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("board")
        self.setAccessibleName("Board")
        self.setAccessibleDescription("Columns of photos that belong together; Ungrouped is the last")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.drag = BoardDrag(self)
        self.band = BoardBand(self)
        self.steps = BoardSteps(self)
        self.prompts = BoardPrompts(self)
        self.glide = BoardGlide(self)
        self.viewport().setAcceptDrops(True)
        self.selection.selectionChanged.connect(self._selection_changed)
        self.selection.currentChanged.connect(self._current_changed)
        self.board.rowsAboutToBeRemoved.connect(self._columns_going)
        self._ready = True

    # -- showing ---------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Change what differs; the selection stays with its photos, wherever they went."""
        project_id = snapshot.project.id if snapshot.project else None
        other = project_id != self.board.project_id
        looked_otherwise = snapshot.showing != self._snapshot.showing
        stood = Standing(self, self.focused_key())
        self.glide.remember()
        self._applying = True
        if looked_otherwise and len(stood.selected) > MANY:  # cheaper made anew than kept through every step
            self._select(QItemSelection())
        self._snapshot = snapshot
        stacks, frames = snapshot.badges, snapshot.closed_stacks
        columns: list[Shown] = [*self.prompts.columns(snapshot), *snapshot.shown_columns]
        self.board.show(columns, snapshot.photos, project_id, stacks, frames)
        if other:
            self._offsets.clear()
            self.horizontalScrollBar().setValue(0)
        self._applying = False
        self.place_columns()
        for column in self._built.values():
            column.refresh()
            self.prompts.dress(column)
            column.photos.want_soon()
        if not other:
            stood.restore(follow_current=looked_otherwise)
            if not looked_otherwise:
                self.glide.begin()
        self._take_twins()
        stood.restore_focus()

    def set_current(
        self, photo_id: int | None, flag: Flag = Flag.NoUpdate, *, near: int | None = None
    ) -> None:
        """Make a photo the current one where it is, in the column `near` if it is there, without scrolling to it."""
        self._applying = True
        self.selection.setCurrentIndex(self.board.locate(photo_id, near), flag)
        self._applying = False

    def show_photos(self, key: int, photo_ids: Sequence[int]) -> None:
        """Other photos in a prompt column; the board stays where it is, and so does the current photo if it can."""
        stood = Standing(self, self.focused_key())
        changed = set(self.board.members(key)).symmetric_difference(photo_ids)
        self._applying = True
        self.board.show_photos(key, photo_ids)
        self._applying = False
        column = self._built.get(key)
        if column is not None:
            column.refresh()
            column.photos.want_soon()
        stood.restore(follow_current=False)
        if not changed.isdisjoint(self.selection.ids()):
            self._take_twins()

    def _take_twins(self) -> None:
        """Which photos are selected does not change by it."""
        self._applying = True
        self.selection.take_twins()
        self._applying = False

    @property
    def snapshot(self) -> Snapshot:
        """What is shown."""
        return self._snapshot

    @property
    def edge(self) -> int:
        return self._edge

    def set_edge(self, edge: int) -> None:
        """Width of a picture's box; keeps the column at the left edge where it is."""
        grid, left = self.grid(), self.horizontalScrollBar().value()
        place = left / grid.pitch
        self._edge = edge
        for column in (*self._built.values(), *self._spare):
            column.photos.set_edge(edge)
        self.place_columns()
        self.horizontalScrollBar().setValue(round(place * self.grid().pitch))

    def grid(self) -> ColumnGrid:
        return ColumnGrid(column_width(self._edge), GAP, len(self.board.keys))

    def place_columns(self) -> None:
        """Build, move and take back column widgets so that those in sight, and only those, are there."""
        grid, area = self.grid(), self.viewport().size()
        bar = self.horizontalScrollBar()
        bar.setRange(0, max(0, grid.total - area.width()))
        bar.setPageStep(area.width())
        bar.setSingleStep(grid.pitch // 4)
        needed = {self.board.keys[place] for place in grid.in_sight(bar.value(), area.width())}
        held = self.focused_key()
        if held is not None:
            needed.add(held)
        for key in [key for key in self._built if key not in needed]:
            self._take_back(key)
        for key in needed:
            column = self._built.get(key) or self._lend(key)
            across = self.glide.x(key, grid.x(self.board.place(key)) - bar.value())
            column.setGeometry(across, GAP, grid.width, max(0, area.height() - 2 * GAP))
            column.show()

    def column(self, key: int) -> ColumnWidget | None:
        """The widget of a column, if it is in sight."""
        return self._built.get(key)

    def columns_in_sight(self) -> list[ColumnWidget]:
        return list(self._built.values())

    def _lend(self, key: int) -> ColumnWidget:
        column = self._spare.pop() if self._spare else self._build()
        self._built[key] = column
        column.lend(key, self._edge)
        self.prompts.dress(column)
        column.photos.verticalScrollBar().setValue(self._offsets.get(key, 0))
        return column

    def _take_back(self, key: int) -> None:
        column = self._built.pop(key)
        self._offsets[key] = column.photos.verticalScrollBar().value()
        column.take_back()
        self._spare.append(column)

    def _build(self) -> ColumnWidget:
        column = ColumnWidget(self.board, self.selection, self._loader, self.viewport())
        connect_column(self, column)
        return column

    def _columns_going(self, parent: QModelIndex, first: int, last: int) -> None:
        if not parent.isValid():
            for key in list(self.board.keys[first : last + 1]):
                if key in self._built:
                    self._take_back(key)
                self._offsets.pop(key, None)

    def repaint_tiles(self) -> None:
        """Something that is painted on photos changed, and no photo did."""
        for column in self._built.values():
            column.photos.viewport().update()

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        for column in (*self._built.values(), *self._spare):
            column.refresh_looks()
        self.place_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._ready:
            self.place_columns()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802 - Qt's name
        if not self._applying:
            self.place_columns()

    # -- selection -------------------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        return list(self.selection.ordered_ids())

    def current_id(self) -> int | None:
        return self.board.photo_id(self.selection.currentIndex())

    def select_ids(
        self,
        photo_ids: Iterable[int],
        current: int | None = None,
        *,
        scroll: bool = True,
        near: int | None = None,
    ) -> None:
        """Select these photos and no others; go to `current`, or to the first of them.

        It is gone to in the column `near`, if it is there: the one where the current photo is, unless another is named.
        """
        chosen = QItemSelection()
        ids = self.board.ordered(photo_ids)
        near = near if near is not None else self.board.key_of_index(self.selection.currentIndex())
        for first, last in self.board.find(ids):
            chosen.select(first, last)
        at = self.board.locate(current, near)
        if not at.isValid() and ids:
            at = self.board.locate(ids[0], near)
        self._select(chosen, ids)
        if at.isValid():
            self._applying = not scroll
            self.selection.setCurrentIndex(at, Flag.NoUpdate)
            self._applying = False

    def select_all(self) -> None:
        chosen = QItemSelection()
        for key in self.board.keys:
            self._add_column(chosen, key)
        self._select(chosen)

    def _select(self, chosen: QItemSelection, ordered_ids: Iterable[int] | None = None) -> None:
        """Select this and nothing else; `ordered_ids` are the photos in it, where they are known."""
        if self.selection.replace(chosen, ordered_ids):
            for column in self._built.values():
                column.photos.viewport().update()
            self._selection_changed()

    def select_column(self, key: int) -> None:
        chosen = QItemSelection()
        self._add_column(chosen, key)
        self._select(chosen)

    def _add_column(self, chosen: QItemSelection, key: int) -> None:
        rows = len(self.board.members(key))
        if rows:
            chosen.select(self.board.photo_index(key, 0), self.board.photo_index(key, rows - 1))

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        key = self.board.key_of_index(current)
        if key is not None and not self._applying:
            self.show_column(key)
            column = self._built.get(key)
            if column is not None and not column.photos.hasFocus() and self.focused_key() is not None:
                column.photos.setFocus(Qt.FocusReason.OtherFocusReason)
            if column is not None:
                column.photos.scrollTo(current)
        self._selection_changed()

    def _selection_changed(self, *_: object) -> None:
        if not self._applying:
            self.selection_changed.emit()

    # -- keys ------------------------------------------------------------------------------------------

    def focused_key(self) -> int | None:
        widget = QApplication.focusWidget()
        while widget is not None and widget is not self:
            if isinstance(widget, ColumnWidget):
                return widget.key or None
            widget = widget.parentWidget()
        return None

    def current_group(self) -> int | None:
        """The group that a column command is about: the focused one, else the current photo's."""
        focused = self.focused_key()
        key = focused if focused is not None else self.board.key_of_index(self.selection.currentIndex())
        return key if key is not None and key < UNGROUPED_KEY else None

    def focus_photos(self) -> None:
        """Give the keyboard to the current photo; where there is none, select the first one."""
        current = self.selection.currentIndex()
        if not self.board.photo_id(current):
            full = next((key for key in self.board.keys if self.board.members(key)), None)
            if full is None:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            self.go_to(self.board.photo_index(full, 0))
            return
        self.go_to(current, Flag.NoUpdate)

    def edit_label(self, key: int) -> None:
        """Edit a column's label in place."""
        self.show_column(key)
        column = self._built.get(key)
        if column is not None:
            column.header.edit()

    def show_column(self, key: int) -> None:
        """Scroll so that the whole column is in sight."""
        place = self.board.place(key)
        if place < 0:
            return
        self.glide.stop()
        grid, bar = self.grid(), self.horizontalScrollBar()
        left, right = grid.x(place) - GAP, grid.x(place) + grid.width + GAP
        if left < bar.value():
            bar.setValue(left)
        elif right > bar.value() + self.viewport().width():
            bar.setValue(min(left, right - self.viewport().width()))
        self.place_columns()

    def go_to(self, index: QModelIndex, flag: Flag = Flag.ClearAndSelect) -> None:
        """Make a photo the current one, with the keyboard and in sight."""
        key = self.board.key_of_index(index)
        if key is None:
            return
        self.show_column(key)
        self._built[key].photos.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selection.setCurrentIndex(index, flag)
        self._built[key].photos.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() in arrows and self.focused_key() is None:
            self.focus_photos()
        else:
            event.ignore()

    # -- mouse and drag --------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Any turn of the wheel that no column took scrolls sideways."""
        delta = event.angleDelta()
        turn = delta.x() if abs(delta.x()) > abs(delta.y()) else delta.y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - round(turn / 120 * bar.singleStep() * 2))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.band.start(event.globalPosition().toPoint(), event.modifiers())

    def viewportEvent(self, event: QEvent) -> bool:
        handled = self.drag.handle(event) if self._ready else None
        return handled if handled is not None else super().viewportEvent(event)

    @property
    def place_matters(self) -> bool:
        """Whether photos can be put between two others: all are shown, in the order made by hand."""
        return self._snapshot.showing.place_matters
