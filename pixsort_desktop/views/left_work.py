"""Models' jobs that a kill or a power cut interrupted are offered after the start, one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject

from pixsort_desktop.progress import Progress
from pixsort_desktop.views import words
from pixsort_desktop.views.models import sentences as model_sentences
from pixsort_desktop.views.timers import single_shot

if TYPE_CHECKING:
    from pixsort_desktop.views.main_window import MainWindow

LATER_MS = 2000  # when to look again, where a job runs or another message stands
WHAT = {
    "embed_model": ("Embedding", "Embedding «{}» with {}"),
    "tag": ("Tagging", "Suggesting tags for «{}» by {}"),
    "caption": ("Captioning", "Writing captions for «{}» by {}"),
}


class LeftFunctions(NamedTuple):
    """What `app_words` gives the window; each runs in a worker. What is left has `kind`, `project`, `model`, `photos`."""

    left: Callable[[], list[Any]]
    go_on: Callable[[Any, Progress], Any]
    forgo: Callable[[Any], None]


class LeftWorkDesk(QObject):
    """Asks for each job whether to go on with it. One that is not answered is offered at the next start again."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._centre, self._messages = window.session, window.centre, window.messages
        self._functions: LeftFunctions | None = None
        self._left: list[Any] = []
        self._asked: tuple[str, Any] | None = None  # the question that stands, and about what
        self._later = single_shot(self, self._offer, LATER_MS)
        self._messages.displaced.connect(self._displaced)
        window.closing.connect(self._later.stop)

    def attach(self, functions: LeftFunctions) -> None:
        """The library is open: see what was left."""
        self._functions = functions
        self._session.background.run(functions.left, self._found)

    def _found(self, left: list[Any]) -> None:
        self._left = list(left)
        self._offer()

    def _offer(self) -> None:
        if not self._left:
            return
        if self._centre.busy or self._messages.isVisible():  # what was there first stays
            self._later.start()
            return
        left = self._left.pop(0)
        label, told = WHAT[left.kind]
        what = told.format(words.short(words.shown(left.project)), left.model.name)
        count = "1 photo is" if left.photos == 1 else f"{left.photos:,} photos are"
        question = f"{what} was interrupted; {count} left."
        self._messages.ask(
            question,
            "Go on",
            lambda: self._go_on(label, what, left),
            ("Leave it", lambda: self._forgo(left)),
        )
        self._asked = (question, left)
        self._later.start()

    def _displaced(self, question: str) -> None:
        """Another message came before there was an answer: ask again when it has gone."""
        if self._asked is not None and self._asked[0] == question:
            self._left.insert(0, self._asked[1])
            self._asked = None
            self._later.start()

    def _go_on(self, label: str, what: str, left: Any) -> None:
        functions = self._functions
        if functions is not None:
            self._centre.start(
                label,
                lambda progress: functions.go_on(left, progress),
                lambda report: self._tell(what, report),
            )

    def _tell(self, what: str, report: Any) -> None:
        say = self._messages.warn if report.failed else self._messages.tell
        done = words.count(int(report.done), "photo")
        say(f"{what} is finished: {done}.{model_sentences.left_out(report)}")

    def _forgo(self, left: Any) -> None:
        functions = self._functions
        if functions is not None:
            self._session.background.run(lambda: functions.forgo(left))
