"""Which photos were taken out of a column, and from which others: rows of the table `apart`.

What must stand together needs no table: `project_photos.placed` is 'hand' for what was put into a column, and 'kept'
for what stood there then. A row with a reason in `overruled` is no rule: it
says of whom a newer move said the contrary, for the next grouping to tell the user.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from pixsort_desktop.library.transaction import Transaction

FIXED = ("hand", "kept")
"""Values of `project_photos.placed` of photos that no grouping takes out of their column."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Photos `one` were taken away from photos `other`.

    `overruled` is None for a rule. Else it is a note about a newer move, without `other`: 'joined' says that photos were put
    back to some that they had been taken from, 'parted' that photos were taken from where they had been put.
    """

    id: int
    one: frozenset[int]
    other: frozenset[int]
    overruled: str | None = None


def partings(connection: sqlite3.Connection, project_id: int) -> list[Parting]:
    """All of a project, oldest first."""
    rows = connection.execute(
        "SELECT id, one, other, overruled FROM apart WHERE project_id = ? ORDER BY id", (project_id,)
    )
    return [Parting(row["id"], _ids(row["one"]), _ids(row["other"]), row["overruled"]) for row in rows]


def add_parting(
    transaction: Transaction,
    project_id: int,
    one: Iterable[int],
    other: Iterable[int],
    overruled: str | None = None,
) -> None:
    """Remember one; undo takes it back."""
    row = {"project_id": project_id, "one": _text(one), "other": _text(other), "overruled": overruled}
    transaction.insert("apart", row)


def forget_parting(transaction: Transaction, parting_id: int) -> None:
    """Take one away; undo brings it back."""
    transaction.delete("apart", (parting_id,))


def _text(photo_ids: Iterable[int]) -> str:
    """«3 7-40 52»: the photos of a column mostly came in a row, and so did their ids."""
    runs: list[list[int]] = []
    for photo_id in sorted(photo_ids):
        if runs and photo_id == runs[-1][1] + 1:
            runs[-1][1] = photo_id
        else:
            runs.append([photo_id, photo_id])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _ids(text: str) -> frozenset[int]:
    found: set[int] = set()
    for run in text.split():
        first, _, last = run.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)
