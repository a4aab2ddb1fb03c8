"""Bursts: what one press of the shutter made, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pixsort_desktop.library.records import Column, Photo
from pixsort_desktop.library.stacks import (
    ALL_OPEN,
    MOST_AT_ONCE,
    OpenStacks,
    Stack,
    StackFinder,
    cover_of,
    find_stacks,
)


def frames(*seconds: float | None, camera: str | None = "K1", exposure: float = 0.001) -> list[Photo]:
    return [
        Photo(
            n + 1,
            "",
            "ready",
            None,
            f"/p/{n:04}.jpg",
            taken_at="2024-05-01T10:00:00",
            taken_seconds=at,
            model=camera,
            exposure_s=exposure,
        )
        for n, at in enumerate(seconds)
    ]


def stacked(shoot: list[Photo], *columns: tuple[int, ...]) -> list[Stack]:
    known = {photo.id: photo for photo in shoot}
    where = [Column(None, ids) for ids in columns or (tuple(known),)]
    return list(find_stacks(where, known))


def test_frames_that_follow_each_other_closely_are_a_burst() -> None:
    assert stacked(frames(0.0, 0.1, 0.2, 30.0, 60.0, 60.9, 90.5)) == [(1, 2, 3), (5, 6)]


def test_a_column_that_stays_is_not_looked_at_again() -> None:
    looked: list[int] = []

    class Looked(dict[int, Photo]):
        def __getitem__(self, photo_id: int) -> Photo:
            looked.append(photo_id)
            return super().__getitem__(photo_id)

    shoot = frames(0.0, 0.1, 30.0, 30.1, 60.0, 60.1)
    finder = StackFinder(Looked({photo.id: photo for photo in shoot}))
    assert finder.find([Column(None, (1, 2)), Column(None, (3, 4, 5, 6))]) == ((1, 2), (3, 4), (5, 6))
    looked.clear()
    assert finder.find([Column(None, (3, 4)), Column(None, (1, 2)), Column(None, (5, 6))]) == (
        (3, 4),
        (1, 2),
        (5, 6),
    )
    assert looked == [3, 4, 5, 6]


def test_a_fast_burst_ends_at_a_pause_that_a_slow_one_bridges() -> None:
    fast = [n * 0.05 for n in range(10)]
    assert stacked(frames(*fast, *(at + 0.95 for at in fast))) == [tuple(range(1, 11)), tuple(range(11, 21))]
    slow = [n * 0.45 for n in range(5)]
    assert stacked(frames(*slow, *(slow[-1] + 0.9 + at for at in slow))) == [tuple(range(1, 11))]


def test_whole_seconds_tell_less_and_are_believed_to_a_second() -> None:
    assert stacked(frames(0, 0, 0, 1, 1, 2, 4, 6)) == [(1, 2, 3, 4, 5, 6)]


def test_long_exposures_follow_each_other_closely_too() -> None:
    assert stacked(frames(0.5, 4.6, 8.7, exposure=4.0)) == [(1, 2, 3)]
    assert stacked(frames(0.5, 4.6, 8.7, exposure=0.01)) == []


def test_what_the_camera_said_is_believed_before_the_clock() -> None:
    def told(*says: tuple[float, str | None, int | None]) -> list[Stack]:
        shoot = frames(*(at for at, _, _ in says))
        return stacked(
            [replace(p, burst_id=i, burst_frame=n) for p, (_, i, n) in zip(shoot, says, strict=True)]
        )

    ids = [(0.0, "A", None), (0.1, "A", None), (3.0, "A", None), (3.1, "B", None), (3.2, "B", None)]
    assert told(*ids) == [(1, 2, 3), (4, 5)]
    numbers = [(0.0, None, 1), (0.2, None, 2), (4.0, None, 3), (4.3, None, 1), (4.5, None, 2)]
    assert told(*numbers) == [(1, 2, 3), (4, 5)]
    assert told((0.0, "A", None), (60.0, "A", None)) == []
    assert told((0.0, None, 1), (0.2, None, 1), (0.4, None, 1)) == [(1, 2, 3)]  # says 1 of every frame


def test_two_bodies_of_one_model_are_two_cameras() -> None:
    shoot = [replace(p, serial=str(p.id % 2)) for p in frames(0.0, 0.1, 0.2, 0.3)]
    assert sorted(stacked(shoot)) == [(1, 3), (2, 4)]


def test_other_cameras_columns_and_times_are_no_burst() -> None:
    two = [*frames(0.0, 0.2), *(replace(p, id=p.id + 9, model="K2") for p in frames(0.1, 0.3))]
    assert sorted(stacked(two)) == [(1, 2), (10, 11)]
    assert stacked(frames(0.0, 0.1, 0.2, 0.3), (1, 3), (2, 4)) == [(1, 3), (2, 4)]
    assert stacked(frames(0.0, 0.1, 0.2), (1,), (2,), (3,)) == []
    assert stacked(frames(None, None, 0.1)) == []
    assert stacked(frames(0.0, 0.1, camera=None)) == []


def test_stamps_that_a_program_wrote_are_no_burst() -> None:
    assert len(stacked(frames(*[7] * MOST_AT_ONCE))) == 1
    assert stacked(frames(*[7] * 300)) == []
    assert stacked(frames(*[7] * 300, 8, 9)) == [(301, 302)]


def test_the_order_of_the_column_does_not_matter() -> None:
    assert stacked(frames(0.0, 0.1, 0.2, 9.5), (3, 4, 1, 2)) == [(1, 2, 3)]


times = st.lists(st.none() | st.floats(0, 30).map(lambda x: round(x, 2)), max_size=30)


@given(times, st.sampled_from([0.001, 0.5]))
def test_a_photo_is_in_one_stack_at_most_and_stacks_are_in_time(
    seconds: list[float | None], exposure: float
) -> None:
    shoot = frames(*seconds, exposure=exposure)
    known = {photo.id: photo for photo in shoot}
    found = stacked(shoot)
    ids = [i for stack in found for i in stack]
    assert len(ids) == len(set(ids))
    for stack in found:
        stamps = [known[i].taken_seconds or 0.0 for i in stack]
        assert len(stack) >= 2
        assert stamps == sorted(stamps)
        assert all(later - earlier <= 1.0 + exposure + 1e-9 for earlier, later in pairwise(stamps))


def test_the_cover_is_the_picked_one_else_the_best_else_the_first() -> None:
    shoot = {photo.id: photo for photo in frames(0.0, 0.1, 0.2)}
    assert cover_of((1, 2, 3), shoot) == 1
    shoot[3] = replace(shoot[3], rating=2)
    assert cover_of((1, 2, 3), shoot) == 3
    shoot[2] = replace(shoot[2], flag="pick")
    assert cover_of((1, 2, 3), shoot) == 2
    shoot = {i: replace(photo, flag="reject" if i == 1 else None, rating=0) for i, photo in shoot.items()}
    assert cover_of((1, 2, 3), shoot) == 2


def test_stacks_are_closed_one_by_one_and_all_together() -> None:
    stacks = [(1, 2), (5, 6, 7)]
    one = ALL_OPEN.toggled((1, 2))
    assert [one.is_closed(stack) for stack in stacks] == [True, False]
    every = one.all_toggled(stacks)
    assert [every.is_closed(stack) for stack in stacks] == [True, True]
    assert [every.toggled((5, 6, 7)).is_closed(stack) for stack in stacks] == [True, False]
    assert every.all_toggled(stacks) == ALL_OPEN
    assert OpenStacks.from_json(json.loads(json.dumps(one.to_json()))) == one
    assert OpenStacks.from_json({"closed": "no", "exceptions": [1, "x", True]}) == OpenStacks(
        False, frozenset({1})
    )
    assert OpenStacks.from_json(None) == ALL_OPEN
