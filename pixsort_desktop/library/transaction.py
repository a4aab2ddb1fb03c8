"""One write: what it changes, what it touched, and how to take it back.

`insert`, `update` and `delete` remember the row as it was and as it became. From that memory come both the
`ChangeSet` that views listen to and the history entry that undo plays backwards, so neither can forget a row.
Bulk work that is never undone (import) uses `connection` directly and calls `touch`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pixsort_desktop.library.changes import ChangeSet

Row = dict[str, Any]
Key = tuple[Any, ...]  # ids; of a keyword the word as well

# The tables that undo can restore, with the columns that name a row in them.
KEYS: dict[str, tuple[str, ...]] = {
    "projects": ("id",),
    "groups": ("id",),
    "project_photos": ("project_id", "photo_id"),
    "judgements": ("photo_id",),
    "keywords": ("word", "photo_id"),
    "own_captions": ("photo_id",),
    "captions": ("photo_id",),
    "photos": ("id",),  # which frame a photo belongs to is all of it that commands change
    "clock_shifts": ("id",),  # set anew, never updated: a change then holds the whole row
    "apart": ("id",),  # as clock_shifts
    "prompts": ("id",),  # as clock_shifts
    "kept_photos": ("one", "other"),
    "kept_files": ("one", "other"),
}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after; `before` is None for an insert, `after` for a delete.

    For an update both hold just the columns that changed.
    """

    table: str
    key: Key
    before: Row | None
    after: Row | None

    def inverse(self) -> RowChange:
        return RowChange(self.table, self.key, self.after, self.before)


class Transaction:
    """Handed to the function that `Library.write` runs; commits when that returns, else rolls back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.row_changes: list[RowChange] = []
        self.changes = ChangeSet()

    def touch(
        self,
        *,
        projects: Iterable[int] = (),
        boards: Iterable[int] = (),
        groups: Iterable[int] = (),
        photos: Iterable[int] = (),
        jobs: Iterable[int] = (),
        history: bool = False,
    ) -> None:
        """Add ids to what this transaction announces."""
        self.changes |= ChangeSet(
            frozenset(projects),
            frozenset(boards),
            frozenset(groups),
            frozenset(photos),
            frozenset(jobs),
            history,
        )

    def row(self, table: str, key: Key) -> Row | None:
        """The row with that key as it is now, or None."""
        found = self.connection.execute(f"SELECT * FROM {table} WHERE {_where(table)}", key).fetchone()
        return dict(found) if found else None

    def insert(self, table: str, row: Row) -> int:
        """Insert a row and remember it; returns its rowid (the id of tables that have one)."""
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        cursor = self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*row.values()])
        rowid = int(cursor.lastrowid or 0)
        whole = {"id": rowid, **row} if KEYS[table] == ("id",) else dict(row)
        self._remember(RowChange(table, tuple(whole[k] for k in KEYS[table]), None, whole))
        return rowid

    def update(self, table: str, key: Key, values: Row) -> bool:
        """Set columns of one row; says whether anything became different."""
        old = self.row(table, key)
        if old is None:
            return False
        after = {name: value for name, value in values.items() if old[name] != value}
        if not after:
            return False
        self._set(table, key, after)
        self._remember(RowChange(table, key, {name: old[name] for name in after}, after))
        return True

    def delete(self, table: str, key: Key) -> bool:
        """Delete one row and remember all of it; says whether it was there."""
        old = self.row(table, key)
        if old is None:
            return False
        self.connection.execute(f"DELETE FROM {table} WHERE {_where(table)}", key)
        self._remember(RowChange(table, key, old, None))
        return True

    def replay(self, change: RowChange) -> None:
        """Make one remembered change again (or, given an inverse, take it back).

        A row that has gone for good meanwhile (its photo's bytes were replaced on disk) is passed over.
        """
        after = change.after
        if after is None:
            self.delete(change.table, change.key)
            return
        if "photo_id" in KEYS[change.table] and not self._photo_exists(change.key[-1]):
            return
        if change.table == "photos":
            after = self._with_sound_face(change.key[0], after)
        if change.table == "projects" and "name" in after:
            after = {**after, "name": self._free_name(after["name"], change.key[0])}
        if change.before is None and self.row(change.table, change.key) is None:
            self.insert(change.table, after)
        else:  # an insert too, where the row came back by another way
            self.update(change.table, change.key, after)

    def _free_name(self, name: str, project_id: int) -> str:
        """The project's old name, or «name (2)» where another project has taken it meanwhile."""
        taken = {
            row["name"]
            for row in self.connection.execute("SELECT name FROM projects WHERE id != ?", (project_id,))
        }
        number = 2
        free = name
        while free in taken:
            free, number = f"{name} ({number})", number + 1
        return free

    def _with_sound_face(self, photo_id: int, values: Row) -> Row:
        """The same without a face that has gone for good, or has become a companion of this very photo; for one that is
        a companion by now, its face. Companions of this photo go along."""
        wanted = values.get("face_id")
        if wanted is None:
            return values
        row = self.connection.execute(
            "SELECT coalesce(face_id, id) FROM photos WHERE id = ?", (wanted,)
        ).fetchone()
        if row is None or row[0] == photo_id:
            return {name: value for name, value in values.items() if name != "face_id"}
        self.connection.execute("UPDATE photos SET face_id = ? WHERE face_id = ?", (row[0], photo_id))
        return {**values, "face_id": row[0]}

    def _photo_exists(self, photo_id: int) -> bool:
        return bool(self.connection.execute("SELECT 1 FROM photos WHERE id = ?", (photo_id,)).fetchone())

    def _set(self, table: str, key: Key, values: Row) -> None:
        columns = ", ".join(f"{name} = ?" for name in values)
        self.connection.execute(
            f"UPDATE {table} SET {columns} WHERE {_where(table)}", [*values.values(), *key]
        )

    def _remember(self, change: RowChange) -> None:
        self.row_changes.append(change)


def changes_of(row_changes: Iterable[RowChange], project_of_group: dict[int, int]) -> ChangeSet:
    """The ids that remembered changes touched, as views want them."""
    projects: set[int] = set()
    boards: set[int] = set()
    groups: set[int] = set()
    photos: set[int] = set()
    for change in row_changes:
        if change.table == "projects":
            projects.add(change.key[0])
        elif change.table == "project_photos":
            boards.add(change.key[0])
        elif change.table in ("clock_shifts", "apart", "prompts"):
            boards.add((change.after or change.before or {})["project_id"])
        elif change.table == "photos" or "photo_id" in KEYS[change.table]:
            photos.add(change.key[-1])
        elif change.table == "kept_photos":
            photos.update(change.key)
        elif change.table == "kept_files":
            pass  # nothing that a view of photos shows
        else:
            groups.add(change.key[0])
            boards.add(project_of_group[change.key[0]])
    return ChangeSet(frozenset(projects), frozenset(boards), frozenset(groups), frozenset(photos))


def _where(table: str) -> str:
    return " AND ".join(f"{name} = ?" for name in KEYS[table])
