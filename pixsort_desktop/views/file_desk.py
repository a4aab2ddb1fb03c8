"""What is done with the files of photos: to the trash (asked first), moved or copied to a folder, and back by undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.progress import Progress
from pixsort_desktop.settings import Settings
from pixsort_desktop.views import words
from pixsort_desktop.views.job_centre import JobCentre
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session

KEPT_AS = "file folders"  # the folder that was chosen last, for moving and for copying


class FileFunctions(NamedTuple):
    """What `app_files` gives the window; each runs in a worker. Plans and reports are those of the jobs."""

    plan_trash: Callable[[Sequence[int]], Any]
    trash: Callable[[int, Sequence[int], Progress], Any]  # project, photos
    move: Callable[[int, Sequence[int], str, Progress], Any]  # project, photos, folder
    copy: Callable[[int, Sequence[int], str, Progress], Any]
    put_back: Callable[[int, int, Progress], Any]  # project, job
    can_put_back: bool  # whether this system's trash lets a program take files out again


class FileDesk(QObject):
    """Starts these jobs, asks before the trash, and says in one sentence how they ended."""

    def __init__(
        self,
        session: Session,
        centre: JobCentre,
        area: PhotosArea,
        messages: MessageBar,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._centre = centre
        self._area = area
        self._messages = messages
        self._settings = settings
        self._window = window
        self._functions: FileFunctions | None = None
        session.files_undo_wanted.connect(self.put_back)

    def attach(self, functions: FileFunctions) -> None:
        """The library is open."""
        self._functions = functions

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {
            "trash": lambda: self.ask_trash(self._area.chosen_ids()),
            "trash_rejects": self.ask_trash_rejects,
            "move_files": lambda: self.choose_move(self._area.chosen_ids()),
            "copy_files": lambda: self.choose_copy(self._area.chosen_ids()),
        }

    def begin(self, what: str, ids: Sequence[int]) -> None:
        """'copy', 'move' or 'trash' these photos."""
        {"copy": self.choose_copy, "move": self.choose_move, "trash": self.ask_trash}[what](ids)

    # -- the trash -------------------------------------------------------------------------------------

    def ask_trash(self, ids: Sequence[int]) -> None:
        """Say how many photos, files and bytes would go to the trash, and let the user decide."""
        chosen = self._whole(ids)
        if not chosen:
            self._messages.tell("Select the photos that should go to the trash.")
            return
        self._look(lambda: chosen)

    def ask_trash_rejects(self) -> None:
        """The same for every photo of the project that is flagged as a reject, in sight or not."""
        library, project_id = self._session.library, self._session.project_id
        if library is None or project_id is None:
            return
        self._look(lambda: [p.id for p in project_photos(library, project_id) if p.flag == "reject"])

    def _look(self, find: Callable[[], list[int]]) -> None:
        """Find the photos and their files in the background, after judgements that are still on their way."""
        functions, project_id = self._functions, self._session.project_id
        if functions is None or project_id is None:
            return

        def plan() -> tuple[list[int], Any]:
            ids = find()
            return ids, functions.plan_trash(ids)

        def look(_: object) -> None:
            self._session.background.run(plan, lambda found: self._ask(functions, project_id, *found))

        self._session.do(lambda _library: None, look)

    def _ask(self, functions: FileFunctions, project_id: int, ids: list[int], plan: Any) -> None:
        if not ids:
            self._messages.tell("No photo of this project is rejected.")
            return
        if not plan.photos:
            self._messages.warn(f"No photo can go to the trash: {plan.failed[0][1]}")
            return
        size = words.size(int(plan.bytes))
        files = words.count(int(plan.files), "file")
        told = f"Move {words.count(int(plan.photos), 'photo')} to the trash ({files}, {size})?"
        if plan.copies:
            told += (
                f" {words.count(int(plan.copies), 'file')} of them in other folders, with the same pictures."
            )
        if plan.failed:
            told += f" {words.count(len(plan.failed), 'photo')} will stay: {plan.failed[0][1]}"
        if not functions.can_put_back:
            told += " Only the system's own trash window brings them back."
        had_keyboard = self._area.shown.hasFocus() or self._area.isAncestorOf(
            self._window.focusWidget() or self._window
        )
        self._messages.ask(
            told,
            "Move to the trash",
            lambda: self._centre.start(
                "Moving to the trash",
                lambda progress: functions.trash(project_id, ids, progress),
                lambda report: self._ended(report, "in the trash"),
            ),
            ("Keep them", lambda: None),
        )
        if had_keyboard:  # the answer that does no harm: a key meant for the photos may be on its way
            self._messages.more[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # -- folders ---------------------------------------------------------------------------------------

    def choose_move(self, ids: Sequence[int]) -> None:
        """Ask for the folder that the photos should be moved to."""
        self._choose("move", "Move photos to a folder", ids, self.move)

    def choose_copy(self, ids: Sequence[int]) -> None:
        """Ask for the folder that the photos should be copied to."""
        self._choose("copy", "Copy photos to a folder", ids, self.copy)

    def _choose(
        self, what: str, title: str, ids: Sequence[int], act: Callable[[Sequence[int], str], None]
    ) -> None:
        chosen = self._whole(ids)
        if not chosen:
            self._messages.tell(f"Select the photos to {what} first.")
            return
        kept = self._settings.get(KEPT_AS, {})
        first = self._session.snapshot.photos[chosen[0]].path
        dialog = QFileDialog(self._window, title, str(kept.get(what) or first.rpartition("/")[0]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)

        def take(folder: str) -> None:
            self._settings.set(KEPT_AS, {**self._settings.get(KEPT_AS, {}), what: folder})
            act(chosen, folder)

        dialog.fileSelected.connect(take)
        dialog.open()

    def move(self, ids: Sequence[int], folder: str) -> None:
        """Move photos into a folder, with all their files."""
        functions, project_id = self._functions, self._session.project_id
        if functions is not None and project_id is not None:
            self._centre.start(
                "Moving files",
                lambda progress: functions.move(project_id, ids, folder, progress),
                lambda report: self._ended(report, f"in «{_name(folder)}»"),
            )

    def copy(self, ids: Sequence[int], folder: str) -> None:
        """Copy photos into a folder, with all their files."""
        functions, project_id = self._functions, self._session.project_id
        if functions is not None and project_id is not None:
            self._centre.start(
                "Copying",
                lambda progress: functions.copy(project_id, ids, folder, progress),
                lambda report: self._copied(report, folder),
            )

    def _whole(self, ids: Sequence[int]) -> list[int]:
        """A closed stack goes as a whole, as on the board; a photo that is seen large goes alone."""
        return list(ids) if self._area.large else self._session.snapshot.with_stacks(ids)

    # -- undo ------------------------------------------------------------------------------------------

    def put_back(self, job_id: int, label: str) -> None:
        """Undo a step that moved files: they go back to where they were."""
        functions, project_id = self._functions, self._session.project_id
        if functions is not None and project_id is not None:
            self._centre.start(
                "Putting back",
                lambda progress: functions.put_back(project_id, job_id, progress),
                lambda report: self._undone(report, label),
            )

    # -- how it ended ----------------------------------------------------------------------------------

    def _ended(self, report: Any, where: str) -> None:
        is_are = "is" if report.photos == 1 else "are"
        told = f"{words.count(int(report.photos), 'photo')} {is_are} {where} now ({words.size(int(report.bytes))})."
        if report.there:
            told += f" {words.count(int(report.there), 'photo')} stood there already."
        if report.renamed:
            told += f" {words.count(len(report.renamed), 'file')} got a number: their names were taken."
        if report.failed:
            path, reason = report.failed[0]
            stayed = words.count(len(report.failed), "photo")
            self._messages.warn(f"{told} {stayed} stayed, {_name(path)} first: {reason}")
        elif report.undoable:
            self._messages.tell(told, "Undo", self._session.undo)
        else:
            self._messages.tell(told)

    def _copied(self, report: Any, folder: str) -> None:
        told = f"{words.count(int(report.copied), 'file')} copied to «{_name(folder)}» and verified"
        told += f", {int(report.there):,} there already." if report.there else "."
        stopped = next((each.stopped for each in report.destinations if each.stopped), report.stopped)
        if stopped:
            told += f" {stopped}"
        if report.failed:
            path, reason = report.failed[0]
            told += f" {words.count(len(report.failed), 'photo')} failed, {_name(path)} first: {reason}"
        if stopped or report.failed:
            self._messages.warn(told)
        else:
            self._messages.tell(told)

    def _undone(self, report: Any, label: str) -> None:
        if report.failed:
            path, reason = report.failed[0]
            self._messages.warn(
                f"Undone: {label}, but for {words.count(len(report.failed), 'file')}; {_name(path)}: {reason}"
            )
        else:
            self._messages.tell(f"Undone: {label}")


def _name(path: str) -> str:
    """The last part of a path, as it can be shown."""
    return words.short(words.shown(path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path))
