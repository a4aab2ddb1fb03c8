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


@dataclass(frozen=True, slots=True)
class Drawn:
    """A photo as it stands on the screen."""

    photo: Photo
    box: QRect  # of its thumbnail, whatever its shape
    selected: bool
    current: bool
    emphasised: bool  # of the column that is looked at


def paint_dots(painter: QPainter, pixels: np.ndarray, ratio: float) -> None:
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(0, 0, image)


def paint_photos(
    painter: QPainter,
    photos: Sequence[Drawn],
    loader: ThumbnailLoader,
    badges: Mapping[int, tuple[int, bool]],
) -> dict[int, QRect]:
    """Draw thumbnails, the last on top; answers where each picture is."""
    plain, bright = QPen(theme.colour("ground"), 1), QPen(theme.colour("text"), 1.5)
    chosen = QPen(theme.colour("accent"), 3)
    places: dict[int, QRect] = {}
    for each in photos:
        place = paint_photo(painter, each.box, each.photo, loader)
        places[each.photo.id] = place
        if each.box.width() >= MARKED_FROM:
            paint_judgement(painter, place, each.photo)
            badge = badges.get(each.photo.id)
            if badge is not None and badge[1]:
                paint_stack(painter, place, *badge)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(chosen if each.selected else bright if each.emphasised else plain)
        painter.drawRect(place.adjusted(-1, -1, 0, 0))
        if each.current:
            painter.setPen(QPen(theme.colour("text"), 1))
            painter.drawRect(place.adjusted(-4, -4, 3, 3))
    return places


def paint_outline(
    painter: QPainter, corners: Sequence[tuple[float, float]], view: Viewport, grow: float
) -> None:
    """The outline of a column, `grow` pixels around the places of its photos."""
    points = QPolygonF([QPointF(*view.on_screen(*corner)) for corner in corners])
    if points.isEmpty():
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme.colour("quiet"), 1, Qt.PenStyle.DashLine)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(_grown(points, grow))
    painter.restore()


def _grown(points: QPolygonF, by: float) -> QPolygonF:
    """The corners moved outwards from their middle; one or two become a box around them."""
    box = points.boundingRect()
    if points.size() < 3:
        return QPolygonF(box.adjusted(-by, -by, by, by))
    middle = box.center()
    moved = []
    for n in range(points.size()):
        away = points.at(n) - middle
        length = max(1.0, (away.x() ** 2 + away.y() ** 2) ** 0.5)
        moved.append(points.at(n) + away * (by / length))
    return QPolygonF(moved)


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


def dot_colour(name: str, alpha: int = 255) -> int:
    """A colour of the theme as an ARGB32 pixel."""
    colour = theme.colour(name)
    colour.setAlpha(alpha)
    return colour.rgba()
