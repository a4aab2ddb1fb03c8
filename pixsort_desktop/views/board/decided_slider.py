"""A slider whose every position is tried, and of which the last one is kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from pixsort_desktop.views.timers import single_shot

REST_MS = 600  # after the last key, the choice is kept


class DecidedSlider(QSlider):
    """Says where it is while the user is at it (`moved`), and where they left it (`settled`): one for each drag, and one
    for a row of keys. Left and right, as everywhere, but Escape takes back (`cancelled`)."""

    moved = Signal(int)
    settled = Signal(int)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._moving = False
        self._rest = single_shot(self, self.settle, REST_MS)
        self.valueChanged.connect(self._changed)
        self.sliderReleased.connect(self.settle)

    @property
    def in_hand(self) -> bool:
        """Whether the user has moved it and not yet let go."""
        return self._moving

    def show_value(self, value: int) -> None:
        """Where it stands by itself; not while the user is at it."""
        if not self._moving:
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)

    def settle(self) -> None:
        """What is shown is what is wanted."""
        self._rest.stop()
        if self._moving:
            self._moving = False
            self.settled.emit(self.value())

    def cancel(self) -> None:
        """Back to where it was."""
        self._rest.stop()
        self._moving = False
        self.cancelled.emit()

    def give_up(self) -> None:
        """The same without a word: it is about something else from now on."""
        self._rest.stop()
        self._moving = False

    def _changed(self, value: int) -> None:
        self._moving = True
        self.moved.emit(value)
        if not self.isSliderDown():
            self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the board, here as below: columns must not change because the pointer was in the way."""
        event.ignore()
