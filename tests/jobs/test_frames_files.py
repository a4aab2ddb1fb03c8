"""RAW and JPEG of one frame go together, and every file is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pixsort_desktop.commands.frames import join_frames, split_frames
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.copy_photos import copy_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.move_photos import move_photos
from pixsort_desktop.jobs.put_back import put_back
from pixsort_desktop.jobs.trash_photos import plan_trash, trash_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import frame_files
from pixsort_desktop.library.photos import project_photos
from tests.frame_files import write_dng, write_jpeg, write_pairs
from tests.jobs.test_trash_photos import all_bytes, names


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    write_pairs(folder, 12)
    for name in ("IMG_0003.xmp", "IMG_0003.DNG.xmp"):
        (folder / name).write_text(f"<{name}/>")
    write_jpeg(folder / "IMG_0003-Edit.jpg", 3, 9.5, quality=70)
    (folder / "IMG_0003-Edit.xmp").write_text("<edit/>")
    return folder


@pytest.fixture
def trip(library: Library, card: Path) -> int:
    project = create_project(library, name="Trip").id
    report = import_photos(library, project_id=project, paths=[card])
    assert (report.added, report.companions) == (12, 13)
    return project


def places(library: Library, project_id: int) -> set[str]:
    """Every path that the project's photos are said to have."""
    photos = project_photos(library, project_id)
    files = frame_files(library, [photo.id for photo in photos]).values()
    return {file.path for each in files for file in each if file.role != "missing"}


def pictures(*folders: Path) -> set[str]:
    return {
        str(path)
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix.lower() in (".jpg", ".dng")
    }


def test_frames_go_to_the_trash_and_come_back_whole(
    library: Library, trip: int, card: Path, trash: Path
) -> None:
    before, on_disk = all_bytes(card), names(card)
    photos = project_photos(library, trip)
    chosen = [photo.id for photo in photos[2:6]]
    rate_photos(library, project_id=trip, photo_ids=chosen, rating=3)
    plan = plan_trash(library, photo_ids=chosen)
    assert (plan.photos, plan.files, plan.left) == (4, 12, [])
    report = trash_photos(library, project_id=trip, photo_ids=chosen)
    assert (report.photos, report.files) == (4, 12)
    assert len(project_photos(library, trip)) == 8
    assert places(library, trip) == pictures(card)
    assert all_bytes(card, trash) == before
    put_back(library, project_id=trip, job_id=report.job_id or 0)
    assert names(card) == on_disk
    assert project_photos(library, trip)[2].rating == 3
    assert places(library, trip) == pictures(card)
    again = trash_photos(library, project_id=trip, photo_ids=chosen)
    assert again.photos == 4
    for path in (trash / "files").iterdir():  # as a file manager would, and the folder is dropped again
        path.rename(card / path.name)
    done = import_photos(library, project_id=trip, paths=[card])
    assert done.failed == []
    assert [(p.id, p.rating) for p in project_photos(library, trip)] == [
        (p.id, 3 if p.id in chosen else 0) for p in photos
    ]
    assert places(library, trip) == pictures(card)


def test_frames_move_and_are_copied_under_names_that_match(
    library: Library, trip: int, card: Path, tmp_path: Path
) -> None:
    before = all_bytes(card)
    to, out = card / "Rejected", tmp_path / "out"
    to.mkdir()
    (to / "IMG_0003.DNG").write_bytes(b"another frame of that name")
    chosen = [photo.id for photo in project_photos(library, trip)[2:4]]
    report = move_photos(library, project_id=trip, photo_ids=chosen, folder=to)
    assert (report.photos, report.files) == (2, 8)
    assert names(to) == {
        "IMG_0003.DNG", "IMG_0004.JPG", "IMG_0004.DNG",
        "IMG_0003 (2).JPG", "IMG_0003 (2).DNG", "IMG_0003 (2).xmp", "IMG_0003 (2).DNG.xmp",
        "IMG_0003 (2)-Edit.jpg", "IMG_0003 (2)-Edit.xmp",
    }  # fmt: skip
    assert places(library, trip) == pictures(card) - {str(to / "IMG_0003.DNG")}
    (to / "IMG_0003.DNG").unlink()
    assert all_bytes(card) == before
    copied = copy_photos(library, project_id=trip, photo_ids=chosen, folder=out, template="{number:02}")
    assert (copied.copied, copied.complete) == (8, True)
    assert names(out) == {
        "01.JPG", "01.DNG", "01.xmp", "01.DNG.xmp", "01-Edit.jpg", "01-Edit.xmp", "02.JPG", "02.DNG",
    }  # fmt: skip
    assert all_bytes(card) == before


def test_a_frame_that_was_split_leaves_the_other_its_sidecar(
    library: Library, trip: int, card: Path, trash: Path
) -> None:
    face = project_photos(library, trip)[2]
    split_frames(library, project_id=trip, photo_ids=[face.id])
    jpeg = next(p for p in project_photos(library, trip) if p.path.endswith("IMG_0003.JPG"))
    report = trash_photos(library, project_id=trip, photo_ids=[jpeg.id])
    assert names(trash / "files") == {"IMG_0003.JPG"}
    assert {Path(path).name: why for path, why in report.left}["IMG_0003.xmp"] == (
        "It stays with IMG_0003.DNG, which has the same name."
    )
    assert {"IMG_0003.DNG", "IMG_0003.DNG.xmp", "IMG_0003.xmp", "IMG_0003-Edit.jpg"} <= names(card)


def test_what_was_joined_from_another_folder_goes_along(
    library: Library, tmp_path: Path, trash: Path
) -> None:
    """RAW and JPEG in folders of their own, each with a sidecar of one name."""
    shoot, out, to = tmp_path / "shoot", tmp_path / "out", tmp_path / "to"
    for number in (1, 2):
        write_dng(shoot / f"RAW/IMG_{number}.DNG", number, number * 3)
        write_jpeg(shoot / f"JPG/IMG_{number}.JPG", number, number * 3)
    (shoot / "RAW/IMG_1.xmp").write_text("<raw/>")
    (shoot / "JPG/IMG_1.xmp").write_text("<jpeg/>")
    before, on_disk = all_bytes(shoot), names(shoot)
    project = create_project(library, name="Two folders").id
    import_photos(library, project_id=project, paths=[shoot])
    for number in (1, 2):
        pair = [p.id for p in project_photos(library, project) if f"IMG_{number}" in p.path]
        join_frames(library, project_id=project, photo_ids=pair)
    ids = [photo.id for photo in project_photos(library, project)]
    assert len(ids) == 2
    copied = copy_photos(library, project_id=project, photo_ids=ids, folder=out)
    assert (copied.copied, copied.left) == (6, [])
    assert all_bytes(out) == before
    moved = move_photos(library, project_id=project, photo_ids=ids, folder=to)
    assert (moved.photos, moved.files, moved.left) == (2, 6, [])
    assert names(to) == {
        "IMG_1.JPG", "IMG_1.xmp", "IMG_1 (2).DNG", "IMG_1 (2).xmp", "IMG_2.JPG", "IMG_2.DNG",
    }  # fmt: skip
    assert all_bytes(to) == before
    again = move_photos(library, project_id=project, photo_ids=ids, folder=to)
    assert (again.there, again.files) == (2, 0)
    assert moved.job_id is not None
    assert put_back(library, project_id=project, job_id=moved.job_id).failed == []
    assert names(shoot) == on_disk
    plan = plan_trash(library, photo_ids=ids)
    assert (plan.files, plan.copies) == (6, 3)
    assert trash_photos(library, project_id=project, photo_ids=ids).files == 6
    assert all_bytes(trash) == before


@pytest.mark.parametrize("how", ["trash", "move"])
def test_a_shared_sidecar_goes_along_where_all_its_pictures_go(
    how: str, library: Library, trip: int, card: Path, trash: Path, tmp_path: Path
) -> None:
    split_frames(library, project_id=trip, photo_ids=[project_photos(library, trip)[2].id])
    both = [p.id for p in project_photos(library, trip) if Path(p.path).stem == "IMG_0003"]
    assert len(both) == 2
    before, to = names(card), tmp_path / "to"
    if how == "trash":
        report = trash_photos(library, project_id=trip, photo_ids=both)
    else:
        report = move_photos(library, project_id=trip, photo_ids=both, folder=to)
    assert (report.photos, report.files, report.left) == (2, 4, [])
    assert names(trash / "files" if how == "trash" else to) == {
        "IMG_0003.JPG", "IMG_0003.DNG", "IMG_0003.xmp", "IMG_0003.DNG.xmp",
    }  # fmt: skip
    assert report.job_id is not None
    assert put_back(library, project_id=trip, job_id=report.job_id).failed == []
    assert names(card) == before
