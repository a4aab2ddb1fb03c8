"""Why photos stand together: chains of links, the weakest of them, and what the user decided."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from click.testing import CliRunner

from pixsort_desktop.cli import pixsort
from pixsort_desktop.commands.organise import lock_groups, move_photos, move_to_new_group, split_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs.calibrations import calibrations
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.links import matching_details
from pixsort_desktop.jobs.why import parts_at, why
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.vision.descriptor import EMBEDDING_ID
from tests.jobs.nested import nested_project


@pytest.fixture
def project(library: Library, make_jpeg: Callable[..., Path]) -> int:
    project_id = nested_project(library, make_jpeg)
    group_photos(library, project_id=project_id)
    return project_id


def photo(library: Library, project: int, name: str) -> int:
    return next(p.id for p in project_photos(library, project) if Path(p.path).stem == name)


def home(library: Library, project: int, photo_id: int) -> int:
    return next(c.group.id for c in board(library, project) if c.group and photo_id in c.photo_ids)


def test_a_chain_joins_two_photos_and_its_weakest_link_is_between_moments(
    library: Library, project: int
) -> None:
    first, last = photo(library, project, "00"), photo(library, project, "05")
    answer = why(library, project, [first, last])
    assert answer.together
    assert answer.columns == ("Group 1",)
    links = answer.links
    assert (links[0].one, links[-1].other) == (first, last)
    assert all(one.other == other.one for one, other in itertools.pairwise(links))
    assert answer.weakest is not None
    weakest = links[answer.weakest]
    assert weakest.distance == pytest.approx(0.6, abs=1e-5) == max(link.distance for link in links)
    assert weakest.probability == pytest.approx(calibrations()[EMBEDDING_ID].probability(0.6))
    assert weakest.probability == pytest.approx(0.79, abs=0.01)
    assert weakest.verdict == "likely the same scene"
    strongest = min(links, key=lambda link: link.distance)
    assert strongest.probability == pytest.approx(0.93, abs=0.01)
    assert strongest.verdict == "very likely the same scene"
    assert "chain of" in answer.summary


def test_one_photo_is_told_its_own_links_and_a_column_all_of_them(library: Library, project: int) -> None:
    second = photo(library, project, "02")
    own = why(library, project, [second])
    assert {link.one for link in own.links} == {second}
    assert own.links[0].distance == pytest.approx(0.1, abs=1e-5)
    whole = why(library, project, [], home(library, project, second))
    assert len(whole.links) == 5
    assert whole.weakest in (3, 4)  # two are as long as each other
    assert [link.distance for link in whole.links] == sorted(link.distance for link in whole.links)


def test_parting_at_the_weakest_link_is_the_users_decision(library: Library, project: int) -> None:
    first, last = photo(library, project, "00"), photo(library, project, "05")
    before, column = board(library, project), home(library, project, first)
    answer = why(library, project, [first, last])
    weakest = answer.links[answer.weakest or 0]
    parts = parts_at(library, project, column, (weakest.other, weakest.one))
    assert sorted(map(len, parts)) == [2, 4]
    split_group(library, group_id=column, parts=parts)
    apart = why(library, project, [first, last])
    assert not apart.together
    assert apart.notes[0] == "You took these two apart: no grouping puts them together again."
    group_photos(library, project_id=project)
    assert home(library, project, first) != home(library, project, last)
    undo(library, project_id=project)
    undo(library, project_id=project)
    assert board(library, project) == before
    with pytest.raises(PixsortError, match="changed meanwhile"):
        parts_at(library, project, column, (first, last))


def test_photos_of_two_columns_are_told_how_near_these_come(library: Library, project: int) -> None:
    first, far = photo(library, project, "00"), photo(library, project, "11")
    answer = why(library, project, [first, far])
    assert not answer.together
    assert answer.columns == ("Group 1", "Group 2")
    direct, nearest = answer.links
    assert (direct.one, direct.other) == (first, far)
    assert nearest.distance == pytest.approx(1.1, abs=1e-5)
    assert nearest.probability is not None
    assert nearest.probability < 0.7
    assert "from 70% on" in answer.summary


def test_what_the_user_did_is_told(library: Library, project: int) -> None:
    lone, first = photo(library, project, "12"), photo(library, project, "00")
    assert why(library, project, [lone]).columns == ("Ungrouped",)
    move_photos(library, project_id=project, photo_ids=[lone], group_id=home(library, project, first))
    answer = why(library, project, [lone])
    assert answer.together
    assert answer.notes == ("It was put here by you; no grouping moves it away.",)
    assert answer.links[0].verdict == "two different scenes"
    lock_groups(library, group_ids=[home(library, project, first)])
    whole = why(library, project, [], home(library, project, first))
    assert "locked" in whole.notes[0]
    with pytest.raises(PixsortError, match="unlock it first"):
        parts_at(library, project, home(library, project, first), (whole.links[0].one, whole.links[0].other))


def test_without_a_calibration_links_are_compared_with_each_other(library: Library, project: int) -> None:
    first, last = photo(library, project, "00"), photo(library, project, "05")
    move_to_new_group(library, project_id=project, photo_ids=[first, last], label="Both")
    with patch.dict(calibrations(), clear=True):
        answer = why(library, project, [first, last])
    assert answer.links[0].probability is None
    assert answer.links[0].verdict.startswith("closer than ")
    assert answer.links[0].nearer_than == pytest.approx(1 / 12)  # only the lone photo's link is longer


def test_what_cannot_be_told_is_said(library: Library, project: int) -> None:
    with pytest.raises(NotFoundError):
        why(library, project, [999])
    with pytest.raises(NotFoundError):
        why(library, project, [], 999)
    lone = photo(library, project, "12")
    move_to_new_group(library, project_id=project, photo_ids=[lone], label="Alone")
    with pytest.raises(PixsortError, match="one photo only"):
        why(library, project, [lone])


def test_photos_without_numbers_are_told_as_such(library: Library, project: int) -> None:
    first, second = photo(library, project, "00"), photo(library, project, "01")
    library.write(
        lambda t: t.connection.execute("DELETE FROM embeddings WHERE photo_id = ?", (first,)) and None
    )
    answer = why(library, project, [first, second])
    assert "1 photo could not be compared" in answer.notes[-1]
    assert answer.summary.startswith("It and the photo nearest to it")


@pytest.fixture
def trees(library: Library, shared_data: Path) -> int:
    """Real photographs: views of one place, and some of nothing in common."""
    paths = sorted((shared_data / "grouping/scenes/stitch").glob("trees_*.jpg"))[:4]
    paths += sorted((shared_data / "grouping/singles/vacation").glob("*.jpg"))[:4]
    project_id = create_project(library, name="Trees").id
    import_photos(library, project_id=project_id, paths=[str(path) for path in paths])
    group_photos(library, project_id=project_id)
    return project_id


def test_real_views_of_one_place_share_details_that_lie_in_both(library: Library, trees: int) -> None:
    column = max(board(library, trees), key=lambda c: len(c.photo_ids) if c.group else 0)
    assert column.group is not None
    answer = why(library, trees, [], column.group.id)
    assert answer.links[0].probability is not None
    assert answer.links[0].probability > 0.7
    joined = max(answer.links, key=lambda link: link.details or 0)
    assert joined.details is not None
    assert joined.by_details
    count, lines = matching_details(library, joined.one, joined.other)
    assert count == joined.details >= 12
    assert len(lines) >= count
    assert np.array(lines).min() >= 0
    assert np.array(lines).max() <= 1


def test_the_command_line_tells_it(library: Library, project: int) -> None:
    paths = {Path(p.path).stem: p.path for p in project_photos(library, project)}
    folder = str(library.folder)
    run = CliRunner().invoke(
        pixsort, ["--library", folder, "why", "--project", "Nested", paths["00"], paths["05"], "--json"]
    )
    assert run.exit_code == 0, run.output
    answer = json.loads(run.stdout)
    assert answer["together"] is True
    assert answer["links"][0]["photos"][0] == paths["00"]
    assert answer["links"][answer["weakest"]]["distance"] == 0.6
    told = CliRunner().invoke(
        pixsort, ["--library", folder, "why", "--project", "Nested", paths["00"], paths["11"]]
    )
    assert told.exit_code == 0
    assert "nearest photos of «Group 1» and «Group 2»" in told.stdout
