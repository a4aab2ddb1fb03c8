"""Where on the picture the camera focused: the AF areas of the maker's note, of XMP, or EXIF's subject area.

What comes out are fractions of the upright picture, so whoever paints them needs to know nothing of cameras. A
picture that was cropped after it was taken gets none: its note still speaks of the whole frame.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from exifread.core.find_exif import determine_type

from pixsort_desktop.photo.directories import Field, byte_order, directory
from pixsort_desktop.photo.maker_focus import FocusArea, Note, Said, maker_focus
from pixsort_desktop.photo.xmp.document import Attribute, Document, Element, XmpError, parse
from pixsort_desktop.photo.xmp.embedded import embedded_packets, jpeg_segments, kind_of
from pixsort_desktop.photo.xmp.judgement import value_of
from pixsort_desktop.photo.xmp.names import RDF

_MOST_BYTES = 128_000_000
_JPEG_HEAD = 1_000_000  # EXIF and XMP stand before the picture, in segments of at most 64 KB
_CROPPED = 0.02  # shapes that differ by more are not of one frame

_REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"
_AREA = "http://ns.adobe.com/xmp/sType/Area#"


@dataclass(frozen=True, slots=True)
class FocusPoints:
    """The AF areas of one photo, in fractions of the upright picture; at least one."""

    areas: tuple[FocusArea, ...]


@dataclass(frozen=True, slots=True)
class _Exif:
    data: bytes
    base: int
    order: str
    image: dict[int, Field]
    exif: dict[int, Field]

    def number(self, tag: int, where: dict[int, Field]) -> float:
        numbers = where[tag].numbers() if tag in where else []
        return numbers[0] if numbers else 0.0

    def text(self, tag: int) -> str:
        raw = self.image[tag].raw() if tag in self.image else b""
        return raw.split(b"\0", 1)[0].decode("latin-1").strip()

    @property
    def size(self) -> tuple[float, float]:
        return self.number(0xA002, self.exif), self.number(0xA003, self.exif)

    @property
    def orientation(self) -> int:
        return int(self.number(0x0112, self.image))


def focus_points(source: str | Path | bytes) -> FocusPoints | None:
    """The AF areas of a photo file (a path, or its bytes); None where it has none, is damaged or cannot be read.

    Asked in this order: the maker's note; regions of type Focus in XMP (Metadata Working Group, Guidelines 2.0,
    section 5.9); SubjectArea and SubjectLocation (CIPA DC-008, tags 0x9214 and 0xA214). Of the first that says
    something, the areas that lie on the picture are given. Raises nothing.
    """
    try:
        data = source if isinstance(source, bytes) else _read(Path(source))
        return _focus_points(data)
    except Exception:  # noqa: BLE001 - hostile bytes and vanishing files raise a dozen types; each means «not known»
        return None


def _focus_points(data: bytes) -> FocusPoints | None:
    kind = kind_of(data)
    exif = _exif(data, kind)
    for said in _statements(data, kind, exif):
        if said is None or _is_cropped(data, kind, said.shape):
            continue
        upright = (_upright(area, exif.orientation if exif else 1) for area in said.areas)
        areas = tuple(area for area in upright if 0 <= area.x <= 1 and 0 <= area.y <= 1)
        if areas:
            return FocusPoints(areas)
    return None


def _statements(data: bytes, kind: str | None, exif: _Exif | None) -> Iterator[Said | None]:
    if exif is not None:
        yield _from_note(exif)
    yield _from_xmp(data, kind)
    if exif is not None:
        yield _from_subject(exif)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(_JPEG_HEAD)
        return head if head.startswith(b"\xff\xd8") else head + file.read(_MOST_BYTES - len(head))


# -- EXIF ---------------------------------------------------------------------------------------------------


def _exif(data: bytes, kind: str | None) -> _Exif | None:
    base = _exif_base(data, kind)
    order = byte_order(data[base : base + 2]) if base is not None else None
    if base is None or order is None:
        return None
    (first,) = struct.unpack_from(order + "I", data, base + 4)
    image = directory(data, base + first, base, order)
    found = _Exif(data, base, order, image, {})
    place = found.number(0x8769, image)
    return replace(found, exif=directory(data, base + int(place), base, order)) if place else found


def _exif_base(data: bytes, kind: str | None) -> int | None:
    """Where the TIFF header of the EXIF block stands."""
    if kind == "TIFF":
        return 0
    if kind == "JPEG":
        for marker, start, _ in jpeg_segments(data):
            if marker == 0xE1 and data.startswith(b"Exif\0\0", start + 4):
                return start + 10
        return None
    base = determine_type(io.BytesIO(data))[0]
    return base + 6 if data.startswith(b"Exif\0\0", base) else base


def _from_note(exif: _Exif) -> Said | None:
    field = exif.exif.get(0x927C)
    if field is None:
        return None
    make, model = exif.text(0x010F), exif.text(0x0110)
    return maker_focus(
        Note(exif.data, field.start, field.length, exif.base, exif.order, make, model, exif.size)
    )


def _from_subject(exif: _Exif) -> Said | None:
    """A point, a circle (with its diameter) or a rectangle around a point, in pixels of the picture."""
    width, height = exif.size
    field = exif.exif.get(0x9214) or exif.exif.get(0xA214)
    numbers = field.numbers() if field is not None else []
    if width <= 0 or height <= 0 or len(numbers) not in (2, 3, 4):
        return None
    x, y, *size = numbers
    across, down = (size * 2)[:2] if size else (0.0, 0.0)
    return Said([FocusArea(x / width, y / height, across / width, down / height)], width / height)


# -- XMP ----------------------------------------------------------------------------------------------------


def _from_xmp(data: bytes, kind: str | None) -> Said | None:
    for packet in embedded_packets(data, kind):
        try:
            areas = list(_focus_regions(parse(packet)))
        except XmpError:
            continue
        if areas:
            return Said(areas)
    return None


def _focus_regions(document: Document) -> Iterator[FocusArea]:
    waiting = [document.rdf]
    while waiting:
        element = waiting.pop()
        waiting.extend(element.children)
        if not element.is_(RDF, "li"):
            continue
        region = _members(element)
        kind, area = region.get((_REGIONS, "Type")), region.get((_REGIONS, "Area"))
        if kind is None or value_of(kind) != "Focus" or not isinstance(area, Element):
            continue
        values = _members(area)
        x, y, w, h = (_fraction(values.get((_AREA, name))) for name in "xywh")
        if x is not None and y is not None:
            yield FocusArea(x, y, w or 0.0, h or 0.0)


def _members(element: Element) -> dict[tuple[str, str], Attribute | Element]:
    """The fields of a structure, in either spelling of RDF/XML."""
    found: dict[tuple[str, str], Attribute | Element] = {(a.uri, a.local): a for a in element.attributes}
    for child in element.children:
        found |= _members(child) if child.is_(RDF, "Description") else {(child.uri, child.local): child}
    return found


def _fraction(place: Attribute | Element | None) -> float | None:
    try:
        number = float(value_of(place)) if place is not None else -1.0
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


# -- the picture as it is seen ------------------------------------------------------------------------------


def _is_cropped(data: bytes, kind: str | None, shape: float | None) -> bool:
    """Whether a JPEG has another shape than the frame that was spoken of."""
    size = _jpeg_size(data) if kind == "JPEG" and shape else None
    if size is None or not shape:
        return False
    width, height = size
    rounding = 0.5 / width + 0.5 / height
    return abs(width / height / shape - 1) > _CROPPED + rounding


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    for marker, start, _ in jpeg_segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, start + 5)
            return (width, height) if width and height else None
    return None


def _upright(area: FocusArea, orientation: int) -> FocusArea:
    """Turn an area as EXIF's orientation turns the picture."""
    x, y, w, h = area.x, area.y, area.width, area.height
    place = {
        2: (1 - x, y),
        3: (1 - x, 1 - y),
        4: (x, 1 - y),
        5: (y, x),
        6: (1 - y, x),
        7: (1 - y, 1 - x),
        8: (y, 1 - x),
    }.get(orientation, (x, y))
    width, height = (h, w) if orientation in (5, 6, 7, 8) else (w, h)
    return replace(area, x=place[0], y=place[1], width=width, height=height)
