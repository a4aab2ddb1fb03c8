"""What is left when one picture lies exactly on the other: nothing, writing, or another moment.

The levels of the one are foretold from the colours of the other, then small squares are compared. A square tells
something only where it shows structure: plain sky is like plain sky, and black is like black. Where squares differ,
a mark drawn on the picture moves every pixel towards one ink; what has moved, or other words in the same place, leave
pixels both lighter and darker, for what stood there has gone as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

SQUARE = 16
TOLERANCE, TOLERANCE_ON_EDGES = 2.5, 0.15  # grey levels; and so many pixels of an edge
STRUCTURE = 4.0  # grey levels (standard deviation): a square with less is plain
LEAST_STRUCTURED = 8  # squares; with fewer the picture is plain, and only the same levels are evidence
CODING_NOISE = 2.0  # levels by which a plain picture may differ from its copy
LEAST_SAME = 0.3  # of the structured squares; a mark repeated all over a picture leaves so many
ENOUGH_FOR_A_SLIP = 100  # structured squares, among which one may be judged wrongly
CLEARLY = 3.0  # times the limit of coding noise
UNEXPLAINED = 0.25  # of the variance
LEAST_GAIN, MOST_GAIN = (
    0.5,
    1.6,
)  # by how much a square's contrast may have changed beside the whole picture's
INKS = (0, 64, 128, 192, 255)  # grey levels
_INK_NOISE = 8.0  # grey levels by which a pixel may lie beyond the ink
_KNOTS = 9  # of the curve that a channel's levels follow
_STEP = 4  # of the pixels, every fourth across and down is enough for the curves

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Residual:
    """How the squares of two pictures agree."""

    structured: int  # squares that show something
    same: float  # of those, the share that differs by coding noise at most
    unlike: int  # of those, how many differ by clearly more than marks of one ink explain
    apart: float  # how far all squares lie apart as they are, without curves: root mean square, levels

    @property
    def one_exposure(self) -> bool:
        """Whether both show the same moment, perhaps written on."""
        if self.structured < LEAST_STRUCTURED:
            return self.apart <= CODING_NOISE
        return self.same >= LEAST_SAME and self.unlike <= (self.structured >= ENOUGH_FOR_A_SLIP)


def residual(source: Pixels, target: Pixels, shown: Flags) -> Residual | None:
    """Compare `target` with `source`, both (H, W, 3) 8-bit sRGB, in the squares that lie within `shown` (H, W).

    None where too little is shown, or where the one explains nothing of the other.
    """
    grey = _grey(target)
    inside = _cut(shown.astype(np.float32)).min(axis=(2, 3)) > 0
    if inside.sum() < 4:
        return None
    foretold = _softened(_foretold(source, grey, shown))
    seen = _softened(grey)
    limit = TOLERANCE**2 + TOLERANCE_ON_EDGES**2 * _cut(_steepness(foretold))[inside].mean(axis=(1, 2))
    first, second = _cut(foretold)[inside], _cut(seen)[inside]
    noise = ((second - first) ** 2).mean(axis=(1, 2))
    close = noise < limit
    if not close.any() or noise[close].mean() >= UNEXPLAINED * second[close].var():
        return None  # what the squares show is about even, and so like everything that is
    same = close | (_noise_after_gain(first, second) < limit)
    structured = np.maximum(first.std(axis=(1, 2)), second.std(axis=(1, 2))) > STRUCTURE
    changed = structured & ~same
    count = int(structured.sum())
    apart = (_softened(source.astype(np.float32)) - _softened(target.astype(np.float32))) ** 2
    return Residual(
        structured=count,
        same=float((structured & same).sum() / max(1, count)),
        unlike=_unlike_any_ink(first[changed], second[changed], CLEARLY * limit[changed]),
        apart=float(np.sqrt(_cut(apart.mean(axis=2))[inside].mean())),
    )


def _grey(rgb: Pixels) -> Floats:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)


def _softened(grey: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.float32)


def _steepness(grey: Floats) -> Floats:
    """The square of the slope, in levels a pixel."""
    across = np.asarray(cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8), np.float32)
    down = np.asarray(cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8), np.float32)
    return across**2 + down**2


def _cut(values: Floats) -> Floats:
    """Squares (rows, columns, SQUARE, SQUARE) of (H, W); what is left over below and on the right is dropped."""
    rows, columns = (side // SQUARE for side in values.shape)
    cut = values[: rows * SQUARE, : columns * SQUARE]
    return cut.reshape(rows, SQUARE, columns, SQUARE).swapaxes(1, 2)


def _noise_after_gain(first: Floats, second: Floats) -> Floats:
    """What is left of the difference of squares (n, S, S) when brightness and contrast of each are matched."""
    one = first - first.mean(axis=(1, 2), keepdims=True)
    other = second - second.mean(axis=(1, 2), keepdims=True)
    gain = (one * other).sum(axis=(1, 2)) / np.maximum((one * one).sum(axis=(1, 2)), 1.0)
    gain = np.clip(gain, LEAST_GAIN, MOST_GAIN)[:, None, None]
    return np.asarray(((other - gain * one) ** 2).mean(axis=(1, 2)), np.float32)


def _unlike_any_ink(first: Floats, second: Floats, limit: Floats) -> int:
    """How many squares differ by more than marks of one ink explain, the same ink for all of them.

    Letters have soft edges and marks are seen through, so a pixel may have come any part of the way to the ink.
    """
    difference = second - first
    counts = []
    for ink in INKS:
        drawn = np.where(first < ink, second - ink, ink - second) < _INK_NOISE
        drawn &= (difference > 0) == (first < ink)
        rest = (np.where(drawn, 0, difference) ** 2).mean(axis=(1, 2))
        counts.append(int((rest >= limit).sum()))
    return min(counts)


# -- levels ---------------------------------------------------------------------------------------------------


def _hats() -> Floats:
    """Of each level 0 to 255 the weights of the knots between which it lies, (256, _KNOTS)."""
    at = np.arange(256, dtype=np.float32)[:, None] * (_KNOTS - 1) / 255
    return np.asarray(np.maximum(0, 1 - np.abs(at - np.arange(_KNOTS))), np.float32)


_HATS = _hats()


def _foretold(source: Pixels, target: Floats, shown: Flags) -> Floats:
    """The grey of `target` as the colours of `source` foretell it: the sum of a curve for each channel.

    Lighter, darker, of another contrast or white balance, more or less colourful, grey in whatever way: all are such
    sums or nearly, what was clipped included. Fitted by least squares reweighted after Cauchy, for a mark or a caption
    must not bend them.
    """
    at = np.ix_(*(np.arange(1, side, _STEP) for side in shown.shape))
    colours, wanted = source[at][shown[at]], target[at][shown[at]]
    design = _HATS[colours].reshape(len(colours), -1)
    sides = np.column_stack([design, wanted])
    ridge = np.float32(1e-5 * len(design)) * np.eye(design.shape[1], sides.shape[1], dtype=np.float32)
    weight = np.ones(len(wanted), np.float32)
    for width in (10.0, 5.0, 3.0, 0.0):
        heavy = design * weight[:, None]
        # By OpenCV: BLAS wakes threads for so little, and one search compares in several threads already.
        products = np.asarray(cv2.gemm(heavy, sides, 1, ridge, 1, flags=cv2.GEMM_1_T), np.float32)
        curves = np.linalg.solve(products[:, :-1], products[:, -1])
        if width:
            weight = np.asarray(1 / (1 + ((design @ curves - wanted) / width) ** 2), np.float32)
    tables = _HATS @ curves.reshape(3, -1).T
    return np.asarray(sum(tables[source[..., channel], channel] for channel in range(3)), np.float32)
