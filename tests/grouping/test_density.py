from __future__ import annotations

from pathlib import Path
from typing import Any

import hdbscan
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters, cut_tree, group, reachability_tree
from pixsort_desktop.jobs.calibrations import calibration_of
from tests.grouping.test_neighbours import blobs

BUILT_IN = Calibration(distance=1.0)


def same_groups(one: NDArray[np.intp], other: NDArray[np.intp]) -> bool:
    return bool(((one < 0) == (other < 0)).all() and adjusted_rand_score(one, other) == 1.0)


@pytest.mark.parametrize("size", [2, 3, 8])
@pytest.mark.parametrize("selection", ["eom", "leaf"])
@pytest.mark.parametrize("places", [4, 60])
def test_without_calibration_it_is_hdbscan(size: int, selection: str, places: int) -> None:
    vectors = blobs(500, places, seed=size)
    ours = group(vectors, None, GroupingParameters(min_group_size=size, selection=selection))
    theirs = hdbscan.HDBSCAN(
        min_cluster_size=size, min_samples=1, cluster_selection_method=selection, approx_min_span_tree=False
    ).fit(vectors.astype(np.float64))
    assert same_groups(ours.labels, theirs.labels_)
    assert np.allclose(ours.strengths, theirs.probabilities_, atol=1e-3)


@pytest.mark.parametrize("min_samples", [2, 5])
def test_with_more_samples_it_finds_the_groups_hdbscan_finds(min_samples: int) -> None:
    vectors = blobs(400, 8, seed=3)
    ours = group(vectors, None, GroupingParameters(min_group_size=10, min_samples=min_samples))
    theirs = hdbscan.HDBSCAN(min_cluster_size=10, min_samples=min_samples).fit_predict(
        vectors.astype(np.float64)
    )
    assert adjusted_rand_score(theirs, ours.labels) > 0.99


@pytest.mark.parametrize("calibration", [None, BUILT_IN])
@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 30])
def test_few_or_equal_rows(rows: int, calibration: Calibration | None) -> None:
    same = group(np.ones((rows, 8), np.float32), np.full(rows, np.nan), None, calibration)
    assert same.labels.tolist() == ([0] * rows if rows >= 2 else [-1] * rows)
    apart = group(np.eye(30, dtype=np.float32)[:rows] * 50, None, None, BUILT_IN)
    assert apart.labels.tolist() == [-1] * rows
    assert apart.strengths.tolist() == [0.0] * rows


def test_nothing_is_joined_beyond_the_measured_distance() -> None:
    """Two far singles that are each other's nearest stay alone, a chain of near frames holds."""
    chain = [[0.8 * i, 0.0] for i in range(5)]
    vectors = np.array([*chain, [50, 0], [52, 0], [0, 90]], np.float32)
    assert group(vectors, None, None, BUILT_IN).labels.tolist() == [0] * 5 + [-1] * 3
    wider = group(vectors, None, GroupingParameters(reach=2.5), BUILT_IN)
    assert wider.labels.tolist() == [0] * 5 + [1, 1, -1]


def test_one_group_alone_is_found_and_keeps_strangers_out() -> None:
    vectors = np.array([[0, 0], [0.5, 0], [0.9, 0.1], [30, 0]], np.float32)
    assert group(vectors, None, None, BUILT_IN).labels.tolist() == [0, 0, 0, -1]
    assert group(vectors[:3], None, None, BUILT_IN).labels.tolist() == [0, 0, 0]


def test_small_groups_stay_ungrouped_when_more_is_asked() -> None:
    vectors = np.array([[0, 0], [0.5, 0], [9, 0], [9.5, 0], [9.9, 0]], np.float32)
    found = group(vectors, None, GroupingParameters(min_group_size=3), BUILT_IN)
    assert found.labels.tolist() == [-1, -1, 0, 0, 0]


def test_parts_far_tighter_than_their_bridge_are_split_unless_kept() -> None:
    generator = np.random.default_rng(0)
    tight = np.concatenate([generator.normal(x, 0.01, (12, 2)) for x in (0, 0.6)]).astype(np.float32)
    assert group(tight, None, GroupingParameters(keep=0.95), BUILT_IN).labels.max() == 0
    assert group(tight, None, GroupingParameters(keep=0.5), BUILT_IN).labels.max() >= 1


@pytest.mark.parametrize("calibration", [None, Calibration(distance=1.6)])
def test_the_order_of_rows_does_not_matter(calibration: Calibration | None) -> None:
    vectors, generator = blobs(300, 40, seed=9), np.random.default_rng(9)
    times = np.where(generator.random(300) < 0.5, generator.uniform(0, 4000, 300), np.nan)
    once = group(vectors, times, None, calibration)
    order = generator.permutation(300)
    again = group(vectors[order], times[order], None, calibration)
    assert same_groups(once.labels[order], again.labels)
    assert np.allclose(once.strengths[order], again.strengths, atol=1e-4)
    assert np.array_equal(group(vectors, times, None, calibration).labels, once.labels)


def test_labels_count_up_by_first_row() -> None:
    vectors = np.array([[90, 0], [9, 0], [0, 0], [9.5, 0], [0.5, 0]], np.float32)
    assert group(vectors, None, None, BUILT_IN).labels.tolist() == [-1, 0, 1, 0, 1]


def test_frames_seconds_apart_are_closer() -> None:
    vectors = np.array([[0, 0], [1.15, 0], [40, 0], [41.15, 0], [80, 0], [85, 0]], np.float32)
    times = np.array([100.0, 102, 100, 4000, 100, 101])
    assert group(vectors, None, None, BUILT_IN).labels.tolist() == [-1] * 6
    assert group(vectors, times, None, BUILT_IN).labels.tolist() == [0, 0, -1, -1, -1, -1]


def test_one_stamp_on_all_files_says_nothing() -> None:
    vectors = np.arange(14, dtype=np.float32)[:, None] * np.array([[1.15, 0]], np.float32)
    assert (group(vectors, np.full(14, 7.0), None, BUILT_IN).labels == -1).all()


def test_times_give_the_exact_tree() -> None:
    vectors, generator = blobs(200, 30, seed=4), np.random.default_rng(4)
    times = generator.uniform(0, 20_000, 200)
    tree = reachability_tree(vectors, times)
    full = np.linalg.norm(vectors[:, None].astype(np.float64) - vectors[None], axis=2)
    gap = np.abs(times[:, None] - times[None])
    full *= np.where(gap <= 60, np.sqrt(1 - 0.35 * np.exp(-gap / 20)), 1)
    waiting, total, reach = set(range(1, 200)), 0.0, full[0].copy()
    while waiting:
        following = min(waiting, key=lambda row: reach[row])
        waiting.remove(following)
        total += reach[following]
        reach = np.minimum(reach, full[following])
    assert tree[:, 2].sum() == pytest.approx(total, rel=1e-5)


def test_a_tree_can_be_cut_again() -> None:
    vectors = blobs(200, 20, seed=5)
    tree, before = reachability_tree(vectors), reachability_tree(vectors)
    counts = [
        cut_tree(tree, GroupingParameters(reach=reach), BUILT_IN).labels.max() for reach in (0.3, 1.7, 9)
    ]
    assert counts[0] < counts[1] > counts[2]
    assert np.array_equal(tree, before)


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_group_size": 1},
        {"min_group_size": 2.5},
        {"min_samples": 0},
        {"min_samples": True},
        {"selection": "best"},
        {"reach": 0},
        {"reach": float("nan")},
        {"reach": "1"},
        {"keep": 1.5},
        {"time": "often"},
        {"time": None},
    ],
)
def test_senseless_parameters_are_refused_in_one_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(PixsortError, match=r"^[A-Z].*\.$"):
        GroupingParameters(**wrong)


def test_parameters_survive_a_round_trip_and_other_versions() -> None:
    parameters = GroupingParameters(
        min_group_size=4, min_samples=2, selection="leaf", reach=1.3, keep=0.5, time="strong"
    )
    assert GroupingParameters.from_dict(parameters.to_dict()) == parameters
    assert GroupingParameters.from_dict({"min_group_size": 3, "new": 1}) == GroupingParameters(
        min_group_size=3
    )


def test_damaged_vectors_are_refused() -> None:
    broken = np.zeros((4, 3), np.float32)
    broken[2, 1] = np.nan
    with pytest.raises(PixsortError, match="damaged"):
        group(broken)
    with pytest.raises(PixsortError, match="damaged"):
        group(np.zeros(4, np.float32))
    with pytest.raises(PixsortError, match="times"):
        group(np.zeros((4, 3), np.float32), np.zeros(3))


def test_only_measured_embeddings_have_a_distance() -> None:
    assert calibration_of("builtin-1") is not None
    assert calibration_of("some-model") is None


def test_the_room_touches_no_file() -> None:
    room = Path(__file__).resolve().parents[2] / "pixsort_desktop" / "grouping"
    for module in room.glob("*.py"):
        assert "open(" not in module.read_text(encoding="utf-8")
