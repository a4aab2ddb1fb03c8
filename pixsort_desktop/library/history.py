"""What can be undone and redone: entries of remembered row changes, newest last.

A user who looks at one project undoes what was done in it, and what was done to the list of projects
(`project_id` NULL), in the order in which it was done.
"""

from __future__ import annotations

from pixsort_desktop.errors import ConflictError, PixsortError
from pixsort_desktop.library.database import Library, remembered
from pixsort_desktop.library.frames import settle_companions
from pixsort_desktop.library.photos import follow_face
from pixsort_desktop.library.projects import resting_status, set_status
from pixsort_desktop.library.transaction import RowChange, Transaction

_LAST_DONE = "SELECT * FROM history WHERE undone = 0 AND (project_id IS ? OR project_id IS NULL) ORDER BY id DESC LIMIT 1"
_NEXT_UNDONE = (
    "SELECT * FROM history WHERE undone = 1 AND (project_id IS ? OR project_id IS NULL) ORDER BY id LIMIT 1"
)


def labels(library: Library, project_id: int | None) -> tuple[str | None, str | None]:
    """The names of what undo and redo would do now («Rename column»), None where there is nothing."""
    done, undone = (library.rows(sql, (project_id,)) for sql in (_LAST_DONE, _NEXT_UNDONE))
    return (done[0]["label"] if done else None, undone[0]["label"] if undone else None)


def undo(library: Library, project_id: int | None) -> str | None:
    """Take back the newest entry that is done; returns its name, or None when there is none."""
    return _guarded_step(library, project_id, _LAST_DONE, undone=1)


def redo(library: Library, project_id: int | None) -> str | None:
    """Do the entry again that was undone last; returns its name, or None when there is none."""
    return _guarded_step(library, project_id, _NEXT_UNDONE, undone=0)


def files_to_put_back(library: Library, project_id: int | None) -> tuple[int, str] | None:
    """(job id, label) where the newest entry that is done moved or trashed files: undoing it is a job, not a write."""
    found = library.rows(_LAST_DONE, (project_id,))
    return (found[0]["job_id"], found[0]["label"]) if found and found[0]["job_id"] is not None else None


def forget_undone(transaction: Transaction, project_id: int) -> None:
    """Drop what could be redone: something happened that it does not know of (new photos arrived)."""
    transaction.connection.execute(
        "DELETE FROM history WHERE undone = 1 AND (project_id = ? OR project_id IS NULL)", (project_id,)
    )
    transaction.touch(history=True)


def _guarded_step(library: Library, project_id: int | None, which: str, *, undone: int) -> str | None:
    """One step; one that does not fit the library any more is dropped, so that it does not block the others."""
    try:
        return library.write(lambda t: _step(t, project_id, which, undone=undone))
    except ConflictError as error:
        label = library.write(lambda t: _drop(t, project_id, which))
        what = "taken back" if undone else "done again"
        raise ConflictError(
            f"«{label}» cannot be {what} any more: what it was about has changed since."
        ) from error


def _drop(transaction: Transaction, project_id: int | None, which: str) -> str:
    entry = transaction.connection.execute(which, (project_id,)).fetchone()
    transaction.connection.execute("DELETE FROM history WHERE id = ?", (entry["id"],))
    transaction.touch(history=True)
    return str(entry["label"])


def _step(transaction: Transaction, project_id: int | None, which: str, *, undone: int) -> str | None:
    entry = transaction.connection.execute(which, (project_id,)).fetchone()
    if entry is None:
        return None
    if entry["job_id"] is not None:
        raise PixsortError(f"«{entry['label']}» is undone by putting its files back.")
    changes: list[RowChange] = remembered(entry["changes"])
    steps = [change.inverse() for change in reversed(changes)] if undone else changes
    for step in steps:
        transaction.replay(step)
        if step.table == "photos":  # before its own places are taken away: the face has them from now on
            follow_face(transaction, step.key[0])
    settle_companions(transaction)
    for step in steps:
        if step.table == "projects" and step.before is None:  # back from deletion: no job runs in it
            set_status(transaction, step.key[0], resting_status(transaction, step.key[0]))
    transaction.connection.execute("UPDATE history SET undone = ? WHERE id = ?", (undone, entry["id"]))
    transaction.touch(history=True)
    return str(entry["label"])
