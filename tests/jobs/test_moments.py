"""Columns by capture time alone: clocks that jump, cameras that disagree, and what was done by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from pixsort_desktop.commands.organise import move_photos, rename_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.granularity import look_at_granularity, open_hierarchy, set_granularity
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.join_new import join_new
from pixsort_desktop.jobs.moments import moments_of, steady_times
from pixsort_desktop.jobs.tree_parts import read_parts
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import add_to_project, project_photos, put_photo
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.transaction import Transaction

SCENES = (0.0, 900.0, 2400.0)  # when scenes of ten frames, five seconds apart, begin
TIMES = [start + frame * 5.0 for start in SCENES for frame in range(10)]
BY_MOMENT = GroupingParameters(selection="moments")


def photo(number: int, taken_at: str, serial: str = "1") -> Photo:
    wall = datetime.fromisoformat(taken_at).replace(tzinfo=None)
    seconds = (wall - datetime(1970, 1, 1)).total_seconds()
    return Photo(number, str(number), "ready", None, f"/{number}", taken_at=taken_at, taken_seconds=seconds,
                 taken_from="original", make="K", model="K1", serial=serial)  # fmt: skip


def fill(library: Library, times: Sequence[float | None]) -> int:
    """A project of one camera, without a file on disk or a vector."""
    project = create_project(library, name="Shoot")

    def write(transaction: Transaction) -> None:
        for number, at in enumerate(times):
            facts = {"sha256": f"{number:064}", "status": "ready", "make": "K", "model": "K1", "taken_from": "original",
                     "taken_at": None if at is None else f"2024-05-01T{12 + int(at) // 3600:02}:00:00",
                     "taken_seconds": at}  # fmt: skip
            photo_id = put_photo(transaction, f"/shoot/{number:03}.jpg", 1, 1, facts)
            add_to_project(transaction, project.id, photo_id)

    library.write(write)
    return project.id


def sizes(library: Library, project_id: int) -> dict[str, int]:
    return {c.group.label if c.group else "Ungrouped": len(c.photo_ids) for c in board(library, project_id)}


def test_an_hour_that_comes_twice_is_no_jump() -> None:
    """The last hour of summer time, and the first of winter: the clock says 2:59 and then 2:00."""
    summer = [photo(n, f"2024-10-27T02:{50 + n}:00+02:00") for n in range(10)]
    winter = [photo(10 + n, f"2024-10-27T02:{n:02}:00+01:00") for n in range(10)]
    times = steady_times([*summer, *winter])
    assert [b - a for a, b in pairwise(times)] == [60.0] * 19
    moments, unknown = moments_of([*summer, *winter])
    assert [len(moment.photo_ids) for moment in moments] == [20]
    assert unknown == []


def test_a_day_alone_and_the_time_of_a_file_are_no_moments() -> None:
    known = [photo(n, f"2024-05-01T12:00:{n:02}") for n in range(5)]
    day = replace(photo(9, "2024-05-01T00:00:00"), taken_at="2024-05-01")
    copied = replace(photo(10, "2024-05-01T12:00:03"), taken_from="file time")
    moments, unknown = moments_of([*known, day, copied])
    assert [moment.photo_ids for moment in moments] == [(0, 1, 2, 3, 4)]
    assert unknown == [9, 10]


def test_columns_are_moments_without_any_vector_and_undo_takes_them_back(library: Library) -> None:
    project_id = fill(library, [*TIMES, None])
    report = group_photos(library, project_id=project_id, parameters=BY_MOMENT)
    assert report.groups == 3
    assert sizes(library, project_id) == {"Group 1": 10, "Group 2": 10, "Group 3": 10, "Ungrouped": 1}
    undo(library, project_id=project_id)
    assert sizes(library, project_id) == {"Ungrouped": 31}


def test_what_was_done_by_hand_stays(library: Library) -> None:
    project_id = fill(library, TIMES)
    group_photos(library, project_id=project_id, parameters=BY_MOMENT)
    first, second = (c for c in board(library, project_id)[:2] if c.group is not None)
    assert first.group is not None
    assert second.group is not None
    rename_group(library, group_id=second.group.id, label="Cake")
    moved = first.photo_ids[:2]
    move_photos(library, project_id=project_id, photo_ids=moved, group_id=second.group.id)
    group_photos(library, project_id=project_id, parameters=replace(BY_MOMENT, granularity=0.0))
    cake = next(c for c in board(library, project_id) if c.group is not None and c.group.label == "Cake")
    assert set(moved) <= set(cake.photo_ids)


def test_the_slider_cuts_by_time_and_keeps_what_it_showed(library: Library) -> None:
    project_id = fill(library, [*TIMES, *(at + 4 * 86_400 for at in TIMES)])
    group_photos(library, project_id=project_id, parameters=BY_MOMENT)
    assert len(sizes(library, project_id)) == 7
    cuttable = open_hierarchy(library, project_id)
    assert cuttable is not None
    looked = look_at_granularity(cuttable, 0.0)
    assert [len(column.photo_ids) for column in looked] == [30, 30, 0]
    assert len(sizes(library, project_id)) == 7
    set_granularity(library, cuttable, 0.0)
    assert board(library, project_id) == looked


def test_the_tree_is_of_pauses_and_its_parts_are_what_the_slider_makes(library: Library) -> None:
    project_id = fill(library, [*TIMES, *(at + 4 * 86_400 for at in TIMES), None])
    group_photos(library, project_id=project_id, parameters=BY_MOMENT)
    found = read_parts(library, project_id)
    assert found is not None
    tree = found.icicle
    spans = [set(found.photo_ids[a : a + n]) for a, n in zip(tree.first, tree.count, strict=True)]
    cuttable = open_hierarchy(library, project_id)
    assert cuttable is not None
    for granularity in (0.0, 0.5):
        columns = [set(c.photo_ids) for c in look_at_granularity(cuttable, granularity) if c.group]
        there = [
            span
            for span, top, bottom in zip(spans, tree.top, tree.bottom, strict=True)
            if top <= granularity < bottom
        ]
        assert sorted(map(sorted, there)) == sorted(map(sorted, columns))
    assert found.photo_ids[-1] not in set().union(*spans)  # nobody knows when it was taken


def test_new_photos_wait_for_the_next_grouping(library: Library) -> None:
    """They are not put into moments by their looks."""
    project_id = fill(library, TIMES)
    group_photos(library, project_id=project_id, parameters=BY_MOMENT)
    assert (
        join_new(
            library, project_id=project_id, photo_ids=[p.id for p in project_photos(library, project_id)]
        )
        == 0
    )


@pytest.mark.parametrize("count", [0, 1])
def test_few_photos_have_no_columns(library: Library, count: int) -> None:
    project_id = fill(library, TIMES[:count])
    assert group_photos(library, project_id=project_id, parameters=BY_MOMENT).groups == 0
