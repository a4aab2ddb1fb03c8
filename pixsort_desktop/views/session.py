"""What the window knows of the library: which project is open, its snapshot, and the way to change things.

Reading and writing happen in two background lanes; this object lives in the GUI thread and says by signals
when there is something new to show. It never waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from pixsort_desktop.commands.undo import files_to_put_back, redo, undo, undo_labels
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.filters import Filter, Sort
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.projects import all_projects
from pixsort_desktop.library.records import Project
from pixsort_desktop.tasks.events import Events
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views.showing import EVERYTHING, Ranked, Showing, save_showing
from pixsort_desktop.views.snapshot import EMPTY, Snapshot, arrange, read_snapshot
from pixsort_desktop.views.timers import single_shot

SHORTEST_PAUSE_S = 0.03  # between two readings, and never less than three times what the last one took
POLL_MS = 2000
SAVE_MS = 1000  # after the last change of filter, order or stacks


class Session(QObject):
    """Connects the views with an open library."""

    projects_changed = Signal(list)  # list[Project]
    snapshot_changed = Signal(object)  # Snapshot
    showing_changed = Signal(object)  # Showing: what the user asks for, at once; the snapshot follows
    undo_changed = Signal(object, object)  # labels of undo and redo, or None
    jobs_changed = Signal(list)  # list[Job], newest first
    photos_changed = Signal(object)  # ids of photos whose facts changed
    failed = Signal(str)  # one sentence
    files_undo_wanted = Signal(int, str)  # job id and name of the step to undo, where it moved files
    told = Signal(str)  # one sentence of good news
    leaving = Signal()  # another project is opened next, or the library closed: what waits is to be written

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
        self._arranging = Runner(1, self)  # what is known already, shown in another way
        self._showing: Showing | None = None  # None until it is known how the project was looked at last
        self._early_search = ""  # typed before that
        self._arrived: Snapshot | None = None  # read, but not yet arranged as is wanted by now
        self._unsaved = False
        self._pending: ChangeSet | None = None
        self._reread = False
        self._reading = False
        self._rest_until = 0.0
        self._unsubscribe: Callable[[], None] | None = None
        self._timer = single_shot(self, self._read)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look_elsewhere)
        self._saving = single_shot(self, self._save_showing, SAVE_MS)
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
        self.leaving.emit()
        self._save_showing()
        self._arranging.close()
        self.queries.close()
        self.commands.close()
        self.background.close()
        self._arranging.cancel_all()
        self.queries.cancel_all()
        self.background.cancel_all()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    @property
    def writing(self) -> bool:
        """Whether something that the user did is not written yet."""
        return not self.commands.wait(0)

    def wait(self, seconds: float) -> bool:
        """Whether all lanes are quiet within so many seconds each."""
        lanes = (self.commands, self.queries, self.background, self._arranging)
        return all(lane.wait(seconds) for lane in lanes)

    def open_project(self, project_id: int | None) -> None:
        if project_id != self.project_id:
            self.leaving.emit()
            self._save_showing()
            self.project_id = project_id
            self._showing, self._early_search = None, ""
            self.reload()

    # -- how it is looked at ---------------------------------------------------------------------------

    @property
    def showing(self) -> Showing:
        """Search, filter, order and stacks that the user asks for; `snapshot.showing` is what is on the screen."""
        return self._showing if self._showing is not None else EVERYTHING

    @property
    def settled(self) -> bool:
        """Whether the snapshot shows everything that was done so far."""
        return not self.commands.busy and self._pending is None and not self._reread

    @property
    def searching(self) -> str:
        return self.showing.search

    def search(self, text: str) -> None:
        """Show only photos that have every word of it."""
        if self._showing is None:
            self._early_search = text
        elif text.split() != self._showing.search.split():
            self.show_as(replace(self._showing, search=text))

    def set_filter(self, filter_: Filter) -> None:
        """Show only photos that match, from now on; an empty filter hides nothing."""
        self.show_as(replace(self.showing, filter=filter_, on=True))

    def toggle_filter(self) -> None:
        """Switch the filter off without losing it, or on again."""
        self.show_as(replace(self.showing, on=not self.showing.on))

    def set_sort(self, sort: Sort) -> None:
        """Show grid and columns in that order; what was arranged by hand is not changed by it."""
        self.show_as(replace(self.showing, sort=sort, ranked=None))

    def rank(self, ranked: Ranked | None) -> None:
        """Show the grid in that order until it is left (None)."""
        self.show_as(replace(self.showing, ranked=ranked))

    def clear_conditions(self) -> None:
        """No search and no filter: every photo is shown."""
        self.show_as(self.showing.without_conditions())

    def toggle_stack(self, photo_id: int) -> bool:
        """Open or close the burst of a photo; says whether it is one frame of any."""
        stack = self.snapshot.stack_of(photo_id)
        if stack is not None:
            self.show_as(replace(self.showing, stacks=self.showing.stacks.toggled(stack)))
        return stack is not None

    def toggle_all_stacks(self) -> bool:
        """Close every stack, or open all where they are closed; says whether there is any."""
        stacks = self.snapshot.stacks
        if stacks:
            self.show_as(replace(self.showing, stacks=self.showing.stacks.all_toggled(stacks)))
        return bool(stacks)

    def show_as(self, showing: Showing) -> None:
        """Look at the project in that way; only a search asks the library."""
        if self.library is None or self._showing is None or showing == self._showing:
            return
        if _lasting(showing) != _lasting(self._showing):
            self._unsaved = True
            self._saving.start()
        self._showing = showing
        self.showing_changed.emit(showing)
        self._arrange()

    def _arrange(self) -> None:
        """Arrange what is known; what comes back too late for what is wanted by then is done again."""
        library, base, showing = self.library, self._latest, self._showing
        if library is None or showing is None or base.project is None or self._arranging.busy:
            return

        def done(arranged: Snapshot) -> None:
            if base is self._latest and showing == self._showing:
                self._adopt(arranged, showing)
                self.snapshot_changed.emit(arranged)

        def failed(error: Exception) -> None:
            if showing == self._showing:  # not tried for ever: it stays as it is on the screen
                self._showing = self._latest.showing
                self.showing_changed.emit(self._showing)
            self._report(error)

        def ended() -> None:
            if self._unarranged:
                self._arrange()

        self._arranging.run(lambda: arrange(library, base, showing), done, failed, ended=ended)

    @property
    def _latest(self) -> Snapshot:
        """What was read last: on the screen, or on its way there."""
        return self._arrived if self._arrived is not None else self.snapshot

    @property
    def _unarranged(self) -> bool:
        """Whether what was read last is not yet shown in the way that is asked for."""
        project = self._latest.project
        here = project is not None and project.id == self.project_id
        return here and self._showing is not None and self._latest.showing != self._showing

    def _adopt(self, snapshot: Snapshot, asked: Showing | None) -> None:
        """Show it from now on, in the way that was remembered (`asked` None), or without conditions that have gone."""
        self.snapshot, self._arrived = snapshot, None
        here = snapshot.project is not None and snapshot.project.id == self.project_id
        if here and self._showing == asked and snapshot.showing != asked:
            self._showing = snapshot.showing
            if asked is None:
                self._showing = replace(snapshot.showing, search=self._early_search)
            self.showing_changed.emit(self._showing)

    def _save_showing(self) -> None:
        """Keep how the project is looked at, if that changed."""
        project_id, showing = self.project_id, self._showing
        if self._unsaved and project_id is not None and showing is not None:
            self._unsaved = False
            self.do(lambda library: save_showing(library, project_id, showing))

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
        """Take back the last step. One that moved files is a job: whoever does these is told."""
        project_id = self.project_id

        def act(library: Library) -> tuple[int, str] | str | None:
            files = files_to_put_back(library, project_id=project_id)
            return files if files is not None else undo(library, project_id=project_id)

        self.do(act, self._undone)

    def redo(self) -> None:
        project_id = self.project_id
        self.do(lambda library: redo(library, project_id=project_id), self._redone)

    def _undone(self, done: tuple[int, str] | str | None) -> None:
        if isinstance(done, tuple):
            self.files_undo_wanted.emit(*done)
            return
        label = done
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
        project_id, showing, previous = self.project_id, self._showing, self._latest

        def work() -> tuple[Any, ...]:
            started = time.monotonic()
            with library.at_one_moment():
                snapshot = read_snapshot(library, project_id, showing, previous, known)
                around = (
                    all_projects(library),
                    undo_labels(library, project_id=project_id),
                    recent_jobs(library),
                )
            return snapshot, *around, known, showing, time.monotonic() - started

        self.queries.run(work, self._show, ended=self._read_ended)

    def _show(self, read: tuple[Any, ...]) -> None:
        snapshot, projects, labels, jobs, changed, asked, seconds = read
        self._rest_until = time.monotonic() + max(SHORTEST_PAUSE_S, 3 * seconds)
        if snapshot.project is None and self.project_id is not None and not self._still_there(projects):
            self.project_id = None
        self.projects = projects
        self._arrived = snapshot
        late = self._unarranged and asked is not None
        if not late:
            self._adopt(snapshot, asked)
        if changed:
            self.photos_changed.emit(changed)
        self.projects_changed.emit(projects)
        if not late:
            self.snapshot_changed.emit(snapshot)
        if self._unarranged:  # asked for otherwise meanwhile: what was read is shown as it is wanted now
            self._arrange()
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
            if changed:
                self.reload()

        self.queries.run(library.changed_elsewhere, answer)

    @Slot(object)
    def _report(self, error: Exception) -> None:
        self.failed.emit(sentence(error))


def _lasting(showing: Showing) -> Showing:
    """What of it is kept with the library."""
    return replace(showing, search="", ranked=None)


def sentence(error: Exception) -> str:
    """What a person is told about an error."""
    if isinstance(error, PixsortError):
        return str(error)
    detail = " ".join(str(error).split())
    return f"Something unexpected went wrong ({type(error).__name__}{': ' + detail if detail else ''}). Nothing was lost."
