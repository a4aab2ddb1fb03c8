from __future__ import annotations

import numpy as np
import pytest

from pixsort_desktop.grouping import evidence
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters, group, reachability_tree
from pixsort_desktop.grouping.evidence import Matches, rounds_of_comparison, worth_comparing
from pixsort_desktop.grouping.neighbours import nearest
from pixsort_desktop.jobs.calibrations import calibration_of
from tests.grouping.test_neighbours import blobs

MEASURED = Calibration(distance=1.0, evidence=((6, 0.7), (12, 0.4)))


def matches(*rows: tuple[int, int, int]) -> Matches:
    one, other, counts = np.array(rows, dtype=np.intp).reshape(-1, 3).T
    return Matches(one, other, counts)


def line(*places: float) -> np.ndarray:
    return np.array([[place, 0.0] for place in places], np.float32)


def test_matches_join_what_looks_would_not_within_the_horizon() -> None:
    vectors = line(0, 1.3, 40, 41.3, 80, 84)
    assert group(vectors, None, None, MEASURED).labels.tolist() == [-1] * 6
    found = matches((0, 1, 30), (2, 3, 6), (4, 5, 400))
    assert group(vectors, None, None, MEASURED, matches=found).labels.tolist() == [0, 0, -1, -1, -1, -1]
    assert MEASURED.horizon == pytest.approx(1 / np.sqrt(0.4))


def test_few_matches_say_nothing_and_never_part() -> None:
    vectors = line(0, 0.9)
    for count in (0, 3, 5):
        assert group(vectors, None, None, MEASURED, matches=matches((0, 1, count))).labels.tolist() == [0, 0]


def test_without_measured_odds_matches_are_not_counted() -> None:
    vectors = blobs(200, 20, seed=2)
    found = matches(*[(row, row + 100, 90) for row in range(100)])
    without = group(vectors, None, None, None).labels
    assert np.array_equal(group(vectors, None, None, None, matches=found).labels, without)


def test_the_tree_is_exact_for_matches_and_times_together() -> None:
    vectors, generator = blobs(120, 20, seed=6), np.random.default_rng(6)
    times = generator.uniform(0, 12_000, 120)
    pairs = np.unique(np.sort(generator.integers(0, 120, (300, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    counts = generator.integers(0, 20, len(pairs))
    tree = reachability_tree(
        vectors, times, None, MEASURED, matches=Matches(pairs[:, 0], pairs[:, 1], counts)
    )
    full = ((vectors[:, None].astype(np.float64) - vectors[None]) ** 2).sum(axis=2)
    gap = np.abs(times[:, None] - times[None])
    full *= np.where(gap <= 60, 1 - 0.35 * np.exp(-gap / 20), 1)
    share = np.where(counts >= 12, 0.4, np.where(counts >= 6, 0.7, 1))
    full[pairs[:, 0], pairs[:, 1]] *= share
    full[pairs[:, 1], pairs[:, 0]] *= share
    full = np.sqrt(full)
    waiting, total, reach = set(range(1, 120)), 0.0, full[0].copy()
    while waiting:
        following = min(waiting, key=lambda row: reach[row])
        waiting.remove(following)
        total += reach[following]
        reach = np.minimum(reach, full[following])
    assert tree[:, 2].sum() == pytest.approx(total, rel=1e-5)


def ask(vectors: np.ndarray, answer: int) -> tuple[list[tuple[int, int]], Matches]:
    """All pairs asked for when every comparison finds `answer` matches."""
    neighbours = nearest(vectors, min(15, len(vectors) - 1))
    found, asked = Matches.none(), []
    for turn in range(rounds_of_comparison()):
        pairs = worth_comparing(neighbours, MEASURED, 1.0, found, turn)
        asked += [(one, other) for one, other in pairs.tolist()]
        found = found.joined_with(Matches(pairs[:, 0], pairs[:, 1], np.full(len(pairs), answer)))
    return asked, found


def test_only_pairs_that_could_join_are_compared_each_once() -> None:
    asked, _ = ask(line(0, 0.1, 1.2, 2.9, 90, 90.2), 0)
    assert sorted(asked) == [(0, 2), (1, 2)]  # 0-1 and 4-5 hang together; 3 and 90 are beyond the horizon
    vectors = blobs(300, 60, seed=1) * 0.2
    asked, _ = ask(vectors, 0)
    assert len(asked) == len(set(asked))
    assert all(one < other for one, other in asked)
    apart = [np.linalg.norm(vectors[one] - vectors[other]) for one, other in asked]
    assert max(apart) <= MEASURED.horizon
    assert len(asked) <= 300 * evidence.COMPARED


def test_what_hangs_together_firmly_is_spared() -> None:
    generator = np.random.default_rng(3)
    vectors = generator.normal(0, 0.45, (60, 4)).astype(np.float32)
    nothing, _ = ask(vectors, 0)
    everything, _ = ask(vectors, 50)
    assert 0 < len(everything) < 0.7 * len(nothing)


def test_times_can_count_none_some_or_strongly() -> None:
    vectors, times = line(0, 1.15, 40, 41.25, 80, 81.15), np.array([0.0, 2, 500, 530, 5000, 9000])
    labels = {
        time: group(vectors, times, GroupingParameters(time=time), Calibration(1.0)).labels.tolist()
        for time in ("none", "some", "strong")
    }
    assert labels == {
        "none": [-1] * 6,
        "some": [0, 0, -1, -1, -1, -1],
        "strong": [0, 0, 1, 1, -1, -1],
    }


def test_cameras_with_clocks_apart_still_group_together() -> None:
    """Two cameras at one scene after another, the second an hour late: looks join what no time could."""
    generator = np.random.default_rng(8)
    scenes = np.repeat(np.arange(6), 10)
    vectors = (np.eye(6)[scenes] * 9 + generator.normal(0, 0.12, (60, 6))).astype(np.float32)
    times = scenes * 600.0 + np.tile(np.arange(10), 6) * 5
    times[np.arange(60) % 2 == 1] += 3600
    for time in ("none", "some", "strong"):
        found = group(vectors, times, GroupingParameters(time=time), Calibration(1.0)).labels
        assert np.array_equal(found, scenes)


def test_the_built_in_embedding_knows_what_matches_mean() -> None:
    built_in = calibration_of("builtin-1")
    assert built_in is not None
    shares = built_in.shares(np.array([0, 5, 6, 8, 12, 400]))
    assert shares[0] == shares[1] == 1
    assert (np.diff(shares[1:5]) < 0).all()
    assert shares[4] == shares[5]
    assert shares[-1] > 0
