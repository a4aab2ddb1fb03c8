"""Pictures that can be told apart by their vectors, the same in every process."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIZES = [(150, 100), (100, 150), (64, 64), (91, 200), (512, 341), (70, 65)]
"""Width and height, in turn."""


def picture(number: int) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: blocks of colour, of a number and size that depend on `number`."""
    rng = np.random.default_rng(number)
    width, height = SIZES[number % len(SIZES)]
    cells = rng.integers(0, 256, (2 + number % 5, 3 + number % 4, 3), dtype=np.uint8)
    rows = np.arange(height) * cells.shape[0] // height
    columns = np.arange(width) * cells.shape[1] // width
    return np.ascontiguousarray(cells[rows][:, columns])
