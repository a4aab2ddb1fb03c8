"""Frames that stand side by side, and who takes whose place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pixsort_desktop.views.compare.contest import FEWEST, MOST, Contest

GROUP = [10, 11, 12, 13, 14]


def test_the_chosen_come_first_then_those_that_follow_in_the_group() -> None:
    contest = Contest([12], GROUP, 2)
    assert contest.frames == [12, 13]
    assert contest.waiting() == [14, 10, 11]
    assert Contest([14, 10], GROUP, 3).frames == [14, 10, 11]


def test_who_leaves_is_followed_by_the_next_and_does_not_come_back() -> None:
    contest = Contest([10], GROUP, 2)
    contest.leave(11)
    assert contest.frames == [10, 12]
    contest.leave(10)
    assert contest.frames == [13, 12]
    assert contest.waiting() == [14]
    for photo_id in (13, 12, 14):
        contest.leave(photo_id)
    assert contest.frames == []
    assert contest.active_id is None


def test_the_promoted_one_is_the_one_to_beat() -> None:
    contest = Contest([10], GROUP, 2)
    contest.step(1)
    contest.promote()
    assert contest.frames == [11, 12]
    assert contest.active_id == 12
    contest.step(1)
    contest.promote()  # 11 has won again
    assert contest.frames == [11, 13]


def test_the_other_frame_is_exchanged_along_the_group() -> None:
    contest = Contest([10], GROUP, 2)
    contest.step(1)
    contest.exchange(1)
    assert contest.frames == [10, 12]
    contest.exchange(-1)
    assert contest.frames == [10, 11]
    contest.exchange(-1)
    assert contest.frames == [10, 14]


def test_an_undone_judgement_brings_the_photo_back() -> None:
    contest = Contest([10], [10, 11], 2)
    contest.leave(11)
    assert contest.frames == [10]
    contest.bring_back(11)
    assert contest.frames == [10, 11]


def test_places_come_and_go() -> None:
    contest = Contest([10], GROUP, 4)
    contest.active = 3
    contest.resize(2)
    assert contest.frames == [10, 13]
    assert contest.active_id == 13
    contest.resize(9)
    assert contest.frames == [10, 13, 11, 12, 14]


def test_what_is_gone_leaves_its_place() -> None:
    contest = Contest([10], GROUP, 2)
    contest.keep_only({11, 13})
    assert contest.frames == [13, 11]


def do(contest: Contest, deed: str, number: int, group: list[int]) -> None:
    {
        "leave": lambda: contest.leave(number),
        "back": lambda: contest.bring_back(number),
        "promote": contest.promote,
        "exchange": lambda: contest.exchange(number),
        "activate": lambda: contest.activate(number),
        "step": lambda: contest.step(number),
        "resize": lambda: contest.resize(number),
        "only": lambda: contest.keep_only(set(group) - {number}),
    }[deed]()


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["leave", "back", "promote", "exchange", "activate", "step", "resize", "only"]),
        st.integers(-3, 14),
    ),
    max_size=40,
)


@given(st.integers(1, 12), st.integers(0, 11), st.integers(0, 12), DEEDS)
def test_no_photo_ever_stands_twice_and_the_active_place_exists(
    count: int, first: int, size: int, deeds: list[tuple[str, int]]
) -> None:
    group = list(range(count))
    contest = Contest([first % count], group, size)
    for deed, number in deeds:
        do(contest, deed, number, group)
        assert len(set(contest.frames)) == len(contest.frames)
        assert not set(contest.frames) & set(contest.waiting())
        assert FEWEST <= contest.size <= MOST
        assert len(contest.frames) <= contest.size
        assert set(contest.frames) <= set(group)
        assert (contest.active_id is None) == (not contest.frames)
        if not contest.frames:
            assert contest.active == 0
