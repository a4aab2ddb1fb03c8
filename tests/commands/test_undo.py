"""Whatever a user does on a board, undo brings back exactly what was there, and redo what came after."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pixsort_desktop.commands import judge, organise, projects
from pixsort_desktop.commands.undo import redo, undo, undo_labels
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.group_photos import _apply
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import add_to_project, put_photo
from pixsort_desktop.library.projects import all_projects, get_project, set_status
from pixsort_desktop.library.transaction import Transaction

PHOTOS = 12
TABLES = ("projects", "groups", "project_photos", "judgements", "apart")


def fill(library: Library, name: str = "Shoot", count: int = PHOTOS) -> int:
    """A project with `count` photos that need no files; returns its id."""
    project = projects.create_project(library, name=name)

    def put(transaction: Transaction) -> None:
        for n in range(count):
            facts = {"sha256": f"{n:064x}", "status": "ready", "error": None, "taken_seconds": float(n)}
            add_to_project(transaction, project.id, put_photo(transaction, f"/photos/{n}.jpg", 1, 1, facts))

        set_status(transaction, project.id, "ready")

    library.write(put)
    return project.id


def state(library: Library) -> list[Any]:
    """Every row that a user can change."""
    return [[tuple(row) for row in library.rows(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in TABLES]


def group_ids(library: Library, project_id: int) -> list[int]:
    return [
        r["id"]
        for r in library.rows("SELECT id FROM groups WHERE project_id = ? ORDER BY position", (project_id,))
    ]


photo_ids = st.lists(st.integers(1, PHOTOS), min_size=1, max_size=5, unique=True)
number = st.integers(0, 6)
actions = st.lists(
    st.one_of(
        st.tuples(st.just("move"), photo_ids, number, st.one_of(st.none(), number)),
        st.tuples(
            st.just("new"),
            photo_ids,
            st.one_of(st.none(), st.sampled_from(["Ceremony", "Dance", "ü 😀"])),
            number,
        ),
        st.tuples(st.just("rename"), number, st.sampled_from(["Ceremony", "Party", "x" * 200])),
        st.tuples(st.just("shift"), number, number),
        st.tuples(st.just("lock"), number, st.booleans()),
        st.tuples(st.just("merge"), st.lists(number, min_size=1, max_size=3)),
        st.tuples(st.just("delete"), st.lists(number, min_size=1, max_size=2)),
        st.tuples(st.just("remove"), photo_ids),
        st.tuples(
            st.just("group"), st.lists(st.integers(-1, 3), min_size=PHOTOS, max_size=PHOTOS), st.booleans()
        ),
        st.tuples(st.just("project"), st.sampled_from(["Shoot", "Wedding"])),
        st.tuples(st.just("rate"), photo_ids, st.integers(0, 5)),
        st.tuples(st.just("flag"), photo_ids, st.sampled_from([None, "pick", "reject"])),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
    ),
    max_size=14,
)


def perform(library: Library, project_id: int, action: tuple[Any, ...]) -> None:
    """Do one drawn action; one that makes no sense on this board is refused with a sentence."""
    kind, *a = action
    ids = group_ids(library, project_id)

    def pick(n: int) -> int:
        if not ids:
            raise PixsortError("no column")
        return ids[n % len(ids)]

    def group() -> None:
        labels = {n + 1: label for n, label in enumerate(a[0])}
        order = list(range(1, PHOTOS + 1))
        library.write(
            lambda t: _apply(t, project_id, order, labels, 2, {"seconds": 0}, a[1]),
            undo="Group photos",
            project_id=project_id,
        )

    doing: dict[str, Callable[[], object]] = {
        "move": lambda: organise.move_photos(
            library,
            project_id=project_id,
            photo_ids=a[0],
            group_id=pick(a[1]) if a[1] and ids else None,
            index=a[2],
        ),
        "new": lambda: organise.move_to_new_group(
            library, project_id=project_id, photo_ids=a[0], label=a[1], position=a[2]
        ),
        "rename": lambda: organise.rename_group(library, group_id=pick(a[0]), label=a[1]),
        "shift": lambda: organise.move_group(library, group_id=pick(a[0]), position=a[1]),
        "lock": lambda: organise.lock_groups(library, group_ids=[pick(a[0])], locked=a[1]),
        "merge": lambda: organise.merge_groups(library, group_ids=[pick(n) for n in a[0]]),
        "delete": lambda: organise.delete_groups(library, group_ids=[pick(n) for n in dict.fromkeys(a[0])]),
        "remove": lambda: projects.remove_photos(library, project_id=project_id, photo_ids=a[0]),
        "group": group,
        "project": lambda: projects.rename_project(library, project_id=project_id, name=a[0]),
        "rate": lambda: judge.rate_photos(library, project_id=project_id, photo_ids=a[0], rating=a[1]),
        "flag": lambda: judge.flag_photos(library, project_id=project_id, photo_ids=a[0], flag=a[1]),
        "undo": lambda: undo(library, project_id=project_id),
        "redo": lambda: redo(library, project_id=project_id),
    }
    with contextlib.suppress(PixsortError):
        doing[kind]()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actions)
def test_undo_and_redo_walk_back_and_forth_exactly(drawn: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        project_id = fill(library)
        for action in drawn:
            perform(library, project_id, action)
        while redo(library, project_id=project_id):
            pass
        seen = [state(library)]
        while undo(library, project_id=project_id):
            seen.append(state(library))
        for expected in reversed(seen[:-1]):
            assert redo(library, project_id=project_id)
            assert state(library) == expected
        assert undo_labels(library, project_id=project_id)[1] is None
        assert library.rows("PRAGMA foreign_key_check") == []


def test_undoing_everything_gives_the_board_that_was_there_first(library: Library) -> None:
    project_id = fill(library)
    before = state(library)
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[3, 1, 2], label="Ceremony")
    (ceremony,) = group_ids(library, project_id)
    organise.rename_group(library, group_id=ceremony, label="First dance")
    projects.remove_photos(library, project_id=project_id, photo_ids=[1, 9])
    projects.rename_project(library, project_id=project_id, name="Wedding")
    organise.delete_groups(library, group_ids=[ceremony])
    names = []
    while name := undo(library, project_id=project_id):
        names.append(name)
    assert names == [
        "Delete column",
        "Rename project",
        "Remove 2 photos",
        "Rename column",
        "New column with 3 photos",
    ]
    assert state(library) == before


def test_a_deleted_project_comes_back_whole(library: Library) -> None:
    project_id = fill(library)
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[4, 5], label="Cake")
    before = state(library)
    projects.delete_project(library, project_id=project_id)
    assert state(library) == [[], [], [], [], []]
    assert len(library.rows("SELECT id FROM photos")) == PHOTOS
    assert undo(library, project_id=None) == "Delete project"
    assert state(library) == before
    assert undo(library, project_id=project_id) == "New column with 2 photos"


def test_a_new_step_ends_what_could_be_redone(library: Library) -> None:
    project_id = fill(library)
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[1], label="A")
    undo(library, project_id=project_id)
    assert undo_labels(library, project_id=project_id) == (None, "New column with 1 photo")
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[2], label="B")
    assert undo_labels(library, project_id=project_id) == ("New column with 1 photo", None)


def test_history_keeps_the_newest_steps(library: Library) -> None:
    project_id = fill(library)
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[1], label="A")
    (column,) = group_ids(library, project_id)
    for n in range(250):
        organise.rename_group(library, group_id=column, label=f"Name {n}")
    assert len(library.rows("SELECT id FROM history")) == 200


def test_undo_is_not_blocked_by_what_came_back_another_way(library: Library) -> None:
    project_id = fill(library)
    projects.remove_photos(library, project_id=project_id, photo_ids=[1, 2])
    library.write(lambda t: add_to_project(t, project_id, 1))
    assert undo(library, project_id=project_id) == "Remove 2 photos"
    assert len(library.rows("SELECT photo_id FROM project_photos")) == PHOTOS


def test_a_deleted_project_comes_back_beside_one_that_took_its_name(library: Library) -> None:
    first = fill(library)
    projects.delete_project(library, project_id=first)
    projects.create_project(library, name="Shoot")
    assert undo(library, project_id=None) == "Delete project"
    names = {project.name: project.photo_count for project in all_projects(library)}
    assert names == {"Shoot": 0, "Shoot (2)": PHOTOS}
    assert get_project(library, first).status == "ready"


def test_a_small_move_in_a_large_column_is_a_small_step(library: Library) -> None:
    project_id = fill(library, count=400)
    organise.move_photos(library, project_id=project_id, photo_ids=[300], group_id=None, index=0)
    organise.move_photos(library, project_id=project_id, photo_ids=[200], group_id=None, index=50)
    assert max(len(row["changes"]) for row in library.rows("SELECT changes FROM history")) < 1000
