"""What a file's EXIF block says about the photograph: when, with what, how and where it was taken."""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, BinaryIO, TypeVar

from exifread.core.exif_header import ExifHeader

# exifread complains about every odd block on the console; what could not be read is simply None here.
logging.getLogger("exifread").setLevel(logging.CRITICAL + 1)

_WANTED_TAGS = frozenset(
    {
        0x010F, 0x0110, 0x0112, 0x0132,                     # make, model, orientation, date
        0x8769, 0x8825,                                     # where the Exif and GPS directories begin
        0x829A, 0x829D, 0x8827, 0x8831, 0x8832, 0x8833,     # exposure, f-number, sensitivities
        0x9003, 0x9004, 0x9010, 0x9011, 0x9012,             # dates and their offsets from UTC
        0x9201, 0x9202, 0x920A, 0x9290, 0x9291, 0x9292,     # APEX exposure, focal length, sub-seconds
        0xA434,                                             # lens
        0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006,     # GPS latitude, longitude, altitude
    }
)  # fmt: skip

_GPS_DIRECTORY = 0x8825
_MOST_TAGS = 200  # a full block has 35 of those above
_LONGEST_VALUE = 10_000

_DATE = re.compile(
    r"\s*(\d{4})\D(\d{1,2})\D(\d{1,2})\D+(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2}))?(?:\.(\d+))?(.*)", re.S
)
_OFFSET = re.compile(r"\s*([+-])(\d{1,2}):?(\d{2})\s*")
_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts as the camera wrote them; None where it said nothing or nothing sensible.

    `taken_at` is ISO 8601 with the file's own sub-seconds and, where known, its offset from UTC.
    `taken_seconds` is the same local wall-clock time as seconds since 1970, counted as if it were UTC: it
    sorts a shoot and measures gaps, whether or not the camera knew its time zone.
    """

    orientation: int | None = None  # 1..8, EXIF tag 0x0112
    taken_at: str | None = None
    taken_seconds: float | None = None
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    iso: int | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    focal_mm: float | None = None
    latitude: float | None = None  # degrees, south negative
    longitude: float | None = None  # degrees, west negative
    altitude_m: float | None = None  # below sea level negative


def read_metadata(exif: bytes | BinaryIO) -> Metadata:
    """Read a TIFF block: the EXIF block of a JPEG, PNG, WebP or AVIF, or a whole TIFF file.

    A leading `Exif\\0\\0` is allowed. Tags are found by exifread; their meaning is that of CIPA DC-008 (Exif
    2.32), and where cameras depart from it, of ExifTool. Raises nothing: what is damaged is None.
    """
    tags = _read_tags(exif)
    taken_at, taken_seconds = _guarded(lambda: _taken(tags)) or (None, None)
    latitude, longitude = _guarded(lambda: _position(tags)) or (None, None)
    return Metadata(
        orientation=_guarded(lambda: _orientation(tags)),
        taken_at=taken_at,
        taken_seconds=taken_seconds,
        make=_guarded(lambda: _text(tags, "Make")),
        model=_guarded(lambda: _text(tags, "Model")),
        lens=_guarded(lambda: _text(tags, "LensModel")),
        iso=_guarded(lambda: _iso(tags)),
        exposure_s=_guarded(lambda: _exposure(tags)),
        f_number=_guarded(lambda: _aperture(tags)),
        focal_mm=_guarded(lambda: _positive(_number(tags, "FocalLength"))),
        latitude=latitude,
        longitude=longitude,
        altitude_m=_guarded(lambda: _altitude(tags)),
    )


# -- finding the tags ---------------------------------------------------------------------------------------


class _Header(ExifHeader):
    """exifread's reader, kept to the tags we show, and to one tag's loss where that tag is damaged.

    A hostile block is small and can still cost hours: directories that name each other, one tag thousands of
    times. So the number of tags read is limited, their length too, and the GPS directory is entered once.
    """

    _left = _MOST_TAGS
    _gps_seen = False

    def _process_tag(self, ifd: int, ifd_name: str, tag_entry: Any, entry: int, tag: int, *rest: Any) -> None:
        if tag not in _WANTED_TAGS or self._left == 0 or self.s2n(entry + 4, 4) > _LONGEST_VALUE:
            return
        if tag == _GPS_DIRECTORY:
            if self._gps_seen:
                return
            self._gps_seen = True
        self._left -= 1
        _guarded(lambda: super(_Header, self)._process_tag(ifd, ifd_name, tag_entry, entry, tag, *rest))


def _read_tags(exif: bytes | BinaryIO) -> dict[str, Any]:
    """Tag values by exifread's names («Image Make», «EXIF LensModel», «GPS GPSLatitude»)."""
    stream: BinaryIO = io.BytesIO(exif) if isinstance(exif, bytes) else exif
    stream.seek(0)
    start = stream.read(10)
    base = 6 if start.startswith(b"Exif\0\0") else 0
    if start[base : base + 4] not in (b"II*\0", b"MM\0*"):
        return {}
    header = _Header(stream, chr(start[base]), base, 0, False, detailed=False)
    _guarded(lambda: _read_directories(header))
    return {name: tag.values for name, tag in header.tags.items()}


def _read_directories(header: _Header) -> None:
    # Only the main image's directory: the next ones describe the embedded thumbnail or further pages.
    header.dump_ifd(ifd=header.s2n(4, 4), ifd_name="Image")
    exif_offset = header.tags.get("Image ExifOffset")
    if exif_offset:
        header.dump_ifd(ifd=exif_offset.values[0], ifd_name="EXIF")


def _guarded(read: Callable[[], _T]) -> _T | None:
    try:
        return read()
    except Exception:  # noqa: BLE001 - exifread and odd values raise a dozen types; each costs one field
        return None


# -- what the values mean -----------------------------------------------------------------------------------


def _values(tags: dict[str, Any], name: str) -> Any:
    """A tag's value, from the Exif directory or, where a scanner or RAW converter put it there, the main one."""
    found = tags.get(f"EXIF {name}")
    return found if found not in (None, "", []) else tags.get(f"Image {name}")


def _text(tags: dict[str, Any], name: str) -> str | None:
    values = _values(tags, name)
    if isinstance(values, list):  # written with a numeric type by a few programs
        values = bytes(values)
    if isinstance(values, bytes):
        values = _decoded(values.split(b"\0", 1)[0])
    if not isinstance(values, str):
        return None
    return values.strip(" \t\r\n\0") or None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _numbers(values: Any) -> list[float]:
    """Plain floats; a rational with denominator 0 and other nonsense become NaN so that places are kept."""
    if isinstance(values, (int, Fraction)):
        values = [values]
    if not isinstance(values, Sequence) or isinstance(values, (str, bytes)):
        return []
    return [_plain(value) for value in values]


def _plain(value: Any) -> float:
    if isinstance(value, tuple):  # how exifread hands out floats
        value = value[0]
    try:
        return float(value)
    except (ValueError, TypeError, ArithmeticError):
        return math.nan


def _number(tags: dict[str, Any], name: str) -> float | None:
    numbers = _numbers(_values(tags, name))
    return numbers[0] if numbers and math.isfinite(numbers[0]) else None


def _positive(number: float | None) -> float | None:
    return number if number is not None and 0 < number < math.inf else None


def _orientation(tags: dict[str, Any]) -> int | None:
    number = _number(tags, "Orientation")
    return int(number) if number in (1, 2, 3, 4, 5, 6, 7, 8) else None


def _iso(tags: dict[str, Any]) -> int | None:
    """Sensitivity. The old 16-bit tag says 65535 where it overflows, and the newer ones hold the number."""
    names = ("ISOSpeedRatings", "RecommendedExposureIndex", "ISOSpeed", "StandardOutputSensitivity")
    for name in names:
        for number in _numbers(_values(tags, name)):
            if 0 < number < 10_000_000 and number != 65535:
                return round(number)
    return None


def _exposure(tags: dict[str, Any]) -> float | None:
    seconds = _positive(_number(tags, "ExposureTime"))
    apex = _number(tags, "ShutterSpeedValue")
    if seconds is None and apex is not None and -20 < apex < 20:
        seconds = 2.0**-apex
    return seconds


def _aperture(tags: dict[str, Any]) -> float | None:
    f_number = _positive(_number(tags, "FNumber"))
    apex = _number(tags, "ApertureValue")
    if f_number is None and apex is not None and 0 < apex < 20:
        f_number = 2.0 ** (apex / 2)
    return f_number


# -- when ---------------------------------------------------------------------------------------------------


def _taken(tags: dict[str, Any]) -> tuple[str | None, float | None]:
    """The moment of exposure, else of digitising, else of the last change of the file."""
    for date, subsec, offset in (
        ("DateTimeOriginal", "SubSecTimeOriginal", "OffsetTimeOriginal"),
        ("DateTimeDigitized", "SubSecTimeDigitized", "OffsetTimeDigitized"),
        ("DateTime", "SubSecTime", "OffsetTime"),
    ):
        written = _text(tags, date)
        moment = written and _moment(written, _text(tags, subsec), _text(tags, offset))
        if moment:
            return moment
    return None, None


def _moment(written: str, subsec: str | None, offset: str | None) -> tuple[str, float] | None:
    match = _DATE.match(written)
    if match is None:
        return None
    *numbers, inline_subsec, rest = match.groups()
    try:
        year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # 0000:00:00, the 31st of February
        return None
    digits = re.match(r"\d*", (subsec or inline_subsec or "").strip())
    fraction = digits[0] if digits else ""
    text = local.strftime("%Y-%m-%dT%H:%M:%S") if local.year >= 1000 else local.isoformat()[:19]
    seconds = (local - _EPOCH).total_seconds() + (float(f"0.{fraction}") if fraction else 0.0)
    return text + (f".{fraction}" if fraction else "") + (_offset(offset) or _offset(rest) or ""), seconds


def _offset(written: str | None) -> str | None:
    """«+02:00» and its sloppier spellings."""
    if written and written.strip() in ("Z", "z"):
        return "+00:00"
    match = _OFFSET.fullmatch(written or "")
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        return None
    return f"{match[1]}{int(match[2]):02}:{match[3]}"


# -- where --------------------------------------------------------------------------------------------------


def _position(tags: dict[str, Any]) -> tuple[float | None, float | None]:
    """Both coordinates or neither: half a position is no place."""
    latitude = _degrees(tags, "GPS GPSLatitude", "S", 90)
    longitude = _degrees(tags, "GPS GPSLongitude", "W", 180)
    if latitude is None or longitude is None:
        return None, None
    return latitude, longitude


def _degrees(tags: dict[str, Any], name: str, negative: str, limit: float) -> float | None:
    parts = _numbers(tags.get(name))
    if not parts or not math.isfinite(parts[0]):
        return None
    # Cameras without seconds write 0/0 there; it adds nothing.
    degrees = sum(part / 60**place for place, part in enumerate(parts[:3]) if math.isfinite(part))
    reference = tags.get(f"{name}Ref")
    if isinstance(reference, str) and reference.strip().upper().startswith(negative):
        degrees = -abs(degrees)
    return degrees if abs(degrees) <= limit else None


def _altitude(tags: dict[str, Any]) -> float | None:
    numbers = _numbers(tags.get("GPS GPSAltitude"))
    if not numbers or not math.isfinite(numbers[0]):
        return None
    below = _numbers(tags.get("GPS GPSAltitudeRef"))[:1] == [1.0]
    return -numbers[0] if below else numbers[0]
