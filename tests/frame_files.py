"""Made files of a shoot: RAW, JPEG and edited versions of frames, small and real."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

from tests.photo.dng import make_dng

START = datetime(2024, 5, 1, 12, 0, 0)
CAMERA = ("Kamera", "K-1")


def picture(seed: int, size: tuple[int, int] = (48, 32)) -> Image.Image:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(cells, mode="RGB").resize(size, Image.Resampling.BICUBIC)


def write_jpeg(
    path: Path, seed: int, at_s: float | None, camera: tuple[str, str] | None = CAMERA, quality: int = 90
) -> Path:
    """A JPEG of picture `seed`, taken `at_s` seconds after `START` (None: it tells no time)."""
    exif = Image.Exif()
    if at_s is not None:
        exif.get_ifd(0x8769)[0x9003], exif.get_ifd(0x8769)[0x9291] = stamps(at_s)
    if camera is not None:
        exif[0x010F], exif[0x0110] = camera
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(seed).save(path, quality=quality, exif=exif)
    return path


def write_dng(path: Path, seed: int, at_s: float, camera: tuple[str, str] = CAMERA) -> Path:
    """A DNG of the same picture, with a preview."""
    preview = io.BytesIO()
    picture(seed).save(preview, "JPEG", quality=85)
    taken, fraction = stamps(at_s)
    path.parent.mkdir(parents=True, exist_ok=True)
    small = picture(seed, (32, 24))
    path.write_bytes(
        make_dng(small, preview=preview.getvalue(), taken=taken, fraction=fraction, camera=camera)
    )
    return path


def write_pairs(folder: Path, count: int, first: int = 1) -> list[Path]:
    """`count` frames, three seconds apart, each a DNG and a JPEG that the camera wrote half a second later."""
    paths = []
    for number in range(first, first + count):
        paths.append(write_dng(folder / f"IMG_{number:04}.DNG", number, number * 3))
        paths.append(write_jpeg(folder / f"IMG_{number:04}.JPG", number, number * 3 + 0.5))
    return paths


def stamps(at_s: float) -> tuple[str, str]:
    """EXIF's time and its fraction of a second."""
    moment = START + timedelta(seconds=at_s)
    return moment.strftime("%Y:%m:%d %H:%M:%S"), f"{moment.microsecond // 1000:03}"
