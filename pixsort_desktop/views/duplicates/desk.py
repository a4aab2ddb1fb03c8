"""Starts the search for duplicates, opens their review, and carries out what was decided there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from pixsort_desktop.progress import Progress
from pixsort_desktop.views import words
from pixsort_desktop.views.duplicates.review import ReviewDialog

if TYPE_CHECKING:
    from pixsort_desktop.views.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class DuplicateFunctions:
    """What `app_duplicates` gives the window. `reason` is quick; the others run in a worker."""

    find: Callable[[int | None, Progress], Any]  # in a project, or in the library
    reason: Callable[[Any], str]  # why the rules would keep that copy of a set
    keep_all: Callable[[int, Any], Any]
    settle: Callable[[int, Sequence[tuple[Any, int]], Progress], Any]


class DuplicateDesk(QObject):
    """Two entries at the end of the Photo menu."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._functions: DuplicateFunctions | None = None
        self.dialog: ReviewDialog | None = None
        menu = window.actions_.menu("&Photo")
        menu.addSeparator()
        self.actions: list[QAction] = []
        for text, everywhere in (
            ("Find duplicates in this project …", False),
            ("Find duplicates in the whole library …", True),
        ):
            action = menu.addAction(text)
            action.setEnabled(False)
            action.triggered.connect(lambda _checked=False, everywhere=everywhere: self.find(everywhere))
            self.actions.append(action)

    def attach(self, functions: DuplicateFunctions) -> None:
        """The library is open."""
        self._functions = functions
        for action in self.actions:
            action.setEnabled(True)

    def find(self, everywhere: bool) -> None:
        """Look for duplicates in the project that is open, or in the library."""
        functions, session = self._functions, self._window.session
        project_id = session.project_id
        if functions is None or project_id is None:
            self._window.messages.tell("Open a project first.")
            return
        scope = None if everywhere else project_id

        def start(_: object) -> None:  # a judgement given a moment ago comes first
            self._window.centre.start(
                "Finding duplicates",
                lambda progress: functions.find(scope, progress),
                lambda sets: self._found(functions, project_id, sets),
            )

        session.do(lambda _library: None, start)

    def _found(self, functions: DuplicateFunctions, project_id: int, sets: Sequence[Any]) -> None:
        if not sets:
            self._window.messages.tell("There are no duplicates to decide on.")
            return
        if self.dialog is not None:
            self.dialog.reject()
        window = self._window
        self.dialog = ReviewDialog(sets, functions.reason, window.loader, window.frames, window)
        self.dialog.kept.connect(
            lambda each: window.session.do(lambda _library: functions.keep_all(project_id, each))
        )
        self.dialog.settle_wanted.connect(lambda going: self._settle(functions, project_id, going))
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def _closed(self) -> None:
        self.dialog = None
        self._window.area.focus_photos()

    def _settle(
        self, functions: DuplicateFunctions, project_id: int, going: Sequence[tuple[Any, int]]
    ) -> None:
        self._window.centre.start(
            "Moving duplicates to the trash",
            lambda progress: functions.settle(project_id, going, progress),
            self._settled,
        )

    def _settled(self, report: Any) -> None:
        told = f"{words.count(int(report.files), 'file')} in the trash."
        if report.failed:
            stay = words.count(len(report.failed), "set or photo", "sets or photos")
            self._window.messages.warn(f"{told} {stay} stayed: {report.failed[0][1]}")
        elif report.undoable:
            self._window.messages.tell(told, "Undo", self._window.session.undo)
        else:
            self._window.messages.tell(told)
