"""What the user did stays: over every way to change a board, groupings, cuts, arrivals and other embeddings, at random."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pixsort_desktop.commands import organise
from pixsort_desktop.commands.undo import redo, undo
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.group_photos import GroupReport, group_photos
from pixsort_desktop.library import groups
from pixsort_desktop.library.constraints import partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.records import Column
from tests.jobs.remembering import FIRST, PHOTOS, SCENES, VECTORS, Board, measured

some = st.lists(st.integers(0, 30), min_size=1, max_size=4, unique=True)
number = st.integers(0, 8)
grouping = st.tuples(
    st.just("group"),
    st.sampled_from("ab"),
    st.integers(2, 3),
    st.sampled_from(["eom", "leaf", "moments"]),
    st.sampled_from([0.3, 1.0, 2.0]),
)
actions = st.lists(
    st.one_of(
        st.tuples(st.just("move"), some, number),
        st.tuples(st.just("move"), some, number),
        st.tuples(st.just("new"), some),
        st.tuples(st.just("new"), some, st.sampled_from(["Beach", "Rain"])),
        st.tuples(st.just("split"), number, st.integers(1, 5)),
        st.tuples(st.just("split"), number, st.integers(1, 5)),
        st.tuples(st.just("merge"), number, number),
        st.tuples(st.just("delete"), number),
        st.tuples(st.just("into_parts"), number),
        st.tuples(st.just("part_here"), number, number),
        st.tuples(st.just("tree_part"), number),
        st.tuples(st.just("tree_part"), number),
        st.tuples(st.just("merge_nearest"), number),
        st.tuples(st.just("singles")),
        st.tuples(st.just("settle"), some),
        st.tuples(st.just("remove"), some),
        st.tuples(st.just("colour"), number, st.sampled_from(["red", "green"])),
        st.tuples(st.just("shift"), number, number),
        st.tuples(st.just("cut"), st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0])),
        st.tuples(st.just("cut"), st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0])),
        st.tuples(st.just("rename"), number, st.sampled_from(["Ceremony", "Dance", "Cake"])),
        st.tuples(st.just("lock"), number, st.booleans()),
        grouping,
        grouping,
        st.tuples(st.just("arrive"), st.integers(1, 3)),
    ),
    min_size=3,
    max_size=12,
)


def check(board: Board, *, regrouped: bool) -> None:
    home = board.home()
    for one, other in board.must:
        assert home[one] == home[other] is not None, f"{one} and {other} belong together"
    for one, other in board.cannot:
        assert home[one] is None or home[one] != home[other], f"{one} and {other} were parted"
    standing = {column.group.id: column for column in board.columns() if column.group}
    for group_id, carriers in board.carriers.items():
        assert group_id in standing, "a name is lost"
        if regrouped:  # else the user may have taken the last one of them out of it
            assert standing[group_id].photo_ids or not carriers, "a name has lost its photos"


def locked(board: Board) -> list[Column]:
    return [column for column in board.columns() if column.group and column.group.locked]


def as_named(columns: list[Column]) -> list[tuple[str, tuple[int, ...]]]:
    return [(column.group.label, column.photo_ids) for column in columns if column.group]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actions)
@example(
    [("new", [0, 1, 2, 4]), ("delete", 0), ("move", [0], 0), ("delete", 3), ("move", [0], 0), ("singles",)]
)
@example([("split", 0, 3), ("group", "a", 2, "eom", 1.0), ("group", "b", 2, "leaf", 0.3), ("arrive", 3)])
@example(
    [
        ("rename", 0, "Cake"),
        ("rename", 1, "Dance"),
        ("group", "b", 3, "leaf", 0.3),
        ("group", "a", 2, "eom", 2.0),
    ]
)
def test_nothing_that_was_done_by_hand_is_undone(drawn: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        board = Board(library)
        board.group("a", 2, "eom", 1.0)
        for kind, *arguments in drawn:
            before, kept, names = board.rows(), as_named(locked(board)), labels(board)
            act: Callable[..., None] = getattr(board, kind)
            if not board.attempt(partial(act, *arguments)):
                continue
            check(board, regrouped=kind in ("group", "cut"))
            if kind not in ("lock", "remove", "rename", "settle"):
                assert as_named(locked(board)) == kept or kind == "shift"
            if kind in ("group", "cut", "arrive"):
                assert names <= labels(board)
            if kind != "arrive" and (after := board.rows()) != before:
                undo(library, project_id=board.project)
                assert board.rows() == before
                redo(library, project_id=board.project)
                assert board.rows() == after


def labels(board: Board) -> set[str]:
    """The names that the user gave."""
    return {c.group.label for c in board.columns() if c.group and groups.is_given(c.group)}


def grouped(library: Library, project_id: int, reach: float = 1.0, **more: Any) -> GroupReport:
    parameters = GroupingParameters(reach=reach)
    with measured():
        return group_photos(
            library, project_id=project_id, parameters=parameters, embedding_id="measured", **more
        )


def test_new_photos_join_where_they_clearly_belong(library: Library) -> None:
    board = Board(library)
    board.group("a", 2, "eom", 1.0)
    home = board.home()
    assert [home[n] == home[n + SCENES] is not None for n in range(1, 5)] == [True] * SCENES
    board.lock(1, True)
    (kept,) = locked(board)
    before = board.rows()
    board.arrive(9)
    after = board.home()
    for n in range(FIRST + 1, PHOTOS + 1):
        scene = home[(n - 1) % SCENES + 1]
        assert after[n] == (None if kept.group and scene == kept.group.id else scene)
    arrived = {r[0] for r in library.rows("SELECT photo_id FROM project_photos WHERE arrived = 1")}
    assert arrived == {n for n in after if n > FIRST and after[n] is not None}
    name = undo(library, project_id=board.project)
    assert name == f"Let {len(arrived)} new photos join columns"
    assert board.rows()[0] == before[0]
    assert {board.home()[n] for n in range(FIRST + 1, PHOTOS + 1)} == {None}
    redo(library, project_id=board.project)
    grouped(library, board.project)
    assert not library.rows("SELECT 1 FROM project_photos WHERE arrived = 1")
    assert {n: board.home()[n] for n in arrived} == {n: after[n] for n in arrived}


def test_a_photo_between_two_columns_waits(library: Library) -> None:
    board = Board(library)
    between = (VECTORS["measured"][0] + VECTORS["measured"][1]) / 2
    board.group("a", 2, "eom", 1.0)
    library.write(lambda t: put_embedding(t, FIRST + 1, "measured", between))
    board.arrive(1)
    assert board.home()[FIRST + 1] is None


def test_the_newest_move_wins_and_the_next_grouping_says_so_once(library: Library) -> None:
    board = Board(library)
    board.group("a", 2, "eom", 1.0)
    first = board.home()[1]
    for group_id in (None, first):  # photo 1 leaves its scene, and is back
        organise.move_photos(library, project_id=board.project, photo_ids=[1], group_id=group_id)
    report = grouped(library, board.project, 2.0)
    assert report.notes == (
        "1 photo was taken out of a column and put with its photos again later; the newer move counts.",
    )
    assert board.home()[1] == board.home()[5] == first
    assert grouped(library, board.project).notes == ()
    undo(library, project_id=board.project)
    undo(library, project_id=board.project)
    assert grouped(library, board.project).notes == report.notes


def test_from_scratch_gives_up_moves_and_names_but_no_lock(library: Library) -> None:
    board = Board(library)
    board.group("a", 2, "eom", 1.0)
    plain = board.columns()
    board.rename(0, "Ceremony")
    board.lock(1, True)
    (kept,) = locked(board)
    board.move([0], 3)
    board.new([2, 6])
    report = grouped(library, board.project, from_scratch=True)
    assert [column.photo_ids for column in board.columns()] == [column.photo_ids for column in plain]
    assert not labels(board)
    assert as_named(locked(board)) == as_named([kept])
    assert report.notes == ()
    assert not library.rows("SELECT 1 FROM apart")


def test_photos_moved_one_by_one_leave_one_rule_and_no_contradiction(library: Library) -> None:
    board = Board(library)
    board.group("a", 2, "eom", 1.0)
    first, second = (column.group for column in board.columns()[:2])
    assert first is not None and second is not None
    for photo_id in (1, 5, 9):
        organise.move_photos(library, project_id=board.project, photo_ids=[photo_id], group_id=second.id)
    assert [(p.one, p.other) for p in partings(library.read(), board.project)] == [
        (frozenset({1, 5, 9}), frozenset({13}))
    ]
    report = grouped(library, board.project, 3.0)
    assert report.notes == ()
    home = board.home()
    assert {home[n] for n in (1, 5, 9, 2, 6)} == {second.id}
    assert home[13] != second.id
