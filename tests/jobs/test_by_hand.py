"""What the user did stays: over random moves, names, locks, groupings, arrivals and other embeddings."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Collection, Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pixsort_desktop.commands import organise, projects
from pixsort_desktop.commands.undo import redo, undo
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.calibrations import calibrations
from pixsort_desktop.jobs.group_photos import GroupReport, group_photos
from pixsort_desktop.jobs.join_new import join_new
from pixsort_desktop.library import groups
from pixsort_desktop.library.constraints import partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.photos import add_to_project, put_photo
from pixsort_desktop.library.records import Column
from pixsort_desktop.library.transaction import Transaction

PHOTOS, FIRST, SCENES = 24, 15, 4  # photos there are, and how many of them the project begins with
MODELS = ("measured", "another")
Pair = frozenset[int]


def scenes(seed: int, spread: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Four scenes of six photos, in an order of their own for each model."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(SCENES, 12)) * spread
    order = rng.permutation(PHOTOS) if seed else np.arange(PHOTOS)
    return (middles[order % SCENES] + rng.normal(size=(PHOTOS, 12)) * 0.08).astype(np.float32)


VECTORS = {"measured": scenes(0, 0.35), "another": scenes(7, 1.0)}


class Board:
    """A project on a real library, and what a user who remembers every move knows of it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.project = projects.create_project(library, name="Shoot").id
        self.waiting = list(range(FIRST + 1, PHOTOS + 1))
        self.must: set[Pair] = set()
        self.cannot: set[Pair] = set()
        self.carriers: dict[int, set[int]] = {}  # column -> who stood in it when it was named
        library.write(self._fill)

    def _fill(self, transaction: Transaction) -> None:
        for n in range(PHOTOS):
            facts = {"sha256": f"{n:064x}", "status": "ready", "error": None, "taken_seconds": n * 3600.0}
            photo_id = put_photo(transaction, f"/photos/{n:02}.jpg", 1, 1, facts)
            for model, vectors in VECTORS.items():
                put_embedding(transaction, photo_id, model, vectors[n])
            if n < FIRST:
                add_to_project(transaction, self.project, photo_id)

    def columns(self) -> list[Column]:
        return groups.board(self.library, self.project)

    def home(self) -> dict[int, int | None]:
        return {i: c.group.id if c.group else None for c in self.columns() for i in c.photo_ids}

    def rows(self) -> list[Any]:
        return [
            [tuple(row) for row in self.library.rows(f"SELECT * FROM {table} ORDER BY 1, 2")]
            for table in ("groups", "project_photos", "apart")
        ]

    def pick(self, n: int) -> int | None:
        """The n-th column; None is Ungrouped."""
        ids = [column.group.id if column.group else None for column in self.columns()]
        return ids[n % len(ids)]

    def column(self, n: int) -> int:
        ids = [column.group.id for column in self.columns() if column.group]
        if not ids:
            raise PixsortError("no column")
        return ids[n % len(ids)]

    def present(self, numbers: Collection[int]) -> list[int]:
        here = sorted(self.home())
        return list(dict.fromkeys(here[n % len(here)] for n in numbers))

    # -- what each move says ---------------------------------------------------------------------------

    def says_moved(self, moved: Collection[int], into: Collection[int] | None) -> None:
        """Call before the move; `into` are those who stand where they are put, None for Ungrouped."""
        home, moved = self.home(), set(moved)
        left = {i for i in moved if into is None or home[i] is None or i not in into}
        for one, other in product(left, home):
            if other not in moved and home[other] == home[one] is not None and other not in (into or ()):
                self.cannot.add(frozenset((one, other)))
        self.must = {pair for pair in self.must if not pair & left}
        for carriers in self.carriers.values():
            carriers -= moved
        if into is not None:
            together = {frozenset(pair) for pair in combinations(moved | {*into}, 2)}
            self.must |= together
            self.cannot -= together

    # -- what can be done ------------------------------------------------------------------------------

    def move(self, numbers: list[int], n: int) -> None:
        ids, group_id = self.present(numbers), self.pick(n)
        standing = [i for i, home in self.home().items() if home == group_id]
        self.says_moved(ids, None if group_id is None else standing)
        organise.move_photos(self.library, project_id=self.project, photo_ids=ids, group_id=group_id)

    def new(self, numbers: list[int]) -> None:
        ids = self.present(numbers)
        self.says_moved(ids, [])
        organise.move_to_new_group(self.library, project_id=self.project, photo_ids=ids)

    def split(self, n: int, count: int) -> None:
        group_id = self.column(n)
        ids = [i for i, home in self.home().items() if home == group_id][:count]
        if not ids:
            raise PixsortError("nobody there")
        self.says_moved(ids, [])
        organise.move_to_new_group(self.library, project_id=self.project, photo_ids=ids)

    def merge(self, n: int, m: int) -> None:
        into, other = self.column(n), self.column(m)
        if into == other:
            raise PixsortError("the same")
        home = self.home()
        self.says_moved([i for i in home if home[i] == other], [i for i in home if home[i] == into])
        self.carriers.pop(other, None)
        organise.merge_groups(self.library, group_ids=[into, other])

    def delete(self, n: int) -> None:
        group_id = self.column(n)
        self.says_moved([i for i, home in self.home().items() if home == group_id], None)
        self.carriers.pop(group_id, None)
        organise.delete_groups(self.library, group_ids=[group_id])

    def rename(self, n: int, label: str) -> None:
        group_id = self.column(n)
        if any(
            column.group and (column.group.id, column.group.label) == (group_id, label)
            for column in self.columns()
        ):
            raise PixsortError("it has that name")
        organise.rename_group(self.library, group_id=group_id, label=label)
        here = {i for i, home in self.home().items() if home == group_id}
        for carriers in self.carriers.values():
            carriers -= here
        self.carriers[group_id] = here

    def lock(self, n: int, on: bool) -> None:
        organise.lock_groups(self.library, group_ids=[self.column(n)], locked=on)

    def group(self, model: str, size: int, selection: str, reach: float) -> None:
        parameters = GroupingParameters(min_group_size=size, selection=selection, reach=reach)
        with patch.dict(calibrations(), {"measured": Calibration(distance=1.0)}):
            group_photos(
                self.library,
                project_id=self.project,
                parameters=parameters,
                embedding_id=MODELS[model == "b"],
            )

    def arrive(self, count: int) -> None:
        ids, self.waiting = self.waiting[:count], self.waiting[count:]
        self.library.write(lambda t: [add_to_project(t, self.project, i) for i in ids] and None)
        with patch.dict(calibrations(), {"measured": Calibration(distance=1.0)}):
            join_new(self.library, project_id=self.project, photo_ids=ids)


some = st.lists(st.integers(0, 30), min_size=1, max_size=4, unique=True)
number = st.integers(0, 8)
grouping = st.tuples(
    st.just("group"),
    st.sampled_from("ab"),
    st.integers(2, 3),
    st.sampled_from(["eom", "leaf"]),
    st.sampled_from([0.3, 1.0, 2.0]),
)
actions = st.lists(
    st.one_of(
        st.tuples(st.just("move"), some, number),
        st.tuples(st.just("move"), some, number),
        st.tuples(st.just("new"), some),
        st.tuples(st.just("split"), number, st.integers(1, 5)),
        st.tuples(st.just("split"), number, st.integers(1, 5)),
        st.tuples(st.just("merge"), number, number),
        st.tuples(st.just("delete"), number),
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actions)
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
            try:
                act(*arguments)
            except PixsortError:
                assert board.rows() == before
                continue
            check(board, regrouped=kind == "group")
            if kind in ("group", "arrive"):
                assert as_named(locked(board)) == kept
                assert names <= labels(board)
            if kind != "arrive" and (after := board.rows()) != before:
                undo(library, project_id=board.project)
                assert board.rows() == before
                redo(library, project_id=board.project)
                assert board.rows() == after


def labels(board: Board) -> set[str]:
    """The names that the user gave."""
    return {c.group.label for c in board.columns() if c.group and groups.is_given(c.group)}


@contextlib.contextmanager
def measured() -> Iterator[None]:
    with patch.dict(calibrations(), {"measured": Calibration(distance=1.0)}):
        yield


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
