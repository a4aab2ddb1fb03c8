"""The directories of a TIFF file, which most RAW formats are too: what stands in them, without decoding any of it.

TIFF 6.0 and TIFF/EP (ISO 12234-2). Raises nothing on hostile bytes: what cannot be read is not there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

MAGICS = (b"II*\0", b"MM\0*")
RAW_MAGICS = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0")
"""Olympus' and Panasonic's own words for TIFF's 42; the directories are the same."""

SUBFILE_TYPE, WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC = 0xFE, 0x100, 0x101, 0x103, 0x106
BITS, STRIP_OFFSETS, ORIENTATION, SAMPLES, STRIP_BYTES = 0x102, 0x111, 0x112, 0x115, 0x117
TILE_OFFSETS, TILE_BYTES, SUB_DIRECTORIES = 0x144, 0x145, 0x14A
JPEG_OFFSET, JPEG_BYTES, PROFILE, DNG_VERSION = 0x201, 0x202, 0x8773, 0xC612

_WANTED = frozenset(
    {SUBFILE_TYPE, WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC, STRIP_OFFSETS, ORIENTATION, STRIP_BYTES,
     TILE_OFFSETS, TILE_BYTES, SUB_DIRECTORIES, JPEG_OFFSET, JPEG_BYTES, DNG_VERSION,
     BITS, SAMPLES}
)  # fmt: skip
_FORMS = {1: "B", 3: "H", 4: "I", 13: "I"}  # the types of what is wanted: bytes, shorts, longs, directories
_MOST_DIRECTORIES = 300
_MOST_ENTRIES = 1000
_MOST_VALUES = 1_000_000  # of all tags together
_LONGEST_PROFILE = 4_000_000


@dataclass(slots=True)
class Directory:
    """One directory; `depth` is 0 in the main chain, more below."""

    depth: int
    values: dict[int, tuple[int, ...]] = field(default_factory=dict)
    profile: bytes | None = None  # ICC

    def first(self, tag: int, default: int = 0) -> int:
        """The first value of a tag."""
        return next(iter(self.values.get(tag, ())), default)


def directories(source: bytes | BinaryIO) -> list[Directory]:
    """The main chain and what it names as sub-directories, in the order of reading; [] where it is no TIFF."""
    try:
        return list(_walk(_Reader(source)))
    except (struct.error, OSError, ValueError, OverflowError):
        return []


def is_tiff(source: bytes | BinaryIO) -> bool:
    """Whether the first bytes are a TIFF file's."""
    return _Reader(source).at(0, 4) in MAGICS


def pages(source: bytes | BinaryIO) -> int:
    """Pictures in the main chain that are no smaller copies of another (bit 0 of the subfile type)."""
    return sum(not each.depth and not each.first(SUBFILE_TYPE) & 1 for each in directories(source))


def _walk(reader: _Reader) -> Iterator[Directory]:
    if reader.at(0, 4) not in MAGICS + RAW_MAGICS:
        return
    waiting = [(reader.number(4, "I"), 0)]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_DIRECTORIES:
        place, depth = waiting.pop(0)
        if place < 8 or place in seen:
            continue
        seen.add(place)
        try:
            found, after = _read(reader, place, depth)
        except struct.error:  # beyond the end: the file is cut off, or a pointer is wrong
            continue
        if depth < 4:
            waiting += [
                (each, depth + 1) for each in found.values.get(SUB_DIRECTORIES, ())[:_MOST_DIRECTORIES]
            ]
        waiting.append((after, depth))
        yield found


def _read(reader: _Reader, place: int, depth: int) -> tuple[Directory, int]:
    found = Directory(depth)
    count = reader.number(place, "H")
    entries = reader.at(place + 2, 12 * min(count, _MOST_ENTRIES))
    for start in range(0, len(entries) - 11, 12):
        tag, kind, number = struct.unpack_from(reader.order + "HHI", entries, start)
        value = entries[start + 8 : start + 12]
        if tag in _WANTED and kind in _FORMS and number <= reader.values_left:
            reader.values_left -= number
            form = f"{reader.order}{number}{_FORMS[kind]}"
            data = reader.value(value, struct.calcsize(form))
            if len(data) == struct.calcsize(form):
                found.values[tag] = struct.unpack(form, data)
        elif tag == PROFILE and found.profile is None and 128 < number < _LONGEST_PROFILE:
            found.profile = reader.value(value, number)
    try:
        after = reader.number(place + 2 + 12 * count, "I")
    except struct.error:
        after = 0
    return found, after


class _Reader:
    def __init__(self, source: bytes | BinaryIO) -> None:
        self._source = source
        self.order = ">" if self.at(0, 2) == b"MM" else "<"
        self.values_left = _MOST_VALUES

    def at(self, place: int, size: int) -> bytes:
        if isinstance(self._source, bytes):
            return self._source[place : place + size]
        self._source.seek(place)
        return self._source.read(size)

    def value(self, field: bytes, size: int) -> bytes:
        """A tag's data: in the field itself where it has room there."""
        return field[:size] if size <= 4 else self.at(struct.unpack(self.order + "I", field)[0], size)

    def number(self, place: int, form: str) -> int:
        value: int = struct.unpack(self.order + form, self.at(place, struct.calcsize(form)))[0]
        return value
