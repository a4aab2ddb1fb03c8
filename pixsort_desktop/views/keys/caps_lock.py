"""Whether Caps Lock is on, noted from the keys that pass by: Qt has no other way to ask."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

LOCK_BITS = {"win32": 0x100, "darwin": 1 << 16}
"""What `QKeyEvent.nativeModifiers()` holds while Caps Lock is on. Windows: `CapsLock` in Qt's own `qwindowskeymapper.cpp`;
macOS: `NSEventModifierFlagCapsLock`; elsewhere `LockMask` of X11, which xkb gives under Wayland as well."""
X11_LOCK = 0x2
_NO_TEXT = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class CapsLock(QObject):
    """An event filter for whichever window has the keyboard. `ShortcutOverride` comes before the shortcut that a key
    triggers and climbs to the window from the widget with the keyboard, unless that widget takes the key as text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)
        self.on = False
        self._bit = LOCK_BITS.get(sys.platform, X11_LOCK)
        self._told = False  # the platform does set the bit

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Another widget has the keyboard, perhaps in another window: the whole screen is one of its own."""
        if now is not None:
            now.window().installEventFilter(self)  # again is no more than once

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(
            event, QKeyEvent
        ):
            self.note(event)
        return False

    def note(self, event: QKeyEvent) -> None:
        """The key itself is passed over: systems differ in whether its event tells the state before or after it.
        A letter tells by its case, too, where a platform gives no native modifiers."""
        if event.key() == Qt.Key.Key_CapsLock:
            return
        if event.nativeModifiers() & self._bit:
            self.on = self._told = True
        elif _is_letter(event):
            self.on = event.text().isupper() != bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        elif self._told:
            self.on = False


def _is_letter(event: QKeyEvent) -> bool:
    """Whether the key gave a letter that has a case."""
    text = event.text()
    return len(text) == 1 and text.lower() != text.upper() and not event.modifiers() & _NO_TEXT
