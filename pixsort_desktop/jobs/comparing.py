"""All photos of a project compared with all others: on the models' device where that is a GPU and worth it, else by BLAS."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pixsort_desktop.grouping.comparison import Blas, Floats, Indices, Pairs, rounding
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.compared import Compared, fits
from pixsort_desktop.vision.models.failures import ModelError

_log = logging.getLogger("pixsort.grouping")

GPUS = ("cuda", "mps")


@dataclass(frozen=True, slots=True)
class Accelerator:
    """The models' process as a place where photos are compared.

    `models` gives it, and starts nothing. `kinds`: devices that are used; torch on a CPU is no faster than BLAS.
    `idle`: photos from which on the process is started, which takes as long as BLAS takes for so many. `running`: photos
    from which on it is asked where it runs already; with fewer, BLAS is through before anybody could notice.
    """

    models: Callable[[], ModelProcess]
    kinds: Collection[str] = GPUS
    idle: int = 20_000
    running: int = 5_000


class Comparing:
    """`grouping.comparison.Comparison` for a job. What the device does not finish BLAS goes on with; nothing is compared twice.

    Everything raises `Cancelled` after `progress.cancel()`.
    """

    def __init__(self, accelerator: Accelerator | None, progress: Progress) -> None:
        self._accelerator, self._progress = accelerator, progress
        self._blas = Blas(progress)

    def candidates(self, vectors: Floats, count: int) -> Iterator[Pairs]:
        for row, column in self._blocks(vectors, count):
            yield row, column
            self._progress.report("Grouping", int(row[-1]) + 1, len(vectors))

    def outside(self, vectors: Floats, core: Floats, labels: Indices, passed: int) -> tuple[Floats, Indices]:
        with self._noted(), self._device(vectors, core, labels) as rows:
            if rows is not None:
                return rows.outside(passed)
        return self._blas.outside(vectors, core, labels, passed)

    def between(self, vectors: Floats, core: Floats, labels: Indices) -> Floats:
        with self._noted(), self._device(vectors, core, labels) as rows:
            if rows is not None:
                return rows.between()
        return self._blas.between(vectors, core, labels)

    def _blocks(self, vectors: Floats, count: int) -> Iterator[Pairs]:
        reached = 0
        with self._noted(), self._device(vectors) as rows:
            for row, column in rows.nearest(count) if rows is not None else ():
                yield row, column
                reached = int(row[-1]) + 1
        if reached < len(vectors):
            yield from self._blas.candidates(vectors, count, reached)

    @contextmanager
    def _device(
        self, vectors: Floats, core: Floats | None = None, labels: Indices | None = None
    ) -> Iterator[Compared | None]:
        process = self._worth_it(*vectors.shape)
        if process is None:
            yield None
            return
        with process.compared(vectors, rounding(vectors), core, labels, self._progress) as rows:
            yield rows

    def _worth_it(self, rows: int, dimensions: int) -> ModelProcess | None:
        """The process, where it is to compare so many rows."""
        place = self._accelerator
        if place is None or rows < min(place.idle, place.running) or not fits(rows, dimensions):
            return None
        process = place.models()
        if not process.running and (rows < place.idle or not process.possible_kinds() & {*place.kinds}):
            return None
        kind = process.describe_device(self._progress).kind
        return process if kind in place.kinds and rows >= place.running else None

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """What goes wrong on the device is said in the log, once; the job does without."""
        try:
            yield
        except ModelError as error:
            self._accelerator = None
            _log.warning("Photos are compared on the CPU. %s", error)
