"""Dates as cameras, programs and file names write them -> moments, or nothing where they cannot be true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_PHOTOGRAPH = 1826

_DATE = re.compile(
    r"\s*(\d{4})\D(\d{1,2})\D(\d{1,2})(?:\D+(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2}))?(?:\.(\d+))?(.*))?\s*", re.S
)
_COMPACT = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)(?:\.(\d+))?(.*))?\s*", re.S)
_OFFSET = re.compile(r"\s*([+-])(\d{1,2}):?(\d{2})\s*")

_COUNTERS = (
    datetime(1904, 1, 1, tzinfo=UTC),  # where Apple's and QuickTime's clocks begin,
    EPOCH,  # Unix's,
    datetime(2036, 2, 7, 6, 28, 16, tzinfo=UTC),  # and where NTP's,
    datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),  # signed
    datetime(2040, 2, 6, 6, 28, 15, tzinfo=UTC),  # and QuickTime's,
    datetime(2106, 2, 7, 6, 28, 15, tzinfo=UTC),  # and unsigned 32-bit counters end
)
_DAY_ZERO = (1899, 12, 30)  # of Windows' OLE dates
_FARTHEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Moment:
    """`text` is ISO 8601 with the sub-seconds and the offset as written, or a date alone where no more is known.

    `seconds` is the same local wall-clock time as seconds since 1970, counted as if it were UTC.
    """

    text: str
    seconds: float


def read_moment(written: str, subsec: str | None = None, offset: str | None = None) -> Moment | None:
    """A date in EXIF's spelling or ISO 8601's, with the fields beside it that complete it."""
    match = _DATE.fullmatch(written) or _COMPACT.fullmatch(written)
    if match is None:
        return None
    *numbers, inline_subsec, rest = match.groups()
    if rest and numbers[3] and re.match(r"\s*p\.?m", rest, re.I) and int(numbers[3]) < 12:
        numbers[3] = str(int(numbers[3]) + 12)
    digits = re.match(r"\d*", (subsec or inline_subsec or "").strip())
    return moment_of(numbers, digits[0] if digits else "", offset_of(offset) or offset_of(rest))


def moment_of(numbers: Sequence[str | None], fraction: str = "", offset: str | None = None) -> Moment | None:
    """Year, month, day and, if known, hour, minute, second; None for a time that is none or cannot be true."""
    year, month, day, hour, minute, second = (int(n) if n is not None else None for n in numbers)
    try:
        local = datetime(
            year or 0, month or 0, day or 0, hour or 0, minute or 0, min(second or 0, 59), tzinfo=UTC
        )
    except ValueError:  # 0000:00:00, the 31st of February
        return None
    if (second is not None and second > 60) or local.year < _FIRST_PHOTOGRAPH or _is_counter(local):
        return None
    seconds = (local - EPOCH).total_seconds() + (float(f"0.{fraction}") if fraction else 0.0)
    if hour is None:
        return Moment(f"{local:%Y-%m-%d}", seconds)
    return Moment(
        f"{local:%Y-%m-%dT%H:%M:%S}" + (f".{fraction}" if fraction else "") + (offset or ""), seconds
    )


def instant(seconds: float, *, local: bool = False) -> Moment | None:
    """A moment given as seconds since 1970 in UTC; `local`: told as this computer's clock would."""
    try:
        moment = EPOCH + timedelta(seconds=seconds)
        if local:
            moment = moment.astimezone()
    except (OverflowError, ValueError, OSError):
        return None
    wall = moment.replace(tzinfo=UTC, microsecond=0)
    if wall.year < _FIRST_PHOTOGRAPH or _is_counter(wall):
        return None
    return Moment(moment.isoformat(timespec="seconds"), (wall - EPOCH).total_seconds())


def offset_of(written: str | None) -> str | None:
    """«+02:00» and its sloppier spellings."""
    if written and written.strip() in ("Z", "z"):
        return "+00:00"
    match = _OFFSET.fullmatch(written or "")
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        return None
    return f"{match[1]}{int(match[2]):02}:{match[3]}"


def _is_counter(local: datetime) -> bool:
    """Whether this is where a counter begins or ends, seen from some time zone: no clock, but the want of one."""
    if (local.year, local.month, local.day) == _DAY_ZERO:
        return True
    for counter in _COUNTERS:
        away = abs(local - counter)
        if away <= _FARTHEST_ZONE and away.total_seconds() % 900 == 0:
            return True
    return False
