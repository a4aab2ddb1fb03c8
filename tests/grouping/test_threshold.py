"""Where a prompt begins: between two heaps of scores, else at what stands out from one."""

from __future__ import annotations

import numpy as np
import pytest

from pixsort_desktop.grouping.threshold import starting_threshold


def scores(*heaps: tuple[float, float, int], seed: int = 0) -> np.ndarray:
    """Each heap as (middle, deviation, number)."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(*heap) for heap in heaps]).astype(np.float32)


@pytest.mark.parametrize("matching", [40, 300, 1000])
@pytest.mark.parametrize("seed", range(4))
def test_two_heaps_are_cut_between_them(matching: int, seed: int) -> None:
    found = scores((0.18, 0.015, 2000), (0.28, 0.015, matching), seed=seed)
    threshold = starting_threshold(found)
    assert 0.21 < threshold < 0.26
    assert abs((found >= threshold).sum() - matching) <= 0.06 * matching


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("photos", [300, 3000])
def test_of_one_heap_what_stands_out_is_shown(photos: int, seed: int) -> None:
    found = scores((0.2, 0.02, photos), seed=seed)
    assert 0.002 * photos <= (found >= starting_threshold(found)).sum() <= 0.05 * photos


def test_offset_and_spread_of_a_model_do_not_matter() -> None:
    found = scores((0.18, 0.015, 2000), (0.28, 0.015, 60))
    shown = found >= starting_threshold(found)
    moved = found * 3 - 1
    assert np.array_equal(moved >= starting_threshold(moved), shown)


@pytest.mark.parametrize("found", [[0.3], [0.3, 0.3], [0.1, 0.2, 0.3], [0.2] * 50, [0.1] * 4 + [0.9]])
def test_some_photo_is_always_shown(found: list[float]) -> None:
    array = np.array(found, np.float32)
    assert (array >= np.float32(starting_threshold(array))).sum() >= 1


def test_most_photos_do_not_match_to_begin_with() -> None:
    found = 0.3 - np.random.default_rng(0).gamma(2, 0.02, 3000).astype(np.float32)  # a long tail below
    assert 30 <= (found >= starting_threshold(found)).sum() <= 2000
    with pytest.raises(ValueError, match="no scores"):
        starting_threshold(np.empty(0, np.float32))
