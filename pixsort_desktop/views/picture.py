"""A photo as large as its place allows: its tile's picture at once, the photo itself as soon as it is decoded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.tasks.runner import Runner, Task
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import icons, theme, words
from pixsort_desktop.views.photo_tile import fitted, paint_whole

KEPT = 6  # decoded previews kept, so that going back is instant
WAIT_MS = 90  # a photo is decoded when the user has stayed on it that long

PreviewFunction = Callable[[Photo, int], QImage]


class Previews(QObject):
    """Decodes photos in the background, the newest wish first; `arrived(photo id)` tells of a new one."""

    arrived = Signal(int)

    def __init__(self, read: PreviewFunction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._runner = Runner(1, self)
        self._task: Task | None = None
        self._wish: tuple[int, int] | None = None
        self._kept: OrderedDict[int, tuple[int, QPixmap | None]] = OrderedDict()

    def get(self, photo: Photo) -> QPixmap | None:
        """The decoded photo, if it is in memory."""
        kept = self._kept.get(photo.id)
        if kept is None:
            return None
        self._kept.move_to_end(photo.id)
        return kept[1]

    def ask(self, photo: Photo, edge: int) -> None:
        """Decode a photo to at most `edge` pixels a side; an older wish that has not begun is dropped."""
        kept = self._kept.get(photo.id)
        if (kept is not None and kept[0] >= edge) or self._wish == (photo.id, edge):
            return
        if self._task is not None:
            self._task.cancel()
        self._wish = (photo.id, edge)
        self._task = self._runner.run(
            lambda: self._read(photo, edge),
            lambda image: self._keep(photo.id, edge, image),
            lambda _error: self._keep(photo.id, edge, None),
        )

    def close(self) -> None:
        self._runner.close()
        self._runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        return self._runner.wait(seconds)

    def _keep(self, photo_id: int, edge: int, image: QImage | None) -> None:
        self._wish = None
        self._kept[photo_id] = (edge, QPixmap.fromImage(image) if image is not None else None)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(photo_id)


class PictureView(QWidget):
    """Shows one photo whole. `shape` is height over width it asks for; None takes all there is."""

    opened = Signal(int)

    def __init__(
        self, loader: ThumbnailLoader, previews: Previews, shape: float | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._loader = loader
        self._previews = previews
        self._shape = shape
        self.photo: Photo | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._ask)
        policy = QSizePolicy(
            QSizePolicy.Policy.Expanding,
            QSizePolicy.Policy.Preferred if shape else QSizePolicy.Policy.Expanding,
        )
        policy.setHeightForWidth(shape is not None)
        self.setSizePolicy(policy)
        loader.arrived.connect(self._thumbnails_arrived)
        previews.arrived.connect(self._preview_arrived)

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
            return
        self._timer.start()

    def _edge(self) -> int:
        return round(max(self.width(), self.height()) * self.devicePixelRatioF())

    def _ask(self) -> None:
        if self.photo is not None and self.isVisible():
            self._previews.ask(self.photo, self._edge())

    def _thumbnails_arrived(self, keys: list[str]) -> None:
        if self.photo is not None and self.photo.sha256 in keys:
            self.update()

    def _preview_arrived(self, photo_id: int) -> None:
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
            self._paint_failure(painter, photo)
            return
        pixmap = self._previews.get(photo)
        if pixmap is None and photo.sha256:
            pixmap = self._loader.pixmap(photo.sha256)
        if pixmap is None:
            shape = QSize(photo.width or 3, photo.height or 2)
            painter.fillRect(fitted(shape, self.rect()), theme.colour("hover"))
            return
        paint_whole(painter, pixmap, self.rect())

    def _paint_failure(self, painter: QPainter, photo: Photo) -> None:
        unit = theme.UNIT
        box = self.rect().adjusted(unit * 2, unit * 2, -unit * 2, -unit * 2)
        painter.setFont(theme.font())
        mark = box.adjusted(0, box.height() // 4, 0, -box.height() // 2)
        icons.paint(painter, "warning", mark.toRectF(), theme.colour("text"))
        painter.setPen(theme.colour("quiet"))
        room = box.adjusted(0, box.height() // 2 + unit, 0, 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(room, int(flags), photo.error or "It could not be read.")
