"""What the makers keep to their own directories: serial numbers, lens names, and the frames of a burst.

Where each maker's directory begins, and which offsets count from where, is after ExifTool's MakerNotes.pm (12.57);
the numbers of the tags after its tables of that maker. Encrypted parts are left alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from pixsort_desktop.photo.metadata.exif import guarded, lens_name, plain, serial
from pixsort_desktop.photo.metadata.ifd import Block, Value
from pixsort_desktop.photo.metadata.source import Source

_PRINTABLE = re.compile(rb"[\x21-\x7e][\x20-\x7e]{3,}")
Values = dict[int, Value]


def facts(block: Block, place: int, size: int, make: str | None, model: str | None) -> dict[str, Any]:
    """The fields of `Metadata` that the maker note at `place` of the block's source tells."""
    head = block.source.at(place, min(size, 32))
    for mark, maker, read in _MAKERS:
        if head.startswith(mark) if mark else (make or "").upper().startswith(maker):
            return guarded(read, block, place, model or "") or {}
    return {}


def canon_facts(block: Block, model: str) -> dict[str, Any]:
    """The same of a block that is a Canon maker note itself, as in CR3."""
    return guarded(_canon_values, block, block.first(), model) or {}


# -- finding the directory ----------------------------------------------------------------------------------


def _directory(source: Source, base: int, offset: int, order: str) -> Block | None:
    """The block from `base` on whose directory stands at `offset`, in whichever byte order makes sense there."""
    block = Block(source, base, order)
    return next((b for b in (block, block.turned()) if b.looks_sound(offset)), None)


def _inline(start: int, *, own_base: bool) -> Callable[[Block, int], tuple[Block, int] | None]:
    """A directory `start` bytes into the note; offsets count from the note (`own_base`) or from the whole block."""

    def find(block: Block, place: int) -> tuple[Block, int] | None:
        base = place if own_base else block.base
        found = _directory(block.source, base, place - base + start, block.order)
        return (found, place - base + start) if found is not None else None

    return find


def _reader(
    find: Callable[[Block, int], tuple[Block, int] | None],
    meaning: Callable[[Block, int, str], dict[str, Any]],
) -> Callable[[Block, int, str], dict[str, Any]]:
    def read(block: Block, place: int, model: str) -> dict[str, Any]:
        found = find(block, place)
        return meaning(*found, model) if found is not None else {}

    return read


def _nikon_block(block: Block, place: int) -> tuple[Block, int] | None:
    """Nikon's notes of today hold a whole TIFF block after ten bytes."""
    inner = Block.at(block.source, place + 10)
    return (inner, inner.first()) if inner is not None else None


def _fuji_block(block: Block, place: int) -> tuple[Block, int] | None:
    inner = Block(block.source, place, "<")
    return inner, block.source.number(place + 8, 4, "<")


# -- what the makers say ------------------------------------------------------------------------------------


def _text(values: Values, tag: int) -> str | None:
    value = values.get(tag)
    return plain(value) if isinstance(value, bytes) else None


def _printable(values: Values, tag: int) -> str | None:
    """The first run of printable characters in a field that is padded in front, too."""
    value = values.get(tag)
    found = _PRINTABLE.search(value) if isinstance(value, bytes) else None
    return found[0].decode("ascii").strip() if found else None


def _whole(values: Values, tag: int, place: int = 0) -> int | None:
    value = values.get(tag)
    if not isinstance(value, tuple) or len(value) <= place or not math.isfinite(value[place]):
        return None
    return int(value[place])


def _frame(number: int | None) -> int | None:
    """The place of a frame in its burst, from 1; makers write 0 or 65535 for a single frame."""
    return number if number is not None and 0 < number < 10_000 else None


def _canon_values(block: Block, offset: int, model: str) -> dict[str, Any]:
    values = block.values(offset, {0x0004, 0x000C, 0x0095})
    number = _whole(values, 0x000C)
    digits = 6 if "EOS-1D" in model else 10
    return {
        "serial": f"{number:0{digits}}" if number and "EOS D30" not in model else None,
        "lens": lens_name(_text(values, 0x0095)),
        "burst_frame": _frame(_whole(values, 0x0004, 9)),
    }


def _nikon(block: Block, offset: int, _model: str) -> dict[str, Any]:
    values = block.values(offset, {0x001D, 0x00A0, 0x00C3})
    capture = values.get(0x00C3)
    burst = int.from_bytes(capture[4:6], "little") if isinstance(capture, bytes) and len(capture) >= 6 else 0
    own = serial(_text(values, 0x001D)) or serial((_text(values, 0x00A0) or "").removeprefix("NO=").strip())
    return {"serial": own, "burst_id": f"Nikon {burst}" if burst else None}


def _apple(block: Block, offset: int, _model: str) -> dict[str, Any]:
    values = block.values(offset, {0x000B, 0x0011})
    return {"burst_id": _text(values, 0x000B), "content_id": _text(values, 0x0011)}


def _sony(block: Block, offset: int, _model: str) -> dict[str, Any]:
    values = block.values(offset, {0xB04A})
    return {"burst_frame": _frame(_whole(values, 0xB04A))}


def _panasonic(block: Block, offset: int, _model: str) -> dict[str, Any]:
    values = block.values(offset, {0x0025, 0x002B, 0x0052})
    return {
        "serial": serial(_printable(values, 0x0025)),
        "lens_serial": serial(_text(values, 0x0052)),
        "burst_frame": _frame(_whole(values, 0x002B)),
    }


def _fuji(block: Block, offset: int, _model: str) -> dict[str, Any]:
    values = block.values(offset, {0x0010, 0x1101})
    return {
        "serial": serial(_printable(values, 0x0010)),
        "burst_frame": _frame(_whole(values, 0x1101)),
    }


def _olympus(block: Block, offset: int, _model: str) -> dict[str, Any]:
    entries = block.directory(offset, {0x2010, 0x2020, 0x101A, 0x0404})
    values = {tag: v for tag, e in entries.items() if tag < 0x2000 and (v := block.value(e)) is not None}
    equipment, settings = (
        block.values(_place_of(block, entries.get(tag)), wanted)
        for tag, wanted in ((0x2010, {0x0101, 0x0202, 0x0203}), (0x2020, {0x0600}))
    )
    return {
        "serial": serial(_text(equipment, 0x0101) or _text(values, 0x101A) or _text(values, 0x0404)),
        "lens": lens_name(_text(equipment, 0x0203)),
        "lens_serial": serial(_text(equipment, 0x0202)),
        "burst_frame": _frame(_whole(settings, 0x0600, 1)),
    }


def _place_of(block: Block, entry: Any) -> int:
    """Older cameras keep the directory as undefined bytes in the entry itself, newer ones name its place."""
    if entry is None:
        return 0
    return entry.place - block.base if entry.type == 7 else block.follow(entry)


def _pentax(block: Block, offset: int, _model: str) -> dict[str, Any]:
    return {"serial": serial(_text(block.values(offset, {0x0229}), 0x0229))}


def _samsung(block: Block, offset: int, _model: str) -> dict[str, Any]:
    found = _text(block.values(offset, {0xA002}), 0xA002)
    return {"serial": serial(found) if found and len(found) >= 5 else None}


_MAKERS: tuple[tuple[bytes, str, Callable[[Block, int, str], dict[str, Any]]], ...] = (
    (b"Apple iOS\0", "", _reader(_inline(14, own_base=True), _apple)),
    (b"Nikon\0\x02", "", _reader(_nikon_block, _nikon)),
    (b"FUJIFILM", "", _reader(_fuji_block, _fuji)),
    (b"OLYMPUS\0", "", _reader(_inline(12, own_base=True), _olympus)),
    (b"OM SYSTEM\0", "", _reader(_inline(16, own_base=True), _olympus)),
    (b"OLYMP\0", "", _reader(_inline(8, own_base=False), _olympus)),
    (b"Panasonic\0\0\0", "", _reader(_inline(12, own_base=False), _panasonic)),
    (b"PENTAX \0", "", _reader(_inline(10, own_base=True), _pentax)),
    (b"AOC\0", "", _reader(_inline(6, own_base=False), _pentax)),
    (b"SONY DSC", "", _reader(_inline(12, own_base=False), _sony)),
    (b"", "CANON", _reader(_inline(0, own_base=False), _canon_values)),
    (b"", "SONY", _reader(_inline(0, own_base=False), _sony)),
    (b"", "SAMSUNG", _reader(_inline(0, own_base=True), _samsung)),
)
