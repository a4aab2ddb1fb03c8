"""Work in the background, answers in the GUI thread.

The runner owns the signal and outlives every runnable; a runnable carries plain data and the bound signal,
so Qt may delete it the moment it is done (the hand-over of novelWriter's `editor/runnables.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

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


class _Work(QRunnable):
    """What the pool runs: the task and the way home, nothing else."""

    def __init__(self, task: Task, deliver: Callable[[Task, Any, Exception | None], None]) -> None:
        super().__init__()
        self._task = task
        self._deliver = deliver

    def run(self) -> None:
        result: Any = None
        error: Exception | None = None
        try:
            if not self._task.cancelled:
                result = self._task.work()
        except Exception as caught:  # noqa: BLE001 - carried to the GUI thread, which decides
            error = caught
        try:
            self._deliver(self._task, result, error)
        except RuntimeError:  # the runner is gone: the window closed without waiting for this answer
            return


class Runner(QObject):
    """A thread pool whose answers arrive in the thread that made the runner, in the order they came.

    With `threads=1` work runs strictly in the order it was given: that is the lane for commands.
    """

    failed = Signal(object)  # an exception that nobody took
    idle = Signal()  # the last task has been delivered
    _returned = Signal(object, object, object)

    def __init__(self, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._pool.setExpiryTimeout(-1)  # threads that wait cost nothing, new ones cost time
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
        """Run `work()` in the pool; then `done(result)` or `failed(error)`, then `ended()`, in this thread.

        Without `failed`, an error is announced by the signal `failed`. A closed runner drops new work and
        returns a cancelled task.
        """
        task = Task(work, done, failed, ended, progress)
        if self._closed:
            task.cancel()
            return task
        self._tasks.add(task)
        self._pool.start(_Work(task, self._returned.emit))
        return task

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def cancel_all(self) -> None:
        """Cancel everything, running or waiting."""
        for task in list(self._tasks):
            task.cancel()

    def close(self) -> None:
        """Accept nothing new."""
        self._closed = True

    def wait(self, seconds: float) -> bool:
        """Block until the pool's threads are free, at most `seconds`; answers may still be queued."""
        return bool(self._pool.waitForDone(int(seconds * 1000)))

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
