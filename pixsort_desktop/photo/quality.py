"""How strongly a JPEG was compressed, by the tables that its encoder left in it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pixsort_desktop.photo.quiet import hush_pillow

# ITU-T T.81 (the JPEG standard), annex K.1, table K.1: luminance at quality 50, row by row.
_LUMINANCE = np.array(
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ]
)  # fmt: skip


def jpeg_quality(path: str) -> int | None:
    """1 to 100 on the scale of the Independent JPEG Group (libjpeg, `jpeg_quality_scaling`), which most programs share.

    A table of a maker's own is placed where its mean is. Reads the header only; None for what is no JPEG or cannot be
    read.
    """
    try:
        hush_pillow()
        with Image.open(path, formats=["JPEG"]) as image:
            tables = getattr(image, "quantization", None) or {}
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    table = np.asarray(tables.get(0, ()), dtype=float)
    if table.shape != (64,):
        return None
    clipped = (table <= 1) | (table >= 255)  # the coarsest and the finest steps say nothing of the scale
    if clipped.all():
        return 100 if table.max() <= 1 else 1
    scale = float(np.median(100 * table[~clipped] / _LUMINANCE[~clipped]))
    quality = (200 - scale) / 2 if scale <= 100 else 5000 / scale
    return max(1, min(100, round(quality)))
