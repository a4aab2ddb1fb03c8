"""HEIC and HEIF: turned by the container and by nothing else, colours through the profile, the primary picture."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import limits
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.photo.decoder import decode_here
from pixsort_desktop.photo.formats import family

REAL = (
    "metadata/assets/formats/heic/IMG_2682.heic",  # a grid, in Display P3
    "metadata/gallery/test/backend/assets/live_photo/IMG_7943.HEIC",  # cropped by the container, with a gain map
    "metadata/cameras/heic/samplefilehub.heif",
    "broken/pillow/Tests/images/avif/hopper.heif",
)


def encoder(name: str) -> str:
    """A program of libheif's that the system may have, as an independent reader and writer."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture(scope="module")
def turnable(shared_data: Path) -> bytes:
    """A small file that has an `irot` box, which says that nothing is turned."""
    data = (shared_data / REAL[1]).read_bytes()
    assert data.count(b"\0\0\0\x09irot\0") == 1
    return data


def pixels(data: bytes, edge: int = 9999) -> np.ndarray:
    return np.asarray(decode(data, edge).image).astype(float)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - np.asarray(other, dtype=float)).mean())


def assert_alike(one: np.ndarray, other: np.ndarray) -> None:
    """The same picture, and much less like any other turn of it; halved chroma falls differently when turned."""
    turns = [np.rot90(each, number) for each in (other, np.flip(other, 1)) for number in range(4)]
    others = [difference(one, turn) for turn in turns[1:] if turn.shape == one.shape]
    assert difference(one, other) < 8
    assert difference(one, other) < 0.25 * min(others)


@pytest.mark.parametrize("name", REAL)
def test_real_files_look_as_another_reader_shows_them(shared_data: Path, tmp_path: Path, name: str) -> None:
    """The other one decodes and turns; its colours are converted here by littleCMS."""
    path, copy = shared_data / name, tmp_path / "a.jpg"
    subprocess.run([encoder("heif-convert"), "-q", "97", path, copy], check=True, capture_output=True)
    with Image.open(copy) as image:
        profile = image.info.get("icc_profile")
        reference = image.convert("RGB")
        if profile:
            opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                reference, opened, ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
            )
            assert converted is not None
            reference = converted
    decoded = decode(path.read_bytes(), 512)
    assert (decoded.width, decoded.height, decoded.format) == (*reference.size, "HEIF")
    small = reference.resize(decoded.image.size, Image.Resampling.LANCZOS)
    assert difference(np.asarray(decoded.image), np.asarray(small)) < 2.5


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_the_container_s_turn_is_applied(turnable: bytes, quarters: int) -> None:
    place = turnable.index(b"irot") + 4
    turned = turnable[:place] + bytes([quarters]) + turnable[place + 1 :]
    assert_alike(pixels(turned), np.rot90(pixels(turnable), quarters))  # anti-clockwise, both
    decoded = decode(turned, 64)
    assert (decoded.width < decoded.height) == (quarters == 2)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_container_s_mirror_is_applied(turnable: bytes, axis: int) -> None:
    """0 swaps top and bottom, 1 left and right (ISO 23000-22, 7.3.6.7). Cropping comes first in this file."""
    place = turnable.index(b"irot")
    mirrored = turnable[:place] + b"imir" + bytes([axis]) + turnable[place + 5 :]
    assert_alike(pixels(mirrored), np.flip(pixels(turnable), axis))


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_the_exif_block_s_orientation_is_not_applied_again(turnable: bytes, orientation: int) -> None:
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01"
    place = turnable.index(entry) + len(entry)
    marked = turnable[:place] + struct.pack(">H", orientation) + turnable[place + 2 :]
    assert np.array_equal(pixels(marked), pixels(turnable))
    exif = decode(marked, 64).exif
    assert exif is not None and entry + struct.pack(">H", orientation) in exif


def test_ten_bits_and_alpha(tmp_path: Path) -> None:
    columns = np.tile(np.linspace(0, 255, 256).astype(np.uint8), (64, 1))
    Image.fromarray(columns).convert("RGB").save(tmp_path / "ramp.png")
    see_through = Image.new("RGBA", (128, 64), (255, 255, 255, 255))
    see_through.paste((255, 255, 255, 0), (64, 0, 128, 64))
    see_through.save(tmp_path / "alpha.png")
    for name, options in (("ramp", ["-b", "10"]), ("alpha", [])):
        command = [
            encoder("heif-enc"),
            "-q",
            "95",
            *options,
            tmp_path / f"{name}.png",
            "-o",
            tmp_path / f"{name}.heic",
        ]
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("heif-enc has no encoder for HEVC here")
    ramp = pixels((tmp_path / "ramp.heic").read_bytes())
    assert difference(ramp, np.repeat(columns[:, :, None], 3, axis=2)) < 2
    alpha = pixels((tmp_path / "alpha.heic").read_bytes())
    assert np.abs(alpha[:, :60] - 255).max() <= 3
    assert np.abs(alpha[:, 68:] - 128).max() <= 3


def test_only_the_primary_picture_is_shown(tmp_path: Path) -> None:
    for name, level in (("one", 60), ("two", 200)):
        Image.new("RGB", (96, 64), (level, level, level)).save(tmp_path / f"{name}.png")
    out = tmp_path / "both.heic"
    command = [encoder("heif-enc"), tmp_path / "one.png", tmp_path / "two.png", "-o", out]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("heif-enc has no encoder for HEVC here")
    decoded = decode(out.read_bytes(), 96)
    assert decoded.warning == "The file has 2 pictures; the one that it calls primary is shown."
    assert difference(np.asarray(decoded.image), np.full((64, 96, 3), 60)) < 3


def test_memory_is_bounded_by_the_header(turnable: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_memory", 100_000)
    with pytest.raises(
        PhotoError, match=r"^The picture of 100 × 133 pixels would need 0 MB of memory; the limit"
    ):
        decode_here(turnable, 512, "heif")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_cut_off_file_ends_in_a_sentence(turnable: bytes, part: float) -> None:
    with pytest.raises(PhotoError, match=r"^The [^\n]*\.$"):
        decode(turnable[: int(len(turnable) * part)], 512)


def test_heif_is_told_from_avif_and_film() -> None:
    start = b"\0\0\0\x1cftyp"
    assert family(start + b"heic\0\0\0\0mif1heic" + bytes(20)) == "heif"
    assert family(start + b"mif1\0\0\0\0heicmif1" + bytes(20)) == "heif"
    assert family(start + b"mif1\0\0\0\0avifmif1" + bytes(20)) == "raster"
    assert family(start + b"avif\0\0\0\0mif1miaf" + bytes(20)) == "raster"
    assert family(start + b"qt  \0\0\0\0qt  " + bytes(20)) == "raster"
