"""The record of long work: what ran, how far it came, how it ended."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import Any

from pixsort_desktop.library.database import Library, now
from pixsort_desktop.library.projects import resting_status, set_status
from pixsort_desktop.library.records import Job
from pixsort_desktop.library.transaction import Transaction

MODEL_JOBS = ("embed_model", "tag", "caption")
QUIET = (
    "sidecars",
    "read_sidecars",
    "jpegs",
    "locate",
    "duplicates",
    "trash",
    "move",
    "put_back",
    "copy_photos",
    *MODEL_JOBS,
)  # kinds of jobs that do not show in their project's status
_RECORD = "id, project_id, kind, state, done, total, failed, started_at, ended_at, error, arguments"


def recent_jobs(library: Library, limit: int = 50) -> list[Job]:
    """The newest jobs first."""
    return [
        _job(row) for row in library.rows(f"SELECT {_RECORD} FROM jobs ORDER BY id DESC LIMIT ?", (limit,))
    ]


def photos_a_second(library: Library, model_id: str) -> float | None:
    """How fast a model made vectors the last time that it came to the end; None where it never did."""
    rows = library.rows(
        "SELECT done, (julianday(ended_at) - julianday(started_at)) * 86400 FROM jobs WHERE kind = 'embed_model'"
        " AND state = 'done' AND done > 0 AND json_extract(arguments, '$.embedding') = ? ORDER BY id DESC LIMIT 1",
        (model_id,),
    )
    return rows[0][0] / max(rows[0][1], 0.001) if rows and rows[0][1] is not None else None


def interrupted_jobs(library: Library) -> list[Job]:
    """Jobs that were killed and not taken up again since, oldest first."""
    return [
        _job(row)
        for row in library.rows(f"SELECT {_RECORD} FROM jobs WHERE state = 'interrupted' ORDER BY id")
    ]


def job_arguments(library: Library, job_id: int) -> dict[str, Any]:
    """What a job was started with."""
    rows = library.rows("SELECT arguments FROM jobs WHERE id = ?", (job_id,))
    arguments: dict[str, Any] = json.loads(rows[0]["arguments"]) if rows else {}
    return arguments


def start_job(transaction: Transaction, kind: str, project_id: int | None, arguments: dict[str, Any]) -> int:
    """Write down that this process has begun a job; returns its id."""
    import psutil  # not for the start of a window

    cursor = transaction.connection.execute(
        "INSERT INTO jobs (project_id, kind, state, done, total, failed, started_at, arguments, process_id, process_started)"
        " VALUES (?, ?, 'running', 0, 0, 0, ?, ?, ?, ?)",
        (project_id, kind, now(), json.dumps(arguments), os.getpid(), psutil.Process().create_time()),
    )
    job_id = int(cursor.lastrowid or 0)
    transaction.touch(jobs=[job_id])
    return job_id


def note_progress(transaction: Transaction, job_id: int, done: int, total: int, failed: int) -> None:
    """Write down how far a job is."""
    transaction.connection.execute(
        "UPDATE jobs SET done = ?, total = ?, failed = ? WHERE id = ?", (done, total, failed, job_id)
    )


def note_problem(transaction: Transaction, job_id: int, reason: str) -> None:
    """Add a sentence to what a job could not do, beside its failed photos (a folder that is unreadable)."""
    transaction.connection.execute(
        "UPDATE jobs SET error = trim(coalesce(error, '') || char(10) || ?, char(10)) WHERE id = ?",
        (reason, job_id),
    )


def end_job(transaction: Transaction, job_id: int, state: str, error: str | None = None) -> None:
    """Write down how a job ended: 'done', 'cancelled' or 'failed'."""
    transaction.connection.execute(
        "UPDATE jobs SET state = ?, ended_at = ?, error = coalesce(?, error) WHERE id = ?",
        (state, now(), error, job_id),
    )
    transaction.touch(jobs=[job_id])


def settle_interrupted(transaction: Transaction, job_ids: list[int]) -> None:
    """Mark interrupted jobs as taken up again, so that they are offered once."""
    for job_id in job_ids:
        transaction.connection.execute("UPDATE jobs SET state = 'resumed' WHERE id = ?", (job_id,))
    transaction.touch(jobs=job_ids)


def settle_interrupted_imports(transaction: Transaction, project_id: int, paths: list[str]) -> None:
    """An import that begins takes up the killed ones of its project whose paths it covers."""
    rows = transaction.connection.execute(
        "SELECT id, arguments FROM jobs WHERE state = 'interrupted' AND kind = 'import' AND project_id = ?",
        (project_id,),
    ).fetchall()
    covered = [
        row["id"]
        for row in rows
        if all(any(_lies_in(old, new) for new in paths) for old in json.loads(row["arguments"])["paths"])
    ]
    if covered:
        settle_interrupted(transaction, covered)


def settle_interrupted_like(transaction: Transaction, kind: str, project_id: int, model_id: str) -> None:
    """A model's job over a whole project takes up the killed ones of its kind."""
    rows = transaction.connection.execute(
        "SELECT id FROM jobs WHERE state = 'interrupted' AND kind = ? AND project_id = ?"
        " AND json_extract(arguments, '$.embedding') = ?",
        (kind, project_id, model_id),
    ).fetchall()
    if rows:
        settle_interrupted(transaction, [row["id"] for row in rows])


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def other_running_job(transaction: Transaction, project_id: int, job_id: int) -> bool:
    """Whether another job that shows in its status works on that project now."""
    marks = ", ".join("?" * len(QUIET))
    return bool(
        transaction.connection.execute(
            "SELECT 1 FROM jobs WHERE state = 'running' AND project_id = ? AND id != ?"
            f" AND kind NOT IN ({marks})",
            (project_id, job_id, *QUIET),
        ).fetchone()
    )


def mark_interrupted(library: Library) -> None:
    """Find jobs whose process is gone (killed, power cut): they and their projects stop looking busy."""
    dead = [
        row
        for row in library.rows(
            "SELECT id, project_id, kind, process_id, process_started FROM jobs WHERE state = 'running'"
        )
        if not _alive(row["process_id"], row["process_started"])
    ]
    if not dead:
        return

    def mark(transaction: Transaction) -> None:
        for row in dead:
            transaction.connection.execute(
                "UPDATE jobs SET state = 'interrupted', ended_at = ? WHERE id = ? AND state = 'running'",
                (now(), row["id"]),
            )
            project_id = row["project_id"]
            shows = project_id is not None and row["kind"] not in QUIET
            if shows and not other_running_job(transaction, project_id, row["id"]):
                set_status(transaction, row["project_id"], resting_status(transaction, row["project_id"]))
        transaction.touch(jobs=[row["id"] for row in dead])

    library.write(mark)


def _alive(process_id: int, started: float) -> bool:
    """Whether the very process that began a job still runs (its number may have been given away since)."""
    import psutil

    try:
        return bool(abs(psutil.Process(process_id).create_time() - started) < 2.0)
    except psutil.Error:
        return False


def _job(row: sqlite3.Row) -> Job:
    return Job(**{**dict(row), "arguments": json.loads(row["arguments"])})
