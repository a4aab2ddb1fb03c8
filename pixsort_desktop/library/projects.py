"""Projects: the shoots of a library."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.database import Library, now
from pixsort_desktop.library.records import Project
from pixsort_desktop.library.transaction import Transaction

_SELECT = """
SELECT projects.*,
    (SELECT count(*) FROM project_photos WHERE project_id = projects.id) AS photo_count,
    (SELECT count(*) FROM project_photos JOIN photos ON photos.id = photo_id
        WHERE project_id = projects.id AND photos.status = 'failed') AS failed_count,
    (SELECT count(*) FROM judgements JOIN project_photos USING (photo_id) JOIN photos ON photos.id = photo_id
        WHERE project_id = projects.id AND (flag IS NOT NULL OR rating > 0) AND photos.status = 'ready') AS decided_count
FROM projects
"""


def all_projects(library: Library) -> list[Project]:
    """Every project, oldest first."""
    return [_project(row) for row in library.rows(_SELECT + "ORDER BY id")]


def get_project(library: Library, project_id: int) -> Project:
    """The project with that id. Raises `NotFoundError`."""
    rows = library.rows(_SELECT + "WHERE id = ?", (project_id,))
    if not rows:
        raise NotFoundError("That project no longer exists.")
    return _project(rows[0])


def find_project(library: Library, name: str) -> Project | None:
    """The project of that name, or None."""
    rows = library.rows(_SELECT + "WHERE name = ?", (clean_name(name),))
    return _project(rows[0]) if rows else None


def clean_name(name: str) -> str:
    """A project's or column's name on one line, without blanks around it. Raises `PixsortError` if empty."""
    cleaned = " ".join(name.encode("utf-8", "replace").decode("utf-8").split())
    if not cleaned:
        raise PixsortError("A name cannot be empty.")
    return cleaned


def add_project(transaction: Transaction, name: str) -> int:
    """Insert a project and return its id. Raises `PixsortError` when the name is taken or empty."""
    name = clean_name(name)
    check_name_free(transaction, name)
    cursor = transaction.connection.execute(
        "INSERT INTO projects (name, status, created_at) VALUES (?, 'new', ?)", (name, now())
    )
    project_id = int(cursor.lastrowid or 0)
    transaction.touch(projects=[project_id])
    return project_id


def check_name_free(transaction: Transaction, name: str, but: int | None = None) -> None:
    """Raise `PixsortError` if another project than `but` has that name."""
    taken = transaction.connection.execute("SELECT id FROM projects WHERE name = ?", (name,)).fetchone()
    if taken and taken["id"] != but:
        raise PixsortError(f"There is already a project named «{name}».")


def check_project(transaction: Transaction, project_id: int) -> None:
    """Raise `NotFoundError` if a project was deleted while a job worked on it."""
    if not transaction.connection.execute("SELECT 1 FROM projects WHERE id = ?", (project_id,)).fetchone():
        raise NotFoundError("The project was deleted meanwhile; its photos stay in the library.")


def find_or_add_project(transaction: Transaction, name: str) -> int:
    """The id of the project of that name, which is made if it does not exist."""
    found = transaction.connection.execute(
        "SELECT id FROM projects WHERE name = ?", (clean_name(name),)
    ).fetchone()
    return int(found["id"]) if found else add_project(transaction, name)


def set_status(transaction: Transaction, project_id: int, status: str) -> None:
    """Set a project's status; not undoable."""
    transaction.connection.execute("UPDATE projects SET status = ? WHERE id = ?", (status, project_id))
    transaction.touch(projects=[project_id])


def resting_status(transaction: Transaction, project_id: int) -> str:
    """What a project's status is while no job runs in it: 'new', 'ready' or 'complete'."""
    counts = transaction.connection.execute(
        "SELECT count(*) AS photos, coalesce(sum(placed = 'new' AND status = 'ready'), 0) AS waiting"
        " FROM project_photos JOIN photos ON photos.id = photo_id WHERE project_id = ?",
        (project_id,),
    ).fetchone()
    grouped = transaction.connection.execute(
        "SELECT grouping != '{}' FROM projects WHERE id = ?", (project_id,)
    ).fetchone()
    if not counts["photos"]:
        return "new"
    return "complete" if grouped and grouped[0] and not counts["waiting"] else "ready"


def _project(row: sqlite3.Row) -> Project:
    values: dict[str, Any] = dict(row)
    values["grouping"] = json.loads(values["grouping"])
    return Project(**values)
