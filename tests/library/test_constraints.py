"""Rows about what was taken apart, and libraries from before there were any."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from pixsort_desktop.commands import organise
from pixsort_desktop.library.constraints import _ids, _text, add_parting, forget_parting, partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.left_boards import leave_boards
from pixsort_desktop.library.migrations import migrations
from pixsort_desktop.library.photos import add_to_project
from tests.commands.test_undo import fill


@given(st.frozensets(st.integers(1, 400)))
def test_ids_are_kept_as_runs(ids: frozenset[int]) -> None:
    assert _ids(_text(ids)) == ids


def test_a_column_in_a_row_is_one_run() -> None:
    assert _text([*range(7, 4000), 3, 5001]) == "3 7-3999 5001"


def test_partings_come_and_go(library: Library) -> None:
    project_id = fill(library)
    library.write(lambda t: add_parting(t, project_id, [1, 2], {3}))
    library.write(lambda t: add_parting(t, project_id, [4], (), "parted"))
    first, second = partings(library.read(), project_id)
    assert (first.one, first.other, first.overruled) == (frozenset({1, 2}), frozenset({3}), None)
    assert (second.one, second.other, second.overruled) == (frozenset({4}), frozenset(), "parted")
    library.write(lambda t: forget_parting(t, first.id))
    assert partings(library.read(), project_id) == [second]


def test_a_photo_back_from_the_trash_does_not_come_to_stand_with_one_it_was_parted_from(
    library: Library,
) -> None:
    project_id = fill(library)
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[1, 2, 3], label="A")
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[2, 3], label="B")
    b = next(c.group.id for c in board(library, project_id) if c.group and c.group.label == "B")
    for photo_id in (2, 3):
        library.write(lambda t, i=photo_id: leave_boards(t, i))  # type: ignore[misc]
    organise.move_photos(library, project_id=project_id, photo_ids=[4], group_id=b)
    library.write(lambda t: add_to_project(t, project_id, 3))
    columns = {c.group.label: set(c.photo_ids) for c in board(library, project_id) if c.group}
    assert columns == {"A": {1}, "B": {3, 4}}
    organise.move_photos(library, project_id=project_id, photo_ids=[1], group_id=b)
    library.write(lambda t: add_to_project(t, project_id, 2))
    columns = {c.group.label if c.group else "": set(c.photo_ids) for c in board(library, project_id)}
    assert columns["B"] == {1, 3, 4}
    assert 2 in columns[""]


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
