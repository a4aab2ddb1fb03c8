"""From when to when photos were taken, as short as it can be said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pixsort_desktop.library.records import Photo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_span(photos: Iterable[Photo], *, year: bool = True) -> str:
    """«3 May 2024, 14:02–14:10», «3–5 May 2024», or nothing where no time is known; seconds within one minute.

    Without the `year` as short as can be: «3 May 14:02–14:10», without seconds.
    """
    seconds = [
        photo.sorted_s for photo in photos if photo.moment_s is not None and photo.sorted_s is not None
    ]
    if not seconds:
        return ""
    try:
        first, last = (_EPOCH + timedelta(seconds=each) for each in (min(seconds), max(seconds)))
    except OverflowError:
        return ""
    if first.date() != last.date():
        return _days(first, last, year)
    form = "%H:%M" if not year or (last - first).total_seconds() >= 60 else "%H:%M:%S"
    start, end = f"{first:{form}}", f"{last:{form}}"
    return f"{_day(first, year)}{',' if year else ''} {start}" + (f"–{end}" if end != start else "")


def _days(first: datetime, last: datetime, year: bool) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last, year)}"
    return f"{_day(first, year or first.year != last.year)} – {_day(last, year or first.year != last.year)}"


def _day(moment: datetime, year: bool) -> str:
    return f"{moment.day} {moment:%B %Y}" if year else f"{moment.day} {moment:%b}"
