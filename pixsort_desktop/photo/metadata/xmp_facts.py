"""What the XMP packets in a file say of how it was taken, for where EXIF is silent.

Namespaces and types: CIPA DC-010 (Exif 2.32 metadata for XMP), Adobe's XMP Specification Part 2, and the tag tables
of ExifTool 12.57.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pixsort_desktop.photo.metadata.dates import Moment, read_moment
from pixsort_desktop.photo.metadata.exif import lens_name, positive, serial
from pixsort_desktop.photo.xmp.document import Document
from pixsort_desktop.photo.xmp.judgement import items
from pixsort_desktop.photo.xmp.names import PHOTOSHOP, XMP

EXIF = "http://ns.adobe.com/exif/1.0/"
EXIF_EX = ("http://cipa.jp/exif/1.0/", "http://cipa.jp/exif/2.32/")
TIFF = "http://ns.adobe.com/tiff/1.0/"
AUX = "http://ns.adobe.com/exif/1.0/aux/"
GOOGLE_CAMERA = "http://ns.google.com/photos/1.0/camera/"

_COORDINATE = re.compile(r"\s*(\d+(?:\.\d+)?),(?:(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?)\s*([NSEW])\s*", re.I)
_RATIO = re.compile(r"\s*([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?:/(\d+(?:\.\d+)?))?\s*", re.I)
_DATES = (
    (EXIF, "DateTimeOriginal"),
    (PHOTOSHOP, "DateCreated"),
    (EXIF, "DateTimeDigitized"),
    (XMP, "CreateDate"),
)


def facts(documents: Sequence[Document]) -> dict[str, Any]:
    """The fields of `Metadata` that the packets tell, None where they do not."""
    latitude, longitude = position(documents)
    orientation = _number(documents, (TIFF, "Orientation"))
    return {
        "orientation": int(orientation) if orientation in (1, 2, 3, 4, 5, 6, 7, 8) else None,
        "make": _text(documents, (TIFF, "Make")),
        "model": _text(documents, (TIFF, "Model")),
        "serial": serial(_text(documents, *_ex("BodySerialNumber"), (AUX, "SerialNumber"))),
        "lens": lens_name(_text(documents, *_ex("LensModel"), (AUX, "Lens"))),
        "lens_serial": serial(_text(documents, *_ex("LensSerialNumber"), (AUX, "LensSerialNumber"))),
        "iso": _iso(documents),
        "exposure_s": _exposure(documents),
        "f_number": _aperture(documents),
        "focal_mm": positive(_number(documents, (EXIF, "FocalLength"))),
        "latitude": latitude,
        "longitude": longitude,
        "altitude_m": _altitude(documents),
        "burst_id": _text(documents, (GOOGLE_CAMERA, "BurstID")),
    }


def moment(documents: Sequence[Document]) -> Moment | None:
    """When the picture was made, by the first property that tells at least the day."""
    for place in _DATES:
        for written in _texts(documents, place):
            subsec = _text(documents, (EXIF, "SubSecTimeOriginal")) if place == _DATES[0] else None
            found = read_moment(written, subsec)
            if found is not None:
                return found
    return None


def gps_moment(documents: Sequence[Document]) -> Moment | None:
    """When the position was taken; XMP has date and time of day in one property, and in UTC."""
    for name in ("GPSTimeStamp", "GPSDateTime"):
        written = _text(documents, (EXIF, name))
        found = read_moment(written, None, "Z") if written else None
        if found is not None and "T" in found.text:
            return found
    return None


# -- values -------------------------------------------------------------------------------------------------

_Place = tuple[str, str]


def _ex(local: str) -> Iterator[_Place]:
    return ((uri, local) for uri in EXIF_EX)


def _texts(documents: Iterable[Document], *places: _Place) -> Iterator[str]:
    for uri, local in places:
        for document in documents:
            for text in items(document, uri, local):
                if text.strip(" \0"):
                    yield text.strip(" \0")


def _text(documents: Iterable[Document], *places: _Place) -> str | None:
    return next(_texts(documents, *places), None)


def _number(documents: Iterable[Document], *places: _Place) -> float | None:
    """A plain number or a quotient, «56/10»."""
    for text in _texts(documents, *places):
        match = _RATIO.fullmatch(text)
        if match is not None and float(match[2] or 1):
            found = float(match[1]) / float(match[2] or 1)
            if math.isfinite(found):
                return found
    return None


def _iso(documents: Sequence[Document]) -> int | None:
    places = (
        (EXIF, "ISOSpeedRatings"),
        *_ex("PhotographicSensitivity"),
        *_ex("RecommendedExposureIndex"),
        *_ex("ISOSpeed"),
    )
    for place in places:
        found = _number(documents, place)
        if found is not None and 1 <= found < 10_000_000 and found != 65535:
            return round(found)
    return None


def _exposure(documents: Sequence[Document]) -> float | None:
    seconds = positive(_number(documents, (EXIF, "ExposureTime")))
    apex = _number(documents, (EXIF, "ShutterSpeedValue"))
    return 2.0**-apex if seconds is None and apex is not None and -20 < apex < 20 else seconds


def _aperture(documents: Sequence[Document]) -> float | None:
    f_number = positive(_number(documents, (EXIF, "FNumber")))
    apex = _number(documents, (EXIF, "ApertureValue"))
    return 2.0 ** (apex / 2) if f_number is None and apex is not None and 0 < apex < 20 else f_number


def position(documents: Sequence[Document]) -> tuple[float | None, float | None]:
    """Both coordinates or neither, degrees, south and west negative."""
    latitude = _degrees(_text(documents, (EXIF, "GPSLatitude")), 90)
    longitude = _degrees(_text(documents, (EXIF, "GPSLongitude")), 180)
    return (None, None) if latitude is None or longitude is None else (latitude, longitude)


def _degrees(written: str | None, limit: float) -> float | None:
    """«47,22.6515N» or «47,22,39N»; some programs write signed decimal degrees instead."""
    if not written:
        return None
    match = _COORDINATE.fullmatch(written)
    if match is not None:
        degrees = float(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
        degrees = -degrees if match[4].upper() in "SW" else degrees
    else:
        try:
            degrees = float(written)
        except ValueError:
            return None
    return degrees if abs(degrees) <= limit else None


def _altitude(documents: Sequence[Document]) -> float | None:
    height = _number(documents, (EXIF, "GPSAltitude"))
    below = _text(documents, (EXIF, "GPSAltitudeRef")) == "1"
    return -abs(height) if height is not None and below else height
