"""The tree over the board, and beside it what the part is that one points at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.photo_tile import fitted, paint_whole
from pixsort_desktop.views.spans import time_span
from pixsort_desktop.views.tree.tree_view import TreeView


class TreePanel(QFrame):
    """`view`, and the card of a part: two of its photos, how many there are, from when to when, and what can be done."""

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Tree of the photos")
        self.view = TreeView()
        self.covers = _Covers(loader)
        self.count, self.when, self.where = QLabel(), ElidedLabel(), _quiet()
        self.when.setProperty("role", "small")
        self.act = QPushButton()
        self.act.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter in the tree does it
        self.note = _quiet()  # in place of the tree: why there is none
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.hide()
        told = QVBoxLayout()
        told.setSpacing(2)
        self.where.setWordWrap(True)
        for label in (self.count, self.when, self.where):
            label.setTextFormat(Qt.TextFormat.PlainText)
            told.addWidget(label)
        told.addStretch(1)
        told.addWidget(self.act)
        self.card = QWidget()
        card = QVBoxLayout(self.card)
        card.setContentsMargins(0, 0, 0, 0)
        card.setSpacing(theme.UNIT // 2)
        card.addWidget(self.covers, 1)
        card.addLayout(told)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.UNIT, theme.UNIT // 2, theme.UNIT, theme.UNIT)
        row.setSpacing(theme.UNIT * 2)
        row.addWidget(self.view, 1)
        row.addWidget(self.note, 1)
        row.addWidget(self.card)
        self.refresh_looks()

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        line = theme.metrics().lineSpacing()
        self.setFixedHeight(line * 11)
        self.card.setFixedWidth(theme.metrics().averageCharWidth() * 34)
        font = theme.font()
        font.setBold(True)
        self.count.setFont(font)
        self.view.refresh_looks()

    def say(self, sentence: str) -> None:
        """Why there is no tree; nothing where there is one."""
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))
        self.view.setVisible(not sentence)
        self.card.setVisible(not sentence)

    def show_part(self, photos: Sequence[Photo], where: str, act: str) -> None:
        """What one points at; no photos: nothing."""
        self.covers.show_photos([photos[0], photos[len(photos) // 2]] if len(photos) > 1 else photos)
        self.count.setText(words.count(len(photos), "photo") if photos else "")
        self.when.setText(time_span(photos))
        self.where.setText(where)
        self.where.setToolTip(where)
        self.act.setText(act.replace("&", "&&"))
        self.act.setVisible(bool(act))
        told = ", ".join(text for text in (self.count.text(), self.when.text(), where) if text)
        self.view.setAccessibleName(f"Tree of the photos: {told}" if told else "Tree of the photos")


class _Covers(QWidget):
    """Two photos beside each other."""

    def __init__(self, loader: ThumbnailLoader) -> None:
        super().__init__()
        self._loader = loader
        self._photos: Sequence[Photo] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        loader.arrived.connect(self._arrived)

    def show_photos(self, photos: Sequence[Photo]) -> None:
        self._photos = tuple(photos)
        self._want()
        self.update()

    def _want(self) -> None:
        edge = round(max(16, self.width() // 2) * self.devicePixelRatioF())
        self._loader.want(self, edge, [photo.sha256 for photo in self._photos if photo.sha256])

    def _arrived(self, keys: Sequence[str]) -> None:
        if any(photo.sha256 in keys for photo in self._photos):
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._want()

    def hideEvent(self, _event: object) -> None:
        self._loader.forget(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = (self.width() - theme.UNIT) // 2
        for n, photo in enumerate(self._photos):
            box = QRect(n * (width + theme.UNIT), 0, width, self.height())
            pixmap = self._loader.pixmap(photo.sha256) if photo.sha256 else None
            if pixmap is None:
                shape = fitted(QSize(photo.width or 3, photo.height or 2), box)
                painter.fillRect(shape, theme.colour("hover"))
            else:
                paint_whole(painter, pixmap, box)


def _quiet() -> QLabel:
    label = QLabel()
    label.setProperty("quiet", True)
    label.setProperty("role", "small")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
