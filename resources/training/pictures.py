"""Pictures for the training scripts: found under a folder, decoded once, copies of one another left out."""

from __future__ import annotations

import warnings
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Picture = NDArray[np.uint8]
SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".avif"}


def decode(path: Path, side: int = 512) -> Picture:
    """Upright sRGB of at most `side` pixels."""
    with warnings.catch_warnings(), Image.open(path) as image:
        warnings.simplefilter("ignore")
        image.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
        return np.array(upright)


def photographs(folders: list[Path], smallest: int = 160) -> list[Picture]:
    """Every readable picture of some size and variety, in order of path, each motif once."""
    found: list[Picture] = []
    seen: list[NDArray[np.float32]] = []
    paths = sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES
    )
    for path in paths:
        try:
            picture = decode(path)
        except (OSError, ValueError, SyntaxError):  # the folders hold broken files on purpose
            continue
        small = cv2.resize(picture, (16, 16), interpolation=cv2.INTER_AREA).astype(np.float32)
        if min(picture.shape[:2]) < smallest or small.std(axis=(0, 1)).mean() < 8:
            continue
        if all(np.abs(small - other).mean() > 8 for other in seen):
            found.append(picture)
            seen.append(small)
    return found


def retake(picture: Picture, generator: np.random.Generator, least: float) -> Picture:
    """The picture as if framed and exposed anew: a crop of at least `least` of each side, other light, perhaps mirrored."""
    height, width = picture.shape[:2]
    share = generator.uniform(least, 1.0, size=2)
    rows, columns = int(height * share[0]), int(width * share[1])
    top, left = generator.integers(0, height - rows + 1), generator.integers(0, width - columns + 1)
    crop = picture[top : top + rows, left : left + columns].astype(np.float32) / 255
    light = crop ** generator.uniform(0.7, 1.4) * generator.uniform(0.94, 1.06, size=3)
    if generator.random() < 0.5:
        light = light[:, ::-1]
    return np.ascontiguousarray((np.clip(light, 0, 1) * 255).astype(np.uint8))
