"""Named rectangles of people in XMP: the Metadata Working Group's regions and Microsoft's.

Metadata Working Group, Guidelines for Handling Image Metadata 2.0 (2010), section 5.9: centre, width and height as
parts of the picture, with the size of the picture to which they were applied. Microsoft, People Tagging: left, top,
width, height.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pixsort_desktop.photo.xmp.document import Document, Element
from pixsort_desktop.photo.xmp.judgement import value_of
from pixsort_desktop.photo.xmp.names import RDF

MWG = "http://www.metadataworkinggroup.com/schemas/regions/"
AREA = "http://ns.adobe.com/xmp/sType/Area#"
DIMENSIONS = "http://ns.adobe.com/xap/1.0/sType/Dimensions#"
MICROSOFT = "http://ns.microsoft.com/photo/1.2/"
MICROSOFT_INFO = "http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
MICROSOFT_REGION = "http://ns.microsoft.com/photo/1.2/t/Region#"

_MOST_REGIONS = 500
_PEOPLE = (
    "face",
    "",
    None,
)  # the types of region that are a person; others are pets, focus points, bar codes


@dataclass(frozen=True, slots=True)
class Region:
    """A person in the upright picture: the rectangle's left, top, width and height as parts of its sides."""

    name: str | None
    left: float
    top: float
    width: float
    height: float


def read_regions(
    documents: Iterable[Document], orientation: int, upright: tuple[int, int] | None
) -> list[Region]:
    """The people of the first packet that has any, in the picture as it is looked at.

    Programs disagree about whether regions belong to the stored or to the turned picture. The size that they say
    they were applied to decides; where it does not (a half turn, a mirror, a square), the stored picture is meant,
    as the guidelines want. `upright` is the picture's (width, height), if known.
    """
    for document in documents:
        found = list(_working_group(document, orientation, upright)) or list(
            _microsoft(document, orientation)
        )
        if found:
            return found[:_MOST_REGIONS]
    return []


# -- the two forms ------------------------------------------------------------------------------------------


def _working_group(document: Document, orientation: int, upright: tuple[int, int] | None) -> Iterator[Region]:
    for found in document.find(MWG, "Regions"):
        if not isinstance(found.place, Element):
            continue
        turn = 1 if _is_upright(found.place, orientation, upright) else orientation
        for item in _items(found.place, MWG, "RegionList"):
            kind = _field(item, MWG, "Type")
            area = _structure(item, MWG, "Area")
            if area is None or (kind or "").lower() not in _PEOPLE:
                continue
            x, y, w, h = (_number(area, AREA, name) for name in "xywh")
            across = _number(area, AREA, "d")  # a circle has a diameter
            w, h = w if w is not None else across, h if h is not None else across
            if x is None or y is None or w is None or h is None or _field(area, AREA, "unit") == "pixel":
                continue
            yield from _region(_field(item, MWG, "Name"), (x - w / 2, y - h / 2, w, h), turn)


def _microsoft(document: Document, orientation: int) -> Iterator[Region]:
    for found in document.find(MICROSOFT, "RegionInfo"):
        if not isinstance(found.place, Element):
            continue
        for item in _items(found.place, MICROSOFT_INFO, "Regions"):
            corners = (_field(item, MICROSOFT_REGION, "Rectangle") or "").split(",")
            try:
                left, top, width, height = (float(part) for part in corners)
            except ValueError:
                continue
            name = _field(item, MICROSOFT_REGION, "PersonDisplayName")
            yield from _region(name, (left, top, width, height), orientation)


def _is_upright(regions: Element, orientation: int, upright: tuple[int, int] | None) -> bool:
    """Whether the size that the regions were applied to is that of the turned picture."""
    applied = _structure(regions, MWG, "AppliedToDimensions")
    if applied is None or upright is None or orientation < 5:
        return False
    w, h = _number(applied, DIMENSIONS, "w"), _number(applied, DIMENSIONS, "h")
    if not w or not h or w == h:
        return False
    return (w > h) == (upright[0] > upright[1])


# -- turning ------------------------------------------------------------------------------------------------


def _region(name: str | None, box: tuple[float, float, float, float], orientation: int) -> Iterator[Region]:
    """The region in the turned picture, cut at its edges; none where nothing of it lies inside."""
    if not all(map(math.isfinite, box)):
        return
    left, top, right, bottom = _turned(box[0], box[1], box[0] + box[2], box[1] + box[3], orientation)
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in (left, top, right, bottom))
    if right - left > 1e-6 and bottom - top > 1e-6:
        sides = (round(side, 6) for side in (left, top, right - left, bottom - top))
        yield Region(name or None, *sides)


def _turned(
    left: float, top: float, right: float, bottom: float, orientation: int
) -> tuple[float, float, float, float]:
    """From the stored picture to the upright one, by the EXIF orientation."""
    if orientation in (5, 6, 7, 8):  # rows become columns
        left, top, right, bottom = top, left, bottom, right
    if orientation in (2, 3, 6, 7):
        left, right = 1 - right, 1 - left
    if orientation in (3, 4, 7, 8):
        top, bottom = 1 - bottom, 1 - top
    return left, top, right, bottom


# -- structures of RDF/XML ----------------------------------------------------------------------------------


def _bodies(element: Element) -> Iterator[Element]:
    """The elements in which a structure's fields may stand: itself, or an rdf:Description inside."""
    yield element
    yield from (child for child in element.children if child.is_(RDF, "Description"))


def _child(element: Element, uri: str, local: str) -> Element | None:
    return next((c for body in _bodies(element) for c in body.children if c.is_(uri, local)), None)


def _structure(element: Element, uri: str, local: str) -> Element | None:
    return _child(element, uri, local)


def _items(element: Element, uri: str, local: str) -> Sequence[Element]:
    bag = _child(element, uri, local)
    boxes = bag.children if bag is not None else []
    return [item for box in boxes for item in box.children if item.is_(RDF, "li")][:_MOST_REGIONS]


def _field(element: Element, uri: str, local: str) -> str | None:
    for body in _bodies(element):
        attribute = body.attribute(uri, local)
        if attribute is not None:
            return attribute.value.strip()
    child = _child(element, uri, local)
    return value_of(child) if child is not None else None


def _number(element: Element, uri: str, local: str) -> float | None:
    try:
        found = float(_field(element, uri, local) or "")
    except ValueError:
        return None
    return found if math.isfinite(found) else None
