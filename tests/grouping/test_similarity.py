"""Ranking by one matrix product, and taking off what is not wanted."""

from __future__ import annotations

import numpy as np
import pytest

from pixsort_desktop.grouping import similarity


def unit(rows: object) -> np.ndarray:
    vectors = np.asarray(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_best_come_first_and_equal_ones_as_they_stood() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.9, 0.5], np.float32)
    assert similarity.best_first(scores).tolist() == [1, 3, 2, 4, 0]
    for count in range(7):
        assert similarity.best_first(scores, count).tolist() == [1, 3, 2, 4, 0][:count]
    assert similarity.best_first(np.empty(0, np.float32), 3).tolist() == []


def test_cosines_do_not_ask_for_the_length_of_the_query() -> None:
    vectors = unit([[1, 0], [1, 1], [0, 1]])
    found = similarity.cosines(vectors, np.array([5, 0], np.float32))
    assert found == pytest.approx([1, 2**-0.5, 0], abs=1e-6)


def test_nearness_is_one_for_the_same_and_a_half_at_a_distance_of_one() -> None:
    vectors = np.array([[3, 4], [3, 5], [6, 4]], np.float32)
    found = similarity.nearness(vectors, vectors[0])
    assert found == pytest.approx([1, 0.5, 0.25], abs=1e-3)


def test_what_is_not_wanted_costs_only_the_photos_that_show_it() -> None:
    """Four photos of a bride, two of them in a crowd: without the crowd, those two come last."""
    rng = np.random.default_rng(3)
    bride, crowd, other = rng.normal(size=(3, 64))
    photos = unit([bride + other * n / 9 + crowd * (n in (0, 2)) for n in range(6)])
    queries = unit([bride, crowd])
    wanted, unwanted = similarity.cosines(photos, queries[0]), similarity.cosines(photos, queries[1])
    scores = similarity.without(wanted, unwanted[None])
    assert set(similarity.best_first(scores)[-2:].tolist()) == {0, 2}
    below = unwanted <= np.median(unwanted)
    assert np.array_equal(scores[below], wanted[below])
    assert similarity.without(wanted, np.empty((0, 0), np.float32)) is wanted
