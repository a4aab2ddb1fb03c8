"""Small drawings for buttons, made from lines so that they are sharp at every size and take the theme's grey."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from pixsort_desktop.views import theme


def icon(name: str, colour: str | None = None) -> QIcon:
    """The drawing of that name in the theme's text colour (or `colour`), for small and large text and screens."""
    found = QIcon()
    for mode, tint in (
        (QIcon.Mode.Normal, colour or theme.colours().text),
        (QIcon.Mode.Disabled, theme.colours().faint),
    ):
        for edge in (16, 24, 32):
            for ratio in (1, 2):
                found.addPixmap(_pixmap(name, QColor(tint), edge, ratio), mode)
    return found


def paint(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Draw `name` into the largest square in the middle of `box`."""
    edge = min(box.width(), box.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center().x() - edge / 2, box.center().y() - edge / 2)
    painter.scale(edge / 16, edge / 16)
    pen = QPen(colour, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _DRAWINGS[name](painter)
    painter.restore()


def _pixmap(name: str, colour: QColor, edge: int, ratio: int) -> QPixmap:
    pixmap = QPixmap(edge * ratio, edge * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint(painter, name, QRectF(0, 0, edge, edge), colour)
    painter.end()
    return pixmap


def _plus(p: QPainter) -> None:
    p.drawLine(QPointF(8, 3), QPointF(8, 13))
    p.drawLine(QPointF(3, 8), QPointF(13, 8))


def _flag(p: QPainter) -> None:
    p.drawLine(QPointF(4.5, 2), QPointF(4.5, 14))
    p.setBrush(p.pen().color())
    p.drawPolygon(QPolygonF([QPointF(4.5, 3), QPointF(12.5, 5.5), QPointF(4.5, 8.5)]))


def _unflagged(p: QPainter) -> None:
    p.drawLine(QPointF(4.5, 2), QPointF(4.5, 14))
    p.drawPolygon(QPolygonF([QPointF(4.5, 3), QPointF(12.5, 5.5), QPointF(4.5, 8.5)]))


def _filter(p: QPainter) -> None:
    corners = ((2, 3), (14, 3), (9.5, 8.5), (9.5, 13), (6.5, 11.5), (6.5, 8.5))
    p.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))


def _close(p: QPainter) -> None:
    p.drawLine(QPointF(4, 4), QPointF(12, 12))
    p.drawLine(QPointF(12, 4), QPointF(4, 12))


def _grid(p: QPainter) -> None:
    for x in (2.5, 9):
        for y in (2.5, 9):
            p.drawRect(QRectF(x, y, 4.5, 4.5))


def _map(p: QPainter) -> None:
    p.setBrush(p.pen().color())
    p.setPen(Qt.PenStyle.NoPen)
    for x, y in ((2, 9.5), (5, 5), (6.5, 11), (10.5, 2), (11.5, 7.5)):
        p.drawRect(QRectF(x, y, 3, 2.5))


def _board(p: QPainter) -> None:
    for x, height in ((2, 12), (6.5, 7), (11, 9.5)):
        p.drawRect(QRectF(x, 2, 3, height))


def _menu(p: QPainter) -> None:
    p.setBrush(p.pen().color())
    p.setPen(Qt.PenStyle.NoPen)
    for x in (3, 8, 13):
        p.drawEllipse(QPointF(x, 8), 1.3, 1.3)


def _warning(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(8, 2), QPointF(14.5, 13.5), QPointF(1.5, 13.5)]))
    p.drawLine(QPointF(8, 6.5), QPointF(8, 9.5))
    p.drawPoint(QPointF(8, 11.6))


def _photos(p: QPainter) -> None:
    p.drawRoundedRect(QRectF(1.5, 3, 13, 10), 1.2, 1.2)
    path = QPainterPath(QPointF(2, 11.5))
    for x, y in ((6, 7), (9, 10), (11, 8.3), (14, 11.5)):
        path.lineTo(x, y)
    p.drawPath(path)
    p.drawEllipse(QPointF(11, 5.8), 0.9, 0.9)


def _folder(p: QPainter) -> None:
    path = QPainterPath(QPointF(1.5, 12.5))
    for x, y in ((1.5, 3.5), (6, 3.5), (7.5, 5.5), (14.5, 5.5), (14.5, 12.5)):
        path.lineTo(x, y)
    path.closeSubpath()
    p.drawPath(path)


def _list(p: QPainter) -> None:
    for y in (4, 8, 12):
        p.drawLine(QPointF(2.5, y), QPointF(13.5, y))


def _check(p: QPainter) -> None:
    p.drawPolyline(QPolygonF([QPointF(3, 8.5), QPointF(6.5, 12), QPointF(13, 4.5)]))


def _group(p: QPainter) -> None:
    for x, y in ((4.5, 4.5), (11.5, 4.5), (4.5, 11.5), (11.5, 11.5)):
        p.drawEllipse(QPointF(x, y), 1.6, 1.6)
    p.drawRoundedRect(QRectF(1.2, 1.2, 6.6, 13.6), 3.2, 3.2)


def _search(p: QPainter) -> None:
    p.drawEllipse(QPointF(7, 7), 4.2, 4.2)
    p.drawLine(QPointF(10.2, 10.2), QPointF(13.8, 13.8))


def _promote(p: QPainter) -> None:
    p.drawLine(QPointF(8, 13), QPointF(8, 5))
    p.drawPolyline(QPolygonF([QPointF(4, 8.5), QPointF(8, 4.5), QPointF(12, 8.5)]))
    p.drawLine(QPointF(4, 2.5), QPointF(12, 2.5))


def _lock(p: QPainter) -> None:
    p.drawArc(QRectF(5, 2, 6, 9), 0, 180 * 16)
    p.setBrush(p.pen().color())
    p.drawRoundedRect(QRectF(3.5, 7, 9, 6.5), 1.2, 1.2)


def _tree(p: QPainter) -> None:
    p.drawLine(QPointF(2, 3), QPointF(14, 3))
    for left, right in ((2, 7.5), (9.5, 14)):
        p.drawLine(QPointF(left, 8), QPointF(right, 8))
    for left, right in ((2, 4), (5.8, 7.5), (9.5, 11)):
        p.drawLine(QPointF(left, 13), QPointF(right, 13))


_DRAWINGS: dict[str, Callable[[QPainter], None]] = {
    "plus": _plus, "close": _close,
    "flag": _flag, "grid": _grid, "board": _board, "map": _map, "menu": _menu, "warning": _warning,
    "unflagged": _unflagged, "filter": _filter,
    "photos": _photos, "folder": _folder, "list": _list, "check": _check, "group": _group, "search": _search,
    "promote": _promote, "lock": _lock, "tree": _tree,
}  # fmt: skip
