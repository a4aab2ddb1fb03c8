"""One photo, painted from a viewpoint out of what is in memory, sharper as sharper frames arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import icons, theme, words
from pixsort_desktop.views.loupe.frame_memory import Frame
from pixsort_desktop.views.loupe.frames import Frames, Wish
from pixsort_desktop.views.loupe.viewpoint import Pane, Viewpoint

THUMBNAIL_EDGE = 512  # as large as they are kept on disk
_WHEEL_STEP = 120  # eighths of a degree: one notch
_UNKNOWN_SHAPE = QSize(3, 2)

Overlay = Callable[[QPainter, QRectF], None]
"""Paints above the photo; given the painter and where the whole photo lies, in the canvas's units."""


@dataclass(frozen=True, slots=True)
class Painted:
    """What the last paint event showed: `sharp` when no pixel of the screen could have been sharper."""

    photo_id: int
    sharp: bool
    edge: int  # of the picture that was painted, in its own pixels; 0 for an empty box


class Canvas(QWidget):
    """Shows one photo. Click and `toggle_zoom` go between fit and 100 %, the wheel zooms, dragging pans."""

    opened = Signal(int)  # a double click on the photo of that id
    pressed = Signal()  # a mouse button went down
    photo_changed = Signal()  # another photo is shown, or none

    def __init__(
        self, frames: Frames, loader: ThumbnailLoader, viewpoint: Viewpoint, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.frames, self.loader, self.viewpoint = frames, loader, viewpoint
        self.overlays: list[Overlay] = []
        self.ground: QColor | None = None  # None: the theme's ground
        self.click_zooms = True  # else it only says that it was pressed
        self.photo: Photo | None = None
        self.painted: Painted | None = None
        self._wheel = 0
        self._grip: QPointF | None = None  # where the button went down, then where a drag has got to
        self._dragging = False
        self._toggled = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("No photo")
        frames.arrived.connect(self._frame_arrived)
        loader.arrived.connect(self._thumbnails_arrived)
        viewpoint.changed.connect(self._view_changed)

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 64)

    # -- what is shown ---------------------------------------------------------------------------------

    def show_photo(self, photo: Photo | None) -> None:
        """Show this photo, or nothing; the viewpoint stays."""
        if photo == self.photo:
            return
        self.photo = photo
        self.setAccessibleName(f"Photo {words.spoken(photo)}" if photo else "No photo")
        self._ask()
        self._show_cursor()
        self.update()
        self.photo_changed.emit()

    def pane(self, photo: Photo | None = None) -> Pane:
        """This canvas with that photo (or the one it shows) in it."""
        photo = photo or self.photo
        size = QSize(photo.width or 0, photo.height or 0) if photo else QSize()
        if size.isEmpty():
            frame = self.frames.best(photo) if photo else None
            size = frame.image.size() if frame is not None else _UNKNOWN_SHAPE
        return Pane(QSizeF(self.size()), self.devicePixelRatioF(), size)

    def wish(self, photo: Photo) -> Wish:
        """The frame with which that photo would be sharp here and now."""
        if not photo.width or not photo.height:
            return Wish(photo, max(self.pane(photo).width, self.pane(photo).height))
        return Wish(photo, self.viewpoint.edge(self.pane(photo)))

    def frame(self) -> Frame | None:
        """The frame that is painted now, if one is in memory."""
        photo = self.photo
        return self.frames.best(photo, self.wish(photo).pixels_long) if photo is not None else None

    def photo_rect(self) -> QRectF:
        """Where the whole photo lies, in the canvas's units; it may reach beyond the canvas."""
        return self.viewpoint.rect(self.pane())

    # -- zoom ------------------------------------------------------------------------------------------

    def toggle_zoom(self, at: QPointF | None = None) -> None:
        """Fit or 100 %, around `at`: where the pointer is, else the middle."""
        if self._usable():
            self.viewpoint.toggle(self.pane(), at if at is not None else self._pointer())

    def step_zoom(self, by: int, at: QPointF | None = None) -> None:
        """One step larger (1) or smaller (-1), around `at` or the pointer."""
        if self._usable():
            self.viewpoint.step(by, self.pane(), at if at is not None else self._pointer())

    def _usable(self) -> bool:
        return self.photo is not None and self.photo.status != "failed"

    def _pointer(self) -> QPointF | None:
        at = QPointF(self.mapFromGlobal(QCursor.pos()))
        return at if self.underMouse() and QRectF(self.rect()).contains(at) else None

    def _view_changed(self) -> None:
        self._ask()
        self._show_cursor()
        self.update()

    def _show_cursor(self) -> None:
        if self._usable() and self.viewpoint.overflows(self.pane()):
            closed = Qt.CursorShape.ClosedHandCursor
            self.setCursor(closed if self._dragging else Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    # -- asking for pixels -----------------------------------------------------------------------------

    def _ask(self) -> None:
        photo = self.photo
        if photo is None or not self._usable() or not self.isVisible():
            self.frames.forget(self)
            self.loader.forget(self)
            return
        self.frames.want(self, [self.wish(photo)])
        if photo.sha256 and self.frames.best(photo) is None:
            self.loader.want(self, THUMBNAIL_EDGE, [photo.sha256])
        else:
            self.loader.forget(self)

    def _frame_arrived(self, photo_id: int) -> None:
        if self.photo is not None and self.photo.id == photo_id:
            self.update()

    def _thumbnails_arrived(self, keys: list[str]) -> None:
        if self.photo is not None and self.photo.sha256 in keys:
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask()
        self._show_cursor()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ask()

    # -- the mouse -------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / _WHEEL_STEP)
        self._wheel -= steps * _WHEEL_STEP
        for _ in range(abs(steps)):
            self.step_zoom(1 if steps > 0 else -1, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        if event.button() == Qt.MouseButton.LeftButton and self._usable():
            self._grip, self._dragging, self._toggled = event.position(), False, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        delta = event.position() - self._grip
        if not self._dragging and delta.manhattanLength() < QApplication.startDragDistance():
            return
        self._dragging = True
        self._grip = event.position()
        self.viewpoint.pan(delta, self.pane())
        self._show_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is None or event.button() != Qt.MouseButton.LeftButton:
            return
        was_click = not self._dragging
        self._grip, self._dragging = None, False
        if was_click and self.click_zooms:
            self._toggled = True
            self.toggle_zoom(event.position())
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.photo is None:
            return
        if self._toggled:  # the first of the two clicks meant nothing by itself
            self._toggled = False
            self.toggle_zoom(event.position())
        self.opened.emit(self.photo.id)

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.ground or theme.colour("ground"))
        photo = self.photo
        if photo is None:
            self.painted = None
            return
        if photo.status == "failed":
            paint_failure(painter, self.rect(), photo.error or "It could not be read.")
            self.painted = Painted(photo.id, True, 0)
            return
        painter.save()
        self.painted = self._paint_photo(painter, photo)
        painter.restore()
        for overlay in self.overlays:
            painter.save()
            overlay(painter, self.photo_rect())
            painter.restore()

    def _paint_photo(self, painter: QPainter, photo: Photo) -> Painted:
        trouble = self.frames.trouble(photo)
        rect = self.photo_rect()
        edge = round(max(rect.width(), rect.height()) * self.devicePixelRatioF())
        frame = self.frame()
        pixmap = frame.pixmap if frame is not None else self._thumbnail(photo)
        if pixmap is None:
            if trouble:
                paint_failure(painter, self.rect(), trouble)
            else:
                painter.fillRect(rect, theme.colour("hover"))
            return Painted(photo.id, False, 0)
        full = frame is not None and frame.scale >= 1.0
        length = max(pixmap.width(), pixmap.height())
        crisp = length == edge or (full and edge > length and self.viewpoint.zoom is not None)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not crisp)
        painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
        if trouble and length < edge:
            paint_note(painter, self.rect(), trouble)
        return Painted(photo.id, full or (frame is not None and length >= edge), length)

    def _thumbnail(self, photo: Photo) -> QPixmap | None:
        return self.loader.pixmap(photo.sha256) if photo.sha256 else None


def paint_failure(painter: QPainter, room: QRect, sentence: str) -> None:
    """A mark and the reason, in the middle, for a photo that cannot be shown."""
    unit = theme.UNIT
    box = room.adjusted(unit * 2, unit * 2, -unit * 2, -unit * 2)
    painter.setFont(theme.font())
    mark = box.adjusted(0, box.height() // 4, 0, -box.height() // 2)
    icons.paint(painter, "warning", mark.toRectF(), theme.colour("text"))
    painter.setPen(theme.colour("quiet"))
    below = box.adjusted(0, box.height() // 2 + unit, 0, 0)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(below, int(flags), sentence)


def paint_note(painter: QPainter, room: QRect, sentence: str) -> None:
    """One line at the lower edge of a photo that is shown less sharp than it should be, and why."""
    unit = theme.UNIT
    painter.setFont(theme.font("small"))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    inner = room.adjusted(unit * 3, unit * 2, -unit * 3, -unit * 3)
    text = f"Only a small preview: {sentence}"
    box = painter.boundingRect(inner, int(flags), text)
    box.moveBottom(inner.bottom())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 190))
    painter.drawRoundedRect(box.adjusted(-unit, -unit // 2, unit, unit // 2), 4, 4)
    painter.setPen(QColor("white"))
    painter.drawText(box, int(flags), text)
