"""Files that moved are found by their bytes; drives that are away are told apart from files that are."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.jobs import whereabouts
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.locate import locate
from pixsort_desktop.jobs.whereabouts import absent_paths, drive_of, find_absent
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos

MakeJpeg = Callable[..., Path]


@pytest.fixture
def project(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> int:
    for n in range(6):
        make_jpeg(f"shoot/day {n % 2}/{n}.jpg", seed=n)
    project_id = create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[tmp_path / "shoot"])
    return project_id


def paths_of(library: Library, project: int) -> set[str]:
    return {photo.path for photo in project_photos(library, project)}


def test_a_folder_that_was_moved_is_found_again(library: Library, project: int, tmp_path: Path) -> None:
    before = {photo.id: photo.sha256 for photo in project_photos(library, project)}
    (tmp_path / "archive").mkdir()
    (tmp_path / "shoot").rename(tmp_path / "archive/2024")
    assert set(find_absent(library, project).photos.values()) == {"missing"}
    report = locate(library, project_id=project, folders=[tmp_path / "archive"])
    assert (report.missing, len(report.found), report.left) == (6, 6, [])
    photos = project_photos(library, project)
    assert {photo.id: photo.sha256 for photo in photos} == before
    assert all(photo.path.startswith(str(tmp_path / "archive/2024")) for photo in photos)
    assert find_absent(library, project).photos == {}
    again = locate(library, project_id=project, folders=[tmp_path / "archive"])
    assert (again.missing, again.found) == (0, [])
    (tmp_path / "archive/2024").rename(tmp_path / "shoot")  # and when it comes back, it is known there
    assert find_absent(library, project).photos == {}
    assert all(path.startswith(str(tmp_path / "shoot")) for path in paths_of(library, project))


def test_other_bytes_of_the_same_name_and_size_are_not_it(
    library: Library, project: int, tmp_path: Path
) -> None:
    shutil.move(tmp_path / "shoot/day 0", tmp_path / "moved")
    stranger = tmp_path / "moved/0.jpg"
    data = bytearray(stranger.read_bytes())
    data[-10] ^= 1
    stranger.write_bytes(data)
    (tmp_path / "moved/2.jpg").rename(tmp_path / "moved/another name.jpeg")
    report = locate(library, project_id=project, folders=[tmp_path / "moved"])
    assert report.missing == 3
    assert {Path(new).name for _, new in report.found} == {"another name.jpeg", "4.jpg"}
    assert [Path(path).name for path in report.left] == ["0.jpg"]
    assert str(tmp_path / "shoot/day 0/0.jpg") in paths_of(library, project)


def test_a_photo_that_has_another_file_is_not_missing(library: Library, project: int, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "shoot", tmp_path / "backup")
    import_photos(library, project_id=project, paths=[tmp_path / "backup"])
    shutil.rmtree(tmp_path / "shoot")
    assert find_absent(library, project).photos == {}


def test_a_mount_point_that_is_empty_is_a_drive_that_is_away(
    library: Library, project: int, tmp_path: Path
) -> None:
    (tmp_path / "drive").mkdir()
    (tmp_path / "shoot").rename(tmp_path / "drive/shoot")
    locate(library, project_id=project, folders=[tmp_path / "drive"])
    (tmp_path / "drive").rename(tmp_path / "unplugged")
    (tmp_path / "drive").mkdir()
    assert set(find_absent(library, project).photos.values()) == {"offline"}
    (tmp_path / "drive").rmdir()
    assert set(find_absent(library, project).photos.values()) == {"missing"}
    (tmp_path / "unplugged").rename(tmp_path / "drive")
    assert find_absent(library, project).photos == {}


@pytest.mark.skipif(sys.platform == "win32", reason="paths of other systems")
def test_drives_are_known_by_where_systems_mount_them(tmp_path: Path) -> None:
    assert drive_of("/media/ann/CARD/DCIM/1.jpg") == "/media/ann/CARD"
    assert drive_of("/run/media/ann/CARD/1.jpg") == "/run/media/ann/CARD"
    assert drive_of("/mnt/nas/photos/1.jpg") == "/mnt/nas"
    assert drive_of("/media/cdrom/1.jpg") == "/media/cdrom"
    assert drive_of("/Volumes/Disk/1.jpg") == "/Volumes/Disk"
    assert drive_of("/home/ann/1.jpg") == ""
    gone = f"/mnt/no drive of {tmp_path.name}/photos/1.jpg"
    assert absent_paths([gone]) == {gone: "offline"}


def test_a_drive_that_hangs_is_waited_for_no_longer_than_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.jpg").write_bytes(b"x")
    released = threading.Event()
    listdir = os.listdir

    def slow(folder: str) -> list[str]:
        if str(folder).startswith("/mnt/dead"):
            released.wait(20)
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", slow)
    started = time.monotonic()
    found = absent_paths(
        ["/mnt/dead/1.jpg", str(tmp_path / "here.jpg"), str(tmp_path / "no.jpg")], patience_s=0.3
    )
    assert time.monotonic() - started < 15  # of the 20 for which the drive hangs
    assert found == {"/mnt/dead/1.jpg": "offline", str(tmp_path / "no.jpg"): "missing"}
    released.set()
    for thread in threading.enumerate():
        if thread.name == "whereabouts":
            thread.join(5)
    assert whereabouts.PATIENCE_S >= 5


def test_a_folder_that_is_not_there_is_refused(library: Library, project: int, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no folder"):
        locate(library, project_id=project, folders=[tmp_path / "nowhere"])
