"""What one judges a single frame by: its histogram, what is clipped, and which edges are in focus.

All three take upright 8-bit sRGB as it is on the screen, uint8 (height, width, 3), and say something about exactly
those pixels: a frame that was decoded small is judged small. OpenCV gives up the interpreter's lock meanwhile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

HIGHLIGHT = 254
"""A channel from here on holds no detail: JPEG's rounding turns a clipped 255 into 254 as often as not."""

SHADOW = 1
"""A channel up to here holds none either, for the same reason."""

CLIPPED_HIGHLIGHT, CLIPPED_SHADOW = 1, 2  # the values of `clipping_mask`

_COUNTED = 1_000_000

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often each value occurs. Rows: red, green, blue, luminance.

    `highlights` and `shadows` are shares of all pixels (0 to 1): those of each channel by itself, then, fourth,
    what `clipping_mask` marks.
    """

    counts: NDArray[np.int64]  # (4, 256)
    highlights: tuple[float, float, float, float]
    shadows: tuple[float, float, float, float]


def histogram(pixels: Pixels) -> Histogram:
    """Count a frame's values, and the shares that are clipped.

    Luminance is Rec. 601 luma, as JPEG has it and as most programs plot it. Of a frame of more than a megapixel
    every n-th pixel of every n-th row is counted, so that there are a quarter to one million of them: the curves
    are the same to the eye, and a share is off by 0.1 % of the frame at most.
    """
    step = max(1, math.ceil(math.sqrt(pixels.shape[0] * pixels.shape[1] / _COUNTED)))
    pixels = np.ascontiguousarray(pixels[::step, ::step])
    channels = [*cv2.split(pixels), cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)]
    counts = np.stack([_counts(channel) for channel in channels])
    total = max(1, pixels.shape[0] * pixels.shape[1])
    marked = _counts(clipping_mask(pixels))
    highs = [counts[row, HIGHLIGHT:].sum() for row in range(3)] + [marked[CLIPPED_HIGHLIGHT]]
    lows = [counts[row, : SHADOW + 1].sum() for row in range(3)] + [marked[CLIPPED_SHADOW]]
    high, low = (tuple(float(n) / total for n in row) for row in (highs, lows))
    return Histogram(counts, (high[0], high[1], high[2], high[3]), (low[0], low[1], low[2], low[3]))


def clipping_mask(pixels: Pixels) -> Pixels:
    """Where detail is lost, uint8 (height, width): CLIPPED_HIGHLIGHT, CLIPPED_SHADOW or 0.

    Highlights: at least one channel at HIGHLIGHT or above, since one lost channel already changes colours and
    ends gradation. Shadows: all three at SHADOW or below, since a saturated colour has a channel at nothing and
    is not dark. That is RawTherapee's definition (RawPedia, «Clipping Indication»), and what Lightroom's
    warnings show for rendered pictures.
    """
    red, green, blue = cv2.split(pixels)
    brightest = cv2.max(cv2.max(red, green), blue)
    # One table look-up for both: a pixel whose brightest channel is dark has all three dark.
    table = np.zeros(256, np.uint8)
    table[HIGHLIGHT:], table[: SHADOW + 1] = CLIPPED_HIGHLIGHT, CLIPPED_SHADOW
    return np.asarray(cv2.LUT(brightest, table), dtype=np.uint8)


def _counts(channel: NDArray[Any]) -> NDArray[np.int64]:
    counted = cv2.calcHist([channel], [0], None, [256], [0, 256])
    return np.asarray(counted, dtype=np.float64).ravel().round().astype(np.int64)


# -- focus peaking ------------------------------------------------------------------------------------------

_REBLUR = 1.5  # standard deviation, in pixels, of the blur that edges are compared with
_SHARPEST = 0.6  # edges of a blur above that many pixels are not in focus
_SAMPLING = 0.78  # variance that a pixel's own width (1/12) and Sobel's smoothing (0.7) add to any edge
_LEAST_STRENGTH = (
    100  # of a Sobel gradient, |dx| + |dy|; a sharp edge has three times its step of grey values
)
_NOISE_FACTOR = (
    20  # |dx| + |dy| of white noise of deviation 1 has mean 5.5 and deviation 3: five of them above it
)
_BAND, _REACH = 256, 8  # rows; how far the blur and Sobel look
_BLOCK = 16
_QUIET = 20  # per cent of the blocks


def focus_peaking(pixels: Pixels) -> Pixels:
    """Edges that are in focus, uint8 (height, width): 1 on them, 0 elsewhere.

    An edge's strength says how much contrast it has, not how sharp it is: a defocused roof against the sky
    outdoes crisp grass. So each edge's own blur is estimated: blur the picture once more, by a known amount,
    and see how much weaker the gradient becomes. An edge of blur s falls by the ratio
    R = sqrt((s^2 + r^2) / s^2) for a known blur r, whatever its contrast (Zhuo and Sim, «Defocus map estimation
    from a single image», Pattern Recognition 44, 2011). What sampling adds to s^2 was measured on drawn edges.

    Noise looks perfectly sharp, so a gradient has to stand well clear of it (`noise_deviation`).
    """
    if min(pixels.shape[:2]) < 8:
        return np.zeros(pixels.shape[:2], np.uint8)
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    least = max(_LEAST_STRENGTH, _NOISE_FACTOR * noise_deviation(grey))
    marked = np.empty(grey.shape, np.uint8)
    for top in range(0, len(grey), _BAND):  # in bands: 24 megapixels at once would take half a gigabyte
        first, bottom = max(0, top - _REACH), min(len(grey), top + _BAND)
        marked[top:bottom] = _sharp_edges(grey[first : bottom + _REACH], least)[top - first : bottom - first]
    return marked


def _sharp_edges(grey: Pixels, least: float) -> Pixels:
    sharp = _gradient(grey)
    again = _gradient(np.asarray(cv2.GaussianBlur(grey, (0, 0), _REBLUR), dtype=np.uint8))
    own = _SHARPEST**2 + _SAMPLING
    ratio = np.float32(np.sqrt((own + _REBLUR**2) / own))
    return np.asarray((sharp > np.int16(least)) & (sharp > again * ratio)).view(np.uint8)


def _gradient(grey: Pixels) -> NDArray[np.int16]:
    """|dx| + |dy| by Sobel, int16: the direction is the same on both sides of the comparison."""
    across = cv2.Sobel(grey, cv2.CV_16S, 1, 0)
    down = cv2.Sobel(grey, cv2.CV_16S, 0, 1)
    return np.asarray(np.abs(across) + np.abs(down), dtype=np.int16)


def noise_deviation(grey: Pixels) -> float:
    """The standard deviation of a grey picture's pixel noise, in grey values, 0 where it has none.

    Differences across both diagonals of 2 x 2 pixels leave noise and little of edges; they are averaged in blocks,
    and the quieter blocks speak for the picture (Olsen, «Estimation of noise in images», CVGIP 55, 1993). Grass
    and leaves have no quiet blocks. But averaging four pixels halves noise, and not texture, whose contrast does
    not fall with scale (Field, JOSA A 4, 1987): the same measure of the picture at half its size tells them apart.
    """
    half = cv2.resize(grey, (grey.shape[1] // 2, grey.shape[0] // 2), interpolation=cv2.INTER_AREA)
    grid = max(1, half.shape[1] // _BLOCK), max(1, half.shape[0] // _BLOCK)
    fine, coarse = _diagonal_detail(grey, grid), _diagonal_detail(np.asarray(half, dtype=np.uint8), grid)
    variance = np.maximum(fine**2 - coarse**2, 0) / 0.75
    return float(np.sqrt(np.percentile(variance, _QUIET)))


def _diagonal_detail(grey: Pixels, grid: tuple[int, int]) -> NDArray[np.float32]:
    """The deviation of (a - b - c + d) / 2 over 2 x 2 pixels, taken as normal, in blocks: (rows, columns)."""
    height, width = grey.shape[0] // 2 * 2, grey.shape[1] // 2 * 2
    left, right = (np.ascontiguousarray(grey[:height, side:width:2]) for side in (0, 1))
    across = cv2.subtract(left, right, dtype=cv2.CV_16S)
    upper, lower = (np.ascontiguousarray(across[side::2]) for side in (0, 1))
    size = cv2.resize(cv2.absdiff(upper, lower).astype(np.float32), grid, interpolation=cv2.INTER_AREA)
    return np.asarray(size / 2 / np.sqrt(2 / np.pi), dtype=np.float32)
