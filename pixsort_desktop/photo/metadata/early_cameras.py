"""What cameras wrote before EXIF was common: Canon's CIFF heap and the text of «picture info».

CIFF: Canon, Camera Image File Format 1.0 (1997), in a JPEG's APP0 segment or as a whole CRW file. «picture info» is
APP12 text of Olympus, Agfa, Epson and Sanyo. The meaning of their fields is ExifTool's (CanonRaw.pm, APP12.pm).
"""

from __future__ import annotations

import contextlib
import math
import re
import struct
from typing import Any

from pixsort_desktop.photo.metadata.dates import Moment, instant, read_moment
from pixsort_desktop.photo.metadata.exif import positive, serial

CIFF_MARKS = (b"HEAPCCDR", b"HEAPJPGM")
_ROTATIONS = {0: 1, 90: 6, 180: 3, 270: 8}
_MOST_RECORDS = 500
_DEEPEST = 6

Told = tuple[dict[str, Any], Moment | None]


def ciff(data: bytes) -> Told:
    """The facts in a heap and its time, which is the camera's local one. Of a damaged heap, what could be read."""
    order = "<" if data[:2] == b"II" else ">"
    records: dict[int, bytes] = {}
    with contextlib.suppress(struct.error):
        (start,) = struct.unpack_from(order + "I", data, 2)
        _read_heap(data, order, start, len(data), records, _DEEPEST)
    make, _, model = records.get(0x080A, b"").partition(b"\0")
    facts: dict[str, Any] = {
        "make": make.decode("latin-1").strip() or None,
        "model": model.split(b"\0", 1)[0].decode("latin-1").strip() or None,
    }
    if len(image := records.get(0x1810, b"")) >= 16:
        facts["orientation"] = _ROTATIONS.get(struct.unpack_from(order + "i", image, 12)[0] % 360)
    if len(focal := records.get(0x1029, b"")) >= 4:
        facts["focal_mm"] = positive(float(struct.unpack_from(order + "H", focal, 2)[0]))
    if len(exposed := records.get(0x1818, b"")) >= 12:
        _, speed, aperture = struct.unpack_from(order + "3f", exposed)
        facts["exposure_s"] = 2.0**-speed if math.isfinite(speed) and abs(speed) < 20 else None
        facts["f_number"] = 2.0 ** (aperture / 2) if 0 < aperture < 20 else None
    if len(number := records.get(0x180B, b"")) >= 4:
        facts["serial"] = serial(str(struct.unpack_from(order + "I", number)[0]))
    stamp = records.get(0x180E, b"")
    seconds = struct.unpack_from(order + "I", stamp)[0] if len(stamp) >= 4 else 0
    return facts, _local(seconds)


def _read_heap(data: bytes, order: str, start: int, end: int, records: dict[int, bytes], left: int) -> None:
    """A heap's directory stands at its end; a record of type 0x28 or 0x30 is a heap of its own."""
    if left == 0 or end - start < 6:
        return
    (place,) = struct.unpack_from(order + "I", data, end - 4)
    place += start
    (count,) = struct.unpack_from(order + "H", data, place)
    for number in range(min(count, _MOST_RECORDS)):
        tag, size, offset = struct.unpack_from(order + "HII", data, place + 2 + 10 * number)
        if tag & 0xC000 == 0x4000:  # eight bytes in the directory itself
            begin, size = place + 4 + 10 * number, 8
        else:
            begin = start + offset
        if begin + size > end or len(records) > _MOST_RECORDS:
            continue
        if tag & 0x3800 in (0x2800, 0x3000):
            _read_heap(data, order, begin, begin + size, records, left - 1)
        else:
            records.setdefault(tag & 0x3FFF, data[begin : begin + min(size, 256)])


def picture_info(text: bytes) -> Told:
    """The facts in a «[picture info]» text and its time."""
    written = dict(re.findall(r"([\w#]+)=([^\r\n\0]*)", text[:4096].decode("latin-1")))
    facts = {
        "exposure_s": positive((_number(written.get("Shutter") or written.get("shtr")) or 0) * 1e-6),
        "f_number": positive(_number(re.sub("^[A-Za-z ]*", "", written.get("FNumber", "")))),
        "serial": serial(written.get("Serial#", "").lstrip("#").strip()),
        "model": written.get("Type", "").strip() or None,
    }
    stamp = written.get("TimeDate", "").strip()
    return facts, _local(int(stamp)) if stamp.isdigit() and len(stamp) < 12 else read_moment(stamp)


def _local(seconds: int) -> Moment | None:
    """A count of seconds by a clock that knew no time zone."""
    moment = instant(float(seconds)) if seconds else None
    return Moment(moment.text.removesuffix("+00:00"), moment.seconds) if moment is not None else None


def _number(written: str | None) -> float | None:
    try:
        return float(written or "")
    except ValueError:
        return None
