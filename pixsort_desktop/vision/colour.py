"""Colours of a picture and roughly where they are: a Lab histogram for each of three horizontal bands.

Swain and Ballard, «Color Indexing» (IJCV 1991), with the bands of a spatial pyramid (Lazebnik, Schmid and
Ponce, CVPR 2006). Square roots make the dot product of two histograms their Bhattacharyya coefficient
(Arandjelović and Zisserman, CVPR 2012, call it the Hellinger kernel).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BANDS = 3
BINS = (4, 5, 5)  # lightness, a, b
DIMENSIONS = BANDS * BINS[0] * BINS[1] * BINS[2]
_SIDE = 48
_CHROMA_RANGE = (-80.0, 90.0)


def colour_bands(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Histogram of one picture, (H, W, 3) upright sRGB of any size -> float32 (DIMENSIONS,) of length 1."""
    lab = _small_lab(rgb)
    rows = _SIDE // BANDS
    bands = [_soft_histogram(lab[i * rows : (i + 1) * rows].reshape(-1, 3)) for i in range(BANDS)]
    histogram = np.sqrt(np.concatenate(bands) / (rows * _SIDE * BANDS))
    return np.asarray(histogram, dtype=np.float32)


def _small_lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The picture as _SIDE x _SIDE Lab, lightness 0 to 100, chroma stretched around grey where most colours are."""
    height, width = rgb.shape[:2]
    shrinks = height >= _SIDE and width >= _SIDE
    small = cv2.resize(rgb, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    lab = cv2.cvtColor(small.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    chroma = lab[..., 1:]
    lab[..., 1:] = np.sign(chroma) * np.sqrt(np.abs(chroma)) * 10.0
    return np.asarray(lab, dtype=np.float32)


def _soft_histogram(lab: NDArray[np.float32]) -> NDArray[np.float64]:
    """Trilinear histogram of (n, 3) Lab values; each pixel spreads a weight of 1 over its 8 nearest bins."""
    low, high = [], []
    for channel, bins in enumerate(BINS):
        start, end = (0.0, 100.0) if channel == 0 else _CHROMA_RANGE
        place = np.clip((lab[:, channel] - start) / (end - start), 0.0, 1.0) * (bins - 1)
        index = np.minimum(place.astype(np.int64), bins - 2)
        low.append(index)
        high.append(place - index)
    histogram = np.zeros(BINS[0] * BINS[1] * BINS[2])
    for corner in range(8):
        cell, weight = np.zeros(len(lab), dtype=np.int64), np.ones(len(lab))
        for channel, bins in enumerate(BINS):
            upper = (corner >> channel) & 1
            cell = cell * bins + low[channel] + upper
            weight = weight * (high[channel] if upper else 1.0 - high[channel])
        histogram += np.bincount(cell, weight, minlength=len(histogram))
    return histogram
