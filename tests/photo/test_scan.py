"""Walking what was dropped: links, odd names, things that are no files, and what is missing."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from pixsort_desktop.photo.formats import is_photo
from pixsort_desktop.photo.scan import Scanned, scan

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX file system")


def kinds(*paths: Path | str) -> dict[str, str]:
    return {os.path.basename(found.path): found.kind for found in scan(paths)}


def touch(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_1.JPG", True), ("a.jpeg", True), ("a.jpe", True), ("a.jfif", True), ("a.png", True), ("a.WebP", True),
        ("a.bmp", True), ("a.dib", True), ("a.tif", True), ("a.TIFF", True), ("a.avif", True), ("a.b.jpg", True),
        ("a.jpg.xmp", False), ("a.ico", False), ("a.mov", False), ("a.pdf", False), ("a.jxl", False), ("jpg", False),
        (".jpg", False), ("a.jpg~", False), ("._a.jpg", False),
        ("Thumbs.db", False), ("", False), ("a.gif", True), ("a.heic", True), ("a.HIF", True), ("a.psd", True),
        ("a.jp2", True), ("a.CR2", True), ("a.cr3", True), ("a.NEF", True), ("a.dng", True), ("a.RAF", True),
    ],
)  # fmt: skip
def test_a_photo_is_known_by_its_name(name: str, expected: bool) -> None:
    assert is_photo(os.path.join("somewhere", name)) is expected


def test_files_come_before_folders_and_in_order(tmp_path: Path) -> None:
    for name in ("b/2.jpg", "b/1.jpg", "a/x/deep.png", "z.jpg", "c.txt"):
        touch(tmp_path / name)
    found = [os.path.relpath(each.path, tmp_path).replace(os.sep, "/") for each in scan([tmp_path])]
    assert found == ["c.txt", "z.jpg", "a/x/deep.png", "b/1.jpg", "b/2.jpg"]
    assert found == [os.path.relpath(each.path, tmp_path).replace(os.sep, "/") for each in scan([tmp_path])]


def test_size_and_time_are_the_file_s(tmp_path: Path) -> None:
    path = touch(tmp_path / "a.jpg", b"12345")
    os.utime(path, ns=(5, 1_600_000_000_123_456_700))
    assert list(scan([path])) == [Scanned(str(path), "photo", 5, path.stat().st_mtime_ns)]


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a.jpg")
    monkeypatch.chdir(tmp_path)
    assert [each.path for each in scan(["a.jpg"])] == [str(tmp_path / "a.jpg")]


def test_a_named_file_of_another_kind_is_other(tmp_path: Path) -> None:
    assert kinds(touch(tmp_path / "notes.txt")) == {"notes.txt": "other"}


def test_the_system_s_own_files_are_not_mentioned(tmp_path: Path) -> None:
    for name in ("._IMG_1.jpg", ".DS_Store", "Thumbs.db", "desktop.ini", "IMG_1.jpg"):
        touch(tmp_path / name)
    assert kinds(tmp_path) == {"IMG_1.jpg": "photo"}


def test_a_missing_path_is_said(tmp_path: Path) -> None:
    (found,) = scan([tmp_path / "gone"])
    assert found.kind == "unreadable"
    assert found.reason == "There is no such file or folder."


def test_a_path_with_a_nul_is_said(tmp_path: Path) -> None:
    (found,) = scan([f"{tmp_path}/a\0b"])
    assert found.kind == "unreadable"


def test_the_same_path_given_twice_comes_once(tmp_path: Path) -> None:
    path = touch(tmp_path / "sub" / "a.jpg")
    assert len(list(scan([path, tmp_path, path.parent, path]))) == 1


def test_it_is_lazy(tmp_path: Path) -> None:
    for n in range(3):
        touch(tmp_path / f"{n}.jpg")
        touch(tmp_path / "sub" / f"{n}.jpg")
    walk = scan([tmp_path])
    next(walk)
    touch(tmp_path / "sub" / "late.jpg")
    assert "late.jpg" in {os.path.basename(each.path) for each in walk}


@posix
def test_link_loops_end_and_links_are_followed(tmp_path: Path) -> None:
    touch(tmp_path / "shoot" / "a.jpg")
    touch(tmp_path / "elsewhere" / "b.jpg")
    (tmp_path / "shoot" / "loop").symlink_to(tmp_path / "shoot")
    (tmp_path / "shoot" / "self").symlink_to("self")
    (tmp_path / "shoot" / "dangling.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (tmp_path / "shoot" / "other").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "shoot" / "once more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "shoot" / "file.jpg").symlink_to(tmp_path / "elsewhere" / "b.jpg")
    found = [os.path.relpath(each.path, tmp_path / "shoot") for each in scan([tmp_path / "shoot"])]
    assert found == ["a.jpg", "file.jpg", "once more/b.jpg"]


@posix
def test_odd_names_survive(tmp_path: Path) -> None:
    names = [
        b"\xff\xfe latin \xe9.jpg",
        b"new\nline.jpg",
        "📷 käse.jpg".encode(),
        b"n" * 251 + b".jpg",
        b" .jpg",
    ]
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(b"x")
    found = list(scan([tmp_path]))
    assert {os.fsencode(os.path.basename(each.path)) for each in found} == set(names)
    assert all(each.kind == "photo" for each in found)


@posix
def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.jpg"))
        touch(tmp_path / "a.jpg")
        assert kinds(tmp_path, tmp_path / "pipe.jpg", "/dev/null") == {"a.jpg": "photo"}


@posix
def test_a_folder_that_may_not_be_read_costs_only_itself(tmp_path: Path) -> None:
    touch(tmp_path / "closed" / "a.jpg")
    touch(tmp_path / "open" / "b.jpg")
    (tmp_path / "closed").chmod(0)
    try:
        if os.access(tmp_path / "closed", os.R_OK):
            pytest.skip("this user may read everything")
        found = list(scan([tmp_path]))
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert [each.kind for each in found] == ["unreadable", "photo"]
    assert found[0].reason == "It may not be read: permission denied."


def test_a_folder_that_vanishes_costs_only_itself(tmp_path: Path) -> None:
    touch(tmp_path / "1.jpg")
    touch(tmp_path / "gone" / "a.jpg")
    touch(tmp_path / "there" / "b.jpg")
    walk = scan([tmp_path])
    assert next(walk).path.endswith("1.jpg")
    (tmp_path / "gone" / "a.jpg").unlink()
    (tmp_path / "gone").rmdir()
    assert [(each.kind, os.path.basename(each.path)) for each in walk] == [("photo", "b.jpg")]


@posix
def test_a_tree_deeper_than_python_s_recursion(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(1200):
        if len(str(folder)) > 3900:  # the longest path Linux takes is 4096
            break
        folder = folder / "d"
        folder.mkdir()
    touch(folder / "a.jpg")
    try:
        assert kinds(tmp_path) == {"a.jpg": "photo"}
    finally:  # pytest's own clearing of old folders would fall over a tree this deep
        (folder / "a.jpg").unlink()
        while folder != tmp_path:
            folder.rmdir()
            folder = folder.parent
