"""Columns split where the hierarchy parts, and merged with what is nearest, without touching the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pixsort_desktop.commands.organise import (
    delete_groups,
    lock_groups,
    merge_groups,
    move_each,
    move_photos,
    move_to_new_group,
    split_group,
)
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.byhand import forget_hand
from pixsort_desktop.jobs.granularity import open_hierarchy, set_granularity
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.relatives import (
    nearest_to_group,
    nearest_to_photos,
    parts_of_group,
)
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from tests.jobs.nested import named_columns, nested_project
from tests.jobs.test_granularity import MOMENTS


@pytest.fixture
def project(library: Library, make_jpeg: Callable[..., Path]) -> int:
    project_id = nested_project(library, make_jpeg)
    group_photos(library, project_id=project_id)
    return project_id


def ids(library: Library, project: int) -> dict[str, int]:
    return {c.group.label: c.group.id for c in board(library, project) if c.group}


def test_a_column_splits_into_its_parts_beside_it(library: Library, project: int) -> None:
    before, first = board(library, project), ids(library, project)["Group 1"]
    parts = parts_of_group(library, project, first)
    assert sorted(map(len, parts), reverse=True) == [4, 2]
    split_group(library, group_id=first, parts=parts)
    columns = named_columns(library, project)
    assert list(columns) == ["Group 1", "Group 3", "Group 2", "Ungrouped"]
    assert sorted(columns["Group 1"].split() + columns["Group 3"].split()) == MOMENTS["Group 1"].split()
    assert columns["Group 2"] == MOMENTS["Group 2"]
    assert undo(library, project_id=project) == "Split column"
    assert board(library, project) == before


def test_a_split_stays_at_every_granularity(library: Library, project: int) -> None:
    first = ids(library, project)["Group 1"]
    parts = parts_of_group(library, project, first)
    split_group(library, group_id=first, parts=parts)
    cuttable = open_hierarchy(library, project)
    assert cuttable is not None
    set_granularity(library, cuttable, 0.0)
    homes = [set(c.photo_ids) for c in board(library, project) if c.group]
    assert not any(home & set(parts[0]) and home & set(parts[1]) for home in homes)


def test_the_nearest_column_is_the_one_of_the_same_event(library: Library, project: int) -> None:
    group_photos(library, project_id=project, parameters=GroupingParameters(granularity=1.0))
    at = ids(library, project)
    assert nearest_to_group(library, project, at["Group 1"]).label == "Group 2"
    assert nearest_to_group(library, project, at["Group 4"]).label == "Group 5"
    merge_groups(library, group_ids=[at["Group 1"], at["Group 2"]])
    assert named_columns(library, project)["Group 1"] == "00 01 02 03"
    assert nearest_to_group(library, project, at["Group 1"]).label == "Group 3"


def test_a_single_goes_to_the_column_nearest_to_it(library: Library, project: int) -> None:
    first, second = board(library, project)[0].photo_ids[0], board(library, project)[1].photo_ids[0]
    lone = board(library, project)[2].photo_ids[0]
    move_photos(library, project_id=project, photo_ids=[first, second], group_id=None)
    library.write(lambda t: forget_hand(t, project))  # nobody took them out: they are singles
    found = nearest_to_photos(library, project, [first, second, lone])
    assert [found[first].label, found[second].label] == ["Group 1", "Group 2"]
    assert lone in found
    move_each(library, project_id=project, homes={i: found[i].id for i in (first, second)})
    columns = named_columns(library, project)
    assert {label: set(names.split()) for label, names in columns.items()} == {
        label: set(names.split()) for label, names in MOMENTS.items()
    }
    assert undo(library, project_id=project) == "Move 2 photos"


def test_photos_may_change_places_and_stand_in_the_order_in_which_they_came(
    library: Library, project: int
) -> None:
    """A column that all leave takes in those that come, though nobody made it by hand."""
    first, second = board(library, project)[:2]
    assert first.group and second.group
    before = board(library, project)
    homes = {
        **dict.fromkeys(reversed(first.photo_ids), second.group.id),
        **dict.fromkeys(second.photo_ids, first.group.id),
    }
    move_each(library, project_id=project, homes=homes)
    after = board(library, project)
    assert after[0].photo_ids == second.photo_ids
    assert after[1].photo_ids == first.photo_ids[::-1]
    undo(library, project_id=project)
    assert board(library, project) == before


def test_all_photos_at_once_find_what_each_finds(library: Library, project: int) -> None:
    group_photos(library, project_id=project, parameters=GroupingParameters(granularity=1.0))
    every = [i for c in board(library, project) for i in c.photo_ids]
    together = nearest_to_photos(library, project, every)
    assert list(together) == every
    assert together == {i: nearest_to_photos(library, project, [i])[i] for i in every}


def test_no_single_goes_back_to_photos_that_it_was_taken_from(library: Library, project: int) -> None:
    first, lone = board(library, project)[0].photo_ids[0], board(library, project)[2].photo_ids[0]
    at = ids(library, project)
    move_photos(library, project_id=project, photo_ids=[first], group_id=None)
    assert nearest_to_photos(library, project, [first])[first].label == "Group 2"
    move_photos(library, project_id=project, photo_ids=[first], group_id=at["Group 1"])
    move_photos(library, project_id=project, photo_ids=[first], group_id=at["Group 2"])
    assert nearest_to_photos(library, project, [first]) == {}
    lock_groups(library, group_ids=[at["Group 1"]])
    assert nearest_to_photos(library, project, [lone])[lone].label == "Group 2"


def test_a_locked_column_neither_gives_nor_takes(library: Library, project: int) -> None:
    at, kept = ids(library, project), board(library, project)[0]
    lock_groups(library, group_ids=[at["Group 1"]])
    before, (inside, *_), outside = board(library, project), kept.photo_ids, board(library, project)[1]
    for act in (
        lambda: move_photos(library, project_id=project, photo_ids=[inside], group_id=None),
        lambda: move_photos(library, project_id=project, photo_ids=[inside], group_id=at["Group 1"], index=3),
        lambda: move_photos(
            library, project_id=project, photo_ids=outside.photo_ids[:1], group_id=at["Group 1"]
        ),
        lambda: move_to_new_group(library, project_id=project, photo_ids=[inside, outside.photo_ids[0]]),
        lambda: move_each(library, project_id=project, homes={outside.photo_ids[0]: at["Group 1"]}),
        lambda: merge_groups(library, group_ids=[at["Group 1"], at["Group 2"]]),
        lambda: merge_groups(library, group_ids=[at["Group 2"], at["Group 1"]]),
        lambda: delete_groups(library, group_ids=[at["Group 2"], at["Group 1"]]),
        lambda: parts_of_group(library, project, at["Group 1"]),
        lambda: nearest_to_group(library, project, at["Group 1"]),
        lambda: split_group(library, group_id=at["Group 1"], parts=[kept.photo_ids[1:], [inside]]),
    ):
        with pytest.raises(PixsortError, match="«Group 1» is locked; unlock it first"):
            act()
        assert board(library, project) == before
    with pytest.raises(PixsortError, match="no other column"):
        nearest_to_group(library, project, at["Group 2"])
    lock_groups(library, group_ids=[at["Group 1"]], locked=False)
    move_photos(library, project_id=project, photo_ids=[inside], group_id=None)
    assert inside in board(library, project)[-1].photo_ids


def test_what_cannot_be_done_is_said(library: Library, project: int) -> None:
    with pytest.raises(NotFoundError):
        parts_of_group(library, project, 999)
    at = ids(library, project)
    stranger = board(library, project)[1].photo_ids[0]
    with pytest.raises(PixsortError, match="changed meanwhile"):
        split_group(library, group_id=at["Group 1"], parts=[[], [stranger]])
    merge_groups(library, group_ids=[at["Group 1"], at["Group 2"]])
    with pytest.raises(PixsortError, match="no other column"):
        nearest_to_group(library, project, at["Group 1"])
    library.write(lambda t: t.connection.execute("UPDATE projects SET grouping = '{}'") and None)
    with pytest.raises(PixsortError, match="never grouped"):
        parts_of_group(library, project, at["Group 1"])
