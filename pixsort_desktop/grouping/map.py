"""A map of the shoot: every photo at a place in two dimensions, like ones near each other.

Two dimensions cannot hold the distances of hundreds. What is shown is only a view:

- the two principal components (Pearson 1901) are the directions in which the shoot differs most. Photos that stand far
  apart are different; photos that stand together may still differ in all other directions;
- UMAP (McInnes, Healy and Melville 2018), where it is installed, keeps neighbours together instead: groups come apart,
  and how far apart they stand means little.

So that no photo hides another for ever, places end as cells of a lattice with one photo a cell: the distance of
neighbouring cells is the unit of the map.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.float64]
Cells = NDArray[np.int32]
_ROOM = 8  # cells along a side of the map for each photo along a side of a full square
_BLOCK = 4096  # rows of vectors at a time
_NEIGHBOURS = 5  # photos that tell where a later one stands


def principal_places(vectors: Floats) -> Places:
    """(n, 2): the rows of (n, d) along the two directions in which they differ most.

    The sign of a direction, which no data can tell, is that in which its largest part is positive. What has no extent in
    a direction is 0 there.
    """
    total, size = vectors.shape
    places = np.zeros((total, 2))
    if total < 2 or not size:
        return places
    mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    spread = np.zeros((size, size))
    for start in range(0, total, _BLOCK):
        part = vectors[start : start + _BLOCK] - mean
        spread += part.T @ part
    lengths, directions = np.linalg.eigh(spread)
    axes = directions[:, ::-1][:, :2]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1, 1)
    axes = axes * (lengths[::-1][:2] > max(float(lengths[-1]), 1e-12) * 1e-12)
    for start in range(0, total, _BLOCK):
        places[start : start + _BLOCK, : axes.shape[1]] = (
            vectors[start : start + _BLOCK] - mean
        ) @ axes.astype(np.float32)
    return places


def lattice(places: Places) -> Cells:
    """(n, 2) cells, no two the same: each photo in the free cell nearest to its place, earlier rows first.

    The map is as wide or as high as 8 √n cells, whichever is more; where all places are the same, photos fill a disc.
    """
    total = len(places)
    if not total:
        return np.zeros((0, 2), np.int32)
    low, extent = places.min(axis=0), float(np.ptp(places, axis=0).max())
    side = math.ceil(_ROOM * math.sqrt(total))
    scaled = (places - low) * (side / extent if extent > 0 else 0.0)
    return settled(np.rint(scaled).astype(np.int64), set())


def settled(wanted: NDArray[np.int64], taken: set[tuple[int, int]]) -> Cells:
    """(m, 2): for each wanted cell the nearest one that is not in `taken` and not given to an earlier row."""
    cells = np.empty((len(wanted), 2), np.int32)
    taken, steps = set(taken), _Steps(len(wanted) + len(taken))
    tried: dict[tuple[int, int], int] = {}  # how far around a cell everything is taken
    for row, (x, y) in enumerate(wanted.tolist()):
        n = tried.get((x, y), 0)
        while (cell := (x + steps.x[n], y + steps.y[n])) in taken:
            n += 1
        tried[x, y] = n
        taken.add(cell)
        cells[row] = cell
    return cells


class _Steps:
    """Offsets from a cell, nearest first, enough of them to find a free one among `count` that are taken."""

    def __init__(self, count: int) -> None:
        reach = math.ceil(math.sqrt(count)) // 2 + 1
        x, y = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1)
        order = np.lexsort((np.arctan2(y, x), x * x + y * y))
        self.x, self.y = x[order].tolist(), y[order].tolist()


def placed_among(vectors: Floats, cells: Cells, later: Floats) -> NDArray[np.int64]:
    """(m, 2): where the rows of `later` (m, d) belong on the map of `vectors` (n, d): at the mean place of their nearest,
    each weighing as much as it is near. n must be at least 1."""
    wanted = np.empty((len(later), 2), np.int64)
    count = min(_NEIGHBOURS, len(vectors))
    own = np.einsum("nd,nd->n", vectors, vectors)
    for start in range(0, len(later), 256):
        part = later[start : start + 256]
        squares = own[None, :] - 2 * (part @ vectors.T) + np.einsum("nd,nd->n", part, part)[:, None]
        near = np.argpartition(squares, count - 1, axis=1)[:, :count]
        apart = np.sqrt(np.maximum(np.take_along_axis(squares, near, axis=1), 0)).astype(np.float64)
        weights = 1 / (apart + 1e-3)
        mean = (cells[near] * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1)[:, None]
        wanted[start : start + 256] = np.rint(mean)
    return wanted
