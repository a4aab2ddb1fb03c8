"""One photo in the whole middle of the window; the arrow keys go on to the next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.loupe.canvas import Canvas
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.viewpoint import Viewpoint


class Loupe(QWidget):
    closed = Signal()
    step_wanted = Signal(int)  # -1 or +1

    def __init__(self, loader: ThumbnailLoader, frames: Frames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Large photo")
        self.setAccessibleDescription("Left and right arrows go to other photos, Escape goes back")
        self.viewpoint = Viewpoint(self)
        self.canvas = Canvas(frames, loader, self.viewpoint, self)
        self.canvas.opened.connect(self.closed)
        self._place = ""
        self.caption = QLabel()
        self.caption.setProperty("quiet", True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.caption.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT, theme.UNIT, theme.UNIT, theme.UNIT)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.caption)

    def show_photo(self, photo: Photo | None, place: int, total: int) -> None:
        """`place` counts from 1 among `total` photos of the view it was opened from."""
        self.canvas.show_photo(photo)
        if photo is not None:
            self._place = f"{place:,} of {total:,} · Esc goes back"
            self.show_judgement(photo)

    def show_judgement(self, photo: Photo) -> None:
        """The photo that is shown has been judged."""
        parts = [words.file_name(photo), words.judgement(photo), self._place]
        self.caption.setText(" · ".join(part for part in parts if part))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.step_wanted.emit(-1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space):
            self.step_wanted.emit(1)
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.closed.emit()
        else:
            super().keyPressEvent(event)
