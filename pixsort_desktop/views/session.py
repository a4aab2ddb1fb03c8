"""What the window knows of the library: which project is open, its snapshot, and the way to change things.

Reading and writing happen in two background lanes; this object lives in the GUI thread and says by signals
when there is something new to show. It never waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from pixsort_desktop.commands.undo import redo, undo, undo_labels
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.projects import all_projects
from pixsort_desktop.library.records import Project
from pixsort_desktop.tasks.events import Events
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views.snapshot import EMPTY, Snapshot, read_snapshot

SHORTEST_PAUSE_S = 0.03  # between two readings, and never less than three times what the last one took
POLL_MS = 2000


class Session(QObject):
    """Connects the views with an open library."""

    projects_changed = Signal(list)  # list[Project]
    snapshot_changed = Signal(object)  # Snapshot
    undo_changed = Signal(object, object)  # labels of undo and redo, or None
    jobs_changed = Signal(list)  # list[Job], newest first
    photos_changed = Signal(object)  # ids of photos whose facts changed
    failed = Signal(str)  # one sentence
    told = Signal(str)  # one sentence of good news

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library: Library | None = None
        self.project_id: int | None = None
        self.snapshot: Snapshot = EMPTY
        self.projects: list[Project] = []
        self.events = Events(self)
        self.queries = Runner(1, self)
        self.commands = Runner(1, self)
        self.background = Runner(1, self)  # what may take long and nobody waits for
        self._search = ""
        self._pending: ChangeSet | None = None
        self._reread = False
        self._reading = False
        self._rest_until = 0.0
        self._unsubscribe: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._read)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look_elsewhere)
        self.events.changed.connect(self._note)
        self.queries.failed.connect(self._report)
        self.commands.failed.connect(self._report)
        self.background.failed.connect(self._report)

    # -- opening and closing ---------------------------------------------------------------------------

    def attach(self, library: Library, project_id: int | None) -> None:
        """Begin to show a library."""
        self.library = library
        self.project_id = project_id
        self._unsubscribe = library.subscribe(self.events.publish)
        self.queries.run(library.changed_elsewhere)  # from here on, what others write is news
        self._poll.start()
        self.reload()

    def detach(self) -> None:
        """Stop listening and accept nothing new; the library may be closed once the lanes are quiet."""
        self._poll.stop()
        self._timer.stop()
        self.queries.close()
        self.commands.close()
        self.background.close()
        self.queries.cancel_all()
        self.background.cancel_all()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def wait(self, seconds: float) -> bool:
        """Whether all lanes are quiet within so many seconds each."""
        return all(lane.wait(seconds) for lane in (self.commands, self.queries, self.background))

    def open_project(self, project_id: int | None) -> None:
        if project_id != self.project_id:
            self.project_id = project_id
            self._search = ""
            self.reload()

    def search(self, text: str) -> None:
        """Show only photos that match."""
        if text.split() != self._search.split():
            self._search = text
            self._pending = self._pending or ChangeSet()
            self._read_soon()

    @property
    def settled(self) -> bool:
        """Whether the snapshot shows everything that was done so far."""
        return not self.commands.busy and self._pending is None and not self._reread

    @property
    def searching(self) -> str:
        return self._search

    # -- changing --------------------------------------------------------------------------------------

    def do(
        self,
        command: Callable[[Library], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `command(library)` after those given before it; errors become a sentence unless `failed` takes them."""
        library = self.library
        if library is not None:
            self.commands.run(lambda: command(library), done, failed)

    def undo(self) -> None:
        project_id = self.project_id
        self.do(lambda library: undo(library, project_id=project_id), self._undone)

    def redo(self) -> None:
        project_id = self.project_id
        self.do(lambda library: redo(library, project_id=project_id), self._redone)

    def _undone(self, label: str | None) -> None:
        self.told.emit(f"Undone: {label}" if label else "There is nothing to undo.")

    def _redone(self, label: str | None) -> None:
        self.told.emit(f"Done again: {label}" if label else "There is nothing to redo.")

    # -- reading ---------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read everything afresh."""
        self._reread = True
        self._read_soon()

    @Slot(object)
    def _note(self, changes: ChangeSet) -> None:
        self._pending = changes if self._pending is None else self._pending | changes
        self._read_soon()

    def _read_soon(self) -> None:
        if not self._reading and not self._timer.isActive() and self.library is not None:
            self._timer.start(max(0, round((self._rest_until - time.monotonic()) * 1000)))

    @Slot()
    def _read(self) -> None:
        library = self.library
        if library is None or self._reading:
            return
        changes, self._pending = self._pending, None
        everything, self._reread = self._reread, False
        self._reading = True
        known = None if everything or changes is None else changes.photos
        project_id, search, previous = self.project_id, self._search, self.snapshot

        def work() -> tuple[Any, ...]:
            started = time.monotonic()
            snapshot = read_snapshot(library, project_id, search, previous, known)
            labels = undo_labels(library, project_id=project_id)
            return (
                all_projects(library),
                snapshot,
                labels,
                recent_jobs(library),
                known,
                time.monotonic() - started,
            )

        self.queries.run(work, self._show, ended=self._read_ended)

    def _show(self, read: tuple[Any, ...]) -> None:
        projects, snapshot, labels, jobs, changed, seconds = read
        self._rest_until = time.monotonic() + max(SHORTEST_PAUSE_S, 3 * seconds)
        if snapshot.project is None and self.project_id is not None and not self._still_there(projects):
            self.project_id = None
        self.snapshot, self.projects = snapshot, projects
        if changed:
            self.photos_changed.emit(changed)
        self.projects_changed.emit(projects)
        self.snapshot_changed.emit(snapshot)
        self.undo_changed.emit(*labels)
        self.jobs_changed.emit(jobs)

    def _still_there(self, projects: list[Project]) -> bool:
        return any(project.id == self.project_id for project in projects)

    def _read_ended(self) -> None:
        self._reading = False
        wrong = self.snapshot.project is not None and self.snapshot.project.id != self.project_id
        if self._pending is not None or self._reread or wrong:
            self._read_soon()

    # -- other processes -------------------------------------------------------------------------------

    @Slot()
    def _look_elsewhere(self) -> None:
        library = self.library
        if library is None or self.queries.busy:
            return

        def answer(changed: bool) -> None:
            if changed:  # by us or by another process: SQLite does not say, and reading again is cheap
                self.reload()

        self.queries.run(library.changed_elsewhere, answer)

    @Slot(object)
    def _report(self, error: Exception) -> None:
        self.failed.emit(sentence(error))


def sentence(error: Exception) -> str:
    """What a person is told about an error."""
    if isinstance(error, PixsortError):
        return str(error)
    detail = " ".join(str(error).split())
    return f"Something unexpected went wrong ({type(error).__name__}{': ' + detail if detail else ''}). Nothing was lost."
