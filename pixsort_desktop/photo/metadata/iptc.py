"""The capture time in IPTC records, which picture agencies wrote before there was XMP (IIM 4.2, record 2)."""

from __future__ import annotations

from collections.abc import Iterable

from pixsort_desktop.photo.metadata.dates import Moment, read_moment

_MOST_RECORDS = 5000
_CREATED = ((55, 60), (62, 63))  # date and time of the picture, then of its digital form


def moment(blocks: Iterable[bytes]) -> Moment | None:
    """When the picture was made, as the first of the blocks that says it does."""
    for block in blocks:
        records = _records(block)
        for day, clock in _CREATED:
            written = records.get(day, "")
            time = records.get(clock, "")
            if len(written) == 8 and written.isdigit():
                both = f"{written}{time[:6]}" if time[:6].isdigit() and len(time) >= 6 else written
                found = read_moment(both, None, time[6:])
                if found is not None:
                    return found
    return None


def _records(block: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    place = 0
    for _ in range(_MOST_RECORDS):
        if block[place : place + 1] != b"\x1c" or place + 5 > len(block):
            break
        record, number = block[place + 1], block[place + 2]
        length = int.from_bytes(block[place + 3 : place + 5], "big")
        if length & 0x8000:  # an extended one, whose length has a length; none of those wanted here is
            break
        if record == 2:
            found.setdefault(
                number, block[place + 5 : place + 5 + length].decode("ascii", "replace").strip(" \0")
            )
        place += 5 + length
    return found
