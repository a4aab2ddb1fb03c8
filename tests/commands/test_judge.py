"""Stars, flags and colour labels."""

from __future__ import annotations

import pytest

from pixsort_desktop.commands import judge, projects
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import get_photos
from tests.commands.test_undo import fill


def judgements(library: Library, *ids: int) -> list[tuple[int, str | None, str | None]]:
    return [(photo.rating, photo.flag, photo.colour) for photo in get_photos(library, ids)]


def test_stars_flag_and_colour_are_independent_and_undone_one_by_one(library: Library) -> None:
    project_id = fill(library)
    heard: list[ChangeSet] = []
    library.subscribe(heard.append)
    judge.rate_photos(library, project_id=project_id, photo_ids=[1, 2], rating=4)
    judge.flag_photos(library, project_id=project_id, photo_ids=[2], flag="reject")
    judge.colour_photos(library, project_id=project_id, photo_ids=[2, 3], colour="green")
    assert judgements(library, 1, 2, 3) == [(4, None, None), (4, "reject", "green"), (0, None, "green")]
    assert [sorted(changes.photos) for changes in heard] == [[1, 2], [2], [2, 3]]
    assert undo(library, project_id=project_id) == "Green label for 2 photos"
    assert undo(library, project_id=project_id) == "Reject"
    assert judgements(library, 1, 2, 3) == [(4, None, None), (4, None, None), (0, None, None)]


def test_judging_the_same_again_is_no_step(library: Library) -> None:
    project_id = fill(library)
    judge.rate_photos(library, project_id=project_id, photo_ids=[1], rating=3)
    judge.rate_photos(library, project_id=project_id, photo_ids=[1], rating=3)
    judge.flag_photos(library, project_id=project_id, photo_ids=[2], flag=None)
    assert len(library.rows("SELECT id FROM history")) == 1


def test_what_is_no_judgement_is_refused(library: Library) -> None:
    project_id = fill(library)
    with pytest.raises(PixsortError, match="cannot have «6» as its stars"):
        judge.rate_photos(library, project_id=project_id, photo_ids=[1], rating=6)
    with pytest.raises(PixsortError, match="there are none, pick, reject"):
        judge.flag_photos(library, project_id=project_id, photo_ids=[1], flag="maybe")
    with pytest.raises(NotFoundError):
        judge.rate_photos(library, project_id=project_id, photo_ids=[1, 99], rating=1)
    assert judgements(library, 1) == [(0, None, None)]


def test_a_judgement_is_the_photos_in_every_project(library: Library) -> None:
    first, second = fill(library), fill(library, name="Best of")
    judge.rate_photos(library, project_id=first, photo_ids=[5], rating=5)
    projects.delete_project(library, project_id=first)
    assert judgements(library, 5) == [(5, None, None)]
    assert second


def test_stars_step_for_each_photo_and_a_label_is_toggled_for_all(library: Library) -> None:
    project_id = fill(library)
    judge.rate_photos(library, project_id=project_id, photo_ids=[1], rating=5)
    judge.step_stars(library, project_id=project_id, photo_ids=[1, 2], by=1)
    judge.step_stars(library, project_id=project_id, photo_ids=[2, 3], by=-1)
    assert judgements(library, 1, 2, 3) == [(5, None, None), (0, None, None), (0, None, None)]
    judge.toggle_colour(library, project_id=project_id, photo_ids=[1], colour="red")
    judge.toggle_colour(library, project_id=project_id, photo_ids=[1, 2], colour="red")
    assert judgements(library, 1, 2) == [(5, None, "red"), (0, None, "red")]
    judge.toggle_colour(library, project_id=project_id, photo_ids=[1, 2], colour="red")
    assert judgements(library, 1, 2) == [(5, None, None), (0, None, None)]


def test_the_best_are_kept_and_the_rest_rejected_in_one_step(library: Library) -> None:
    project_id = fill(library)
    column = next(c for c in board(library, project_id) if len(c.photo_ids) >= 3)
    group_id = column.group.id if column.group else None
    first, second, third = column.photo_ids[:3]
    judge.rate_photos(library, project_id=project_id, photo_ids=[third], rating=2)
    judge.flag_photos(library, project_id=project_id, photo_ids=[first], flag="reject")
    judge.keep_best(library, project_id=project_id, group_id=group_id, count=1)
    kept = [p.id for p in get_photos(library, column.photo_ids) if p.flag == "pick"]
    assert kept == [third]
    assert {p.flag for p in get_photos(library, column.photo_ids) if p.id != third} == {"reject"}
    others = [i for c in board(library, project_id) if c != column for i in c.photo_ids]
    assert {p.flag for p in get_photos(library, others)} <= {None}
    assert undo(library, project_id=project_id) == "Keep the best 1 of the column"
    assert [p.flag for p in get_photos(library, [first, second, third])] == ["reject", None, None]


def test_merit_is_flag_then_stars_then_the_order_given() -> None:
    judged = {1: (None, 0), 2: ("reject", 5), 3: ("pick", 1), 4: (None, 3), 5: ("pick", 4), 6: (None, 0)}
    assert judge.by_merit(judged, judged.__getitem__) == [5, 3, 4, 1, 6, 2]


def test_keeping_none_is_refused(library: Library) -> None:
    project_id = fill(library)
    with pytest.raises(PixsortError, match="at least one"):
        judge.keep_best(library, project_id=project_id, group_id=None, count=0)
    with pytest.raises(NotFoundError):
        judge.keep_best(library, project_id=project_id, group_id=999, count=1)
