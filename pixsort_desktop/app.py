"""The window put together: what is built, in which order it starts, and in which order it ends.

The window shows first; the library is opened by a worker, and the rooms that need numpy or OpenCV are
imported there too. At the end nothing new is accepted, jobs are cancelled, workers are given a few seconds,
and the library is closed last. A worker that does not come back in time is left behind: the library survives
being killed at any moment.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from pixsort_desktop import __version__
from pixsort_desktop.app_duplicates import duplicate_functions
from pixsort_desktop.app_files import file_functions
from pixsort_desktop.app_frames import develop_frame, inspection_functions, meet_types, read_frame
from pixsort_desktop.app_hierarchy import (
    granularity_functions,
    relatives_functions,
    tree_functions,
    why_functions,
)
from pixsort_desktop.app_map import map_functions
from pixsort_desktop.app_models import ModelsRoom, models_functions
from pixsort_desktop.app_settings import make_thumbnail, settings_functions, trim_thumbnails
from pixsort_desktop.app_ways_in import ways_in_functions
from pixsort_desktop.app_words import WordsRoom, left_functions, prompt_functions, word_functions
from pixsort_desktop.paths import chosen_library
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.settings import Settings
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.views import theme
from pixsort_desktop.views.duplicates.desk import DuplicateDesk
from pixsort_desktop.views.job_centre import JobCentre, JobFunctions
from pixsort_desktop.views.left_work import LeftWorkDesk
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.models_desk import ModelsDesk
from pixsort_desktop.views.session import Session, sentence
from pixsort_desktop.views.settings_dialog import SettingsDesk
from pixsort_desktop.views.sidecar_desk import SidecarFunctions
from pixsort_desktop.views.ways_in import WaysIn

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library

SHUTDOWN_S = 10.0
SWITCH_INTERVAL_S = 0.001  # workers give the interpreter back to the window after a millisecond, not five
TIDY_MS = 1000
TRIM_MS = 15_000  # after the library is there: the first look at a board is not to share the disk
CALM_S = 1.5  # the window counts as unused after that long without an event


class Desktop(QObject):
    """One window with its library."""

    finished = Signal()  # the window is closed, the workers are quiet, the library is closed

    def __init__(self, library_folder: Path, project: str | None = None) -> None:
        super().__init__()
        self.folder = library_folder
        self._project = project
        self.settings = Settings(library_folder)
        self.library: Library | None = None
        meet_types()
        store = ThumbnailStore(library_folder / "thumbnails")
        self.loader = ThumbnailLoader(
            store.path,
            make=lambda key: self.library is not None and make_thumbnail(self.library, key),
            used=store.note_use,
            parent=self,
        )
        self.frames = Frames(read_frame, develop=develop_frame, parent=self)
        self.session = Session(self)
        self.centre = JobCentre(self)
        self.opener = Runner(1, self)
        self.window = MainWindow(
            self.session, self.centre, self.loader, self.frames, self.settings, inspection_functions()
        )
        self.ways_in = WaysIn(self.window, self.settings)
        self.settings_desk = SettingsDesk(self.window)
        self.window.settings_wanted.connect(self.settings_desk.open)
        self.models_room = ModelsRoom()
        self.models = ModelsDesk(self.window, models_functions(self.models_room))
        self.duplicates = DuplicateDesk(self.window)
        self.left_work = LeftWorkDesk(self.window)
        self.window.closing.connect(self.end)
        self.ended = False
        self._deadline = 0.0
        self._event_at = 0.0
        self._tidied_at = 0.0
        self._tidy_timer = QTimer(self)
        self._tidy_timer.timeout.connect(self._tidy)
        self._trim_timer = QTimer(self)
        self._trim_timer.setSingleShot(True)
        self._trim_timer.timeout.connect(self._trim)

    def start(self) -> None:
        """Show the window, then open the library behind it."""
        self.window.show()
        handle = self.window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        self._tidy_timer.start(TIDY_MS)
        QTimer.singleShot(0, self._open)

    def eventFilter(self, _watched: QObject, _event: QEvent) -> bool:
        """Note that the window is in use: keys, mouse, drags and exposure arrive here."""
        self._event_at = time.monotonic()
        return False

    def _tidy(self) -> None:
        """Look for garbage in cycles while nobody is looking; see `tune_interpreter`."""
        now = time.monotonic()
        if now - self._event_at > CALM_S and self._tidied_at < self._event_at:
            self._tidied_at = now
            gc.collect()

    def _open(self) -> None:
        self.opener.run(lambda: open_library(self.folder, self._project), self._opened, self._not_opened)

    def _opened(self, opened: tuple[Library, int | None]) -> None:
        library, project_id = opened
        if self.ended:
            library.close()
            return
        self.library = library
        self.session.attach(library, project_id if project_id is not None else self.window.memory.project)
        self.window.attach(job_functions(library, self.models_room), sidecar_functions(library))
        self.window.files.attach(file_functions(library))
        self.window.granularity.attach(granularity_functions(library, self.models_room))
        self.window.granularity.tree.attach(tree_functions(library, self.models_room))
        self.window.relatives.attach(relatives_functions(library, self.models_room))
        self.window.map.attach(map_functions(library))
        self.window.relatives.why.attach(why_functions(library))
        self.duplicates.attach(duplicate_functions(library))
        self.ways_in.attach(ways_in_functions(library))
        self.settings_desk.attach(settings_functions(library))
        self.models_room.attach(library)
        words = WordsRoom(library, self.models_room)
        self.window.words.attach(word_functions(words), self.models.open)
        self.window.prompts.attach(prompt_functions(words))
        self.left_work.attach(left_functions(words))
        self._trim_timer.start(TRIM_MS)

    def _trim(self) -> None:
        """Bring the thumbnails' cache below its limit, when the start is over."""
        library = self.library
        if library is not None and not self.ended:
            self.opener.run(lambda: trim_thumbnails(library, self._go_on), lambda _: None, lambda _: None)

    def _go_on(self) -> None:
        if self.ended:
            raise Cancelled

    def _not_opened(self, error: Exception) -> None:
        self.window.show_trouble(sentence(error))

    # -- the end ---------------------------------------------------------------------------------------

    def end(self) -> None:
        """The window is closed: stop in order, without blocking the event loop while workers finish."""
        if self.ended:
            return
        self.ended = True
        self._deadline = time.monotonic() + SHUTDOWN_S
        self.centre.close()
        self.session.detach()
        self.settings_desk.close()
        self.duplicates.close()
        self.window.granularity.close()
        self.window.relatives.close()
        self.window.map.close()
        self.window.overlays.close()
        self.frames.close()
        self.loader.close()
        self.models_room.close()
        self._wait()

    def _wait(self) -> None:
        window = self.window
        desks = (
            self.ways_in, self.settings_desk, self.models, self.models_room, self.duplicates,
            window.words, window.prompts,
        )  # fmt: skip
        trees = (window.granularity, window.relatives, window.map)
        lanes = (self.centre, self.session, window.overlays, self.frames, *desks, *trees, self.opener)
        if not all(lane.wait(0) for lane in lanes):
            if time.monotonic() < self._deadline:
                QTimer.singleShot(20, self._wait)
                return
            os._exit(0)  # a worker hangs in a file system that does not answer; the library is safe
        if self.library is not None:
            self.library.close()
        self.finished.emit()


def open_library(folder: Path, project: str | None) -> tuple[Library, int | None]:
    """Runs in a worker. Raises LibraryError. Answers the library and the id of `project`, if it is there."""
    from pixsort_desktop.jobs.limit import apply_limit
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.library.projects import find_project

    library = Library.open(folder)
    apply_limit(library)
    found = find_project(library, project) if project else None
    return library, found.id if found else None


def job_functions(library: Library, room: ModelsRoom) -> JobFunctions:
    """The jobs as plain callables; each imports what it needs in the worker that runs it."""

    def import_photos(project_id: int, paths: Sequence[str], progress: Progress) -> Any:
        from pixsort_desktop.jobs.import_photos import import_photos as job

        return job(library, project_id=project_id, paths=paths, progress=progress)

    def group_photos(project_id: int, parameters: dict[str, Any], progress: Progress) -> Any:
        from pixsort_desktop.grouping.density import GroupingParameters
        from pixsort_desktop.jobs.group_photos import group_photos as job

        chosen = GroupingParameters.from_dict(parameters)
        scratch = bool(parameters.get("from_scratch"))
        by = {"embedding_id": embedding} if (embedding := parameters.get("embedding")) else {}
        return job(
            library, project_id=project_id, parameters=chosen, from_scratch=scratch, progress=progress,
            accelerator=room.accelerator(), **by,
        )  # fmt: skip

    def unfinished() -> tuple[str, Any] | None:
        from pixsort_desktop.jobs.recovery import unfinished as look

        left = look(library)
        if not left:
            return None
        photos = sum(len(ids) for ids in left.photos.values())
        what = f"{photos:,} photo{'' if photos == 1 else 's'} to complete" if photos else "what was left"
        told = f"The last run was interrupted; finishing it now ({what})."
        if any(job.kind == "copy" for job in left.jobs):
            told += " The copy from a card goes on where it stopped when you start it again."
        if any(job.kind in ("trash", "move", "copy_photos", "put_back") for job in left.jobs):
            told += " Photos whose files were not reached yet are where they were."
        return told, left

    def finish(left: Any, progress: Progress) -> Any:
        from pixsort_desktop.jobs.recovery import finish as job

        return job(library, left, progress=progress, accelerator=room.accelerator())

    return JobFunctions(import_photos, group_photos, unfinished, finish)


def sidecar_functions(library: Library) -> SidecarFunctions:
    """What concerns other programs, as plain callables."""

    def write(
        project_id: int, profile: str | None, over_changes: bool, captions: bool, progress: Progress
    ) -> Any:
        from pixsort_desktop.jobs.sidecars import write_sidecars as job

        return job(
            library, project_id=project_id, profile=profile, over_changes=over_changes, captions=captions, progress=progress
        )  # fmt: skip

    def write_jpegs(project_id: int, progress: Progress) -> Any:
        from pixsort_desktop.jobs.write_jpegs import write_into_jpegs as job

        return job(library, project_id=project_id, progress=progress)

    def read(project_id: int, progress: Progress) -> Any:
        from pixsort_desktop.jobs.read_sidecars import read_sidecars as job

        return job(library, project_id=project_id, progress=progress)

    def changed(project_id: int) -> Any:
        from pixsort_desktop.jobs.read_sidecars import changed_sidecars as look

        return look(library, project_id=project_id)

    def keywords(project_id: int) -> bool:
        from pixsort_desktop.jobs.wishes import chosen_options

        return chosen_options(library, project_id).keywords

    def set_keywords(project_id: int, on: bool) -> None:
        from pixsort_desktop.jobs.wishes import chosen_options

        chosen_options(library, project_id, keywords=on).remember(library, project_id)

    from pixsort_desktop.photo.xmp.profiles import PROFILES

    titles = [(profile.key, profile.title) for profile in PROFILES.values()]
    return SidecarFunctions(write, write_jpegs, read, changed, keywords, set_keywords, titles)


def tune_interpreter() -> None:
    """Settings of Python that keep the window smooth.

    The collector's full pass over a project of 30,000 photos takes 50 to 80 ms wherever it happens to fall:
    only the young are looked at by itself, the rest by `Desktop` when the window is not in use.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(5_000, 20, 1_000_000)


def run(library_folder: Path, project: str | None = None) -> int:
    """Open the window on a library, at `project` if it is named; answers the exit code."""
    tune_interpreter()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("PixSort")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("pixsort-desktop")
    app.setQuitOnLastWindowClosed(False)  # workers are waited for first
    folder = library_folder.expanduser().absolute()
    memory = Memory(Settings(folder))
    theme.apply(app, memory.theme, memory.text_size)
    desktop = Desktop(folder, project)
    close = desktop.window.close
    for number in (signal.SIGINT, signal.SIGTERM):  # ends like a click on the window's cross
        signal.signal(number, lambda *_: QTimer.singleShot(0, close))
    awake = QTimer()  # Python sees a signal only when it runs
    awake.timeout.connect(lambda: None)
    awake.start(500)
    desktop.finished.connect(app.quit)
    desktop.start()
    return app.exec()


def main(argv: Sequence[str] | None = None) -> int:
    """The GUI script. `--library DIR` names another library than the user's own."""
    parser = argparse.ArgumentParser(prog="pixsort-desktop", description="Sort a shoot into columns.")
    told = "folder of the library (else PIXSORT_LIBRARY, else the user's own)"
    parser.add_argument("--library", metavar="DIR", type=Path, help=told)
    parser.add_argument("--version", action="version", version=f"PixSort {__version__}")
    chosen = parser.parse_args(argv)
    return run(chosen.library or chosen_library())
