"""EXIF blocks and the containers of RAW files, made byte by byte for tests."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from PIL import Image

CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
Entry = tuple[int, int, int, bytes]  # tag, type, count, value


def block(
    main: dict[int, Any] | None = None, exif: dict[int, Any] | None = None, gps: dict[int, Any] | None = None
) -> bytes:
    """An EXIF block with these tags, written by Pillow, with «Exif» before it."""
    made = Image.Exif()
    made.update(main or {})
    made.get_ifd(0x8769).update(exif or {})
    made.get_ifd(0x8825).update(gps or {})
    return made.tobytes()


def raw_block(tag: int, field_type: int, count: int, value: bytes, beyond: bytes = b"") -> bytes:
    """A little-endian TIFF block with one entry, exactly as given."""
    entry = struct.pack("<HHI", tag, field_type, count) + value.ljust(4, b"\0")
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + beyond


def text(tag: int, value: str) -> Entry:
    data = value.encode() + b"\0"
    return tag, 2, len(data), data


def directory(entries: list[Entry], start: int, order: str = "<") -> bytes:
    """A directory that stands at `start`, its longer values behind it."""
    beyond = b""
    table = struct.pack(order + "H", len(entries))
    place = start + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in sorted(entries):
        if len(value) > 4:
            table += struct.pack(order + "HHII", tag, kind, count, place + len(beyond))
            beyond += value + bytes(len(value) % 2)
        else:
            table += struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0")
    return table + bytes(4) + beyond


def tiff(entries: list[Entry], magic: bytes = b"II*\0", start: int = 8) -> bytes:
    order = "<" if magic[:2] == b"II" else ">"
    return (magic + struct.pack(order + "I", start)).ljust(start, b"\0") + directory(entries, start, order)


def with_exif(main: list[Entry], exif: list[Entry], magic: bytes = b"II*\0", start: int = 8) -> bytes:
    """A block with a main and an Exif directory."""
    order = "<" if magic[:2] == b"II" else ">"
    pointer = (0x8769, 4, 1, struct.pack(order + "I", 0))
    place = len(tiff([*main, pointer], magic, start))
    pointer = (0x8769, 4, 1, struct.pack(order + "I", place))
    return tiff([*main, pointer], magic, start) + directory(exif, place, order)


def box(name: bytes, contents: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(contents), name) + contents


def cr3(main: bytes, exif: bytes, maker: bytes, gps: bytes) -> bytes:
    """Canon's CR3, of which nothing but its metadata boxes is there."""
    blocks = zip((b"CMT1", b"CMT2", b"CMT3", b"CMT4"), (main, exif, maker, gps), strict=True)
    canon = CANON + b"".join(box(name, data) for name, data in blocks)
    return box(b"ftyp", b"crx \0\0\0\1crx isom") + box(b"moov", box(b"uuid", canon))


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """A JPEG of those segments without a picture."""
    parts = (bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body for marker, body in segments)
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xda\0\x02\xff\xd9"


def raf(preview: bytes) -> bytes:
    """Fujifilm's RAF: its header names where a JPEG stands."""
    return (
        b"FUJIFILMCCD-RAW 0201FF389501".ljust(84, b"\0")
        + struct.pack(">II", 100, len(preview))
        + bytes(8)
        + preview
    )


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    head = b"\x89PNG\r\n\x1a\n"
    return head + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (*chunks, (b"IEND", b""))
    )


def webp(exif: bytes) -> bytes:
    chunk = b"EXIF" + struct.pack("<I", len(exif)) + exif + bytes(len(exif) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def xmp(attributes: str, inside: str = "") -> bytes:
    """A packet with one description; the usual prefixes are declared."""
    names = {
        "x": "adobe:ns:meta/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "xmp": "http://ns.adobe.com/xap/1.0/", "exif": "http://ns.adobe.com/exif/1.0/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/", "tiff": "http://ns.adobe.com/tiff/1.0/",
        "aux": "http://ns.adobe.com/exif/1.0/aux/", "exifEX": "http://cipa.jp/exif/1.0/",
        "GCamera": "http://ns.google.com/photos/1.0/camera/",
        "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
        "stArea": "http://ns.adobe.com/xmp/sType/Area#", "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
        "MP": "http://ns.microsoft.com/photo/1.2/", "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
        "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    }  # fmt: skip
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
    return (
        f'<x:xmpmeta {declared}><rdf:RDF><rdf:Description rdf:about="" {attributes}>{inside}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def with_xmp(packet: bytes, exif: bytes | None = None) -> bytes:
    """A JPEG with that packet, and an EXIF block where one is given."""
    segments = [(0xE1, exif)] if exif else []
    return jpeg(*segments, (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))
