"""The neighbours of the photo that is shown large, in a row; only the tiles in sight cost anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme
from pixsort_desktop.views.photo_list_model import PHOTO_ID, Index, PhotoListModel
from pixsort_desktop.views.photo_tile import PhotoTile, margin
from pixsort_desktop.views.timers import single_shot

EDGE = theme.UNIT * 11
_HEIGHT = 0.7  # of a picture's box, in parts of its width
_WANT_MS = 15


class Filmstrip(QListView):
    """Shows `ids` in their order; the one of `go_to` is marked and in the middle. It never takes the keyboard."""

    chosen = Signal(int)  # photo id: it was clicked

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._shown: Sequence[int] = ()
        self._wanted: set[str] = set()
        self.photos = PhotoListModel(self)
        self.setModel(self.photos)
        self.tile = PhotoTile(loader, caption=False, parent=self)
        self.tile.set_tile_size(self.tile_size())
        self.setItemDelegate(self.tile)
        self.setObjectName("grid")  # dressed like it
        self.setAccessibleName("Filmstrip")
        self._set_up()
        self._timer = single_shot(self, self._want_visible, _WANT_MS)
        self.horizontalScrollBar().valueChanged.connect(lambda _: self._want_soon())
        self.clicked.connect(lambda index: self.chosen.emit(index.data(PHOTO_ID)))
        loader.arrived.connect(self._arrived)

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setGridSize(self.tile_size())
        self.setFixedHeight(self.tile_size().height())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAutoScroll(False)
        self.setDragEnabled(False)

    @staticmethod
    def tile_size() -> QSize:
        return QSize(EDGE + 2 * margin(), round(EDGE * _HEIGHT) + 2 * margin())

    def refresh_looks(self) -> None:
        """Another density."""
        self.tile.set_tile_size(self.tile_size())
        self.setGridSize(self.tile_size())
        self.setFixedHeight(self.tile_size().height())

    # -- what is shown ---------------------------------------------------------------------------------

    def show_photos(self, ids: Sequence[int], photos: Mapping[int, Photo], project_id: int | None) -> None:
        """Become this list; what stays keeps its tile."""
        if self.photos.rowCount() and self._shown is not ids and set(ids).isdisjoint(self._shown):
            self.photos.show((), photos, project_id)
        self._shown = ids
        self.photos.show(ids, photos, project_id)
        self._want_soon()

    def go_to(self, photo_id: int) -> None:
        """Mark that photo and bring it to the middle."""
        index = self.photos.index_of(photo_id)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)
        self._centre()

    def _centre(self) -> None:
        row = self.currentIndex().row()
        if row >= 0:
            width = self.tile_size().width()
            bar = self.horizontalScrollBar()
            if bar.maximum() < (self.photos.rowCount() * width - self.viewport().width()):
                self.doItemsLayout()  # rows came, and the list has not counted them yet
            bar.setValue(round((row + 0.5) * width - self.viewport().width() / 2))

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.y() or delta.x()))
        event.accept()

    def scrollTo(  # noqa: N802 - Qt's name
        self,
        _index: Index,
        _hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Only `go_to` scrolls: Qt's own way would first bring the tile to an edge."""

    # -- thumbnails ------------------------------------------------------------------------------------

    def visible_photos(self) -> list[Photo]:
        """In sight, from the middle outwards: that is where one looks."""
        width = self.tile_size().width()
        start = self.horizontalScrollBar().value()
        first, last = start // width, (start + self.viewport().width()) // width + 1
        middle = (first + last) / 2
        rows = sorted(range(first, min(last, self.photos.rowCount())), key=lambda row: abs(row - middle))
        return [photo for row in rows if (photo := self.photos.photo(row)) is not None]

    def _want_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _want_visible(self) -> None:
        shown = self.visible_photos() if self.isVisible() else []
        keys = [photo.sha256 for photo in shown if photo.sha256 and photo.status == "ready"]
        self._wanted = set(keys)
        if keys:
            self._loader.want(self, round(EDGE * self.devicePixelRatioF()), keys)
        else:
            self._loader.forget(self)

    def _arrived(self, keys: Iterable[str]) -> None:
        if not self._wanted.isdisjoint(keys):
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._centre()
        self._want_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._centre()
        self._want_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._wanted = set()
        self._loader.forget(self)
