"""Grouping again around what the user did by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pixsort_desktop.grouping.constraints import Apart
from pixsort_desktop.jobs.arrange import Arrangement, Membership, arrange
from pixsort_desktop.library.records import Group


def auto(photo_id: int, group_id: int | None = None) -> Membership:
    return Membership(photo_id, group_id, "automatic")


def new(photo_id: int) -> Membership:
    return Membership(photo_id, None, "new")


def hand(photo_id: int, group_id: int | None) -> Membership:
    return Membership(photo_id, group_id, "hand")


def kept(photo_id: int, group_id: int) -> Membership:
    return Membership(photo_id, group_id, "kept")


def group(group_id: int, label: str, position: int, origin: str = "automatic") -> Group:
    return Group(group_id, 1, label, position, origin)


def shown(plan: Arrangement) -> list[tuple[str, tuple[int, ...]]]:
    return [(c.label, c.photo_ids) for c in plan.columns]


def test_the_first_grouping_runs_from_earliest_to_latest() -> None:
    plan = arrange([new(i) for i in range(1, 8)], [], {1: 5, 2: 5, 3: 0, 4: -1, 5: 0, 6: 2, 7: 2}, 2)
    assert shown(plan) == [("Group 1", (1, 2)), ("Group 2", (3, 5)), ("Group 3", (6, 7))]
    assert plan.ungrouped == (4,)
    assert all(column.group_id is None and column.origin == "automatic" for column in plan.columns)


def named(photo_id: int, group_id: int, carries: int) -> Membership:
    return Membership(photo_id, group_id, "automatic", carries)


def test_a_named_column_keeps_its_photos_beside_a_larger_part_of_their_cluster() -> None:
    groups = [group(1, "Group 1", 0), group(2, "Dance", 1, "hand"), group(3, "Group 3", 2)]
    members = [auto(1, 1), auto(2, 1), named(3, 2, 2), named(4, 2, 2), auto(5, 3), auto(6, 3)]
    plan = arrange(members, groups, dict.fromkeys(range(1, 7), 0), 2)
    assert shown(plan) == [("Group 1", (1, 2, 5, 6)), ("Dance", (3, 4))]
    assert plan.columns[1].group_id == 2


def test_a_name_goes_with_most_of_its_photos_and_comes_back_to_all_of_them() -> None:
    groups = [group(1, "Dance", 0, "hand"), group(2, "Group 1", 1)]
    together = [named(n, 1, 1) for n in range(1, 6)] + [auto(n, 2) for n in (6, 7, 8)]
    fine = arrange(together, groups, {1: 0, 2: 0, 3: 1, 4: 1, 5: 1, 6: 2, 7: 2, 8: 2}, 2)
    assert shown(fine) == [("Group 1", (1, 2)), ("Dance", (3, 4, 5)), ("Group 2", (6, 7, 8))] or shown(
        fine
    ) == [
        ("Dance", (3, 4, 5)),
        ("Group 1", (1, 2)),
        ("Group 2", (6, 7, 8)),
    ]
    assert fine.notes == ("«Dance» was divided; the largest part has its name.",)
    groups = [group(1, "Dance", 0, "hand"), group(2, "Group 2", 1), group(3, "Group 1", 2)]
    apart = [named(n, 3, 1) for n in (1, 2)] + [named(n, 1, 1) for n in (3, 4, 5)] + together[5:]
    whole = arrange(apart, groups, dict.fromkeys(range(1, 9), 0), 2)
    assert shown(whole) == [("Dance", (1, 2, 3, 4, 5, 6, 7, 8))]
    fine = arrange(
        [Membership(m.photo_id, 1, m.placed, m.carries) for m in together],
        groups[:1],
        {1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 2, 7: 2, 8: 2},
        2,
    )
    assert ("Dance", (1, 2, 3)) in shown(fine)


def test_a_name_whose_photos_no_cluster_has_stays_with_them() -> None:
    plan = arrange([named(1, 1, 1), named(2, 1, 1)], [group(1, "Dance", 0, "hand")], {1: -1, 2: -1}, 2)
    assert shown(plan) == [("Dance", (1, 2))]
    assert plan.notes == ()
    plan = arrange([auto(3)], [group(1, "Dance", 0, "hand")], {3: -1}, 2)
    assert shown(plan) == [("Dance", ())]
    assert plan.notes == ("No photo of «Dance» is left here; the column stays, empty.",)


def test_photos_join_a_column_made_by_hand_where_most_of_their_cluster_stands() -> None:
    groups = [group(2, "Dance", 0, "hand")]
    members = [hand(1, 2), kept(2, 2), auto(3), new(4), new(5)]
    plan = arrange(members, groups, {1: 0, 2: 0, 3: 0, 4: 0, 5: 1}, 2)
    assert shown(plan) == [("Dance", (3, 4))]
    assert plan.ungrouped == (5,)


def test_what_was_split_off_is_not_joined_again() -> None:
    groups = [group(1, "Group 1", 0), group(2, "Group 2", 1, "hand")]
    members = [auto(1, 1), auto(2, 1), hand(3, 2), hand(4, 2), hand(5, 2), new(6)]
    rule = Apart(frozenset({3, 4, 5}), frozenset({1, 2}))
    plan = arrange(members, groups, dict.fromkeys(range(1, 7), 0), 2, [rule])
    assert shown(plan) == [("Group 1", (1, 2)), ("Group 2", (6,))]


def test_photos_that_must_not_stand_together_make_two_columns_of_one_cluster() -> None:
    rule = Apart(frozenset({1, 4}), frozenset({2, 5}))
    plan = arrange([new(n) for n in range(1, 7)], [], dict.fromkeys(range(1, 7), 0), 2, [rule])
    assert shown(plan) == [("Group 1", (1, 3, 4, 6)), ("Group 2", (2, 5))]


def test_a_locked_column_neither_gains_nor_loses_a_photo() -> None:
    groups = [Group(1, 1, "Group 7", 0, "automatic", locked=True), group(2, "Group 1", 1)]
    members = [auto(1, 1), auto(2, 1), auto(3, 1), auto(4, 2), new(5)]
    plan = arrange(members, groups, {1: -1, 2: 0, 3: 0, 4: 0, 5: 0}, 2)
    assert [(c.group_id, c.label, c.origin, c.photo_ids) for c in plan.columns] == [
        (1, "Group 7", "automatic", ()),
        (2, "Group 1", "automatic", (4, 5)),
    ]


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

    fixed = {m.photo_id for m in members if m.placed == "hand"}
    placed = [p for column in plan.columns for p in column.photo_ids] + list(plan.ungrouped)
    staying = {
        m.photo_id for m in members if m.group_id in {c.group_id for c in plan.columns if c.beside}
    } - {*placed}
    assert len(placed) == len(set(placed))
    assert {*placed} | staying | fixed == {m.photo_id for m in members}
    assert not fixed & {*placed}
    kept = [column.group_id for column in plan.columns if column.origin == "hand"]
    assert {2, 4} <= {*kept}
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
