"""The program's end of the models' process: pictures and words in, vectors and sentences out. Knows no torch.

One child is started at first use, kept, and ended when nothing was asked of it for a while, which gives its memory back.
If it dies, a fresh one takes over: what was being worked on is tried once more, and then has failed.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.child import Answer, Child
from pixsort_desktop.vision.models.client_types import DeviceInfo, Failure, Inspected
from pixsort_desktop.vision.models.devices import possible_kinds
from pixsort_desktop.vision.models.failures import ModelError, ProcessDiedError
from pixsort_desktop.vision.models.installed import InstalledModel
from pixsort_desktop.vision.models.shared_pictures import SharedPictures

if TYPE_CHECKING:
    from PIL.Image import Image

    from pixsort_desktop.vision.models.compared import Compared

    Pictures = Iterable[tuple[int, Callable[[], Image]]]

__all__ = ["DEVICES", "DeviceInfo", "Failure", "Inspected", "ModelProcess", "facts_of"]

DEVICES = ("auto", "cuda", "mps", "cpu")

IDLE_S = 300.0
_PATIENCE_S = 0.1  # how often somebody looks whether the job is cancelled
_ATTEMPTS = 3  # to start a child and load a model, where it breaks down meanwhile
_CAPTIONS = 8  # pictures at once; a caption takes as long as thirty vectors

Vector = npt.NDArray[np.float32]


class ModelProcess:
    """Learned models for the whole program; safe from several threads. As a context, it is closed at the end.

    `device` is one of `DEVICES`; 'auto' takes CUDA before MPS before the CPU.
    """

    def __init__(self, device: str = "auto", idle_s: float = IDLE_S) -> None:
        if device not in DEVICES:
            raise ModelError(f"«{device}» is no device; there are {', '.join(DEVICES)}.")
        self._device = device
        self._idle_s = idle_s
        self._lock = threading.RLock()
        self._child: Child | None = None
        self._started: Future[Answer] = Future()
        self._info: DeviceInfo | None = None
        self._users = 0
        self._broom: threading.Timer | None = None
        self._jobs = 0
        self._batches: dict[str, int] = {}  # the best size, by model; found once
        self._closed = False
        self.memory = SharedPictures()

    # -- what it does -------------------------------------------------------------------------------------

    def embed(
        self, model: InstalledModel, pictures: Pictures, progress: Progress | None = None
    ) -> Iterator[tuple[int, Vector | Failure]]:
        """Vectors (d,) of unit length, or why there is none, for (id, how to get the picture) pairs, as they are ready.

        Pictures are RGB, upright, sRGB; they are fetched and resized in threads of this process, a few batches ahead, or
        in turn with a model on the CPU. A picture that raises `PixsortError` fails alone. Raises ModelError where the
        model cannot be run, and `Cancelled` within a batch after `progress.cancel()`.
        """
        from pixsort_desktop.vision.models.stream import Stream

        with self._in_use():
            yield from Stream(self, model, "embed", progress or Progress()).run(pictures)

    def caption(
        self, model: InstalledModel, pictures: Pictures, progress: Progress | None = None
    ) -> Iterator[tuple[int, str | Failure]]:
        """A sentence, or why there is none, for each picture; as `embed` otherwise."""
        from pixsort_desktop.vision.models.stream import Stream

        with self._in_use():
            yield from Stream(self, model, "caption", progress or Progress()).run(pictures)

    def embed_texts(self, model: InstalledModel, texts: list[str]) -> Vector:
        """(n, d) vectors of unit length; overtakes pictures that wait. Raises ModelError."""
        if not texts:
            return np.zeros((0, model.dimensions), np.float32)
        request = {"do": "texts", "model": facts_of(model)}
        answer, blob = self._ask(request, json.dumps(texts).encode())
        return np.frombuffer(blob, "<f4").reshape(len(texts), answer["dimensions"]).astype(np.float32)

    def inspect(
        self,
        path: Path,
        library: str,
        architecture: str,
        config: dict[str, Any] | None = None,
        tokenizer: Path | None = None,
    ) -> Inspected:
        """What a checkpoint is, having seen a picture (and words) through it. Raises ModelError where it does not fit.

        `config` is an open_clip JSON of the user's own, or arguments of `timm.create_model`.
        """
        request = {"do": "inspect", "path": str(path), "library": library, "architecture": architecture}
        answer, _ = self._ask(
            {**request, "config": config, "tokenizer": str(tokenizer) if tokenizer else None}
        )
        found = answer["inspected"]
        return Inspected(**{**found, "mean": tuple(found["mean"]), "std": tuple(found["std"])})

    @contextlib.contextmanager
    def compared(
        self,
        vectors: Vector,
        slack: float,
        core: Vector | None = None,
        labels: npt.NDArray[np.intp] | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Compared]:
        """The rows of (n, d) on the device, to be compared there, see `Compared`. Raises ModelError, and `Cancelled`."""
        from pixsort_desktop.vision.models.compared import Compared

        with self._in_use(), Compared(self, vectors, slack, core, labels, progress or Progress()) as rows:
            yield rows

    def describe_device(self, progress: Progress | None = None) -> DeviceInfo:
        """Where models run, and in which precision the last one did. Starts the process. Raises ModelError, and `Cancelled`."""
        with self._in_use():
            self.child(progress)
            info = self._info
        if info is None:
            raise ModelError("The models' process ended just now; please try again.")
        return info

    def use_device(self, device: str) -> None:
        """Run on another device from now on; what is running is begun again there."""
        if device not in DEVICES:
            raise ModelError(f"«{device}» is no device; there are {', '.join(DEVICES)}.")
        with self._lock:
            if device == self._device:
                return
            self._device = device
            self._batches.clear()
            self._end_child()

    def possible_kinds(self) -> set[str]:
        """Kinds of device on which models may run, as far as it can be said without starting anything."""
        return possible_kinds(self._device)

    @property
    def running(self) -> bool:
        """Whether the process is there just now."""
        child = self._child
        return child is not None and child.alive()

    def close(self) -> None:
        """End the process; whoever still waits for it gets a ModelError."""
        with self._lock:
            self._closed = True
            if self._broom is not None:
                self._broom.cancel()
            self._end_child()
            if not self._users:
                self.memory.close()

    def __enter__(self) -> ModelProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- for `Stream` -------------------------------------------------------------------------------------

    def new_job(self) -> int:
        """A number that the child can be told to drop the requests of."""
        with self._lock:
            self._jobs += 1
            return self._jobs

    def child(self, progress: Progress | None = None) -> Child:
        """The running process, started if there is none. Raises ModelError where it cannot run models."""
        with self._lock:
            if self._closed:
                raise ModelError("The program is closing.")
            if self._child is None or not self._child.alive():
                self._child = Child(self.memory.handle)
                request = {"do": "start", "device": self._device, "memory": self.memory.handle}
                self._started, self._info = self._child.ask(request), None
            child, started = self._child, self._started
        while not wait([started], timeout=_PATIENCE_S).done:  # importing torch takes seconds
            (progress or Progress()).check()
        try:
            answer, _ = started.result()
        except ModelError:
            with self._lock:
                if self._child is child:
                    self._end_child()
            raise
        with self._lock:
            if self._child is child and self._info is None:
                self._info = DeviceInfo(answer["name"], answer["kind"], answer["precision"])
        return child

    def loaded(
        self, model: InstalledModel, progress: Progress, *, for_captions: bool = False
    ) -> tuple[Child, int, str]:
        """A process that has the model, how many pictures it is best given at once, and the kind of its device."""
        for attempt in range(_ATTEMPTS):
            try_sizes = not for_captions and model.id not in self._batches
            request = {"do": "load", "model": facts_of(model), "try_sizes": try_sizes}
            try:
                child = self.child(progress)
                answer, _ = _awaited(child, request, progress)
                break
            except ProcessDiedError:
                if attempt == _ATTEMPTS - 1 or self._closed:
                    raise
        self.note_state(answer)
        kind: str = answer["device"][1]
        if answer["batch"]:
            self._batches[model.id] = answer["batch"]
        batch = _CAPTIONS if for_captions else self._batches[model.id]
        return child, min(batch, answer["most"] or batch), kind

    def note_state(self, answer: dict[str, Any]) -> None:
        """Remember on what the model runs by now."""
        self._info = DeviceInfo(*answer["device"])

    # -- the process --------------------------------------------------------------------------------------

    def _ask(self, request: dict[str, Any], blob: bytes = b"") -> Answer:
        """One answer; asked once more in a fresh process if the first one dies over it."""
        with self._in_use():
            for attempt in range(2):
                try:
                    return self.child().ask(request, blob).result()
                except ProcessDiedError:
                    if attempt or self._closed:
                        raise
        raise AssertionError("unreachable")

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        """While anybody is inside, the process is not idle."""
        with self._lock:
            self._users += 1
            if self._broom is not None:
                self._broom.cancel()
                self._broom = None
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._rest()

    def _rest(self) -> None:
        if self._closed:
            self.memory.close()
            return
        self._broom = threading.Timer(self._idle_s, self._sweep)
        self._broom.daemon = True
        self._broom.start()

    def _sweep(self) -> None:
        """Nobody has asked for anything for a while."""
        with self._lock:
            if not self._users and not self._closed:
                self._end_child()

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None
            self.memory.shrink()


def facts_of(model: InstalledModel) -> dict[str, Any]:
    """A model in JSON's terms, for the child."""
    values = asdict(model)
    values["weights"] = str(model.weights)
    values["tokenizer"] = str(model.tokenizer) if model.tokenizer else None
    return values


def _awaited(child: Child, request: dict[str, Any], progress: Progress) -> Answer:
    """An answer that may take long, given up when the job is cancelled."""
    future = child.ask(request)
    while not wait([future], timeout=_PATIENCE_S).done:
        progress.check()
    return future.result()
