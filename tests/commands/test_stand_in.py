"""The keeper of a set of duplicates takes the places of its copies, and no rule of the user's is broken by it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pixsort_desktop.commands.duplicates import merge_duplicates
from pixsort_desktop.commands.organise import lock_groups, move_photos, move_to_new_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.constraints import FIXED, Parting, partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import Takeover
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import add_to_project, project_photos
from pixsort_desktop.library.transaction import Transaction

MakeJpeg = Callable[..., Path]


@pytest.fixture
def project(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> int:
    for n in range(6):
        make_jpeg(f"shoot/{n}.jpg", seed=n)
    project_id = create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[tmp_path / "shoot"])
    return project_id


@pytest.fixture
def ids(library: Library, project: int) -> list[int]:
    """keeper, copy, and four others."""
    return sorted(photo.id for photo in project_photos(library, project))


def column(library: Library, project: int, ids: list[int], label: str) -> int:
    """A column that a grouping might have made."""
    move_to_new_group(library, project_id=project, photo_ids=ids, label=label)
    group_id = next(c.group.id for c in board(library, project) if c.group and c.group.label == label)

    def automatic(transaction: object) -> None:
        connection = transaction.connection  # type: ignore[attr-defined]
        connection.execute("UPDATE groups SET origin = 'automatic' WHERE id = ?", (group_id,))
        connection.execute("UPDATE project_photos SET placed = 'automatic' WHERE group_id = ?", (group_id,))
        connection.execute("DELETE FROM apart")

    library.write(automatic)
    return group_id


def merge(library: Library, project: int, keeper: int, *copies: int) -> dict[int, str]:
    return merge_duplicates(library, project_id=project, takeovers=[Takeover(keeper, copies)])


def where(library: Library, project: int) -> dict[str, tuple[int, ...]]:
    return {c.group.label if c.group else "": c.photo_ids for c in board(library, project)}


def rules_of(library: Library, project: int) -> list[Parting]:
    return [rule for rule in partings(library.read(), project) if rule.overruled is None]


def placed(library: Library, project: int) -> dict[int, str]:
    rows = library.rows("SELECT photo_id, placed FROM project_photos WHERE project_id = ?", (project,))
    return {row["photo_id"]: row["placed"] for row in rows}


def test_a_place_by_hand_is_taken_as_by_a_drag(library: Library, project: int, ids: list[int]) -> None:
    keeper, copy, a, b, c, _ = ids
    column(library, project, [keeper, b, c], "Group 1")
    move_to_new_group(library, project_id=project, photo_ids=[a, copy], label="Best")
    before = where(library, project), placed(library, project)
    assert merge(library, project, keeper, copy) == {}
    assert where(library, project)["Best"] == (a, keeper, copy)
    assert placed(library, project)[keeper] == "hand"
    rules = partings(library.read(), project)
    assert [(rule.one, rule.other) for rule in rules] == [({keeper}, {b, c})]  # it was taken out of there
    assert undo(library, project_id=project) == "Merge duplicates"
    assert (where(library, project), placed(library, project)) == before
    assert partings(library.read(), project) == []


def test_what_a_grouping_found_fixes_no_column(library: Library, project: int, ids: list[int]) -> None:
    keeper, copy, a, b, *_ = ids
    column(library, project, [a, copy, b], "Group 1")
    merge(library, project, keeper, copy)
    assert set(where(library, project)["Group 1"]) == {a, copy, b, keeper}
    assert {placed(library, project)[i] for i in (a, b, copy, keeper)} == {"automatic"}


def test_a_keeper_placed_by_hand_stays(library: Library, project: int, ids: list[int]) -> None:
    keeper, copy, a, b, *_ = ids
    move_to_new_group(library, project_id=project, photo_ids=[keeper, a], label="Ceremony")
    move_to_new_group(library, project_id=project, photo_ids=[copy, b], label="Best")
    before = where(library, project)
    assert merge(library, project, keeper, copy) == {}
    assert where(library, project) == before


def test_a_keeper_does_not_come_to_photos_it_was_parted_from(
    library: Library, project: int, ids: list[int]
) -> None:
    keeper, copy, a, b, *_ = ids
    best = column(library, project, [keeper, a, b], "Best")
    move_photos(library, project_id=project, photo_ids=[keeper], group_id=None)  # away from a and b
    move_photos(library, project_id=project, photo_ids=[copy], group_id=best)

    def ungrouped(transaction: object) -> None:
        transaction.connection.execute(  # type: ignore[attr-defined]
            "UPDATE project_photos SET placed = 'automatic' WHERE photo_id = ?", (keeper,)
        )

    library.write(ungrouped)
    before = where(library, project)
    assert merge(library, project, keeper, copy) == {}
    assert where(library, project) == before


def test_a_keeper_is_parted_from_whom_its_copies_were_parted_from(
    library: Library, project: int, ids: list[int]
) -> None:
    keeper, copy, a, b, c, _ = ids
    column(library, project, [copy, a, b], "Group 1")
    move_photos(library, project_id=project, photo_ids=[copy], group_id=None)  # away from a and b
    move_to_new_group(library, project_id=project, photo_ids=[keeper, b, c], label="By hand")
    before = rules_of(library, project)
    merge(library, project, keeper, copy)
    parted = {frozenset((i, j)) for rule in rules_of(library, project) for i in rule.one for j in rule.other}
    assert frozenset((keeper, a)) in parted
    assert frozenset((keeper, b)) not in parted  # the user put them together
    undo(library, project_id=project)
    assert rules_of(library, project) == before


def test_a_rule_between_the_copies_themselves_is_void(library: Library, project: int, ids: list[int]) -> None:
    keeper, copy, _, b, *_ = ids
    column(library, project, [keeper, copy, b], "Group 1")
    move_to_new_group(library, project_id=project, photo_ids=[copy], label="Best")  # away from the keeper
    merge(library, project, keeper, copy)
    assert where(library, project)["Best"] == (keeper, copy)
    assert not any(
        {keeper, copy} & rule.one and {keeper, copy} & rule.other
        for rule in partings(library.read(), project)
        if rule.overruled is None
    )


def test_a_locked_column_keeps_its_pictures(library: Library, project: int, ids: list[int]) -> None:
    keeper, copy, a, b, c, d = ids
    locked = column(library, project, [a, copy, b], "Album")
    lock_groups(library, group_ids=[locked])
    assert merge(library, project, keeper, copy) == {}
    assert where(library, project)["Album"] == (a, keeper, copy, b)
    undo(library, project_id=project)
    move_to_new_group(library, project_id=project, photo_ids=[keeper, c], label="Ceremony")
    stay = merge(library, project, keeper, copy, d)
    assert list(stay) == [copy]
    assert "locked column «Album»" in stay[copy]
    assert where(library, project)["Album"] == (a, copy, b)


def test_a_keeper_leaves_no_locked_column(library: Library, project: int, ids: list[int]) -> None:
    keeper, copy, a, b, *_ = ids
    lock_groups(library, group_ids=[column(library, project, [keeper, a], "Album")])
    move_to_new_group(library, project_id=project, photo_ids=[copy, b], label="Best")
    assert merge(library, project, keeper, copy) == {}
    assert where(library, project)["Album"] == (keeper, a)


def test_a_keeper_comes_into_the_projects_of_its_copies(
    library: Library, project: int, ids: list[int]
) -> None:
    keeper, copy, a, *_ = ids
    paths = {photo.id: photo.path for photo in project_photos(library, project)}
    other = create_project(library, name="Other").id
    import_photos(library, project_id=other, paths=[paths[copy], paths[a]])
    move_to_new_group(library, project_id=other, photo_ids=[copy, a], label="Print")
    merge(library, project, keeper, copy)
    assert where(library, other)["Print"] == (keeper, copy, a)
    undo(library, project_id=project)
    assert where(library, other)["Print"] == (copy, a)
    assert keeper not in {photo.id for photo in project_photos(library, other)}


PHOTOS = 5
MOVES = st.tuples(
    st.sampled_from(("new", "into", "out", "lock", "group")),
    st.sets(st.integers(0, PHOTOS - 1), min_size=1, max_size=2),
    st.integers(0, 9),
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    moves=st.lists(MOVES, min_size=3, max_size=9),
    free=st.booleans(),
    order=st.permutations(range(PHOTOS)),
    sizes=st.lists(st.integers(2, 3), min_size=1, max_size=2),
)
def test_no_merge_breaks_what_the_user_did(
    library: Library, moves: list[tuple[str, set[int], int]], free: bool, order: list[int], sizes: list[int]
) -> None:
    project, ids = board_of_its_own(library, [f"Board {time.monotonic_ns()}"])
    for how, which, number in moves:
        with suppress(PixsortError):  # a locked column neither gives nor takes
            rearrange(library, project, [ids[i] for i in sorted(which)], how, number)
    sets = []
    for size in sizes:
        chosen, order = order[:size], order[size:]
        if len(chosen) > 1:
            sets.append(Takeover(ids[chosen[0]], tuple(ids[i] for i in chosen[1:])))
    if free:  # so that they may come wherever a copy stands
        library.write(partial(as_grouped, project=project, ids=[each.keeper_id for each in sets]))
    before, stood = state(library, project), columns(library, project)
    rules = [rule for rule in partings(library.read(), project) if rule.overruled is None]
    locked = {
        row["id"] for row in library.rows("SELECT id FROM groups WHERE locked AND project_id = ?", (project,))
    }
    stay = merge_duplicates(library, project_id=project, takeovers=sets)
    now = columns(library, project)
    copies_of = {each.keeper_id: {each.keeper_id, *each.copies} for each in sets}
    for photo_id, column in now.items():
        if column != stood[photo_id]:  # only a keeper moves, and never what was put by hand or locked
            assert photo_id in copies_of
            assert before[photo_id]["placed"] not in FIXED
            assert stood[photo_id] not in locked
            company = {i for i in now if now[i] == column} - copies_of[photo_id]
            for rule in rules:
                assert not (photo_id in rule.one and company & rule.other)
                assert not (photo_id in rule.other and company & rule.one)
    after = [rule for rule in rules_of(library, project) if rule not in rules]
    for rule in after:  # what a keeper is told anew holds on the board as it stands
        for one, other in itertools.product(rule.one & copies_of.keys(), rule.other):
            inherited = not any({one, other} <= old.one | old.other for old in rules)
            assert not (inherited and now.get(one) is not None and now.get(one) == now.get(other))
    for each in sets:
        for copy in each.copies:
            if stood[copy] in locked and copy not in stay:  # the column keeps its picture
                assert now[each.keeper_id] == stood[copy]
    undo_all = library.rows("SELECT count(*) FROM history WHERE project_id = ? AND undone = 0", (project,))
    if state(library, project) != before:
        assert undo_all[0][0]
        undo(library, project_id=project)
    assert state(library, project) == before
    assert [rule for rule in partings(library.read(), project) if rule.overruled is None] == rules


def board_of_its_own(library: Library, name: list[str]) -> tuple[int, list[int]]:
    """A project with photos of its own, none of which has a file: boards need none."""
    project = create_project(library, name=name[0]).id

    def act(transaction: Transaction) -> list[int]:
        found = []
        for n in range(PHOTOS):
            cursor = transaction.connection.execute(
                "INSERT INTO photos (sha256, status, format) VALUES (?, 'ready', 'JPEG')", (f"{project}-{n}",)
            )
            found.append(int(cursor.lastrowid or 0))
            add_to_project(transaction, project, found[-1])
        return found

    return project, library.write(act)


def rearrange(library: Library, project: int, ids: list[int], how: str, number: int) -> None:
    made = [column.group.id for column in board(library, project) if column.group]
    if how == "new" or not made:
        move_to_new_group(library, project_id=project, photo_ids=ids)
    elif how == "into":
        move_photos(library, project_id=project, photo_ids=ids, group_id=made[number % len(made)])
    elif how == "out":
        move_photos(library, project_id=project, photo_ids=ids, group_id=None)
    elif how == "lock":
        lock_groups(library, group_ids=[made[number % len(made)]])
    else:  # as a grouping leaves photos that nobody touched
        library.write(partial(as_grouped, project=project, ids=ids))


def as_grouped(transaction: Transaction, project: int, ids: list[int]) -> None:
    transaction.connection.executemany(
        "UPDATE project_photos SET placed = 'automatic' WHERE project_id = ? AND photo_id = ?",
        [(project, photo_id) for photo_id in ids],
    )


def state(library: Library, project: int) -> dict[int, dict[str, object]]:
    rows = library.rows("SELECT * FROM project_photos WHERE project_id = ?", (project,))
    return {row["photo_id"]: dict(row) for row in rows}


def columns(library: Library, project: int) -> dict[int, object]:
    return {photo_id: row["group_id"] for photo_id, row in state(library, project).items()}
