"""Which photos' files are away: asked by whatever paints or describes a photo, told by `ways_in.WaysIn`.

Like the theme, this is one state of the whole window; an empty one says that everything is there.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from pixsort_desktop.library.records import Photo
from pixsort_desktop.views import theme, words

WORDS = {"offline": "Offline", "missing": "Missing"}
SENTENCES = {
    "offline": "Offline: the drive is not mounted. What you see is from the cache.",
    "missing": "Missing: the file is not where it was. Project > Locate missing finds it again.",
}
_absent: dict[int, str] = {}


def show(absent: Mapping[int, str]) -> bool:
    """Take over which photos are away, by id: 'offline' or 'missing'. Says whether that is news."""
    if _absent == absent:
        return False
    _absent.clear()
    _absent.update(absent)
    return True


def absent(photo_id: int) -> str:
    """'offline', 'missing', or nothing for a photo whose file is there as far as is known."""
    return _absent.get(photo_id, "")


def note(photo: Photo) -> str:
    """The sentence for the details of a photo, and of the further files of its frame."""
    away = [companion for companion in photo.companions if absent(companion.photo_id)]
    names = (f"{WORDS[absent(each.photo_id)]}: {words.shown(each.path)}" for each in away)
    return "\n".join(filter(None, (SENTENCES.get(absent(photo.id), ""), *names)))


def paint_mark(painter: QPainter, picture: QRect, photo: Photo) -> None:
    """The word itself, on the right above the foot of the picture, where stars and stacks have their marks."""
    word = WORDS.get(absent(photo.id))
    if word is None:
        return
    painter.save()
    painter.setFont(theme.font("small"))
    metrics = theme.metrics("small")
    width = min(picture.width() - 8, metrics.horizontalAdvance(word) + 10)
    height = metrics.height() + 2
    top = max(picture.y() + 4, picture.bottom() - 2 * height - 7)
    spot = QRect(picture.right() - width - 3, top, width, height)
    painter.fillRect(spot, QColor(0, 0, 0, 200))
    painter.setPen(QColor("white"))
    painter.drawText(spot, 0x84, word)  # centred both ways
    painter.restore()
