"""Learned models in the window: their dialog, and the downloads and imports that go on while the dialog is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from pixsort_desktop.progress import Progress
from pixsort_desktop.tasks.runner import Runner, Task
from pixsort_desktop.views.job_centre import WatchedProgress
from pixsort_desktop.views.session import sentence

if TYPE_CHECKING:
    from pixsort_desktop.views.main_window import MainWindow
    from pixsort_desktop.views.models.dialog import ModelsDialog

DEVICES = (("auto", "Automatic"), ("cuda", "CUDA"), ("mps", "MPS (Apple)"), ("cpu", "CPU"))
PROGRESS_MS = 150


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as the dialog shows it; sizes are in words. `state`: 'absent', 'partial', 'here', 'damaged' or, where only
    vectors are left of it, 'gone'."""

    id: str
    name: str
    state: str
    good_for: str
    facts: str  # vector size, memory, what it can do
    size: str
    licence: str
    licence_note: str  # asks for a consent of its own where it is not empty
    page: str
    reason: str = ""  # of 'damaged', or how much of 'partial' is there
    can_download: bool = True
    vectors: str = ""  # «2,340 photos, 5 MB»: what it made in this library
    again: str = ""  # what making these again would take, a sentence


class ModelsFunctions(NamedTuple):
    """What `app_models` gives the window. All but `folder` run in a worker."""

    rows: Callable[[], list[ModelRow]]
    download: Callable[[str, Progress], Any]
    bring_in: Callable[[dict[str, str], Progress], str]  # what the user filled in; answers the new model's id
    remove: Callable[[str, bool], Any]  # with its vectors, or without
    remove_vectors: Callable[[str], str]  # a sentence
    space: Callable[[], str]  # a sentence: what all vectors take in this library
    test: Callable[[str, Progress], str]  # a sentence
    device: Callable[[], str]  # a sentence: where models run, without starting anything
    kept_device: Callable[[], str]
    set_device: Callable[[str], None]
    folder: Callable[[], str]  # in the window's thread


@dataclass(slots=True)
class Errand:
    """Something that is under way for a model, or how it ended."""

    what: str  # 'download', 'import', 'test', 'remove', 'vectors'
    task: Task | None = None
    said: str = ""
    failed: bool = False
    progress: WatchedProgress = field(default_factory=WatchedProgress)

    @property
    def running(self) -> bool:
        return self.task is not None

    @property
    def done(self) -> int:
        return self.progress.last[1]

    @property
    def total(self) -> int:
        return self.progress.last[2]


class ModelsDesk(QObject):
    """What is under way, kept apart from the dialog, which may be closed meanwhile."""

    changed = Signal()  # rows, an errand, or the device

    def __init__(self, window: MainWindow, functions: ModelsFunctions) -> None:
        super().__init__(window)
        self._window = window
        self.functions = functions
        self.runner = Runner(3, self)
        self.rows: list[ModelRow] | None = None  # None: not read yet
        self.errands: dict[str, Errand] = {}
        self.device, self.device_said = "auto", ""  # the choice, and what it comes to
        self.space_said = ""
        self.dialog: ModelsDialog | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(PROGRESS_MS)
        self._clock.timeout.connect(self.changed)
        window.closing.connect(self.close)

    def choose_device(self, kind: str) -> None:
        """One of `DEVICES`, kept with the library."""
        self.device = kind
        self.runner.run(
            lambda: self.functions.set_device(kind), lambda _: self.ask_device(), self._device_refused
        )

    def _device_kept(self, kind: str) -> None:
        self.device = kind
        self.changed.emit()

    def _device_refused(self, error: Exception) -> None:
        self._device_told(sentence(error))

    def open(self, model_id: str = "") -> None:
        """Show the dialog, at a model if one is named."""
        from pixsort_desktop.views.models.dialog import ModelsDialog

        if self.dialog is None:
            self.dialog = ModelsDialog(self._window, self)
        self.dialog.show_model(model_id)
        self.dialog.open()
        self.look()
        self.runner.run(self.functions.kept_device, self._device_kept, self._device_refused)
        self.ask_device()

    def look(self) -> None:
        """Read what is in the models' folder, and what the library has of them."""
        self.runner.run(self.functions.rows, self._looked, self._not_looked)
        self.runner.run(self.functions.space, self._space_told, lambda _: None)

    def ask_device(self) -> None:
        self.runner.run(self.functions.device, self._device_told, self._device_refused)

    def close(self) -> None:
        """Accept nothing new; what has arrived of a download is kept."""
        self.runner.close()
        self.runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        return self.runner.wait(seconds)

    # -- errands ---------------------------------------------------------------------------------------

    def download(self, model_id: str) -> None:
        self._begin(model_id, "download", lambda progress: self.functions.download(model_id, progress), "")

    def bring_in(self, wanted: dict[str, str]) -> None:
        self._begin(
            "", "import", lambda progress: self.functions.bring_in(wanted, progress), "It is here: {}."
        )

    def test(self, model_id: str) -> None:
        self._begin(model_id, "test", lambda progress: self.functions.test(model_id, progress), "{}")

    def remove(self, model_id: str, *, vectors: bool) -> None:
        self._begin(model_id, "remove", lambda _: self.functions.remove(model_id, vectors), "")

    def remove_vectors(self, model_id: str) -> None:
        self._begin(model_id, "vectors", lambda _: self.functions.remove_vectors(model_id), "{}")

    def cancel(self, key: str) -> None:
        """Stop what is under way for a model ('' for an import)."""
        errand = self.errands.get(key)
        if errand is not None and errand.task is not None:
            errand.task.cancel()

    def _begin(self, key: str, what: str, work: Callable[[Progress], Any], said: str) -> None:
        before = self.errands.get(key)
        if before is not None and before.running:
            return
        errand = self.errands[key] = Errand(what)
        errand.task = self.runner.run(
            lambda: work(errand.progress),
            lambda answer: self._ended(errand, said.format(answer)),
            lambda error: self._failed(errand, error),
            ended=lambda: self._over(errand),
            progress=errand.progress,
        )
        self._clock.start()
        self.changed.emit()

    def _ended(self, errand: Errand, said: str) -> None:
        errand.said = said

    def _failed(self, errand: Errand, error: Exception) -> None:
        errand.said, errand.failed = sentence(error), True

    def _over(self, errand: Errand) -> None:
        errand.task = None
        if not any(each.running for each in self.errands.values()):
            self._clock.stop()
        self._tell(errand)
        self.look()
        if errand.what == "test":
            self.ask_device()
        self.changed.emit()

    def _tell(self, errand: Errand) -> None:
        """Somebody who closed the dialog hears how it ended."""
        if self.dialog is not None and self.dialog.isVisible():
            return
        key = next((key for key, each in self.errands.items() if each is errand), "")
        name = next((row.name for row in self.rows or [] if row.id == key), "The model")
        if errand.failed:
            self._window.messages.warn(errand.said, "Learned models …", lambda: self.open(key))
        elif errand.what == "download" and not errand.progress.cancelled:
            self._window.messages.tell(f"{name} is here.", "Learned models …", lambda: self.open(key))

    def _looked(self, rows: list[ModelRow]) -> None:
        self.rows = rows
        self.changed.emit()

    def _not_looked(self, error: Exception) -> None:
        self.rows = []
        self.errands[""] = Errand("list", said=sentence(error), failed=True)
        self.changed.emit()

    def _space_told(self, said: str) -> None:
        self.space_said = said
        self.changed.emit()

    def _device_told(self, said: str) -> None:
        self.device_said = said
        self.changed.emit()
