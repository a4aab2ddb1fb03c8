"""Capture time, keywords and caption in IPTC records, which picture agencies wrote before there was XMP (IIM 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pixsort_desktop.photo.metadata.dates import Moment, read_moment

_MOST_RECORDS = 5000
_KEYWORD, _CAPTION = 25, 120
_CREATED = ((55, 60), (62, 63))  # date and time of the picture, then of its digital form


def moment(blocks: Iterable[bytes]) -> Moment | None:
    """When the picture was made, as the first of the blocks that says it does."""
    for block in blocks:
        records = {number: told.decode("ascii", "replace") for number, told in reversed([*_told(block)])}
        for day, clock in _CREATED:
            written = records.get(day, "").strip(" \0")
            time = records.get(clock, "").strip(" \0")
            if len(written) == 8 and written.isdigit():
                both = f"{written}{time[:6]}" if time[:6].isdigit() and len(time) >= 6 else written
                found = read_moment(both, None, time[6:])
                if found is not None:
                    return found
    return None


def words(blocks: Iterable[bytes]) -> tuple[tuple[str, ...], str]:
    """(keywords, caption) of all the blocks; the first caption counts."""
    keywords: dict[str, None] = {}
    caption = ""
    for block in blocks:
        for number, told in _told(block):
            if number == _KEYWORD:
                keywords[_text(told)] = None
            elif number == _CAPTION:
                caption = caption or _text(told)
    return tuple(filter(None, keywords)), caption


def _text(told: bytes) -> str:
    """UTF-8, as programs write by now whether or not they say so (1:90); else as Windows wrote in the West."""
    try:
        text = told.decode("utf-8")
    except UnicodeDecodeError:
        text = told.decode("cp1252", "replace")
    return text.strip(" \0\r\n")


def _told(block: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, value) of the data sets of record 2."""
    place = 0
    for _ in range(_MOST_RECORDS):
        if block[place : place + 1] != b"\x1c" or place + 5 > len(block):
            return
        record, number = block[place + 1], block[place + 2]
        length = int.from_bytes(block[place + 3 : place + 5], "big")
        if length & 0x8000:  # an extended one, whose length has a length; none of those wanted here is
            return
        if record == 2:
            yield number, block[place + 5 : place + 5 + length]
        place += 5 + length
