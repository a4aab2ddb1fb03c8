"""The window put together: what is built, in which order it starts, and in which order it ends.

The window shows first; the library is opened by a worker, and the rooms that need numpy or OpenCV are
imported there too. At the end nothing new is accepted, jobs are cancelled, workers are given a few seconds,
and what is still to be written a minute; the library is closed last. A worker that does not come back in time is left
behind: the library survives being killed at any moment.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from pixsort_desktop import __version__
from pixsort_desktop.app_frames import develop_frame, inspection_functions, meet_types, read_frame
from pixsort_desktop.paths import chosen_library
from pixsort_desktop.progress import Cancelled
from pixsort_desktop.settings import Settings
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.views import theme
from pixsort_desktop.views.duplicates.desk import DuplicateDesk
from pixsort_desktop.views.first_use import built_of, first_use
from pixsort_desktop.views.job_centre import JobCentre
from pixsort_desktop.views.left_work import LeftWorkDesk
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.main_window import Desk, MainWindow
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.session import Session, sentence
from pixsort_desktop.views.ways_in.desk import WaysIn

if TYPE_CHECKING:
    from pixsort_desktop.app_models import ModelsRoom
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.views.models.desk import ModelsDesk
    from pixsort_desktop.views.settings_dialog import SettingsDesk

SHUTDOWN_S = 10.0
WRITING_S = 60.0  # what the user did last: another program may hold the library, or work stand before it
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
            make=self._make_thumbnail,
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
        self.window.settings_wanted.connect(lambda: self.settings_desk.open())
        edit = self.window.actions_.menu("&Edit")
        edit.addSeparator()
        self.models_action = edit.addAction("Learned models …", lambda: self.models.open())
        self.duplicates = DuplicateDesk(self.window)
        self.left_work = LeftWorkDesk(self.window)
        self.window.closing.connect(self.end)
        self.ended = False
        self._ended_at = 0.0
        self._event_at = 0.0
        self._tidied_at = 0.0
        self._tidy_timer = QTimer(self)
        self._tidy_timer.timeout.connect(self._tidy)
        self._trim_timer = QTimer(self)
        self._trim_timer.setSingleShot(True)
        self._trim_timer.timeout.connect(self._trim)

    @first_use
    def settings_desk(self) -> SettingsDesk:
        from pixsort_desktop.views.settings_dialog import SettingsDesk

        return SettingsDesk(self.window)

    @first_use
    def models_room(self) -> ModelsRoom:
        from pixsort_desktop.app_models import ModelsRoom

        return ModelsRoom()

    @first_use
    def models(self) -> ModelsDesk:
        from pixsort_desktop.app_models import models_functions
        from pixsort_desktop.views.models.desk import ModelsDesk

        return ModelsDesk(self.window, models_functions(self.models_room))

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
        from pixsort_desktop.app_library import give_library
        from pixsort_desktop.app_settings import settings_functions

        give_library(
            library,
            self.window,
            duplicates=self.duplicates,
            ways_in=self.ways_in,
            left_work=self.left_work,
            models=self.models_room,
            open_models=lambda model_id: self.models.open(model_id),
        )
        Desktop.settings_desk.then(self, lambda desk: desk.attach(settings_functions(library)))
        self._trim_timer.start(TRIM_MS)

    def _trim(self) -> None:
        """Bring the thumbnails' cache below its limit, when the start is over."""
        library = self.library
        if library is not None and not self.ended:
            from pixsort_desktop.app_settings import trim_thumbnails

            self.opener.run(lambda: trim_thumbnails(library, self._go_on), lambda _: None, lambda _: None)

    def _make_thumbnail(self, sha256: str) -> bool:
        """Runs in a worker."""
        from pixsort_desktop.app_settings import make_thumbnail

        return self.library is not None and make_thumbnail(self.library, sha256)

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
        self._ended_at = time.monotonic()
        self.centre.close()
        self.session.detach()
        for desk in self._desks():
            desk.close()
        self.frames.close()
        self.loader.close()
        self._wait()

    def _desks(self) -> list[Desk]:
        """What works in the background: all that were built."""
        later: list[Desk] = built_of(self, Desktop.settings_desk, Desktop.models, Desktop.models_room)
        return [*self.window.desks(), self.ways_in, self.duplicates, *later]

    def _wait(self) -> None:
        lanes = (self.centre, self.session, self.frames, self.opener)
        if not all(desk.wait(0) for desk in self._desks()) or not all(lane.wait(0) for lane in lanes):
            patience = WRITING_S if self.session.writing else SHUTDOWN_S
            if time.monotonic() < self._ended_at + patience:
                QTimer.singleShot(20, self._wait)
                return
            os._exit(0)  # a worker hangs in a file system that does not answer; the library is safe
        if self.library is not None:
            self.library.close()
        self.finished.emit()


def open_library(folder: Path, project: str | None) -> tuple[Library, int | None]:
    """Runs in a worker. Raises LibraryError. Answers the library and the id of `project`, if it is there."""
    import pixsort_desktop.app_library
    import pixsort_desktop.app_settings  # noqa: F401 - read here, for the window's thread, which will want them at once
    from pixsort_desktop.jobs.limit import apply_limit
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.library.projects import find_project

    library = Library.open(folder)
    apply_limit(library)
    found = find_project(library, project) if project else None
    return library, found.id if found else None


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
    import argparse  # `pixsort demo` comes to `run` without it

    parser = argparse.ArgumentParser(prog="pixsort-desktop", description="Sort a shoot into columns.")
    told = "folder of the library (else PIXSORT_LIBRARY, else the user's own)"
    parser.add_argument("--library", metavar="DIR", type=Path, help=told)
    parser.add_argument("--version", action="version", version=f"PixSort {__version__}")
    chosen = parser.parse_args(argv)
    return run(chosen.library or chosen_library())
