"""TIFF files that Pillow does not read: floats in colour, doubles, predictors of rare kinds. OpenCV's libtiff does."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import colour, limits, tiff
from pixsort_desktop.photo.decoded import Decoded, fit, turned, turned_size

_UNKNOWN = "The file is no picture in a known format, or its beginning is damaged."


def decode_deep(data: bytes, long_side: int) -> Decoded:
    """Decode a TIFF file's first picture. Values above the usual full scales (1, 255, 65,535) set the white.

    Raises PhotoError, and cv2.error. Runs in a process of its own.
    """
    directories = tiff.directories(data)
    if not directories:
        raise PhotoError(_UNKNOWN)
    first = directories[0]
    width, height = first.first(tiff.WIDTH), first.first(tiff.HEIGHT)
    samples, depth = max(1, first.first(tiff.SAMPLES, 1)), max(first.values.get(tiff.BITS, (8,)))
    if not (width and height and samples <= 64 and depth <= 64):
        raise PhotoError(_UNKNOWN)
    needed = width * height * samples * (2 * -(-depth // 8) + 8) + 2 * len(data)
    limits.check(width, height, needed)
    with limits.room(needed):
        pixels = cv2.imdecode(
            np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
        )
        if pixels is None:
            raise PhotoError(_UNKNOWN)
        size = fit((pixels.shape[1], pixels.shape[0]), long_side)
        small = colour.shrink(_eight_bits(pixels, size), size, first.profile)
    orientation = first.first(tiff.ORIENTATION, 1)
    upright = turned_size((pixels.shape[1], pixels.shape[0]), orientation)
    pages = tiff.pages(data)
    warning = f"The file has {pages} pages; the first is shown." if pages > 1 else None
    return Decoded(turned(small, orientation), *upright, "TIFF", None, warning)


def _eight_bits(pixels: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """Averaged to `size` before it is made eight bits; an own alpha channel is left away."""
    colours = (
        pixels[:, :, :3] if pixels.ndim == 3 and pixels.shape[2] >= 3 else pixels.reshape(pixels.shape[:2])
    )
    finite = np.nan_to_num(colours.astype(np.float32, copy=False), nan=0.0, posinf=0.0, neginf=0.0)
    small = cv2.resize(finite, size, interpolation=cv2.INTER_AREA)
    eight = colour.stretched(small.astype(np.float32), whole_numbers=np.issubdtype(pixels.dtype, np.integer))
    return Image.fromarray(eight if eight.ndim == 2 else cv2.cvtColor(eight, cv2.COLOR_BGR2RGB))
