"""Short fingerprints of a picture that survive resizing, compression, changes of colour, turning and mirroring.

Two hashes of 64 bits: pHash (Zauner, «Implementation and benchmarking of perceptual image hash functions», 2010), here
the signs of the lowest cosine coefficients, and dHash (Krawetz, «Kind of like that», 2013), whether brightness rises
from each pixel to the next. Both are taken of the picture in a canonical pose: its longer side across, darker to the
left and at the top. So a turned or mirrored copy has the same fingerprint, and one comparison does for all eight poses.
A picture that is about as high as wide, or about as bright on both sides, might fall over by the slightest edit: for
it the other poses are kept too, as alternatives. A plain frame around the picture is cut off, as an alternative again.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

VERSION = 1
"""Fingerprints of another version are made again."""

HASHES = np.dtype([("pose", "u1"), ("trimmed", "?"), ("canonical", "?"), ("phash", "<u8"), ("dhash", "<u8")])

TRANSPOSED, FLIPPED_X, FLIPPED_Y = 1, 2, 4  # a pose is a sum of these: transposed first, then flipped

_LEAST_CONTRAST = (
    3.0  # grey levels (standard deviation): below, a picture is a plain surface and has no fingerprint
)
_ABOUT_EVEN = 0.07  # a coefficient of so small a part of the contrast might change its sign
_ABOUT_SQUARE = 1.12
_PLAIN = 2.5  # grey levels within which a line of a frame keeps to one value
_WIDEST_FRAME = 0.2  # of the side

Grey = NDArray[np.uint8]


def fingerprint(rgb: NDArray[np.uint8]) -> NDArray[np.void]:
    """The fingerprint of an upright 8-bit sRGB picture (H, W, 3): rows of `HASHES`, at most 16, none for a plain surface.

    The `canonical` rows (one, and one of the picture without its frame) are what others are compared with; `pose`
    says how the picture was laid for that row (see `posed`).
    """
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)
    rows = list(_hashes(grey, trimmed=False))
    inner = grey[trim(grey)]
    if inner.shape != grey.shape:
        rows += _hashes(inner, trimmed=True)
    return np.array(rows, dtype=HASHES)


def posed(picture: NDArray[np.uint8], pose: int) -> NDArray[np.uint8]:
    """A picture (H, W) or (H, W, 3) laid in one of the eight poses."""
    if pose & TRANSPOSED:
        picture = picture.swapaxes(0, 1)
    if pose & FLIPPED_X:
        picture = picture[:, ::-1]
    if pose & FLIPPED_Y:
        picture = picture[::-1]
    return np.ascontiguousarray(picture)


def trim(grey: Grey) -> tuple[slice, slice]:
    """The part (rows, columns) of a grey picture within a plain frame; all of it where there is none.

    A frame has one value all along its side; its edge towards the picture may be blurred by a pixel or two.
    """
    top, bottom = _plain_lines(grey)
    left, right = _plain_lines(grey.T)
    height, width = grey.shape
    return slice(top, height - bottom), slice(left, width - right)


def _plain_lines(grey: Grey) -> tuple[int, int]:
    """How many lines at the start and at the end belong to a frame."""
    limit = int(len(grey) * _WIDEST_FRAME)
    counts = []
    for lines in (grey[: limit + 1], grey[::-1][: limit + 1]):
        part = lines.astype(np.float32)
        level = float(np.median(part[0]))
        plain = np.abs(part - level).mean(axis=1) <= _PLAIN
        count = int(plain.argmin()) if not plain.all() else 0  # a plain sky that does not end is no frame
        counts.append(count + 1 if count else 0)
    return counts[0], counts[1]


def _hashes(grey: Grey, *, trimmed: bool) -> Iterator[tuple[int, bool, bool, int, int]]:
    if min(grey.shape) < 8 or float(grey.std()) < _LEAST_CONTRAST:
        return
    first = True
    for transposed in _layings(grey.shape):
        laid = posed(grey, transposed)
        small = cv2.resize(laid, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
        low = np.asarray(cv2.dct(small), np.float32)
        contrast = float(np.sqrt(max(0.0, float((low * low).sum()) - float(low[0, 0]) ** 2)))
        across, down = float(low[0, 1]) / contrast, float(low[1, 0]) / contrast
        for flip_x in _flips(across):
            for flip_y in _flips(down):
                pose = transposed | (FLIPPED_X if flip_x else 0) | (FLIPPED_Y if flip_y else 0)
                yield (
                    pose,
                    trimmed,
                    first,
                    _phash(low, flip_x, flip_y),
                    _dhash(posed(laid, pose & ~TRANSPOSED)),
                )
                first = False


def _layings(shape: tuple[int, ...]) -> tuple[int, ...]:
    height, width = shape[:2]
    usual = TRANSPOSED if height > width else 0
    return (usual, usual ^ TRANSPOSED) if max(shape) < min(shape) * _ABOUT_SQUARE else (usual,)


def _flips(slope: float) -> tuple[bool, ...]:
    """Whether to mirror a picture so that it is darker first; both, the likelier first, where that is doubtful.

    A positive first cosine coefficient is a picture that is brighter first.
    """
    return (slope > 0, slope <= 0) if abs(slope) < _ABOUT_EVEN else (slope > 0,)


def _phash(low: NDArray[np.float32], flip_x: bool, flip_y: bool) -> int:
    """Signs of the 8 x 8 lowest coefficients. Mirroring turns the signs of the odd ones."""
    corner = low[:8, :8].copy()
    if flip_x:
        corner[:, 1::2] *= -1
    if flip_y:
        corner[1::2] *= -1
    bits = corner > 0
    bits[0, 0] = False  # how bright the picture is
    return _packed(bits)


def _dhash(grey: Grey) -> int:
    small = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    return _packed(np.diff(small, axis=1) > 0)


def _packed(bits: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(bits.ravel()).tobytes(), "big")
