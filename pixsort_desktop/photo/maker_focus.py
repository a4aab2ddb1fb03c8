"""Where the camera focused, as each maker's note says it.

The notes are undocumented by their makers; what is known of them is collected in ExifTool's tag names
(https://exiftool.org/TagNames/). Enciphered blocks (Sony's AFInfo, Nikon's ShotInfo) are left alone, and so are
notes that name a point («Mid-left») without saying where on the picture that is.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pixsort_desktop.photo.directories import Field, byte_order, directory

_MOST_AREAS = 2000  # an EOS R has 1,053 points
_PANASONIC_NONE = 1.5  # the note says 16777216 where there is no point; a fraction is at most 1


@dataclass(frozen=True, slots=True)
class FocusArea:
    """One AF area in fractions of the picture: its centre, from the upper left, and its size, 0 for a mere point."""

    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    in_focus: bool = True  # False: chosen, but the camera did not say that it found focus there


@dataclass(frozen=True, slots=True)
class Said:
    """Areas on the picture as it lies in the file, and the shape (width / height) of the picture they are of."""

    areas: list[FocusArea]
    shape: float | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A maker's note in its file. `exif_size` is the picture's, by EXIF, (0, 0) where EXIF does not say."""

    data: bytes
    start: int
    length: int
    base: int  # of the TIFF block
    order: str
    make: str
    model: str
    exif_size: tuple[float, float]

    def begins(self, mark: bytes) -> bool:
        return self.data.startswith(mark, self.start)

    def fields(self, skip: int, base: int | None = None, order: str | None = None) -> dict[int, Field]:
        """The note's directory, `skip` bytes into it; its offsets count from `base` or from the TIFF block."""
        place = self.start + skip
        return directory(self.data, place, self.base if base is None else base, order or self.order)

    def inner_order(self, skip: int) -> str:
        """The byte order that a mark inside the note gives, else the block's."""
        mark = self.data[self.start + skip : self.start + skip + 2]
        return byte_order(mark) or self.order


def maker_focus(note: Note) -> Said | None:
    """What the note says of the AF areas; None where it says nothing that is understood."""
    make = note.make.lower()
    for name, read in _MAKERS.items():
        if make.startswith(name):
            return read(note)
    return None


def _numbers(fields: dict[int, Field], tag: int, least: int) -> list[float]:
    """The numbers of a tag, none where there are fewer than `least` of them or one is none."""
    found = fields[tag].numbers() if tag in fields else []
    return found if len(found) >= least and all(map(math.isfinite, found)) else []


# -- Canon --------------------------------------------------------------------------------------------------


def _canon(note: Note) -> Said | None:
    fields = note.fields(0)
    newer = _numbers(fields, 0x26, 8) or _numbers(fields, 0x3C, 8)
    words = newer or _numbers(fields, 0x12, 8)
    if not words:
        return None
    numbers = [int(word) for word in words]
    # Y points up in EOS models and down in PowerShots, by ExifTool's notes on this record.
    up = -1 if "EOS" in note.model else 1
    return _canon_newer(numbers, up) if newer else _canon_older(numbers, up)


def _canon_newer(words: list[int], up: int) -> Said | None:
    """AFInfo2: a size for each point."""
    count, valid, (width, height) = words[2], words[3], words[6:8]
    lists = [words[8 + part * count : 8 + (part + 1) * count] for part in range(4)]
    rest = words[8 + 4 * count :]
    if words[1] == 0:  # focused by hand
        return None
    boxes = [(x, up * y, w, h) for w, h, x, y in zip(*map(_signed, lists), strict=False)]
    selected = rest[_mask_words(count) : 2 * _mask_words(count)] if up < 0 else []
    return _canon_points(boxes[:valid], rest, selected, (width, height), _shape(words[4], words[5]))


def _canon_older(words: list[int], up: int) -> Said | None:
    """AFInfo: one size for all points."""
    count, valid, (width, height) = words[0], words[1], words[4:6]
    w, h = words[6:8]
    across, down = _signed(words[8 : 8 + count]), _signed(words[8 + count : 8 + 2 * count])
    boxes = [(x, up * y, w, h) for x, y in zip(across, down, strict=False)]
    return _canon_points(
        boxes[:valid], words[8 + 2 * count :], [], (width, height), _shape(words[2], words[3])
    )


def _canon_points(
    boxes: list[tuple[int, int, int, int]],
    focused: list[int],
    selected: list[int],
    frame: tuple[int, int],
    shape: float | None,
) -> Said | None:
    """Boxes count from the picture's middle; the points in focus, else the selected ones."""
    width, height = frame
    if width <= 0 or height <= 0:
        return None
    for mask, in_focus in ((focused, True), (selected, False)):
        areas = [
            FocusArea(x / width + 0.5, y / height + 0.5, w / width, h / height, in_focus)
            for index, (x, y, w, h) in enumerate(boxes[:_MOST_AREAS])
            if _bit(mask, index) and w > 0 and h > 0
        ]
        if areas:
            return Said(areas, shape)
    return None


def _signed(words: list[int]) -> list[int]:
    return [word - 65536 if word > 32767 else word for word in words]


def _mask_words(count: int) -> int:
    return (count + 15) // 16


def _bit(mask: list[int], index: int) -> bool:
    return index // 16 < len(mask) and bool(mask[index // 16] >> (index % 16) & 1)


def _shape(width: float, height: float) -> float | None:
    return width / height if width > 0 and height > 0 else None


# -- Nikon --------------------------------------------------------------------------------------------------


def _nikon(note: Note) -> Said | None:
    """AFInfo2 (0x00B7). A viewfinder's phase-detecting points are only named there, not placed."""
    if not note.begins(b"Nikon\0\2"):
        return None
    order = note.inner_order(10)
    record = note.fields(18, note.start + 10, order).get(0xB7)
    said = record.raw() if record is not None else b""
    place = _nikon_place(said)
    if place is None or len(said) < place + 12:
        return None
    width, height, x, y, w, h = struct.unpack_from(order + "6H", said, place)
    if not (width and height and x and y):
        return None
    found = said[0x4A] != 0 if said[:2] == b"04" and len(said) > 0x4A else True
    area = FocusArea(x / width, y / height, w / width, h / height, found)
    return Said([area], _shape(width, height))


def _nikon_place(record: bytes) -> int | None:
    """Where the six numbers stand, by version: width and height of the frame, centre and size of the area."""
    version, contrast = record[:4], record[4:5]
    if version == b"0100":
        return 0x10
    if version == b"0101" and contrast == b"\1":
        return 0x46
    if version[:2] == b"03" and (contrast == b"\2" or (contrast == b"\1" and version == b"0301")):
        return 0x2A
    return 0x3E if version[:2] == b"04" else None


# -- Sony ---------------------------------------------------------------------------------------------------


def _sony(note: Note) -> Said | None:
    """FocusLocation and, around it, FocusFrameSize."""
    fields = note.fields(12 if note.begins(b"SONY ") else 0)
    place = _numbers(fields, 0x2027, 4)
    if not place or not (place[0] and place[1]):
        return None
    width, height, x, y = place[:4]
    frame = _sony_frame(fields)
    area = FocusArea(x / width, y / height, frame[0] / width, frame[1] / height)
    return Said([area], _shape(width, height)) if x or y else None


def _sony_frame(fields: dict[int, Field]) -> tuple[float, float]:
    """Three 16-bit numbers, the last one 0 where there is no frame; declared as bytes."""
    raw = fields[0x2037].raw() if 0x2037 in fields else b""
    if len(raw) < 6:
        return 0.0, 0.0
    width, height, valid = struct.unpack_from(fields[0x2037].order + "HHH", raw)
    return (float(width), float(height)) if valid else (0.0, 0.0)


# -- the others ---------------------------------------------------------------------------------------------


def _fujifilm(note: Note) -> Said | None:
    """FocusPixel counts in the pixels that EXIF gives the picture. The note is little-endian in any file."""
    if not (note.begins(b"FUJIFILM") or note.begins(b"GENERALE")):
        return None
    skip = int.from_bytes(note.data[note.start + 8 : note.start + 12], "little")
    place = _numbers(note.fields(skip, note.start, "<"), 0x1023, 2)
    width, height = note.exif_size
    if not place or not (width > 0 and height > 0) or not any(place):
        return None
    return Said([FocusArea(place[0] / width, place[1] / height)], _shape(width, height))


def _panasonic(note: Note) -> Said | None:
    if not note.begins(b"Panasonic"):
        return None
    fields = note.fields(12)
    place = _numbers(fields, 0x4D, 2)
    if not place or max(place) > _PANASONIC_NONE:
        return None
    size = _numbers(fields, 0xDE, 2)
    if not size or max(size) > 1:
        size = [0.0, 0.0]
    return Said([FocusArea(place[0], place[1], size[0], size[1])], _shape(*note.exif_size))


def _olympus(note: Note) -> Said | None:
    """CameraSettings: the corners of the selected point, else of the areas in use."""
    if note.begins(b"OM SYSTEM\0"):
        skip, base, order = 16, note.start, note.inner_order(12)
    elif note.begins(b"OLYMPUS\0"):
        skip, base, order = 12, note.start, note.inner_order(8)
    else:
        skip, base, order = 8, note.base, note.order
    pointer = note.fields(skip, base, order).get(0x2020)
    if pointer is None:
        return None
    inside = pointer.kind not in (4, 13)  # the directory itself, or where it is
    where = pointer.start if inside else base + int((pointer.numbers() or [0])[0])
    settings = directory(note.data, where, base, order)
    areas = list(_olympus_areas(settings))
    return Said(areas, _shape(*note.exif_size)) if areas else None


def _olympus_areas(settings: dict[int, Field]) -> Iterator[FocusArea]:
    selected = settings[0x0305].numbers()[1:5] if 0x0305 in settings else []
    if len(selected) == 4 and all(map(math.isfinite, selected)) and any(selected):
        yield _between(*selected)
        return
    for packed in _numbers(settings, 0x0304, 1)[:64]:
        if packed:
            left, top, right, bottom = (byte / 255 for byte in int(packed).to_bytes(4, "big"))
            yield _between(left, top, right, bottom)


def _between(left: float, top: float, right: float, bottom: float) -> FocusArea:
    return FocusArea((left + right) / 2, (top + bottom) / 2, abs(right - left), abs(bottom - top))


_MAKERS: dict[str, Callable[[Note], Said | None]] = {
    "canon": _canon,
    "nikon": _nikon,
    "sony": _sony,
    "fujifilm": _fujifilm,
    "panasonic": _panasonic,
    "olympus": _olympus,
    "om digital": _olympus,
}
