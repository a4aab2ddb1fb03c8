"""Fields of TIFF directories for who wants two or three out of a big note: each is read when it is asked for.

The directories themselves are read by `photo.metadata.ifd`. Here a value that is cut off is kept, as far as it goes: a
JPEG's head is all that is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from pixsort_desktop.photo.metadata.ifd import Block, Entry
from pixsort_desktop.photo.metadata.source import Source


@dataclass(frozen=True, slots=True)
class Field:
    """One tag's value, not read yet."""

    block: Block
    entry: Entry

    def numbers(self) -> list[float]:
        """The values; a rational with denominator 0 is NaN, so that places are kept. Empty where they are cut off."""
        return list(map(float, self.block.value(self.entry) or ()))

    def raw(self) -> bytes:
        """The value's bytes, fewer where they are cut off."""
        return self.block.source.at(self.entry.place, self.entry.size)

    @property
    def order(self) -> str:
        """«<» or «>»."""
        return self.block.order

    @property
    def kind(self) -> int:
        """TIFF field type."""
        return self.entry.type

    @property
    def start(self) -> int:
        """Counts from the beginning of the file's bytes."""
        return self.entry.place

    @property
    def length(self) -> int:
        """In bytes."""
        return self.entry.size


def directory(data: bytes, place: int, base: int, order: str) -> dict[int, Field]:
    """The fields of the directory at `data[place]`, by tag; offsets in it count from `data[base]`.

    A directory that is cut off, or no directory at all, has the fields that could be read, or none. Of a tag that
    comes twice the first counts.
    """
    block = Block(Source(data), base, order)
    return {tag: Field(block, entry) for tag, entry in block.directory(place - base, cut_off=True).items()}


def byte_order(mark: bytes) -> str | None:
    """'<' or '>' for a TIFF header's first two bytes."""
    return {b"II": "<", b"MM": ">"}.get(mark)
