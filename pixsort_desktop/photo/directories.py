"""The directories of a TIFF block (EXIF, and what makers build like it), read without trusting a byte of it.

exifread finds the common tags; of a maker's note it decodes what its tables know, byte by byte, and no note of
Panasonic's or OM System's. What is needed here is the other way round: two or three tags out of a big note. So a
directory is looked through without reading its values, which are fetched one by one.

The layout is that of TIFF 6.0, section 2. Every place is checked against the block's end; a directory is never
followed to another one unasked, so no block can lead in circles.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

_FORMATS = {
    1: "B", 2: "B", 3: "H", 4: "I", 5: "II", 6: "b", 7: "B", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d", 13: "I",
}  # fmt: skip
_MOST_ENTRIES = 1000
_MOST_NUMBERS = 20_000


@dataclass(frozen=True, slots=True)
class Field:
    """One tag's value, not read yet. `start` counts from the beginning of the file's bytes."""

    data: bytes
    order: str  # '<' or '>'
    kind: int  # TIFF field type
    count: int
    start: int

    def numbers(self) -> list[float]:
        """The values; a rational with denominator 0 is NaN, so that places are kept. Empty where they are cut off."""
        form = _FORMATS[self.kind]
        if self.start < 0 or self.count > _MOST_NUMBERS or self.start + self.length > len(self.data):
            return []
        values = struct.unpack_from(f"{self.order}{self.count * len(form)}{form[0]}", self.data, self.start)
        if len(form) == 1:
            return [float(value) for value in values]
        pairs = zip(values[::2], values[1::2], strict=True)
        return [above / below if below else math.nan for above, below in pairs]

    def raw(self) -> bytes:
        """The value's bytes, fewer where they are cut off."""
        return self.data[max(0, self.start) : max(0, self.start + self.length)]

    @property
    def length(self) -> int:
        return self.count * struct.calcsize("<" + _FORMATS[self.kind])


def directory(data: bytes, place: int, base: int, order: str) -> dict[int, Field]:
    """The fields of the directory at `data[place]`, by tag; offsets in it count from `data[base]`.

    A directory that is cut off, or no directory at all, has the fields that could be read, or none. Of a tag that
    comes twice the first counts.
    """
    fields: dict[int, Field] = {}
    if not 0 <= place <= len(data) - 2:
        return fields
    (number,) = struct.unpack_from(order + "H", data, place)
    for entry in range(place + 2, place + 2 + 12 * min(number, _MOST_ENTRIES), 12):
        if entry + 12 > len(data):
            break
        tag, kind, count = struct.unpack_from(order + "HHI", data, entry)
        if kind not in _FORMATS or tag in fields:
            continue
        start = entry + 8
        if count * struct.calcsize("<" + _FORMATS[kind]) > 4:
            start = base + int(struct.unpack_from(order + "I", data, start)[0])
        fields[tag] = Field(data, order, kind, count, start)
    return fields


def byte_order(mark: bytes) -> str | None:
    """'<' or '>' for a TIFF header's first two bytes."""
    return {b"II": "<", b"MM": ">"}.get(mark)
