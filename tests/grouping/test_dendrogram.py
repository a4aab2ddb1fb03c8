"""Where some rows part next, and what is nearest to them."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from pixsort_desktop.grouping.dendrogram import (
    bridges_joining,
    nearest_home,
    nearest_homes,
    next_parts,
    path_between,
    sides_of,
)

# 0-1 and 2-3 are pairs that form a four; 4 hangs on loosely; 5-6 are far away.
TREE = np.array([(0, 1, 0.1), (2, 3, 0.2), (1, 2, 0.5), (3, 4, 0.7), (5, 6, 0.3), (4, 5, 2.0)])
TREE = TREE[np.argsort(TREE[:, 2])]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (range(7), [[0, 1, 2, 3, 4], [5, 6]]),
        (range(5), [[0, 1], [2, 3, 4]]),  # the single row goes to the part that it is nearest to
        ([0, 1, 4], [[0, 1], [4]]),  # no two parts of two rows: what hangs on loosest
        ([0, 2], [[0], [2]]),
        ([5, 0, 6, 1], [[0, 1], [5, 6]]),  # also where the rows between are missing
        ([3], [[3]]),
    ],
)
def test_rows_part_where_two_real_parts_come_of_it(rows: list[int], expected: list[list[int]]) -> None:
    assert next_parts(TREE, list(rows), least=2) == expected


def test_splitting_again_and_again_ends_with_single_rows() -> None:
    waiting, singles = [list(range(7))], 0
    while waiting:
        part = waiting.pop()
        found = next_parts(TREE, part, least=2)
        assert sorted(row for each in found for row in each) == sorted(part)
        if len(found) == 1:
            singles += 1
        else:
            waiting += found
    assert singles == 7


def test_the_nearest_home_is_the_one_that_is_met_first() -> None:
    homes = {0: 10, 1: 10, 2: 20, 3: 20, 5: 30, 6: 30}
    assert nearest_home(TREE, [4], homes) == 10  # met as one with 20, and both have two rows
    assert nearest_home(TREE, [4], {**homes, 1: 20}) == 20
    assert nearest_home(TREE, [0, 1], homes) == 20
    assert nearest_home(TREE, [5, 6], homes) == 10
    assert nearest_home(TREE, [4], {}) is None
    assert nearest_home(TREE, [0, 1], {0: 10, 1: 10}) is None


def random_tree(rng: np.random.Generator, rows: int) -> NDArray[np.float64]:
    """Of pieces that join at random, the shortest bridge first."""
    order = rng.permutation(rows)
    ends = [(order[n], order[rng.integers(0, n)], rng.random()) for n in range(1, rows)]
    tree = np.array(ends, dtype=np.float64).reshape(-1, 3)
    return tree[np.argsort(tree[:, 2], kind="stable")]


@pytest.mark.parametrize("seed", range(60))
def test_all_rows_at_once_meet_the_homes_that_each_meets_by_itself(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(1, 40))
    tree = random_tree(rng, rows)
    homes = {row: int(home) for row in range(rows) if (home := rng.integers(0, 5))}
    asking = [row for row in range(rows) if rng.random() < 0.7]
    alone = {
        row: nearest_home(tree, [row], {r: home for r, home in homes.items() if home != homes.get(row)})
        for row in asking
    }
    assert nearest_homes(tree, asking, homes) == {
        row: home for row, home in alone.items() if home is not None
    }


def test_ten_thousand_rows_ask_in_no_time() -> None:
    """One by one they took half an hour: each walks over the whole tree."""
    rng = np.random.default_rng(1)
    tree = random_tree(rng, 10_000)
    for homes in ({row: row % 3_000 for row in range(6_000)}, dict.fromkeys(range(9_999), 1)):
        began = time.process_time()
        assert nearest_homes(tree, range(10_000), homes)
        assert time.process_time() - began < 5


def test_the_bridges_between_rows_are_those_one_walks_over() -> None:
    assert path_between(TREE, 0, 0) == []
    for one, other in itertools.combinations(range(7), 2):
        path = path_between(TREE, one, other)
        assert (path[0][0], path[-1][1]) == (one, other)
        assert all(a[1] == b[0] for a, b in itertools.pairwise(path))
        walked = {frozenset(pair) for pair in path}
        assert walked == {frozenset(map(int, TREE[n, :2])) for n in bridges_joining(TREE, [one, other])}
    assert bridges_joining(TREE, range(7)) == list(range(6))
    assert bridges_joining(TREE, [3]) == []


@pytest.mark.parametrize("place", range(6))
def test_a_tree_without_a_bridge_has_two_sides(place: int) -> None:
    here, there = sides_of(TREE, place)
    assert int(TREE[place, 0]) in here
    assert int(TREE[place, 1]) in there
    assert sorted([*here, *there]) == list(range(7))
