"""What the tags of an EXIF block mean: CIPA DC-008 (Exif 2.32), and where cameras depart from it, ExifTool."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, TypeVar

from pixsort_desktop.photo.metadata.dates import Moment, read_moment
from pixsort_desktop.photo.metadata.exif_tags import Tags

_T = TypeVar("_T")

MAKE, MODEL, ORIENTATION = 0x010F, 0x0110, 0x0112
BODY_SERIAL, DNG_SERIAL, LENS, LENS_SERIAL = 0xA431, 0xC62F, 0xA434, 0xA435
_NO_SERIAL = re.compile(r"(none|n/?a|unknown|9999:99.*|9{6,})\s*$", re.I)
_FRACTION = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(?:/\s*(\d+(?:\.\d+)?))?")

DATES = {
    "original": (0x9003, 0x9291, 0x9011),  # date, sub-seconds, offset from UTC
    "digitised": (0x9004, 0x9292, 0x9012),
    "modified": (0x0132, 0x9290, 0x9010),
}


def guarded(read: Callable[..., _T], *arguments: Any) -> _T | None:
    """What `read` answers, or None where odd values make it fail: each costs one field."""
    try:
        return read(*arguments)
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return None


def facts(tags: Tags) -> dict[str, Any]:
    """The fields of `Metadata` that stand in these tags, None where nothing or nothing sensible is said."""
    latitude, longitude = guarded(position, tags) or (None, None)
    return {
        "orientation": guarded(orientation, tags),
        "make": text(tags, MAKE),
        "model": text(tags, MODEL),
        "serial": serial(text(tags, BODY_SERIAL)) or serial(text(tags, DNG_SERIAL)),
        "lens": lens_name(text(tags, LENS)),
        "lens_serial": serial(text(tags, LENS_SERIAL)),
        "iso": guarded(iso, tags),
        "exposure_s": guarded(exposure, tags),
        "f_number": guarded(aperture, tags),
        "focal_mm": positive(number(tags, 0x920A)),
        "latitude": latitude,
        "longitude": longitude,
        "altitude_m": guarded(altitude, tags),
        "rating": guarded(rating, tags),
    }


# -- values -------------------------------------------------------------------------------------------------


def _value(tags: Tags, tag: int) -> Any:
    """A tag's value, from the Exif directory or, where a scanner or RAW converter put it there, the main one."""
    found = tags.get(("exif", tag))
    return found if found else tags.get(("main", tag))


def text(tags: Tags, tag: int) -> str | None:
    """A text without the blanks and zeros that cameras pad it with."""
    value = _value(tags, tag)
    if isinstance(value, tuple):  # written with a numeric type by a few programs
        try:
            value = bytes(int(each) for each in value)
        except (ValueError, OverflowError):
            return None
    return plain(value)


def plain(raw: bytes | None) -> str | None:
    """Bytes up to the first zero as text: UTF-8 where they are that, else Latin-1."""
    if raw is None:
        return None
    raw = raw.split(b"\0", 1)[0]
    try:
        found = raw.decode("utf-8")
    except UnicodeDecodeError:
        found = raw.decode("latin-1")
    return found.strip(" \t\r\n") or None


def numbers(value: Any) -> list[float]:
    """Plain floats; nonsense is NaN so that places are kept. Digits that were written as text count, too."""
    if isinstance(value, bytes) and len(value) == 1 and not value.isdigit():
        return [float(value[0])]
    if isinstance(value, bytes):
        written = plain(value)
        match = _FRACTION.fullmatch(written) if written else None
        if match is None:
            return []
        under = float(match[2] or 1)
        return [float(match[1]) / under if under else math.nan]
    return list(value) if isinstance(value, tuple) else []


def number(tags: Tags, tag: int) -> float | None:
    found = numbers(_value(tags, tag))
    return found[0] if found and math.isfinite(found[0]) else None


def positive(found: float | None) -> float | None:
    return found if found is not None and 0 < found < math.inf else None


def serial(written: str | None) -> str | None:
    """A serial number that tells cameras apart; a row of zeros or nines, or «none», tells nothing."""
    if not written or len(set(re.sub(r"[\W_]", "", written)) - {"0"}) == 0 or _NO_SERIAL.match(written):
        return None
    return written


def lens_name(written: str | None) -> str | None:
    """A lens's name; «----» and the like are what bodies write for a lens they cannot name."""
    return written if written and re.search(r"\w", written) else None


# -- what they say ------------------------------------------------------------------------------------------


def orientation(tags: Tags) -> int | None:
    found = number(tags, ORIENTATION)
    return int(found) if found in (1, 2, 3, 4, 5, 6, 7, 8) else None


def iso(tags: Tags) -> int | None:
    """Sensitivity. The old 16-bit tag says 65535 where it overflows, and the newer ones hold the number."""
    for tag in (0x8827, 0x8832, 0x8833, 0x8831):
        for found in numbers(_value(tags, tag)):
            if 0 < found < 10_000_000 and found != 65535:
                return round(found) or None
    raw = numbers(tags.get(("panasonic", 0x0017)))[:1]
    return round(raw[0]) if raw and 0 < raw[0] < 10_000_000 else None


def exposure(tags: Tags) -> float | None:
    written = number(tags, 0x829A)
    seconds = positive(written)
    apex = number(tags, 0x9201)
    if (
        seconds is None and apex == 0 and written == 0
    ):  # a program that filled what it did not know with zeros
        return None
    if seconds is None and apex is not None and -20 < apex < 20:
        seconds = 2.0**-apex
    return seconds


def aperture(tags: Tags) -> float | None:
    f_number = positive(number(tags, 0x829D))
    apex = number(tags, 0x9202)
    if f_number is None and apex is not None and 0 < apex < 20:
        f_number = 2.0 ** (apex / 2)
    return f_number


def rating(tags: Tags) -> int | None:
    """Stars as Windows writes them, 0 to 5, or its percent where there are no stars."""
    stars = number(tags, 0x4746)
    if stars is not None and 0 <= stars <= 5:
        return int(stars)
    percent = number(tags, 0x4749)
    if percent is None or not 0 < percent <= 100:
        return None
    return 1 + sum(percent > top for top in (12, 37, 62, 87))


# -- when ---------------------------------------------------------------------------------------------------


def moment(tags: Tags, which: str) -> Moment | None:
    """The «original», «digitised» or «modified» date, with its own sub-seconds and offset."""
    date, subsec, offset = DATES[which]
    written = text(tags, date)
    return read_moment(written, text(tags, subsec), text(tags, offset)) if written else None


def gps_moment(tags: Tags) -> Moment | None:
    """When the position was taken, in UTC."""
    date = plain(tags.get(("gps", 0x001D)))  # type: ignore[arg-type]
    clock = numbers(tags.get(("gps", 0x0007)))
    if not date or len(clock) < 3 or not all(map(math.isfinite, clock[:3])):
        return None
    hour, minute, second = clock[:3]
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 61):
        return None
    fraction = f"{second % 1:.3f}"[2:].rstrip("0")
    return read_moment(f"{date} {int(hour):02}:{int(minute):02}:{int(second):02}", fraction, "Z")


# -- where --------------------------------------------------------------------------------------------------


def position(tags: Tags) -> tuple[float | None, float | None]:
    """Both coordinates or neither: half a position is no place."""
    latitude = _degrees(tags, 0x0002, "S", 90)
    longitude = _degrees(tags, 0x0004, "W", 180)
    if latitude is None or longitude is None:
        return None, None
    return latitude, longitude


def _degrees(tags: Tags, tag: int, negative: str, limit: float) -> float | None:
    parts = numbers(tags.get(("gps", tag)))
    if not parts or not math.isfinite(parts[0]):
        return None
    # Cameras without seconds write 0/0 there; it adds nothing.
    degrees = sum(part / 60**place for place, part in enumerate(parts[:3]) if math.isfinite(part))
    reference = plain(tags.get(("gps", tag - 1)) or None)  # type: ignore[arg-type]
    if reference and reference.upper().startswith(negative):
        degrees = -abs(degrees)
    return degrees if abs(degrees) <= limit else None


def altitude(tags: Tags) -> float | None:
    found = numbers(tags.get(("gps", 0x0006)))
    if not found or not math.isfinite(found[0]):
        return None
    reference = tags.get(("gps", 0x0005))
    below = reference in (b"\x01", b"1", b"1\0") or (isinstance(reference, tuple) and reference[:1] == (1.0,))
    return -abs(found[0]) if below else found[0]
