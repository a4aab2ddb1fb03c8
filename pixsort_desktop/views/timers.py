"""Acting once, when nothing more has come for a while."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def single_shot(parent: QObject, act: Callable[[], object], milliseconds: int = 0) -> QTimer:
    """A timer that acts once after it was started; started again meanwhile, it begins to wait anew."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
