"""Pictures for the training scripts: found under a folder, decoded once, copies of one another left out."""

from __future__ import annotations

import math
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


def view(picture: Picture, generator: np.random.Generator) -> Picture:
    """The picture as if photographed again from where one stands: another part of 40 to 80 % of it, a little turned and
    askew, in other light, with noise; 640 pixels wide."""
    height, width = picture.shape[:2]
    side = min(0.92, math.sqrt(generator.uniform(0.4, 0.8)) * generator.uniform(0.85, 1.1))
    size = np.array([width, height]) * side
    middle = generator.uniform(size / 2, np.array([width, height]) - size / 2)
    corners = (
        np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size / 2 * (1 + generator.normal(0, 0.03, (4, 2)))
    )
    angle = math.radians(generator.normal(0, 2.5))
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    corners = (corners @ turn + middle).clip(0, [width - 1, height - 1]).astype(np.float32)
    wide, high = 640, max(1, round(640 * size[1] / size[0]))
    frame = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    seen = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, frame), (wide, high))
    light = np.clip(seen / np.float32(255) * 2 ** generator.normal(0, 0.25), 0, 1)
    light = light ** generator.uniform(0.85, 1.18) * generator.uniform(0.95, 1.05, 3)
    return (np.clip(light + generator.normal(0, 0.012, light.shape), 0, 1) * 255).astype(np.uint8)
