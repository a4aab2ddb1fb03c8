"""Which part of a photo is seen, and how large; kept from frame to frame and shared by canvases side by side."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, QSizeF, Signal

STEPS = (0.5, 1.0, 2.0)  # device pixels per pixel of the photo
_SAME = 1.02  # two scales no further apart than this look alike


@dataclass(frozen=True, slots=True)
class Pane:
    """Where a photo is looked at: the widget's `size`, device pixels per unit of it, and the photo's own size."""

    size: QSizeF
    ratio: float
    photo: QSize

    @property
    def width(self) -> int:
        """In device pixels, as all the sums below."""
        return max(1, int(self.size.width() * self.ratio + 1e-6))

    @property
    def height(self) -> int:
        return max(1, int(self.size.height() * self.ratio + 1e-6))

    @property
    def fit(self) -> float:
        """The scale at which the whole photo is seen, as large as it goes."""
        across = self.width / max(1, self.photo.width())
        return min(across, self.height / max(1, self.photo.height()))


class Viewpoint(QObject):
    """`zoom` is device pixels per pixel of the photo, None to fit; `centre` is the photo's point in the middle of
    the pane, in parts of its width and height. A pane that cannot centre it stays within the photo."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._zoom: float | None = None
        self._centre = QPointF(0.5, 0.5)

    @property
    def zoom(self) -> float | None:
        return self._zoom

    @property
    def centre(self) -> QPointF:
        return QPointF(self._centre)

    # -- looking ---------------------------------------------------------------------------------------

    def scale(self, pane: Pane) -> float:
        """Device pixels per pixel of the photo."""
        return pane.fit if self._zoom is None else self._zoom

    def edge(self, pane: Pane) -> int:
        """The photo's longer side as it is seen, in device pixels."""
        return max(1, round(max(pane.photo.width(), pane.photo.height()) * self.scale(pane)))

    def rect(self, pane: Pane) -> QRectF:
        """Where the whole photo lies, in the widget's units; its corners are on whole device pixels."""
        size = self._size(pane, self.scale(pane))
        corner = self._corner(pane, size)
        return QRectF(
            corner.x() / pane.ratio,
            corner.y() / pane.ratio,
            size.width() / pane.ratio,
            size.height() / pane.ratio,
        )

    def overflows(self, pane: Pane) -> bool:
        """Whether there is more than the pane shows, and so something to pan."""
        size = self._size(pane, self.scale(pane))
        return size.width() > pane.width or size.height() > pane.height

    def photo_point(self, pane: Pane, at: QPointF) -> QPointF:
        """The point of the photo under `at` (widget's units), in parts of its width and height."""
        rect = self.rect(pane)
        return QPointF((at.x() - rect.x()) / rect.width(), (at.y() - rect.y()) / rect.height())

    # -- moving ----------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the photo whole."""
        self._set(None, self._centre)

    def zoom_to(self, zoom: float | None, pane: Pane, at: QPointF | None = None) -> None:
        """Change the scale; the photo's point under `at` (widget's units; the middle if None) stays under it."""
        if zoom is None:
            self.fit()
            return
        spot = at if at is not None else QPointF(pane.size.width() / 2, pane.size.height() / 2)
        point = self.photo_point(pane, spot)
        across, down = min(1.0, max(0.0, point.x())), min(1.0, max(0.0, point.y()))
        size = self._size(pane, zoom)
        corner = QPointF(
            spot.x() * pane.ratio - across * size.width(), spot.y() * pane.ratio - down * size.height()
        )
        self._set(zoom, self._centred(pane, size, corner))

    def toggle(self, pane: Pane, at: QPointF | None = None) -> None:
        """Whole, or pixel for pixel."""
        self.zoom_to(1.0 if self._zoom is None else None, pane, at)

    def step(self, by: int, pane: Pane, at: QPointF | None = None) -> None:
        """The next larger (`by` > 0) or smaller of fit, 50, 100 and 200 %."""
        now, fit = self.scale(pane), pane.fit
        if by > 0:
            larger = [step for step in STEPS if step > now * _SAME]
            if larger:
                self.zoom_to(larger[0], pane, at)
        elif self._zoom is not None:
            smaller = [step for step in STEPS if step * _SAME < now and step > fit * _SAME]
            self.zoom_to(smaller[-1] if smaller else None, pane, at)

    def pan(self, delta: QPointF, pane: Pane) -> None:
        """Move the photo by `delta` (widget's units), no further than its edges."""
        if self._zoom is None:
            return
        size = self._size(pane, self._zoom)
        corner = self._corner(pane, size) + delta * pane.ratio
        self._set(self._zoom, self._centred(pane, size, corner))

    def _set(self, zoom: float | None, centre: QPointF) -> None:
        if (zoom, centre) != (self._zoom, self._centre):
            self._zoom, self._centre = zoom, centre
            self.changed.emit()

    # -- sums, in device pixels ------------------------------------------------------------------------

    @staticmethod
    def _size(pane: Pane, scale: float) -> QSizeF:
        """The photo's size on screen; rounded as decoders round, so that a frame of that edge fits exactly."""
        width, height = max(1, pane.photo.width()), max(1, pane.photo.height())
        longer = max(width, height)
        edge = max(1, round(longer * scale))
        return QSizeF(max(1, round(width * edge / longer)), max(1, round(height * edge / longer)))

    def _corner(self, pane: Pane, size: QSizeF) -> QPointF:
        wish = QPointF(
            pane.width / 2 - self._centre.x() * size.width(),
            pane.height / 2 - self._centre.y() * size.height(),
        )
        return _held(pane, size, wish)

    def _centred(self, pane: Pane, size: QSizeF, corner: QPointF) -> QPointF:
        """The centre that brings the photo's corner there; a side that fits keeps the one it had."""
        held = _held(pane, size, corner)
        x = (pane.width / 2 - held.x()) / size.width() if size.width() > pane.width else self._centre.x()
        y = (pane.height / 2 - held.y()) / size.height() if size.height() > pane.height else self._centre.y()
        return QPointF(x, y)


def _held(pane: Pane, size: QSizeF, corner: QPointF) -> QPointF:
    """A corner for which the photo fills the pane, or lies in its middle where it is smaller; whole pixels."""
    return QPointF(
        _along(pane.width, size.width(), corner.x()), _along(pane.height, size.height(), corner.y())
    )


def _along(room: float, length: float, start: float) -> float:
    if length <= room:
        return float((room - length) // 2)
    return float(round(min(0.0, max(room - length, start))))
