"""Photos copied to a folder: whole frames, verified, nothing replaced, and a copy that was stopped goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from pixsort_desktop.jobs.copy_photos import copy_photos, plan_copy_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.progress import Cancelled, Progress
from tests.jobs.test_trash_photos import all_bytes, named, names, project, shoot

__all__ = ["project", "shoot"]  # fixtures


def test_copies_have_their_sidecars_and_the_library_stays_as_it_is(
    library: Library, project: int, shoot: Path, tmp_path: Path
) -> None:
    before, photos = all_bytes(shoot), project_photos(library, project)
    chosen = [named(library, project)[name].id for name in ("IMG_1.JPG", "IMG_4.JPG")]
    to = tmp_path / "for the client"
    plan = plan_copy_photos(library, photo_ids=chosen, folder=to)
    assert (plan.photos, plan.files) == (2, 5)
    report = copy_photos(library, project_id=project, photo_ids=chosen, folder=to)
    assert (report.copied, report.complete) == (5, True)
    assert names(to) == {"IMG_1.JPG", "IMG_1.xmp", "IMG_1.JPG.xmp", "IMG_1.WAV", "IMG_4.JPG"}
    assert [Path(path).name for path, _ in report.left] == ["IMG_1.txt"]
    assert all_bytes(to) <= before
    assert all_bytes(shoot) == before
    assert project_photos(library, project) == photos
    again = copy_photos(library, project_id=project, photo_ids=chosen, folder=to)
    assert (again.copied, again.there, again.complete) == (0, 5, True)
    assert plan_copy_photos(library, photo_ids=chosen, folder=to).files == 0


def test_a_name_that_is_taken_numbers_the_frame(
    library: Library, project: int, shoot: Path, tmp_path: Path
) -> None:
    to = tmp_path / "to"
    to.mkdir()
    (to / "img_1.wav").write_bytes(b"another")
    chosen = [named(library, project)["IMG_1.JPG"].id]
    copy_photos(library, project_id=project, photo_ids=chosen, folder=to, template="{stem}")
    assert names(to) == {"img_1.wav", *(f"IMG_1 (2){end}" for end in (".JPG", ".xmp", ".JPG.xmp", ".WAV"))}
    assert (to / "img_1.wav").read_bytes() == b"another"


def test_a_copy_that_is_stopped_goes_on_and_a_missing_file_is_told(
    library: Library, project: int, shoot: Path, tmp_path: Path
) -> None:
    class Stops(Progress):
        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            if done == 3:
                self.cancel()

    (shoot / "IMG_5.JPG").unlink()
    ids = [photo.id for photo in project_photos(library, project)]
    with pytest.raises(Cancelled):
        copy_photos(library, project_id=project, photo_ids=ids, folder=tmp_path / "to", progress=Stops())
    kept = names(tmp_path / "to")
    assert 3 <= len(kept) < 8
    report = copy_photos(library, project_id=project, photo_ids=ids, folder=tmp_path / "to")
    assert (report.copied, report.there) == (8 - len(kept), len(kept))
    assert [Path(path).name for path, _ in report.failed] == ["IMG_5.JPG"]
    assert not list((tmp_path / "to").rglob("*.part"))
