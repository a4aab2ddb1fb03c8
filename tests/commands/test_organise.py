"""Arranging a board by hand."""

from __future__ import annotations

import pytest

from pixsort_desktop.commands import organise, projects
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library import groups
from pixsort_desktop.library.database import Library
from tests.commands.test_undo import fill, group_ids


def board(library: Library, project_id: int) -> dict[str, tuple[int, ...]]:
    return {c.group.label if c.group else "Ungrouped": c.photo_ids for c in groups.board(library, project_id)}


def test_photos_move_in_order_to_the_place_where_they_are_dropped(library: Library) -> None:
    project_id = fill(library, count=8)
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[1, 2, 3], label="A")
    (a,) = group_ids(library, project_id)
    organise.move_photos(library, project_id=project_id, photo_ids=[8, 7], group_id=a, index=1)
    assert board(library, project_id) == {"A": (1, 8, 7, 2, 3), "Ungrouped": (4, 5, 6)}
    organise.move_photos(library, project_id=project_id, photo_ids=[1], group_id=a, index=99)
    organise.move_photos(library, project_id=project_id, photo_ids=[2], group_id=None, index=0)
    assert board(library, project_id) == {"A": (8, 7, 3, 1), "Ungrouped": (2, 4, 5, 6)}


def test_columns_are_made_where_they_are_dropped_and_moved(library: Library) -> None:
    project_id = fill(library, count=6)
    for label, photo in (("A", 1), ("B", 2), ("C", 3)):
        organise.move_to_new_group(library, project_id=project_id, photo_ids=[photo], label=label)
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[4], position=1)
    assert list(board(library, project_id)) == ["A", "Group 1", "B", "C", "Ungrouped"]
    organise.move_group(library, group_id=group_ids(library, project_id)[3], position=0)
    assert list(board(library, project_id)) == ["C", "A", "Group 1", "B", "Ungrouped"]


def test_merging_and_deleting(library: Library) -> None:
    project_id = fill(library, count=6)
    for label, photos in (("A", [1, 2]), ("B", [3]), ("C", [4, 5])):
        organise.move_to_new_group(library, project_id=project_id, photo_ids=photos, label=label)
    a, b, c = group_ids(library, project_id)
    organise.merge_groups(library, group_ids=[c, a])
    assert board(library, project_id) == {"B": (3,), "C": (4, 5, 1, 2), "Ungrouped": (6,)}
    organise.delete_groups(library, group_ids=[b, c])
    assert board(library, project_id) == {"Ungrouped": (6, 3, 4, 5, 1, 2)}


@pytest.mark.parametrize("label", ["", "  \n ", "Ungrouped", "ungrouped", "B"])
def test_names_that_cannot_be(library: Library, label: str) -> None:
    project_id = fill(library, count=3)
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[1], label="A")
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[2], label="B")
    with pytest.raises(PixsortError):
        organise.rename_group(library, group_id=group_ids(library, project_id)[0], label=label)
    assert list(board(library, project_id)) == ["A", "B", "Ungrouped"]


def test_a_name_is_one_line_of_any_length(library: Library) -> None:
    project_id = fill(library, count=3)
    organise.move_to_new_group(
        library, project_id=project_id, photo_ids=[1], label="  First\n dance 💃 " + "x" * 200
    )
    assert next(iter(board(library, project_id))) == "First dance 💃 " + "x" * 200


def test_what_is_not_there_is_refused_whole(library: Library) -> None:
    project_id = fill(library, count=3)
    other = projects.create_project(library, name="Other").id
    organise.move_to_new_group(library, project_id=project_id, photo_ids=[1], label="A")
    (a,) = group_ids(library, project_id)
    with pytest.raises(NotFoundError):
        organise.move_photos(library, project_id=project_id, photo_ids=[2, 77], group_id=a)
    with pytest.raises(NotFoundError):
        organise.move_photos(library, project_id=other, photo_ids=[], group_id=a)
    with pytest.raises(NotFoundError):
        organise.rename_group(library, group_id=99, label="X")
    assert board(library, project_id) == {"A": (1,), "Ungrouped": (2, 3)}


def test_project_names(library: Library) -> None:
    first = projects.create_project(library, name="  Iceland  ")
    assert first.name == "Iceland"
    with pytest.raises(PixsortError, match="already a project named"):
        projects.create_project(library, name="Iceland")
    with pytest.raises(PixsortError, match="cannot be empty"):
        projects.create_project(library, name=" ")
    projects.rename_project(library, project_id=first.id, name="Iceland")
