"""A Takeout, made after its documented quirks, comes in with right times and no duplicates; hostile ones do no harm."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pixsort_desktop.commands.judge import flag_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs import takeout_zip
from pixsort_desktop.jobs.embed_photos import embed_photos
from pixsort_desktop.jobs.recovery import finish, unfinished
from pixsort_desktop.jobs.takeout import import_takeout, recognise
from pixsort_desktop.jobs.takeout_archives import unpack
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.search import search
from pixsort_desktop.progress import Progress

MakeJpeg = Callable[..., Path]
YEAR = "Takeout/Google Photos/Photos from 2019"
ALBUM = "Takeout/Google Photos/Émilie & co"
LONG = "a_very_long_name_that_somebody_gave_to_a_photo_once"
TAKEN = 1_561_975_927  # 2019-07-01T10:12:07 UTC


def sidecar(title: str, taken: int = TAKEN, **values: Any) -> bytes:
    nowhere = {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0}
    return json.dumps(
        {
            "title": title,
            "description": "",
            "photoTakenTime": {"timestamp": str(taken)},
            "geoData": nowhere,
            **values,
        }
    ).encode()


@pytest.fixture
def archive(make_jpeg: MakeJpeg) -> dict[str, bytes]:
    """Path in the archive -> bytes."""
    seeds = iter(range(100))

    def jpeg(**more: Any) -> bytes:
        return make_jpeg("made.jpg", seed=next(seeds), **more).read_bytes()

    with_time = Image.Exif()
    with_time[0x010F] = "Kamera"
    with_time.get_ifd(0x8769)[0x9003] = "2019:07:02 09:00:00"
    first, edited, numbered, timed, smile, cut, deleted = (
        jpeg(), jpeg(), jpeg(), jpeg(exif=with_time), jpeg(), jpeg(), jpeg(),
    )  # fmt: skip
    place = {"latitude": 48.5, "longitude": -4.25, "altitude": 12.0}
    first_json = sidecar(
        "IMG_1.jpg",
        description="Us &amp; the sea",
        geoData=place,
        people=[{"name": "Émilie"}],
        favorited=True,
    )
    return {
        f"{YEAR}/IMG_1.jpg": first,
        f"{YEAR}/IMG_1.jpg.supplemental-metadata.json": first_json,
        f"{YEAR}/IMG_1-edited.jpg": edited,
        f"{YEAR}/IMG_1(1).jpg": numbered,
        f"{YEAR}/IMG_1.jpg.supplemental-metadata(1).json": sidecar("IMG_1.jpg", TAKEN + 60),
        f"{YEAR}/IMG_2.jpg": timed,
        f"{YEAR}/IMG_2.jpg.json": sidecar("IMG_2.jpg", TAKEN + 120),
        f"{YEAR}/😀 smile.jpg": smile,
        f"{YEAR}/😀 smile.jpg.supplemental-me.json": sidecar("😀 smile.jpg", TAKEN + 180),
        f"{YEAR}/{LONG[:47]}.jpg": cut,
        f"{YEAR}/{LONG[:46]}.json": sidecar(f"{LONG}.jpg", TAKEN + 240),
        f"{YEAR}/IMG_3.MOV": b"a video",
        f"{YEAR}/gone.jpg.json": sidecar("gone.jpg"),
        "Takeout/Google Photos/Bin/IMG_9.jpg": deleted,
        "Takeout/Google Photos/Bin/IMG_9.jpg.json": sidecar("IMG_9.jpg", trashed=True),
        f"{ALBUM}/metadata.json": json.dumps(
            {"title": "Émilie &amp; co", "access": "protected", "date": {}}
        ).encode(),
        f"{ALBUM}/IMG_1.jpg": first,
        f"{ALBUM}/IMG_1.jpg.supplemental-metadata.json": first_json,
        "Takeout/archive_browser.html": b"<html>",
    }


def write_folder(folder: Path, archive: dict[str, bytes]) -> Path:
    for name, data in archive.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "Takeout"


def write_zips(folder: Path, archive: dict[str, bytes], parts: int = 2) -> list[Path]:
    """As Google does: photos and their JSON need not be in the same part."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"takeout-20240501T120000Z-{n + 1:03}.zip" for n in range(parts)]
    for n, path in enumerate(paths):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
            for position, (name, data) in enumerate(archive.items()):
                if position % parts == n:
                    opened.writestr(name, data)
    return paths


@pytest.fixture
def project(library: Library) -> int:
    return create_project(library, name="Google").id


def named(library: Library, project: int) -> dict[str, Photo]:
    return {Path(photo.path).stem: photo for photo in project_photos(library, project)}


def assert_right(library: Library, project: int) -> None:
    photos = named(library, project)
    assert len(photos) == 7  # the album's copy is the same photo
    assert (
        {name: photo.taken_at for name, photo in photos.items()}
        == {
            "IMG_1": "2019-07-01T10:12:07+00:00",
            "IMG_1-edited": "2019-07-01T10:12:07+00:00",
            "IMG_1(1)": "2019-07-01T10:13:07+00:00",
            "IMG_2": "2019-07-02T09:00:00",  # the file's own
            "😀 smile": "2019-07-01T10:15:07+00:00",
            LONG[:47]: "2019-07-01T10:16:07+00:00",
            "IMG_9": "2019-07-01T10:12:07+00:00",
        }
    )
    first = photos["IMG_1"]
    assert first.taken_seconds == TAKEN
    assert (first.latitude, first.longitude, first.altitude_m) == (48.5, -4.25, 12.0)
    assert (first.description, first.archive_people, first.albums) == (
        "Us & the sea",
        ("Émilie",),
        ("Émilie & co",),
    )
    assert photos["IMG_1(1)"].latitude is None
    assert {name for name, photo in photos.items() if photo.flag == "pick"} == {"IMG_1", "IMG_1-edited"}
    assert {name for name, photo in photos.items() if photo.flag == "reject"} == {"IMG_9"}


def test_a_folder_comes_in_with_right_times_and_no_duplicates(
    library: Library, project: int, archive: dict[str, bytes], tmp_path: Path
) -> None:
    folder = write_folder(tmp_path, archive)
    assert recognise([folder])
    report = import_takeout(library, project_id=project, paths=[folder])
    assert (report.imported.added, report.imported.duplicates, report.failed) == (7, 1, [])
    assert report.with_json == 8
    assert [Path(path).name for path in report.without_json] == ["IMG_3.MOV"]
    assert report.left_json == ["gone.jpg.json"]
    assert report.albums == ["Émilie & co"]
    assert_right(library, project)
    first = named(library, project)["IMG_1"].id
    for word in ("émilie", "the sea", "& co", "2019-07-01T10:12:07"):
        assert first in (search(library, project, word) or ()), word
    again = import_takeout(library, project_id=project, paths=[folder])
    assert (again.imported.added, again.filled) == (0, 0)
    assert_right(library, project)


def test_zip_files_are_unpacked_and_make_one_archive(
    library: Library, project: int, archive: dict[str, bytes], tmp_path: Path
) -> None:
    paths = write_zips(tmp_path / "zips", archive, 3)
    assert recognise(paths)
    target = tmp_path / "originals"
    report = import_takeout(library, project_id=project, paths=paths, unpack_to=target)
    assert (report.unpacked, report.there, report.failed) == (len(archive), 0, [])
    assert {
        p.relative_to(target).as_posix(): p.read_bytes() for p in target.rglob("*") if p.is_file()
    } == archive
    assert_right(library, project)
    again = import_takeout(library, project_id=project, paths=paths, unpack_to=target)
    assert (again.unpacked, again.there) == (0, len(archive))
    assert_right(library, project)


def test_parts_that_were_unpacked_side_by_side_are_one_archive(
    library: Library, project: int, archive: dict[str, bytes], tmp_path: Path
) -> None:
    photos = {name: data for name, data in archive.items() if not name.endswith(".json")}
    jsons = {name: data for name, data in archive.items() if name.endswith(".json")}
    roots = [write_folder(tmp_path / "part 1", photos), write_folder(tmp_path / "part 2", jsons)]
    import_takeout(library, project_id=project, paths=roots)
    assert_right(library, project)


def test_what_was_judged_here_and_what_the_file_says_stay(
    library: Library, project: int, archive: dict[str, bytes], tmp_path: Path
) -> None:
    folder = write_folder(tmp_path, archive)
    import_takeout(library, project_id=project, paths=[folder])
    first = named(library, project)["IMG_1"]
    flag_photos(library, project_id=project, photo_ids=[first.id], flag="reject")
    (folder / "Google Photos/Photos from 2019/IMG_1.jpg.supplemental-metadata.json").write_bytes(
        sidecar("IMG_1.jpg", TAKEN + 999, description="Other words", people=[{"name": "Bob"}])
    )
    import_takeout(library, project_id=project, paths=[folder])
    after = named(library, project)["IMG_1"]
    assert (after.flag, after.taken_at, after.description) == ("reject", first.taken_at, first.description)
    assert after.archive_people == ("Émilie", "Bob")


def test_completing_a_photo_again_keeps_what_the_archive_said(
    library: Library, project: int, archive: dict[str, bytes], tmp_path: Path
) -> None:
    import_takeout(library, project_id=project, paths=[write_folder(tmp_path, archive)])
    embed_photos(library, project_id=project, photo_ids=[p.id for p in project_photos(library, project)])
    assert_right(library, project)


def test_nothing_is_replaced_when_unpacking(archive: dict[str, bytes], tmp_path: Path) -> None:
    target = tmp_path / "originals"
    mine = target / YEAR / "IMG_1.jpg"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    report = unpack([str(p) for p in write_zips(tmp_path / "zips", archive)], str(target), Progress())
    assert report.unpacked == len(archive)
    assert mine.read_bytes() == b"mine"
    assert (mine.parent / "IMG_1 (2).jpg").read_bytes() == archive[f"{YEAR}/IMG_1.jpg"]


def test_names_that_lead_out_and_links_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    names = [
        "../out.jpg",
        "Takeout/../../out.jpg",
        "/etc/out.jpg",
        "C:\\out.jpg",
        "..\\out.jpg",
        "Takeout/fine.jpg",
    ]
    with zipfile.ZipFile(path, "w") as opened:
        for name in names:
            info = zipfile.ZipInfo("x")
            info.filename = name
            opened.writestr(info, b"data")
        link = zipfile.ZipInfo("Takeout/link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc/passwd")
    report = unpack([str(path)], str(tmp_path / "originals"), Progress())
    assert report.unpacked == 1
    assert len(report.failed) == 6
    assert {reason.split(";")[0] for _, reason in report.failed} == {
        "Its name leads out of the folder",
        "It is a link or a device, not a file",
    }
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["evil.zip", "fine.jpg"]


def test_bombs_are_refused_before_they_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened:
        opened.writestr("Takeout/zeros.jpg", bytes(60_000_000))
        opened.writestr("Takeout/fine.jpg", os.urandom(1000))
    report = unpack([str(path)], str(tmp_path / "one"), Progress())
    assert report.unpacked == 1
    assert "claims to hold" in report.failed[0][1]
    monkeypatch.setattr(takeout_zip, "BOMB_BYTES", 10_000_000)
    with pytest.raises(PixsortError, match="no archive of photographs"):
        unpack([str(path)], str(tmp_path / "two"), Progress())
    assert not (tmp_path / "two").exists()


def test_damaged_archives_and_entries_cost_themselves_only(archive: dict[str, bytes], tmp_path: Path) -> None:
    one, two = write_zips(tmp_path / "zips", archive)
    with zipfile.ZipFile(two) as opened:
        info = max(opened.infolist(), key=lambda each: each.compress_size)
        at = info.header_offset + 30 + len(info.filename.encode()) + info.compress_size // 2
    data = bytearray(two.read_bytes())
    data[at] ^= 0xFF
    two.write_bytes(data)
    (tmp_path / "zips/three.zip").write_bytes(one.read_bytes()[:-2000])
    target = tmp_path / "originals"
    report = unpack([str(tmp_path / "zips/three.zip"), str(two), str(one)], str(target), Progress())
    assert "damaged or not whole" in report.failed[0][1]
    assert info.filename in report.failed[1][0]
    assert report.unpacked == len(archive) - 1
    assert not (target / info.filename).exists()
    assert not list(target.rglob("*.part"))


def test_what_is_no_takeout_is_refused_with_a_sentence(
    library: Library, project: int, tmp_path: Path
) -> None:
    (tmp_path / "a.tgz").write_bytes(b"x")
    (tmp_path / "a.tar").write_bytes(b"x")
    (tmp_path / "a.txt").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.writestr("readme.txt", "x")
    for paths, to, word in (
        (["gone.zip"], None, "nothing at"),
        (["a.tgz"], None, "neither a folder nor"),
        (["a.tar"], None, "neither a folder nor"),
        (["a.txt"], None, "neither a folder nor"),
        (["a.zip"], None, "Name a folder"),
        (["a.zip"], "a.txt", "is a file"),
    ):
        with pytest.raises((PixsortError, NotFoundError), match=word):
            import_takeout(
                library,
                project_id=project,
                paths=[tmp_path / p for p in paths],
                unpack_to=tmp_path / to if to else None,
            )
    (tmp_path / "whole.zip").write_bytes(b"PK not really")
    with pytest.raises(PixsortError, match="Nothing could be unpacked"):
        import_takeout(library, project_id=project, paths=[tmp_path / "whole.zip"], unpack_to=tmp_path / "to")


def test_other_folders_and_archives_are_not_taken_for_one(make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    make_jpeg("shoot/IMG_1.jpg")
    (tmp_path / "shoot/IMG_1.jpg.json").write_text('{"rating": 5}')
    assert not recognise([tmp_path / "shoot"])
    assert not recognise([tmp_path / "gone"])
    assert not recognise([])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.writestr("shoot/IMG_1.jpg", b"x")
    assert not recognise([tmp_path / "a.zip"])


CHILD = """
import sys
from pathlib import Path
from pixsort_desktop.commands.projects import open_project
from pixsort_desktop.jobs.takeout import import_takeout
from pixsort_desktop.library.database import Library
print("warm", flush=True)
with Library.open(Path(sys.argv[1])) as library:
    project = open_project(library, name="Google")
    import_takeout(library, project_id=project.id, paths=sys.argv[3:], unpack_to=sys.argv[2])
"""


def test_killed_while_unpacking_the_next_start_completes_it(
    archive: dict[str, bytes], tmp_path: Path
) -> None:
    more = {f"{YEAR}/VID_{n}.mp4": os.urandom(200_000) for n in range(60)}
    paths = write_zips(tmp_path / "zips", archive | more)
    target, folder = tmp_path / "originals", tmp_path / "library"
    command = [sys.executable, "-c", CHILD, str(folder), str(target), *map(str, paths)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        while child.poll() is None and len(list(target.rglob("*.mp4"))) < 8:
            time.sleep(0.002)
        child.kill()
    whole = {hashlib.sha256(data).digest() for data in (archive | more).values()}
    files = [path for path in target.rglob("*") if path.is_file() and path.suffix != ".part"]
    assert 8 <= len(files) < len(archive) + len(more)
    assert {hashlib.sha256(path.read_bytes()).digest() for path in files} <= whole
    with Library.open(folder) as library:
        left = unfinished(library)
        assert [job.kind for job in left.jobs] == ["takeout"]
        finish(library, left)
        assert not unfinished(library)
        assert_right(library, left.jobs[0].project_id or 0)
    assert len(list(target.rglob("*.mp4"))) == 60
    assert not list(target.rglob("*.part"))
