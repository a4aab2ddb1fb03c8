"""Another granularity is another cut of the hierarchy that the project keeps, and one step to undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.commands.organise import lock_groups, move_photos, rename_group
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs import hierarchy
from pixsort_desktop.jobs.granularity import look_at_granularity, open_hierarchy, set_granularity
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.hierarchies import get_hierarchy
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.progress import Cancelled, Progress
from tests.jobs.nested import named_columns, nested_project

MOMENTS = {"Group 1": "00 01 02 03 04 05", "Group 2": "06 07 08 09 10 11", "Ungrouped": "12"}
FRAMES = {f"Group {n + 1}": f"{2 * n:02} {2 * n + 1:02}" for n in range(6)} | {"Ungrouped": "12"}
EVENTS = {"Group 1": " ".join(f"{n:02}" for n in range(12)), "Ungrouped": "12"}


@pytest.fixture
def project(library: Library, make_jpeg: Callable[..., Path]) -> int:
    return nested_project(library, make_jpeg)


@pytest.mark.parametrize(("granularity", "expected"), [(0.0, EVENTS), (0.5, MOMENTS), (1.0, FRAMES)])
def test_columns_are_whole_events_moments_or_frames(
    library: Library, project: int, granularity: float, expected: dict[str, str]
) -> None:
    group_photos(library, project_id=project, parameters=GroupingParameters(granularity=granularity))
    assert named_columns(library, project) == expected


def test_every_later_granularity_is_a_cut(
    library: Library, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    group_photos(library, project_id=project)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(hierarchy, "reachability_tree", refuse)
    monkeypatch.setattr(hierarchy, "project_vectors", refuse)
    for granularity, expected in ((1.0, FRAMES), (0.0, EVENTS), (0.5, MOMENTS)):
        group_photos(library, project_id=project, parameters=GroupingParameters(granularity=granularity))
        assert named_columns(library, project) == expected


def test_what_was_looked_at_is_what_is_kept(library: Library, project: int) -> None:
    """Ids of new columns included, so that nothing on the screen changes when the slider is let go."""
    group_photos(library, project_id=project)
    before = board(library, project)
    cuttable = open_hierarchy(library, project)
    assert cuttable is not None
    looked = {g: look_at_granularity(cuttable, g) for g in (0.0, 0.3, 0.5, 0.8, 1.0)}
    assert board(library, project) == before == looked[0.5]
    set_granularity(library, cuttable, 1.0)
    assert board(library, project) == looked[1.0]
    assert named_columns(library, project) == FRAMES
    assert get_project(library, project).grouping["parameters"]["granularity"] == 1.0
    assert undo(library, project_id=project) == "Change granularity"
    assert board(library, project) == before
    assert get_project(library, project).grouping["parameters"]["granularity"] == 0.5


def test_a_column_that_continues_keeps_its_id_while_others_come_and_go(
    library: Library, project: int
) -> None:
    group_photos(library, project_id=project)
    cuttable = open_hierarchy(library, project)
    assert cuttable is not None
    first, second, _ = board(library, project)
    fine = look_at_granularity(cuttable, 1.0)
    assert [column.group.id for column in fine if column.group][::3] == [first.group.id, second.group.id]  # type: ignore[union-attr]
    assert fine == look_at_granularity(cuttable, 0.95)


def test_what_was_done_by_hand_stays_at_every_granularity(library: Library, project: int) -> None:
    group_photos(library, project_id=project)
    first, second, _ = board(library, project)
    assert first.group is not None
    assert second.group is not None
    rename_group(library, group_id=second.group.id, label="Dance")
    lock_groups(library, group_ids=[second.group.id])
    move_photos(library, project_id=project, photo_ids=first.photo_ids[:1], group_id=None)
    cuttable = open_hierarchy(library, project)
    assert cuttable is not None
    for granularity in (1.0, 0.0):
        looked = look_at_granularity(cuttable, granularity)
        set_granularity(library, cuttable, granularity)
        assert board(library, project) == looked
        columns = named_columns(library, project)
        assert columns["Dance"] == "06 07 08 09 10 11"
        assert "00" in columns["Ungrouped"].split()


def test_another_column_made_meanwhile_keeps_its_id(library: Library, project: int) -> None:
    group_photos(library, project_id=project)
    cuttable = open_hierarchy(library, project)
    assert cuttable is not None
    other = library.write(
        lambda t: t.insert(
            "groups", {"project_id": project, "label": "Mine", "position": 9, "origin": "hand"}
        )
    )
    set_granularity(library, cuttable, 1.0)
    assert named_columns(library, project) == {**FRAMES, "Mine": ""}
    assert other in [column.group.id for column in board(library, project) if column.group]


def test_photos_that_came_or_changed_are_in_the_next_cut(
    library: Library, project: int, make_jpeg: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slider goes on by itself after an import: what it cuts is what grouping again would cut."""
    assert open_hierarchy(library, project) is None  # never grouped
    group_photos(library, project_id=project)
    before = named_columns(library, project)
    import_photos(library, project_id=project, paths=[make_jpeg("later.jpg", seed=99)])
    cuttable = open_hierarchy(library, project)
    assert cuttable is not None
    assert len(cuttable.hierarchy.photo_ids) == 14
    kept = get_hierarchy(library, project)
    assert kept is not None
    assert kept.photo_ids == cuttable.hierarchy.photo_ids
    assert {k: v for k, v in named_columns(library, project).items() if k != "Ungrouped"} == {
        k: v for k, v in before.items() if k != "Ungrouped"
    }
    looked = look_at_granularity(cuttable, 1.0)
    group_photos(library, project_id=project, parameters=GroupingParameters(granularity=1.0))
    again = board(library, project)
    assert [c.photo_ids for c in again if c.group] == [c.photo_ids for c in looked if c.group]
    library.write(
        lambda t: t.connection.execute("UPDATE photos SET sha256 = hex(zeroblob(32)) WHERE id = 1") and None
    )
    changed = open_hierarchy(library, project)
    assert changed is not None
    assert changed.hierarchy.made_for != cuttable.hierarchy.made_for


def test_making_it_anew_can_be_cancelled(
    library: Library, project: int, make_jpeg: Callable[..., Path]
) -> None:
    group_photos(library, project_id=project)
    kept = get_hierarchy(library, project)
    import_photos(library, project_id=project, paths=[make_jpeg("later.jpg", seed=99)])
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        open_hierarchy(library, project, progress)
    still = get_hierarchy(library, project)
    assert kept is not None
    assert still is not None
    assert still.photo_ids == kept.photo_ids


def test_a_damaged_hierarchy_is_made_anew(library: Library, project: int) -> None:
    group_photos(library, project_id=project)
    library.write(lambda t: t.connection.execute("UPDATE hierarchies SET bridges = x'0102'") and None)
    cuttable = open_hierarchy(library, project)
    assert cuttable is not None
    set_granularity(library, cuttable, 1.0)
    assert named_columns(library, project) == FRAMES


def test_what_is_no_granularity_is_refused(library: Library, project: int) -> None:
    group_photos(library, project_id=project)
    cuttable = open_hierarchy(library, project)
    assert cuttable is not None
    with pytest.raises(PixsortError, match="0 to 1"):
        set_granularity(library, cuttable, 1.5)
