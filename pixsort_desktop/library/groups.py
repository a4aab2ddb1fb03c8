"""The board of a project: its groups (columns), and the photos of each in order."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.projects import clean_name
from pixsort_desktop.library.records import Column, Group
from pixsort_desktop.library.transaction import Transaction

UNGROUPED = "Ungrouped"
STEP = 1024  # between the positions of neighbours in a column, so that others can be put between them
_NUMBERED = re.compile(r"Group \d+")  # as `next_label` makes them


def board(library: Library, project_id: int) -> list[Column]:
    """The columns of a project by position; Ungrouped, which is always there, comes last.

    Photos that failed to be read stand in no column.
    """
    groups = [
        _group(r)
        for r in library.rows(
            "SELECT * FROM groups WHERE project_id = ? ORDER BY position, id", (project_id,)
        )
    ]
    members: dict[int | None, list[int]] = {}
    for row in library.rows(
        "SELECT group_id, photo_id FROM project_photos JOIN photos ON photos.id = photo_id"
        " WHERE project_id = ? AND status = 'ready' ORDER BY position, taken_seconds, photo_id",
        (project_id,),
    ):
        members.setdefault(row["group_id"], []).append(row["photo_id"])
    columns = [Column(group, tuple(members.get(group.id, ()))) for group in groups]
    return [*columns, Column(None, tuple(members.get(None, ())))]


def places_of(library: Library, photo_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Photo id -> (project, column) wherever the photo stands."""
    found: dict[int, list[tuple[str, str]]] = {}
    marks = ", ".join("?" * len(photo_ids))
    for row in library.rows(
        "SELECT photo_id, projects.name, groups.label FROM project_photos"
        " JOIN projects ON projects.id = project_photos.project_id LEFT JOIN groups ON groups.id = group_id"
        f" WHERE photo_id IN ({marks}) ORDER BY projects.name",
        list(photo_ids),
    ):
        found.setdefault(row["photo_id"], []).append((row["name"], row["label"] or UNGROUPED))
    return found


def arrived_photos(library: Library, project_id: int) -> frozenset[int]:
    """Photos that joined a column by themselves after an import and were not looked at yet."""
    rows = library.rows(
        "SELECT photo_id FROM project_photos WHERE project_id = ? AND arrived = 1", (project_id,)
    )
    return frozenset(row["photo_id"] for row in rows)


def get_group(transaction: Transaction, group_id: int) -> Group:
    """The group with that id. Raises `NotFoundError`."""
    row = transaction.connection.execute("SELECT * FROM groups WHERE id = ?", (group_id,)).fetchone()
    if row is None:
        raise NotFoundError("That column no longer exists.")
    return _group(row)


def project_groups(transaction: Transaction, project_id: int) -> list[Group]:
    """The groups of a project by position."""
    rows = transaction.connection.execute(
        "SELECT * FROM groups WHERE project_id = ? ORDER BY position, id", (project_id,)
    )
    return [_group(row) for row in rows]


def members(
    transaction: Transaction, project_id: int, group_id: int | None, *, shown: bool = False
) -> dict[int, int]:
    """Photo id -> position, for the photos of one column (None: Ungrouped), in order.

    With `shown`, just those that the board shows: without the ones that failed to be read.
    """
    rows = transaction.connection.execute(
        "SELECT photo_id, position FROM project_photos JOIN photos ON photos.id = photo_id"
        " WHERE project_id = ? AND group_id IS ? AND (status = 'ready' OR NOT ?)"
        " ORDER BY position, taken_seconds, photo_id",
        (project_id, group_id, shown),
    )
    return {row["photo_id"]: row["position"] for row in rows}


def empty_and_delete(transaction: Transaction, project_id: int, group_id: int) -> None:
    """Delete a column; what still stands in it (photos that failed, which no board shows) becomes ungrouped."""
    for photo_id in members(transaction, project_id, group_id):
        transaction.update("project_photos", (project_id, photo_id), {"group_id": None})
    transaction.delete("groups", (group_id,))


def is_given(group: Group) -> bool:
    """Whether the user gave the column its name: it was made or changed by hand, and is not called «Group 3»."""
    return group.origin == "hand" and not _NUMBERED.fullmatch(group.label)


def free_label(transaction: Transaction, project_id: int, label: str, but: int | None = None) -> str:
    """`label`, cleaned. Raises `PixsortError` when another column than `but` has it, or it is «Ungrouped»."""
    label = clean_name(label)
    if label.casefold() == UNGROUPED.casefold():
        raise PixsortError(f"«{UNGROUPED}» is the column of photos without a group; choose another name.")
    for group in project_groups(transaction, project_id):
        if group.label == label and group.id != but:
            raise PixsortError(f"There is already a column named «{label}»; merge the two instead.")
    return label


def next_label(taken: set[str], first: int = 1) -> str:
    """The first «Group N», from `first` on, that is not taken; it is added to `taken`."""
    number = first
    while f"Group {number}" in taken:
        number += 1
    taken.add(f"Group {number}")
    return f"Group {number}"


def _group(row: sqlite3.Row) -> Group:
    return Group(**{**dict(row), "locked": bool(row["locked"])})
