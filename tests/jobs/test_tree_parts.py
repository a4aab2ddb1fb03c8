"""The tree as it is drawn, and columns made of its parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from pixsort_desktop.app_hierarchy import tree_functions
from pixsort_desktop.commands.organise import (
    delete_groups,
    lock_groups,
    move_group,
    move_photos,
    rename_group,
    split_group,
)
from pixsort_desktop.commands.projects import remove_photos
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.calibrations import calibrations
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.tree_parts import PartPlan, TreeParts, read_parts
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import set_status
from pixsort_desktop.progress import Cancelled, Progress
from tests.jobs.nested import named_columns, nested_project
from tests.jobs.test_granularity import MOMENTS


@pytest.fixture
def project(library: Library, make_jpeg: Callable[..., Path]) -> int:
    project_id = nested_project(library, make_jpeg)
    group_photos(library, project_id=project_id)
    return project_id


def tree(library: Library, project: int) -> TreeParts:
    found = read_parts(library, project)
    assert found is not None
    return found


def named_parts(library: Library, project: int) -> list[str]:
    """Each part by the numbers of its photos."""
    number = {photo.id: Path(photo.path).stem for photo in project_photos(library, project)}
    found = tree(library, project)
    spans = zip(found.icicle.first, found.icicle.count, strict=True)
    return [" ".join(sorted(number[i] for i in found.photo_ids[a : a + n])) for a, n in spans]


def ids(library: Library, project: int, numbers: str) -> list[int]:
    number = {Path(photo.path).stem: photo.id for photo in project_photos(library, project)}
    return [number[each] for each in numbers.split()]


def settle(library: Library, project: int, photo_ids: list[int], children: list[list[int]]) -> PartPlan:
    """As the window does it."""
    done = tree_functions(library).settle(project, photo_ids, children)
    assert isinstance(done, PartPlan)
    return done


EVENTS = ["00 01 02 03 04 05", "06 07 08 09 10 11"]
PAIRS = ["00 01", "02 03", "04 05"]


def test_the_tree_has_the_events_the_moments_and_the_lone_photo(library: Library, project: int) -> None:
    everything = " ".join(EVENTS)
    assert named_parts(library, project) == [
        everything,
        EVENTS[0],
        *PAIRS,
        EVENTS[1],
        "06 07",
        "08 09",
        "10 11",
    ]
    found = tree(library, project)
    assert found.photo_ids[-1:] == tuple(ids(library, project, "12"))
    depth = found.icicle.bottom[0]
    assert 0 < depth < 0.5  # the events are farther apart than what holds in the middle


def test_the_order_is_the_boards(library: Library, project: int) -> None:
    columns = [c.group.id for c in board(library, project) if c.group]
    move_group(library, group_id=columns[1], position=0)
    assert named_parts(library, project)[1] == EVENTS[1]


def test_without_a_calibration_the_scale_is_that_of_ranks(library: Library, project: int) -> None:
    measured = tree(library, project).icicle
    with patch.dict(calibrations(), clear=True):
        ranked = tree(library, project).icicle
    assert len(ranked.first) > 3
    assert ranked.bottom[0] != measured.bottom[0]


def test_photos_that_came_or_left_since_are_in_the_tree(
    library: Library, project: int, make_jpeg: Callable[..., Path]
) -> None:
    import_photos(library, project_id=project, paths=[make_jpeg("later.jpg", seed=99)])
    assert len(tree(library, project).photo_ids) == 14
    for left, parts in ((3, 1), (2, 1), (1, 0)):
        gone = [photo.id for photo in project_photos(library, project)][left:]
        remove_photos(library, project_id=project, photo_ids=gone)
        found = tree(library, project)
        assert (len(found.photo_ids), len(found.icicle.first)) == (left, parts)
    remove_photos(library, project_id=project, photo_ids=list(found.photo_ids))
    assert read_parts(library, project) is None


def test_while_photos_come_no_tree_is_made(
    library: Library, project: int, make_jpeg: Callable[..., Path]
) -> None:
    import_photos(library, project_id=project, paths=[make_jpeg("later.jpg", seed=99)])
    library.write(lambda t: set_status(t, project, "importing"))
    assert read_parts(library, project) is None
    library.write(lambda t: set_status(t, project, "ready"))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        read_parts(library, project, progress)
    assert read_parts(library, project) is not None


def test_a_part_that_is_a_column_divides_into_its_children(library: Library, project: int) -> None:
    before = board(library, project)
    settled = settle(
        library, project, ids(library, project, EVENTS[0]), [ids(library, project, pair) for pair in PAIRS]
    )
    assert (len(settled.parts), settled.label, len(settled.moving)) == (3, "Group 1", 4)
    columns = named_columns(library, project)
    assert sorted(names for names in columns.values() if names in PAIRS) == PAIRS
    assert columns["Group 2"] == MOMENTS["Group 2"]
    assert undo(library, project_id=project) == "Split column"
    assert board(library, project) == before


def test_a_part_inside_a_column_is_split_off(library: Library, project: int) -> None:
    settle(library, project, ids(library, project, "02 03"), [])
    columns = named_columns(library, project)
    assert sorted(columns.values()) == sorted(["00 01 04 05", "02 03", EVENTS[1], "12"])
    with pytest.raises(PixsortError, match="no parts"):
        settle(library, project, ids(library, project, "02 03"), [])


def test_a_part_over_several_columns_becomes_one(library: Library, project: int) -> None:
    group_photos(library, project_id=project, parameters=GroupingParameters(granularity=1.0))
    named = next(c.group for c in board(library, project) if c.group)
    rename_group(library, group_id=named.id, label="Coast")
    before = board(library, project)
    settled = settle(library, project, ids(library, project, EVENTS[0]), [])
    assert (settled.parts, settled.label, len(settled.moving)) == ((), "Coast", 4)
    assert named_columns(library, project)["Coast"] == EVENTS[0]
    undo(library, project_id=project)
    assert board(library, project) == before


def test_photos_of_no_column_become_a_new_one(library: Library, project: int) -> None:
    first = next(c.group for c in board(library, project) if c.group)
    delete_groups(library, group_ids=[first.id])
    settled = settle(library, project, ids(library, project, EVENTS[0]), [])
    assert (settled.group_id, len(settled.moving)) == (None, 6)
    assert set(EVENTS[0].split()) in [
        set(names.split()) for names in named_columns(library, project).values()
    ]


def test_locked_columns_and_what_was_taken_apart_stay(library: Library, project: int) -> None:
    group_photos(library, project_id=project, parameters=GroupingParameters(granularity=1.0))
    homes = {named: label for label, named in named_columns(library, project).items()}
    by_label = {c.group.label: c.group.id for c in board(library, project) if c.group}
    lock_groups(library, group_ids=[by_label[homes["04 05"]]])
    settled = settle(library, project, ids(library, project, EVENTS[0]), [])
    assert (len(settled.moving), settled.locked) == (2, 2)
    columns = named_columns(library, project)
    assert columns[homes["04 05"]] == "04 05"
    joined = by_label[settled.label or ""]
    split_group(
        library, group_id=joined, parts=[ids(library, project, "00 01"), ids(library, project, "02 03")]
    )
    with pytest.raises(PixsortError, match="you took them apart"):
        settle(library, project, ids(library, project, "00 01 02 03"), [])
    with pytest.raises(PixsortError, match="is locked"):
        settle(library, project, ids(library, project, "04"), [])
    move_photos(library, project_id=project, photo_ids=ids(library, project, "12"), group_id=None)
    with pytest.raises(PixsortError, match="not on the board"):
        settle(library, project, [999], [])
