"""Who is asked for the time, in which order; and times in file names."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from pixsort_desktop.photo.metadata import Metadata, read_metadata
from pixsort_desktop.photo.metadata.file_names import moment_in_name
from pixsort_desktop.photo.reading import PhotoReading, read_photo
from tests.photo.exif_blocks import block, jpeg, with_xmp, xmp

NAME = "IMG_20060606_060606.jpg"
NEVER = "0000:00:00 00:00:00"
IPTC = b"\x1c\x02\x37\0\x0820040404" + b"\x1c\x02\x3c\0\x0b040404+0200"
MTIME = 1183733227_000_000_000


def witnesses(known: int) -> bytes:
    """A file in which the first `known` witnesses have nothing to say, and all after them do."""
    dates = ["2001:01:01 01:01:01", "2002:02:02 02:02:02", "2005:05:05", "2007:07:07 07:07:07"]
    exif = {0x9003: dates[0] if known < 1 else NEVER, 0x9004: dates[1] if known < 2 else NEVER}
    clock = (IFDRational(5), IFDRational(5), IFDRational(55, 10))
    gps = {0x001D: "2005:05:05", 0x0007: clock} if known < 5 else {}
    packet = xmp('exif:DateTimeOriginal="2003-03-03T03:03:03"' if known < 3 else "")
    resource = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(IPTC).to_bytes(4, "big") + IPTC
    segments = [(0xE1, block({0x0132: dates[3]} if known < 7 else {}, exif, gps))]
    segments.append((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))
    return jpeg(*segments, *([(0xED, resource)] if known < 4 else []))


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (0, ("2001-01-01T01:01:01", "original")),
        (1, ("2002-02-02T02:02:02", "digitised")),
        (2, ("2003-03-03T03:03:03", "xmp")),
        (3, ("2004-04-04T04:04:04+02:00", "iptc")),
        (4, ("2005-05-05T05:05:05.5+00:00", "gps")),
        (5, ("2006-06-06T06:06:06", "file name")),
        (6, ("2007-07-07T07:07:07", "modified")),
    ],
)
def test_the_order_of_witnesses(known: int, expected: tuple[str, str]) -> None:
    found = read_metadata(witnesses(known), NAME if known < 6 else "a.jpg", MTIME)
    assert (found.taken_at, found.taken_from) == expected


def test_the_time_of_the_file_is_the_last_resort() -> None:
    found = read_metadata(witnesses(7), "a.jpg", MTIME)
    assert found.taken_from == "file time"
    assert found.taken_at is not None
    assert datetime.fromisoformat(found.taken_at).timestamp() == MTIME / 1e9
    assert read_metadata(witnesses(7), "a.jpg") == Metadata()
    assert read_metadata(witnesses(7), "a.jpg", 0).taken_at is None  # 1970: nobody's time


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('photoshop:DateCreated="2020-05-14"', "2020-05-14"),
        ('photoshop:DateCreated="2020-05-14T10:11"', "2020-05-14T10:11:00"),
        ('xmp:CreateDate="2020-05-14T10:11:12.5+02:00"', "2020-05-14T10:11:12.5+02:00"),
        ('exif:DateTimeOriginal="2020" xmp:CreateDate="2021-01-01T00:00:01"', "2021-01-01T00:00:01"),
        (
            'exif:DateTimeOriginal="2020-05-14T10:11:12" exif:SubSecTimeOriginal="07"',
            "2020-05-14T10:11:12.07",
        ),
    ],
)
def test_times_in_xmp(attributes: str, expected: str) -> None:
    found = read_metadata(with_xmp(xmp(attributes)))
    assert (found.taken_at, found.taken_from) == (expected, "xmp")


def test_an_import_stores_who_told_the_time(tmp_path: Path) -> None:
    for name in ("IMG_20230514_183022.jpg", "plain.jpg"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
        os.utime(tmp_path / name, ns=(MTIME, MTIME))
    told = {name: read_photo(str(tmp_path / name)) for name in ("IMG_20230514_183022.jpg", "plain.jpg")}
    found = {name: r.metadata.taken_from for name, r in told.items() if isinstance(r, PhotoReading)}
    assert found == {"IMG_20230514_183022.jpg": "file name", "plain.jpg": "file time"}


# -- file names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20230514_183022.jpg", "20230514_183022.jpg", "20230514_183022(0).jpg", "20230514-183022-Trip.jpg",
        "MVIMG_20230514_183022.jpg", "PANO_20230514_183022.vr.jpg", "Screenshot_20230514-183022.png",
        "Screenshot_20230514-183022_Chrome.jpg", "Screenshot 2023-05-14 at 18.30.22.png",
        "Screenshot 2023-05-14 at 6.30.22\u202fPM.png", "Screenshot from 2023-05-14 18-30-22.png",
        "Bildschirmfoto 2023-05-14 um 18.30.22.png", "WhatsApp Image 2023-05-14 at 18.30.22.jpeg",
        "WhatsApp Image 2023-05-14 at 6.30.22 PM.jpeg", "2023-05-14 18.30.22.jpg", "2023-05-14 18.30.22-1.jpg",
        "2023-05-14T18-30-22.jpg", "photo_2023-05-14_18-30-22.jpg", "photo_3@14-05-2023_18-30-22.jpg",
        "signal-2023-05-14-183022.jpg", "DJI_20230514183022_0001_D.JPG", "WIN_20230514_18_30_22_Pro.jpg",
    ],
)  # fmt: skip
def test_names_that_tell_the_second(name: str) -> None:
    moment = moment_in_name(name)
    assert moment is not None
    assert moment.text == "2023-05-14T18:30:22"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PXL_20230514_183022123.jpg", "2023-05-14T18:30:22.123+00:00"),
        ("PXL_20230514_183022123.MP.jpg", "2023-05-14T18:30:22.123+00:00"),
        ("00000IMG_00000_BURST20230514183022123_COVER.jpg", "2023-05-14T18:30:22.123"),
        ("C360_2023-05-14-18-30-22-123.jpg", "2023-05-14T18:30:22.123"),
        ("FB_IMG_1684081822123.jpg", "2023-05-14T16:30:22+00:00"),
        ("IMG-20230514-WA0001.jpg", "2023-05-14"),
        ("2023-05-14 Wedding.jpg", "2023-05-14"),
        ("WhatsApp Image 2023-05-14 at 12.30.22 AM.jpeg", "2023-05-14T00:30:22"),
    ],
)
def test_names_that_tell_more_or_less(name: str, expected: str) -> None:
    moment = moment_in_name(name)
    assert moment is not None
    assert moment.text == expected


@pytest.mark.parametrize(
    "name",
    [
        "", "IMG_1234.JPG", "DSC20191231.jpg", "20191231.jpg", "IMG_20231345_183022.jpg", "IMG_20230231_183022.jpg",
        "IMG_20230514_256199.jpg", "IMG_20990514_183022.jpg", "IMG_19030514_183022.jpg", "12345678901234567890.jpg",
        "DSC_2023-05.jpg", "FB_IMG_0000000000000.jpg", "FB_IMG_9999999999999.jpg", "2023-05_14 18.30.22.jpg",
        "120230514_183022.jpg", "WhatsApp Image 2023-05-14 at 13.30.22 PM.jpeg.part",
    ],
)  # fmt: skip
def test_names_that_tell_nothing(name: str) -> None:
    assert moment_in_name(name) is None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    when=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2026, 1, 1)),
    form=st.sampled_from(
        [
            "IMG_%Y%m%d_%H%M%S.jpg",
            "%Y-%m-%d %H.%M.%S.png",
            "Screenshot_%Y-%m-%d-%H-%M-%S.png",
            "DJI_%Y%m%d%H%M%S_7.JPG",
        ]
    ),
)
def test_whatever_is_written_in_these_forms_is_read(when: datetime, form: str) -> None:
    moment = moment_in_name(when.strftime(form))
    assert moment is not None
    assert moment.text == when.isoformat(timespec="seconds")[:19]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(name=st.text(max_size=60) | st.from_regex(r"[A-Z_]{0,8}[0-9._ -]{0,30}\.jpg", fullmatch=True))
def test_any_name_tells_a_plausible_time_or_none(name: str) -> None:
    moment = moment_in_name(name)
    if moment is not None:
        when = datetime.fromisoformat(moment.text).replace(tzinfo=None)
        assert datetime(1990, 1, 1) <= when <= datetime.now() + timedelta(days=3)
