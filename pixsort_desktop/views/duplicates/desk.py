"""Starts the search for duplicates, opens their review, and carries out what was decided there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from pixsort_desktop.progress import Progress
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views import words
from pixsort_desktop.views.session import sentence

if TYPE_CHECKING:
    from pixsort_desktop.views.duplicates.findings import Findings, Rules
    from pixsort_desktop.views.duplicates.review import ReviewDialog
    from pixsort_desktop.views.main_window import MainWindow

Going = Sequence[tuple[Any, int]]  # sets, and of each the index of the copy that stays


class DuplicateFunctions(NamedTuple):
    """What `app_duplicates` gives the window; all run in a worker."""

    find: Callable[[int | None, Progress], Findings]  # in a project, or in the library
    rule: Callable[[Rules, Sequence[Any]], Findings]  # remember rules; the same sets with other keepers
    facts: Callable[[Any], list[list[tuple[str, str]]]]  # of each copy of a set, what its files say
    keep: Callable[[int, Any, bool], Any]  # project, set; True takes it back
    plan: Callable[[Going], Any]  # what would go to the trash
    settle: Callable[[int, Going, Progress], Any]


class DuplicateDesk(QObject):
    """Two entries at the end of the Photo menu."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._functions: DuplicateFunctions | None = None
        self.dialog: ReviewDialog | None = None
        self.runner = Runner(1, self)  # a slow drive that is read from holds up no command
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
                lambda found: self._found(functions, project_id, found),
            )

        session.do(lambda _library: None, start)

    def _found(self, functions: DuplicateFunctions, project_id: int, found: Findings) -> None:
        if not found.sets:
            self._window.messages.tell("There are no duplicates to decide on.")
            return
        if self.dialog is not None:
            self.dialog.done(0)
        window = self._window
        from pixsort_desktop.views.duplicates.review import ReviewDialog

        dialog = self.dialog = ReviewDialog(found, window.loader, window.frames, window)
        dialog.keep_wanted.connect(
            lambda each, again: window.session.do(lambda _library: functions.keep(project_id, each, again))
        )
        dialog.rules_wanted.connect(
            lambda rules: self._look(lambda: functions.rule(rules, found.sets), "show_findings")
        )
        dialog.facts_wanted.connect(
            lambda at: self._look(lambda: (at, functions.facts(found.sets[at])), "show_more")
        )
        dialog.plan_wanted.connect(
            lambda going: self._look(lambda: (going, functions.plan(going)), "show_plan")
        )
        dialog.settle_wanted.connect(lambda going: self._settle(functions, project_id, going))
        dialog.finished.connect(self._closed)
        dialog.open()
        dialog.begin()

    def _look(self, look: Callable[[], Any], then: str) -> None:
        """Ask a worker, and hand the answer to that method of the dialog, if it is still the one that asked."""
        asking = self.dialog

        def answer(found: Any) -> None:
            if asking is not None and asking is self.dialog:
                getattr(asking, then)(found)

        def failed(error: Exception) -> None:
            if asking is not None and asking is self.dialog:
                asking.complain(sentence(error))

        self.runner.run(look, answer, failed)

    def _closed(self) -> None:
        self.dialog = None
        self.runner.cancel_all()
        self._window.area.focus_photos()

    def _settle(self, functions: DuplicateFunctions, project_id: int, going: Going) -> None:
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

    def close(self) -> None:
        """Accept nothing new."""
        self.runner.close()
        self.runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        """Whether no worker is at it any more."""
        return self.runner.wait(seconds)
