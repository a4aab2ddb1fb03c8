"""How a photo is painted in the grid and on the board: whole, with its state told by shape as well as colour.

The delegate paints from memory only. A picture that is not there yet is a quiet box of the photo's own
shape; a photo that failed shows its reason.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import arrivals, framing, icons, presence, theme, words
from pixsort_desktop.views.photo_list_model import PHOTO, STACK

DENSITIES = {"airy": theme.UNIT * 2, "usual": theme.UNIT, "dense": theme.UNIT // 4}
_state = {"margin": DENSITIES["usual"]}
LABEL_COLOURS = {
    "red": "#e5534b",
    "yellow": "#e3b341",
    "green": "#57ab5a",
    "blue": "#6cb6ff",
    "purple": "#b083f0",
}
_CHIP = QColor(0, 0, 0, 170)
_REJECTED = 0.3  # a rejected photo fades, and is still there


def margin() -> int:
    """Pixels around a picture within its tile."""
    return _state["margin"]


def set_density(name: str) -> None:
    """One of `DENSITIES`; whoever lays tiles out has to do so again."""
    _state["margin"] = DENSITIES[name]


class PhotoTile(QStyledItemDelegate):
    """Paints a tile of `tile_size`; `caption` adds the file name below the picture."""

    def __init__(self, loader: ThumbnailLoader, *, caption: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._loader = loader
        self._caption = caption
        self._size = QSize(160, 160)

    def set_tile_size(self, size: QSize) -> None:
        self._size = size

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self._size

    def caption_height(self) -> int:
        return theme.metrics("small").height() + theme.UNIT // 2 if self._caption else 0

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        photo = index.data(PHOTO)
        if not isinstance(photo, Photo):
            return
        tile: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        gap = margin()
        box = tile.adjusted(gap, gap, -gap, -gap - self.caption_height())
        self._paint_ground(painter, tile, selected, bool(state & QStyle.StateFlag.State_MouseOver))
        if photo.status == "failed":
            picture = box
            _paint_failure(painter, box, photo)
        else:
            picture = paint_photo(painter, box, photo, self._loader)
            paint_judgement(painter, picture, photo)
            presence.paint_mark(painter, picture, photo)
            arrivals.paint_mark(painter, picture, photo)
            framing.paint_badge(painter, picture, photo, beside=theme.UNIT * 2 if selected else 0)
            badge = index.data(STACK)
            if badge is not None:
                paint_stack(painter, picture, *badge)
        if self._caption:
            _paint_caption(painter, tile, box, words.file_name(photo), selected)
        if selected:
            _paint_check(painter, picture)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Active:
            _paint_focus(painter, tile)

    def _paint_ground(self, painter: QPainter, tile: QRect, selected: bool, hovered: bool) -> None:
        if not selected and not hovered:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 2) if selected else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_ground" if selected else "hover"))
        painter.drawRoundedRect(QRectF(tile).adjusted(3, 3, -3, -3), 4, 4)
        painter.restore()


def paint_photo(painter: QPainter, box: QRect, photo: Photo, loader: ThumbnailLoader) -> QRect:
    """Its picture, whole, or a quiet box of its shape; answers where it is."""
    pixmap = loader.pixmap(photo.sha256) if photo.sha256 else None
    if pixmap is None:
        place = fitted(QSize(photo.width or 3, photo.height or 2), box)
        painter.fillRect(place, theme.colour("hover"))
        if photo.sha256 and loader.missing(photo.sha256):
            _paint_mark(painter, place, "photos")
        return place
    if photo.flag != "reject":
        return paint_whole(painter, pixmap, box)
    painter.setOpacity(_REJECTED)
    place = paint_whole(painter, pixmap, box)
    painter.setOpacity(1.0)
    return place


def fitted(size: QSize, box: QRect) -> QRect:
    """The largest rectangle of the shape of `size` in the middle of `box`."""
    inner = size.scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return _centred(QSize(max(1, inner.width()), max(1, inner.height())), box)


def _centred(size: QSize, box: QRect) -> QRect:
    corner = QPoint(
        box.x() + (box.width() - size.width()) // 2, box.y() + (box.height() - size.height()) // 2
    )
    return QRect(corner, size)


def paint_whole(painter: QPainter, pixmap: QPixmap, box: QRect) -> QRect:
    """Paint all of `pixmap` as large as it fits, pixel for pixel where it was read for this size."""
    ratio = painter.device().devicePixelRatioF()
    natural = QSize(round(pixmap.width() / ratio), round(pixmap.height() / ratio))
    place = fitted(pixmap.size(), box)
    near = abs(natural.width() - place.width()) <= 1 and abs(natural.height() - place.height()) <= 1
    tiny = natural.width() <= place.width() and max(pixmap.width(), pixmap.height()) < 64
    if near or tiny:
        place = _centred(natural, box)
    else:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(place, pixmap)
    return place


def _paint_failure(painter: QPainter, box: QRect, photo: Photo) -> None:
    painter.save()
    painter.setPen(QPen(theme.colour("border"), 1, Qt.PenStyle.DashLine))
    painter.drawRect(box.adjusted(0, 0, -1, -1))
    line = theme.metrics("small").height()
    mark = QRectF(box.x(), box.y() + theme.UNIT, box.width(), line * 1.5)
    icons.paint(painter, "warning", mark, theme.colour("text"))
    painter.setFont(theme.font("small"))
    painter.setPen(theme.colour("quiet"))
    room = box.adjusted(theme.UNIT, int(line * 1.5) + theme.UNIT * 2, -theme.UNIT, -theme.UNIT)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.setClipRect(room)
    painter.drawText(room, int(flags), photo.error or "It could not be read.")
    painter.restore()


def paint_judgement(painter: QPainter, picture: QRect, photo: Photo) -> None:
    """Flag top left, beside it the colour label with its initial, stars bottom left: place and shape tell them too."""
    if not (photo.rating or photo.flag or photo.colour):
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.font("small"))
    metrics = theme.metrics("small")
    edge = metrics.height() + 2
    inner = picture.adjusted(4, 4, -4, -4)
    if photo.flag:
        spot = QRect(inner.x(), inner.y(), edge, edge)
        _paint_chip(painter, spot, _CHIP)
        mark = QRectF(spot).adjusted(2, 2, -2, -2)
        icons.paint(painter, "flag" if photo.flag == "pick" else "close", mark, QColor("white"))
    if photo.rating:
        stars = "★" * photo.rating
        width = min(metrics.horizontalAdvance(stars) + 8, inner.width())
        spot = QRect(inner.x(), inner.bottom() - edge + 1, width, edge)
        _paint_chip(painter, spot, _CHIP)
        painter.setPen(QColor("white"))
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), stars)
    if photo.colour:
        spot = QRect(inner.x() + (edge + 2 if photo.flag else 0), inner.y(), edge, edge)
        _paint_chip(painter, spot, QColor(LABEL_COLOURS[photo.colour]))
        painter.setPen(QColor("black"))
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), photo.colour[0].upper())
    painter.restore()


def paint_stack(painter: QPainter, picture: QRect, frames: int, closed: bool) -> None:
    """Bottom right, the number of frames on a card; cards lie behind it while the stack is closed."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.font("small"))
    metrics = theme.metrics("small")
    text = f"{frames:,}"
    width = max(metrics.height(), metrics.horizontalAdvance(text) + 8)
    inner = picture.adjusted(4, 4, -4, -4)
    card = QRectF(inner.right() - width, inner.bottom() - metrics.height() - 1, width, metrics.height() + 1)
    for offset in (6, 3) if closed else ():
        painter.setPen(QPen(QColor("black"), 1))
        painter.setBrush(QColor(255, 255, 255, 200))
        painter.drawRoundedRect(card.translated(-offset, -offset), 2, 2)
    painter.setPen(QPen(QColor("black" if closed else "white"), 1))
    painter.setBrush(QColor("white") if closed else _CHIP)
    painter.drawRoundedRect(card, 2, 2)
    painter.setPen(QColor("black" if closed else "white"))
    painter.drawText(card, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()


def _paint_chip(painter: QPainter, spot: QRect, ground: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(spot, 3, 3)


def _paint_caption(painter: QPainter, tile: QRect, box: QRect, name: str, selected: bool) -> None:
    painter.setFont(theme.font("small"))
    painter.setPen(theme.colour("text" if selected else "quiet"))
    room = QRect(
        box.x(), box.bottom() + theme.UNIT // 2, box.width(), tile.bottom() - box.bottom() - theme.UNIT // 2
    )
    text = theme.elide(name, room.width(), "small")
    painter.drawText(room, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), text)


def _paint_check(painter: QPainter, picture: QRect) -> None:
    edge = theme.UNIT * 2.5
    spot = QRectF(picture.right() - edge + 5, picture.y() - 4, edge, edge)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    painter.drawEllipse(spot)
    icons.paint(painter, "check", spot.adjusted(4, 4, -4, -4), theme.colour("on_accent"))
    painter.restore()


def _paint_focus(painter: QPainter, tile: QRect) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("text"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(tile).adjusted(1, 1, -1, -1), 5, 5)
    painter.restore()


def _paint_mark(painter: QPainter, place: QRect, name: str) -> None:
    edge = min(place.width(), place.height()) / 3
    box = QRectF(0, 0, edge, edge)
    box.moveCenter(QRectF(place).center())
    icons.paint(painter, name, box, QColor(theme.colours().faint))
