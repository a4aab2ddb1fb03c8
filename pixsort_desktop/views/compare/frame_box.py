"""One frame among several: the photo, its name and judgement, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import icons, theme, words
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.loupe.canvas import Canvas
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.viewpoint import Viewpoint

EDGE = 3  # of the mark around the active frame


class FrameBox(QFrame):
    """A click makes it the active one; a click on the active one zooms, as in the loupe."""

    chosen = Signal()
    opened = Signal(int)
    promote_wanted = Signal()
    flag_wanted = Signal(str)  # 'pick' or 'reject'

    def __init__(
        self, frames: Frames, loader: ThumbnailLoader, viewpoint: Viewpoint, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.active = False
        self.canvas = Canvas(frames, loader, viewpoint, self)
        self.canvas.pressed.connect(self._pressed)
        self.canvas.opened.connect(self.opened)
        self.caption = ElidedLabel()
        self.promote = self._button("promote", "The one to beat")
        self.promote.clicked.connect(self.promote_wanted)
        self.pick = self._button("flag", "Pick")
        self.pick.clicked.connect(lambda: self.flag_wanted.emit("pick"))
        self.reject = self._button("close", "Reject")
        self.reject.clicked.connect(lambda: self.flag_wanted.emit("reject"))
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.UNIT // 2, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(self.caption, 1)
        for button in (self.promote, self.pick, self.reject):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(theme.UNIT // 2)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(foot)
        self.refresh_looks()

    def _button(self, name: str, does: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("flat", True)
        button.setProperty("icon_name", name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the page has keys for all of them
        button.setToolTip(does)
        button.clicked.connect(self.chosen)
        return button

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        edge = round(theme.metrics().height() * 0.9)
        for button in (self.promote, self.pick, self.reject):
            button.setIconSize(QSize(edge, edge))
            button.setIcon(icons.icon(str(button.property("icon_name"))))

    def show_photo(self, photo: Photo, *, first: bool, active: bool) -> None:
        """`first`: it is the one to beat; `active`: keys are about it."""
        self.active = active
        self.canvas.show_photo(photo)
        name = words.file_name(photo)
        parts = [name, words.judgement(photo), "the one to beat" if first else ""]
        self.caption.setText(" · ".join(part for part in parts if part))
        for button, does in (
            (self.promote, "Make it the one to beat"),
            (self.pick, "Pick"),
            (self.reject, "Reject"),
        ):
            button.setAccessibleName(f"{does}: {name}")
        self.setAccessibleName(f"{'Active frame' if active else 'Frame'} {words.spoken(photo)}")
        self.update()

    def _pressed(self) -> None:
        self.canvas.click_zooms = self.active
        self.chosen.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.active:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
