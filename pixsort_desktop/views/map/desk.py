"""Has the places of photos worked out for the map, and shows them; again when photos come, go or are seen otherwise.

Principal components take a second at most; they are shown while UMAP, where that is installed, takes its minute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from PySide6.QtCore import QObject

from pixsort_desktop.errors import ConflictError, NotFoundError
from pixsort_desktop.progress import Progress
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views import words
from pixsort_desktop.views.job_centre import JobCentre
from pixsort_desktop.views.map.map_view import MapView
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.organiser import Organiser
from pixsort_desktop.views.session import Session, sentence
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.timers import single_shot

QUICK = "pca"
SAY_MS = 400  # so long something may take before it is talked about


@dataclass(frozen=True, slots=True)
class MapPlaces:
    """`points` are a `MapPoints`; `lacking` of its photos have no place and stand aside."""

    points: Any
    lacking: int
    method: str


class MapFunctions(NamedTuple):
    """What `app` gives, for a worker: the map of a project by a method, as it was kept (None: it has to be made), or made.

    `methods`: what maps can be made by here, the usual one last.
    """

    kept: Callable[[int, str], MapPlaces | None]
    make: Callable[[int, str, Progress], MapPlaces]
    methods: tuple[str, ...]


class MapDesk(QObject):
    """Between the session, a worker and the map. Nothing is worked out while the map is not in use."""

    def __init__(
        self,
        session: Session,
        centre: JobCentre,
        view: MapView,
        organiser: Organiser,
        messages: MessageBar,
        memory: Memory,
    ) -> None:
        super().__init__(view)
        self._session, self._map, self._messages, self._memory = session, view, messages, memory
        self._functions: MapFunctions | None = None
        self._progress: Progress | None = None
        self._placed: tuple[Any, ...] | None = None  # what the places on the screen, or on their way, are of
        self._refused: tuple[Any, ...] | None = (
            None  # what was cancelled or failed: not tried again by itself
        )
        self._lacking = 0  # photos that the map has no place for
        self.runner = Runner(1, self)
        self._saying = single_shot(self, self._say, SAY_MS)
        bar = view.bar
        bar.cancel_wanted.connect(self._cancel)
        bar.method_chosen.connect(self._choose)
        bar.column_wanted.connect(lambda: self._make_column(organiser))
        view.take_out.connect(lambda ids: organiser.move_photos(ids, None, None))
        view.menu_wanted.connect(lambda at: organiser.photos_menu(view.selected_ids(), at, on_board=True))
        session.snapshot_changed.connect(lambda _: self.look())
        centre.idle.connect(self._jobs_ended)

    def attach(self, functions: MapFunctions) -> None:
        """The library is open."""
        self._functions = functions
        self._map.bar.method.setVisible(len(functions.methods) > 1)
        self.look()

    def close(self) -> None:
        """Work nothing out any more."""
        self.runner.close()
        self.runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        return self.runner.wait(seconds)

    @property
    def method(self) -> str:
        """What the map shall be made by."""
        methods = self._functions.methods if self._functions is not None else (QUICK,)
        return self._memory.map_method if self._memory.map_method in methods else methods[-1]

    def come_into_use(self) -> None:
        """Vectors may have come meanwhile; a map that holds is only read, and one that is on its way goes on."""
        if not self.runner.busy:
            self._placed = None
        self.look()

    def _jobs_ended(self) -> None:
        """Photos that were not compared yet may have got their vectors."""
        if self._lacking:
            self._placed = None
            self.look()

    def look(self) -> None:
        """Have the places worked out, where the map is in use and what it shows does not hold any more."""
        snapshot, functions = self._session.snapshot, self._functions
        if snapshot.project is None:
            self._refused = None  # it may come back
        if functions is None or snapshot.project is None or not self._map.isVisible():
            return
        wanted = _identity(snapshot, self.method)
        if wanted in (self._placed, self._refused):
            return
        if self.runner.busy:  # looked at again when that has ended
            if self._placed is None or wanted[:3] != self._placed[:3]:
                self.runner.cancel_all()
            return
        self._placed, self._refused = wanted, None
        self._place(functions, snapshot.project.id, self.method)

    def _place(self, functions: MapFunctions, project_id: int, method: str) -> None:
        """What is known of the map, or a quick one; and then, where that is not what is wanted, the one that takes longer."""
        progress = self._progress = Progress()

        def failed(error: Exception) -> None:
            self._failed(project_id, error)

        def work() -> MapPlaces:
            return functions.kept(project_id, method) or functions.make(project_id, QUICK, progress)

        def shown(found: MapPlaces) -> None:
            self._show(project_id, found)
            if found.method != method and len(found.points) > found.lacking:
                self.runner.run(
                    lambda: functions.make(project_id, method, progress),
                    lambda made: self._show(project_id, made),
                    failed,
                    ended=self._ended,
                    progress=progress,
                )

        self._map.bar.method.setCurrentIndex(max(0, self._map.bar.method.findData(method)))
        self._saying.start()
        self.runner.run(work, shown, failed, ended=self._ended, progress=progress)

    def _show(self, project_id: int, found: MapPlaces) -> None:
        if self._session.snapshot.project is None or self._session.snapshot.project.id != project_id:
            return
        self._lacking = found.lacking
        self._map.show_points(found.points)
        aside = ""
        if found.lacking:
            verb = "has no place and stands" if found.lacking == 1 else "have no place and stand"
            aside = f"{words.count(found.lacking, 'photo')} {verb} on the right: not compared yet."
        self._map.bar.show_aside(aside)

    def _ended(self) -> None:
        if not self.runner.busy:
            self._saying.stop()
            self._map.bar.say("")
            self.look()

    def _say(self) -> None:
        if self.runner.busy:
            count = words.count(len(self._session.snapshot.order), "photo")
            self._map.bar.say(f"Placing {count} …", cancellable=True)

    def _cancel(self) -> None:
        """What is on the screen stays; it is worked out again when photos come or go."""
        self._refused, self._placed = self._placed, None
        self.runner.cancel_all()

    def _failed(self, project_id: int, error: Exception) -> None:
        """Nobody wants the map of a project that was left or deleted meanwhile."""
        self._refused, self._placed = self._placed, None
        if project_id == self._session.project_id and not isinstance(error, NotFoundError | ConflictError):
            self._messages.warn(sentence(error))

    def _choose(self, method: str) -> None:
        self._memory.map_method = method
        self._refused = self._placed = None
        if self.runner.busy:
            self.runner.cancel_all()
        self.look()
        self._map.setFocus()

    def _make_column(self, organiser: Organiser) -> None:
        ids = self._map.selected_ids()
        told = f"Made a column of {words.count(len(ids), 'photo')}."
        organiser.split_off(ids, lambda: self._messages.tell(told, "Undo", self._session.undo))
        self._map.setFocus()


def _identity(snapshot: Snapshot, method: str) -> tuple[Any, ...]:
    """The same as long as the same photos with the same pixels are compared in the same way."""
    project = snapshot.project
    assert project is not None
    photos = snapshot.photos.values()
    looks = hash(frozenset((p.id, p.sha256) for p in photos if p.status == "ready"))
    return project.id, project.grouping.get("embedding"), method, looks
