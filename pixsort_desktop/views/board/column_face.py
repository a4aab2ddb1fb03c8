"""What a column's head shows of its photos: a cover, how many, from when to when, how many are undecided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.photo_tile import LABEL_COLOURS, fitted, paint_whole
from pixsort_desktop.views.spans import time_span

STRIPE = 4  # width of the user's colour


@dataclass(frozen=True, slots=True)
class ColumnFace:
    """`span`: «3 May 14:02–14:10», or nothing. `cover`: the photo that stands for the column."""

    count: int = 0
    decided: int = 0
    span: str = ""
    cover: Photo | None = None
    colour: str | None = None

    @property
    def line(self) -> str:
        """«12 photos · 5 undecided · 3 May 14:02–14:10»."""
        return self._told(words.count(self.count, "photo"))

    @property
    def brief(self) -> str:
        """The same for where there is little room: «12 · 5 undecided · 3 May 14:02–14:10»."""
        return self._told(f"{self.count:,}")

    def _told(self, count: str) -> str:
        undecided = self.count - self.decided
        told = [count if self.count else "Empty"]
        if self.decided:
            told.append(f"{undecided:,} undecided" if undecided else "✓ all decided")
        return " · ".join([*told, *filter(None, [self.span])])


def face_of(photos: Sequence[Photo], colour: str | None = None) -> ColumnFace:
    """The cover is the first pick, else the one with most stars, else the first that is not rejected."""
    ready = [photo for photo in photos if photo.sha256]
    cover = max(ready, key=lambda p: (p.flag == "pick", p.flag != "reject", p.rating), default=None)
    decided = sum(photo.decided for photo in photos)
    return ColumnFace(len(photos), decided, time_span(photos, year=False), cover, colour)


def head_height() -> int:
    """Two lines and the space around them."""
    return theme.metrics().height() + theme.metrics("small").height() + 2 * theme.UNIT


def cover_edge() -> int:
    return head_height() - 2 * theme.UNIT


def paint_face(painter: QPainter, face: ColumnFace, room: QRect, loader: ThumbnailLoader) -> QRect:
    """Paint stripe, cover and the second line into a head; returns where the label goes."""
    stripe = LABEL_COLOURS.get(face.colour or "")
    if stripe is not None:
        painter.fillRect(QRect(room.x(), room.y(), STRIPE, room.height()), QColor(stripe))
    edge, left = cover_edge(), room.x() + theme.UNIT
    box = QRect(left, room.center().y() - edge // 2, edge, edge)
    if face.cover is not None:
        pixmap = loader.pixmap(face.cover.sha256 or "")
        if pixmap is not None:
            paint_whole(painter, pixmap, box)
        else:
            shape = QSize(face.cover.width or 3, face.cover.height or 2)
            painter.fillRect(fitted(shape, box), theme.colour("hover"))
        left = box.right() + theme.UNIT
    small, body = theme.metrics("small").height(), theme.metrics().height()
    top = room.center().y() - (small + body) // 2
    line = QRect(left, top + body, room.right() - left, small)
    painter.setFont(theme.font("small"))
    painter.setPen(theme.colour("quiet"))
    text = theme.metrics("small").elidedText(face.brief, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
    return QRect(left, top, room.right() - left, body)
