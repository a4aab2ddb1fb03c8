"""The tags of an EXIF block, by directory and number.

exifread reads the block. Where it had to give something up (a type that does not exist, a directory that leads
nowhere, a header that it does not know), `ifd` reads the block once more, entry by entry, and fills the gaps.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from exifread.core.exif_header import ExifHeader

from pixsort_desktop.photo.metadata.ifd import Block, Value

# exifread complains about every odd block on the console; what could not be read is simply None here.
logging.getLogger("exifread").setLevel(logging.CRITICAL + 1)

Tags = dict[tuple[str, int], Value]
"""(directory, tag) -> value; the directories are «main», «exif», «gps» and «panasonic»."""

EXIF_DIRECTORY, GPS_DIRECTORY, MAKER_NOTE = 0x8769, 0x8825, 0x927C

MAIN_AND_EXIF = frozenset(
    {
        0x010F, 0x0110, 0x0112, 0x0132,                     # make, model, orientation, date
        EXIF_DIRECTORY, GPS_DIRECTORY,
        0x4746, 0x4749,                                     # rating in stars and in percent
        0x829A, 0x829D, 0x8827, 0x8831, 0x8832, 0x8833,     # exposure, f-number, sensitivities
        0x9003, 0x9004, 0x9010, 0x9011, 0x9012,             # dates and their offsets from UTC
        0x9201, 0x9202, 0x920A, 0x9290, 0x9291, 0x9292,     # APEX exposure, focal length, sub-seconds
        0xA431, 0xA434, 0xA435, 0xC62F,                     # serial numbers, lens
    }
)  # fmt: skip
GPS = frozenset({0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0007, 0x001D})  # position, height, time
_WANTED = MAIN_AND_EXIF | GPS
_PANASONIC = frozenset({0x0017})  # sensitivity, in the main directory of an RW2

_MOST_TAGS = 200  # a full block has 45 of those above
_LONGEST_VALUE = 10_000
_NAMES = {"Image": "main", "EXIF": "exif", "GPS": "gps"}
_ORDINARY = (b"II*\0", b"MM\0*")


def read_tags(blocks: Iterable[tuple[str, Block]]) -> Tags:
    """The wanted tags of the blocks of one file; of a tag that comes twice, the first.

    Each block is named for its first directory: «main», or «exif» and «gps» where a container keeps those apart
    (Canon's CR3). Raises nothing.
    """
    tags: Tags = {}
    for directory, block in blocks:
        found = _read_block(block) if directory == "main" else _plain(block, directory)
        tags = {**found, **tags}
    return tags


def maker_note(block: Block) -> tuple[Block, int, int] | None:
    """(its block, where it stands in the source, its length) of the maker note of a main block, or None."""
    try:
        exif = block.follow(block.directory(block.first(), {EXIF_DIRECTORY}).get(EXIF_DIRECTORY))
        found = block.directory(exif, {MAKER_NOTE}).get(MAKER_NOTE)
    except ValueError:
        return None
    return (block, found.place, found.size) if found is not None else None


def _read_block(block: Block) -> Tags:
    head = block.source.at(block.base, 4)
    tags, complete = _by_exifread(block) if head in _ORDINARY else ({}, False)
    return tags if tags and complete else {**_by_entries(block), **tags}


# -- with exifread ------------------------------------------------------------------------------------------


class _Header(ExifHeader):
    """exifread's reader, kept to the tags we show, and to one tag's loss where that tag is damaged.

    A hostile block is small and can still cost hours: directories that name each other, one tag thousands of
    times. So the number of tags read is limited, their length too, and the GPS directory is entered once.
    """

    complete = True
    _left = _MOST_TAGS
    _gps_seen = False

    def _process_tag(self, ifd: int, ifd_name: str, tag_entry: Any, entry: int, tag: int, *rest: Any) -> None:
        if tag not in _WANTED or self._left == 0 or self.s2n(entry + 4, 4) > _LONGEST_VALUE:
            return
        if tag == GPS_DIRECTORY:
            if self._gps_seen:
                return
            self._gps_seen = True
        self._left -= 1
        before = len(self.tags)
        try:
            super()._process_tag(ifd, ifd_name, tag_entry, entry, tag, *rest)
        except Exception:  # noqa: BLE001 - exifread raises a dozen types; each costs one field
            self.complete = False
        self.complete &= len(self.tags) > before


def _by_exifread(block: Block) -> tuple[Tags, bool]:
    """What exifread finds, and whether it gave nothing up."""
    header = _Header(
        block.source.stream(), "I" if block.order == "<" else "M", block.base, 0, False, detailed=False
    )
    try:
        # Only the main image's directory: the next ones describe the embedded thumbnail or further pages.
        header.dump_ifd(ifd=header.s2n(4, 4), ifd_name="Image")
        exif_offset = header.tags.get("Image ExifOffset")
        if exif_offset:
            header.dump_ifd(ifd=exif_offset.values[0], ifd_name="EXIF")
    except Exception:  # noqa: BLE001 - see above
        header.complete = False
    tags: Tags = {}
    for name, tag in header.tags.items():
        value = _normal(tag.values, int(tag.field_type))
        if value is not None:
            tags[_NAMES.get(name.partition(" ")[0], "other"), tag.tag] = value
    return tags, header.complete


def _normal(values: Any, kind: int) -> Value | None:
    """exifread's values in the form of `ifd`: bytes as bytes, numbers as floats."""
    if isinstance(values, str):
        return values.encode("utf-8", "surrogateescape")
    if isinstance(values, bytes):
        return values
    if kind in (1, 7) and all(isinstance(value, int) and 0 <= value < 256 for value in values):
        return bytes(values)
    return tuple(_number(value[0] if isinstance(value, tuple) else value) for value in values) or None


def _number(value: Any) -> float:
    if isinstance(value, Fraction) and not value.denominator:
        return float("nan")
    try:
        return float(value)
    except (ValueError, TypeError, ArithmeticError):
        return float("nan")


# -- entry by entry -----------------------------------------------------------------------------------------


def _by_entries(block: Block) -> Tags:
    """The block's directories by `ifd`, in the byte order in which they make sense."""
    try:
        firsts = dict.fromkeys((block.first(), block.turned().first(), 8))  # 8: where most blocks have it
    except ValueError:
        return {}
    sound = ((b, f) for b in (block, block.turned()) for f in firsts if b.looks_sound(f))
    block, first = next(sound, (block, block.first()))
    tags: Tags = {}
    entries = block.directory(first, MAIN_AND_EXIF | _PANASONIC)
    exif_entries = block.directory(block.follow(entries.get(EXIF_DIRECTORY)), MAIN_AND_EXIF)
    gps = block.follow(entries.get(GPS_DIRECTORY)) or block.follow(exif_entries.get(GPS_DIRECTORY))
    for directory, found in (("main", entries), ("exif", exif_entries), ("gps", block.directory(gps, GPS))):
        for tag, entry in found.items():
            value = block.value(entry)
            if value is not None:
                tags["panasonic" if tag in _PANASONIC else directory, tag] = value
    return tags


def _plain(block: Block, directory: str) -> Tags:
    """One directory on its own."""
    try:
        found = block.values(block.first(), GPS if directory == "gps" else MAIN_AND_EXIF)
    except ValueError:
        return {}
    return {(directory, tag): value for tag, value in found.items()}
