"""The rarer formats and modes: JPEG 2000, PSD, GIF, deep and planar TIFFs, more frames than one, what hides in a JPEG."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import limits, tiff
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.photo.reading import PhotoReading, read_photo


def smooth(width: int = 160, height: int = 120, seed: int = 0) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def off_by(data: bytes, reference: Image.Image, edge: int = 9999) -> float:
    image = decode(data, edge).image
    expected = reference.resize(image.size, Image.Resampling.LANCZOS)
    return float(np.abs(np.asarray(image, dtype=float) - np.asarray(expected, dtype=float)).mean())


def opencv(extension: str, pixels: np.ndarray, *options: int) -> bytes:
    """Written by OpenCV, which takes red for blue."""
    done, data = cv2.imencode(extension, pixels[..., ::-1] if pixels.ndim == 3 else pixels, list(options))
    assert done
    return bytes(data)


# -- JPEG 2000 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edge", "size"), [(9999, (1200, 900)), (512, (512, 384)), (70, (70, 53)), (3, (3, 2))]
)
def test_jpeg_2000_at_any_size(edge: int, size: tuple[int, int]) -> None:
    """Smaller sizes come from its lower resolutions, and from no more of them than it has."""
    data = encoded(
        smooth(1200, 900), "JPEG2000", quality_mode="rates", quality_layers=[10], num_resolutions=4
    )
    decoded = decode(data, edge)
    assert (decoded.width, decoded.height, decoded.format, decoded.image.size) == (
        1200,
        900,
        "JPEG2000",
        size,
    )
    assert off_by(data, smooth(1200, 900), edge) < (20 if edge == 3 else 3)


def test_deep_and_grey_jpeg_2000() -> None:
    ramp = np.tile(np.linspace(0, 65535, 256), (64, 1)).astype(np.uint16)
    grey = (ramp >> 8).astype(np.uint8)
    assert off_by(encoded(Image.fromarray(ramp), "JPEG2000"), Image.fromarray(grey).convert("RGB")) < 2


# -- deep, planar, rare -------------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", [".png", ".tiff"])
def test_sixteen_bits_in_colour(extension: str) -> None:
    deep = np.asarray(smooth(), dtype=np.uint16) * 257
    assert off_by(opencv(extension, deep), smooth()) < 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1.0, 255.0])
def test_floats_in_colour(dtype: type, scale: float) -> None:
    """Pillow does not read these; the other libtiff does, in a process of its own."""
    values = (np.asarray(smooth(640, 480), dtype=float) / 255 * scale).astype(dtype)
    values[0, 0] = np.nan
    data = opencv(".tiff", values)
    decoded = decode(data, 320)
    assert (decoded.width, decoded.height, decoded.format) == (640, 480, "TIFF")
    assert off_by(data, smooth(640, 480), 320) < 2


def test_a_float_tiff_that_lies_about_its_size() -> None:
    data = bytearray(opencv(".tiff", np.zeros((8, 8, 3), np.float32)))
    for tag in (0x100, 0x101):
        place = data.index(struct.pack("<HHI", tag, 4 if struct.pack("<HHI", tag, 4, 1) in data else 3, 1))
        data[place + 2 : place + 12] = struct.pack("<HII", 4, 1, 100_000)
    with pytest.raises(PhotoError, match=r"^The picture of 100000 × 100000 pixels would need"):
        decode(bytes(data), 512)


@pytest.mark.parametrize("planar", [1, 2])
def test_planes_one_after_the_other(planar: int) -> None:
    """Uncompressed RGB, interleaved and as three planes."""
    pixels = np.asarray(smooth(64, 48))
    data = pixels.tobytes() if planar == 1 else pixels.transpose(2, 0, 1).tobytes()
    size = 64 * 48 * (3 if planar == 1 else 1)
    offsets, counts = [8] if planar == 1 else [8, 8 + size, 8 + 2 * size], [size] * (1 if planar == 1 else 3)
    after = 8 + len(data)
    extra = (
        struct.pack("<3H", 8, 8, 8)
        + struct.pack(f"<{len(offsets)}I", *offsets)
        + struct.pack(f"<{len(counts)}I", *counts)
    )
    places = [after, after + 6, after + 6 + 4 * len(offsets)]
    many = len(offsets) > 1
    entries = [(0x100, 3, 1, 64), (0x101, 3, 1, 48), (0x102, 3, 3, places[0]), (0x103, 3, 1, 1), (0x106, 3, 1, 2),
               (0x111, 4, len(offsets), places[1] if many else offsets[0]), (0x115, 3, 1, 3), (0x116, 3, 1, 48),
               (0x117, 4, len(counts), places[2] if many else counts[0]), (0x11C, 3, 1, planar)]  # fmt: skip
    table = (
        struct.pack("<H", len(entries))
        + b"".join(struct.pack("<HHII", *entry) for entry in entries)
        + bytes(4)
    )
    file = b"II*\0" + struct.pack("<I", after + len(extra)) + data + extra + table
    assert off_by(file, smooth(64, 48)) == 0


def test_psd_shows_the_merged_picture(shared_data: Path) -> None:
    path = shared_data / "broken" / "pillow" / "Tests" / "images" / "hopper_merged.psd"
    decoded = decode(path.read_bytes(), 512)
    assert (decoded.format, decoded.width, decoded.height, decoded.warning) == ("PSD", 128, 128, None)
    with Image.open(path) as merged:
        assert off_by(path.read_bytes(), merged.convert("RGB")) == 0


# -- more than one picture ----------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_shows_its_first_frame_and_says_so(file_format: str) -> None:
    first, second = Image.new("RGB", (60, 40), (200, 30, 30)), Image.new("RGB", (60, 40), (30, 30, 200))
    data = encoded(first, file_format, save_all=True, append_images=[second])
    assert decode(data, 99).warning == "The file is an animation; its first frame is shown."
    assert off_by(data, first) < 3
    assert decode(encoded(first, file_format), 99).warning is None


def test_pages_are_counted_and_small_copies_are_not() -> None:
    pages = [smooth(seed=number) for number in range(3)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert decode(data, 99).warning == "The file has 3 pages; the first is shown."
    assert off_by(data, pages[0]) == 0
    assert tiff.pages(encoded(pages[0], "TIFF")) == 1
    copy = encoded(pages[0], "TIFF", save_all=True, append_images=[smooth(20, 15)], tiffinfo={254: 1})
    assert tiff.pages(copy) == 0


def test_directories_that_name_each_other_end() -> None:
    data = bytearray(encoded(smooth(), "TIFF"))
    start = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, start)[0]
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    assert tiff.pages(bytes(data)) == 1
    assert decode(bytes(data), 99).warning is None


def test_the_note_reaches_the_reading(tmp_path: Path) -> None:
    data = encoded(smooth(), "TIFF", save_all=True, append_images=[smooth(seed=1)])
    (tmp_path / "a.tif").write_bytes(data)
    found = read_photo(str(tmp_path / "a.tif"))
    assert isinstance(found, PhotoReading)
    assert found.warning == "The file has 2 pages; the first is shown."


def test_a_motion_photo_is_its_still() -> None:
    """A film after the JPEG's end, as Google's and Samsung's telephones write it."""
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + np.random.default_rng(1).bytes(20_000)
    still = encoded(smooth(), "JPEG", quality=95)
    decoded = decode(still + film, 99)
    assert (decoded.format, decoded.warning) == ("JPEG", None)
    assert np.array_equal(np.asarray(decoded.image), np.asarray(decode(still, 99).image))


def test_a_camera_s_multi_picture_file_is_a_jpeg(shared_data: Path) -> None:
    path = shared_data / "broken" / "pillow" / "Tests" / "images" / "frame_size.mpo"
    decoded = decode(path.read_bytes(), 512)
    assert (decoded.format, decoded.warning) == ("JPEG", None)


# -- bounds -------------------------------------------------------------------------------------------------


def lying_headers() -> dict[str, bytes]:
    """Small files that claim 100,000 x 100,000 pixels."""
    small, size = smooth(8, 8), (100_000).to_bytes(4, "big")
    jp2 = encoded(small, "JPEG2000", no_jp2=True)
    psd = b"8BPS\0\1" + bytes(6) + b"\0\3" + size + size + b"\0\x08\0\3" + bytes(14)
    bmp = bytearray(encoded(small, "BMP"))
    bmp[18:26] = (100_000).to_bytes(4, "little") * 2
    deflated = bytearray(encoded(small, "TIFF", compression="tiff_adobe_deflate"))
    for tag in (0x100, 0x101):
        place = next(p for kind in (3, 4) if (p := deflated.find(struct.pack("<HHI", tag, kind, 1))) > 0)
        deflated[place : place + 12] = struct.pack("<HHII", tag, 4, 1, 100_000)
    return {
        "JPEG 2000": jp2[:8] + size + size + jp2[16:24] + size + size + jp2[32:],
        "PSD": psd,
        "BMP": bytes(bmp),
        "TIFF": bytes(deflated),
    }


@pytest.mark.parametrize("kind", ["JPEG 2000", "PSD", "BMP", "TIFF"])
def test_a_hundred_thousand_squared_is_refused_with_size_and_reason(kind: str) -> None:
    with pytest.raises(
        PhotoError, match=r"^The picture of 100000 × 100000 pixels would need .* «pixsort limit» raises it\.$"
    ):
        decode(lying_headers()[kind], 512)


def test_a_run_length_encoded_bmp_cannot_take_a_minute() -> None:
    """Pillow decodes these in Python: 10 rows of 16 million pixels took 43 seconds."""
    header = struct.pack("<2sIHHI", b"BM", 100, 0, 0, 1078) + struct.pack(
        "<IiiHHIIiiII", 40, 16_777_193, 10, 1, 8, 1, 20, 0, 0, 256, 0
    )
    with pytest.raises(
        PhotoError, match="too large for a run-length encoded BMP; the limit is 16 megapixels"
    ):
        decode(header + bytes(1024) + b"\0\0" * 10 + b"\0\1", 512)


def test_the_limit_can_be_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that is refused under one limit is shown under another."""
    data = encoded(Image.new("L", (8000, 8000)), "PNG")
    monkeypatch.setattr(limits, "_memory", limits._memory)
    limits.set_memory_limit(1)
    assert limits.memory_limit() == limits.LEAST_MEMORY
    large = encoded(Image.new("RGB", (6000, 5000)), "PNG")
    with pytest.raises(PhotoError, match="the limit is 100 MB"):
        decode(large, 64)
    assert decode(data, 64).width == 8000
    limits.set_memory_limit(500_000_000)
    assert decode(large, 64).width == 6000
