"""The condensed tree as parts inside parts: every photo once, no part wider than the one around it."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.grouping.granularity import granularity_of_distances, reach_factor
from pixsort_desktop.grouping.icicle import Icicle, icicle

# 0-1 and 2-3 are pairs that form a four, 4 hangs on it; 5-6 are far away.
TREE = np.array([(0, 1, 0.1), (2, 3, 0.2), (5, 6, 0.3), (1, 2, 0.5), (3, 4, 0.7), (4, 5, 2.0)])
DEPTH = np.array([0.9, 0.8, 0.7, 0.5, 0.3, -0.5])


def parts(found: Icicle) -> list[tuple[list[int], float, float, int]]:
    return [
        (found.rows[a : a + n].tolist(), top, bottom, parent)
        for a, n, top, bottom, parent in zip(
            found.first, found.count, found.top, found.bottom, found.parent, strict=True
        )
    ]


def test_parts_stand_inside_parts_in_the_order_of_the_board() -> None:
    found = icicle(TREE, DEPTH, np.array([5, 6, 3, 4, 2, 0, 1], dtype=np.float64))
    assert parts(found) == [
        ([5, 6], 0.0, 0.7, -1),
        ([2, 3, 0, 1, 4], 0.0, 0.5, -1),
        ([2, 3], 0.5, 0.8, 1),
        ([0, 1], 0.5, 0.9, 1),
    ]
    assert found.leaves.tolist() == [0.7, 0.7, 0.8, 0.8, 0.9, 0.9, 0.3]


def test_what_is_in_no_part_comes_last_and_what_never_parts_is_one() -> None:
    apart = icicle(TREE, np.full(6, -1.0), np.arange(7.0)[::-1])
    assert (len(apart.first), apart.rows.tolist()) == (0, [6, 5, 4, 3, 2, 1, 0])
    one = icicle(TREE, np.full(6, 3.0), np.arange(7.0))
    assert parts(one) == [(list(range(7)), 0.0, 1.0, -1)]
    assert len(icicle(np.zeros((0, 3)), np.zeros(0), np.zeros(1)).rows) == 1


def test_steps_too_small_to_be_seen_are_one_step() -> None:
    pairs = [(2 * n, 2 * n + 1, 0.1) for n in range(4)]
    chain = [(1, 2, 0.500), (3, 4, 0.501), (5, 6, 0.502)]
    tree, depth = np.array(pairs + chain), np.array([0.9] * 4 + [0.5, 0.4995, 0.499])
    found = icicle(tree, depth, np.arange(8.0))
    assert found.parent.tolist() == [-1, 0, 0, 0, 0]
    assert found.bottom[0] == pytest.approx(0.499)


@st.composite
def trees(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    total = draw(st.integers(1, 60))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    ends = [(int(rng.integers(0, n)), n) for n in range(1, total)]
    depth = np.sort(np.round(rng.uniform(-0.5, 1.5, total - 1), draw(st.integers(1, 3))))[::-1]
    tree = np.array([(a, b, 1 - d) for (a, b), d in zip(ends, depth, strict=True)]).reshape(-1, 3)
    return tree, depth, rng.permutation(total).astype(np.float64), draw(st.integers(2, 4))


@settings(max_examples=300, deadline=None)
@given(trees())
def test_every_photo_counts_once_and_children_lie_inside(
    given_: tuple[np.ndarray, np.ndarray, np.ndarray, int],
) -> None:
    tree, depth, place, least = given_
    found = icicle(tree, depth, place, least)
    assert sorted(found.rows.tolist()) == list(range(len(tree) + 1))
    ends = found.first + found.count
    assert (found.count >= least).all()
    assert (found.top <= found.bottom).all()
    assert (found.bottom <= 1).all()
    for part, parent in enumerate(found.parent.tolist()):
        if parent < 0:
            assert found.top[part] == 0
            continue
        assert parent < part
        assert found.first[parent] <= found.first[part]
        assert ends[part] <= ends[parent]
        assert found.top[part] == found.bottom[parent]
    for parent in {*found.parent.tolist()}:
        kids = np.flatnonzero(found.parent == parent)
        assert (ends[kids][:-1] <= found.first[kids][1:]).all()  # beside each other, without overlap
        whole = len(found.rows) if parent < 0 else found.count[parent]
        assert found.count[kids].sum() <= whole


def test_the_scale_is_the_sliders() -> None:
    values = np.array([1.0, 0.8, 0.5, 0.3, 0.0])
    lengths = np.array([0.892 * reach_factor(value) for value in values])
    assert granularity_of_distances(lengths, 0.892) == pytest.approx(values)
    assert granularity_of_distances(np.array([9.0]), 0.892)[0] < 0
    by_rank = granularity_of_distances(np.linspace(0, 1, 100), None)
    assert (np.diff(by_rank) < 0).all()
    assert by_rank[0] > 1 > by_rank[10] > by_rank[90] > 0 > by_rank[99]


def test_thirty_thousand_photos_are_laid_out_while_one_looks() -> None:
    rng = np.random.default_rng(1)
    total = 30_000
    ends = np.column_stack([rng.integers(0, np.arange(1, total)), np.arange(1, total)])
    depth = np.sort(rng.uniform(-0.1, 1.1, total - 1))[::-1]
    started = time.perf_counter()
    found = icicle(np.column_stack([ends, 1 - depth]), depth, np.arange(float(total)))
    assert len(found.rows) == total
    assert time.perf_counter() - started < 5
