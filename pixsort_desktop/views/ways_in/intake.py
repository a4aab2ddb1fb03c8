"""Photos on their way in: dropped or chosen paths become an import, and the first import a grouping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from pixsort_desktop.library.records import Project
from pixsort_desktop.views import words
from pixsort_desktop.views.job_centre import JobCentre, JobFunctions
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.organiser import Organiser, project_name_for
from pixsort_desktop.views.session import Session, sentence


class Intake(QObject):
    """Starts jobs and says in one sentence how they ended."""

    project_opened = Signal(int)
    failures_wanted = Signal()
    first_photos = Signal()  # a project without photos is about to get some
    grouped = Signal(int)  # project id

    def __init__(
        self, session: Session, centre: JobCentre, organiser: Organiser, messages: MessageBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._centre = centre
        self._organiser = organiser
        self._messages = messages
        self._jobs: JobFunctions | None = None
        # Asked first about what is dropped: True where it deals with it, or calls the third argument if it does not.
        self.other_way: Callable[[int | None, Sequence[str], Callable[[], None]], bool] | None = None
        self._early: list[list[str]] = []  # dropped before the library was open
        centre.failed.connect(self._job_failed)
        centre.cancelled.connect(lambda label: messages.tell(f"{label}: stopped. What was done is kept."))

    def attach(self, jobs: JobFunctions) -> None:
        """The library is open: take what was dropped meanwhile, and finish what the last run could not."""
        self._jobs = jobs
        for paths in self._early:
            self.add(None, paths)
        self._early.clear()
        self._session.background.run(jobs.unfinished, self._found_unfinished)

    # -- import ----------------------------------------------------------------------------------------

    def add(self, project_id: int | None, paths: Sequence[str]) -> None:
        """Import paths into a project; None makes a new one, named after the folder."""
        if not paths:
            return
        if self._jobs is None:
            self._early.append(list(paths))
        elif self.other_way is None or not self.other_way(
            project_id, paths, lambda: self._add(project_id, paths)
        ):
            self._add(project_id, paths)

    def _add(self, project_id: int | None, paths: Sequence[str]) -> None:
        if project_id is None:
            self._organiser.create_project(project_name_for(paths), lambda p: self._begin(p, paths))
        else:
            if any(p.id == project_id and not p.photo_count for p in self._session.projects):
                self.first_photos.emit()
            self._import(project_id, paths)

    def _begin(self, project: Project, paths: Sequence[str]) -> None:
        self.project_opened.emit(project.id)
        self.first_photos.emit()
        self._import(project.id, paths)

    def _import(self, project_id: int, paths: Sequence[str], *, again: bool = False) -> None:
        jobs = self._jobs
        if jobs is not None:
            self._centre.start(
                "Import",
                lambda progress: jobs.import_photos(project_id, paths, progress),
                lambda report: self.imported(project_id, report, again=again),
            )

    def retry(self, photo_ids: Sequence[int]) -> None:
        """Read failed files again."""
        snapshot = self._session.snapshot
        paths = [snapshot.photos[i].path for i in photo_ids if i in snapshot.photos]
        if snapshot.project is not None and paths:
            self._import(snapshot.project.id, paths, again=True)

    def imported(self, project_id: int, report: Any, *, again: bool = False, told: str = "") -> None:
        """Say how an import ended (`told` in place of its own sentence), and group a first one."""
        added, failed = int(report.added), len(report.failed)
        told = told or _import_sentence(report, again=again)
        if self._never_grouped(project_id) and added > 1:
            self.group(project_id, {})
        elif joined := int(report.joined):
            self._tell_joined(project_id, told, joined, added - joined)
            return
        elif added:
            self._messages.ask(
                f"{told} They are in Ungrouped.", "Group again", lambda: self.group(project_id, None)
            )
            return
        if failed:
            self._messages.ask(told, "Show failed files", self.failures_wanted.emit)
        else:
            self._messages.tell(told)

    def _tell_joined(self, project_id: int, told: str, joined: int, waiting: int) -> None:
        """New photos stand in columns already: that can be taken back, and the others can be sorted in."""
        undo = ("Undo", self._session.undo)
        if not waiting:
            self._messages.tell(
                f"{told} {'It' if joined == 1 else 'They'} joined columns, marked by a dot.", *undo
            )
            return
        self._messages.ask(
            f"{told} {joined:,} joined columns, marked by a dot; {waiting:,} in Ungrouped.",
            "Group again",
            lambda: self.group(project_id, None),
            undo,
        )

    def _never_grouped(self, project_id: int) -> bool:
        return any(p.id == project_id and not p.grouping.get("parameters") for p in self._session.projects)

    # -- grouping --------------------------------------------------------------------------------------

    def group(self, project_id: int | None, parameters: dict[str, Any] | None) -> None:
        """Group a project; None takes the parameters of the last time."""
        jobs = self._jobs
        if jobs is None or project_id is None:
            return
        if parameters is None:
            grouping = next((p.grouping for p in self._session.projects if p.id == project_id), {})
            kept = grouping.get("parameters")
            parameters = {
                **(kept if isinstance(kept, dict) else {}),
                "embedding": grouping.get("embedding") or "",
            }
        chosen = dict(parameters)
        self._centre.start(
            "Grouping",
            lambda progress: jobs.group_photos(project_id, chosen, progress),
            lambda report: self._grouped(project_id, report),
        )

    def _grouped(self, project_id: int, report: Any) -> None:
        self.grouped.emit(project_id)
        self._messages.tell(
            f"{words.count(int(report.groups), 'column')} of {words.count(int(report.photos), 'photo')}; "
            f"{int(report.ungrouped):,} ungrouped." + "".join(f" {note}" for note in report.notes),
            "Undo",
            self._session.undo,
        )

    # -- after a kill ----------------------------------------------------------------------------------

    def _found_unfinished(self, found: tuple[str, Any] | None) -> None:
        jobs = self._jobs
        if found is None or jobs is None:
            return
        told, left = found
        self._messages.tell(told)
        self._centre.start(
            "Finishing",
            lambda progress: jobs.finish(left, progress),
            lambda _: self._messages.tell("What was interrupted is finished."),
        )

    def _job_failed(self, label: str, error: Exception) -> None:
        self._messages.warn(f"{label} stopped. {sentence(error)}")


def _import_sentence(report: Any, *, again: bool) -> str:
    added, failed, known, copies = (
        int(report.added),
        len(report.failed),
        int(report.known),
        int(report.copies),
    )
    verb = "Read again" if again else "Imported"
    more = int(report.companions)
    parts = [f"{verb} {words.count(added, 'photo')}" if added or not (known or copies or more) else ""]
    if more:
        parts.append(f"{words.count(more, 'further file')} of {'its frame' if more == 1 else 'their frames'}")
    if known:
        parts.append(f"{words.count(known, 'file')} {'was' if known == 1 else 'were'} here already")
    if copies:
        parts.append(f"{words.count(copies, 'duplicate')} of {'a photo' if copies == 1 else 'photos'} here")
    if failed:
        parts.append(f"{words.count(failed, 'file')} failed")
    if not (added or more or known or copies or failed):
        return "There were no photos in what was given."
    return "; ".join(part for part in parts if part) + "."
