"""Places on the map: what is alike stands together, nobody hides another, and nothing depends on chance."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.grouping.map import lattice, placed_among, principal_places, settled


def clusters(count: int, each: int, seed: int = 1, size: int = 32) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(count, 1, size)) * 4
    return (centres + rng.normal(size=(count, each, size))).reshape(-1, size).astype(np.float32)


def test_principal_places_are_those_of_the_singular_value_decomposition() -> None:
    vectors = clusters(5, 40)
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ directions[:2].T
    found = principal_places(vectors)
    assert np.abs(found) == pytest.approx(np.abs(expected), abs=1e-3)


def test_signs_do_not_depend_on_the_order_of_the_photos() -> None:
    vectors = clusters(4, 30)
    order = np.random.default_rng(2).permutation(len(vectors))
    assert principal_places(vectors[order]) == pytest.approx(principal_places(vectors)[order], abs=1e-3)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_photos_and_equal_ones_have_places(count: int) -> None:
    vectors = np.ones((count, 8), np.float32)
    assert principal_places(vectors) == pytest.approx(np.zeros((count, 2)))
    cells = lattice(principal_places(vectors))
    assert len({*map(tuple, cells.tolist())}) == count


def test_fewer_numbers_than_dimensions_lie_on_a_line() -> None:
    places = principal_places(np.array([[0], [1], [3]], np.float32))
    assert places[:, 1].tolist() == [0, 0, 0]
    assert np.diff(places[:, 0]) == pytest.approx([1, 2])


def test_equal_photos_fill_a_disc() -> None:
    cells = lattice(np.zeros((500, 2))).astype(float)
    away = np.hypot(*(cells - cells.mean(axis=0)).T)
    assert len({*map(tuple, cells.tolist())}) == 500
    assert away.max() < 1.15 * np.sqrt(500 / np.pi)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.sampled_from([0.01, 1.0, 1e6]))
def test_no_two_photos_share_a_cell_and_nobody_is_moved_far(seed: int, count: int, scale: float) -> None:
    places = np.random.default_rng(seed).normal(size=(count, 2)) * scale
    cells = lattice(places)
    assert len({*map(tuple, cells.tolist())}) == count
    extent = float(np.ptp(places, axis=0).max())
    side = max(1, int(np.ceil(8 * np.sqrt(count))))
    wanted = (places - places.min(axis=0)) * (side / extent if extent else 0)
    assert np.abs(cells - wanted).max() < 1 + np.sqrt(count)
    assert np.median(np.abs(cells - wanted)) <= 0.5


def test_later_photos_stand_by_those_that_they_are_like_and_move_nobody() -> None:
    vectors = clusters(6, 50)
    known = np.arange(len(vectors)) % 10 != 0
    cells = lattice(principal_places(vectors[known]))
    later = settled(placed_among(vectors[known], cells, vectors[~known]), {(x, y) for x, y in cells.tolist()})
    everyone = [*map(tuple, cells.tolist()), *map(tuple, later.tolist())]
    assert len(set(everyone)) == len(vectors)
    scene = np.arange(len(vectors)) // 50
    for own, cell in zip(scene[~known], later, strict=True):
        near = np.argsort(np.hypot(*(cells - cell).T))[:5]
        assert np.bincount(scene[known][near], minlength=6)[own] >= 3


def test_thirty_thousand_equal_photos_take_seconds_not_minutes() -> None:
    started = time.perf_counter()
    assert len({*map(tuple, lattice(np.zeros((30_000, 2))).tolist())}) == 30_000
    assert time.perf_counter() - started < 10
