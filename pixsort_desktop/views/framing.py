"""Photos of several files in the window: split and joined by hand, and the badge that tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPen

from pixsort_desktop.library.records import Photo
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.session import Session


class Framing:
    """Commands go to the session's lane; undo is offered, for what was joined may look alike on the screen."""

    def __init__(self, session: Session, chosen: Callable[[], list[int]], messages: MessageBar) -> None:
        """`chosen` answers the photos that are selected, or shown large."""
        self._session = session
        self._chosen = chosen
        self._messages = messages

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {
            "split_frame": lambda: self.split(self._chosen()),
            "join_frame": lambda: self.join(self._chosen()),
        }

    def can_split(self, ids: Sequence[int]) -> bool:
        """Whether any of the photos has several files."""
        photos = self._session.snapshot.photos
        return any(photos[i].companions for i in ids if i in photos)

    def split(self, ids: Sequence[int]) -> None:
        """Make every file of these frames a photo of its own."""
        from pixsort_desktop.commands.frames import split_frames

        project_id, photos = self._session.project_id, self._session.snapshot.photos
        several = [i for i in ids if i in photos and photos[i].companions]
        if project_id is None or not several:
            self._messages.tell("Select a photo that has several files: it has a badge like «R+J».")
            return
        count = sum(1 + len(photos[i].companions) for i in several)
        self._session.do(
            lambda library: split_frames(library, project_id=project_id, photo_ids=several),
            lambda _: self._tell(
                f"Split {words.count(len(several), 'frame')} into {words.count(count, 'photo')}."
            ),
        )

    def join(self, ids: Sequence[int]) -> None:
        """Make one photo of several."""
        from pixsort_desktop.commands.frames import join_frames

        project_id, chosen = self._session.project_id, list(ids)
        if project_id is None or len(chosen) < 2:
            self._messages.tell("Select two photos or more that are one frame.")
            return
        self._session.do(
            lambda library: join_frames(library, project_id=project_id, photo_ids=chosen),
            lambda _: self._tell(
                f"Joined {words.count(len(chosen), 'photo')} as one frame; the files stay as they are."
            ),
        )

    def _tell(self, sentence: str) -> None:
        self._messages.tell(sentence, "Undo", self._session.undo)


def badge(photo: Photo) -> str:
    """«R+J» for a RAW with its JPEG, «R+2J» with an edited one besides; nothing for a photo of one file."""
    if not photo.companions:
        return ""
    kinds = Counter((kind or "?")[0] for kind in (photo.format, *(each.format for each in photo.companions)))
    ordered = sorted(kinds, key=lambda letter: (letter != "R", letter))
    return "+".join(f"{kinds[letter] if kinds[letter] > 1 else ''}{letter}" for letter in ordered)


def paint_badge(painter: QPainter, picture: QRect, photo: Photo, *, beside: int) -> None:
    """The letters on a card in the top right corner, `beside` pixels from it, where another mark has it; in a tile too
    narrow for that and the flag and label on the left, a line lower."""
    text = badge(photo)
    if not text:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.font("small"))
    metrics = theme.metrics("small")
    width = min(metrics.horizontalAdvance(text) + 8, picture.width() - 8 - beside)
    height = metrics.height() + 2
    left = (bool(photo.flag) + bool(photo.colour)) * (height + 2) + 6
    lower = height + 2 if left + width + beside + 4 > picture.width() else 0
    across = picture.right() - 3 - width - (0 if lower else beside)
    spot = QRect(across, picture.y() + 4 + lower, width, height)
    painter.setPen(QPen(QColor(255, 255, 255, 160), 1))
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(spot, 3, 3)
    painter.setPen(QColor("white"))
    painter.drawText(spot, 0x84, text)  # centred both ways
    painter.restore()
