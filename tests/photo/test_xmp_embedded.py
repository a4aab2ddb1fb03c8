"""The packet inside a picture file is found, byte for byte, and a JPEG's can be changed without touching the picture."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image

from pixsort_desktop.photo.xmp import (
    Changes,
    SidecarChangedError,
    XmpError,
    XmpFacts,
    digest,
    embedded_packets,
    embedded_xmp,
    patch_jpeg,
    read_embedded,
)
from pixsort_desktop.photo.xmp.embedded import JPEG_MAIN, kind_of

needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3" xmp:Label="Red"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def pictures(shared_data: Path) -> list[Path]:
    kinds = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".dng", ".psd")
    folders = ("metadata", "xmp", "raw", "broken")
    found = [p for name in folders for p in (shared_data / name).rglob("*") if p.suffix.lower() in kinds]
    return sorted(found)


@needs_exiftool
def test_the_packet_is_the_one_that_exiftool_finds(shared_data: Path, tmp_path: Path) -> None:
    ours = {}
    for path in pictures(shared_data):
        packet = embedded_xmp(path.read_bytes())
        if packet is not None:
            ours[path] = packet
    assert len(ours) > 50
    listing = tmp_path / "files"
    listing.write_text("\n".join(map(str, ours)))
    # -w writes one file a picture; %c keeps equal names apart, and the order is the listing's.
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(
        ["exiftool", "-q", "-q", "-b", "-XMP", "-w", f"{out}/%f%c.xmp", "-@", listing],
        check=False,
        capture_output=True,
    )
    theirs = {hashlib.sha256(file.read_bytes().rstrip(b"\0")).digest() for file in out.iterdir()}
    missing = [p for p, packet in ours.items() if hashlib.sha256(packet.rstrip(b"\0")).digest() not in theirs]
    assert missing == []


@pytest.mark.parametrize("name", ["BlueSquare.jpg", "BlueSquare.png", "BlueSquare.tif", "BlueSquare.psd"])
def test_adobe_s_own_files_are_read(shared_data: Path, name: str) -> None:
    facts = read_embedded((shared_data / "xmp" / "xmp-toolkit" / name).read_bytes())
    assert facts is not None
    assert facts.keywords[:3] == ("XMP", "Blue Square", "test file")
    assert facts.title is not None and facts.title.startswith("Blue Square Test File")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_format_that_pillow_writes_is_read(kind: str) -> None:
    if kind == "AVIF" and ".avif" not in Image.registered_extensions():
        pytest.skip("this Pillow has no AVIF")
    stream = io.BytesIO()
    Image.new("RGB", (32, 32), "navy").save(stream, kind, **({} if kind == "TIFF" else {"xmp": PACKET}))
    if kind == "TIFF":
        stream = io.BytesIO()
        Image.new("RGB", (32, 32)).save(stream, kind, tiffinfo={700: PACKET})
    if kind == "PNG":
        chunk = b"iTXtXML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(PACKET)
        raw = stream.getvalue()
        box = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        stream = io.BytesIO(raw[:33] + box + raw[33:])  # compressed, which Pillow does not write
    assert read_embedded(stream.getvalue()) == XmpFacts(rating=3, label="red")
    found = embedded_xmp(stream.getvalue())
    assert found is not None and found.strip() == PACKET


def test_damaged_containers_say_nothing_and_do_not_hang(shared_data: Path) -> None:
    seen = set()
    for path in pictures(shared_data):
        data = path.read_bytes()[:300_000]
        kind = kind_of(data)
        if kind is None or kind in seen or embedded_xmp(data) is None:
            continue
        seen.add(kind)
        for cut in range(0, min(len(data), 6000), 41):
            embedded_packets(data[:cut])
        for place in range(0, min(len(data), 3000), 7):
            embedded_packets(data[:place] + b"\xff\xff\xff\xff" + data[place + 4 :])
            read_embedded(data[:place] + b"\0\0\0\0" + data[place + 4 :], kind)
    assert seen >= {"JPEG", "PNG", "TIFF", "HEIF", "WEBP"}


# -- writing into a JPEG ------------------------------------------------------------------------------------


def jpeg(tmp_path: Path, **options: object) -> Path:
    path = tmp_path / "a.jpg"
    Image.effect_noise((64, 48), 50).convert("RGB").save(path, quality=90, **options)
    return path


def test_a_jpeg_s_picture_and_other_metadata_stay(shared_data: Path, tmp_path: Path) -> None:
    done = grown = 0
    for number, source in enumerate(pictures(shared_data)):
        if source.suffix.lower() not in (".jpg", ".jpeg") or kind_of(source.read_bytes()) != "JPEG":
            continue
        path = tmp_path / f"{number}.jpg"
        shutil.copyfile(source, path)
        old = source.read_bytes()
        try:
            result = patch_jpeg(path, Changes(4, "pick", "green"), expected=digest(old))
        except XmpError:
            assert path.read_bytes() == old
            continue
        new = path.read_bytes()
        facts = read_embedded(new)
        assert facts is not None and (facts.rating, facts.flag, facts.label) == (4, "pick", "green")
        assert result.digest == digest(new)
        was, now = embedded_xmp(old) or b"", embedded_xmp(new) or b""
        behind = old[old.index(was) + len(was) :] if was else old[new.index(now) - len(JPEG_MAIN) - 4 :]
        assert new[new.index(now) + len(now) :] == behind
        try:
            with Image.open(source) as a, Image.open(path) as b:
                assert a.info.get("exif") == b.info.get("exif")
                assert a.tobytes() == b.tobytes()
        except (OSError, ValueError, SyntaxError):
            assert new.endswith(old[-(len(old) // 2) :])  # not decodable: the second half is the same bytes
        done += 1
        grown += len(new) != len(old)
    assert done > 100 and grown < done


def test_padding_is_used_before_the_file_grows(tmp_path: Path) -> None:
    path = jpeg(tmp_path)
    first = patch_jpeg(path, Changes(rating=2))
    length = path.stat().st_size
    assert first.before == XmpFacts() and first.after == XmpFacts(rating=2)
    patch_jpeg(path, Changes(5, "reject", "purple", ["PixSort|Wedding|First dance"]))
    assert path.stat().st_size == length
    assert patch_jpeg(path, Changes(5, "reject", "purple")).status == "unchanged"
    patch_jpeg(path, Changes(None, None, None, []))
    assert path.stat().st_size == length
    assert read_embedded(path.read_bytes()) == XmpFacts()


def test_a_jpeg_that_cannot_be_changed_safely_is_left(tmp_path: Path) -> None:
    full = PACKET.replace(b"<rdf:Description", b"<!--" + b"x" * 65_000 + b"--><rdf:Description")
    packets = {"full": full, "malformed": PACKET[:-30]}
    for name, packet in packets.items():
        path = jpeg(tmp_path, xmp=packet)
        old = path.read_bytes()
        with pytest.raises(XmpError, match="was left as it is: "):
            patch_jpeg(path, Changes(rating=5, flag="pick", label="blue", keywords=["PixSort|" + "y" * 600]))
        assert path.read_bytes() == old, name
    path.write_bytes(old[:60])
    with pytest.raises(XmpError, match="damaged"):
        patch_jpeg(path, Changes(rating=5))
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(XmpError, match="no JPEG"):
        patch_jpeg(path, Changes(rating=5))
    with pytest.raises(SidecarChangedError):
        patch_jpeg(path, Changes(rating=5), expected="0" * 64)
    assert sorted(os.listdir(tmp_path)) == ["a.jpg"]


def test_an_extended_packet_is_read_and_its_judgement_not_contradicted(tmp_path: Path) -> None:
    path = jpeg(tmp_path, xmp=PACKET.replace(b' xmp:Label="Red"', b""))
    data = path.read_bytes()
    extended = PACKET.replace(b' xmp:Rating="3"', b"").replace(b"Red", b"Blue")
    name = hashlib.md5(extended).hexdigest().upper().encode()
    half = len(extended) // 2
    segments = b""
    for start, part in ((half, extended[half:]), (0, extended[:half])):
        body = (
            b"http://ns.adobe.com/xmp/extension/\0" + name + struct.pack(">II", len(extended), start) + part
        )
        segments += b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    path.write_bytes(data[:2] + segments + data[2:])
    assert read_embedded(path.read_bytes()) == XmpFacts(rating=3, label="blue")
    with pytest.raises(XmpError, match="extended"):
        patch_jpeg(path, Changes(label="green"))
