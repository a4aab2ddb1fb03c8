"""Finding the XMP packet inside a picture file: which bytes, in which container."""

from __future__ import annotations

import binascii
import re
import struct
import zlib
from collections.abc import Callable, Iterator

from pixsort_desktop.photo.xmp.document import MOST_BYTES, XmpError
from pixsort_desktop.photo.xmp.judgement import XmpFacts, read_xmp

JPEG_MAIN = b"http://ns.adobe.com/xap/1.0/\0"
JPEG_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_CR3_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MOST_PARTS = 10_000  # chunks, boxes, segments: hostile files have millions


def read_embedded(data: bytes, kind: str | None = None) -> XmpFacts | None:
    """The facts in a picture file's own packets, None where it has none or none that can be read."""
    facts: XmpFacts | None = None
    for packet in embedded_packets(data, kind):
        try:
            found = read_xmp(packet)
        except XmpError:  # another program's broken packet costs its facts, not the photo
            continue
        facts = found if facts is None else facts.over(found)
    return facts


def embedded_xmp(data: bytes, kind: str | None = None) -> bytes | None:
    """The main packet of a whole file's bytes, None where there is none.

    `kind` is one of JPEG, TIFF, PNG, WEBP, HEIF, PSD and only saves looking; the bytes decide. TIFF covers DNG and
    the many RAW formats built on it, HEIF also AVIF, JPEG XL's boxes and CR3. Raises nothing.
    """
    return next(iter(embedded_packets(data, kind)), None)


def embedded_packets(data: bytes, kind: str | None = None) -> list[bytes]:
    """All packets: the main one and, in a JPEG, the extended one (XMP Specification Part 3, section 1.1.3.1)."""
    reader = _READERS.get((kind or kind_of(data) or "").upper())
    if reader is None:
        return []
    try:
        return [packet for packet in reader(data) if packet.strip(b"\0 \t\r\n")]
    except (struct.error, IndexError, ValueError, OverflowError, zlib.error):
        return []  # truncated or hostile: nothing that can be trusted


def kind_of(data: bytes) -> str | None:
    """Which container this is, by its first bytes."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"IIRO", b"IIRS", b"IIU\0"):
        return "TIFF"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] in (b"ftyp", b"JXL "):
        return "HEIF"
    return "PSD" if data[:4] == b"8BPS" else None


# -- JPEG ---------------------------------------------------------------------------------------------------


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment up to and with the start of scan; start is that of its FF byte."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD9:
            place += 2
            continue
        end = place + 2 + int(struct.unpack_from(">H", data, place + 2)[0])
        if end > len(data):
            return
        yield marker, place, end
        if marker == 0xDA:
            return
        place = end


def _jpeg(data: bytes) -> Iterator[bytes]:
    extended: dict[bytes, dict[int, bytes]] = {}
    for marker, start, end in jpeg_segments(data):
        body = data[start + 4 : end]
        if marker == 0xE1 and body.startswith(JPEG_MAIN):
            yield body[len(JPEG_MAIN) :]
        elif marker == 0xE1 and body.startswith(JPEG_EXTENDED):
            head = len(JPEG_EXTENDED)
            _, offset = struct.unpack_from(">II", body, head + 32)
            extended.setdefault(body[head : head + 32], {})[offset] = body[head + 40 :]
    for parts in extended.values():
        packet = b""
        for offset in sorted(parts):
            if offset != len(packet):  # a part is missing
                break
            packet += parts[offset]
        else:
            yield packet


# -- TIFF and what is built on it ---------------------------------------------------------------------------


def _tiff(data: bytes) -> Iterator[bytes]:
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    where, count, entry, value = ("Q", "Q", "HHQ", 12) if big else ("I", "H", "HHI", 8)
    place = int(struct.unpack_from(order + where, data, 8 if big else 4)[0])
    number = int(struct.unpack_from(order + count, data, place)[0])
    place += struct.calcsize(order + count)
    step = struct.calcsize(order + entry) + struct.calcsize(order + where)
    for index in range(min(number, 65535)):
        tag, _, length = struct.unpack_from(order + entry, data, place + index * step)
        if tag == 700:
            start = place + index * step + value
            if length > struct.calcsize(order + where):
                start = int(struct.unpack_from(order + where, data, start)[0])
            if start + length <= len(data):
                yield data[start : start + length]
            return


# -- PNG ----------------------------------------------------------------------------------------------------


def _png(data: bytes) -> Iterator[bytes]:
    place = 8
    for _ in range(_MOST_PARTS):
        if place + 12 > len(data):
            return
        length, name = struct.unpack_from(">I4s", data, place)
        chunk = data[place + 8 : place + 8 + length]
        if name == b"iTXt" and chunk.startswith(b"XML:com.adobe.xmp\0"):
            packed, rest = chunk[18], chunk[20:]
            text = rest.split(b"\0", 2)[2]
            yield _inflated(text) if packed else text
        elif name in (b"zTXt", b"tEXt") and chunk.startswith(b"Raw profile type xmp\0"):
            yield _raw_profile(_inflated(chunk[22:]) if name == b"zTXt" else chunk[21:])
        elif name == b"IEND":
            return
        place += 12 + length


def _inflated(packed: bytes) -> bytes:
    return zlib.decompressobj().decompress(packed, MOST_BYTES)


def _raw_profile(text: bytes) -> bytes:
    """ImageMagick's spelling: a name, a length, then hexadecimal lines."""
    _, _, digits = text.strip().split(b"\n", 2)
    return binascii.unhexlify(re.sub(rb"\s", b"", digits))


# -- WebP ---------------------------------------------------------------------------------------------------


def _webp(data: bytes) -> Iterator[bytes]:
    place = 12
    for _ in range(_MOST_PARTS):
        if place + 8 > len(data):
            return
        name, length = struct.unpack_from("<4sI", data, place)
        if name == b"XMP ":
            yield data[place + 8 : place + 8 + length]
            return
        place += 8 + length + length % 2


# -- HEIF, AVIF, JPEG XL and CR3: boxes of ISO/IEC 14496-12 -------------------------------------------------


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, end) of the contents of each box."""
    for _ in range(_MOST_PARTS):
        if start + 8 > end:
            return
        length, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if length == 1:
            length, head = int(struct.unpack_from(">Q", data, start + 8)[0]), 16
        elif length == 0:
            length = end - start
        if length < head or start + length > end:
            return
        yield name, start + head, start + length
        start += length


def _heif(data: bytes) -> Iterator[bytes]:
    for name, start, end in _boxes(data, 0, len(data)):
        if name == b"meta":
            yield from _items(data, start + 4, end)
        elif name == b"uuid" and data[start : start + 16] == _CR3_XMP:
            yield data[start + 16 : end]
        elif name == b"xml ":  # JPEG XL
            yield data[start:end]


def _items(data: bytes, start: int, end: int) -> Iterator[bytes]:
    """The items whose type is mime and whose content is RDF (ISO/IEC 23008-12, annex A)."""
    boxes = {name: (first, last) for name, first, last in _boxes(data, start, end)}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    wanted = set(_xmp_items(data, *boxes[b"iinf"]))
    inside = boxes.get(b"idat", (0, 0))[0]
    for item, method, extents in _locations(data, *boxes[b"iloc"]):
        if item in wanted and method in (0, 1):
            base = inside if method == 1 else 0
            yield b"".join(data[base + offset : base + offset + length] for offset, length in extents)


def _xmp_items(data: bytes, start: int, end: int) -> Iterator[int]:
    start += 6 if data[start] == 0 else 8
    for name, first, last in _boxes(data, start, end):
        version = data[first]
        if name != b"infe" or version < 2:
            continue
        item = int(struct.unpack_from(">H" if version == 2 else ">I", data, first + 4)[0])
        first += 8 if version == 2 else 10
        if (
            data[first : first + 4] == b"mime"
            and b"\0application/rdf+xml\0" in data[first + 4 : last] + b"\0"
        ):
            yield item


def _locations(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """(item, construction method, extents) of each entry of an iloc box."""
    version = data[start]
    offset_size, length_size = data[start + 4] >> 4, data[start + 4] & 15
    base_size, index_size = data[start + 5] >> 4, data[start + 5] & 15 if version else 0
    wide = 4 if version == 2 else 2
    place = start + 6

    def take(size: int) -> int:
        nonlocal place
        place += size
        if place > end:
            raise ValueError("past the end of the box")
        return int.from_bytes(data[place - size : place], "big")

    for _ in range(take(wide)):
        item = take(wide)
        method = take(2) & 15 if version else 0
        take(2)  # which file; only this one is read
        base = take(base_size)
        extents = []
        for _ in range(take(2)):
            take(index_size)
            offset = base + take(offset_size)
            extents.append((offset, take(length_size)))
        yield item, method, extents


# -- Photoshop ----------------------------------------------------------------------------------------------


def _psd(data: bytes) -> Iterator[bytes]:
    place = 26
    place += 4 + int(struct.unpack_from(">I", data, place)[0])
    end = place + 4 + int(struct.unpack_from(">I", data, place)[0])
    place += 4
    for _ in range(_MOST_PARTS):
        if place + 12 > min(end, len(data)):
            return
        resource, name = struct.unpack_from(">HB", data, place + 4)
        place += 6 + (name + 2) // 2 * 2
        length = int(struct.unpack_from(">I", data, place)[0])
        if resource == 1060:
            yield data[place + 4 : place + 4 + length]
            return
        place += 4 + length + length % 2


_READERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "JPEG": _jpeg, "TIFF": _tiff, "DNG": _tiff, "PNG": _png, "WEBP": _webp, "HEIF": _heif, "HEIC": _heif,
    "AVIF": _heif, "PSD": _psd,
}  # fmt: skip
