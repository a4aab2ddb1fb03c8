"""The tree of a project's photos, painted: coarse above, fine below, and a line where the columns are cut.

What does not move with the pointer is painted once and kept; a stroke of the pointer repaints the kept picture and the
marks on it.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from pixsort_desktop.views import theme
from pixsort_desktop.views.tree.drawing import Run, TreeDrawing

NARROWEST = 2.0  # pixels; what is narrower is not drawn
GRIP = 5  # pixels from the line at which it can be taken
STRIP = theme.UNIT  # height of the row of columns
_ENDS = (("Events", 0.0), ("Moments", 0.5), ("Frames", 1.0))


class TreeView(QWidget):
    """Arrows go from part to part, Enter acts on one, Space or a click selects its photos, the line can be dragged."""

    pointed = Signal(object)  # the part under the pointer, or with the keyboard; None
    chosen = Signal(int)
    act_wanted = Signal(int)
    menu_wanted = Signal(int, object)  # part, global point
    cut_moved = Signal(float)
    cut_settled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawing = TreeDrawing()
        self.current: int | None = None  # the part with the keyboard
        self._hovered: int | None = None
        self._runs: list[Run] = []
        self._whole: set[int] = set()  # parts that are a column
        self._column = 0  # the current one of the board
        self._cut = 0.5
        self._dragging = False
        self._kept: QPixmap | None = None
        self._box: QRect | None = None
        self._drawn: list[int] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Tree of the photos")
        self.setAccessibleDescription(
            "Parts inside parts, whole events above, near-identical frames below; arrows go from part to part,"
            " Space selects the photos of one, Enter makes a column of it or divides it"
        )

    def sizeHint(self) -> QSize:
        return QSize(480, theme.metrics("small").height() * 8)

    # -- what is shown ---------------------------------------------------------------------------------

    def show_drawing(self, drawing: TreeDrawing) -> None:
        """Another tree; the keyboard stays with the part that has the same photos."""
        here = set(self.drawing.ids(self.current)) if self.current is not None else set()
        self.drawing, self.current, self._hovered = drawing, None, None
        if here:
            same = (p for p in range(len(drawing.first)) if drawing.count[p] == len(here))
            self.current = next((p for p in same if here == set(drawing.ids(p))), None)
        self._renew()

    def show_columns(self, columns: Mapping[int, int], counts: Mapping[int, int]) -> None:
        """Which column each photo stands in (0: none), and how many photos each has."""
        drawing = self.drawing
        self._runs = drawing.runs(columns)
        ends = {start: (end, column) for start, end, column in self._runs}
        self._whole = set()
        for part, first in enumerate(drawing.first):
            end, column = ends.get(first, (0, 0))
            if column and end == drawing.end(part) and counts.get(column) == drawing.count[part]:
                self._whole.add(part)
        self._renew()

    def show_current(self, column: int) -> None:
        """The column in which one is on the board; 0: none."""
        if column != self._column:
            self._column = column
            self.update()

    def show_cut(self, value: float) -> None:
        """Where the columns are cut, 0 to 1."""
        if value != self._cut:
            self._cut = value
            self.update()

    @property
    def pointed_at(self) -> int | None:
        """The part under the pointer, else the one with the keyboard."""
        return self._hovered if self._hovered is not None else self.current

    @property
    def drawn(self) -> list[int]:
        """The parts that are wide enough to be seen."""
        if self._kept is None:
            self._drawn = self.drawing.wide(NARROWEST * self.drawing.total / max(1, self._room().width()))
        return self._drawn

    def _renew(self) -> None:
        self._kept = self._box = None
        self.update()

    def refresh_looks(self) -> None:
        self.updateGeometry()
        self._renew()

    # -- places ----------------------------------------------------------------------------------------

    def _room(self) -> QRect:
        """Where parts are painted: right of the words, above the row of columns. Asked for each corner, so it is kept."""
        if self._box is not None:
            return self._box
        words = max(theme.metrics("small").horizontalAdvance(word) for word, _ in _ENDS) + theme.UNIT * 3
        half = theme.metrics("small").height() // 2 + theme.UNIT // 2
        self._box = self.rect().adjusted(words, half, -1, -STRIP - 3)
        return self._box

    def _x(self, place: float) -> float:
        room = self._room()
        return room.x() + place * room.width() / max(1, self.drawing.total)

    def _y(self, depth: float) -> float:
        room = self._room()
        return room.y() + depth * room.height()

    def part_under(self, at: QPointF) -> int | None:
        """The finest part there that is drawn."""
        room = self._room()
        if not room.contains(at.toPoint()) or not self.drawing.total:
            return None
        place = int((at.x() - room.x()) * self.drawing.total / room.width())
        depth = (at.y() - room.y()) / room.height()
        return self.drawing.part_at(min(place, self.drawing.total - 1), depth, self.drawn)

    def middle_of(self, part: int) -> QPointF:
        """A point of the part that no part inside it covers."""
        d = self.drawing
        return QPointF(self._x(d.first[part] + 0.5), self._y((d.top[part] + d.bottom[part]) / 2))

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._kept is None:
            self._drawn = self.drawn
            self._kept = QPixmap(self.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(theme.colour("ground"))
            painter = QPainter(self._kept)
            self._paint_scale(painter)
            self._paint_parts(painter)
            self._paint_columns(painter)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        self._paint_marks(painter)
        self._paint_cut(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)  # that of the line's handle is still there
            painter.setPen(theme.colour("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_scale(self, painter: QPainter) -> None:
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("quiet"))
        room, line = self._room(), theme.metrics("small").height()
        for word, depth in _ENDS:
            box = QRectF(theme.UNIT, self._y(depth) - line / 2, room.x() - theme.UNIT * 3, line)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), word)

    def _shape(self, part: int) -> QPolygonF:
        """As wide as the part is at each depth: photos leave it from the right."""
        d, room = self.drawing, self._room()
        across, down, start = room.width() / max(1, d.total), room.height(), d.own_start(part)
        left, right = room.x() + d.first[part] * across, room.x() + d.end(part) * across
        top, bottom = room.y() + d.top[part] * down, room.y() + d.bottom[part] * down
        corners = [QPointF(left, top), QPointF(right, top)]
        step = max(1, round(1 / across))
        edge = right
        for place in range(d.end(part) - 1, start - 1, -step):
            foot = room.y() + d.leaves[place] * down
            corners.append(QPointF(edge, foot))
            edge = room.x() + max(start, place + 1 - step) * across
            corners.append(QPointF(edge, foot))
        corners += [QPointF(edge, bottom), QPointF(left, bottom)]
        return QPolygonF(corners)

    def _paint_parts(self, painter: QPainter) -> None:
        whole, others = theme.colour("faint"), theme.colour("border")
        painter.setPen(QPen(theme.colour("ground"), 1))
        for part in self.drawn:
            painter.setBrush(whole if part in self._whole else others)
            painter.drawPolygon(self._shape(part))

    def _paint_columns(self, painter: QPainter) -> None:
        """A row below: where one column ends and the next begins."""
        tints = theme.colour("quiet"), theme.colour("faint")
        for n, run in enumerate(self._runs):
            if run[2]:
                self._paint_run(painter, run, tints[n % 2])

    def _paint_run(self, painter: QPainter, run: Run, tint: QColor) -> None:
        left, right = self._x(run[0]), self._x(run[1])
        box = QRectF(left, self.height() - STRIP, max(1.0, right - left - 1), STRIP - 2)
        painter.fillRect(box, tint)

    def _paint_marks(self, painter: QPainter) -> None:
        """What one points at, and the current column."""
        for run in self._runs:
            if run[2] and run[2] == self._column:
                self._paint_run(painter, run, theme.colour("accent"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part, width in ((self._hovered, 1.0), (self.current, 2.0)):
            if part is not None and part < len(self.drawing.first):
                tint = QColor(theme.colour("accent"))
                tint.setAlpha(70)
                painter.setBrush(tint)
                painter.setPen(QPen(theme.colour("accent"), width))
                painter.drawPolygon(self._shape(part))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_cut(self, painter: QPainter) -> None:
        room, y = self._room(), round(self._y(self._cut))
        painter.fillRect(QRect(room.x() - 4, y - 1, room.width() + 5, 2), theme.colour("accent"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(QPointF(room.x() - 5, y), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._renew()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.current is None and self.drawn:
            self.go_to(self.drawn[0])
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- mouse -----------------------------------------------------------------------------------------

    def _near_cut(self, event: QMouseEvent) -> bool:
        return abs(event.position().y() - self._y(self._cut)) <= GRIP

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            room = self._room()
            self.cut_moved.emit(min(1.0, max(0.0, (event.position().y() - room.y()) / room.height())))
            return
        near = self._near_cut(event)
        self.setCursor(Qt.CursorShape.SplitVCursor if near else Qt.CursorShape.ArrowCursor)
        self._hover(None if near else self.part_under(event.position()))

    def leaveEvent(self, _event: object) -> None:
        self._hover(None)

    def _hover(self, part: int | None) -> None:
        if part != self._hovered:
            self._hovered = part
            self.update()
            self.pointed.emit(self.pointed_at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._near_cut(event):
            self._dragging = True
            return
        part = self.part_under(event.position())
        if part is not None:
            self.go_to(part)
            self.chosen.emit(part)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            self.cut_settled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        part = self.part_under(event.position())
        if part is not None and not self._near_cut(event):
            self.act_wanted.emit(part)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        part = self.current if by_key else self.part_under(QPointF(event.pos()))
        if part is not None:
            self.go_to(part)
            at = self.mapToGlobal(self.middle_of(part).toPoint()) if by_key else event.globalPos()
            self.menu_wanted.emit(part, at)

    # -- keys ------------------------------------------------------------------------------------------

    def go_to(self, part: int) -> None:
        """Give a part the keyboard's mark."""
        self.current = part
        self.update()
        self.pointed.emit(self.pointed_at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        arrows = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in arrows and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._step(Qt.Key(key))
        elif self.current is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.act_wanted.emit(self.current)
        elif self.current is not None and key == Qt.Key.Key_Space:
            self.chosen.emit(self.current)
        else:
            super().keyPressEvent(event)

    def _step(self, key: Qt.Key) -> None:
        """To the part around it, the widest in it, or the one beside it."""
        here, drawing, drawn = self.current, self.drawing, self.drawn
        if here is None:
            found = drawn[0] if drawn else None
        elif key == Qt.Key.Key_Up:
            found = drawing.parent[here] if drawing.parent[here] >= 0 else None
        elif key == Qt.Key.Key_Down:
            inside = set(drawn).intersection(drawing.kids[here])
            found = max(inside, key=lambda part: (drawing.count[part], -part), default=None)
        else:
            found = drawing.beside(here, 1 if key == Qt.Key.Key_Right else -1, drawn)
        if found is not None:
            self._hovered = None
            self.go_to(found)
