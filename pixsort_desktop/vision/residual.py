"""What is left when one picture lies exactly on the other: nothing, writing, or another moment.

The levels of the one are foretold from the colours of the other, then small squares are compared. Curves foretell them,
or nothing but the levels themselves: where a mark lies over all that has one colour, curves would follow the mark.
A square tells something only where it shows structure: plain sky is like plain sky, and black is like black. Where
squares differ, a mark drawn on the picture moves every pixel towards one ink; what has moved, or other words in the same
place, leave pixels both lighter and darker, for what stood there has gone as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

SQUARE = 16
TOLERANCE, TOLERANCE_ON_EDGES = 2.5, 0.15  # grey levels; and so many pixels of an edge
STRUCTURE = 4.0  # grey levels (standard deviation): a square with less is plain
LEAST_STRUCTURED = 8  # squares; with fewer the picture is plain, and only the same levels are evidence
LEAST_SHARE = 0.08  # of all squares: a name in the corner of a sky fills no more
CODING_NOISE = 2.0  # levels by which a plain picture may differ from its copy
LEAST_SAME = 0.3  # of the structured squares, where most of them show nothing but what was written
LEAST_SAME_BETWEEN_MARKS = 0.1  # where the picture shows through; marks close to each other leave so many
SHOWS_THROUGH = 0.4  # of the structured squares: in so many the picture without marks shows something, too
ENOUGH_FOR_A_SLIP = 100  # structured squares, among which one may be judged wrongly
CLEARLY = 3.0  # times the limit of coding noise
UNEXPLAINED = 0.25  # of the variance
LEAST_GAIN, MOST_GAIN = 0.5, 1.6  # so much may a square's contrast have changed beside the whole picture's
_INK_STEP = 16  # the inks that are tried are so many grey levels apart, from black
_INKS = 256 // _INK_STEP
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
    unlike: int  # of those, how many differ by clearly more than marks of one ink explain; all, where few are the same
    apart: (
        float | None
    )  # where either is plain, how far squares lie apart without curves: root mean square, levels

    @property
    def one_exposure(self) -> bool:
        """Whether both show the same moment, perhaps written on."""
        if self.apart is not None and self.apart > CODING_NOISE:
            return False
        return self.structured < LEAST_STRUCTURED or self.unlike <= (self.structured >= ENOUGH_FOR_A_SLIP)


def residual(source: Pixels, target: Pixels, shown: Flags) -> Residual | None:
    """Compare `target` with `source`, both (H, W, 3) 8-bit sRGB, in the squares that lie within `shown` (H, W).

    None where too little is shown, or where the one explains nothing of the other.
    """
    grey = _grey(target)
    inside = _means(shown.astype(np.float32)) > 1 - 0.5 / SQUARE**2
    if inside.sum() < 4:
        return None
    own, seen = _softened(_grey(source)), _softened(grey)
    left = _left(_softened(_foretold(source, grey, shown)), seen, inside)
    if left is None:
        return None
    found, changed = left
    if (
        found.structured >= LEAST_STRUCTURED
        and found.same >= LEAST_SAME_BETWEEN_MARKS
        and not found.one_exposure
    ):
        unbent = _left(own, seen, inside)
        if unbent is not None and unbent[0].one_exposure:
            found, changed = unbent
    if found.structured < LEAST_STRUCTURED:
        return replace(found, apart=_apart(source, target, inside))
    if found.one_exposure and _is_plain(own, seen, inside):
        inside[inside] = ~changed
        return replace(found, apart=_apart(source, target, inside))
    return found


def _is_plain(one: Floats, other: Floats, inside: Flags) -> bool:
    """Whether one of two greys shows hardly anything. Curves would make a picture of its noise, or flatten any other to it;
    and what little it shows may be the same name written on any sky."""
    shows = min((each[inside] > STRUCTURE**2).sum() for each in _spreads(one, other)[:2])
    return bool(shows < max(LEAST_STRUCTURED, LEAST_SHARE * inside.sum()))


def _left(foretold: Floats, seen: Floats, inside: Flags) -> tuple[Residual, Flags] | None:
    """The residual of two softened greys (H, W), but for how far plain ones lie apart, and which squares differ; of those
    `inside`."""
    limit = TOLERANCE**2 + TOLERANCE_ON_EDGES**2 * _means(_steepness(foretold))[inside]
    noise = _means((seen - foretold) ** 2)[inside]
    first, second, gained = (each[inside] for each in _spreads(foretold, seen))
    close = noise < limit
    if not close.any() or noise[close].mean() >= UNEXPLAINED * _cut(seen)[inside][close].var():
        return None  # what the squares show is about even, and so like everything that is
    own = first > STRUCTURE**2
    structured = own | (second > STRUCTURE**2)
    changed = structured & ~close & (gained >= limit)
    count, unlike = int(structured.sum()), int(changed.sum())
    same = 1 - unlike / count if count else 0.0
    least = LEAST_SAME_BETWEEN_MARKS if own.sum() >= SHOWS_THROUGH * count else LEAST_SAME
    if count >= LEAST_STRUCTURED and same >= least:  # else they show other things, whatever ink would explain
        squares = _cut(foretold)[inside][changed], _cut(seen)[inside][changed]
        unlike = _unlike_any_ink(*squares, CLEARLY * limit[changed])
    return Residual(count, same, unlike, None), changed


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


def _means(values: Floats) -> Floats:
    """The mean of each square, (rows, columns); squares as `_cut` makes them."""
    rows, columns = (side // SQUARE for side in values.shape)
    if not rows or not columns:
        return np.zeros((rows, columns), np.float32)
    cut = values[: rows * SQUARE, : columns * SQUARE]
    return np.asarray(cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _spreads(first: Floats, second: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each square the variance of both, and what is left of the difference when brightness and contrast are matched."""
    one, other = first - 128, second - 128
    mean, other_mean = _means(one), _means(other)
    spread = np.maximum(0, _means(one * one) - mean * mean)
    other_spread = np.maximum(0, _means(other * other) - other_mean * other_mean)
    shared = _means(one * other) - mean * other_mean
    gain = np.clip(shared / np.maximum(spread, 1 / SQUARE**2), LEAST_GAIN, MOST_GAIN)
    rest = np.asarray(other_spread - 2 * gain * shared + gain * gain * spread, np.float32)
    return spread, other_spread, rest


def _apart(source: Pixels, target: Pixels, inside: Flags) -> float:
    difference = (_softened(source.astype(np.float32)) - _softened(target.astype(np.float32))) ** 2
    return float(np.sqrt(_means(difference.mean(axis=2))[inside].mean()))


def _unlike_any_ink(first: Floats, second: Floats, limit: Floats) -> int:
    """How many squares differ by more than marks of one ink explain, the same ink for all of them.

    Letters have soft edges and marks are seen through, so a pixel may have come any part of the way to the ink: what has
    become lighter was drawn by every ink that is lighter than both, what has become darker by every ink that is darker.
    """
    difference = second - first
    lighter = difference > 0
    nearest = np.where(
        lighter, np.maximum(first, second - _INK_NOISE), np.minimum(first, second + _INK_NOISE)
    )
    place = np.clip(np.floor(nearest / _INK_STEP) + 1, 0, _INKS).astype(
        np.intp
    )  # of the first ink that is lighter
    place += (_INKS + 1) * np.arange(len(first))[:, None, None]

    def energy(pixels: Flags) -> Floats:
        """Of each square, by the place of the ink."""
        found = np.bincount(place[pixels], difference[pixels] ** 2, (_INKS + 1) * len(first))
        return np.asarray(found.reshape(-1, _INKS + 1) / SQUARE**2, np.float32)

    too_light = energy(lighter)[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    too_dark = energy(~lighter).cumsum(axis=1)[:, :-1]
    return int((too_light + too_dark >= limit[:, None]).sum(axis=0).min())


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
    tables = np.ascontiguousarray(_HATS @ curves.reshape(3, -1).T, np.float32)
    foretold = cv2.LUT(np.ascontiguousarray(source), tables[None])
    return np.asarray(cv2.transform(foretold, np.ones((1, 3), np.float32)), np.float32)
