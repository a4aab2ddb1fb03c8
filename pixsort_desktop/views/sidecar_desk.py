"""What goes to other programs and comes from them: sidecars are written, read again and watched, JPEGs written into.

The watch looks when a project is opened and when the window is returned to: that is when another program may have
written something. It runs in a worker, mostly by asking for files' times, and is silent when there is nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from pixsort_desktop.progress import Progress
from pixsort_desktop.views import words
from pixsort_desktop.views.job_centre import JobCentre
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.timers import single_shot

LATER_MS = 10_000  # when to look again, where another message was in the way
REST_MS = 3000  # between two looks, however often somebody goes to and fro between programs


class SidecarFunctions(NamedTuple):
    """What `app` gives the window; each runs in a worker. Reports are those of the jobs."""

    # project, profile (None: the last), over changes, with captions
    write: Callable[[int, str | None, bool, bool, Progress], Any]
    write_jpegs: Callable[[int, Progress], Any]
    read: Callable[[int, Progress], Any]
    changed: Callable[[int], Any]
    keywords: Callable[[int], bool]  # whether the project's columns go along
    set_keywords: Callable[[int, bool], None]
    profiles: Sequence[tuple[str, str]]  # key and title


class SidecarDesk(QObject):
    """Starts these jobs, asks where there is a choice, and says in one sentence how they ended."""

    keywords_changed = Signal(bool)  # of the project that is open

    def __init__(self, session: Session, centre: JobCentre, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._centre = centre
        self._messages = messages
        self._functions: SidecarFunctions | None = None
        self._project_id: int | None = None
        self._told: object = None  # the news that were told last, so that they are told once
        self._deaf: set[int] = set()  # projects of which Lightroom's deafness was told
        self._looking = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._later = single_shot(self, self.look, LATER_MS)
        session.snapshot_changed.connect(self._project_shown)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.applicationStateChanged.connect(self._returned)

    def attach(self, functions: SidecarFunctions) -> None:
        """The library is open."""
        self._functions = functions

    # -- writing ---------------------------------------------------------------------------------------

    def write(
        self,
        project_id: int | None,
        profile: str | None = None,
        *,
        over_changes: bool = False,
        captions: bool = False,
    ) -> None:
        """Write judgements, and captions if asked, where other programs read them; `profile` None is the one used last."""
        functions = self._functions
        if functions is None or project_id is None:
            return
        self._after_commands(
            "Writing sidecars",
            lambda progress: functions.write(project_id, profile, over_changes, captions, progress),
            lambda report: self._written(project_id, report, captions=captions),
        )

    def _after_commands(
        self, label: str, work: Callable[[Progress], Any], done: Callable[[Any], None]
    ) -> None:
        """A judgement given a moment ago may still be on its way into the library: it comes first."""
        self._session.do(lambda _library: None, lambda _: self._centre.start(label, work, done))

    def _written(self, project_id: int, report: Any, *, captions: bool) -> None:
        written, said = int(report.written), int(report.unchanged)
        told = f"{words.count(written, 'sidecar')} written" + (
            f"; {said:,} said it already." if said else "."
        )
        if not (written or said or report.failed or report.changed_elsewhere):
            told = "No photo is judged yet: give stars, flags or labels first."
            if captions:
                told = "No photo has a caption or is judged yet."
        if report.failed:
            told += f" {words.count(len(report.failed), 'sidecar')} failed: {report.failed[0][1]}"
        if report.shared:
            told += f" {report.shared[0][1]}{_and_others(len(report.shared) - 1)}"
        if report.changed_elsewhere:
            told = f"{told} " if written or report.failed or report.shared else ""
            self._ask_whose(project_id, told, len(report.changed_elsewhere), captions=captions)
        elif report.failed or report.shared:
            self._messages.warn(told)
        elif report.note and written and project_id not in self._deaf:
            self._deaf.add(project_id)
            self._messages.ask(
                f"{told} {report.note}",
                "Write into the JPEGs …",
                lambda: self.ask_jpegs(project_id),
            )
        else:
            self._messages.tell(told)

    def _ask_whose(self, project_id: int, told: str, count: int, *, captions: bool) -> None:
        self._messages.ask(
            f"{told}{words.count(count, 'sidecar')} changed in another program meanwhile and"
            f" {'was' if count == 1 else 'were'} left.",
            "Keep mine",
            lambda: self.write(project_id, over_changes=True, captions=captions),
            ("Take theirs", lambda: self.read(project_id)),
            ("Leave them", lambda: None),
        )

    # -- into the JPEGs themselves ---------------------------------------------------------------------

    def ask_jpegs(self, project_id: int | None) -> None:
        """Say what writing into the JPEGs would do, and do it only when that is what is wanted."""
        functions, snapshot = self._functions, self._session.snapshot
        if functions is None or project_id is None or snapshot.project is None:
            return
        jpegs = [p for p in snapshot.photos.values() if p.format == "JPEG" and p.status == "ready"]
        if not jpegs:
            self._messages.tell("There is no JPEG in this project.")
            return
        name = words.short(words.shown(snapshot.project.name))
        self._messages.ask(
            f"This writes the judgements of «{name}» into its JPEGs themselves, {words.count(len(jpegs), 'file')} at"
            " most: only their metadata change, the pictures are proved to stay as they are, and PixSort cannot"
            " undo it.",
            "Write into the JPEGs",
            lambda: self._after_commands(
                "Writing into JPEGs",
                lambda progress: functions.write_jpegs(project_id, progress),
                self._jpegs_written,
            ),
            ("Leave them", lambda: None),
        )

    def _jpegs_written(self, report: Any) -> None:
        written, said = int(report.written), int(report.unchanged)
        told = f"{words.count(written, 'JPEG')} written" + (f"; {said:,} said it already." if said else ".")
        if not (written or said or report.failed):
            told = "No JPEG is judged yet: give stars, flags or labels first."
        if report.others:
            told += f" {words.count(int(report.others), 'file')} of other formats: Ctrl+S writes sidecars for them."
        if report.failed:
            left = words.count(len(report.failed), "file")
            self._messages.warn(f"{told} {left} left as they are: {report.failed[0][1]}")
        else:
            self._messages.tell(told)

    # -- reading again ---------------------------------------------------------------------------------

    def read(self, project_id: int | None) -> None:
        """Take over what other programs have changed in the sidecars."""
        functions = self._functions
        if functions is None or project_id is None:
            return
        self._after_commands(
            "Reading sidecars", lambda progress: functions.read(project_id, progress), self._read
        )

    def _read(self, report: Any) -> None:
        sidecars, photos = int(report.sidecars), len(report.photos)
        told = (
            f"{words.count(sidecars, 'sidecar')} changed or new; {words.count(photos, 'photo')} judged anew."
        )
        if not sidecars:
            told = "No sidecar has changed."
        if report.failed:
            self._messages.warn(f"{told} {report.failed[0][1]}")
        elif photos:
            self._messages.tell(told, "Undo", self._session.undo)
        else:
            self._messages.tell(told)

    # -- columns as keywords ---------------------------------------------------------------------------

    def set_keywords(self, project_id: int | None, on: bool) -> None:
        """Whether the project's columns go along as keywords from now on."""
        functions = self._functions
        if functions is None or project_id is None:
            self.keywords_changed.emit(False)
            return
        told = "Columns go along as keywords" if on else "Columns stay out of sidecars"
        self._session.do(
            lambda _library: functions.set_keywords(project_id, on),
            lambda _: self._messages.tell(f"{told} from the next writing on.", "Write now", self._write_now),
        )

    def _write_now(self) -> None:
        self.write(self._session.project_id)

    # -- the watch -------------------------------------------------------------------------------------

    @Slot(object)
    def _project_shown(self, snapshot: Snapshot) -> None:
        project_id = snapshot.project.id if snapshot.project else None
        functions = self._functions
        if project_id == self._project_id or functions is None:
            return
        self._project_id = project_id
        if project_id is None:
            self.keywords_changed.emit(False)
            return
        self._session.background.run(
            lambda: functions.keywords(project_id),
            lambda on: self.keywords_changed.emit(on) if project_id == self._project_id else None,
        )
        self.look()

    @Slot(Qt.ApplicationState)
    def _returned(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive and not self._rest.isActive():
            self.look()

    def look(self) -> None:
        """See whether sidecars of the project changed elsewhere, unless a job is at them just now."""
        functions, project_id = self._functions, self._project_id
        if functions is None or project_id is None or self._looking or self._centre.busy:
            return
        self._looking = True
        self._session.background.run(
            lambda: functions.changed(project_id),
            lambda report: self._looked(project_id, report),
            ended=self._look_ended,
        )

    def _look_ended(self) -> None:
        self._looking = False
        self._rest.start()

    def _looked(self, project_id: int, report: Any) -> None:
        news = (project_id, frozenset((n.photo.id, *n.values.items()) for n in report.photos))
        if project_id != self._project_id or not report.photos or news == self._told or self._centre.busy:
            return
        if self._messages.isVisible():  # it asks or warns: what was there first stays
            self._later.start()
            return
        self._told = news
        count = int(report.sidecars)
        self._messages.ask(
            f"{words.count(count, 'sidecar')} changed in another program since {'it was' if count == 1 else 'they were'}"
            " read.",
            "Read again",
            lambda: self.read(project_id),
            ("Leave them", lambda: None),
        )


def _and_others(number: int) -> str:
    return f" So it is with {words.count(number, 'other photo')}." if number else ""
