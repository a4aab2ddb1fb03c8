"""Workers that may be left behind: a read from a drive that hangs never returns, and nothing can wake its thread.

`concurrent.futures` waits for its threads, also at the interpreter's end. These are daemons: closing waits a while for
them, and then goes on without those that hang.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class DaemonPool:
    """A fixed number of threads; as a context, it is closed at the end."""

    def __init__(self, threads: int, name: str, *, patience_s: float = 2.0) -> None:
        self._patience_s = patience_s
        self._queue: queue.SimpleQueue[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]] | None] = (
            queue.SimpleQueue()
        )
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}_{n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Have `work(*arguments)` done; a future that is cancelled before its turn is passed over."""
        future: Future[T] = Future()
        self._queue.put((future, work, arguments))
        return future

    def __enter__(self) -> DaemonPool:
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._queue.put(None)
        until = time.monotonic() + self._patience_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            future, work, arguments = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work(*arguments))
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the future
                future.set_exception(error)
