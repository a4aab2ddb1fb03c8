"""The reader of directories: right where they are sound, and harmless where they are not."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.photo.metadata import read_metadata
from pixsort_desktop.photo.metadata.ifd import LONGEST_VALUE, Block
from pixsort_desktop.photo.metadata.source import Source
from tests.photo.exif_blocks import Entry, jpeg, text, tiff, with_exif

DATE = text(0x9003, "2024:05:14 10:00:00")
MAKE, MODEL = text(0x010F, "Canon"), text(0x0110, "EOS")


def read(data: bytes) -> dict[int, Any]:
    block = Block.at(Source(data))
    assert block is not None
    return block.values(block.first())


_TYPES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 12: "d"}


@st.composite
def entries(draw: st.DrawFn, order: str) -> tuple[Entry, Any]:
    """An entry and what is to be read of it."""
    tag, kind = draw(st.integers(0, 65535)), draw(st.sampled_from([2, 5, 7, *_TYPES]))
    if kind in (2, 7):
        data = draw(st.binary(min_size=1, max_size=40))
        return (tag, kind, len(data), data), data
    if kind == 5:
        pairs = draw(
            st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1)), min_size=1, max_size=4)
        )
        data = b"".join(struct.pack(order + "II", *pair) for pair in pairs)
        return (tag, kind, len(pairs), data), tuple(one / other for one, other in pairs)
    least, most = {
        "B": (0, 255),
        "H": (0, 65535),
        "I": (0, 2**32 - 1),
        "b": (-128, 127),
        "h": (-32768, 32767),
    }.get(_TYPES[kind], (-(2**31), 2**31 - 1))
    numbers = draw(st.lists(st.integers(least, most), min_size=1, max_size=6))
    data = struct.pack(f"{order}{len(numbers)}{_TYPES[kind]}", *numbers)
    return (tag, kind, len(numbers), data), bytes(numbers) if kind == 1 else tuple(map(float, numbers))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data(), magic=st.sampled_from([b"II*\0", b"MM\0*"]))
def test_every_entry_of_a_sound_directory_is_read(data: st.DataObject, magic: bytes) -> None:
    drawn = data.draw(
        st.lists(entries("<" if magic == b"II*\0" else ">"), max_size=12, unique_by=lambda e: e[0][0])
    )
    assert read(tiff([entry for entry, _ in drawn], magic)) == {entry[0]: value for entry, value in drawn}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    junk=st.binary(max_size=300),
    magic=st.sampled_from([b"II*\0", b"MM\0*", b"IIU\0"]),
    offset=st.integers(0, 400),
)
def test_any_bytes_are_read_without_harm(junk: bytes, magic: bytes, offset: int) -> None:
    order = "<" if magic[:1] == b"I" else ">"
    block = Block.at(Source(magic + struct.pack(order + "I", offset) + junk))
    assert block is not None
    for value in block.values(offset).values():
        assert isinstance(value, (bytes, tuple))
        assert 0 < len(value) <= LONGEST_VALUE
    block.looks_sound(offset)


@pytest.mark.parametrize(
    "bad",
    [
        (0x010E, 99, 1, b"x"),  # no such type
        (0x010E, 2, 0x7FFFFFFF, b"\x08\0\0\0"),  # longer than the file
        (0x010E, 2, 50, b"\xff\xff\xff\0"),  # beyond its end
        (0x010E, 5, 0, b""),  # of nothing
    ],
)
def test_a_bad_entry_costs_itself_alone(bad: Entry) -> None:
    assert read(tiff([MAKE, bad, MODEL])) == {0x010F: b"Canon\0", 0x0110: b"EOS\0"}
    found = read_metadata(jpeg((0xE1, b"Exif\0\0" + with_exif([MAKE, bad, MODEL], [DATE]))))
    assert (found.make, found.model, found.taken_at) == ("Canon", "EOS", "2024-05-14T10:00:00")


def test_a_bad_entry_among_those_that_are_wanted_costs_itself_alone() -> None:
    bad = (0x010F, 2, 50, b"\xff\xff\xff\0")
    found = read_metadata(with_exif([bad, MODEL], [DATE]))
    assert (found.make, found.model, found.taken_at) == (None, "EOS", "2024-05-14T10:00:00")


def test_a_directory_that_is_cut_off_gives_what_is_left() -> None:
    whole = tiff([(0x0112, 3, 1, struct.pack("<H", 6)), (0x0128, 3, 1, b"\x02\0"), (0x0213, 3, 1, b"\x01\0")])
    assert read(whole[: 8 + 2 + 12 * 2 + 5]) == {0x0112: (6.0,), 0x0128: (2.0,)}


def test_a_header_that_tells_the_wrong_byte_order() -> None:
    data = with_exif([MAKE, MODEL], [DATE])
    assert read_metadata(b"MM\0*\0\0\0\x08" + data[8:]).make == "Canon"
    assert read_metadata(b"MM\0*\0\0\0\x08" + data[8:]).taken_at == "2024-05-14T10:00:00"


def test_nought_over_nought_keeps_its_place() -> None:
    value = struct.pack("<6I", 33, 1, 0, 0, 5, 1)
    found = read(tiff([(2, 5, 3, value)]))[2]
    assert (found[0], found[2]) == (33.0, 5.0)
    assert math.isnan(found[1])


def test_what_comes_twice_counts_once() -> None:
    twice = b"II*\0\x08\0\0\0\x02\0" + struct.pack("<HHI4s", 0x112, 3, 1, b"\x06\0\0\0")
    twice += struct.pack("<HHI4s", 0x112, 3, 1, b"\x03\0\0\0") + bytes(4)
    assert read(twice) == {0x0112: (6.0,)}
