"""Where the EXIF blocks are in a file: JPEG, TIFF and RAW, PNG, WebP, PSD, and the boxes of HEIF, AVIF, JXL, CR3."""

from __future__ import annotations

import binascii
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from pixsort_desktop.photo.metadata.early_cameras import CIFF_MARKS, Told, ciff, picture_info
from pixsort_desktop.photo.metadata.ifd import HEADS, Block
from pixsort_desktop.photo.metadata.source import Source

_MOST_PARTS = 10_000  # chunks, boxes, segments: hostile files have millions
_LARGEST_BLOCK = 16 * 1024 * 1024
_EXIF_HEAD = re.compile(rb".{0,4}Exif\0.", re.I | re.S)
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CANON_BOXES = {b"CMT1": "main", b"CMT2": "exif", b"CMT3": "maker", b"CMT4": "gps"}
_JPEG2000_EXIF = b"JpgTiffExif->JP2"


@dataclass(slots=True)
class Found:
    """What a container holds: EXIF blocks by their first directory, IPTC records, and what came before EXIF."""

    blocks: list[tuple[str, Block]] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    early: list[Told] = field(default_factory=list)  # what cameras wrote before EXIF

    def add(self, data: bytes, directory: str = "main") -> None:
        """A block that was cut out of its container, with or without its own «Exif» mark."""
        mark = _EXIF_HEAD.match(data)
        block = Block.at(Source(data), mark.end() if mark else 0)
        if block is not None:
            self.blocks.append((directory, block))


def find(source: Source) -> Found:
    """The blocks of a file, the most trusted first. Raises nothing."""
    found = Found()
    head = source.at(0, 32)
    try:
        if head[6:14] in CIFF_MARKS:
            found.early.append(ciff(source.at(0, _LARGEST_BLOCK * 4)))
        elif head[:4] in HEADS:
            _tiff(source, found)
        elif head[:2] == b"\xff\xd8":
            _jpeg(source, 0, found)
        elif head[:8] == b"\x89PNG\r\n\x1a\n":
            _png(source, found)
        elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            _webp(source, found)
        elif head[4:8] in (b"ftyp", b"JXL ", b"jP  "):
            _boxes_of_file(source, found)
        elif head[:4] == b"8BPS":
            _photoshop_file(source, found)
        elif head.startswith(b"FUJIFILMCCD-RAW"):
            _jpeg(source, source.number(84, 4), found)
        elif head[:4] == b"\0MRM":
            _minolta(source, found)
        elif _EXIF_HEAD.match(head):
            found.add(source.at(0, _LARGEST_BLOCK))
    except (ValueError, struct.error, zlib.error, IndexError, OverflowError):
        pass  # truncated or hostile: what was found so far counts
    return found


# -- JPEG ---------------------------------------------------------------------------------------------------


def _jpeg(source: Source, start: int, found: Found) -> None:
    """Segments up to the picture itself; bytes between them that belong to none are passed over."""
    parts: list[bytes] = []
    resources = b""
    for marker, place, length in _segments(source, start):
        if marker == 0xE1:
            body = source.at(place, length)
            mark = _EXIF_HEAD.match(body)
            if mark and (body[mark.end() : mark.end() + 4] in HEADS or not parts):
                parts.append(body[mark.end() :])
            elif mark:
                parts[-1] += body[mark.end() :]  # a block of more than 64 KB goes on in the next segment
        elif marker == 0xE0 and source.at(place + 6, 8) in CIFF_MARKS:
            found.early.append(ciff(source.at(place, length)))
        elif marker == 0xEC and b"[picture info]" in source.at(place, length):
            found.early.append(picture_info(source.at(place, length)))
        elif marker == 0xED:
            body = source.at(place, length)
            if body.startswith(b"Photoshop 3.0\0"):
                resources += body[14:]
    for part in parts:
        found.add(part)
    _photoshop_resources(resources, found)


def _segments(source: Source, place: int) -> Iterator[tuple[int, int, int]]:
    """(marker, where its contents begin, their length) up to the start of scan."""
    place += 2
    for _ in range(_MOST_PARTS):
        head = source.at(place, 4)
        if len(head) < 4:
            return
        if head[0] != 0xFF or head[1] in (0x00, 0xFF):
            ahead = source.at(place + 1, 65536).find(b"\xff")
            if ahead < 0:
                return
            place += 1 + ahead
            continue
        marker, length = head[1], int.from_bytes(head[2:], "big")
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            place += 2
            continue
        if marker in (0xD9, 0xDA) or length < 2:
            return
        yield marker, place + 4, length - 2
        place += 2 + length


def _photoshop_resources(data: bytes, found: Found) -> None:
    """Adobe, Photoshop File Formats: image resource blocks; 1028 is IPTC, 1058 EXIF."""
    place = 0
    for _ in range(_MOST_PARTS):
        if data[place : place + 4] not in (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"):
            return
        number = int.from_bytes(data[place + 4 : place + 6], "big")
        place += 6 + (data[place + 6] + 2) // 2 * 2  # a Pascal string, padded to an even length
        length = int.from_bytes(data[place : place + 4], "big")
        body = data[place + 4 : place + 4 + length]
        if number == 1028:
            found.iptc.append(body)
        elif number == 1058:
            found.add(body)
        place += 4 + length + length % 2


# -- TIFF and RAW -------------------------------------------------------------------------------------------


def _tiff(source: Source, found: Found) -> None:
    block = Block.at(source)
    assert block is not None
    found.blocks.append(("main", block))
    entries = block.directory(block.first(), {0x002E, 0x83BB, 0x8649})
    preview = entries.get(0x002E)
    if (
        preview is not None and preview.size > 1000
    ):  # Panasonic: the camera's own JPEG, with a whole block in it
        _jpeg(source, preview.place, found)
    iptc, resources = entries.get(0x83BB), entries.get(0x8649)
    if iptc is not None:
        found.iptc.append(source.at(iptc.place, min(iptc.size, _LARGEST_BLOCK)))
    if resources is not None:
        _photoshop_resources(source.at(resources.place, min(resources.size, _LARGEST_BLOCK)), found)


def _minolta(source: Source, found: Found) -> None:
    """MRW: blocks «\\0TTW» and others, each with its length."""
    place, end = 8, 8 + source.number(4, 4)
    while place < min(end, source.size):
        name, length = source.at(place, 4), source.number(place + 4, 4)
        block = Block.at(source, place + 8) if name == b"\0TTW" else None
        if block is not None:
            found.blocks.append(("main", block))
            return
        place += 8 + length


# -- PNG, WebP, PSD -----------------------------------------------------------------------------------------


def _png(source: Source, found: Found) -> None:
    place = 8
    for _ in range(_MOST_PARTS):
        length, name = source.number(place, 4), source.at(place + 4, 4)
        body = (
            source.at(place + 8, min(length, _LARGEST_BLOCK))
            if name in (b"eXIf", b"zTXt", b"tEXt", b"iTXt")
            else b""
        )
        if name == b"eXIf":
            found.add(body)
        elif body.startswith(b"Raw profile type "):
            _raw_profile(name, body, found)
        elif name == b"IEND":
            return
        place += 12 + length


def _raw_profile(chunk: bytes, body: bytes, found: Found) -> None:
    """ImageMagick's spelling: a name, a length, then hexadecimal lines."""
    kind, _, rest = body[17:].partition(b"\0")
    if kind not in (b"exif", b"APP1", b"iptc", b"8bim"):
        return
    if chunk == b"zTXt":
        rest = zlib.decompressobj().decompress(rest[1:], _LARGEST_BLOCK)
    digits = re.sub(rb"\s", b"", rest.strip().split(b"\n", 2)[2])
    data = binascii.unhexlify(digits[: len(digits) // 2 * 2])
    if kind in (b"iptc", b"8bim"):
        _photoshop_resources(data, found)
    else:
        found.add(data)


def _webp(source: Source, found: Found) -> None:
    place = 12
    for _ in range(_MOST_PARTS):
        name, length = source.at(place, 4), source.number(place + 4, 4, "<")
        if name == b"EXIF":
            found.add(source.at(place + 8, min(length, _LARGEST_BLOCK)))
            return
        place += 8 + length + length % 2


def _photoshop_file(source: Source, found: Found) -> None:
    palette = source.number(26, 4)
    place = 30 + palette
    _photoshop_resources(source.at(place + 4, min(source.number(place, 4), _LARGEST_BLOCK)), found)


# -- boxes of ISO/IEC 14496-12 ------------------------------------------------------------------------------


def _boxes(source: Source, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, end) of the contents of each box."""
    for _ in range(_MOST_PARTS):
        if start + 8 > end:
            return
        length, name, head = source.number(start, 4), source.at(start + 4, 4), 8
        if length == 1:
            length, head = source.number(start + 8, 8), 16
        elif length == 0:
            length = end - start
        if length < head:
            return
        yield name, start + head, min(start + length, end)
        start += length


def _boxes_of_file(source: Source, found: Found) -> None:
    for name, start, end in _boxes(source, 0, source.size):
        if name == b"meta":
            _items(source, start + 4, end, found)
        elif name == b"moov":
            _canon(source, start, end, found)
        elif name == b"Exif":  # JPEG XL: four bytes say where in the box the block begins
            found.add(source.at(start + 4 + source.number(start, 4), min(end - start, _LARGEST_BLOCK)))
        elif name == b"uuid" and source.at(start, 16) == _JPEG2000_EXIF:
            found.add(source.at(start + 16, min(end - start - 16, _LARGEST_BLOCK)))


def _canon(source: Source, start: int, end: int, found: Found) -> None:
    """CR3: each of Canon's boxes CMT1 to CMT4 is a block of its own."""
    for name, first, last in _boxes(source, start, end):
        if name != b"uuid" or source.at(first, 16) != _CANON:
            continue
        for kind, place, _ in _boxes(source, first + 16, last):
            block = Block.at(source, place) if kind in _CANON_BOXES else None
            if block is not None:
                found.blocks.append((_CANON_BOXES[kind], block))


def _items(source: Source, start: int, end: int, found: Found) -> None:
    """The items of type Exif (ISO/IEC 23008-12, annex A)."""
    boxes = {name: (first, last) for name, first, last in _boxes(source, start, end)}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    wanted = set(_exif_items(source, *boxes[b"iinf"]))
    inside = boxes.get(b"idat", (0, 0))[0]
    for item, method, extents in _locations(source, *boxes[b"iloc"]):
        if item not in wanted or method not in (0, 1):
            continue
        base = inside if method == 1 else 0
        data = b"".join(source.at(base + offset, min(length, _LARGEST_BLOCK)) for offset, length in extents)
        known = len(found.blocks)
        found.add(data[4 + int.from_bytes(data[:4], "big") :])
        if len(found.blocks) == known:
            found.add(data[4:])  # some writers count that offset from elsewhere


def _exif_items(source: Source, start: int, end: int) -> Iterator[int]:
    start += 6 if source.number(start, 1) == 0 else 8
    for name, first, _ in _boxes(source, start, end):
        version = source.number(first, 1)
        if name != b"infe" or version < 2:
            continue
        wide = 2 if version == 2 else 4
        if source.at(first + 4 + wide + 2, 4) == b"Exif":
            yield source.number(first + 4, wide)


def _locations(source: Source, start: int, end: int) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """(item, construction method, extents) of each entry of an iloc box."""
    version = source.number(start, 1)
    offset_size, length_size = divmod(source.number(start + 4, 1), 16)
    base_size, index_size = divmod(source.number(start + 5, 1), 16)
    index_size = index_size if version else 0
    wide = 4 if version == 2 else 2
    place = start + 6
    left = _MOST_PARTS

    def take(size: int) -> int:
        nonlocal place
        place += size
        if place > end:
            raise ValueError("past the end of the box")
        return source.number(place - size, size) if size else 0

    for _ in range(min(take(wide), _MOST_PARTS)):
        item = take(wide)
        method = take(2) & 15 if version else 0
        take(2)
        base = take(base_size)
        extents = []
        for _extent in range(min(take(2), left)):
            left -= 1
            take(index_size)
            offset = take(offset_size)
            extents.append((base + offset, take(length_size)))
        yield item, method, extents
