"""The map: photos at their places, selected by a click, a lasso or the arrow keys, judged like anywhere else.

It shows the same snapshot as board and grid, and what is selected is what is selected there. Where the places come from
is the business of `desk`; until they are there the map is empty and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.map.card import MapCard
from pixsort_desktop.views.map.map_bar import MapBar
from pixsort_desktop.views.map.painting import paint_lasso
from pixsort_desktop.views.map.picture import MapPicture
from pixsort_desktop.views.map.pointer import MapPointer
from pixsort_desktop.views.map.selection import MapSelection
from pixsort_desktop.views.map.viewport import LARGEST, Viewport, fitted
from pixsort_desktop.views.snapshot import EMPTY, Snapshot, follower
from pixsort_desktop.views.timers import single_shot

if TYPE_CHECKING:
    from pixsort_desktop.views.map.points import MapPoints

WANT_DELAY_MS = 15
ARRIVED_MS = 50
STEP = 1.25  # of a zoom by key
SHARE = 0.5  # of the toolbar's size: thumbnails are small here
A_HANDFUL = 24  # photos have room for it all
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MapView(QWidget):
    """`edge` is the toolbar's size of thumbnails; those of the map are half as large, but for a handful of photos."""

    selection_changed = Signal()
    opened = Signal(int)  # photo id: show it large
    take_out = Signal(list)  # photo ids: out of their column
    menu_wanted = Signal(QPoint)
    came_into_use = Signal()

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self.edge = 128
        self.points: MapPoints | None = None
        self.viewport: Viewport | None = None  # None: all of the map, as large as the window lets it be
        self.selection = MapSelection()
        self.snapshot: Snapshot = EMPTY
        self._shown: Any = (
            None  # of each row, whether search, filter and stacks leave it; None: not asked yet
        )
        self._columns: Any = None  # of each row, the place of its column on the board; likewise
        self.pictures: dict[int, QRect] = {}  # photo id -> where its picture is, the last on top
        self._wanted: list[str] = []
        self.setObjectName("map")
        self.setAccessibleName("Map")
        self.setAccessibleDescription("All photos of the project, like ones near each other")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # all of it is painted each time
        self.bar = MapBar(self)
        self.bar.whole_wanted.connect(self.show_all)
        self.card = MapCard(loader, self)
        self.pointer = MapPointer(self)
        self._picture = MapPicture(self, loader)
        self._want_timer = single_shot(self, self._want, WANT_DELAY_MS)
        self._arrived_timer = single_shot(self, self.update, ARRIVED_MS)
        loader.arrived.connect(self._pictures_arrived)

    # -- what is shown ---------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Change what differs; the selection stays with the photos that are still shown."""
        before, self.snapshot = self.snapshot, snapshot
        if _project_of(before) != _project_of(snapshot):
            self.points, self.viewport, self.selection = None, None, MapSelection()
            self._shown = self._columns = None
        if before.columns is not snapshot.columns:
            self._columns = None
        if before.shown_order is not snapshot.shown_order:
            self._shown = None
            self._keep_selection(before, snapshot)
        self._look_again()

    def _keep_selection(self, before: Snapshot, snapshot: Snapshot) -> None:
        current = self.selection.current
        if current is None:
            return
        shown = frozenset(snapshot.shown_order)
        follows = None
        if current not in shown:
            follows = snapshot.stand_in(current) or follower(before.shown_order, shown, current)
        self.selection.keep(shown, follows)

    def show_points(self, points: MapPoints) -> None:
        """The photos' places from now on. What was looked at stays in sight where the map is of the same project."""
        self.points = points
        self._shown = self._columns = None
        self._look_again()

    def set_edge(self, edge: int) -> None:
        self.edge = edge
        if self.viewport is not None:
            self._look_from(self.viewport.zoomed(1.0, self.width() / 2, self.height() / 2, *self.scales()))
        self._look_again()

    @property
    def thumbnail(self) -> int:
        """The edge of a thumbnail in logical pixels."""
        few = self.points is not None and len(self.points) <= A_HANDFUL
        return round(self.edge * (1 if few else SHARE))

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        self._place_bar()
        self.update()

    def shown_rows(self) -> Any:
        """Of each row, whether its photo is shown and not hidden by search, filter or a closed stack."""
        if self._shown is None and self.points is not None:
            self._shown = self.points.mask(self.snapshot.shown_order)
        return self._shown

    def column_rows(self) -> Any:
        """Of each row, the place of its photo's column among the snapshot's columns; -1 for none."""
        if self._columns is None and self.points is not None:
            places = {i: n for n, column in enumerate(self.snapshot.columns) for i in column.photo_ids}
            self._columns = self.points.numbers(places)
        return self._columns

    def photo(self, photo_id: int | None) -> Photo | None:
        return self.snapshot.photos.get(photo_id) if photo_id is not None else None

    def _look_again(self) -> None:
        self.bar.show_selected(len(self.selection.ids))
        self.update()

    # -- from where it is looked at --------------------------------------------------------------------

    def area(self) -> QRect:
        """Where the map is drawn: above the bar."""
        return QRect(0, 0, self.width(), max(1, self.height() - self.bar.height()))

    def view(self) -> Viewport:
        """From where the map is looked at."""
        size = self.area().size()
        if self.viewport is None:
            return self._whole(size)
        seen = self.viewport
        return Viewport(seen.left, seen.top, seen.scale, size.width(), size.height())

    def _whole(self, size: QSize) -> Viewport:
        box = self.points.box() if self.points is not None else (0.0, 0.0, 0.0, 0.0)
        return fitted(box, size.width(), size.height(), self.thumbnail, theme.UNIT * 3)

    def scales(self) -> tuple[float, float]:
        """The smallest and the largest scale."""
        whole = self._whole(self.area().size()).scale
        return whole / 2, max(whole, LARGEST * self.thumbnail)

    def _look_from(self, view: Viewport) -> None:
        self.viewport = view.within(self.points.box()) if self.points is not None else view
        self.update()

    def show_all(self) -> None:
        """All of the map."""
        self.viewport = None
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Larger or smaller around a point; around the current photo, or the middle, where none is given."""
        view = self.view()
        if at is None:
            row = self.points.row_of(self.selection.current) if self.points is not None else None
            inside = None
            if row is not None and self.points is not None:
                inside = QPointF(*view.on_screen(*self.points.place(row)))
            middle = QPointF(self.area().center())
            at = inside if inside is not None and self.area().contains(inside.toPoint()) else middle
        self._look_from(view.zoomed(factor, at.x(), at.y(), *self.scales()))

    def move_by(self, dx: float, dy: float) -> None:
        """Drag the map by so many pixels."""
        self._look_from(self.view().moved(dx, dy))

    # -- selection -------------------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        """In the order in which the grid shows them."""
        ids = self.selection.ids
        return [i for i in self.snapshot.shown_order if i in ids] if ids else []

    def current_id(self) -> int | None:
        return self.selection.current

    def select_ids(self, photo_ids: Iterable[int], current: int | None = None) -> None:
        """Select these photos and no others; go to `current`, or to the first of them, and show it."""
        self.selection.set(photo_ids, current)
        self.show_current()
        self.tell_selected()

    def select_all(self) -> None:
        self.selection.set(self.snapshot.shown_order, self.selection.current)
        self.tell_selected()

    def tell_selected(self) -> None:
        """What is selected has changed."""
        photo = self.photo(self.selection.current)
        if photo is not None:
            column = self.snapshot.column_names.get(photo.id, "")
            self.setAccessibleDescription(f"{words.spoken(photo)}, {column}")
        self._look_again()
        self.selection_changed.emit()

    def show_current(self) -> None:
        """Bring the current photo into sight."""
        row = self.points.row_of(self.selection.current) if self.points is not None else None
        if row is None or self.points is None or self.viewport is None:
            return  # the whole map is in sight
        seen = self.view().showing(*self.points.place(row), self.thumbnail / 2 + theme.UNIT)
        if seen != self.view():
            self._look_from(seen)

    def _step(self, dx: int, dy: int, *, extend: bool) -> None:
        """To the nearest photo in that direction, of those that are seen at this zoom."""
        points, here = self.points, self.selection.current
        if points is None or not len(points):
            return
        row = points.row_of(here)
        if row is None:
            among = self.shown_rows().nonzero()[0]
            found = points.nearest(*self.view().on_map(self.width() / 2, self.height() / 2), among)
            target = found[0] if found is not None else None
        else:
            seen = points.leads(self.view().scale, self.thumbnail, self.shown_rows())
            target = points.towards(row, dx, dy, seen)
        if target is None:
            return
        photo_id = points.photo_id(target)
        if extend:
            self.selection.add([photo_id], photo_id)
        else:
            self.selection.set([photo_id])
        self.show_current()
        self.tell_selected()

    # -- keys ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        arrow = _ARROWS.get(Qt.Key(key))
        if arrow is not None and control:
            self.move_by(-arrow[0] * self.width() / 8, -arrow[1] * self.height() / 8)
        elif arrow is not None:
            self._step(*arrow, extend=bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus) and not control:
            self.zoom(STEP if key == Qt.Key.Key_Plus else 1 / STEP)
        elif key == Qt.Key.Key_Home:
            self.show_all()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.selection.current is not None:
                self.opened.emit(self.selection.current)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if self.selection.ids:
                self.take_out.emit(self.selected_ids())
        elif key == Qt.Key.Key_Space and self.selection.current is not None:
            self.selection.toggle(self.selection.current)
            self.tell_selected()
        elif key == Qt.Key.Key_Escape and self.pointer.give_up():
            self.update()
        elif key == Qt.Key.Key_Escape and self.selection.ids:
            self.selection.set([], self.selection.current)
            self.tell_selected()
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.card.hide()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            if self.selection.ids:
                self.menu_wanted.emit(self.mapToGlobal(self.area().center()))
            return
        photo_id = self.pointer.photo_at(event.pos())
        if photo_id is None:
            return
        if photo_id not in self.selection.ids:
            self.select_ids([photo_id])
        self.menu_wanted.emit(event.globalPos())

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(self.area())
        self.pictures = {}
        if self.points is not None and len(self.points):
            self.pictures = self._picture.paint(painter, self.points)
            self._note_wanted(self.pictures)
        else:
            painter.fillRect(self.area(), theme.colour("ground"))
        if self.pointer.lasso:
            paint_lasso(painter, self.pointer.lasso)
        painter.end()

    # -- thumbnails ------------------------------------------------------------------------------------

    def _note_wanted(self, photo_ids: Iterable[int]) -> None:
        photos = (self.snapshot.photos[i] for i in photo_ids)
        wanted = [photo.sha256 for photo in photos if photo.sha256]
        if wanted != self._wanted:
            self._wanted = wanted
            if not self._want_timer.isActive():
                self._want_timer.start()

    def _want(self) -> None:
        if self.isVisible() and self._wanted:
            edge = round(self.thumbnail * self.devicePixelRatioF())
            self._loader.want(self, edge, self._wanted)
        else:
            self._loader.forget(self)

    def _pictures_arrived(self, keys: Iterable[str]) -> None:
        """They come in a row of small lots: not each of them is worth painting a thousand others anew."""
        if self.isVisible() and not self._arrived_timer.isActive() and not set(self._wanted).isdisjoint(keys):
            self._arrived_timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wanted = []
        self.came_into_use.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.card.hide()
        self.pointer.give_up()
        self._wanted = []
        self._loader.forget(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_bar()

    def _place_bar(self) -> None:
        height = self.bar.sizeHint().height()
        self.bar.setGeometry(0, self.height() - height, self.width(), height)


def _project_of(snapshot: Snapshot) -> int | None:
    return snapshot.project.id if snapshot.project is not None else None
