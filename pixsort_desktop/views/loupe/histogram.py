"""How bright a photo is and what of it is clipped: three curves, luminance behind them, two numbers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from pixsort_desktop.views import theme
from pixsort_desktop.views.loupe.inspector import Levels

WIDTH, HEIGHT = 256, 96  # of the curves
_GROUND = QColor(0, 0, 0, 215)
_LUMINANCE = QColor(150, 150, 150, 150)
_CURVES = (QColor(255, 90, 80), QColor(90, 215, 90), QColor(105, 150, 255))  # red, green, blue on black
_TEXT, _QUIET = QColor(236, 236, 236), QColor(170, 170, 170)
_WORTH_A_MARK = 0.001  # of all pixels: less than that is a glint
_HIGHEST = 6


class HistogramPanel(QWidget):
    """A dark panel of its own, so that it reads the same on any photo and in either theme; clicks go through it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.levels: Levels | None = None
        self._shown = False
        self._look: tuple[object, ...] = ()
        self._picture = QPixmap()
        self.hide()

    def show_levels(self, levels: Levels | None) -> None:
        """Show this histogram; None keeps the panel, empty, while the next one is being counted."""
        self.resize(self.sizeHint())
        if levels is not self.levels or not self._shown:
            self.levels, self._shown = levels, True
            self.setAccessibleName("Histogram")
            self.setAccessibleDescription(spoken(levels) if levels else "")
            self.update()
        self.show()

    def sizeHint(self) -> QSize:
        unit = theme.UNIT
        return QSize(WIDTH + 2 * unit, HEIGHT + theme.metrics("small").height() + 3 * unit)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Painted again with every paint event of the photo below, so the curves are drawn once and kept."""
        ratio = self.devicePixelRatioF()
        look = (self.levels, self.size(), ratio, theme.font("small").pointSizeF())
        if look != self._look:
            self._look = look
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            self._draw(painter)
            painter.end()
        QPainter(self).drawPixmap(0, 0, self._picture)

    def _draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        unit = theme.UNIT
        room = QRectF(unit, unit, WIDTH, HEIGHT)
        self._paint_quarters(painter, room)
        if self.levels is None:
            return
        self._paint_curves(painter, room, self.levels)
        foot = QRectF(unit, room.bottom() + unit, WIDTH, self.height() - room.bottom() - 2 * unit)
        self._paint_share(painter, foot, self.levels.shadows, at_left=True)
        self._paint_share(painter, foot, self.levels.highlights, at_left=False)

    def _paint_quarters(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(QColor(255, 255, 255, 40))
        for quarter in range(5):
            x = round(room.left() + quarter * (room.width() - 1) / 4) + 0.5
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.drawLine(room.bottomLeft(), room.bottomRight())

    def _paint_curves(self, painter: QPainter, room: QRectF, levels: Levels) -> None:
        top = ceiling(levels)
        lines = [_line(counts, top, room) for counts in levels.counts]
        area = QPainterPath(room.bottomLeft())
        for point in lines[3]:
            area.lineTo(point)
        area.lineTo(room.bottomRight())
        painter.fillPath(area, _LUMINANCE)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line, colour in zip(lines, _CURVES, strict=False):
            painter.setPen(colour)
            painter.drawPolyline(line)

    def _paint_share(self, painter: QPainter, foot: QRectF, share: float, *, at_left: bool) -> None:
        """▼ 0.3 % at the dark end, ▲ 1.2 % at the bright one; the mark is hollow where nothing is lost."""
        lost = share >= _WORTH_A_MARK
        text = f"{'▼' if at_left else '▲'} {percent(share)}" if lost else percent(share)
        painter.setFont(theme.font("small"))
        painter.setPen(_TEXT if lost else _QUIET)
        side = Qt.AlignmentFlag.AlignLeft if at_left else Qt.AlignmentFlag.AlignRight
        painter.drawText(foot, int(side | Qt.AlignmentFlag.AlignVCenter), text)


def ceiling(levels: Levels) -> float:
    """What count reaches the top: the highest one between the ends, where clipping piles up, but no more than a few
    times what an even spread would have; a night sky is a single spike, above which nothing else would be seen."""
    inner = max(max(counts[2:254]) for counts in levels.counts)
    even = sum(levels.counts[3]) / 256
    return max(min(inner, _HIGHEST * even), even, 1.0)


def _line(counts: tuple[int, ...], top: float, room: QRectF) -> list[QPointF]:
    step = (room.width() - 1) / 255
    return [
        QPointF(room.left() + place * step + 0.5, room.bottom() - min(1.0, count / top) * room.height())
        for place, count in enumerate(counts)
    ]


def percent(share: float) -> str:
    """«0 %», «<0.1 %», «1.2 %», «12 %»."""
    if share <= 0:
        return "0 %"
    if share < 0.001:
        return "<0.1 %"
    return f"{share * 100:.1f} %" if share < 0.0995 else f"{share * 100:.0f} %"


def spoken(levels: Levels) -> str:
    return f"Clipped highlights {percent(levels.highlights)}, clipped shadows {percent(levels.shadows)}"
