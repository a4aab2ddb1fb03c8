"""Wide gamuts as sRGB, against littleCMS's own calculator and against the colour spaces' published primaries."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from pixsort_desktop.photo import hdr, profiles
from pixsort_desktop.photo.decode import decode

CELL = 24
SYSTEM_PROFILES = Path("/usr/share/color/icc/ghostscript")


def patches(channels: int = 3) -> np.ndarray:
    """(36, channels) colours: greys, skin, foliage, sky, and what no sRGB screen shows."""
    known = [(255, 255, 255), (0, 0, 0), (128, 128, 128), (40, 40, 40), (224, 172, 140), (90, 120, 50),
             (110, 160, 220), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (200, 40, 120)]  # fmt: skip
    others = np.random.default_rng(4).integers(0, 256, (36 - len(known), 3))
    colours = np.vstack([known, others])
    return colours if channels == 3 else np.hstack([255 - colours, np.tile([[20], [90], [0]], (12, 1))])


def chart(colours: np.ndarray) -> np.ndarray:
    """A picture of 6 x 6 fields."""
    return colours.reshape(6, 6, -1).repeat(CELL, 0).repeat(CELL, 1).astype(np.uint8)


def shown(data: bytes) -> np.ndarray:
    """The (36, 3) colours in the middle of the fields, as decoded."""
    pixels = np.asarray(decode(data, 9999).image)
    assert pixels.shape == (6 * CELL, 6 * CELL, 3)
    return pixels[CELL // 2 :: CELL, CELL // 2 :: CELL].reshape(36, 3)


def encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def lossless(image: Image.Image, file_format: str, **options: Any) -> bytes:
    best = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True},
            "AVIF": {"quality": 100, "subsampling": "4:4:4"}}  # fmt: skip
    return encoded(image, file_format, **best.get(file_format, {}), **options)


def delta_e(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIE 1976, between sRGB colours; it is never less than CIE 2000 for what differs by little."""
    return np.linalg.norm(lab(one) - lab(other), axis=-1)


def lab(srgb: np.ndarray, *, under_d50: bool = False) -> np.ndarray:
    encoded = np.asarray(srgb, dtype=float) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    relative = linear @ to_xyz.T / np.array([0.95047, 1.0, 1.08883])
    if under_d50:  # by Bradford, as littleCMS does
        bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
        d65, d50 = np.array([0.95047, 1.0, 1.08883]), np.array([0.96422, 1.0, 0.82521])
        adapt = np.linalg.inv(bradford) @ np.diag((bradford @ d50) / (bradford @ d65)) @ bradford
        relative = relative * d65 @ adapt.T / d50
    curve = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(curve, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def calculated(colours: np.ndarray, profile: Path) -> np.ndarray:
    """littleCMS's calculator: relative colorimetric, black point compensation, no rounding."""
    calculator = shutil.which("transicc")
    if calculator is None:
        pytest.skip("transicc is not installed")
    scaled = colours / 2.55 if colours.shape[1] == 4 else colours  # it takes inks in per cent
    given = "".join(f"{value}\n" for colour in scaled for value in colour)
    command = [calculator, "-t1", "-b", "-n", f"-i{profile}", "-o*sRGB"]
    printed = subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout
    return np.clip(np.array(printed.split(), dtype=float).reshape(-1, 3), 0, 255)


def apple_p3(shared_data: Path) -> bytes:
    """The profile that a telephone wrote into its picture."""
    with Image.open(shared_data / "broken" / "pillow" / "Tests" / "images" / "frame_size.mpo") as image:
        profile: bytes = image.info["icc_profile"]
    return profile


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
@pytest.mark.parametrize("space", ["Display P3", "Adobe RGB", "ProPhoto RGB"])
def test_wide_gamuts_are_within_two_delta_e_of_littlecms(
    shared_data: Path, tmp_path: Path, file_format: str, space: str
) -> None:
    if space == "Display P3":
        profile = apple_p3(shared_data)
    elif space == "Adobe RGB":
        profile = profiles.adobe_rgb()
    else:
        path = shared_data / "faces" / "examples" / "knn_examples" / "train" / "kit_harington" / "john2.jpeg"
        with Image.open(path) as photograph:
            profile = photograph.info["icc_profile"]
    assert (
        space.split()[0]
        in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))) + space
    )
    (tmp_path / "a.icc").write_bytes(profile)
    data = lossless(Image.fromarray(chart(patches())), file_format, icc_profile=profile)
    with Image.open(io.BytesIO(data)) as stored:  # what the encoder left of the colours
        colours = np.asarray(stored)[CELL // 2 :: CELL, CELL // 2 :: CELL].reshape(36, 3)
    off = delta_e(shown(data), calculated(colours, tmp_path / "a.icc"))
    print(f"{space} in {file_format}: ΔE at most {off.max():.2f}, {off.mean():.2f} on average")
    assert off.max() < 2


@pytest.mark.parametrize(("name", "primaries"), [("P3", 12), ("Adobe", 0), ("BT.2020", 9)])
def test_our_profiles_are_what_the_primaries_say(name: str, primaries: int) -> None:
    """From the chromaticities alone, without any profile: light in, matrix, clip, sRGB's curve."""
    colours = patches() / 255
    if name == "Adobe":
        profile, xy = profiles.adobe_rgb(), ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
        linear = colours ** (563 / 256)
    else:
        made = profiles.nclx_profile(primaries, 13)
        assert made is not None
        profile, xy = made, {"P3": ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)),
                             "BT.2020": ((0.708, 0.292), (0.17, 0.797), (0.131, 0.046))}[name]  # fmt: skip
        linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    light = linear @ matrix(xy).T @ np.linalg.inv(matrix(((0.64, 0.33), (0.3, 0.6), (0.15, 0.06)))).T
    light = np.clip(light, 0, 1)
    expected = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    data = encoded(Image.fromarray(chart(patches())), "PNG", icc_profile=profile)
    assert delta_e(shown(data), expected).max() < 2


def matrix(xy: tuple[tuple[float, float], ...]) -> np.ndarray:
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in xy]).T
    white = np.array([0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290])
    return np.asarray(columns * np.linalg.solve(columns, white))


def test_adobe_rgb_that_only_the_exif_block_names() -> None:
    """A camera's JPEG in Adobe RGB has no profile, and «R03» in its interoperability directory."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[0xA001] = 0xFFFF
    exif.get_ifd(ExifTags.IFD.Exif)[0xA005] = {1: "R03", 2: b"0100"}
    picture = Image.fromarray(chart(patches()))
    named = lossless(picture, "JPEG", exif=exif)
    assert b"R03\0" in named
    described = shown(lossless(picture, "JPEG", icc_profile=profiles.adobe_rgb()))
    assert delta_e(shown(named), described).max() < 1
    assert delta_e(shown(named), shown(lossless(picture, "JPEG"))).max() > 10


def test_a_p3_avif_that_only_names_its_colours() -> None:
    data = lossless(Image.fromarray(chart(patches())), "AVIF")
    named = data.replace(b"colrnclx\0\1", b"colrnclx\0\x0c")
    assert named != data
    described = shown(
        lossless(Image.fromarray(chart(patches())), "PNG", icc_profile=profiles.nclx_profile(12, 13))
    )
    assert delta_e(shown(named), described).max() < 2.5  # AVIF's own loss and two roundings
    assert delta_e(shown(data), described).max() > 8


def test_cmyk_with_a_profile(tmp_path: Path) -> None:
    profile = SYSTEM_PROFILES / "default_cmyk.icc"
    if not profile.exists():
        pytest.skip("there is no CMYK profile on this machine")
    inks = patches(4)
    picture = Image.fromarray(chart(inks), mode="CMYK")
    off = delta_e(
        shown(encoded(picture, "TIFF", icc_profile=profile.read_bytes())), calculated(inks, profile)
    )
    assert off.max() < 2


def test_a_grey_picture_with_a_profile_of_its_colour_sisters() -> None:
    levels = np.linspace(0, 255, 36).astype(np.uint8)
    linear = profiles.matrix_profile(profiles.PRIMARIES[1], (1.0,))
    grey = Image.fromarray(chart(levels[:, None])[:, :, 0])
    rgb = Image.fromarray(chart(np.repeat(levels[:, None], 3, axis=1)))
    assert (
        np.abs(
            shown(encoded(grey, "PNG", icc_profile=linear)).astype(int)
            - shown(encoded(rgb, "PNG", icc_profile=linear))
        ).max()
        <= 1
    )


def test_lab() -> None:
    """L* from 0 to 100 in 255 steps, a* and b* as signed bytes (TIFF 6.0, section 23)."""
    colours = patches()
    wanted = lab(colours, under_d50=True)
    stored = np.round(np.stack([wanted[:, 0] * 2.55, wanted[:, 1] % 256, wanted[:, 2] % 256], axis=1)) % 256
    picture = Image.frombytes("LAB", (6 * CELL, 6 * CELL), chart(stored).tobytes())
    off = delta_e(shown(encoded(picture, "TIFF")), colours)
    assert off.max() < 3 and off.mean() < 1  # a* and b* come in whole steps


@pytest.mark.parametrize("transfer", [profiles.PQ, profiles.HLG])
def test_high_dynamic_range_keeps_greys_and_their_order(transfer: int) -> None:
    levels = np.arange(0, 256, 5, dtype=np.uint8)
    ramp = Image.fromarray(np.repeat(levels[None, :, None], 3, axis=2))
    mapped = np.asarray(hdr.tone_mapped(ramp, 9, transfer))[0].astype(int)
    assert np.abs(mapped - mapped[:, :1]).max() <= 1
    assert (np.diff(mapped[:, 0]) >= 0).all()
    assert mapped[0, 0] == 0 and mapped[-1, 0] >= 254


def test_diffuse_white_of_pq_is_nearly_white() -> None:
    """203 cd/m² (BT.2408) is a signal of 0.58: bright, with room above it for lamps and the sun."""
    white = Image.new("RGB", (4, 4), (148, 148, 148))
    level = np.asarray(hdr.tone_mapped(white, 9, profiles.PQ))[0, 0, 0]
    assert 215 < level < 250


def test_an_avif_in_pq_is_not_dull() -> None:
    data = lossless(Image.fromarray(chart(np.full((36, 3), 148))), "AVIF")
    place = data.index(b"colrnclx") + 8
    bright = data[:place] + struct.pack(">HH", 9, profiles.PQ) + data[place + 4 :]
    assert shown(bright).mean() > 210
