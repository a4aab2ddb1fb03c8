"""A shoot is cut where somebody paused, at any speed, and every photo of a known time is in one moment."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.metrics import adjusted_rand_score

from pixsort_desktop.grouping.moments import cut_moments, moment_tree

shoots = st.lists(st.floats(2.5, 1e6), min_size=0, max_size=120).map(
    lambda gaps: np.concatenate([[0.0], np.cumsum(gaps)])
)


def wedding(seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """3,000 frames of one day: times, and the scene of each; some seconds between frames, minutes between scenes."""
    rng = np.random.default_rng(seed)
    times, scenes, now = [], [], 0.0
    for scene in range(40):
        for _ in range(75):
            now += rng.lognormal(1.0, 0.8)
            times.append(now)
            scenes.append(scene)
        now += rng.uniform(300, 1500)
    return np.array(times), np.array(scenes)


def of_one(times: np.ndarray, granularity: float = 0.5) -> np.ndarray:
    """The moments of one camera."""
    return cut_moments(times, np.zeros(len(times), np.intp), granularity)


def test_a_wedding_is_cut_between_its_scenes() -> None:
    times, scenes = wedding()
    assert of_one(times).tolist() == scenes.tolist()


def test_coarser_moments_are_made_of_finer_ones() -> None:
    times, _ = wedding()
    before = np.zeros(len(times), np.intp)
    for granularity in (0.0, 0.25, 0.5, 0.75, 1.0):
        labels = of_one(times, granularity)
        for finer in range(labels.max() + 1):
            assert len(set(before[labels == finer].tolist())) == 1
        before = labels


@settings(deadline=None)
@given(shoots, st.sampled_from([0.5, 2.0, 4.0, 1024.0]))
def test_another_speed_gives_the_same_cuts(times: np.ndarray, speed: float) -> None:
    assert of_one(times * speed).tolist() == of_one(times).tolist()


@settings(deadline=None)
@given(shoots, st.integers(0, 10_000))
def test_every_known_photo_is_in_one_moment_and_time_keeps_its_order(times: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(times))
    mixed = np.where(rng.random(len(times)) < 0.2, np.nan, times[order])
    labels = of_one(mixed)
    assert ((labels == -1) == np.isnan(mixed)).all()
    by_time = labels[np.argsort(mixed, kind="stable")][: int(np.isfinite(mixed).sum())]
    assert sorted(set(by_time.tolist())) == list(range(len(set(by_time.tolist()))))
    assert (np.diff(by_time) >= 0).all()


@settings(deadline=None, max_examples=60)
@given(shoots, st.integers(0, 10_000))
def test_several_cameras_keep_that(times: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cameras = rng.integers(0, 3, len(times))
    shifted = np.where(rng.random(len(times)) < 0.1, np.nan, times + cameras * rng.normal(0, 1000))
    labels = cut_moments(shifted, cameras)
    assert ((labels == -1) == np.isnan(shifted)).all()
    numbers = sorted(set(labels[labels >= 0].tolist()))
    assert numbers == list(range(len(numbers)))
    busiest = np.bincount(cameras[np.isfinite(shifted)], minlength=3).argmax()
    own = labels[(cameras == busiest) & np.isfinite(shifted)]
    at = shifted[(cameras == busiest) & np.isfinite(shifted)]
    assert (np.diff(own[np.argsort(at, kind="stable")]) >= 0).all()


def test_two_cameras_at_one_wedding_share_its_moments() -> None:
    times, scenes = wedding()
    cameras = (np.arange(len(times)) % 3 == 0).astype(np.intp)
    assert cut_moments(times, cameras).tolist() == scenes.tolist()


def test_a_phone_that_took_three_photos_all_day_joins_nothing_together() -> None:
    times, scenes = wedding()
    middle = [float(times[scenes == scene].mean()) for scene in (3, 17, 30)]
    labels = cut_moments(np.append(times, middle), np.append(np.zeros(len(times), np.intp), [1, 1, 1]))
    assert labels[:-3].tolist() == scenes.tolist()
    assert labels[-3:].tolist() == [3, 17, 30]


def test_a_camera_whose_clock_is_a_day_off_has_moments_of_its_own() -> None:
    times, scenes = wedding()
    cameras = (np.arange(len(times)) % 3 == 0).astype(np.intp)
    labels = cut_moments(times + cameras * 86_400, cameras)
    assert labels.max() == 79
    for camera in (0, 1):
        assert (
            np.unique(labels[cameras == camera], return_inverse=True)[1].tolist()
            == scenes[cameras == camera].tolist()
        )


def test_bursts_do_not_make_every_breath_a_pause() -> None:
    """Ten frames a second for a second, every six seconds; then ten minutes of nothing."""
    burst = np.arange(10) * 0.1
    starts = np.concatenate([np.arange(12) * 6.0, 700 + np.arange(12) * 6.0])
    times = (starts[:, None] + burst).ravel()
    assert cut_moments(times, np.zeros(len(times), np.intp)).tolist() == [0] * 120 + [1] * 120


def test_stamps_of_a_program_are_no_times() -> None:
    times = np.append(np.full(60, 5.0), [100.0, 101.0, 102.0])
    assert cut_moments(times, np.zeros(63, np.intp)).tolist() == [-1] * 60 + [0, 0, 0]


@pytest.mark.parametrize("times", [[], [7.0], [np.nan], [1.0, 90_000.0], [3.0, 3.0, 3.0]])
def test_few_photos_are_one_moment(times: list[float]) -> None:
    labels = of_one(np.array(times))
    assert labels.tolist() == [-1 if np.isnan(t) else 0 for t in times]
    assert cut_moments(np.array(times), np.zeros(len(times), np.intp)).tolist() == labels.tolist()


def test_a_hundred_thousand_photos_take_no_time() -> None:
    times = np.cumsum(np.random.default_rng(1).lognormal(1, 2, 100_000))
    started = time.perf_counter()
    assert cut_moments(times, np.arange(100_000) % 4).max() > 100
    assert time.perf_counter() - started < 20


def test_a_second_photographer_with_a_clock_half_a_minute_off_shares_the_moments() -> None:
    """Two thirds as many frames, begun a little earlier or later than the first one's, and some scenes left out."""
    times, scenes = wedding()
    rng = np.random.default_rng(1)
    second = (rng.random(len(times)) < 0.6) & (scenes % 7 > 0)
    both = np.concatenate([times, times[second] + 30 + rng.uniform(-10, 10, 40)[scenes[second]]])
    cameras = np.repeat([0, 1], [len(times), int(second.sum())])
    labels = cut_moments(both, cameras)
    assert labels[: len(times)].tolist() == scenes.tolist()
    assert labels[len(times) :].tolist() == scenes[second].tolist()


def test_frames_in_the_others_pause_are_a_moment_and_join_nothing() -> None:
    first = np.concatenate([np.arange(0.0, 200.0, 5.0), np.arange(2000.0, 2200.0, 5.0)])
    second = np.arange(700.0, 850.0, 7.0)
    labels = cut_moments(np.concatenate([first, second]), np.repeat([0, 1], [len(first), len(second)]))
    assert labels.tolist() == [0] * 40 + [2] * 40 + [1] * len(second)


@settings(deadline=None, max_examples=60)
@given(shoots, st.integers(0, 10_000), st.sampled_from([0.0, 0.31, 0.5, 0.77, 1.0]))
def test_the_tree_is_every_cut_at_once(times: np.ndarray, seed: int, granularity: float) -> None:
    rng = np.random.default_rng(seed)
    cameras = rng.integers(0, 3, len(times))
    mixed = np.where(rng.random(len(times)) < 0.2, np.nan, times[rng.permutation(len(times))])
    tree, holds = moment_tree(mixed, cameras)
    assert (holds[1:] <= holds[:-1]).all()
    one, other = tree[holds > granularity + 1e-9, :2].astype(int).T
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(len(times), len(times)))
    labels = cut_moments(mixed, cameras, granularity)
    alone = np.where(labels < 0, len(labels) + np.arange(len(labels)), labels)
    assert adjusted_rand_score(alone, connected_components(graph, directed=False)[1]) == 1.0
