"""AF areas: the shared files against exiftool, notes of other makers against notes built here (and exiftool)."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixsort_desktop.photo.focus import FocusPoints, focus_points

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
IXUS = "metadata/cameras/jpg/Canon_DIGITAL_IXUS_400.jpg"
KAYAK = "grouping/scenes/stitch/kayak_01.jpg"
EOS = "metadata/gallery/test/backend/assets/edge_case_exif_data/corrupted_city.JPG"
FUJI = "metadata/gallery/test/backend/assets/old_photo.jpg"
IPHONE = "metadata/assets/formats/heic/IMG_2682.heic"


def shared(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip("the shared photographs are not here")
    return path


def exiftool(path: Path) -> dict[str, object]:
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    done = subprocess.run(["exiftool", "-j", "-n", str(path)], capture_output=True, check=False)
    return dict(json.loads(done.stdout)[0])


def numbers(value: object) -> list[float]:
    return [float(part) for part in str(value).split()]


def only(found: FocusPoints | None) -> tuple[float, float, float, float]:
    assert found is not None
    (area,) = found.areas
    assert area.in_focus
    return area.x, area.y, area.width, area.height


# -- real files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [IXUS, KAYAK, EOS])
def test_canons_points_are_those_that_exiftool_reads(name: str) -> None:
    path = shared(name)
    said = exiftool(path)
    frame = float(str(said["AFImageWidth"])), float(str(said["AFImageHeight"]))
    across, down = numbers(said["AFAreaXPositions"]), numbers(said["AFAreaYPositions"])
    widths = numbers(said.get("AFAreaWidths", said.get("AFAreaWidth")))
    heights = numbers(said.get("AFAreaHeights", said.get("AFAreaHeight")))
    up = -1 if "EOS" in str(said["Model"]) else 1
    mask = int(numbers(said["AFPointsInFocus"])[0])
    expected = [
        (
            0.5 + x / frame[0],
            0.5 + up * y / frame[1],
            widths[min(index, len(widths) - 1)] / frame[0],
            heights[min(index, len(heights) - 1)] / frame[1],
        )
        for index, (x, y) in enumerate(zip(across, down, strict=True))
        if mask >> index & 1
    ]
    found = focus_points(path)
    assert found is not None
    assert [(a.x, a.y, a.width, a.height) for a in found.areas] == [pytest.approx(each) for each in expected]


def test_fujifilms_pixel_is_a_point() -> None:
    said = exiftool(shared(FUJI))
    x, y = numbers(said["FocusPixel"])
    place = x / float(str(said["ExifImageWidth"])), y / float(str(said["ExifImageHeight"]))
    assert only(focus_points(shared(FUJI))) == pytest.approx((*place, 0, 0))


def test_an_iphone_says_its_subject_area() -> None:
    said = exiftool(shared(IPHONE))
    x, y, w, h = numbers(said["SubjectArea"])
    assert only(focus_points(shared(IPHONE))) == pytest.approx((x / 4032, y / 3024, w / 4032, h / 3024))


def test_a_picture_that_was_cropped_since_has_no_points() -> None:
    """1136 x 775 of a frame of 2272 x 1704; 70 x 100 of one of 4:3."""
    for name in (
        "metadata/cameras/jpg/tests/11-tests.jpg",
        "metadata/cameras/jpg/Konica_Minolta_DiMAGE_Z3.jpg",
    ):
        assert exiftool(shared(name)).keys() & {"AFPointsInFocus", "SubjectArea"}
        assert focus_points(shared(name)) is None


def test_a_point_that_was_not_found_is_none() -> None:
    path = shared("grouping/scenes/stitch/trees_rotate_03.jpg")  # the note says «1 inf»
    assert "AFPointPosition" in exiftool(path)
    assert focus_points(path) is None


def test_every_shared_file_gives_areas_on_the_picture_or_none() -> None:
    if not DATA.exists():
        pytest.skip("the shared photographs are not here")
    paths = [p for folder in ("metadata", "broken", "raw") for p in (DATA / folder).rglob("*") if p.is_file()]
    for path in paths:
        found = focus_points(path)
        if found is not None:
            assert found.areas
            assert all(0 <= a.x <= 1 and 0 <= a.y <= 1 and 0 <= a.width <= 1 for a in found.areas), path


@pytest.mark.parametrize(
    "source", ["no such file", b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\0\x10Exif\0\0II*\0", "."]
)
def test_what_is_no_photo_is_none(source: str | bytes) -> None:
    assert focus_points(source) is None


# -- notes of other makers, built by the layout that ExifTool documents -------------------------------------


def block(fields: list[tuple[int, int, bytes]], place: int, order: str, base: int = 0) -> bytes:
    """A TIFF directory at `place` with its values behind it; offsets count from `base`."""
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 10: 8, 13: 4}
    head, body = struct.pack(order + "H", len(fields)), b""
    behind = place + 2 + 12 * len(fields) + 4
    for tag, kind, value in sorted(fields):
        inline = (
            value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(order + "I", behind + len(body) - base)
        )
        if len(value) > 4:
            body += value + b"\0" * (len(value) % 2)
        head += struct.pack(order + "HHI", tag, kind, len(value) // sizes[kind]) + inline
    return head + b"\0\0\0\0" + body


def jpeg(
    make: str, model: str, note: bytes, *, order: str = "<", orientation: int = 1, extra: bytes = b""
) -> bytes:
    """A JPEG of 60 x 40 (by its header; nobody decodes it), EXIF 6000 x 4000, with that maker's note.

    The note is the last of the EXIF directory and stands at 400 of the TIFF block.
    """
    mark = b"II*\0" if order == "<" else b"MM\0*"
    image = [
        (0x010F, 2, make.encode() + b"\0"),
        (0x0110, 2, model.encode() + b"\0"),
        (0x0112, 3, struct.pack(order + "H", orientation)),
        (0x8769, 4, struct.pack(order + "I", 200)),
    ]
    tiff = (mark + struct.pack(order + "I", 8) + block(image, 8, order)).ljust(200, b"\0")
    exif = [
        (0x927C, 7, note or b"\0" * 8),
        (0xA002, 4, struct.pack(order + "I", 6000)),
        (0xA003, 4, struct.pack(order + "I", 4000)),
    ]
    if extra:
        exif.append((0x9214, 3, extra))
    directory = bytearray(block(exif, 200, order))
    at = directory.index(struct.pack(order + "HHI", 0x927C, 7, len(note or b"\0" * 8))) + 8
    directory[at : at + 4] = struct.pack(order + "I", NOTE)
    tiff = (tiff + bytes(directory[: 2 + 12 * len(exif) + 4])).ljust(300, b"\0")
    if extra and len(extra) > 4:
        place = tiff.index(struct.pack(order + "HH", 0x9214, 3)) + 8
        tiff = tiff[:place] + struct.pack(order + "I", 300) + tiff[place + 4 :]
        tiff = tiff[:300] + extra
    tiff = tiff.ljust(NOTE, b"\0") + note
    segment = b"Exif\0\0" + tiff
    size = struct.pack(">BHHB", 8, 40, 60, 1) + b"\1\x11\0"
    return (
        b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
        + b"\xff\xc0" + struct.pack(">H", len(size) + 2) + size
        + b"\xff\xda\0\x08\1\1\0\0\x3f\0\xff\xd9"
    )  # fmt: skip


NOTE = 400


def nikon_note(record: bytes, order: str) -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return b"Nikon\0\2\x10\0\0" + mark + struct.pack(order + "I", 8) + block([(0xB7, 7, record)], 8, order)


def nikon(version: bytes, at: int, order: str, contrast: int = 1) -> bytes:
    record = bytearray(version + bytes([contrast])).ljust(0x54, b"\0")
    record[at : at + 12] = struct.pack(order + "6H", 6000, 4000, 4500, 1000, 300, 200)
    record[0x4A] = record[0x4A] or (1 if version == b"0400" else 0)
    return nikon_note(bytes(record), order)


def sony() -> bytes:
    fields = [
        (0x2027, 3, struct.pack("<4H", 6000, 4000, 4500, 1000)),
        (0x2037, 7, struct.pack("<3H", 300, 200, 257)),
    ]
    return b"SONY DSC \0\0\0" + block(fields, NOTE + 12, "<")


def olympus(mark: bytes, skip: int) -> bytes:
    selected = struct.pack("<10i", 0, 0, 725, 1000, 225, 1000, 775, 1000, 275, 1000)
    head = mark.ljust(skip, b"\0")
    settings_at = skip + 2 + 12 + 4
    outer = block([(0x2020, 13, struct.pack("<I", settings_at))], skip, "<")
    return head + outer + block([(0x0305, 10, selected)], settings_at, "<")


def panasonic() -> bytes:
    fields = [
        (0x004D, 5, struct.pack("<4I", 750, 1000, 250, 1000)),
        (0x00DE, 5, struct.pack("<4I", 50, 1000, 50, 1000)),
    ]
    return b"Panasonic\0\0\0" + block(fields, NOTE + 12, "<")


def fujifilm() -> bytes:
    fields = block([(0x1023, 3, struct.pack("<2H", 4500, 1000))], 12, "<")
    return b"FUJIFILM" + struct.pack("<I", 12) + fields


def canon(order: str) -> bytes:
    """An EOS with five points of AFInfo2; the second is selected, none in focus. Y points up."""
    across, down = (-2000, 1500, 0, 0, 0), (0, 1000, 0, 0, 0)
    words = [0, 2, 5, 5, 6000, 4000, 6000, 4000, *[300] * 5, *[200] * 5, *across, *down, 0, 0b10]
    words[0] = len(words) * 2
    record = struct.pack(f"{order}8H{len(words) - 8}h", *words)
    return block([(0x26, 3, record)], NOTE, order)


CASES = {
    "nikon contrast detection": jpeg(
        "NIKON CORPORATION", "NIKON D7000", nikon(b"0100", 0x10, ">"), order=">"
    ),
    "nikon D500": jpeg("NIKON CORPORATION", "NIKON D500", nikon(b"0101", 0x46, "<")),
    "nikon Z 6": jpeg("NIKON CORPORATION", "NIKON Z 6", nikon(b"0300", 0x2A, "<", contrast=2)),
    "nikon Z 9": jpeg("NIKON CORPORATION", "NIKON Z 9", nikon(b"0400", 0x3E, "<")),
    "sony": jpeg("SONY", "ILCE-7M3", sony()),
    "olympus": jpeg("OLYMPUS CORPORATION", "E-M1", olympus(b"OLYMPUS\0II\3\0", 12)),
    "om system": jpeg("OM Digital Solutions", "OM-1", olympus(b"OM SYSTEM\0\0\0II\4\0", 16)),
    "panasonic": jpeg("Panasonic", "DC-S5", panasonic()),
    "fujifilm": jpeg("FUJIFILM", "X-T4", fujifilm()),
    "subject area": jpeg("Apple", "iPhone 15", b"", extra=struct.pack("<4H", 4500, 1000, 300, 200)),
}
AS_EXIFTOOL_SAYS = {
    "nikon contrast detection": ("AFAreaXPosition", "4500"),
    "nikon D500": ("AFAreaXPosition", "4500"),
    "nikon Z 6": ("AFAreaXPosition", "4500"),
    "nikon Z 9": ("AFAreaXPosition", "4500"),
    "sony": ("FocusLocation", "6000 4000 4500 1000"),
    "olympus": ("AFPointSelected", "0.725 0.225 0.775 0.275"),
    "om system": ("AFPointSelected", "0.725 0.225 0.775 0.275"),
    "panasonic": ("AFPointPosition", "0.75 0.25"),
    "fujifilm": ("FocusPixel", "4500 1000"),
    "subject area": ("SubjectArea", "4500 1000 300 200"),
}
WITHOUT_SIZE = ("fujifilm",)


@pytest.mark.parametrize("name", CASES)
def test_each_maker_is_understood(name: str) -> None:
    x, y, width, height = only(focus_points(CASES[name]))
    assert (x, y) == pytest.approx((0.75, 0.25))
    if name not in WITHOUT_SIZE:
        assert (width, height) == pytest.approx((0.05, 0.05))


@pytest.mark.parametrize("name", CASES)
def test_exiftool_reads_the_same_from_what_is_built_here(name: str, tmp_path: Path) -> None:
    path = tmp_path / "built.jpg"
    path.write_bytes(CASES[name])
    tag, expected = AS_EXIFTOOL_SAYS[name]
    assert str(exiftool(path).get(tag)) == expected
    assert only(focus_points(path)) == only(focus_points(CASES[name]))


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_canon_that_found_no_focus_gives_the_selected_point(order: str) -> None:
    found = focus_points(jpeg("Canon", "Canon EOS R6", canon(order), order=order))
    assert found is not None
    (area,) = found.areas
    assert not area.in_focus
    assert (area.x, area.y, area.width, area.height) == pytest.approx((0.75, 0.25, 0.05, 0.05))


@pytest.mark.parametrize(
    ("orientation", "place"),
    [
        (1, (0.75, 0.25)), (2, (0.25, 0.25)), (3, (0.25, 0.75)), (4, (0.75, 0.75)),
        (5, (0.25, 0.75)), (6, (0.75, 0.75)), (7, (0.75, 0.25)), (8, (0.25, 0.25)),
    ],
)  # fmt: skip
def test_areas_are_turned_as_the_picture_is(orientation: int, place: tuple[float, float]) -> None:
    """The point lies to the right and above the middle of the stored picture; Pillow turns one pixel likewise."""
    from PIL import Image, ImageOps

    found = focus_points(jpeg("SONY", "ILCE-7M3", sony(), orientation=orientation))
    x, y, *_ = only(found)
    assert (x, y) == pytest.approx(place)
    picture = Image.new("L", (4, 4))
    picture.putpixel((3, 0), 255)
    picture.getexif()[0x0112] = orientation
    turned = ImageOps.exif_transpose(picture)
    corners = {(px, py) for px in (0, 3) for py in (0, 3) if turned.getpixel((px, py)) == 255}
    assert corners == {(3 if x > 0.5 else 0, 3 if y > 0.5 else 0)}


def test_a_focus_region_in_xmp_is_used_where_the_note_is_silent() -> None:
    packet = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
      xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"><mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList>
    <rdf:Bag><rdf:li><rdf:Description mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.1" stArea:y="0.1"/></rdf:Description>
    </rdf:li><rdf:li rdf:parseType="Resource"><mwg-rs:Type>Focus</mwg-rs:Type>
    <mwg-rs:Area stArea:x="0.75" stArea:y="0.25" stArea:w="0.05" stArea:h="0.05"/></rdf:li></rdf:Bag>
    </mwg-rs:RegionList></mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>"""
    plain = jpeg("Kamera", "K1", b"")
    segment = b"http://ns.adobe.com/xap/1.0/\0" + packet
    data = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]
    assert only(focus_points(data)) == pytest.approx((0.75, 0.25, 0.05, 0.05))


# -- damage -------------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(CASES)), st.data())
def test_damaged_notes_never_raise(name: str, data: st.DataObject) -> None:
    whole = bytearray(CASES[name])
    for _ in range(data.draw(st.integers(0, 12))):
        whole[data.draw(st.integers(2, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for broken in (bytes(whole), bytes(whole[:cut])):
        found = focus_points(broken)
        assert found is None or all(0 <= a.x <= 1 and 0 <= a.y <= 1 for a in found.areas)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_camera_files_never_raise(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([IXUS, KAYAK, FUJI, IPHONE]))
    whole = bytearray(shared(path).read_bytes()[:60_000])
    for _ in range(data.draw(st.integers(1, 30))):
        whole[data.draw(st.integers(0, min(len(whole), 4000) - 1))] = data.draw(st.integers(0, 255))
    focus_points(bytes(whole))
    focus_points(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
