"""One number makes all columns coarser or finer, smoothly, and in the middle changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters, cut_tree, reachability_tree
from pixsort_desktop.grouping.granularity import MIDDLE, NAMES, checked_granularity, reach_factor
from tests.grouping.test_neighbours import blobs

STEPS = np.linspace(0, 1, 41)


def test_the_middle_is_exactly_the_measured_distance() -> None:
    assert reach_factor(MIDDLE) == 1.0
    assert GroupingParameters().granularity == MIDDLE


def test_it_changes_smoothly_and_always_the_same_way() -> None:
    factors = np.array([reach_factor(step) for step in STEPS])
    assert (np.diff(factors) < 0).all()
    assert (factors[:-1] / factors[1:] < 1.08).all()


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "fine", None, True])
def test_what_is_no_granularity_is_refused(value: object) -> None:
    with pytest.raises(PixsortError, match="0 to 1"):
        checked_granularity(value)


def test_names_stand_for_numbers() -> None:
    assert [checked_granularity(name) for name in NAMES] == [0.0, 0.5, 1.0]
    assert checked_granularity("0.25") == 0.25


def test_a_finer_cut_never_joins_what_a_coarser_one_kept_apart() -> None:
    """By the distance, all but the last; density in between may choose otherwise, so pairs are counted."""
    vectors = blobs(rows=150, places=20, seed=3)
    tree = reachability_tree(vectors)
    calibration = Calibration(float(np.median(tree[:, 2])) * 1.2)
    pairs = []
    for step in STEPS:
        labels = cut_tree(tree, GroupingParameters(granularity=float(step)), calibration).labels
        pairs.append(int(((labels[:, None] == labels[None]) & (labels[:, None] >= 0)).sum()))
    assert pairs[0] > pairs[20] > pairs[-1]


@pytest.mark.parametrize("measured", [True, False])
def test_both_ends_are_reached(measured: bool) -> None:
    vectors = blobs(rows=150, places=20, seed=3)
    tree = reachability_tree(vectors)
    calibration = Calibration(float(np.quantile(tree[:, 2], 0.9))) if measured else None

    def grouped(granularity: float) -> int:
        labels = cut_tree(tree, GroupingParameters(granularity=granularity), calibration).labels
        sizes = np.bincount(labels[labels >= 0]) if (labels >= 0).any() else np.zeros(1, dtype=np.intp)
        return int(sizes.max())

    assert grouped(0.0) >= grouped(0.5) >= grouped(1.0)
    assert grouped(0.0) > grouped(1.0)
