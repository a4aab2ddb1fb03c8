"""A line above the jobs while a folder is watched: which one, for which project, what came, and the way to stop."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from pixsort_desktop.views import theme, words
from pixsort_desktop.views.elided import ElidedLabel


class WatchBar(QFrame):
    """Hidden while nothing is watched."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName("Watched folder")
        self.text = ElidedLabel("")
        self.stop = QPushButton("Stop watching")
        self.stop.clicked.connect(self.stop_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.UNIT * 2, 4, theme.UNIT, 4)
        row.setSpacing(theme.UNIT)
        row.addWidget(self.text, 1)
        row.addWidget(self.stop)
        self._where = ""
        self.hide()

    def begin(self, folder: str, project: str) -> None:
        """A folder is watched from now on."""
        self._where = f"● Watching {words.shown(folder)} for «{words.short(words.shown(project))}»"
        self._say("waiting for photos")
        self.show()

    def show_state(self, state: Any) -> None:
        """What the watch has seen."""
        if not state.there:
            self._say("the folder is not there; waiting for it")
            return
        parts = [f"{words.count(int(state.added), 'photo')} came in"]
        if state.settling:
            parts.append(f"{words.count(int(state.settling), 'file')} still being written")
        if state.failed:
            parts.append(f"{words.count(len(state.failed), 'file')} failed")
        self._say(" · ".join(parts))

    def _say(self, what: str) -> None:
        self.text.setText(f"{self._where} · {what}")
        self.text.setAccessibleName(f"{self._where}, {what}")
