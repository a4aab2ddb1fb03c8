"""Edges of a picture: RootSIFT on a dense grid at three scales, gathered into one VLAD vector.

SIFT: Lowe, IJCV 2004, here without key points, on a regular grid (Bosch, Zisserman and Muñoz, ICCV 2007), its
eight orientation maps smoothed once for the whole picture as in DAISY (Tola, Lepetit and Fua, PAMI 2010).
RootSIFT: Arandjelović and Zisserman, CVPR 2012. VLAD with signed square roots and PCA: Jégou, Perronnin et al.,
«Aggregating local image descriptors into compact codes», PAMI 2012.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_LONG_SIDE = 192
_LEVELS = 3
_SHORTEST_SIDE = 40
_BIN = 4  # pixels between the 4 x 4 sample places of one patch
_STEPS = (6, 4, 3)  # pixels between patches, by level
_ORIENTATIONS = 8
LOCAL_DIMENSIONS = 16 * _ORIENTATIONS
_UNTHREADED = 250_000  # multiplications; OpenBLAS 0.3 starts threads above 262,144
_FLAT = 10.0  # grey values: a patch weaker than this is mostly noise, and counts less


@dataclass(frozen=True)
class Codebook:
    """What the training script learned: typical patches, and the directions in which pictures differ most."""

    patch_mean: NDArray[np.float32]  # (128,)
    patch_axes: NDArray[np.float32]  # (128, p)
    words: NDArray[np.float32]  # (k, p)
    mean: NDArray[np.float32]  # (k * p,)
    axes: NDArray[np.float32]  # (k * p, d)

    @property
    def dimensions(self) -> int:
        return int(self.axes.shape[1])


def gradient_vector(rgb: NDArray[np.uint8], codebook: Codebook) -> NDArray[np.float32]:
    """Edges of one picture, (H, W, 3) upright sRGB of any size -> float32 (codebook.dimensions,) of length 1 or 0."""
    difference = aggregate(local_descriptors(rgb), codebook) - codebook.mean
    return unit(np.einsum("i,ij->j", difference, codebook.axes))


def unit(vector: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """The vector brought to length 1; a vector of (nearly) nothing stays nothing."""
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length if length > 1e-6 else vector * 0, dtype=np.float32)


def local_descriptors(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """RootSIFT of every patch of the grid, float32 (n, 128), each of length 1 or, where flat, shorter."""
    grey = _small_grey(rgb)
    found = []
    for level in range(_LEVELS):
        if level:
            grey = np.asarray(cv2.pyrDown(grey), dtype=np.float32)
        if min(grey.shape) >= 4 * _BIN:
            found.append(_patches(_orientation_maps(grey), _STEPS[level]))
    return np.concatenate(found)


def aggregate(descriptors: NDArray[np.float32], codebook: Codebook) -> NDArray[np.float32]:
    """VLAD: by how much the patches near each word differ from it in sum, signed square root, length 1."""
    patches = _product(descriptors - codebook.patch_mean, codebook.patch_axes)
    words = codebook.words
    nearest = np.argmin((words * words).sum(axis=1) - 2.0 * _product(patches, words.T), axis=1)
    order = np.argsort(nearest, kind="stable")
    present, starts = np.unique(nearest[order], return_index=True)
    residuals = np.zeros_like(words)
    residuals[present] = np.add.reduceat(patches[order] - words[nearest[order]], starts, axis=0)
    flat = residuals.ravel()
    return unit(np.sign(flat) * np.sqrt(np.abs(flat)))


def _product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Matrix product in pieces too small for OpenBLAS to start threads, whose waiting costs more than they save.

    Photos are described by several workers at once; with threads below them, each picture took up to four times as
    long on two busy cores.
    """
    rows = max(1, _UNTHREADED // right.size)
    pieces = [left[start : start + rows] @ right for start in range(0, len(left), rows)]
    return np.concatenate(pieces)


def _small_grey(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width = rgb.shape[:2]
    scale = _LONG_SIDE / max(height, width)
    size = (max(_SHORTEST_SIDE, round(width * scale)), max(_SHORTEST_SIDE, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.float32)


def _orientation_maps(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Edge strength in 8 directions, (H, W, 8), each map smoothed over about one sample place."""
    smooth = cv2.GaussianBlur(grey, (0, 0), _BIN / 4)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = cv2.magnitude(across, down) + np.float32(1e-6)
    maps = np.empty((*grey.shape, _ORIENTATIONS), dtype=np.float32)
    for index in range(_ORIENTATIONS // 2):
        angle = 2 * np.pi * index / _ORIENTATIONS
        share = (across * np.float32(np.cos(angle)) + down * np.float32(np.sin(angle))) / strength
        power = share * share
        power *= power
        power *= strength
        maps[..., index] = np.where(share > 0, power, 0)
        maps[..., index + _ORIENTATIONS // 2] = np.where(share < 0, power, 0)
    return np.asarray(cv2.GaussianBlur(maps, (0, 0), _BIN / 2), dtype=np.float32)


def _patches(maps: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """4 x 4 sample places x 8 directions around every grid point, as RootSIFT."""
    height, width = maps.shape[:2]
    margin = 2 * _BIN
    offsets = np.arange(4) * _BIN - 3 * _BIN // 2
    rows = np.arange(margin, height - margin + 1, step)[:, None] + offsets
    columns = np.arange(margin, width - margin + 1, step)[:, None] + offsets
    patches = maps[rows[:, None, :, None], columns[None, :, None, :]].reshape(-1, LOCAL_DIMENSIONS)
    length = np.linalg.norm(patches, axis=1, keepdims=True)
    patches = np.minimum(patches / (length + np.float32(1e-6)), np.float32(0.2))  # one strong edge is not all
    total = patches.sum(axis=1, keepdims=True) + np.float32(1e-6)
    return np.asarray(np.sqrt(patches / total) * (length / (length + np.float32(_FLAT))), dtype=np.float32)
