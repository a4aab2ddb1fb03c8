"""Grouping again around what the user did by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pixsort_desktop.jobs.arrange import Arrangement, Membership, arrange
from pixsort_desktop.library.records import Group


def auto(photo_id: int, group_id: int | None = None) -> Membership:
    return Membership(photo_id, group_id, "automatic")


def new(photo_id: int) -> Membership:
    return Membership(photo_id, None, "new")


def hand(photo_id: int, group_id: int | None) -> Membership:
    return Membership(photo_id, group_id, "hand")


def group(group_id: int, label: str, position: int, origin: str = "automatic") -> Group:
    return Group(group_id, 1, label, position, origin)


def shown(plan: Arrangement) -> list[tuple[str, tuple[int, ...]]]:
    return [(c.label, c.photo_ids) for c in plan.columns]


def test_the_first_grouping_runs_from_earliest_to_latest() -> None:
    plan = arrange([new(i) for i in range(1, 8)], [], {1: 5, 2: 5, 3: 0, 4: -1, 5: 0, 6: 2, 7: 2}, 2)
    assert shown(plan) == [("Group 1", (1, 2)), ("Group 2", (3, 5)), ("Group 3", (6, 7))]
    assert plan.ungrouped == (4,)
    assert all(column.group_id is None and column.origin == "automatic" for column in plan.columns)


def test_a_named_column_keeps_its_photos_and_its_place() -> None:
    groups = [group(1, "Group 1", 0), group(2, "Dance", 1, "hand"), group(3, "Group 3", 2)]
    members = [auto(1, 1), auto(2, 1), auto(3, 2), auto(4, 2), auto(5, 3), auto(6, 3)]
    plan = arrange(members, groups, dict.fromkeys(range(1, 7), 0), 2)
    assert shown(plan) == [("Group 1", (1, 2, 5, 6)), ("Dance", ())]
    assert plan.columns[1].group_id == 2


def test_new_photos_join_a_column_made_by_hand_where_most_of_their_cluster_stands() -> None:
    groups = [group(2, "Dance", 0, "hand")]
    members = [hand(1, 2), auto(2, 2), auto(3), new(4), new(5)]
    plan = arrange(members, groups, {1: 0, 2: 0, 3: 0, 4: 0, 5: 1}, 2)
    assert shown(plan) == [("Dance", (4,))]
    assert plan.ungrouped == (3, 5)


def test_what_was_split_off_is_not_joined_again() -> None:
    groups = [group(1, "Group 1", 0), group(2, "Group 2", 1, "hand")]
    members = [auto(1, 1), auto(2, 1), hand(3, 2), hand(4, 2), hand(5, 2)]
    plan = arrange(members, groups, dict.fromkeys(range(1, 6), 0), 2)
    assert shown(plan) == [("Group 1", (1, 2)), ("Group 2", ())]


def test_a_photo_ungrouped_by_hand_stays_ungrouped() -> None:
    plan = arrange([auto(1, 1), auto(2, 1), hand(3, None)], [group(1, "Group 1", 0)], {1: 0, 2: 0, 3: 0}, 2)
    assert shown(plan) == [("Group 1", (1, 2))]
    assert plan.ungrouped == ()


def test_a_board_in_the_users_order_keeps_it() -> None:
    groups = [group(2, "Group 1", 0), group(1, "Group 2", 1)]
    members = [auto(1, 1), auto(2, 1), auto(3, 2), auto(4, 2), new(5), new(6)]
    plan = arrange(members, groups, {1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 2}, 2)
    assert [(c.group_id, c.label) for c in plan.columns] == [
        (2, "Group 1"),
        (1, "Group 2"),
        (None, "Group 3"),
    ]


def test_what_splits_off_stands_beside_its_origin() -> None:
    """Also on a board in the user's own order, where its time would put it elsewhere."""
    groups = [group(2, "Group 1", 0), group(3, "Group 2", 1), group(1, "Group 3", 2)]
    members = [
        *(auto(i, 2) for i in (1, 2, 3, 4, 5)),
        auto(6, 3),
        auto(7, 3),
        auto(8, 1),
        auto(9, 1),
        auto(10, 2),
    ]
    labels = {1: 0, 2: 0, 3: 1, 4: 1, 5: 1, 6: 2, 7: 2, 8: 3, 9: 3, 10: 1}
    plan = arrange(members, groups, labels, 2)
    assert [(c.group_id, c.photo_ids) for c in plan.columns] == [
        (None, (1, 2)),
        (2, (3, 4, 5, 10)),
        (3, (6, 7)),
        (1, (8, 9)),
    ]


def test_automatic_names_pass_over_names_given_by_hand() -> None:
    plan = arrange([hand(1, 7), new(2), new(3)], [group(7, "Group 1", 0, "hand")], {1: 0, 2: 1, 3: 1}, 2)
    assert [column.label for column in plan.columns] == ["Group 1", "Group 2"]


places = st.lists(
    st.tuples(st.sampled_from([None, 1, 2, 3, 4]), st.sampled_from(["new", "automatic", "hand"])), max_size=25
)


@given(places, st.lists(st.integers(-1, 4), min_size=25, max_size=25), st.integers(2, 4))
def test_every_photo_is_placed_once_and_hands_work_is_never_touched(
    drawn: list[tuple[int | None, str]], clusters: list[int], smallest: int
) -> None:
    groups = [
        group(1, "Group 1", 0),
        group(2, "Dance", 1, "hand"),
        group(3, "Group 2", 2),
        group(4, "Cake", 3, "hand"),
    ]
    members = [Membership(n, None if kind == "new" else home, kind) for n, (home, kind) in enumerate(drawn)]
    labels = {n: clusters[n] for n in range(len(drawn))}
    plan = arrange(members, groups, labels, smallest)

    fixed = {m.photo_id for m in members if m.group_id in (2, 4) or m.placed == "hand"}
    placed = [p for column in plan.columns for p in column.photo_ids] + list(plan.ungrouped)
    assert sorted(placed) == sorted({m.photo_id for m in members} - fixed)
    kept = [column.group_id for column in plan.columns if column.origin == "hand"]
    assert kept == [2, 4]
    for column in plan.columns:
        if column.origin == "automatic":
            assert len(column.photo_ids) >= smallest
            assert len({labels[p] for p in column.photo_ids}) == 1
    assert len({column.label for column in plan.columns}) == len(plan.columns)


@given(st.lists(st.integers(-1, 4), min_size=1, max_size=25))
def test_grouping_the_same_again_changes_nothing(clusters: list[int]) -> None:
    labels = dict(enumerate(clusters))
    first = arrange([new(n) for n in labels], [], labels, 2)
    groups = [group(100 + i, c.label, i) for i, c in enumerate(first.columns)]
    home = {p: 100 + i for i, c in enumerate(first.columns) for p in c.photo_ids}
    again = arrange([auto(n, home.get(n)) for n in labels], groups, labels, 2)
    assert shown(again) == shown(first)
    assert [c.group_id for c in again.columns] == [g.id for g in groups]
    assert again.ungrouped == first.ungrouped
