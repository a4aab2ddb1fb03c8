"""Capture times in file names, as phones, messengers and programs write them.

A name is evidence of the third kind: it is believed only where its digits make a date that can be true, and where
they stand as some program is known to write them. `DSC20191231.jpg` may be a counter, and is left alone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from pixsort_desktop.photo.metadata.dates import EPOCH, Moment, instant, moment_of

_FIRST_YEAR = 1990  # no earlier camera named files by the date

_DAY = r"(?P<y>19\d\d|20\d\d){s}(?P<m>0[1-9]|1[0-2]){s}(?P<d>0[1-9]|[12]\d|3[01])"
_SEPARATED = _DAY.format(s=r"(?P<s>[-_.])").replace("(?P<s>[-_.])(?P<d>", "(?P=s)(?P<d>")
_TIME = r"(?P<H>[01]?\d|2[0-3])[-_.:h ]?(?P<M>[0-5]\d)[-_.:m ]?(?P<S>[0-5]\d)"
_JOINED = r"(?P<H>[01]\d|2[0-3])(?P<M>[0-5]\d)(?P<S>[0-5]\d)"
_MILLIS = r"(?:[-_.]?(?P<f>\d{3}))?(?!\d)"

_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # IMG_20230514_183022, PXL_20230514_183022123, Screenshot_20230514-183022, 20230514_183022(0), WIN_20230514_18_30_22
        rf"(?<!\d){_DAY.format(s='')}[-_ T]{_TIME}{_MILLIS}",
        # DJI_20230514183022_0001, BURST20230514183022123
        rf"(?<!\d){_DAY.format(s='')}{_JOINED}(?P<f>\d{{3}})?(?!\d)",
        # 2023-05-14 18.30.22, WhatsApp Image 2023-05-14 at 6.30.22 PM, signal-2023-05-14-183022, photo_2023-05-14_18-30-22
        rf"(?<!\d){_SEPARATED}(?:[-_ T]| [^\W\d]{{1,5}} |, ){_TIME}{_MILLIS}(?P<half>[ \u202f]?[ap]m)?",
        # photo_3@14-05-2023_18-30-22, Telegram's export
        r"@(?P<d>0[1-9]|[12]\d|3[01])-(?P<m>0[1-9]|1[0-2])-(?P<y>20\d\d)_" + _TIME + r"(?!\d)",
        # IMG-20230514-WA0001: WhatsApp tells the day alone
        rf"(?<!\d){_DAY.format(s='')}-WA\d+",
        # 2023-05-14 Wedding
        rf"^{_SEPARATED}(?!\d)",
    )
)
_MILLISECONDS = re.compile(r"^FB_IMG_(\d{13})(?!\d)", re.I)  # since 1970, in UTC


def moment_in_name(name: str) -> Moment | None:
    """The moment that a file's name tells; with the day alone, a date without a time.

    Pixel phones (PXL_) write UTC, Facebook milliseconds since 1970; all others their local time.
    """
    counted = _MILLISECONDS.match(name)
    if counted:
        moment = instant(int(counted[1]) / 1000)
        return moment if moment is not None and _plausible(moment) else None
    for pattern in _PATTERNS:
        match = pattern.search(name)
        moment = _moment(match, "+00:00" if name.startswith("PXL_") else None) if match else None
        if moment is not None and _plausible(moment):
            return moment
    return None


def _moment(match: re.Match[str], offset: str | None) -> Moment | None:
    found = match.groupdict()
    hour = found.get("H")
    half = (found.get("half") or "").strip().lower()
    if half and hour is not None:
        if not 1 <= int(hour) <= 12:
            return None
        hour = str(int(hour) % 12 + (12 if half == "pm" else 0))
    numbers = (found["y"], found["m"], found["d"], hour, found.get("M"), found.get("S"))
    return moment_of(numbers, found.get("f") or "", offset)


def _plausible(moment: Moment) -> bool:
    when = EPOCH + timedelta(seconds=moment.seconds)
    return when.year >= _FIRST_YEAR and when <= datetime.now(UTC) + timedelta(days=2)
