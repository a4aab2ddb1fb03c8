"""A matrix in the models' process, whose rows are compared with each other there: block by block, a few blocks on their way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, wait
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.child import Answer
from pixsort_desktop.vision.models.failures import ModelError
from pixsort_desktop.vision.models.shared_pictures import STRIDE

if TYPE_CHECKING:
    from pixsort_desktop.vision.models.client import ModelProcess

_FLYING = 2  # blocks: one being compared there, while what is left of another is chosen from here
_PATIENCE_S = 0.1  # how often somebody looks whether the job is cancelled

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]


def fits(rows: int, dimensions: int) -> bool:
    """Whether a matrix, with what is said of its rows, has room in the shared memory."""
    return rows * (dimensions + 2) * 4 <= STRIDE


class Compared:
    """Rows (n, d), for as long as the context is open; `core` (n,) and `labels` (n,) where bridges are asked for.

    `slack`: how much farther than wanted candidates are taken from, as a squared distance. Everything raises ModelError
    where the device has not enough memory, is not exact enough or the process ends, and `Cancelled` after
    `progress.cancel()`; blocks that were answered before are right.
    """

    def __init__(
        self,
        process: ModelProcess,
        vectors: Floats,
        slack: float,
        core: Floats | None,
        labels: Indices | None,
        progress: Progress,
    ) -> None:
        self._process, self._progress = process, progress
        self._total, dimensions = vectors.shape
        self._job, self._most = process.new_job(), 0
        self._child = process.child(progress)
        parts = [vectors, *(each for each in (core, labels) if each is not None)]
        self._region = process.memory.region(sum(4 * each.size for each in parts))
        place, start = self._region.bytes.view("<f4"), 0
        for each in parts:
            room = place[start : start + each.size]
            start += each.size
            np.copyto(
                room if each.dtype == np.float32 else room.view("<i4"), each.ravel(), casting="same_kind"
            )
        self._facts = {
            "do": "rows", "job": self._job, "region": self._region.address, "slack": slack, "total": self._total,
            "dimensions": dimensions, "core": 0 if core is None else core.size, "labels": 0 if labels is None else labels.size,
        }  # fmt: skip

    def __enter__(self) -> Compared:
        try:
            self._most = self._awaited(self._child.ask(self._facts))[0]["most"]
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def nearest(self, count: int) -> Iterator[tuple[Indices, Indices]]:
        """Places (row, column), by row, of each row's `count` nearest others and few more; blocks of whole rows, in order."""
        for first, stop, blob in self._blocks("nearest", count=count):
            found = np.frombuffer(blob, "<i4").astype(np.intp)
            counts, columns = found[: stop - first], found[stop - first :]
            if counts.min(initial=count) < count or counts.sum() != len(columns):
                raise ModelError("The models' process answered what it was not asked.")
            yield np.repeat(np.arange(first, stop), counts), columns

    def outside(self, passed: int) -> tuple[Floats, Indices]:
        """Mutual reachability (n,) to the nearest row of another label, and which row; infinite for the label `passed`."""
        length, target = np.empty(self._total, np.float32), np.empty(self._total, np.intp)
        for first, stop, blob in self._blocks("outside", passed=passed):
            half = 4 * (stop - first)
            length[first:stop] = np.frombuffer(blob[:half], "<f4")
            target[first:stop] = np.frombuffer(blob[half:], "<i4")
        return length, target

    def between(self) -> Floats:
        """The least mutual reachability between each two labels, (c, c), infinite within one; sorted labels, 0 … c - 1."""
        *_, (_first, _stop, blob) = self._blocks("between")
        found = np.frombuffer(blob, "<f4").astype(np.float32)
        return found.reshape(round(len(found) ** 0.5), -1)

    def _blocks(self, what: str, **how: int) -> Iterator[tuple[int, int, bytes]]:
        request = {"do": "compare", "job": self._job, "what": what, "how": how}
        flying: deque[tuple[int, int, Future[Answer]]] = deque()
        reached = 0
        while flying or reached < self._total:
            while len(flying) < _FLYING and reached < self._total:
                first, reached = reached, min(self._total, reached + self._most)
                asked = self._child.ask({**request, "first": first, "stop": reached})
                flying.append((first, reached, asked))
            first, stop, asked = flying.popleft()
            answer, blob = self._awaited(asked)
            self._most = min(self._most, answer["most"])
            yield first, stop, blob

    def _awaited(self, future: Future[Any]) -> Answer:
        self._progress.check()
        while not wait([future], timeout=_PATIENCE_S).done:
            self._progress.check()
        answer: Answer = future.result()
        return answer

    def _leave(self) -> None:
        """Drop what is on its way; the memory is free when the child has let go of it."""
        self._child.tell({"do": "cancel", "job": self._job})
        forgotten = self._child.ask({"do": "forget", "job": self._job})
        forgotten.add_done_callback(lambda _: self._region.give_back())
