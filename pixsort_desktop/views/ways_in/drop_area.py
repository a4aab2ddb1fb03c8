"""The whole window takes files and folders that another program drags here, and says what a drop would do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from pixsort_desktop.views.board.drop import DropMarker
from pixsort_desktop.views.mime import paths_from_mime

_OVER = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


class DropArea(QObject):
    """Watches `window` for drags; marks `shown` meanwhile. `says()` is the promise, "" where nothing is taken."""

    dropped = Signal(list)  # paths

    def __init__(self, window: QWidget, shown: QWidget, says: Callable[[], str]) -> None:
        super().__init__(window)
        self._shown = shown
        self._says = says
        self.marker = DropMarker(shown)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self.marker.hide()
        elif isinstance(event, QDropEvent) and event.type() in (*_OVER, QEvent.Type.Drop):
            self._over(event)
            return True
        return False

    def _over(self, event: QDropEvent) -> None:
        says = self._says()
        if not says or not event.mimeData().hasUrls():
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)  # the files stay where they are
        event.accept()
        if event.type() in _OVER:
            self.marker.show_at("frame", self._shown.rect(), says)
            return
        self.marker.hide()
        paths = paths_from_mime(event.mimeData())
        if paths:
            self.dropped.emit(paths)
