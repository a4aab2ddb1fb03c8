"""The built-in embedding: one vector a picture, without a download, made for «is this the same scene?».

Two parts, each of length 1 before weighting: colours by band (`colour`), and edges as dense RootSIFT in a VLAD
(`gradients`). Each is multiplied by the square root of its weight, so the squared Euclidean distance of two
vectors is the weighted sum of the parts' own. What a distance means is in `resources/calibration.toml`. No random
numbers and no state: the same picture gives the same vector but for the last digits (some 1e-8), which vector
instructions round as memory lies.
"""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.paths import resource
from pixsort_desktop.vision import colour
from pixsort_desktop.vision.gradients import Codebook, gradient_vector

EMBEDDING_ID = "builtin-1"
GRADIENT_DIMENSIONS = 196
DIMENSIONS = colour.DIMENSIONS + GRADIENT_DIMENSIONS


def describe(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The vector of one picture.

    `rgb`: upright 8-bit sRGB, shape (H, W, 3), of any size from 1 x 1; about 512 pixels on the long side is plenty.
    Answers float32 (DIMENSIONS,), finite. Raises ValueError for another shape or type.
    May be called from several threads at once.
    """
    if rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape or rgb.dtype != np.uint8:
        raise ValueError(f"describe needs 8-bit pixels of shape (H, W, 3), not {rgb.dtype} {rgb.shape}")
    parts = describe_parts(np.ascontiguousarray(rgb))
    weighted = [
        part * np.float32(np.sqrt(weight)) for part, weight in zip(parts, load_weights(), strict=True)
    ]
    return np.concatenate(weighted)


def describe_parts(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Colour and edges of one picture before weighting, for those who learn the weights."""
    return colour.colour_bands(rgb), gradient_vector(rgb, load_codebook())


@cache
def load_codebook() -> Codebook:
    """The codebook shipped with the program."""
    with np.load(resource("codebook.npz")) as stored:
        return Codebook(**{name: stored[name].astype(np.float32) for name in Codebook.__dataclass_fields__})


@cache
def load_weights() -> tuple[float, float]:
    """How much colour and edges count, as shipped with the program."""
    found = tomllib.loads(resource("calibration.toml").read_text(encoding="utf-8"))
    weights = found[EMBEDDING_ID]["weights"]
    return float(weights["colour"]), float(weights["edges"])
