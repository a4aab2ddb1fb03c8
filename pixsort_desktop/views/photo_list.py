"""The list of tiles that the grid and every column of the board are made of.

Layout is Qt's own (a wrapping list of equal cells: 30,000 rows in some 40 ms); what is added here is telling
the thumbnail loader what is visible, dragging with a picture, and keys that become intentions.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QDrag,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPen,
    QPixmap,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme
from pixsort_desktop.views.photo_list_model import PHOTO, PHOTO_ID, STACK, Index, ranges_of
from pixsort_desktop.views.photo_tile import PhotoTile, margin, paint_whole
from pixsort_desktop.views.timers import single_shot

TILE_SHAPE = 0.7  # height of the picture's box over its width: fair to upright and wide photos
WANT_DELAY_MS = 15
_PLACED_ONE_BY_ONE = 100  # rows; more than a screen of tiles


class PhotoList(QListView):
    """Tiles in rows. `edge` is the width of a picture's box in logical pixels."""

    opened = Signal(int)  # photo id: show it large
    take_out = Signal(list)  # photo ids: away from here (to Ungrouped, or out of the project)
    menu_wanted = Signal(QPoint)
    dragging = Signal(bool)

    def __init__(self, loader: ThumbnailLoader, *, caption: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._edge = 160
        self._wanted: set[str] = set()
        self.successor: int | None = None  # what to select when the photos just taken out have gone
        self.tile = PhotoTile(loader, caption=caption, parent=self)
        self.setItemDelegate(self.tile)
        self._set_up_list()
        self._want_timer = single_shot(self, self._want_visible, WANT_DELAY_MS)
        self.verticalScrollBar().valueChanged.connect(self.want_soon)
        loader.arrived.connect(self._pictures_arrived)

    def _set_up_list(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.ListMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionRectVisible(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.menu_wanted.emit(self.mapToGlobal(at)))
        self.doubleClicked.connect(self._open)

    # -- sizes -----------------------------------------------------------------------------------------

    @property
    def edge(self) -> int:
        return self._edge

    def set_edge(self, edge: int) -> None:
        self._edge = edge
        self.update_tiles()

    def tile_size(self) -> QSize:
        """The size of a cell: the picture's box, its margins, and the caption where there is one."""
        width = self._edge + 2 * margin()
        return QSize(width, round(self._edge * TILE_SHAPE) + 2 * margin() + self.tile.caption_height())

    def update_tiles(self) -> None:
        """Take a new edge, text size or width into account."""
        size = self.tile_size()
        if size != self.gridSize():
            self.tile.set_tile_size(size)
            self.setGridSize(size)
            self.verticalScrollBar().setSingleStep(max(20, size.height() // 3))
        self.want_soon()

    def across(self) -> int:
        """How many tiles stand in a row."""
        return max(1, self.viewport().width() // max(1, self.gridSize().width()))

    def row_at(self, at: QPoint) -> int:
        """Between which rows of the model a drop at this point of the viewport falls."""
        size = self.gridSize()
        total = self.model().rowCount(self.rootIndex()) if self.model() else 0
        line = max(0, at.y() + self.verticalOffset()) // max(1, size.height())
        place = min(self.across(), round(max(0, at.x()) / max(1, size.width())))
        return int(max(0, min(total, line * self.across() + place)))

    def rows_between(self, top: int, bottom: int) -> range:
        """The rows whose cells may reach into this band of the viewport, in pixels from its upper edge."""
        height, across = max(1, self.gridSize().height()), self.across()
        first = max(0, self.verticalOffset() + top) // height * across
        last = (max(0, self.verticalOffset() + bottom) // height + 1) * across
        total = self.model().rowCount(self.rootIndex()) if self.model() else 0
        return range(min(first, total), min(last, total))

    # -- thumbnails ------------------------------------------------------------------------------------

    def visible_photos(self, *, ahead: bool = False) -> list[Photo]:
        """Photos whose cells are in sight, first to last; with `ahead`, one more screen of them after that."""
        model = self.model()
        if model is None or not self.isVisible():
            return []
        bottom = self.viewport().height()
        rows = self.rows_between(0, 2 * bottom if ahead else bottom)
        found = (model.index(row, 0, self.rootIndex()).data(PHOTO) for row in rows)
        return [photo for photo in found if isinstance(photo, Photo)]

    def want_soon(self, *_: object) -> None:
        """Something else may be visible now. Asked again and again while scrolling, it is done every time."""
        if not self._want_timer.isActive():
            self._want_timer.start()

    @Slot()
    def _want_visible(self) -> None:
        keys = [p.sha256 for p in self.visible_photos(ahead=True) if p.sha256 and p.status == "ready"]
        self._wanted = set(keys)
        if keys:
            self._loader.want(self, round(self._edge * self.devicePixelRatioF()), keys)
        else:
            self._loader.forget(self)

    @Slot(object)
    def _pictures_arrived(self, keys: Iterable[str]) -> None:
        if not self._wanted.isdisjoint(keys):
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update_tiles()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.update_tiles()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._wanted = set()
        self._loader.forget(self)

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:  # noqa: N802 - Qt's name
        super().rowsInserted(parent, start, end)
        self.want_soon()

    # -- keys, mouse, drag -----------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        model = self.model()
        return list(model.ids_in(self.selectionModel().selection())) if model else []  # type: ignore[attr-defined]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._take_out()
        elif key == Qt.Key.Key_Escape:
            if not self.selectionModel().hasSelection():
                event.ignore()
                return
            self.selectionModel().clearSelection()
        elif key == Qt.Key.Key_Space and not event.modifiers():
            self.selectionModel().select(self.currentIndex(), QItemSelectionModel.SelectionFlag.Toggle)
        else:
            super().keyPressEvent(event)

    def _take_out(self) -> None:
        ids = self.selected_ids()
        if ids:
            self.successor = self._after(set(ids))
            self.take_out.emit(ids)

    def _after(self, going: set[int]) -> int | None:
        """The photo of this list to go on with when those have gone: the next one, else the one before."""
        model, root = self.model(), self.rootIndex()
        ids = [model.index(row, 0, root).data(PHOTO_ID) for row in range(model.rowCount(root))]
        current = self.currentIndex().row() if self.currentIndex().parent() == root else 0
        rest = [i for i in ids[current:] if i not in going] or [i for i in ids[:current] if i not in going][
            -1:
        ]
        return rest[0] if rest else None

    def keyboardSearch(self, _search: str) -> None:
        """Letters are shortcuts here, not a search."""

    def _open(self, index: QModelIndex) -> None:
        photo = index.data(PHOTO) if index.isValid() else None
        if isinstance(photo, Photo):
            self.opened.emit(photo.id)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802 - Qt's name
        """Where tiles are painted anew: for a large selection everywhere, since Qt would place each of its rows first."""
        rows = sum(part.height() for part in ranges_of(selection))
        if rows > _PLACED_ONE_BY_ONE:
            return QRegion(self.viewport().rect())
        return super().visualRegionForSelection(selection)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        model = self.model()
        chosen = [
            i for i in self.selectionModel().selectedIndexes() if i.flags() & Qt.ItemFlag.ItemIsDragEnabled
        ]
        if model is None or not chosen:
            return
        drag = QDrag(self)
        drag.setMimeData(model.mimeData(chosen))
        badges = {
            index.data(PHOTO_ID): index.data(STACK) for index in chosen
        }.values()  # once, wherever it stands
        count = sum(badge[0] if badge is not None and badge[1] else 1 for badge in badges)
        pixmap = self._drag_picture(self.currentIndex(), count)
        drag.setPixmap(pixmap)
        drag.setHotSpot(
            QPoint(-theme.UNIT, -theme.UNIT)
        )  # beside the pointer, so that the mark under it is seen
        self.dragging.emit(True)
        drag.exec(Qt.DropAction.MoveAction)
        self.dragging.emit(False)
        self.setState(QAbstractItemView.State.NoState)

    def _drag_picture(self, current: QModelIndex, count: int) -> QPixmap:
        """The photo under the pointer, smaller, with the number of photos on their way."""
        ratio = self.devicePixelRatioF()
        edge = theme.UNIT * 12
        canvas = QPixmap(QSize(edge, edge) * ratio)
        canvas.setDevicePixelRatio(ratio)
        canvas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(canvas)
        photo = current.data(PHOTO) if current.isValid() else None
        thumbnail = self._loader.pixmap(photo.sha256) if isinstance(photo, Photo) and photo.sha256 else None
        box = QRect(0, 0, edge - theme.UNIT, edge - theme.UNIT)
        for offset in range(min(count, 3) - 1, 0, -1):
            painter.fillRect(
                box.adjusted(offset * 4, offset * 4, offset * 4, -edge // 4 + offset * 4),
                QColor(theme.colours().border),
            )
        if thumbnail is not None:
            top = QRect(0, 0, box.width(), round(box.width() * 0.75))
            place = paint_whole(painter, thumbnail, top)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(place.adjusted(1, 1, -1, -1))
        if count > 1:
            _paint_badge(painter, f"{count:,}")
        painter.end()
        return canvas

    def selectAll(self) -> None:  # noqa: N802 - Qt's name
        """All rows at once, as one range."""
        model = self.model()
        rows = model.rowCount(self.rootIndex()) if model else 0
        if rows:
            everything = QItemSelection(
                model.index(0, 0, self.rootIndex()), model.index(rows - 1, 0, self.rootIndex())
            )
            self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def _paint_badge(painter: QPainter, text: str) -> None:
    metrics = theme.metrics("small")
    width = max(metrics.height(), metrics.horizontalAdvance(text)) + theme.UNIT
    box = QRect(theme.UNIT // 2, theme.UNIT // 2, width, metrics.height() + 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(theme.colour("on_accent"))
    painter.setFont(theme.font("small"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
