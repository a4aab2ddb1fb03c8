"""One reading of the bytes: hash, facts, pixels and thumbnail, or a sentence."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import reading
from pixsort_desktop.photo.reading import KnownBytes, PhotoReading, UndecodableError, read_photo

MakeJpeg = Callable[..., Path]


@pytest.fixture
def photo(make_jpeg: MakeJpeg) -> Path:
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    exif[0x0112] = 6
    return make_jpeg("a.jpg", seed=1, size=(900, 600), exif=exif)


def read(path: Path) -> PhotoReading:
    found = read_photo(str(path))
    assert isinstance(found, PhotoReading)
    return found


def test_everything_from_one_buffer(photo: Path) -> None:
    found = read(photo)
    assert found.sha256 == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert (found.size, found.mtime_ns) == (photo.stat().st_size, photo.stat().st_mtime_ns)
    assert (found.width, found.height, found.format, found.warning) == (600, 900, "JPEG", None)
    assert (found.metadata.make, found.metadata.orientation) == ("Canon", 6)
    assert (found.pixels.shape, found.pixels.dtype) == ((512, 341, 3), np.uint8)
    thumbnail = Image.open(io.BytesIO(found.thumbnail_jpeg))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (341, 512))
    assert np.abs(np.asarray(thumbnail).astype(int) - found.pixels).mean() < 2
    assert not thumbnail.getexif()  # or the turn would be applied twice


def test_known_bytes_are_not_decoded(photo: Path) -> None:
    asked: list[str] = []
    found = read_photo(str(photo), is_known=lambda sha256: not asked.append(sha256))  # type: ignore[func-returns-value]
    assert isinstance(found, KnownBytes)
    assert asked == [found.sha256] == [hashlib.sha256(photo.read_bytes()).hexdigest()]


def test_a_tiff_s_facts_come_from_the_file_itself(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Coolscan"
    exif[0x0112] = 8
    Image.new("RGB", (90, 60)).save(tmp_path / "a.tif", exif=exif)
    found = read(tmp_path / "a.tif")
    assert (found.metadata.model, found.metadata.orientation, found.width, found.height) == (
        "Coolscan",
        8,
        60,
        90,
    )


@pytest.mark.parametrize("name", ["a.jpg", "b.tif"])
def test_a_file_too_big_for_memory_is_read_from_disk(
    photo: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo.with_name(name)
    if name == "b.tif":
        with Image.open(photo) as picture:
            picture.save(path, compression="tiff_lzw", exif=picture.getexif())
    whole = read(path)
    monkeypatch.setattr(reading, "_WHOLE_IN_MEMORY", 1000)
    streamed = read(path)
    assert (streamed.sha256, streamed.metadata, streamed.size) == (whole.sha256, whole.metadata, whole.size)
    assert np.array_equal(streamed.pixels, whole.pixels)


def test_an_undecodable_file_is_still_known_by_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"no picture")
    with pytest.raises(UndecodableError) as raised:
        read_photo(str(path))
    assert str(raised.value) == "The file is no picture in a known format, or its beginning is damaged."
    assert raised.value.sha256 == hashlib.sha256(b"no picture").hexdigest()
    assert (raised.value.size, raised.value.mtime_ns) == (10, path.stat().st_mtime_ns)


def reason(path: Path) -> str:
    with pytest.raises(PhotoError) as raised:
        read_photo(str(path))
    assert not isinstance(raised.value, UndecodableError)
    return str(raised.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    with open(tmp_path / "huge.jpg", "wb") as file:
        file.truncate(2_100_000_000)  # a hole: it takes no space
    assert reason(tmp_path / "gone.jpg") == "The file is no longer there."
    assert reason(tmp_path / "empty.jpg") == "The file is empty."
    assert reason(tmp_path / "huge.jpg") == (
        "The file is too large: 2.1 GB; the limit is 2 GB, and «pixsort limit» raises it."
    )
    assert reason(tmp_path) == "This is no file."


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    assert reason(tmp_path / "a.jpg") == "This is no file."


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_forbidden_file(photo: Path) -> None:
    photo.chmod(0)
    if os.access(photo, os.R_OK):
        pytest.skip("this user may read everything")
    assert reason(photo) == "The file may not be read: permission denied."


class Grower:
    """Stands before hashing and lets the file grow, as a copy under way does."""

    def __init__(self, path: Path, times: int) -> None:
        self.path, self.times = path, times

    def sha256(self, data: bytes) -> hashlib._Hash:
        if self.times:
            self.times -= 1
            with self.path.open("ab") as file:
                file.write(b"more")
        return hashlib.sha256(data)


def test_a_file_that_grew_once_is_read_again(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "hashlib", Grower(photo, times=1))
    found = read(photo)
    assert photo.read_bytes().endswith(b"more")
    assert found.sha256 == hashlib.sha256(photo.read_bytes()).hexdigest()


def test_a_file_that_keeps_growing_fails(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "hashlib", Grower(photo, times=99))
    assert reason(photo) == "The file changes while it is being read; try again when it is complete."


@pytest.mark.skipif(sys.platform == "win32", reason="names of bytes")
def test_a_name_that_is_no_text(photo: Path) -> None:
    odd = os.path.join(os.fsencode(photo.parent), b"\xff\xfe.jpg")
    os.rename(photo, odd)
    assert isinstance(read_photo(os.fsdecode(odd)), PhotoReading)
