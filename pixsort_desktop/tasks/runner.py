"""Work in the background, answers in the GUI thread.

The threads are Python's own, not a QThreadPool's: Python forgets a foreign thread's local state after every
piece of work, and with it the thread's read connection to the library. The runner owns the signal that
carries answers home; what runs is plain data (the hand-over of novelWriter's `editor/runnables.py`).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pixsort_desktop.progress import Cancelled, Progress


class Task:
    """One piece of work on its way: `cancel()` asks it to stop and drops its answer."""

    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None,
        failed: Callable[[Exception], None] | None,
        ended: Callable[[], None] | None,
        progress: Progress | None,
    ) -> None:
        self.work = work
        self.done = done
        self.failed = failed
        self.ended = ended
        self.progress = progress
        self.cancelled = False

    def cancel(self) -> None:
        """Ask the work to stop where it can; `done` and `failed` stay silent, `ended` is still called."""
        self.cancelled = True
        if self.progress is not None:
            self.progress.cancel()


class Runner(QObject):
    """A few threads whose answers arrive in the thread that made the runner.

    With `threads=1` work runs strictly in the order it was given: that is the lane for commands.
    """

    failed = Signal(object)  # an exception that nobody took
    idle = Signal()  # the last task has been delivered
    _returned = Signal(object, object, object)

    def __init__(self, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit = threads
        self._lane = _Lane()
        self._started = 0
        self._tasks: set[Task] = set()
        self._closed = False
        self._returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        ended: Callable[[], None] | None = None,
        progress: Progress | None = None,
    ) -> Task:
        """Run `work()` in a thread; then `done(result)` or `failed(error)`, then `ended()`, in this thread.

        Without `failed`, an error is announced by the signal `failed`. A closed runner drops new work and
        returns a cancelled task.
        """
        task = Task(work, done, failed, ended, progress)
        if self._closed:
            task.cancel()
            return task
        self._tasks.add(task)
        self._lane.put(task)
        if self._started < min(self._limit, len(self._tasks)):
            self._started += 1
            name = f"runner-{self._started}"
            threading.Thread(
                target=_work, args=(self._lane, self._returned.emit), name=name, daemon=True
            ).start()
        return task

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def cancel_all(self) -> None:
        """Cancel everything, running or waiting."""
        for task in list(self._tasks):
            task.cancel()

    def close(self) -> None:
        """Accept nothing new; the threads end when what was given is done."""
        self._closed = True
        self._lane.close()

    def wait(self, seconds: float) -> bool:
        """Block until nothing runs or waits, at most `seconds`; answers may still be on their way."""
        return self._lane.wait(seconds)

    @Slot(object, object, object)
    def _deliver(self, task: Task, result: Any, error: Exception | None) -> None:
        self._tasks.discard(task)
        try:
            if not task.cancelled:
                self._hand_over(task, result, error)
        finally:
            if task.ended is not None:
                task.ended()
            if not self._tasks:
                self.idle.emit()

    def _hand_over(self, task: Task, result: Any, error: Exception | None) -> None:
        if error is None:
            if task.done is not None:
                task.done(result)
        elif isinstance(error, Cancelled):
            task.cancelled = True
        elif task.failed is not None:
            task.failed(error)
        else:
            self.failed.emit(error)


class _Lane:
    """What waits and how much runs, shared by the runner and its threads."""

    def __init__(self) -> None:
        self._waiting: deque[Task] = deque()
        self._running = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, task: Task) -> None:
        with self._changed:
            self._waiting.append(task)
            self._changed.notify()

    def take(self) -> Task | None:
        """The next task, or None when the lane is closed and empty."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if not self._waiting:
                return None
            self._running += 1
            return self._waiting.popleft()

    def finished(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        with self._changed:
            while self._waiting or self._running:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
            return True


def _work(lane: _Lane, deliver: Callable[[Task, Any, Exception | None], None]) -> None:
    """What a thread does all its life."""
    while (task := lane.take()) is not None:
        result: Any = None
        error: Exception | None = None
        try:
            if not task.cancelled:
                result = task.work()
        except Exception as caught:  # noqa: BLE001 - carried to the GUI thread, which decides
            error = caught
        try:
            deliver(task, result, error)
        except RuntimeError:  # the runner is gone: the window closed without waiting for this answer
            return
        finally:
            lane.finished()
            del task, result, error  # a thread that waits must not hold on to a snapshot
