"""EXIF wherever a format keeps it. CR3, NEF, ORF, RAF, RW2, PNG, WebP, JXL and JPEG in parts were read by ExifTool 12.57
with the same results."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.photo.metadata import Metadata, read_metadata
from tests.photo import exif_blocks as made
from tests.photo.exif_blocks import Entry, text


def ratio(one: int, other: int) -> bytes:
    return struct.pack("<II", one, other)


MAIN: list[Entry] = [text(0x010F, "Canon"), text(0x0110, "Canon EOS R5"), (0x0112, 3, 1, b"\x06\0")]
EXIF: list[Entry] = [
    (0x829A, 5, 1, ratio(1, 250)), (0x829D, 5, 1, ratio(28, 10)), (0x8827, 3, 1, struct.pack("<H", 400)),
    text(0x9003, "2024:05:14 10:00:00"), text(0x9291, "25"), text(0x9011, "+02:00"), (0x920A, 5, 1, ratio(50, 1)),
    text(0xA434, "RF50mm F1.2L USM"), text(0xA431, "0123"),
]  # fmt: skip
GPS: list[Entry] = [
    text(1, "S"), (2, 5, 3, ratio(33, 1) + ratio(51, 1) + ratio(35, 1)),
    text(3, "E"), (4, 5, 3, ratio(151, 1) + ratio(12, 1) + ratio(40, 1)), (5, 1, 1, b"\x01"), (6, 5, 1, ratio(5, 1)),
]  # fmt: skip
MAKER: list[Entry] = [(0x0004, 3, 34, struct.pack("<34H", *[0] * 9, 3, *[0] * 24))]
BLOCK = made.with_exif(MAIN, EXIF)

FILES = {
    "CR3": made.cr3(*map(made.tiff, (MAIN, EXIF, MAKER, GPS))),
    "NEF": BLOCK,
    "ORF": made.with_exif(MAIN, EXIF, b"IIRO"),
    "RW2": made.with_exif(
        [*MAIN, (0x0017, 3, 1, struct.pack("<H", 400))], [e for e in EXIF if e[0] != 0x8827], b"IIU\0", 24
    ),
    "RAF": made.raf(made.jpeg((0xE1, b"Exif\0\0" + BLOCK))),
    "MRW": b"\0MRM" + struct.pack(">I", 8 + len(BLOCK)) + b"\0TTW" + struct.pack(">I", len(BLOCK)) + BLOCK,
    "JPEG": made.jpeg((0xE0, b"JFIF\0"), (0xE1, b"Exif\0\0" + BLOCK)),
    "JPEG, other spelling": made.jpeg((0xE1, b"exif\0\xff" + BLOCK)),
    "JPEG, junk between segments": b"\xff\xd8\0\1\2" + made.jpeg((0xE1, b"Exif\0\0" + BLOCK))[2:],
    "PNG": made.png((b"eXIf", BLOCK)),
    "PNG by ImageMagick": made.png(
        (b"tEXt", b"Raw profile type exif\0\nexif\n%8d\n" % len(BLOCK) + BLOCK.hex().encode() + b"\n")
    ),
    "WebP": made.webp(b"Exif\0\0" + BLOCK),
    "JPEG XL": made.box(b"JXL ", b"\r\n\x87\n") + made.box(b"Exif", bytes(4) + BLOCK),
    "JPEG 2000": made.box(b"jP  ", b"\r\n\x87\n") + made.box(b"uuid", b"JpgTiffExif->JP2" + BLOCK),
    "PSD": b"8BPS" + bytes(26)
    + struct.pack(">I", 12 + len(BLOCK)) + b"8BIM" + struct.pack(">HHI", 1058, 0, len(BLOCK)) + BLOCK,
    "block": b"Exif\0\0" + BLOCK,
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_container(name: str) -> None:
    found = read_metadata(FILES[name])
    assert (found.make, found.model, found.orientation, found.serial) == ("Canon", "Canon EOS R5", 6, "0123")
    assert (found.taken_at, found.taken_from) == ("2024-05-14T10:00:00.25+02:00", "original")
    assert (found.iso, found.exposure_s, found.f_number, found.focal_mm) == (400, 0.004, 2.8, 50.0)
    assert found.lens == "RF50mm F1.2L USM"


def test_canon_keeps_position_and_maker_note_apart() -> None:
    found = read_metadata(FILES["CR3"])
    assert (found.latitude, found.longitude) == pytest.approx((-33.859722, 151.211111))
    assert (found.altitude_m, found.burst_frame) == (-5.0, 3)


def test_a_block_of_more_than_a_segment() -> None:
    big = made.with_exif(MAIN, [(0x9286, 7, 70_000, bytes(70_000)), text(0xA434, "Behind")])
    found = read_metadata(made.jpeg((0xE1, b"Exif\0\0" + big[:60_000]), (0xE1, b"Exif\0\0" + big[60_000:])))
    assert (found.make, found.lens) == ("Canon", "Behind")


def test_of_two_blocks_the_first_counts_and_the_second_fills_gaps() -> None:
    second = made.with_exif([text(0x010F, "Editor"), text(0x0110, "Model")], EXIF)
    found = read_metadata(made.jpeg((0xE1, b"Exif\0\0" + made.tiff(MAIN[:1])), (0xE1, b"Exif\0\0" + second)))
    assert (found.make, found.model, found.iso) == ("Canon", "Model", 400)


def test_real_heic_and_avif(shared_data: Path) -> None:
    photo = (shared_data / "metadata/gallery/test/backend/assets/live_photo/IMG_7943.HEIC").read_bytes()
    found = read_metadata(photo)
    assert (found.make, found.model) == ("Apple", "iPhone 13 Pro")
    assert found.content_id == "9B539AB8-A668-4FA6-9207-EB653A5E7E3C"
    assert found.taken_at is not None


def test_a_file_on_disk_is_read_like_one_in_memory(tmp_path: Path) -> None:
    for name, data in FILES.items():
        path = tmp_path / "file"
        path.write_bytes(data)
        with path.open("rb") as file:
            assert read_metadata(file) == read_metadata(data), name


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data())
def test_damaged_containers_are_read_without_harm(data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from(list(FILES.values()))))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=12)):
        damaged[place % len(damaged)] = byte
    found = read_metadata(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    assert isinstance(found, Metadata)
    assert found.orientation in (None, *range(1, 9))


def test_what_cameras_wrote_before_exif(shared_data: Path) -> None:
    folder = shared_data / "metadata/cameras/jpg/exif-org"
    canon = read_metadata((folder / "sony-powershota5.jpg").read_bytes())
    assert (canon.make, canon.model, canon.taken_at) == ("Canon", "Canon PowerShot A5", "2000-10-27T22:56:26")
    assert canon.exposure_s == pytest.approx(1 / 29, rel=0.02)
    olympus = read_metadata((folder / "olympus-d320l.jpg").read_bytes())
    assert (olympus.f_number, olympus.taken_at, olympus.serial) == (2.8, "1998-10-29T22:06:59", "00000001")
