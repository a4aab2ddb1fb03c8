"""A photo as large as its place allows: its tile's picture at once, the photo itself as soon as it is decoded."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.loupe.canvas import paint_failure
from pixsort_desktop.views.loupe.frames import Frames, Wish
from pixsort_desktop.views.photo_tile import fitted, paint_whole
from pixsort_desktop.views.timers import single_shot

WAIT_MS = 150  # a photo is decoded when the user has stayed on it that long
LARGER = 1.5  # how much larger than its place a frame may be, and still shrink without flicker


class PictureView(QWidget):
    """Shows one photo whole. `shape` is height over width it asks for; None takes all there is."""

    opened = Signal(int)

    def __init__(
        self, loader: ThumbnailLoader, frames: Frames, shape: float | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._loader = loader
        self._frames = frames
        self._shape = shape
        self.photo: Photo | None = None
        self._timer = single_shot(self, self._ask, WAIT_MS)
        policy = QSizePolicy(
            QSizePolicy.Policy.Expanding,
            QSizePolicy.Policy.Preferred if shape else QSizePolicy.Policy.Expanding,
        )
        policy.setHeightForWidth(shape is not None)
        self.setSizePolicy(policy)
        loader.arrived.connect(self._thumbnails_arrived)
        frames.arrived.connect(self._frame_arrived)

    def show_photo(self, photo: Photo | None) -> None:
        """Show this photo, or nothing."""
        if photo == self.photo:
            return
        self.photo = photo
        self.setAccessibleName(f"Photo {words.spoken(photo)}" if photo else "No photo selected")
        self._ask_soon()
        self.update()

    def _ask_soon(self) -> None:
        photo = self.photo
        if photo is None or photo.status == "failed" or not self.isVisible():
            self._timer.stop()
            self._frames.forget(self)
            return
        self._timer.start()

    def _edge(self) -> int:
        return round(max(self.width(), self.height()) * self.devicePixelRatioF())

    def _ask(self) -> None:
        if self.photo is not None and self.isVisible():
            self._frames.want(self, [Wish(self.photo, self._edge())], ahead=True)

    def _thumbnails_arrived(self, keys: list[str]) -> None:
        if self.photo is not None and self.photo.sha256 in keys:
            self.update()

    def _frame_arrived(self, photo_id: int) -> None:
        if self.photo is not None and self.photo.id == photo_id:
            self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return self._shape is not None

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return round(width * (self._shape or 1))

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 72)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_soon()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        if self.photo is not None:
            self.opened.emit(self.photo.id)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("ground"))
        photo = self.photo
        if photo is None:
            return
        if photo.status == "failed":
            paint_failure(painter, self.rect(), photo.error or "It could not be read.")
            return
        pixmap = self._pixmap(photo)
        if pixmap is None:
            shape = QSize(photo.width or 3, photo.height or 2)
            painter.fillRect(fitted(shape, self.rect()), theme.colour("hover"))
            return
        paint_whole(painter, pixmap, self.rect())

    def _pixmap(self, photo: Photo) -> QPixmap | None:
        """A frame of about the right size, else the tile's picture, else whatever frame there is."""
        edge = self._edge()
        frame = self._frames.best(photo, edge)
        if frame is not None and frame.edge <= LARGER * edge:
            return frame.pixmap
        thumbnail = self._loader.pixmap(photo.sha256) if photo.sha256 else None
        return thumbnail or (frame.pixmap if frame is not None else None)
