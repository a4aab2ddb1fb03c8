"""A small reader of TIFF directories, for what exifread cannot read: maker notes, RAW headers, damaged blocks.

Each entry stands for itself: a wrong type, count or offset loses that entry and no other. Nothing is followed by
itself, so that nothing can run in circles; whoever wants a further directory asks for it. TIFF 6.0 (Adobe, 1992)
and, for the types above 12, BigTIFF and Exif 3.0.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Collection
from dataclasses import dataclass

from pixsort_desktop.photo.metadata.source import Source

Value = bytes | tuple[float, ...]
"""Text and undefined bytes as they stand; numbers as floats, of which 0/0 and other nonsense is NaN."""

MOST_ENTRIES = 1000  # a maker note has some hundred
LONGEST_VALUE = 65536

_BYTES = frozenset({1, 2, 7, 129})
_FORMATS = {3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_RATIONALS = {5: "I", 10: "i"}
_SIZES = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8, 129: 1,
}  # fmt: skip

HEADS = {
    b"II*\0": "<", b"MM\0*": ">",
    b"IIRO": "<", b"IIRS": "<", b"MMOR": ">",  # Olympus
    b"IIU\0": "<",  # Panasonic
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a directory; `place` is where its value stands in the source."""

    type: int
    count: int
    place: int
    size: int


@dataclass(frozen=True, slots=True)
class Block:
    """A TIFF block: offsets in it count from `base`, its numbers are in `order` («<» or «>»)."""

    source: Source
    base: int
    order: str

    @classmethod
    def at(cls, source: Source, base: int = 0) -> Block | None:
        """The block whose header stands at `base`, or None."""
        order = HEADS.get(source.at(base, 4))
        return cls(source, base, order) if order else None

    def first(self) -> int:
        """Where the first directory begins."""
        return self.source.number(self.base + 4, 4, self.order)

    def directory(
        self, offset: int, wanted: Collection[int] | None = None, *, cut_off: bool = False
    ) -> dict[int, Entry]:
        """The readable entries of the directory at `offset`; of a tag that comes twice, the first. With `cut_off`, those
        whose values reach beyond the end, too."""
        start = self.base + offset
        head = self.source.at(start, 2)
        if offset <= 0 or len(head) < 2:
            return {}
        count = min(int(struct.unpack(self.order + "H", head)[0]), MOST_ENTRIES)
        table = self.source.at(start + 2, 12 * count)
        found: dict[int, Entry] = {}
        shape = struct.Struct(self.order + "HHI4s")
        for number, (tag, kind, length, value) in enumerate(
            shape.iter_unpack(table[: len(table) // 12 * 12])
        ):
            if tag in found or (wanted is not None and tag not in wanted) or kind not in _SIZES:
                continue
            size = _SIZES[kind] * length
            place = start + 2 + 12 * number + 8
            if size > 4:
                place = self.base + int(struct.unpack(self.order + "I", value)[0])
            if cut_off or place + size <= self.source.size:
                found[tag] = Entry(kind, length, place, size)
        return found

    def value(self, entry: Entry) -> Value | None:
        """What an entry holds; None where it holds nothing, or more than any tag that we know."""
        if not 0 < entry.size <= LONGEST_VALUE:
            return None
        data = self.source.at(entry.place, entry.size)
        if len(data) < entry.size:
            return None
        if entry.type in _BYTES:
            return data
        if entry.type in _RATIONALS:
            pairs = struct.unpack(f"{self.order}{2 * entry.count}{_RATIONALS[entry.type]}", data)
            return tuple(map(_quotient, pairs[::2], pairs[1::2]))
        numbers = struct.unpack(f"{self.order}{entry.count}{_FORMATS[entry.type]}", data)
        return tuple(map(float, numbers))

    def values(self, offset: int, wanted: Collection[int] | None = None) -> dict[int, Value]:
        """The values of the directory at `offset`."""
        found = {tag: self.value(entry) for tag, entry in self.directory(offset, wanted).items()}
        return {tag: value for tag, value in found.items() if value is not None}

    def follow(self, entry: Entry | None) -> int:
        """Where the directory begins that an entry names; 0 for none."""
        value = self.value(entry) if entry is not None and entry.count >= 1 else None
        return int(value[0]) if isinstance(value, tuple) and math.isfinite(value[0]) else 0

    def looks_sound(self, offset: int) -> bool:
        """Whether a directory seems to begin there: a modest count, and types that exist."""
        head = self.source.at(self.base + offset, 14)
        if len(head) < 14:
            return False
        count, _, kind = struct.unpack_from(self.order + "HHH", head)
        return 0 < count < 512 and kind in _SIZES

    def turned(self) -> Block:
        """The same block in the other byte order."""
        return Block(self.source, self.base, "<" if self.order == ">" else ">")


def _quotient(one: int, other: int) -> float:
    return one / other if other else math.nan
