"""How clipped pixels, sharp edges and AF areas are painted above a photo, at any zoom."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from pixsort_desktop.views import theme
from pixsort_desktop.views.loupe.inspector import AfArea, Mask

STRIPE = 4  # pixels of the frame; a power of two
HIGHLIGHT, SHADOW = 1, 2  # as the clipping function marks them
_RISING, _FALLING = 4, 8  # bits of the stripe that a pixel lies on

_HIGHLIGHT_TONES = (QColor(255, 40, 40), QColor(120, 0, 0))
_SHADOW_TONES = (QColor(70, 140, 255), QColor(205, 225, 255))
_EDGE_TONE = QColor(255, 60, 160)
_AF_TONE = QColor(theme.DARK.accent)  # in either theme: it lies on a photo, over a dark line

_LEAST_BOX = 14  # pixels of the screen: a point, or an area seen from afar, is drawn as large


def stripe(mask: QImage) -> None:
    """Give every marked pixel of a clipping mask its place in two patterns of diagonal stripes. Runs in a worker.

    Highlights are striped one way and shadows the other, so that they differ without their colours, too.
    """
    import numpy as np

    width, height = mask.width(), mask.height()
    rows = np.frombuffer(mask.bits(), np.uint8).reshape(height, mask.bytesPerLine())
    down, across = np.mgrid[: 2 * STRIPE, : 2 * STRIPE]
    rising = ((across + down) // STRIPE % 2) * _RISING
    falling = ((across - down) // STRIPE % 2) * _FALLING
    tile = (rising + falling).astype(np.uint8)
    whole = np.tile(tile, (-(-height // len(tile)), -(-rows.shape[1] // len(tile))))
    rows |= whole[:height, : rows.shape[1]]
    rows[:, width:] = 0


def clipping_colours() -> list[int]:
    """What each value of a striped mask looks like; nothing is marked where the two lowest bits are 0."""
    colours = []
    for value in range(16):
        tones = {HIGHLIGHT: _HIGHLIGHT_TONES, SHADOW: _SHADOW_TONES}.get(value & 3)
        bit = _RISING if value & 3 == HIGHLIGHT else _FALLING
        colours.append(tones[1 if value & bit else 0].rgba() if tones else 0)
    return colours


def peaking_colours() -> list[int]:
    return [0, _EDGE_TONE.rgba()]


class MaskPainter:
    """Paints the part of a mask that is seen; a part painted before is kept, for it is painted again and again."""

    def __init__(self, colours: list[int]) -> None:
        self._colours = colours
        self._mask: Mask | None = None
        self._part = QRect()
        self._pixmap = QPixmap()

    def paint(self, painter: QPainter, mask: Mask, rect: QRectF, seen: QRectF) -> None:
        """`rect` is where the whole photo lies, `seen` the canvas, both in the painter's units."""
        part, target = visible_part(mask.image.width(), mask.image.height(), rect, seen)
        if part.isEmpty() or not mask.share:
            return
        if mask is not self._mask or part != self._part:
            self._mask, self._part = mask, part
            image = mask.image.copy(part)
            image.setColorTable(self._colours)
            self._pixmap = QPixmap.fromImage(image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))


def visible_part(width: int, height: int, rect: QRectF, seen: QRectF) -> tuple[QRect, QRectF]:
    """Which whole pixels of a picture of that size, stretched over `rect`, are seen, and where they lie."""
    inside = rect.intersected(seen)
    if inside.isEmpty() or width <= 0 or height <= 0:
        return QRect(), QRectF()
    across, down = rect.width() / width, rect.height() / height
    left, top = (
        math.floor((inside.left() - rect.left()) / across),
        math.floor((inside.top() - rect.top()) / down),
    )
    right = min(width, math.ceil((inside.right() - rect.left()) / across))
    bottom = min(height, math.ceil((inside.bottom() - rect.top()) / down))
    target = QRectF(
        rect.left() + left * across, rect.top() + top * down, (right - left) * across, (bottom - top) * down
    )
    return QRect(left, top, right - left, bottom - top), target


def paint_af_areas(painter: QPainter, areas: Iterable[AfArea], rect: QRectF) -> None:
    """A frame around each area: closed where the camera found focus, its corners only where it was but selected."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for area in areas:
        box = af_box(area, rect)
        for width, colour in ((4.0, QColor(0, 0, 0, 160)), (2.0, _AF_TONE)):
            pen = QPen(colour, width)
            pen.setCapStyle(Qt.PenCapStyle.SquareCap if width < 3 else Qt.PenCapStyle.FlatCap)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if area.in_focus:
                painter.drawRect(box)
            else:
                _paint_corners(painter, box)


def af_box(area: AfArea, rect: QRectF) -> QRectF:
    """Where an area lies on the screen, never smaller than can be seen."""
    width = max(area.width * rect.width(), _LEAST_BOX)
    height = max(area.height * rect.height(), _LEAST_BOX)
    centre = QPointF(rect.left() + area.x * rect.width(), rect.top() + area.y * rect.height())
    return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)


def _paint_corners(painter: QPainter, box: QRectF) -> None:
    across, down = QPointF(box.width() / 4, 0), QPointF(0, box.height() / 4)
    for corner, right, below in (
        (box.topLeft(), 1, 1),
        (box.topRight(), -1, 1),
        (box.bottomRight(), -1, -1),
        (box.bottomLeft(), 1, -1),
    ):
        painter.drawPolyline([corner + across * right, corner, corner + down * below])
