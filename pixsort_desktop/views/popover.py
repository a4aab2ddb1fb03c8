"""A small panel that lies over the window, asks something, and gives the keyboard back to the photos."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget


class Popover(QFrame):
    """Hidden at first. Escape leaves everything as it is, Enter does what `take` says."""

    left = Signal()  # by the user: the keyboard goes back to the photos

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("popover", True)
        self.hide()

    def watch(self, *widgets: QWidget) -> None:
        """The keys of these widgets are the panel's first, and it hides when the keyboard goes from them elsewhere."""
        for widget in widgets:
            widget.installEventFilter(self)

    def take(self) -> None:
        """What Enter does."""
        raise NotImplementedError

    def leave(self) -> None:
        """The keyboard first: hidden with it, Qt would hand it to whatever comes next."""
        self.left.emit()
        self.hide()

    def pressed(self, _watched: QObject, key: int) -> bool:
        """Act on a key that was pressed on `_watched`; says whether it was one of the panel's."""
        if key == Qt.Key.Key_Escape:
            self.leave()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
            return True
        return False

    def is_left_for(self, focus: QWidget | None) -> bool:
        """Whether the keyboard is elsewhere; None is another program, from which one comes back."""
        return focus is not None and not self.isAncestorOf(focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        left = event.type() == QEvent.Type.FocusOut and not QApplication.activePopupWidget()
        if left and self.is_left_for(QApplication.focusWidget()):
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self.pressed(watched, event.key())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.pressed(self, event.key()):
            super().keyPressEvent(event)
