"""Is one picture a copy of the other, resized, recompressed, cropped, recoloured, framed or written on?

Two frames of a burst look as alike as a picture and its copy. What tells them apart is what is left after one is laid
exactly over the other: of a copy, coding noise, and letters or a mark where somebody put them; of a burst, content
that has moved. So the pictures are aligned (directly where their shapes agree, else by SIFT keypoints and RANSAC),
their brightness is matched, and small squares are looked at: which differ by more than coding would, and which of
those are found again a few pixels away. A copy also lies wholly within the other; a camera that moved sees something
new on one side and loses something on the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

VERSION = 1
"""Judgements of another version are made again."""

SIDE = 384  # pixels of the longer side at which pictures are compared
SQUARE = 16
REACH = 10  # pixels around a square in which it is looked for
TOLERANCE, TOLERANCE_ON_EDGES = 2.5, 0.15  # grey levels; and so many pixels of an edge
FEATURES = 400
UNEXPLAINED = 0.25  # of the variance

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]
Placement = tuple[
    float, float, float, float
]  # scale x, shift x, scale y, shift y: from one picture into the other


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two pictures lie on each other. All but `scale` and `levels` are shares, 0 to 1."""

    same: float  # of the squares that both show: those that differ by coding noise at most
    moved: float  # of those: which differ, and are found again near by
    covered: float  # of the smaller picture, how much the other shows
    within: float  # by how much of its side the smaller one reaches beyond the larger one
    scale: float  # of the larger picture, laid over the smaller one
    levels: float  # what the squares differ by, grey levels (root mean square)


@dataclass(slots=True)
class Prepared:
    """A grey picture at the size of comparison; keypoints are found when they are first needed."""

    grey: Grey
    _keypoints: tuple[Floats, Floats] | None = field(default=None, repr=False)

    @property
    def keypoints(self) -> tuple[Floats, Floats]:
        """Places (n, 2) and RootSIFT descriptors (n, 128) (Arandjelović and Zisserman, CVPR 2012)."""
        if self._keypoints is None:
            self._keypoints = _find_keypoints(self.grey)
        return self._keypoints


def prepare(rgb: NDArray[np.uint8]) -> Prepared:
    """An upright 8-bit sRGB picture (H, W, 3), ready to be compared."""
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)
    scale = SIDE / max(grey.shape)
    if scale < 1:
        size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return Prepared(grey)


def is_copy(likeness: Likeness) -> bool:
    """Whether that is a picture and its copy. The limits are those of tests/benchmarks/duplicates.py."""
    if likeness.covered < 0.8 or likeness.within > 0.004 or likeness.scale < 0.3:
        return False
    return (likeness.same >= 0.65 and likeness.moved <= 0.025) or (
        likeness.same >= 0.3 and likeness.moved <= 0.004
    )


def likeness(one: Prepared, other: Prepared) -> Likeness | None:
    """The best way in which the pictures lie on each other, both as they are; None where none was found.

    It does not matter which comes first.
    """
    if (one.grey.size, one.grey.tobytes()) < (other.grey.size, other.grey.tobytes()):
        one, other = other, one
    best: Likeness | None = None
    for place in _placements(one, other):
        found = _compare(one.grey, other.grey, place)
        if found is not None and (best is None or _rank(found) > _rank(best)):
            best = found
        if best is not None and best.same > 0.95 and is_copy(best):
            break
    return best


def _rank(likeness: Likeness) -> tuple[bool, float]:
    return is_copy(likeness), likeness.same - likeness.moved


def _placements(one: Prepared, other: Prepared) -> Iterator[Placement]:
    (height, width), (other_height, other_width) = one.grey.shape, other.grey.shape
    across, down = other_width / width, other_height / height
    if abs(across / down - 1) < 0.02:
        yield (across, 0.0, down, 0.0)
    found = _aligned(one.keypoints, other.keypoints)
    if found is not None:
        yield found


# -- alignment -----------------------------------------------------------------------------------------------


def _find_keypoints(grey: Grey) -> tuple[Floats, Floats]:
    finder = cv2.SIFT_create(nfeatures=FEATURES, contrastThreshold=0.02)  # type: ignore[attr-defined]
    points, descriptors = finder.detectAndCompute(grey, None)
    if descriptors is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    roots = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9))
    return np.array([point.pt for point in points], np.float32), roots


def _matches(one: Floats, other: Floats) -> NDArray[np.intp]:
    """Pairs (n, 2) of mutually nearest descriptors that are clearly nearer than the second nearest (Lowe, 2004)."""
    if len(one) < 4 or len(other) < 4:
        return np.zeros((0, 2), np.intp)
    products = one @ other.T
    best = products.argmax(axis=1)
    rows = np.arange(len(one))
    top = np.partition(products, -2, axis=1)[:, -2:]
    near, next_near = np.sqrt(np.maximum(0, 2 - 2 * top[:, 1])), np.sqrt(np.maximum(0, 2 - 2 * top[:, 0]))
    mutual = products.argmax(axis=0)[best] == rows
    keep = mutual & (near < 0.85 * next_near)
    return np.stack([rows[keep], best[keep]], axis=1)


def _aligned(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Placement | None:
    """The scaling and shifting on which most matched keypoints agree (RANSAC), without turning."""
    matches = _matches(one[1], other[1])
    if len(matches) < 6:
        return None
    source, target = one[0][matches[:, 0]], other[0][matches[:, 1]]
    cv2.setRNGSeed(1)
    model, inliers = cv2.estimateAffinePartial2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=2.0, maxIters=1000, confidence=0.999
    )
    if model is None or int(inliers.sum()) < 6 or abs(model[1, 0]) > 0.02 * abs(model[0, 0]):
        return None
    keep = inliers.ravel().astype(bool)
    for _ in range(3):
        x, y = (_line(source[keep, axis], target[keep, axis]) for axis in (0, 1))
        misses = np.hypot(
            source[:, 0] * x[0] + x[1] - target[:, 0], source[:, 1] * y[0] + y[1] - target[:, 1]
        )
        closer = misses < max(0.5, 2.5 * float(np.median(misses[keep])))
        if closer.sum() < 6:
            break
        keep = closer
    if x[0] <= 0 or y[0] <= 0 or abs(x[0] / y[0] - 1) > 0.03:
        return None
    return x[0], x[1], y[0], y[1]


def _line(source: Floats, target: Floats) -> tuple[float, float]:
    """Slope and offset of the least squares line."""
    centred = source - source.mean()
    slope = float((centred * target).sum() / max(1e-9, float((centred * centred).sum())))
    return slope, float(target.mean() - slope * source.mean())


# -- what is left after alignment -----------------------------------------------------------------------------


def _compare(one: Grey, other: Grey, place: Placement) -> Likeness | None:
    """Lay one over the other, the larger made smaller: what the smaller one never had is no difference."""
    if place[0] > 1:
        inverse = (1 / place[0], -place[1] / place[0], 1 / place[2], -place[3] / place[2])
        return _laid(other, one, inverse)
    return _laid(one, other, place)


def _laid(one: Grey, other: Grey, place: Placement) -> Likeness | None:
    over, shown = _warped(one, other.shape, place)
    if int(shown.sum()) < 8 * SQUARE * SQUARE:
        return None
    first, second = _softened(over), _softened(other)
    # Both ways: letters on a picture hide what stands beside them, and are found nowhere; what moved is found both ways.
    ways = (
        _squares(_matched_levels(first, second, shown), second, shown),
        _squares(_matched_levels(second, first, shown), first, shown),
    )
    if ways[0] is None or ways[1] is None:
        return None
    same, (moved, levels) = max(ways[0][0], ways[1][0]), (min(ways[0][i], ways[1][i]) for i in (1, 2))
    small, large = sorted((one.size * place[0] * place[2], float(other.size)))
    return Likeness(
        same=same,
        moved=moved,
        covered=min(1.0, float(shown.sum()) / small),
        within=_beyond(one, other, place),
        scale=float(np.sqrt(small / large)),
        levels=levels,
    )


def _softened(grey: Grey) -> Floats:
    return np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1.0), np.float32)


def _warped(one: Grey, shape: tuple[int, ...], place: Placement) -> tuple[Grey, NDArray[np.bool_]]:
    """`one` on the grid of the other, and where it has pixels there."""
    matrix = np.array(
        [[place[0], 0, place[1] + (place[0] - 1) / 2], [0, place[2], place[3] + (place[2] - 1) / 2]]
    )
    size = (shape[1], shape[0])
    if place[0] < 0.8:
        one = np.asarray(cv2.GaussianBlur(one, (0, 0), 0.45 / place[0]), dtype=np.uint8)
    over = cv2.warpAffine(
        one,
        matrix,
        size,
        flags=cv2.INTER_LINEAR if place[0] < 0.8 else cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    full = np.full(one.shape, 255, np.uint8)
    shown = cv2.warpAffine(full, matrix, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(over, np.uint8), np.asarray(shown) > 0


def _beyond(one: Grey, other: Grey, place: Placement) -> float:
    """By how much the inner picture's sides lie outside the outer one's, at most, as a part of the outer's side."""
    height, width = other.shape
    left, right = place[1] / width, (place[1] + place[0] * one.shape[1]) / width
    top, bottom = place[3] / height, (place[3] + place[2] * one.shape[0]) / height
    one_in_other = max(-left, right - 1, -top, bottom - 1)
    other_in_one = max(left, 1 - right, top, 1 - bottom)
    return float(max(0.0, min(one_in_other, other_in_one)))


def _matched_levels(first: Floats, second: Floats, shown: NDArray[np.bool_]) -> Floats:
    """`first` with the brightness of `second`, by the rising curve that takes the one's levels to the other's."""
    level = first[shown].astype(np.intp).clip(0, 255) >> 3
    wanted = second[shown]
    order = np.lexsort((wanted, level))
    level, wanted = level[order], wanted[order]
    levels, starts, counts = np.unique(level, return_index=True, return_counts=True)
    enough = counts >= 20
    if enough.sum() < 2:
        return first
    middles = wanted[starts[enough] + counts[enough] // 2]  # of each level's sorted targets: the median
    curve = np.maximum.accumulate(middles)
    return np.interp(first, levels[enough] * 8 + 3.5, curve).astype(np.float32)


def _squares(first: Floats, second: Floats, shown: NDArray[np.bool_]) -> tuple[float, float, float] | None:
    """The shares of squares that are the same and that have moved, and the levels by which all differ."""
    height, width = (side // SQUARE * SQUARE for side in first.shape)
    across = cv2.Sobel(first, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(first, cv2.CV_32F, 0, 1, scale=1 / 8)
    residual = first - second

    def of_squares(values: NDArray[np.generic]) -> Floats:
        cut = np.asarray(values, np.float32)[:height, :width]
        cells = cut.reshape(height // SQUARE, SQUARE, width // SQUARE, SQUARE)
        return np.asarray(cells.mean(axis=(1, 3)), np.float32)

    inside = of_squares(shown) > 0.999
    if inside.sum() < 4:
        return None
    noise = of_squares(residual * residual)
    edges = of_squares(np.asarray(across) ** 2 + np.asarray(down) ** 2)
    same = noise < TOLERANCE**2 + TOLERANCE_ON_EDGES**2 * edges
    content, level = of_squares(second * second)[inside & same], of_squares(second)[inside & same]
    if not len(level) or float(noise[inside & same].mean()) > UNEXPLAINED * (
        content.mean() - level.mean() ** 2
    ):
        return None  # what the squares show is about even, and so like everything that is
    changed = np.argwhere(inside & ~same)
    moved = sum(_found_near(first, second, row * SQUARE, column * SQUARE) for row, column in changed)
    total = int(inside.sum())
    return _share_same(same, inside), moved / total, float(np.sqrt(noise[inside].mean()))


def _share_same(same: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    """Of all squares, or of all but the strip at the top or at the bottom in which captions stand."""
    strip = max(1, round(len(same) * 0.17))
    parts = [slice(None), slice(strip, None), slice(None, -strip)]
    shares = [
        float((same & inside)[part].sum() / inside[part].sum())
        for part in parts
        if inside[part].sum() >= 0.5 * inside.sum()
    ]
    return max(shares)


def _found_near(first: Floats, second: Floats, top: int, left: int) -> bool:
    """Whether what the second picture shows in a square stands near by in the first."""
    square = second[top : top + SQUARE, left : left + SQUARE]
    rows = slice(max(0, top - REACH), top + SQUARE + REACH)
    columns = slice(max(0, left - REACH), left + SQUARE + REACH)
    misses = cv2.matchTemplate(
        np.ascontiguousarray(first[rows, columns]), np.ascontiguousarray(square), cv2.TM_SQDIFF
    )
    here = float(((first[top : top + SQUARE, left : left + SQUARE] - square) ** 2).sum())
    return float(np.asarray(misses).min()) < 0.4 * here
