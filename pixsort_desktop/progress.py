"""How a long job speaks to whoever started it: counts go out, the wish to stop comes in.

The habit is dupeGuru's: a job takes a progress object, defaults to a silent one, and is cancelled by an
exception, so no job needs to know whether a window, a terminal or a test is watching.
"""

from __future__ import annotations

import threading


class Cancelled(Exception):  # noqa: N818 - a wish of the user, not an error
    """Raised inside a job after `Progress.cancel`; what is already done stays done."""


class Progress:
    """Silent progress that can be cancelled from any thread. Subclasses override `report`."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next `check`."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked the job to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        """Tell that `done` of `total` items of `step` («Importing», «Grouping») are finished.

        `total` may grow while a folder is still being listed; 0 means not known yet.
        """
