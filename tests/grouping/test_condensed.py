"""The groups of random trees beside those of hdbscan's own code, for every limit and rule."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hdbscan._hdbscan_linkage import label as single_linkage
from hdbscan._hdbscan_tree import compute_stability, condense_tree, get_clusters
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pixsort_desktop.grouping.condensed import condense, select

ENDLESS = 1e300  # its density vanishes in any sum
Floats = NDArray[np.float64]


def theirs(
    tree: Floats, least: int, selection: str, floor: float, ceiling: float
) -> tuple[NDArray[np.intp], Floats]:
    """By hdbscan itself. It has no ceiling: it is given each piece that shorter bridges hold. It takes no root for a
    group: beside the piece stands an island, endlessly far."""
    if ceiling == math.inf:
        return by_hdbscan(tree, least, selection, floor)
    total = len(tree) + 1
    short = tree[tree[:, 2] <= ceiling]
    ends = short[:, :2].astype(np.intp)
    piece = connected_components(coo_array((np.ones(len(short)), ends.T), (total, total)), directed=False)[1]
    labels, strengths = np.full(total, -1), np.zeros(total)
    for number in np.flatnonzero(np.bincount(piece) >= least):
        rows = np.flatnonzero(piece == number)
        inside = short[piece[ends[:, 0]] == number]
        inside[:, :2] = np.searchsorted(rows, inside[:, :2])
        island = [[n, n + 1, ceiling] for n in range(len(rows), len(rows) + least - 1)]
        whole = np.array([*inside.tolist(), *island, [0, len(rows), ENDLESS]])
        found, firmly = by_hdbscan(whole, least, selection, floor)
        grouped = found[: len(rows)] >= 0
        labels[rows] = np.where(grouped, found[: len(rows)] + labels.max() + 1, -1)
        strengths[rows] = np.where(grouped, firmly[: len(rows)], 0)
    return labels, strengths


def by_hdbscan(tree: Floats, least: int, selection: str, floor: float) -> tuple[NDArray[np.intp], Floats]:
    condensed = condense_tree(single_linkage(tree), least)
    labels, strengths, _ = get_clusters(
        condensed, compute_stability(condensed), selection, cluster_selection_epsilon=floor
    )
    return labels, strengths


def partition(labels: NDArray[np.intp]) -> list[int]:
    """The same numbers for the same groups: that of the first row."""
    return [int(np.flatnonzero(labels == label)[0]) if label >= 0 else -1 for label in labels]


@st.composite
def trees(draw: st.DrawFn) -> Floats:
    """Spanning trees of 5 to 120 rows, from chains to stars, with many ties or none."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, back = rng.integers(5, 121), rng.integers(1, 61)
    ends = [[rng.integers(max(0, row - back), row), row] for row in range(1, rows)]
    lengths = {
        "exact": 2.0 ** rng.integers(-2, 3, rows - 1),  # so are all sums of densities
        "rounded": 1.0 * rng.integers(1, 8, rows - 1),
        "alike": 1 + 0.2 * rng.random(rows - 1),
        "unlike": rng.lognormal(sigma=1.0, size=rows - 1),
    }[draw(st.sampled_from(["exact", "rounded", "alike", "unlike"]))]
    tree = np.column_stack([rng.permutation(rows)[np.array(ends)], lengths])
    return tree[np.argsort(lengths, kind="stable")]


@settings(max_examples=200, deadline=None)
@given(
    tree=trees(),
    least=st.integers(2, 5),
    selection=st.sampled_from(["eom", "leaf"]),
    floor_at=st.one_of(st.none(), st.floats(0, 1)),
    ceiling_at=st.one_of(st.none(), st.floats(0, 1)),
)
def test_the_groups_are_those_of_hdbscan(
    tree: Floats, least: int, selection: str, floor_at: float | None, ceiling_at: float | None
) -> None:
    ceiling = math.inf if ceiling_at is None else float(np.quantile(tree[:, 2], ceiling_at))
    floor = 0.0 if floor_at is None else float(np.quantile(tree[:, 2], floor_at))
    floor = min(floor, ceiling)
    expected, firmly = theirs(tree, least, selection, floor, ceiling)
    found, strengths = select(condense(tree, least), selection, floor, ceiling)
    assert partition(found) == partition(expected)
    assert strengths == pytest.approx(firmly)
