"""What cameras wrote: against ExifTool's reading of real files, and against damage."""

from __future__ import annotations

import io
import json
import re
import runpy
import struct
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.photo.metadata import Metadata, read_metadata
from tests.photo.exif_blocks import block, raw_block

NOTHING = Metadata()


# -- real files ---------------------------------------------------------------------------------------------

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmarks" / "metadata_agreement.py"


def test_fields_agree_with_exiftool(shared_data: Path) -> None:
    agreement = runpy.run_path(str(BENCHMARK))
    compared = list(agreement["compare"](shared_data))
    others = {(c.path.rpartition("/")[2], c.field) for c in compared if not c.agrees}
    assert len(compared) > 1100
    assert len(others) <= len(compared) // 100
    assert others == set(agreement["EXPLAINED"])


def test_a_whole_tiff_file_is_read(shared_data: Path) -> None:
    tiffs = sorted((shared_data / "metadata" / "cameras" / "tiff").glob("*.tif*"))
    assert any(read_metadata(path.read_bytes()) != NOTHING for path in tiffs)


# -- values -------------------------------------------------------------------------------------------------


def test_every_field_of_a_full_block() -> None:
    found = read_metadata(
        block(
            {0x010F: "Nikon ", 0x0110: "Z 6\0\0\0", 0x0112: 6},
            {
                0x829A: IFDRational(1, 250), 0x829D: IFDRational(28, 10), 0x8827: 400, 0x920A: IFDRational(50, 1),
                0x9003: "2024:02:29 23:59:58", 0x9291: "125", 0x9011: "+05:45", 0xA434: "NIKKOR Z 50mm f/1.8 S",
            },
            {
                1: "S", 2: (IFDRational(33), IFDRational(51), IFDRational(3550, 100)),
                3: "W", 4: (IFDRational(151), IFDRational(12), IFDRational(40)), 5: b"\x01", 6: IFDRational(125, 10),
            },
        )
    )  # fmt: skip
    assert found.taken_seconds == pytest.approx(1709251198.125)
    assert found.latitude == pytest.approx(-(33 + 51 / 60 + 35.5 / 3600))
    assert found.longitude == pytest.approx(-(151 + 12 / 60 + 40 / 3600))
    assert (found.make, found.model, found.lens) == ("Nikon", "Z 6", "NIKKOR Z 50mm f/1.8 S")
    assert (found.orientation, found.taken_at) == (6, "2024-02-29T23:59:58.125+05:45")
    assert (found.iso, found.exposure_s, found.f_number, found.focal_mm) == (400, 0.004, 2.8, 50.0)
    assert found.altitude_m == -12.5


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2020:01:02 03:04:05", "2020-01-02T03:04:05"),
        ("2020-01-02T03:04:05", "2020-01-02T03:04:05"),
        ("2020/1/2 3:04", "2020-01-02T03:04:00"),
        ("2020:01:02 03:04:05.67", "2020-01-02T03:04:05.67"),
        ("2020:01:02 03:04:05+02:00", "2020-01-02T03:04:05+02:00"),
        ("2020:01:02 03:04:05Z", "2020-01-02T03:04:05+00:00"),
        ("1950:06:01 12:00:00", "1950-06-01T12:00:00"),
        ("2020:01:02 03:04:05 PM", "2020-01-02T15:04:05"),
        ("20200102030405", "2020-01-02T03:04:05"),
        ("2020:01:02", "2020-01-02"),
        ("0000:00:00 00:00:00", None),
        ("2019:13:45 10:00:00", None),
        ("1904:01:01 00:00:00", None),
        ("1970:01:01 01:00:00", None),
        ("1970:01:01 01:00:07", "1970-01-01T01:00:07"),
        ("1969:12:31 16:00:00", None),
        ("2106:02:07 06:28:15", None),
        ("1601:01:01 10:11:12", None),
        ("1899:12:30 00:00:14", None),
        ("    :  :     :  :  ", None),
        ("2020:02:31 00:00:00", None),
        ("yesterday", None),
    ],
)
def test_dates(written: str, expected: str | None) -> None:
    assert read_metadata(block(exif={0x9003: written})).taken_at == expected


def test_the_date_falls_back_with_its_own_sub_seconds() -> None:
    digitised = {0x9003: "0000:00:00 00:00:00", 0x9291: "1", 0x9004: "2001:01:01 01:01:01", 0x9292: "22"}
    assert read_metadata(block(exif=digitised)).taken_at == "2001-01-01T01:01:01.22"
    assert (
        read_metadata(block({0x0132: "2002:02:02 02:02:02"}, {0x9290: "5  "})).taken_at
        == "2002-02-02T02:02:02.5"
    )


@pytest.mark.parametrize("offset", ["99:99", "   :  ", "", "+25:00", "local"])
def test_an_offset_that_is_none_is_left_out(offset: str) -> None:
    assert (
        read_metadata(block(exif={0x9003: "2020:01:02 03:04:05", 0x9011: offset})).taken_at
        == "2020-01-02T03:04:05"
    )


@pytest.mark.parametrize("text", ["", "   ", "\0\0\0\0", " \0junk"])
def test_blank_text_is_none(text: str) -> None:
    assert read_metadata(block({0x010F: text})).make is None


def test_text_in_another_encoding_is_kept() -> None:
    assert read_metadata(raw_block(0x010F, 2, 4, b"K\xe4s\0")).make == "Käs"


@pytest.mark.parametrize("number", [0, 9, 65535])
def test_an_orientation_outside_1_to_8_is_none(number: int) -> None:
    assert read_metadata(block({0x0112: number})).orientation is None


def test_iso_may_be_a_list_and_may_overflow() -> None:
    assert read_metadata(block(exif={0x8827: (200, 0)})).iso == 200
    assert read_metadata(block(exif={0x8827: 65535, 0x8832: 102400})).iso == 102400
    assert read_metadata(block(exif={0x8827: 0})).iso is None


def test_a_denominator_of_zero_costs_its_field_only() -> None:
    nothing = struct.pack("<II", 1, 0)
    assert read_metadata(raw_block(0x829A, 5, 1, struct.pack("<I", 26), nothing)).exposure_s is None
    found = read_metadata(block({0x010F: "Canon"}, {0x829D: IFDRational(0, 0), 0x8827: 100}))
    assert (found.make, found.f_number, found.iso) == ("Canon", None, 100)


@pytest.mark.parametrize("value", [(1, 1, b"\x06"), (4, 1, b"\x06"), (2, 2, b"6\0"), (9, 1, b"\x06")])
def test_a_number_of_another_type_is_read(value: tuple[int, int, bytes]) -> None:
    assert read_metadata(raw_block(0x0112, *value)).orientation == 6


def test_exif_ratings() -> None:
    assert read_metadata(block({0x4746: 4, 0x4749: 99})).rating == 4
    assert [read_metadata(block({0x4749: percent})).rating for percent in (0, 1, 25, 50, 75, 99, 101)] == [
        None, 1, 2, 3, 4, 5, None,
    ]  # fmt: skip


def test_what_a_program_filled_with_zeros_is_unknown() -> None:
    zeros = {0x829A: IFDRational(0, 1), 0x9201: IFDRational(0, 1), 0x829D: IFDRational(0, 1), 0x8827: 0}
    found = read_metadata(block(exif=zeros))
    assert (found.exposure_s, found.f_number, found.iso) == (None, None, None)


@pytest.mark.parametrize("nothing", ["0000000000", "----", "none", "9999999999", "0"])
def test_a_serial_number_that_is_none(nothing: str) -> None:
    assert read_metadata(block(exif={0xA431: nothing, 0xA435: nothing})).serial is None


def test_exposure_and_aperture_from_apex() -> None:
    found = read_metadata(block(exif={0x9201: IFDRational(8, 1), 0x9202: IFDRational(4, 1)}))
    assert (found.exposure_s, found.f_number) == (1 / 256, 4.0)


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (IFDRational(91), IFDRational(0), IFDRational(0)), 3: "E", 4: (IFDRational(1),) * 3},
        {1: "N", 2: (IFDRational(10),) * 3},
        {1: "N", 2: (IFDRational(0, 0),) * 3, 3: "E", 4: (IFDRational(0, 0),) * 3},
        {1: "N", 2: (IFDRational(10),) * 3, 3: "E", 4: (IFDRational(200),) * 3},
    ],
)
def test_a_place_that_is_none(gps: dict[int, Any]) -> None:
    found = read_metadata(block(gps=gps))
    assert (found.latitude, found.longitude) == (None, None)


def test_seconds_of_arc_may_be_missing() -> None:
    minutes = (IFDRational(10), IFDRational(30), IFDRational(0, 0))
    found = read_metadata(block(gps={1: "N", 2: minutes, 3: "E", 4: minutes}))
    assert (found.latitude, found.longitude) == (10.5, 10.5)


@pytest.mark.parametrize(
    "junk", [b"", b"I", b"II*\0", b"Exif\0\0", b"Exif\0\0MM\0*", b"not a block at all", b"II+\0" + bytes(40)]
)
def test_junk_is_nothing(junk: bytes) -> None:
    assert read_metadata(junk) == NOTHING


def test_directories_that_point_at_themselves_end() -> None:
    entry = struct.pack("<HHII", 0x8825, 4, 1, 8)
    assert read_metadata(b"II*\0" + struct.pack("<IH", 8, 60000) + entry * 5000) == NOTHING
    assert (
        read_metadata(b"II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHII", 0x8769, 4, 1, 8)) == NOTHING
    )


# -- drawn values -------------------------------------------------------------------------------------------


def check(found: Metadata) -> None:
    """What holds for any block, however damaged."""
    json.dumps(asdict(found), allow_nan=False)
    assert found.orientation in (None, *range(1, 9))
    assert found.latitude is None or abs(found.latitude) <= 90
    assert found.longitude is None or abs(found.longitude) <= 180
    assert (found.latitude is None) == (found.longitude is None)
    assert (found.taken_at is None) == (found.taken_seconds is None)
    assert found.taken_at is None or re.match(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d)?$|\d{4}-\d\d-\d\d$", found.taken_at
    )
    for text in (found.make, found.model, found.lens, found.serial, found.lens_serial):
        assert text is None or (text == text.strip() and text and "\0" not in text)
    for number in (found.iso, found.exposure_s, found.f_number, found.focal_mm):
        assert number is None or number > 0


@pytest.fixture(scope="module")
def real_blocks(shared_data: Path) -> list[bytes]:
    blocks = []
    for path in sorted((shared_data / "metadata" / "cameras" / "jpg").rglob("*.jpg"))[::4]:
        try:
            exif = decode(path.read_bytes(), 64).exif
        except PhotoError:
            continue
        if exif and len(exif) < 65536:
            blocks.append(exif)
    assert len(blocks) > 10
    return blocks


@settings(max_examples=250, deadline=None, derandomize=True)
@given(data=st.data())
def test_damaged_blocks_give_sound_values(real_blocks: list[bytes], data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from(real_blocks)))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(8, 1500), st.integers(0, 255)), max_size=30)):
        damaged[place % len(damaged)] = byte
    check(read_metadata(bytes(damaged[: data.draw(st.integers(0, len(damaged)))])))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(order=st.sampled_from([b"II*\0", b"MM\0*"]), rest=st.binary(max_size=400))
def test_arbitrary_blocks_give_sound_values(order: bytes, rest: bytes) -> None:
    check(read_metadata(order + (b"\x08\0\0\0" if order == b"II*\0" else b"\0\0\0\x08") + rest))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    when=st.datetimes(min_value=datetime(1826, 1, 1)).filter(
        lambda when: when.second % 15
    ),  # no counter's end
    iso=st.integers(1, 65534),
    exposure=st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)),
    make=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40),
)
def test_what_was_written_is_read(when: Any, iso: int, exposure: tuple[int, int], make: str) -> None:
    written = when.strftime("%m:%d %H:%M:%S")
    found = read_metadata(
        block(
            {0x010F: make}, {0x9003: f"{when.year:04}:{written}", 0x8827: iso, 0x829A: IFDRational(*exposure)}
        )
    )
    assert found.taken_at == when.replace(microsecond=0).isoformat()
    assert (found.make, found.iso) == (make, iso)
    assert found.exposure_s == pytest.approx(exposure[0] / exposure[1])


def test_a_file_object_will_do() -> None:
    assert read_metadata(io.BytesIO(block({0x010F: "Sony"}))).make == "Sony"
