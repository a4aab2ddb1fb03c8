"""The slider over the board: from whole events over moments to near-identical frames."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from pixsort_desktop.views import icons, theme
from pixsort_desktop.views.board.decided_slider import DecidedSlider
from pixsort_desktop.views.keys import keymap

MIDDLE = 0.5  # where a project begins, and where the scale is as it was measured
STEPS = 200
KEY_STEPS = 6  # of them, with one press


class GranularitySlider(DecidedSlider):
    """A click goes where it was made; a short line marks the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, STEPS)
        self.setSingleStep(KEY_STEPS)
        self.setPageStep(KEY_STEPS * 4)
        self.setAccessibleName("Granularity")
        self.setAccessibleDescription(
            "From whole events, on the left, over moments to near-identical frames, on the right"
        )

    def mouseDoubleClickEvent(self, _event: object) -> None:
        """Back to the middle."""
        self.setValue(round(MIDDLE * STEPS))

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        groove = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderGroove, self
        )
        painter = QPainter(self)
        middle = groove.center().x()
        painter.fillRect(QRect(middle, self.rect().bottom() - 3, 1, 4), theme.colour("quiet"))
        painter.end()
        super().paintEvent(event)


class GranularityBar(QFrame):
    """Says what the user wants while they are at it (`moved`), and what they have decided on (`settled`): one for each
    drag, and one for a row of keys."""

    moved = Signal(float)
    placed = Signal(float)  # it was put where the project stands
    settled = Signal(float)
    cancelled = Signal()
    tree_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Granularity of the columns")
        self.coarse, self.fine = _end("Whole events"), _end("Near-identical frames")
        self.slider = GranularitySlider()
        keymap.in_use().hint(self.slider, "How fine the columns are", "coarser", "finer")
        self.slider.moved.connect(lambda _: self.moved.emit(self.value))
        self.slider.settled.connect(lambda _: self.settled.emit(self.value))
        self.slider.cancelled.connect(self.cancelled)
        self.tree = QToolButton()
        self.tree.setCheckable(True)
        self.tree.setAccessibleName("Tree of the photos")
        keymap.in_use().hint(self.tree, "The tree of the photos, over the board", "tree")
        self.tree.clicked.connect(self.tree_wanted)
        self.refresh_icons()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.UNIT, 0, theme.UNIT, 0)
        layout.setSpacing(theme.UNIT)
        layout.addStretch(1)
        layout.addWidget(self.coarse)
        layout.addWidget(self.slider, 2)
        layout.addWidget(self.fine)
        layout.addStretch(1)
        layout.addWidget(self.tree)

    def refresh_icons(self) -> None:
        edge = round(theme.metrics().height() * 0.9)
        self.tree.setIconSize(QSize(edge, edge))
        self.tree.setIcon(icons.icon("tree"))

    @property
    def value(self) -> float:
        """0: whole events; 1: near-identical frames."""
        return self.slider.value() / STEPS

    @property
    def in_hand(self) -> bool:
        """Whether the user has moved it and not yet let go."""
        return self.slider.in_hand

    def show_value(self, value: float) -> None:
        """Where the project stands; not while the user is at it."""
        if not self.in_hand:
            self.slider.show_value(round(value * STEPS))
            self.placed.emit(self.value)

    def step(self, by: int) -> None:
        """Finer (1) or coarser (-1)."""
        self.slider.setValue(self.slider.value() + by * KEY_STEPS)


def _end(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("quiet", True)
    label.setProperty("role", "small")
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    return label
