"""The one signal that says what changed in the library.

The library announces commits on its writer thread; a view must hear of them on its own. The signal object
belongs to the GUI thread, so Qt carries the ChangeSet across: connect methods of QObjects, not lambdas.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from pixsort_desktop.library.changes import ChangeSet


class Events(QObject):
    """`changed` fires in the GUI thread, once per commit, with a `ChangeSet`."""

    changed = Signal(object)

    def publish(self, changes: ChangeSet) -> None:
        """Announce `changes`; may be called from any thread, and after the window is gone."""
        if not changes:
            return
        try:
            self.changed.emit(changes)
        except RuntimeError:  # the C++ half is gone: nobody is left to listen
            return
