"""What is about to be done with photos' files, written down before the disk is touched.

A step is one file on its way: to the trash, or from one path to another. It is 'planned' first, 'done' once the disk and
the library both say so, and 'closed' when its job has ended: undo takes closed steps back. A step that is still
planned when its job no longer runs was overtaken by a kill, and `jobs.file_errands` looks at the disk for what became of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pixsort_desktop.library.database import Library, remember, remembered
from pixsort_desktop.library.left_boards import leave_boards
from pixsort_desktop.library.photos import shown_path, stored_path
from pixsort_desktop.library.transaction import RowChange, Transaction

KINDS = ("trash", "move", "restore")  # 'restore': out of the trash, to where the file was


@dataclass(frozen=True, slots=True)
class Step:
    """One file of a photo's frame. `target` is None for the trash, whose own business it is under which name."""

    kind: str
    frame_id: int  # the photo that the user chose
    source: str
    target: str | None
    size: int
    mtime_ns: int
    photo_id: int | None = None  # whose bytes they are; None for a sidecar
    sha256: str | None = None
    id: int = 0  # 0 until it is written down


def plan_steps(transaction: Transaction, job_id: int, steps: Sequence[Step]) -> list[Step]:
    """Write down what is going to be done; gives the steps with their ids."""
    planned = []
    for step in steps:
        cursor = transaction.connection.execute(
            "INSERT INTO file_steps (job_id, kind, frame_id, photo_id, source, target, size, mtime_ns, sha256, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned')",
            (
                job_id, step.kind, step.frame_id, step.photo_id, stored_path(step.source),
                None if step.target is None else stored_path(step.target), step.size, step.mtime_ns, step.sha256,
            ),
        )  # fmt: skip
        planned.append(replace(step, id=int(cursor.lastrowid or 0)))
    return planned


def record_steps(transaction: Transaction, done: Iterable[Step], dropped: Iterable[Step]) -> None:
    """The disk is as `done` says: the library's paths follow. Of what was `dropped`, nothing has happened."""
    connection = transaction.connection
    for step in done:
        _follow(transaction, step)
        connection.execute("UPDATE file_steps SET state = 'done' WHERE id = ?", (step.id,))
    connection.executemany("DELETE FROM file_steps WHERE id = ?", [(step.id,) for step in dropped])


def note_absent(transaction: Transaction, paths: Iterable[str]) -> None:
    """These files have gone: what is shown of their photos is another place, where there is one."""
    for path in paths:
        transaction.connection.execute(
            "UPDATE files SET role = 'missing' WHERE path = ?", (stored_path(path),)
        )


def steps_of(library: Library, job_id: int, state: str) -> list[Step]:
    """A job's steps in that state, in the order in which they were planned."""
    rows = library.rows(
        "SELECT * FROM file_steps WHERE job_id = ? AND state = ? ORDER BY id", (job_id, state)
    )
    return [_step(row) for row in rows]


def unclosed_jobs(library: Library) -> list[tuple[int, str, int | None]]:
    """(job id, kind, project id) of jobs that no longer run and have steps which nobody has closed."""
    rows = library.rows(
        "SELECT id, kind, project_id FROM jobs WHERE state != 'running' AND id IN"
        " (SELECT job_id FROM file_steps WHERE state IN ('planned', 'done')) ORDER BY id"
    )
    return [(row["id"], row["kind"], row["project_id"]) for row in rows]


def closed_steps(library: Library, job_id: int) -> list[Step]:
    """What a job has done and undo could take back."""
    return steps_of(library, job_id, "closed")


# -- the end of a job --------------------------------------------------------------------------------------------


def close_steps(
    transaction: Transaction, job_id: int, label: str, project_id: int | None, *, undoable: bool
) -> int:
    """A job is over: photos without a file leave the boards, and what was done becomes one step of undo.

    `label` has «{count}» where the number of photos goes. Gives that number. Boards that photos leave are noted, so
    that the same photo returns to its column when its file does.
    """
    connection = transaction.connection
    frames = [
        row["frame_id"]
        for row in connection.execute(
            "SELECT DISTINCT frame_id FROM file_steps WHERE job_id = ? AND state = 'done' ORDER BY frame_id",
            (job_id,),
        )
    ]
    trashed = connection.execute(
        "SELECT DISTINCT frame_id FROM file_steps WHERE job_id = ? AND state = 'done' AND kind = 'trash'",
        (job_id,),
    ).fetchall()
    for row in trashed:
        if not _has_file(connection, row["frame_id"]):
            leave_boards(transaction, row["frame_id"])
    connection.execute(
        "UPDATE file_steps SET state = 'closed' WHERE job_id = ? AND state = 'done'", (job_id,)
    )
    if frames and undoable:
        count = f"{len(frames):,} photo{'' if len(frames) == 1 else 's'}"
        remember(transaction, label.format(count=count), project_id, job_id=job_id)
    connection.execute(
        "DELETE FROM file_steps WHERE state = 'closed'"
        " AND job_id NOT IN (SELECT job_id FROM history WHERE job_id IS NOT NULL)"
    )
    return len(frames)


def close_undone(transaction: Transaction, job_id: int, undone_job: int, *, whole: bool) -> None:
    """Files of `undone_job` were put back by `job_id`: their photos stand where they stood.

    Where that job came to its end (`whole`), what it undid is history no more; after a kill the rest can still be undone.
    """
    connection = transaction.connection
    connection.execute(
        "DELETE FROM file_steps WHERE job_id = ?1 AND source IN"
        " (SELECT target FROM file_steps WHERE job_id = ?2 AND state = 'done')",
        (undone_job, job_id),
    )
    # What may have gone to a drive that is away stays open until it is back.
    connection.execute("DELETE FROM file_steps WHERE job_id = ? AND state <> 'planned'", (job_id,))
    entry = connection.execute("SELECT * FROM history WHERE job_id = ?", (undone_job,)).fetchone()
    if entry is None:
        return
    for change in [each.inverse() for each in reversed(remembered(entry["changes"]))]:
        if change.table == "project_photos":
            project_id, photo_id = change.key
            if not (_has_file(connection, photo_id) and _project_exists(connection, project_id)):
                continue
            connection.execute("DELETE FROM left_boards WHERE project_id = ? AND photo_id = ?", change.key)
            transaction.touch(projects=[project_id])
        if transaction.row(change.table, change.key) is None:
            transaction.replay(_with_its_column(transaction, change))
    left = connection.execute("SELECT 1 FROM file_steps WHERE job_id = ?", (undone_job,)).fetchone()
    if whole or left is None:
        connection.execute("DELETE FROM file_steps WHERE job_id = ?", (undone_job,))
        connection.execute("DELETE FROM history WHERE id = ?", (entry["id"],))
    transaction.touch(history=True)


# -- pieces ----------------------------------------------------------------------------------------------------


def _follow(transaction: Transaction, step: Step) -> None:
    """Let the rows of a file and of a sidecar say where it is now."""
    connection = transaction.connection
    source = stored_path(step.source)
    if step.kind == "trash":
        # What is known of a sidecar stays: back from the trash, it would else pass for one that others have changed.
        connection.execute("UPDATE files SET role = 'missing' WHERE path = ?", (source,))
    else:
        assert step.target is not None
        target = stored_path(step.target)
        if connection.execute("SELECT 1 FROM files WHERE path = ?", (target,)).fetchone():
            # A watched folder was quicker, or the file had been there before: one row for the place is enough.
            connection.execute("DELETE FROM files WHERE path = ?", (source,))
        else:
            connection.execute("UPDATE files SET path = ? WHERE path = ?", (target, source))
        connection.execute("UPDATE files SET role = 'original' WHERE path = ?", (target,))
        connection.execute("UPDATE OR REPLACE sidecars SET path = ? WHERE path = ?", (target, source))
    transaction.touch(photos=[step.frame_id, *([] if step.photo_id is None else [step.photo_id])])


def _with_its_column(transaction: Transaction, change: RowChange) -> RowChange:
    """A photo whose column was deleted meanwhile comes back ungrouped."""
    row = change.after
    if change.table != "project_photos" or row is None or row["group_id"] is None:
        return change
    if transaction.row("groups", (row["group_id"],)) is not None:
        return change
    return replace(change, after={**row, "group_id": None, "placed": "new"})


def _has_file(connection: sqlite3.Connection, photo_id: int) -> bool:
    """Whether any file of a photo's frame is left."""
    return bool(
        connection.execute(
            "SELECT 1 FROM files JOIN photos ON photos.id = photo_id"
            " WHERE (photos.id = ?1 OR face_id = ?1) AND role != 'missing'",
            (photo_id,),
        ).fetchone()
    )


def _project_exists(connection: sqlite3.Connection, project_id: int) -> bool:
    return bool(connection.execute("SELECT 1 FROM projects WHERE id = ?", (project_id,)).fetchone())


def _step(row: sqlite3.Row) -> Step:
    return Step(
        kind=row["kind"],
        frame_id=row["frame_id"],
        source=shown_path(row["source"]),
        target=None if row["target"] is None else shown_path(row["target"]),
        size=row["size"],
        mtime_ns=row["mtime_ns"],
        photo_id=row["photo_id"],
        sha256=row["sha256"],
        id=row["id"],
    )
