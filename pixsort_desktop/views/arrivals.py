"""Which photos joined a column by themselves after an import and were not looked at yet: a dot says so.

Like the theme, this is one state of the whole window, asked by whatever paints or describes a photo. A photo has been
looked at when it was the current one; a judgement says so too, and the next grouping clears the rest.
"""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QPainter, QPen

from pixsort_desktop.library.records import Photo
from pixsort_desktop.views import theme

_arrived: set[int] = set()


def show(photo_ids: Collection[int]) -> bool:
    """Take over which photos are marked. Says whether that is news."""
    if _arrived == set(photo_ids):
        return False
    _arrived.clear()
    _arrived.update(photo_ids)
    return True


def is_new(photo: Photo) -> bool:
    """Whether a photo is marked as new."""
    return photo.id in _arrived and not (photo.flag or photo.rating or photo.colour)


def paint_mark(painter: QPainter, picture: QRect, photo: Photo) -> None:
    """A white dot in a dark ring, top left, where the flag of a judged photo would be."""
    if not is_new(photo):
        return
    radius = theme.UNIT * 0.6
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(0, 0, 0, 200), 2))
    painter.setBrush(QColor("white"))
    painter.drawEllipse(
        QPointF(picture.x() + theme.UNIT * 1.5, picture.y() + theme.UNIT * 1.5), radius, radius
    )
    painter.restore()
