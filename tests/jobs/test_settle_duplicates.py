"""One copy stays and the others go to the trash: never all of them, and back again by undo."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from pixsort_desktop.commands.duplicates import merge_duplicates
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.jobs.file_errands import FilesReport
from pixsort_desktop.jobs.find_duplicates import find_duplicates
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.put_back import put_back
from pixsort_desktop.jobs.settle_duplicates import Settlement, settle_duplicates
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos

MakeJpeg = Callable[..., Path]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="looks into the freedesktop.org trash")


@pytest.fixture
def shoot(make_jpeg: MakeJpeg, tmp_path: Path) -> Path:
    source = make_jpeg("shoot/1.jpg", seed=1, size=(360, 240))
    shutil.copy(source, tmp_path / "shoot/1 copy.jpg")
    with Image.open(source) as image:
        image.save(tmp_path / "shoot/same.png")
    make_jpeg("shoot/2.jpg", seed=2)
    return tmp_path / "shoot"


@pytest.fixture
def project(library: Library, shoot: Path) -> int:
    project_id = create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[shoot])
    return project_id


def settlements(library: Library, project: int, kind: str) -> list[Settlement]:
    found = []
    for each in find_duplicates(library, project_id=project, kinds=[kind]):
        ids = [copy.photo.id if copy.file_id is None else copy.file_id for copy in each.copies]
        keeper = ids.pop(each.keeper)
        found.append(Settlement(keeper, tuple(ids), each.copies[0].photo.id if kind == "exact" else None))
    return found


def settle(library: Library, project: int | None, sets: list[Settlement]) -> FilesReport:
    merge = partial(merge_duplicates, library, project_id=project)
    return settle_duplicates(
        library, project_id=project, sets=sets, merge=lambda takeovers: merge(takeovers=takeovers)
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_a_file_with_the_same_bytes_goes_and_its_photo_stays(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    report = settle(library, project, settlements(library, project, "exact"))
    assert (report.files, report.failed) == (1, [])
    assert len(names(shoot)) == 3
    assert len(names(trash / "files")) == 1
    assert len(project_photos(library, project)) == 3
    assert find_duplicates(library, project_id=project, kinds=["exact"]) == []
    assert report.undoable


def test_a_copy_goes_and_its_stars_stay(library: Library, project: int, shoot: Path, trash: Path) -> None:
    (settlement,) = settlements(library, project, "pixels")
    rate_photos(library, project_id=project, photo_ids=settlement.others, rating=5)
    report = settle(library, project, [settlement])
    assert (report.photos, report.failed) == (1, [])
    assert names(shoot) == {"same.png", "2.jpg"}
    kept = {Path(photo.path).name: photo.rating for photo in project_photos(library, project)}
    assert kept == {"same.png": 5, "2.jpg": 0}
    assert report.job_id is not None
    put_back(library, project_id=project, job_id=report.job_id)
    assert names(shoot) == {"same.png", "2.jpg", "1.jpg", "1 copy.jpg"}
    assert undo(library, project_id=project) == "Merge duplicates"
    assert {photo.rating for photo in project_photos(library, project) if photo.path.endswith("png")} == {0}


@pytest.mark.parametrize("kind", ["exact", "pixels"])
@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_without_a_sound_keeper_nothing_goes(
    library: Library, project: int, shoot: Path, trash: Path, kind: str, harm: str
) -> None:
    sets = find_duplicates(library, project_id=project, kinds=[kind])
    wanted = settlements(library, project, kind)
    keeper = Path(sets[0].copies[sets[0].keeper].path)
    if harm == "gone":
        keeper.unlink()
    else:
        keeper.write_bytes(keeper.read_bytes() + b"x")
    before = names(shoot)
    report = settle(library, project, wanted)
    assert (report.files, len(report.failed)) == (0, 1)
    assert "copy to keep" in report.failed[0][1]
    assert names(shoot) == before
    assert names(trash / "files") == set()


def test_another_name_of_the_kept_file_is_no_copy(
    library: Library, project: int, shoot: Path, trash: Path
) -> None:
    (shoot / "1 copy.jpg").unlink()
    os.link(shoot / "1.jpg", shoot / "1 copy.jpg")
    report = settle(library, project, settlements(library, project, "exact"))
    assert "another name" in report.failed[0][1]
    assert {"1.jpg", "1 copy.jpg"} <= names(shoot)
