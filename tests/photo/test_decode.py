"""Upright, sRGB, eight bits, small: whatever the container, the mode, the profile and the damage."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import colour, limits
from pixsort_desktop.photo.decode import Decoded, decode


def pixels_of(decoded: Decoded) -> np.ndarray:
    return np.asarray(decoded.image).astype(np.int16)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference, in grey levels."""
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def smooth(width: int = 160, height: int = 120, seed: int = 0) -> Image.Image:
    """A picture that survives JPEG and resizing almost unchanged."""
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def photograph(shared_data: Path) -> Image.Image:
    return Image.open(sorted((shared_data / "quality" / "kodak" / "kodak").glob("*.png"))[0]).convert("RGB")


# -- sizes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("size", "small"), [((1200, 900), (256, 192)), ((90, 300), (77, 256)), ((40, 30), (40, 30))]
)
def test_it_fits_and_is_never_enlarged(
    file_format: str, size: tuple[int, int], small: tuple[int, int]
) -> None:
    picture = smooth(*size)
    decoded = decode(encoded(picture, file_format, quality=95), 256)
    assert (decoded.width, decoded.height, decoded.format, decoded.warning) == (*size, file_format, None)
    assert (decoded.image.size, decoded.image.mode) == (small, "RGB")
    assert difference(pixels_of(decoded), np.asarray(picture.resize(small, Image.Resampling.LANCZOS))) < 3


def test_a_line_stays_at_least_one_pixel_high() -> None:
    assert decode(encoded(Image.new("RGB", (5000, 2)), "PNG"), 512).image.size == (512, 1)


def test_a_small_picture_of_a_real_photograph_is_faithful(photograph: Image.Image) -> None:
    large = photograph.resize((photograph.width * 3, photograph.height * 3), Image.Resampling.LANCZOS)
    decoded = decode(encoded(large, "JPEG", quality=95), 512)
    reference = large.resize(decoded.image.size, Image.Resampling.LANCZOS)
    error = np.asarray(decoded.image, dtype=float) - np.asarray(reference, dtype=float)
    assert 10 * np.log10(255**2 / np.mean(error**2)) > 36  # dB; a shift of half a pixel alone would cost ten


# -- upright ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", ["Landscape", "Portrait"])
def test_the_eight_orientations_of_a_photograph_look_the_same(shared_data: Path, scene: str) -> None:
    folder = shared_data / "metadata" / "orientation"
    turned = list(Image.Transpose)
    upright = pixels_of(decode((folder / f"{scene}_1.jpg").read_bytes(), 256))
    for number in range(9):
        decoded = decode((folder / f"{scene}_{number}.jpg").read_bytes(), 256)
        assert (decoded.width > decoded.height) == (scene == "Landscape")
        right = difference(pixels_of(decoded), upright)
        wrong = [np.asarray(decoded.image.transpose(turn)) for turn in turned]
        same_shape = [difference(each, upright) for each in wrong if each.shape == upright.shape]
        assert right < 12  # each picture has its own number drawn into it
        assert right < 0.5 * min(same_shape)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_in_every_container(file_format: str, orientation: int) -> None:
    upright = smooth(96, 64, seed=3)
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright if undo is None else upright.transpose(undo)
    decoded = decode(encoded(stored, file_format, exif=exif), 512)
    assert (decoded.width, decoded.height) == (96, 64)
    assert difference(pixels_of(decoded), np.asarray(upright)) < 4


def test_a_damaged_exif_block_costs_no_picture() -> None:
    for block in (b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*" + b"\xff" * 60, b"Exif\0\0"):
        assert decode(encoded(smooth(), "JPEG", exif=block), 64).image.size == (64, 48)


# -- modes --------------------------------------------------------------------------------------------------


def ramp(dtype: type, top: float) -> np.ndarray:
    return np.tile(np.linspace(0, top, 256), (32, 1)).astype(dtype)


@pytest.mark.parametrize(
    ("image", "file_format"),
    [
        (Image.fromarray(ramp(np.uint16, 65535)), "PNG"),
        (Image.fromarray(ramp(np.uint16, 65535)), "TIFF"),
        (Image.fromarray(ramp(np.int32, 65535)), "TIFF"),
        (Image.fromarray(ramp(np.int32, 2**31 - 1)), "TIFF"),
        (Image.fromarray(ramp(np.float32, 1.0)), "TIFF"),
        (Image.fromarray(ramp(np.float32, 255.0)), "TIFF"),
        (Image.fromarray(ramp(np.uint8, 255)), "PNG"),
        (Image.fromarray(ramp(np.uint8, 255)).convert("P"), "PNG"),
        (Image.fromarray(ramp(np.uint8, 255)).convert("LA"), "PNG"),
        (Image.fromarray(ramp(np.uint8, 255)).convert("RGBA"), "WEBP"),
        (Image.fromarray(ramp(np.uint8, 255)).convert("CMYK"), "JPEG"),
        (Image.fromarray(ramp(np.uint8, 255)).convert("CMYK"), "TIFF"),
        (Image.fromarray(ramp(np.uint8, 255)).convert("YCbCr"), "TIFF"),
    ],
)
def test_a_ramp_stays_a_ramp(image: Image.Image, file_format: str) -> None:
    """Deep greys are scaled and not clipped; every mode ends as the same greys."""
    pixels = pixels_of(decode(encoded(image, file_format, lossless=True, quality=95), 512))
    assert difference(pixels, np.repeat(ramp(np.uint8, 255)[:, :, None], 3, axis=2)) < 2


def test_not_a_number_is_black() -> None:
    values = np.array([[np.nan, np.inf, 1.0, -np.inf, 0.5]], dtype=np.float32)
    assert pixels_of(decode(encoded(Image.fromarray(values), "TIFF"), 512))[0, :, 0].tolist() == [
        0,
        0,
        255,
        0,
        128,
    ]


def test_bilevel_pictures_are_averaged() -> None:
    checks = Image.fromarray(np.indices((256, 256)).sum(axis=0) % 2 == 1)
    assert abs(pixels_of(decode(encoded(checks, "PNG"), 64)) - 128).max() <= 2


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "PA", "RGB with one colour"])
def test_transparency_lies_over_grey(mode: str) -> None:
    picture = Image.new("RGBA", (200, 100), (255, 255, 255, 255))
    picture.paste((255, 255, 255, 0), (100, 0, 200, 100))
    options: dict[str, Any] = {}
    if mode == "P":
        picture = Image.fromarray(np.repeat(np.array([[0, 1]], np.uint8), 100, axis=1).repeat(100, axis=0))
        picture.putpalette([255, 255, 255, 255, 0, 0])
        options["transparency"] = 1
    elif mode.startswith("RGB "):
        picture = Image.new("RGB", (200, 100), (255, 255, 255))
        picture.paste((1, 2, 3), (100, 0, 200, 100))
        options["transparency"] = (1, 2, 3)
    else:
        picture = picture.convert(mode)
    file_format = "TIFF" if mode == "PA" else "PNG"
    pixels = pixels_of(decode(encoded(picture, file_format, **options), 100))
    assert np.abs(pixels[:, :40] - 255).max() <= 1
    assert np.abs(pixels[:, 60:] - 128).max() <= 1


# -- colour -------------------------------------------------------------------------------------------------


def test_a_wide_gamut_becomes_srgb(shared_data: Path) -> None:
    """The reference converts every pixel at full size, ours the small picture."""
    path = shared_data / "faces" / "examples" / "knn_examples" / "train" / "kit_harington" / "john2.jpeg"
    full = Image.open(path)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(full.info["icc_profile"]))
    assert "ProPhoto" in ImageCms.getProfileDescription(profile)
    converted = ImageCms.profileToProfile(full, profile, ImageCms.createProfile("sRGB"), renderingIntent=1)
    assert converted is not None
    pixels = pixels_of(decode(path.read_bytes(), 256))
    size = (pixels.shape[1], pixels.shape[0])
    assert difference(pixels, np.asarray(converted.resize(size, Image.Resampling.LANCZOS))) < 2.5
    assert difference(pixels, np.asarray(full.resize(size, Image.Resampling.LANCZOS))) > 5


def test_an_srgb_profile_changes_no_pixel() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with_profile = decode(encoded(smooth(), "PNG", icc_profile=profile), 64)
    assert np.array_equal(pixels_of(with_profile), pixels_of(decode(encoded(smooth(), "PNG"), 64)))


@pytest.mark.parametrize("profile", [b"junk", b"\0" * 128, b"\xff" * 4000])
def test_a_damaged_profile_counts_as_none(profile: bytes) -> None:
    with_profile = decode(encoded(smooth(), "JPEG", icc_profile=profile), 64)
    assert np.array_equal(pixels_of(with_profile), pixels_of(decode(encoded(smooth(), "JPEG"), 64)))


# -- cut off ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def jpeg(photograph: Image.Image) -> bytes:
    return encoded(photograph.resize((1536, 1024)), "JPEG", quality=90)


def test_half_a_jpeg_is_shown_and_said(jpeg: bytes) -> None:
    whole = pixels_of(decode(jpeg, 256))
    decoded = decode(jpeg[: len(jpeg) // 2], 256)
    assert decoded.warning is not None and decoded.warning.startswith("The file is cut off: about ")
    missing = int(decoded.warning.split("about ")[1].split(" %")[0])
    assert 25 < missing < 75
    rows = int(len(whole) * (1 - missing / 100)) - 12
    assert difference(pixels_of(decoded)[:rows], whole[:rows]) < 1


def test_only_the_end_mark_missing(jpeg: bytes) -> None:
    decoded = decode(jpeg[:-2], 256)
    assert decoded.warning == "The end of the file is missing, but the whole picture is there."
    assert np.array_equal(pixels_of(decoded), pixels_of(decode(jpeg, 256)))


def test_half_a_progressive_jpeg_is_a_coarse_picture(photograph: Image.Image) -> None:
    progressive = encoded(photograph, "JPEG", quality=90, progressive=True)
    decoded = decode(progressive[: len(progressive) * 2 // 3], 256)
    assert decoded.warning
    assert difference(pixels_of(decoded), pixels_of(decode(progressive, 256))) < 6


@pytest.mark.parametrize("length", [2, 30, 200, 640])
def test_nothing_but_a_header_is_no_picture(jpeg: bytes, length: int) -> None:
    with pytest.raises(PhotoError, match=r"^The [^\n]*\.$"):
        decode(jpeg[:length], 256)


def test_cut_off_and_whole_files_in_two_threads(jpeg: bytes) -> None:
    whole = pixels_of(decode(jpeg, 128))
    half = pixels_of(decode(jpeg[: len(jpeg) // 2], 128))
    wrong: list[str] = []

    def repeat(data: bytes, expected: np.ndarray, cut_off: bool) -> None:
        for _ in range(15):
            decoded = decode(data, 128)
            if not np.array_equal(pixels_of(decoded), expected) or bool(decoded.warning) != cut_off:
                wrong.append(str(decoded.warning))

    threads = [
        threading.Thread(target=repeat, args=(jpeg, whole, False)),
        threading.Thread(target=repeat, args=(jpeg[: len(jpeg) // 2], half, True)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


# -- bombs and damage ---------------------------------------------------------------------------------------


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def with_size(jpeg: bytes, width: int, height: int) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(
        PhotoError, match=r"40000 × 30000 pixels would need 4\.8 GB of memory; the limit is 2 GB"
    ):
        decode(png_of(40000, 30000), 512)
    with pytest.raises(PhotoError, match="65500 × 65500 pixels"):
        decode(with_size(encoded(smooth(), "JPEG"), 65500, 65500), 512)


def test_a_large_jpeg_is_no_bomb() -> None:
    """200 megapixels are decoded at an eighth: 800 MB at full size, 13 here."""
    large = encoded(Image.new("RGB", (20000, 10000), (90, 120, 60)), "JPEG", quality=30)
    decoded = decode(large, 512)
    assert (decoded.width, decoded.height, decoded.image.size) == (20000, 10000, (512, 256))


def test_endless_scans_are_refused() -> None:
    progressive = encoded(smooth(64, 48), "JPEG", progressive=True)
    last_scan = progressive[progressive.rindex(b"\xff\xda") : -2]
    with pytest.raises(PhotoError, match="scans"):
        decode(progressive[:-2] + last_scan * 400 + b"\xff\xd9", 512)


def test_large_decodes_go_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three threads, each with a picture over the limit for two at once: never two inside."""
    monkeypatch.setattr(limits, "GATE", 100_000)
    inside = 0
    most = 0
    lock = threading.Lock()
    shrink = colour.shrink

    def counted(image: Image.Image, *options: Any) -> Image.Image:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        threading.Event().wait(0.02)
        try:
            return shrink(image, *options)
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(colour, "shrink", counted)
    data = encoded(smooth(400, 300), "PNG")
    threads = [threading.Thread(target=decode, args=(data, 64)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"GIF89a" + bytes(50),
        b"8BPS\0\1" + bytes(50),
        b"\0\0\0\x18ftypheic" + bytes(50),
        b"\0\0\0\x18ftypcrx " + bytes(50),
        b"FUJIFILMCCD-RAW 0201" + bytes(200),
        b"\xff\x4f\xff\x51" + bytes(50),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBP",
    ],
)
def test_what_is_no_photo_gets_one_sentence(data: bytes) -> None:
    with pytest.raises(PhotoError, match=r"^[A-Z][^\n]*\.$"):
        decode(data, 512)


def test_pillow_s_warnings_stay_inside() -> None:
    """A cut-off EXIF tag makes Pillow warn; with warnings as errors that must not cost the turn, nor the file."""
    exif = Image.Exif()
    exif[0x010E] = "x" * 200
    exif[0x0112] = 6
    block = exif.tobytes()[:100]
    picture = encoded(smooth(), "JPEG", exif=block)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning):
            Image.open(io.BytesIO(picture)).getexif()
        decoded = decode(picture, 64)
    assert (decoded.width, decoded.height) == (120, 160)


Sample = tuple[str, bytes]


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> list[Sample]:
    """Small real files of every format, and made ones where there are none."""
    broken = shared_data / "broken"
    chosen = [
        p for p in sorted(broken.rglob("*")) if p.suffix in (".jpg", ".png", ".webp", ".tif", ".bmp", ".avif")
    ]
    found = [(path.name, path.read_bytes()) for path in chosen if path.stat().st_size < 20_000]
    exif = Image.Exif()
    exif[0x0112] = 6
    formats = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF")
    return found + [(each, encoded(smooth(), each, exif=exif)) for each in formats]


def make_damage(data: st.DataObject, original: bytes) -> bytes:
    damaged = bytearray(original)
    near = st.integers(0, min(len(damaged), 300) - 1)
    anywhere = st.integers(0, len(damaged) - 1)
    for place, byte in data.draw(
        st.lists(st.tuples(st.one_of(near, anywhere), st.integers(0, 255)), max_size=12)
    ):
        damaged[place] = byte
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(1, len(damaged))) :]
    return bytes(damaged)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data())
def test_damaged_files_end_in_a_picture_or_a_sentence(samples: list[Sample], data: st.DataObject) -> None:
    _name, original = data.draw(st.sampled_from(samples))
    try:
        decoded = decode(make_damage(data, original), 128)
    except PhotoError as error:
        assert str(error).endswith(".") and "\n" not in str(error) and len(str(error)) < 300
    else:
        assert decoded.image.mode == "RGB"
        assert max(decoded.image.size) <= 128
        assert min(decoded.width, decoded.height) >= 1
