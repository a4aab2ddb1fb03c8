"""Judgements inside JPEGs: the picture stays, and so does the photo in the library."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pixsort_desktop.commands import judge, organise, projects, undo
from pixsort_desktop.jobs import write_jpegs
from pixsort_desktop.jobs.import_photos import ImportReport, import_photos
from pixsort_desktop.jobs.recovery import unfinished
from pixsort_desktop.jobs.write_jpegs import write_into_jpegs
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import photo_files, project_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.photo.xmp import read_embedded
from pixsort_desktop.thumbnails.store import ThumbnailStore

MakeJpeg = Callable[..., Path]


class Shoot:
    def __init__(self, library: Library, card: Path) -> None:
        self.library, self.card = library, card
        self.project = projects.create_project(library, name="Shoot").id
        self.bring_in()

    def bring_in(self, *paths: Path) -> ImportReport:
        return import_photos(self.library, project_id=self.project, paths=paths or [self.card])

    def photos(self) -> dict[str, Photo]:
        return {Path(p.path).name: p for p in project_photos(self.library, self.project)}

    def columns(self) -> list[tuple[int, ...]]:
        return [column.photo_ids for column in board(self.library, self.project)]

    def embeddings(self) -> list[tuple[int, bytes]]:
        return [tuple(row) for row in self.library.rows("SELECT photo_id, vector FROM embeddings ORDER BY 1")]


@pytest.fixture
def shoot(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> Shoot:
    """Three JPEGs and a PNG; the first two are judged and stand in a column."""
    for n in (1, 2, 3):
        make_jpeg(f"card/{n}.jpg", seed=n)
    make_jpeg("card/4.png", seed=4)
    shoot = Shoot(library, tmp_path / "card")
    ids = {name: photo.id for name, photo in shoot.photos().items()}
    organise.move_to_new_group(
        library, project_id=shoot.project, photo_ids=[ids["1.jpg"], ids["4.png"]], label="Best"
    )
    judge.rate_photos(
        library, project_id=shoot.project, photo_ids=[ids["1.jpg"], ids["2.jpg"], ids["4.png"]], rating=4
    )
    judge.flag_photos(library, project_id=shoot.project, photo_ids=[ids["1.jpg"]], flag="pick")
    return shoot


def pixels(path: Path) -> bytes:
    with Image.open(path) as picture:
        return picture.tobytes()


def test_the_photo_stays_the_photo(shoot: Shoot, library: Library) -> None:
    first = shoot.card / "1.jpg"
    first.chmod(0o640)
    os.utime(first, (1_600_000_000, 1_600_000_000))
    shoot.bring_in()
    before, columns, vectors = shoot.photos(), shoot.columns(), shoot.embeddings()
    was = {path: (path.read_bytes(), pixels(path)) for path in shoot.card.iterdir()}
    report = write_into_jpegs(library, project_id=shoot.project, keywords=True)
    assert (report.written, report.unchanged, report.others, report.failed) == (2, 1, 1, [])

    facts = read_embedded(first.read_bytes())
    assert facts is not None
    assert (facts.rating, facts.flag, facts.hierarchy) == (4, "pick", ("PixSort|Shoot|Best",))
    assert {path: pixels(path) for path in shoot.card.iterdir()} == {p: seen for p, (_, seen) in was.items()}
    assert (shoot.card / "3.jpg").read_bytes() == was[shoot.card / "3.jpg"][0]
    assert (shoot.card / "4.png").read_bytes() == was[shoot.card / "4.png"][0]
    assert stat.S_IMODE(first.stat().st_mode) == 0o640 and first.stat().st_mtime == 1_600_000_000

    for again in (False, True):
        if again:
            imported = shoot.bring_in()
            assert (imported.added, imported.duplicates, imported.failed) == (0, 4, [])
        after = shoot.photos()
        assert {name: photo.id for name, photo in after.items()} == {n: p.id for n, p in before.items()}
        assert after["1.jpg"].sha256 == hashlib.sha256(first.read_bytes()).hexdigest()
        assert (after["1.jpg"].rating, after["1.jpg"].flag) == (4, "pick")
        assert shoot.columns() == columns and shoot.embeddings() == vectors
        store = ThumbnailStore(library.folder / "thumbnails")
        assert all(store.read(photo.sha256 or "") for photo in after.values())
        assert not unfinished(library).photos
    assert write_into_jpegs(library, project_id=shoot.project).written == 0
    undo.undo(library, project_id=shoot.project)  # the flag; the file keeps what was written
    assert shoot.photos()["1.jpg"].flag is None
    assert library.rows("PRAGMA foreign_key_check") == []


def test_the_card_dropped_again_is_known_by_its_former_bytes(shoot: Shoot, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    for name in ("1.jpg", "2.jpg"):
        (backup / name).write_bytes((shoot.card / name).read_bytes())
    write_into_jpegs(shoot.library, project_id=shoot.project)
    report = shoot.bring_in(backup)
    assert (report.added, report.duplicates) == (0, 2)
    photo = shoot.photos()["1.jpg"]
    assert photo.sha256 == hashlib.sha256((shoot.card / "1.jpg").read_bytes()).hexdigest()
    assert [Path(f.path).parent.name for f in photo_files(shoot.library, photo.id)] == ["card", "backup"]
    ThumbnailStore(shoot.library.folder / "thumbnails").path(
        hashlib.sha256((backup / "1.jpg").read_bytes()).hexdigest()
    ).unlink()
    os.utime(backup / "1.jpg", (1_500_000_000, 1_500_000_000))
    assert shoot.bring_in(backup).added == 0  # decoded again, and still that photo
    assert shoot.photos()["1.jpg"].sha256 == photo.sha256
    assert write_into_jpegs(shoot.library, project_id=shoot.project).written == 2  # the copies too
    assert shoot.bring_in(backup, shoot.card).added == 0
    assert len(shoot.photos()) == 4


@pytest.mark.parametrize("instant", ["before", "after"])
def test_killed_between_file_and_library(shoot: Shoot, monkeypatch: pytest.MonkeyPatch, instant: str) -> None:
    ids = {name: photo.id for name, photo in shoot.photos().items()}
    patch_jpeg = write_jpegs.xmp.patch_jpeg

    def killed(*arguments: object, dry_run: bool = False, **more: object) -> object:
        if dry_run:
            return patch_jpeg(*arguments, dry_run=True, **more)  # type: ignore[arg-type]
        if instant == "after":
            patch_jpeg(*arguments, **more)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(write_jpegs.xmp, "patch_jpeg", killed)
        patched.setattr(write_jpegs, "_note", lambda *_, **__: None)  # as if the process were gone
        with pytest.raises(KeyboardInterrupt):
            write_into_jpegs(shoot.library, project_id=shoot.project)
    os.utime(shoot.card / "1.jpg")
    assert shoot.bring_in().added == 0
    assert {name: photo.id for name, photo in shoot.photos().items()} == ids
    report = write_into_jpegs(shoot.library, project_id=shoot.project)
    assert report.failed == [] and report.written == (2 if instant == "before" else 1)
    assert shoot.bring_in().added == 0
    assert shoot.photos()["1.jpg"].rating == 4


def test_files_that_cannot_be_written_safely_are_left_with_a_sentence(shoot: Shoot, library: Library) -> None:
    first, second = shoot.card / "1.jpg", shoot.card / "2.jpg"
    os.link(first, shoot.card.parent / "another name.jpg")
    second.chmod(0o444)
    was = {path: path.read_bytes() for path in (first, second)}
    report = write_into_jpegs(library, project_id=shoot.project)
    assert report.written == 0
    reasons = {Path(path).name: reason for path, reason in report.failed}
    assert "hard link" in reasons["1.jpg"] and "write-protected" in reasons["2.jpg"]
    assert {path: path.read_bytes() for path in was} == was
    assert sorted(os.listdir(shoot.card)) == ["1.jpg", "2.jpg", "3.jpg", "4.png"]
    second.chmod(0o644)
    second.write_bytes(was[second] + b"edited")
    report = write_into_jpegs(library, project_id=shoot.project)
    assert "import it again" in dict(report.failed)[str(second)]
    second.unlink()
    assert str(second) in dict(write_into_jpegs(library, project_id=shoot.project).failed)


def test_a_link_stays_a_link_and_its_file_is_written_once(shoot: Shoot, library: Library) -> None:
    if sys.platform == "win32":
        pytest.skip("links need rights there")
    link = shoot.card / "0 link.jpg"
    link.symlink_to(shoot.card / "1.jpg")
    shoot.bring_in()
    report = write_into_jpegs(library, project_id=shoot.project)
    assert report.failed == []
    assert link.is_symlink()
    facts = read_embedded((shoot.card / "1.jpg").read_bytes())
    assert facts is not None and facts.rating == 4
    assert shoot.bring_in().added == 0
    assert len(shoot.photos()) == 4


def test_two_photos_never_become_one_file(shoot: Shoot, library: Library, tmp_path: Path) -> None:
    untouched = (shoot.card / "1.jpg").read_bytes()
    write_into_jpegs(library, project_id=shoot.project)
    twin = tmp_path / "elsewhere" / "twin.jpg"
    with Library.open(tmp_path / "second") as other:  # which does not know that the two are one photo
        twin.parent.mkdir()
        twin.write_bytes(untouched)
        second = Shoot(other, shoot.card)
        second.bring_in(twin)
        photo = second.photos()["twin.jpg"]
        judge.rate_photos(other, project_id=second.project, photo_ids=[photo.id], rating=4)
        judge.flag_photos(other, project_id=second.project, photo_ids=[photo.id], flag="pick")
        report = write_into_jpegs(other, project_id=second.project)
        assert "a photo of its own" in dict(report.failed)[str(twin)]
        assert twin.read_bytes() == untouched
        assert len(second.photos()) == 5


def test_a_dry_run_writes_nothing(shoot: Shoot, library: Library) -> None:
    was = {path: path.read_bytes() for path in shoot.card.iterdir()}
    report = write_into_jpegs(library, project_id=shoot.project, dry_run=True)
    assert report.written == 2 and {e["name"] for e in report.edits} >= {"xmp:Rating", "xmpDM:pick"}
    assert {path: path.read_bytes() for path in shoot.card.iterdir()} == was
    assert library.rows("SELECT * FROM former_bytes") == []


# -- pictures in pictures -----------------------------------------------------------------------------------


def multi_picture(path: Path, *, index_first: bool) -> bytes:
    """A JPEG with a second one behind it and the index (CIPA DC-007) that finds it, before or behind the XMP."""
    data = path.read_bytes()
    second = path.with_name("3.jpg").read_bytes()
    packet = b"http://ns.adobe.com/xap/1.0/\0" + PACKET
    xmp = b"\xff\xe1" + struct.pack(">H", len(packet) + 2) + packet
    size = 4 + 4 + 8 + 2 + 3 * 12 + 4 + 32  # marker and length, «MPF\0», header, count, entries, next, list
    start = 2 + (0 if index_first else len(xmp))
    whole = len(data) + size + len(xmp)
    entries = struct.pack("<HHI4s", 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, 2)
    entries += struct.pack("<HHII", 0xB002, 7, 32, 8 + 2 + 36 + 4)
    listing = struct.pack("<IIIHH", 0x20030000, whole, 0, 0, 0)
    listing += struct.pack("<IIIHH", 0, len(second), whole - (start + 8), 0, 0)
    body = (
        b"MPF\0II*\0" + struct.pack("<I", 8) + struct.pack("<H", 3) + entries + struct.pack("<I", 0) + listing
    )
    index = b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body
    assert len(index) == size
    made = data[:2] + (index + xmp if index_first else xmp + index) + data[2:] + second
    path.write_bytes(made)
    return second


PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"/></rdf:RDF></x:xmpmeta>'
)


def second_picture(path: Path) -> bytes:
    """The second picture, found as a viewer finds it: by the index."""
    with Image.open(path) as picture:
        assert picture.format == "MPO"
        picture.seek(1)
        return picture.tobytes()


@pytest.mark.parametrize("index_first", [False, True])
def test_further_pictures_in_a_file_are_found_afterwards(shoot: Shoot, index_first: bool) -> None:
    path = shoot.card / "1.jpg"
    second = multi_picture(path, index_first=index_first)
    was, seen = path.read_bytes(), second_picture(path)
    shoot.bring_in()
    report = write_into_jpegs(shoot.library, project_id=shoot.project)
    if index_first:  # it counts across the packet, which has no room to spare
        assert "further pictures" in dict(report.failed)[str(path)]
        assert path.read_bytes() == was
    else:
        assert report.failed == []
        assert path.read_bytes() != was and path.read_bytes().endswith(second)
    assert second_picture(path) == seen


def test_a_preview_that_only_the_camera_s_notes_know_is_not_moved(shoot: Shoot) -> None:
    path = shoot.card / "1.jpg"
    path.write_bytes(path.read_bytes() + b"\0\0" + (shoot.card / "3.jpg").read_bytes())
    film = shoot.card / "2.jpg"
    film.write_bytes(film.read_bytes() + b"\0\0\0\x18ftypmp42 motion" + bytes(range(256)) * 40)
    was = path.read_bytes()
    shoot.bring_in()
    report = write_into_jpegs(shoot.library, project_id=shoot.project)
    assert [Path(p).name for p, _ in report.failed] == ["1.jpg"]
    assert "preview" in report.failed[0][1] and path.read_bytes() == was
    assert report.written == 1 and film.read_bytes().endswith(bytes(range(256)) * 40)
