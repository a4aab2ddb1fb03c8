"""The facts of one copy, a line each; what the copies of a set differ in is marked and stands out.

Painted as a whole: with three labels a line, a set of twelve copies would cost some 500 widgets.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from pixsort_desktop.views import theme

DIFFERS = "≠"
Facts = list[tuple[str, str, bool]]  # name, value, whether the copies differ in it


class FactTable(QWidget):
    """Long values are shortened in the middle; the whole is in the tooltip."""

    def __init__(self, facts: Facts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = facts
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_facts(self, facts: Facts) -> None:
        """As many as before."""
        self.facts = facts
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.metrics().averageCharWidth() * 36, self._line() * len(self.facts))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def _line(self) -> int:
        return theme.metrics().height() + theme.UNIT // 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font())
        metrics, line = theme.metrics(), self._line()
        names = metrics.horizontalAdvance(DIFFERS) + theme.UNIT
        values = names + max(metrics.horizontalAdvance(name) for name, _, _ in self.facts) + theme.UNIT
        for row, (name, value, differs) in enumerate(self.facts):
            text = metrics.elidedText(value, Qt.TextElideMode.ElideMiddle, self.width() - values)
            for at, part, colour in (
                (0, DIFFERS if differs else "", "text"),
                (names, name, "quiet"),
                (values, text, "text" if differs else "quiet"),
            ):
                painter.setPen(theme.colour(colour))
                place = QRect(at, row * line, self.width() - at, line)
                painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), part)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // self._line()
            if 0 <= row < len(self.facts):
                name, value, differs = self.facts[row]
                told = " (not the same in all copies)" if differs else ""
                QToolTip.showText(event.globalPos(), f"{name}{told}: {value}", self)
            return True
        return super().event(event)
