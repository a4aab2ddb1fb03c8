"""A field that takes the next key press, whatever it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from pixsort_desktop.views import theme
from pixsort_desktop.views.keys.keymap import of_event


class KeyCapture(QLabel):
    """`start` waits for a key. Escape gives up, and so does a click elsewhere: both say `cancelled`."""

    captured = Signal(str)  # in portable notation
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.waiting = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setMargin(theme.UNIT)

    def start(self, what: str) -> None:
        """Ask for the key of `what`."""
        text = f"Press the key for «{what}» now. Escape leaves it as it is."
        self.setText(text)
        self.setAccessibleName(text)
        self.waiting = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop(self) -> None:
        self.waiting = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def event(self, event: QEvent) -> bool:
        """Every key comes here as a key press, shortcuts and Tab included."""
        if self.waiting and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)
            event.accept()
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        key = of_event(event.keyCombination())
        if not key or event.isAutoRepeat():
            return
        self._stop()
        if key == "Esc":
            self.cancelled.emit()
        else:
            self.captured.emit(key)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.waiting and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._stop()
            self.cancelled.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        painter.end()
        super().paintEvent(event)
