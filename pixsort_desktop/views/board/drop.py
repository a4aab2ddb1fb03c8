"""Where a drag over the board would land, and how that is shown."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from pixsort_desktop.views import theme

GAP_REACH = 10  # how far into a column the gap beside it still takes a drop, in pixels


@dataclass(frozen=True, slots=True)
class DropTarget:
    """`kind` is 'column' (photos into a column at `row`; -1 its end), 'gap' (a new column, or a moved one,
    before column `place`) or 'merge' (a column onto another's header)."""

    kind: str
    place: int  # of the column, from the left
    row: int = -1


@dataclass(frozen=True, slots=True)
class ColumnGrid:
    """The arithmetic of equal columns side by side; x is measured from the board's left end."""

    width: int
    gap: int
    count: int

    @property
    def pitch(self) -> int:
        return self.width + self.gap

    @property
    def total(self) -> int:
        """The width of all columns and of the free strip after them, where a new column can be dropped."""
        return self.gap + self.count * self.pitch + 6 * self.gap

    def x(self, place: int) -> int:
        return self.gap + place * self.pitch

    def place_at(self, x: int) -> tuple[int, int]:
        """(column, x inside it); beyond the last column, the column is `count`."""
        place = max(0, min(self.count, (x - self.gap) // self.pitch))
        return place, x - self.x(place)

    def gap_at(self, x: int) -> int | None:
        """The gap that x falls into, widened by GAP_REACH on both sides: a new column goes before `place`."""
        place, inside = self.place_at(x)
        if place == self.count or inside < GAP_REACH:
            return place
        return place + 1 if inside > self.width - GAP_REACH else None

    def nearest_gap(self, x: int) -> int:
        place, inside = self.place_at(x)
        return place if place == self.count or inside < self.width / 2 else place + 1

    def in_sight(self, left: int, width: int) -> range:
        """The columns of which something is between `left` and `left + width`, and one more on each side."""
        first = max(0, (left - self.gap) // self.pitch - 1)
        return range(first, min(self.count, (left + width) // self.pitch + 2))


class DropMarker(QWidget):
    """Lies over the board during a drag and says in shape and words what a drop would do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._board = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._shape = QRect()
        self._kind = ""
        self._text = ""
        self.hide()

    def show_at(self, kind: str, shape: QRect, text: str) -> None:
        """`kind` is 'line' (between things) or 'frame' (around a thing)."""
        if (kind, shape, text) != (self._kind, self._shape, self._text):
            self._kind, self._shape, self._text = kind, shape, text
            self.update()
        self.setGeometry(self._board.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._kind == "frame":
            painter.setPen(QPen(theme.colour("accent"), 3))
            painter.drawRoundedRect(self._shape.adjusted(2, 2, -2, -2), 6, 6)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(self._shape, 2, 2)
        if self._text:
            self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        metrics = theme.metrics("small")
        room = self.width() - 2 * theme.UNIT
        width = min(room, metrics.horizontalAdvance(self._text) + 2 * theme.UNIT)
        text = theme.elide(self._text, width - theme.UNIT, "small")
        box = QRect(0, 0, width, metrics.height() + theme.UNIT)
        box.moveCenter(self._shape.center())
        top = (
            self._shape.top() + theme.UNIT
            if self._kind == "line"
            else self._shape.center().y() - box.height() // 2
        )
        box.moveTop(top)
        box.moveLeft(max(theme.UNIT, min(box.left(), self.width() - width - theme.UNIT)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.colour("on_accent"))
        painter.setFont(theme.font("small"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
