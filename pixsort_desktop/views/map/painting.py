"""How the map is drawn: dots below, then thumbnails, the outline of a column, and the lasso.

Photographs are the only colour: columns are told by a frame and an outline, what is selected by the accent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen, QPolygonF

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme
from pixsort_desktop.views.map.viewport import Viewport
from pixsort_desktop.views.photo_tile import paint_judgement, paint_photo, paint_stack

if TYPE_CHECKING:
    import numpy as np

MARKED_FROM = 48  # pixels: smaller thumbnails have no room for stars and flags


@dataclass(slots=True)
class Drawn:
    """A photo as it stands on the screen."""

    photo: Photo
    box: QRect  # of its thumbnail, whatever its shape
    selected: bool
    current: bool
    emphasised: bool  # of the column that is looked at


def paint_dots(painter: QPainter, pixels: np.ndarray, ratio: float, margin: int) -> None:
    """Draw a picture of RGB32 pixels, less a margin of so many."""
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(-margin / ratio, -margin / ratio), image)


def paint_photos(
    painter: QPainter,
    photos: Sequence[Drawn],
    loader: ThumbnailLoader,
    badges: Mapping[int, tuple[int, bool]],
) -> dict[int, QRect]:
    """Draw thumbnails, the last on top; answers where each picture is."""
    plain, bright = QPen(theme.colour("ground"), 1), QPen(theme.colour("text"), 1.5)
    chosen, here = QPen(theme.colour("accent"), 3), QPen(theme.colour("text"), 1)
    places: dict[int, QRect] = {}
    ratio = painter.device().devicePixelRatioF()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = None  # a thousand thumbnails are painted in a frame: what is set already is not set again
    for each in photos:
        place = _paint_small(painter, each.box, each.photo, loader, ratio)
        places[each.photo.id] = place
        if each.box.width() >= MARKED_FROM:
            paint_judgement(painter, place, each.photo)
            badge = badges.get(each.photo.id)
            if badge is not None and badge[1]:
                paint_stack(painter, place, *badge)
        wanted = chosen if each.selected else bright if each.emphasised else plain
        if pen is not wanted:
            pen = wanted
            painter.setPen(pen)
        painter.drawRect(place.x() - 1, place.y() - 1, place.width() + 1, place.height() + 1)
        if each.current:
            pen = here
            painter.setPen(pen)
            painter.drawRect(place.adjusted(-4, -4, 3, 3))
    return places


def _paint_small(painter: QPainter, box: QRect, photo: Photo, loader: ThumbnailLoader, ratio: float) -> QRect:
    """As `paint_photo`, and quicker for a picture that was read for this size: the map has hundreds, and is dragged."""
    pixmap = loader.pixmap(photo.sha256) if photo.sha256 and photo.flag != "reject" else None
    if pixmap is not None:
        edge = box.width()
        width, height = round(pixmap.width() / ratio), round(pixmap.height() / ratio)
        if abs(max(width, height) - edge) <= 1:
            x, y = box.x() + (edge - width) // 2, box.y() + (edge - height) // 2
            painter.drawPixmap(x, y, width, height, pixmap)
            return QRect(x, y, width, height)
    return paint_photo(painter, box, photo, loader)


def paint_outline(painter: QPainter, corners: Sequence[tuple[float, float]], view: Viewport) -> None:
    """A line around the photos of a column."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme.colour("quiet"), 1, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF([QPointF(*view.on_screen(*corner)) for corner in corners]))
    painter.restore()


def paint_name(painter: QPainter, text: str, at: QPointF, inside: QRect) -> None:
    """The name of a column on a card, above `at`, within the picture."""
    metrics: QFontMetrics = theme.metrics("small")
    shown = theme.elide(text, min(theme.UNIT * 32, inside.width() - theme.UNIT * 4), "small")
    card = QRectF(0, 0, metrics.horizontalAdvance(shown) + theme.UNIT * 2, metrics.height() + theme.UNIT)
    card.moveCenter(QPointF(at.x(), at.y() - card.height()))
    card.moveLeft(
        min(inside.right() - card.width() - theme.UNIT, max(inside.left() + theme.UNIT, card.left()))
    )
    card.moveTop(
        min(inside.bottom() - card.height() - theme.UNIT, max(inside.top() + theme.UNIT, card.top()))
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("border"), 1))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(card, 4, 4)
    painter.setPen(theme.colour("text"))
    painter.setFont(theme.font("small"))
    painter.drawText(card, int(Qt.AlignmentFlag.AlignCenter), shown)
    painter.restore()


def paint_lasso(painter: QPainter, line: Sequence[QPointF]) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("accent"), 1.5))
    ground = QColor(theme.colour("accent"))
    ground.setAlpha(36)
    painter.setBrush(ground)
    painter.drawPolygon(QPolygonF(line))
    painter.restore()


def dot_colour(name: str) -> int:
    """A colour of the theme as a pixel."""
    return theme.colour(name).rgb()
