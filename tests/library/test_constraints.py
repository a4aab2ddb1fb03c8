"""Rows about what was taken apart, and libraries from before there were any."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from pixsort_desktop.library.constraints import _ids, _text, add_parting, forget_parting, partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.migrations import migrations
from tests.commands.test_undo import fill


@given(st.frozensets(st.integers(1, 400)))
def test_ids_are_kept_as_runs(ids: frozenset[int]) -> None:
    assert _ids(_text(ids)) == ids


def test_a_column_in_a_row_is_one_run() -> None:
    assert _text([*range(7, 4000), 3, 5001]) == "3 7-3999 5001"


def test_partings_come_and_go(library: Library) -> None:
    project_id = fill(library)
    library.write(lambda t: add_parting(t, project_id, [1, 2], {3}))
    library.write(lambda t: add_parting(t, project_id, [4], {5, 6}, "parted"))
    first, second = partings(library.read(), project_id)
    assert (first.one, first.other, first.overruled) == ({1, 2}, {3}, None)
    assert (second.one, second.other, second.overruled) == ({4}, {5, 6}, "parted")
    library.write(lambda t: forget_parting(t, first.id))
    assert partings(library.read(), project_id) == [second]


def test_columns_of_an_older_library_keep_what_they_held(tmp_path: Path) -> None:
    older = type(migrations)("pixsort")
    names = [each.name for each in migrations._migrations]
    older._migrations = migrations._migrations[: names.index("add_constraints")]
    db = Database(sqlite3.connect(tmp_path / "library.db"))
    older.apply(db)
    db.execute("INSERT INTO projects (name, status, created_at) VALUES ('Shoot', 'complete', '')")
    for label, origin in (("Dance", "hand"), ("Group 1", "automatic")):
        db.execute(
            "INSERT INTO groups (project_id, label, position, origin) VALUES (1, ?, 0, ?)", (label, origin)
        )
    for n, (group_id, placed) in enumerate(((1, "automatic"), (1, "hand"), (2, "automatic"), (None, "new"))):
        db.execute("INSERT INTO photos (sha256, status) VALUES (?, 'ready')", (str(n),))
        db.execute("INSERT INTO project_photos VALUES (1, ?, ?, ?, ?)", (n + 1, group_id, n, placed))
    migrations.apply(db)
    rows = db.execute("SELECT placed, carries, arrived FROM project_photos ORDER BY photo_id").fetchall()
    assert rows == [("kept", None, 0), ("hand", None, 0), ("automatic", None, 0), ("new", None, 0)]
    assert db.execute("SELECT DISTINCT locked FROM groups").fetchall() == [(0,)]
