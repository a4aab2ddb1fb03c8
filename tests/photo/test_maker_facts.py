"""What is not EXIF: maker notes, XMP where EXIF is silent, people."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from pixsort_desktop.photo.metadata import read_facts, read_metadata
from tests.photo.exif_blocks import block, with_xmp, xmp

REAL = {
    "cameras/jpg/Panasonic_DMC-FZ30.jpg": {"serial": "S010604030293"},
    "cameras/jpg/tests/32-lens_data.jpeg": {"serial": "3105364"},
    "cameras/jpg/exif-org/canon-ixus.jpg": {"burst_frame": 1},
    "gallery/test/backend/assets/edge_case_exif_data/corrupted_city.JPG": {"serial": "1080393194"},
    "gallery/test/backend/assets/sidecar/20240128_185808.JPG": {"serial": "6009135", "lens_serial": "20283698"},
    "gallery/test/backend/assets/orientation/broken_orientation_exif.jpg": {
        "burst_id": "1aada2e4-4833-49f9-b4de-1a549c458f1e"
    },
    "gallery/test/backend/assets/orientation/broken_orientation_exif2.jpg": {"serial": None},  # «9999:99:99»
    "gallery/test/backend/assets/live_photo/IMG_7943.HEIC": {"content_id": "9B539AB8-A668-4FA6-9207-EB653A5E7E3C"},
    "assets/albums/nature/prairie_falcon.jpg": {
        "serial": "022021000319", "lens_serial": "9103000924", "lens": "RF100-500mm F4.5-7.1 L IS USM",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_makers(shared_data: Path, name: str) -> None:
    found = read_metadata((shared_data / "metadata" / name).read_bytes())
    assert {field: getattr(found, field) for field in REAL[name]} == REAL[name]


def test_frames_of_a_burst_are_told(shared_data: Path) -> None:
    paths = (shared_data / "grouping/scenes").rglob("*.jpg")
    found = {path.name: read_metadata(path.read_bytes()) for path in paths}
    assert {m.burst_frame for m in found.values() if m.model == "DSC-HX5V"} == {None, 2}


def test_xmp_speaks_where_exif_is_silent() -> None:
    packet = xmp(
        'tiff:Make="Canon" tiff:Model="EOS" tiff:Orientation="6" exif:ExposureTime="1/250" exif:FNumber="28/10"'
        ' exif:FocalLength="50/1" exif:GPSLatitude="47,22.6515N" exif:GPSLongitude="8,32,30W" exif:GPSAltitude="77/10"'
        ' exif:GPSAltitudeRef="1" aux:Lens="EF50mm" exifEX:BodySerialNumber="0815" GCamera:BurstID="b1"',
        "<exif:ISOSpeedRatings><rdf:Seq><rdf:li>400</rdf:li></rdf:Seq></exif:ISOSpeedRatings>",
    )
    found = read_metadata(with_xmp(packet))
    assert (found.make, found.model, found.orientation, found.lens) == ("Canon", "EOS", 6, "EF50mm")
    assert (found.exposure_s, found.f_number, found.focal_mm, found.iso) == (0.004, 2.8, 50.0, 400)
    assert (found.latitude, found.longitude) == pytest.approx((47.377525, -8.541667))
    assert (found.altitude_m, found.serial, found.burst_id) == (-7.7, "0815", "b1")
    both = read_metadata(with_xmp(packet, block({0x010F: "Nikon"}, {0x8827: 100})))
    assert (both.make, both.model, both.iso) == ("Nikon", "EOS", 100)


def test_broken_xmp_costs_itself_alone() -> None:
    found = read_facts(with_xmp(b"<x:xmpmeta><rdf:RDF>", block({0x010F: "Nikon"})))
    assert (found.metadata.make, found.xmp) == ("Nikon", None)


# -- people -------------------------------------------------------------------------------------------------


def test_people_are_where_they_are_seen_however_the_file_is_turned(shared_data: Path) -> None:
    folder = shared_data / "metadata/assets/metadata/faces"
    regions = []
    for name in ("portrait.jpg", "portrait-orientation-6.jpg"):
        data = (folder / name).read_bytes()
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
        turned = read_metadata(data).orientation == 6
        upright = (height, width) if turned else (width, height)
        regions.append(read_facts(data, upright=upright).metadata.regions)
    assert regions[0] == regions[1]
    assert [(region.name, region.left < 0.5) for region in regions[0]] == [
        ("Marie Curie", True),
        ("Pierre Curie", False),
    ]


def working_group(box: str, size: str = 'stDim:w="400" stDim:h="300"', kind: str = "Face") -> bytes:
    return xmp(
        "",
        f'<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions {size}/><mwg-rs:RegionList><rdf:Bag>'
        f'<rdf:li><rdf:Description mwg-rs:Name="Anna" mwg-rs:Type="{kind}"><mwg-rs:Area {box}/></rdf:Description>'
        "</rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>",
    )


BOX = 'stArea:x="0.2" stArea:y="0.3" stArea:w="0.2" stArea:h="0.2" stArea:unit="normalized"'


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0.1, 0.2)), (2, (0.7, 0.2)), (3, (0.7, 0.6)), (4, (0.1, 0.6)),
        (5, (0.2, 0.1)), (6, (0.6, 0.1)), (7, (0.6, 0.7)), (8, (0.2, 0.7)),
    ],
)  # fmt: skip
def test_regions_are_turned_with_the_picture(orientation: int, corner: tuple[float, float]) -> None:
    upright = (300, 400) if orientation > 4 else (400, 300)
    data = with_xmp(working_group(BOX), block({0x0112: orientation}))
    (region,) = read_facts(data, upright=upright).metadata.regions
    assert (region.left, region.top) == pytest.approx(corner)
    assert (region.name, region.width, region.height) == ("Anna", 0.2, 0.2)


def test_regions_that_were_applied_to_the_upright_picture_stay() -> None:
    data = with_xmp(working_group(BOX, 'stDim:w="300" stDim:h="400"'), block({0x0112: 6}))
    (region,) = read_facts(data, upright=(300, 400)).metadata.regions
    assert (region.left, region.top) == pytest.approx((0.1, 0.2))


def test_microsofts_people() -> None:
    packet = xmp(
        "",
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li><rdf:Description'
        ' MPReg:Rectangle="0.1, 0.2, 0.3, 0.4" MPReg:PersonDisplayName="Ben"/></rdf:li></rdf:Bag></MPRI:Regions>'
        "</MP:RegionInfo>",
    )
    (region,) = read_metadata(with_xmp(packet)).regions
    assert (region.name, region.left, region.top, region.width, region.height) == ("Ben", 0.1, 0.2, 0.3, 0.4)


@pytest.mark.parametrize(
    "packet",
    [
        working_group(BOX, kind="Focus"),
        working_group('stArea:x="nan" stArea:y="0.3" stArea:w="0.2" stArea:h="0.2"'),
        working_group('stArea:x="1e999" stArea:y="0.3" stArea:w="0.2" stArea:h="0.2"'),
        working_group('stArea:x="0.2" stArea:y="0.3" stArea:w="-1" stArea:h="0.2"'),
        working_group('stArea:x="5" stArea:y="5" stArea:w="0.2" stArea:h="0.2"'),
        working_group('stArea:x="0.2"'),
    ],
)
def test_regions_that_are_none(packet: bytes) -> None:
    assert read_metadata(with_xmp(packet)).regions == ()
