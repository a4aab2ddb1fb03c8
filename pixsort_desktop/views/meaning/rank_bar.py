"""A line above the photos while the grid is sorted by words or by likeness: by what, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from pixsort_desktop.views import theme
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.keys import keymap


class RankBar(QFrame):
    """Hidden while the grid has its usual order."""

    left = Signal()
    pin_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Order of the grid")
        self.text = ElidedLabel("")
        self.back = QPushButton("Back to the usual order")
        self.back.clicked.connect(self.left)
        self.pin = QPushButton("Pin as column")
        self.pin.clicked.connect(self.pin_wanted)
        keymap.in_use().hint(self.pin, "Keep what these words find as a column of the board", "pin_prompt")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.UNIT * 2, 4, theme.UNIT, 4)
        row.setSpacing(theme.UNIT)
        row.addWidget(self.text, 1)
        row.addWidget(self.pin)
        row.addWidget(self.back)
        self.hide()

    def say(self, sentence: str, *, pinnable: bool = False) -> None:
        """Show the bar with this sentence; without one, hide it. Words that were found can be pinned."""
        self.pin.setVisible(pinnable)
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
