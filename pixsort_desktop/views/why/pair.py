"""Two photos side by side, with lines between the details that match."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.photo_tile import fitted, paint_whole

Line = tuple[float, float, float, float]
_MOST_LINES = 48  # more are a veil over the pictures
_HUES = 8  # lines beside each other are told apart by colour


class PairView(QWidget):
    """`show_pair`, and when they are known `show_lines`: (x, y) in the left and (x, y) in the right, as parts of a picture."""

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._pair: tuple[Photo | None, Photo | None] = (None, None)
        self._lines: Sequence[Line] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        loader.arrived.connect(self._arrived)

    def sizeHint(self) -> QSize:
        em = theme.metrics().averageCharWidth()
        return QSize(em * 96, em * 40)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 160)

    def show_pair(self, one: Photo | None, other: Photo | None) -> None:
        """These two, without lines."""
        self._pair, self._lines = (one, other), ()
        names = [words.file_name(photo) for photo in self._pair if photo is not None]
        self.setAccessibleName(" and ".join(names) or "No photos")
        self._want()
        self.update()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Between the two that are shown; of many, some that lie all over the picture."""
        step = -(-len(lines) // _MOST_LINES) or 1
        self._lines = lines[::step]
        self.update()

    @property
    def lines(self) -> Sequence[Line]:
        """What is drawn."""
        return self._lines

    def _want(self) -> None:
        keys = [p.sha256 for p in self._pair if p is not None and p.sha256]
        self._loader.want(self, min(512, round(self._boxes()[0].width() * self.devicePixelRatioF())), keys)

    def _arrived(self, keys: Sequence[str]) -> None:
        if any(p is not None and p.sha256 in keys for p in self._pair):
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._want()

    def _boxes(self) -> tuple[QRect, QRect]:
        """The places of the two, above their names."""
        foot, gap = theme.metrics("small").height() + theme.UNIT, theme.UNIT * 3
        width, height = max(1, (self.width() - gap) // 2), max(1, self.height() - foot)
        return QRect(0, 0, width, height), QRect(self.width() - width, 0, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        places = [
            self._paint_photo(painter, p, box) for p, box in zip(self._pair, self._boxes(), strict=True)
        ]
        if all(self._pair):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for n, line in enumerate(self._lines):
                self._paint_line(painter, QColor.fromHsvF(n % _HUES / _HUES, 0.55, 1.0), line, *places)

    def _paint_photo(self, painter: QPainter, photo: Photo | None, box: QRect) -> QRect:
        if photo is None:
            return box
        pixmap = self._loader.pixmap(photo.sha256) if photo.sha256 else None
        if pixmap is None:
            place = fitted(QSize(photo.width or 3, photo.height or 2), box)
            painter.fillRect(place, theme.colour("hover"))
        else:
            place = paint_whole(painter, pixmap, box)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("quiet"))
        foot = QRect(box.x(), place.bottom() + 1, box.width(), self.height() - box.height())
        name = theme.elide(words.file_name(photo), foot.width(), "small")
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignCenter), name)
        return place

    def _paint_line(self, painter: QPainter, colour: QColor, line: Line, one: QRect, other: QRect) -> None:
        """On a dark seam, so that it is seen over any picture."""
        ends = (_at(one, line[0], line[1]), _at(other, line[2], line[3]))
        for tint, width in ((QColor(0, 0, 0, 120), 2.5), (colour, 1.2)):
            painter.setPen(QPen(tint, width))
            painter.drawLine(QLineF(*ends))
            for end in ends:
                painter.drawEllipse(end, 3, 3)


def _at(place: QRect, x: float, y: float) -> QPointF:
    box = QRectF(place)
    return QPointF(box.x() + x * box.width(), box.y() + y * box.height())
