"""Long work, one job after another: what runs, how far it is, what comes next.

Jobs are given as plain callables: the window does not know how photos are imported or grouped.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.tasks.runner import Runner

POLL_MS = 100
RATE_SPAN_S = 6.0


class JobFunctions(NamedTuple):
    """What `app` gives the window. Each runs in a worker; `unfinished` answers None where nothing is left over."""

    import_photos: Callable[[int, Sequence[str], Progress], Any]
    group_photos: Callable[[int, dict[str, Any], Progress], Any]
    unfinished: Callable[[], Any]
    finish: Callable[[Any, Progress], Any]


@dataclass(frozen=True, slots=True)
class JobView:
    """How far the running job is; `rate` in items a second and `left` in seconds, None while not known."""

    label: str
    step: str
    done: int
    total: int
    failed: int
    rate: float | None
    left: float | None
    waiting: int
    cancelling: bool


class WatchedProgress(Progress):
    """Keeps the last report for the window to look at; a report costs the job next to nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.last: tuple[str, int, int, int] = ("", 0, 0, 0)

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        self.last = (step, done, total, failed)


@dataclass(slots=True)
class _Job:
    label: str
    work: Callable[[Progress], Any]
    done: Callable[[Any], None] | None
    progress: WatchedProgress


class JobCentre(QObject):
    """A queue of jobs with one running."""

    progressed = Signal(object)  # JobView
    idle = Signal()
    failed = Signal(str, object)  # the job's label, the error
    cancelled = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = Runner(1, self)
        self._waiting: deque[_Job] = deque()
        self._current: _Job | None = None
        self._rate = Rate()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._tell)

    @property
    def busy(self) -> bool:
        return self._current is not None

    def start(
        self, label: str, work: Callable[[Progress], Any], done: Callable[[Any], None] | None = None
    ) -> None:
        """Run `work(progress)` after the jobs that wait already; `done(result)` only if it ended well."""
        self._waiting.append(_Job(label, work, done, WatchedProgress()))
        if self._current is None:
            self._next()

    def cancel(self) -> None:
        """Stop the running job; what it has done stays done. Jobs that wait go on."""
        if self._current is not None:
            self._current.progress.cancel()
            self._tell()

    def close(self) -> None:
        """Stop everything and accept nothing new."""
        self._waiting.clear()
        self.cancel()
        self._timer.stop()
        self._runner.close()

    def wait(self, seconds: float) -> bool:
        return self._runner.wait(seconds)

    @property
    def quiet(self) -> bool:
        """Whether no worker is at it any more."""
        return self._runner.wait(0)

    def _next(self) -> None:
        if not self._waiting:
            self._timer.stop()
            self.idle.emit()
            return
        job = self._waiting.popleft()
        self._current = job
        self._rate = Rate()
        self._timer.start()
        self._runner.run(lambda: _outcome(job), lambda result: self._ended(job, *result))
        self._tell()

    def _ended(self, job: _Job, result: Any, error: Exception | None) -> None:
        self._current = None
        if error is None:
            if job.done is not None:
                job.done(result)
        elif isinstance(error, Cancelled):
            self.cancelled.emit(job.label)
        else:
            self.failed.emit(job.label, error)
        if self._current is None:
            self._next()

    @Slot()
    def _tell(self) -> None:
        job = self._current
        if job is None:
            return
        step, done, total, failed = job.progress.last
        rate, left = self._rate.note(step, done, total)
        self.progressed.emit(
            JobView(
                job.label, step, done, total, failed, rate, left, len(self._waiting), job.progress.cancelled
            )
        )


class Rate:
    """Items a second over the last few seconds, and what that says about the time left."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._step = ""
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, step: str, done: int, total: int) -> tuple[float | None, float | None]:
        """(items a second, seconds left), None while there is too little to tell from."""
        now = self._clock()
        if step != self._step or (self._seen and done < self._seen[-1][1]):
            self._step = step
            self._seen.clear()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > RATE_SPAN_S:
            self._seen.popleft()
        first_time, first_done = self._seen[0]
        if now - first_time < 0.5 or done <= first_done:
            return None, None
        rate = (done - first_done) / (now - first_time)
        return rate, (total - done) / rate if total >= done and total else None


def _outcome(job: _Job) -> tuple[Any, Exception | None]:
    """A job's result or its error, so that the end of every job is told in one place."""
    try:
        return job.work(job.progress), None
    except Exception as error:  # noqa: BLE001 - told by JobCentre
        return None, error
