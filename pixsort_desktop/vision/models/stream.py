"""A long row of pictures through the models' process: decoded ahead, a few batches on their way, each with its ids."""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.child import Answer, Child
from pixsort_desktop.vision.models.client_types import Failure
from pixsort_desktop.vision.models.failures import ModelError, ProcessDiedError
from pixsort_desktop.vision.models.installed import InstalledModel
from pixsort_desktop.vision.models.preprocess import square
from pixsort_desktop.vision.models.shared_pictures import STRIDE, Region

if TYPE_CHECKING:
    from PIL.Image import Image

    from pixsort_desktop.vision.models.client import ModelProcess

_FLYING = 3  # batches on their way: one being worked on, the others there when it is done
_SLOW = 0.5  # of the time that a batch takes: pictures that take longer to come are worth having in advance
_PATIENCE_S = 0.1  # how often somebody looks whether the job is cancelled
_TRIES = 2

Pixels = npt.NDArray[np.uint8]


@dataclass(slots=True)
class _Batch:
    """Pictures in one slot of the shared memory; `answer` is of the last time that they were sent."""

    ids: list[int]
    slot: int
    tries: int
    answer: Future[Answer]


class Stream:
    """One job. Results come in the order in which batches were sent, failures to decode as they are met.

    Pictures are decoded while a GPU works. A model on the CPU wants all cores, and its threads wait for each other: a
    picture that is decoded meanwhile on one core takes that time from every core. So there decoding and the model take
    turns, each on all cores, unless pictures are slow to come, say from a network drive.
    """

    def __init__(self, process: ModelProcess, model: InstalledModel, do: str, progress: Progress) -> None:
        self._process = process
        self._model = model
        self._do = do
        self._progress = progress
        self._job = process.new_job()
        self._decoding: deque[tuple[int, Future[Pixels]]] = deque()
        self._flying: deque[_Batch] = deque()
        self._results: deque[tuple[int, Any]] = deque()
        self._child: Child
        self._region: Region
        self._slot_bytes = 0
        self._size = 0
        self._on_cpu = self._slow_pictures = False
        self._sent_at = self._landed_at = 0.0
        self._worked_s = 0.0  # a picture, in the last batch

    def run(self, pictures: Any) -> Iterator[tuple[int, Any]]:
        """See `ModelProcess.embed`."""
        self._progress.check()
        size = self._load()
        px = self._model.input_px
        self._size = max(1, min(size, STRIDE // (_FLYING * px * px * 3)))
        self._slot_bytes = self._size * px * px * 3
        self._region = self._process.memory.region(_FLYING * self._slot_bytes)
        threads = max(2, os.cpu_count() or 2)
        pool = ThreadPoolExecutor(threads, thread_name_prefix="pictures")
        try:
            yield from self._work(iter(pictures), pool, ahead=self._size + 2 * threads)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            self._leave()

    def _load(self) -> int:
        """Have a process with the model; how many pictures it is best given at once."""
        self._child, size, kind = self._process.loaded(
            self._model, self._progress, for_captions=self._do == "caption"
        )
        self._on_cpu = kind == "cpu"
        return size

    def _work(
        self, pictures: Iterator[tuple[int, Callable[[], Image]]], pool: ThreadPoolExecutor, ahead: int
    ) -> Iterator[tuple[int, Any]]:
        """Results are handed on when the model has its next batch, or when that is long in coming."""
        self._decode_ahead(pictures, pool, ahead)
        while self._decoding or self._flying or self._results:
            self._progress.check()
            if self._may_send():
                self._send()
            elif self._results and (self._flying or not self._decoding or self._idle_s() > _PATIENCE_S):
                yield self._results.popleft()
            elif self._flying and (self._flying[0].answer.done() or len(self._flying) == _FLYING):
                self._land()
            else:
                self._wait_for_any()
            self._decode_ahead(pictures, pool, ahead)

    def _decode_ahead(self, pictures: Iterator[Any], pool: ThreadPoolExecutor, ahead: int) -> None:
        in_turn = self._on_cpu and not self._slow_pictures
        if in_turn and self._flying:
            return
        while len(self._decoding) < self._size + (0 if in_turn else ahead):
            found = next(pictures, None)
            if found is None:
                return
            self._decoding.append((found[0], pool.submit(self._fetch, found[1])))

    def _fetch(self, read: Callable[[], Image]) -> Pixels:
        self._progress.check()
        return square(read(), self._model)

    # -- batches -------------------------------------------------------------------------------------------

    def _may_send(self) -> bool:
        """Whether there is a free slot and a batch is decoded, or all that is left."""
        if len(self._flying) == _FLYING or not self._decoding:
            return False
        count = min(self._size, len(self._decoding))
        return all(self._decoding[n][1].done() for n in range(count - 1, -1, -1))

    def _wait_for_any(self) -> None:
        """Sleep until the oldest batch is there or a picture more is decoded."""
        count = min(self._size, len(self._decoding))
        waiting = [self._decoding[n][1] for n in range(count) if not self._decoding[n][1].done()][:1]
        if len(self._flying) == _FLYING:
            waiting = []
        futures: list[Future[Any]] = [*waiting]
        if self._flying:
            futures.append(self._flying[0].answer)
        wait(futures, timeout=_PATIENCE_S, return_when=FIRST_COMPLETED)

    def _send(self) -> None:
        """Put the next pictures into a free slot and on their way; those that could not be read have failed."""
        slot = next(n for n in range(_FLYING) if all(batch.slot != n for batch in self._flying))
        px = self._model.input_px
        place = self._region.bytes[slot * self._slot_bytes : (slot + 1) * self._slot_bytes].reshape(
            -1, px, px, 3
        )
        ids: list[int] = []
        met = 0
        while self._decoding and len(ids) < self._size:
            picture_id, future = self._decoding[0]
            if not future.done():
                break
            self._decoding.popleft()
            met += 1
            try:
                place[len(ids)] = future.result()
                ids.append(picture_id)
            except PixsortError as error:
                self._results.append((picture_id, Failure(str(error))))
            except (OSError, ValueError, MemoryError) as error:
                self._results.append((picture_id, Failure(f"This picture cannot be read ({error}).")))
        if ids:
            self._flying.append(_Batch(ids, slot, 1, self._ask(ids, slot)))
        if self._idle_s() > _SLOW * met * self._worked_s > 0:
            self._slow_pictures = True
        self._sent_at = time.monotonic()

    def _idle_s(self) -> float:
        """Since the last batch landed."""
        return time.monotonic() - self._landed_at

    def _ask(self, ids: list[int], slot: int) -> Future[Answer]:
        from pixsort_desktop.vision.models.client import facts_of

        return self._child.ask(
            {
                "do": self._do,
                "job": self._job,
                "model": facts_of(self._model),
                "region": self._region.address,
                "start": slot * self._slot_bytes,
                "px": self._model.input_px,
                "ids": ids,
            }
        )

    def _land(self) -> None:
        """Take the results of the oldest batch, when they are there."""
        batch = self._flying[0]
        if not wait([batch.answer], timeout=_PATIENCE_S).done:
            return
        try:
            answer, blob = batch.answer.result()
        except ProcessDiedError as error:
            self._begin_again(str(error))
            return
        except ModelError as error:
            self._give_up(batch, str(error))
            return
        self._flying.popleft()
        self._landed_at = time.monotonic()
        self._worked_s = (self._landed_at - self._sent_at) / len(batch.ids)
        self._process.note_state(answer)
        self._on_cpu = answer["device"][1] == "cpu"  # memory of a GPU may have run out
        if answer["most"]:
            self._size = min(self._size, max(1, answer["most"]))
        self._results.extend(self._read(batch, answer, blob))

    def _give_up(self, batch: _Batch, reason: str) -> None:
        self._flying.popleft()
        self._landed_at = time.monotonic()
        self._results.extend((picture_id, Failure(reason)) for picture_id in batch.ids)

    def _read(self, batch: _Batch, answer: dict[str, Any], blob: bytes) -> Iterator[tuple[int, Any]]:
        if answer["ids"] != batch.ids:
            raise ModelError("The models' process answered what it was not asked.")
        if self._do == "caption":
            yield from zip(answer["ids"], json.loads(blob), strict=True)
            return
        vectors = np.frombuffer(blob, "<f4").reshape(len(batch.ids), answer["dimensions"]).astype(np.float32)
        for picture_id, vector in zip(answer["ids"], vectors, strict=True):
            if abs(float(vector @ vector) - 1) < 0.01:
                yield picture_id, vector
            else:
                yield picture_id, Failure("The model has no answer to this picture.")

    # -- when the process dies -----------------------------------------------------------------------------

    def _begin_again(self, reason: str) -> None:
        """A fresh process gets what was on its way. Only the batch that was being worked on can be to blame."""
        first = self._flying[0]
        if first.tries == _TRIES:
            self._give_up(first, f"{reason} It did so twice over this picture's batch.")
        else:
            first.tries += 1
        self._load()
        for batch in self._flying:
            batch.answer = self._ask(batch.ids, batch.slot)

    def _leave(self) -> None:
        """Stop what is still on its way; the memory is free when nothing in the child looks at it any more."""
        flying = [batch.answer for batch in self._flying if not batch.answer.done()]
        if not flying:
            self._region.give_back()
            return
        self._child.tell({"do": "cancel", "job": self._job})
        remaining = len(flying)

        def one_less(_future: Future[Answer]) -> None:
            nonlocal remaining
            remaining -= (
                1  # the child's one reader thread, or the loop below for those that are through by then
            )
            if remaining == 0:
                self._region.give_back()

        for future in flying:
            future.add_done_callback(one_less)
