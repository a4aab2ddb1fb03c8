"""Running a job so that the library remembers it: when it began, how far it came, how it ended."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from pixsort_desktop.errors import LibraryError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import end_job, other_running_job, start_job
from pixsort_desktop.library.projects import resting_status, set_status
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.progress import Cancelled


@contextlib.contextmanager
def recorded_job(
    library: Library, kind: str, project_id: int | None, busy: str | None, arguments: dict[str, Any]
) -> Iterator[int]:
    """Write a job's row around the work; the project's status is `busy` meanwhile. Gives the job's id.

    `project_id` None: the whole library. Where `busy` is None, as it is then, the status stays as it is, however the
    job ends: its photos and columns are as they were.
    """

    def start(transaction: Transaction) -> int:
        if busy is not None and project_id is not None:
            set_status(transaction, project_id, busy)
        return start_job(transaction, kind, project_id, arguments)

    job_id = library.write(start)
    try:
        yield job_id
    except (Cancelled, KeyboardInterrupt):
        _end(library, job_id, project_id, busy, "cancelled", None)
        raise
    except BaseException as error:
        # Where the library itself is what failed (a full disk), the reason to report is the first one.
        with contextlib.suppress(LibraryError):
            _end(library, job_id, project_id, busy, "failed", str(error) or type(error).__name__)
        raise
    _end(library, job_id, project_id, busy, "done", None)


def _end(
    library: Library, job_id: int, project_id: int | None, busy: str | None, state: str, error: str | None
) -> None:
    def end(transaction: Transaction) -> None:
        end_job(transaction, job_id, state, error)
        if busy is None or project_id is None or other_running_job(transaction, project_id, job_id):
            return
        status = "failed" if state == "failed" else resting_status(transaction, project_id)
        set_status(transaction, project_id, status)

    library.write(end)
