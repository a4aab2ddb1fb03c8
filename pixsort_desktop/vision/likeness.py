"""Is one picture a copy of the other, resized, recompressed, cropped, recoloured, framed or written on?

Two frames of a burst look as alike as a picture and its copy. What tells them apart is what is left after one is laid
exactly over the other (`residual`): of a copy, coding noise, and letters or a mark where somebody put them; of a burst,
content that has moved. So the pictures are aligned, directly where their shapes agree, else by SIFT keypoints and RANSAC; if
somebody straightened the horizon, the whole picture is turned likewise (`straightened`).
A copy also lies wholly within the other; a camera that moved sees something new on one side and loses something on the
other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.vision.fingerprint import FLIPPED_X, FLIPPED_Y, TRANSPOSED, posed, trim
from pixsort_desktop.vision.residual import SQUARE, Residual, residual
from pixsort_desktop.vision.straightened import Matrix, moved, turn_of, turned_back

VERSION = 5
"""Judgements of another version are made again."""

SIDE = 384  # pixels of the longer side at which pictures are compared
FEATURES = 400
NO_SHIFT = 0.25  # pixels; so close to the plain placement is another one the same
CAPTION = 0.17  # of the height: so much may a caption take
LEAST_BESIDE_CAPTION = (
    0.9  # of the squares: what moves out of the strip into the rest is no caption, and no mark
)
LEAST_COVERED, MOST_BEYOND, LEAST_SCALE = 0.8, 0.004, 0.3  # of `Likeness`: how a copy lies on the other
UNTURNED = 0.02  # radians
FRAME_EDGE = 2  # pixels over which the edge of a frame spreads
_SIFT_SHIFT = 0.25  # pixels by which OpenCV gives places too far right and down: it doubles the picture first
HOPELESS = 0.15  # of the squares: where only so many are the same, no caption is to blame

Pixels = NDArray[np.uint8]
Grey = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
Keypoints = tuple[Floats, NDArray[np.uint8]]  # places (n, 2) and SIFT descriptors (n, 128)
Placement = tuple[
    float, float, float, float
]  # scale x, shift x, scale y, shift y: from one picture into the other


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two pictures lie on each other. All numbers are shares, 0 to 1."""

    residual: Residual  # of what both show
    covered: float  # of the smaller picture, how much the other shows
    within: float  # by how much of its side the smaller one reaches beyond the larger one
    scale: float  # of the larger picture, laid over the smaller one

    @property
    def same(self) -> float:
        """Of the squares that show something, the share that differs by coding noise at most."""
        return self.residual.same


@dataclass(slots=True)
class Prepared:
    """A picture at the size of comparison, as it is or laid in a pose (`fingerprint.posed`). Safe in several threads."""

    rgb: Pixels
    lying: _Lying = field(repr=False)
    pose: int = 0

    @property
    def grey(self) -> Grey:
        return np.asarray(cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY), np.uint8)

    @property
    def found(self) -> Keypoints | None:
        """The keypoints of the picture as it is, as SIFT gives them, once they are known."""
        return self.lying.found

    @property
    def keypoints(self) -> tuple[Floats, Floats]:
        """Places (n, 2) and RootSIFT descriptors (n, 128) (Arandjelović and Zisserman, CVPR 2012)."""
        places, descriptors = posed_keypoints(self.lying.keypoints(), self.lying.rgb.shape, self.pose)
        sums = descriptors.sum(axis=1, keepdims=True, dtype=np.float32)
        return places, np.sqrt(descriptors / np.maximum(sums, np.float32(1e-9)))

    def laid(self, pose: int) -> Prepared:
        """The picture in another pose; its keypoints are found once for all poses."""
        return Prepared(posed(self.lying.rgb, pose), self.lying, pose) if pose != self.pose else self


@dataclass(slots=True)
class _Lying:
    """A picture as it is; keypoints are found when they are first needed."""

    rgb: Pixels
    found: Keypoints | None = None
    _lock: Lock = field(default_factory=Lock)

    def keypoints(self) -> Keypoints:
        with self._lock:
            if self.found is None:
                self.found = _find_keypoints(np.asarray(cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY), np.uint8))
            return self.found


def prepare(rgb: NDArray[np.uint8], found: Keypoints | None = None) -> Prepared:
    """An upright 8-bit sRGB picture (H, W, 3), ready to be compared; `found` are its keypoints where they are known."""
    rgb = np.ascontiguousarray(rgb)
    scale = SIDE / max(rgb.shape)
    if scale < 1:
        size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return Prepared(rgb, _Lying(rgb, found))


def is_copy(likeness: Likeness) -> bool:
    """Whether that is a picture and its copy. The limits are those of tests/benchmarks/duplicates.py."""
    return likeness.residual.one_exposure


def likeness(one: Prepared, other: Prepared) -> Likeness | None:
    """The best way in which the pictures lie on each other, both as they are; None where none lies as copies do.

    It does not matter which comes first.
    """
    if (one.rgb.size, one.rgb.tobytes()) < (other.rgb.size, other.rgb.tobytes()):
        one, other = other, one
    best: Likeness | None = None
    for laid, below, place in _layings(one, other):
        found = _compare(laid, below, place)
        if found is not None and (best is None or _rank(found) > _rank(best)):
            best = found
        if best is not None and best.same > 0.95 and is_copy(best):
            break
    return best


def _rank(likeness: Likeness) -> tuple[bool, float]:
    return is_copy(likeness), likeness.same


def _layings(one: Prepared, other: Prepared) -> Iterator[tuple[Pixels, Pixels, Placement]]:
    """Both pictures as they are to be compared, and where the one lies on the other: as they are, as keypoints agree, and
    with that picture turned from which the other was cut after somebody had straightened it."""
    (height, width), (other_height, other_width) = one.rgb.shape[:2], other.rgb.shape[:2]
    across, down = other_width / width, other_height / height
    direct: Placement = (across, 0.0, down, 0.0)
    alike = abs(across / down - 1) < 0.02
    if alike:
        yield one.rgb, other.rgb, direct
    source, target = _matched(one.keypoints, other.keypoints)
    found = _similarity(source, target)
    if found is None:
        return
    similarity, agreeing = found
    if abs(turn_of(similarity)) <= UNTURNED:
        place = _aligned(source, target, agreeing)
        if place is not None and not (alike and _apart(direct, place, width, height) < NO_SHIFT):
            yield one.rgb, other.rgb, place
    turn = turned_back(one.rgb, other.rgb, similarity)
    if turn is not None:
        place = _aligned(moved(source, turn.one), moved(target, turn.other), agreeing)
        if place is not None:
            yield turn.one_rgb, turn.other_rgb, place


def _apart(first: Placement, second: Placement, width: int, height: int) -> float:
    """By how many pixels two placements of a picture lie apart in its corners, at most."""
    ways = [(at, axis) for axis, side in ((0, width), (2, height)) for at in (0, side)]
    return max(
        abs((first[axis] - second[axis]) * at + first[axis + 1] - second[axis + 1]) for at, axis in ways
    )


# -- alignment -----------------------------------------------------------------------------------------------


def _find_keypoints(grey: Grey) -> Keypoints:
    finder = cv2.SIFT_create(nfeatures=FEATURES, contrastThreshold=0.02)  # type: ignore[attr-defined]
    points, descriptors = finder.detectAndCompute(grey, None)
    if descriptors is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8)
    places = np.array([point.pt for point in points], np.float32)
    return places, descriptors.astype(np.uint8)  # they are whole numbers


def posed_keypoints(keypoints: Keypoints, shape: tuple[int, ...], pose: int) -> Keypoints:
    """The keypoints of a picture (H, W, …) as they lie when it is laid in a pose.

    SIFT measures along each keypoint's own direction, so turning changes no descriptor, and in a mirror the rows of its 4 x 4
    cells and the 8 directions within each run the other way round.
    """
    places, descriptors = keypoints
    if not pose:
        return keypoints
    height, width = shape[:2]
    if pose & TRANSPOSED:
        places, height, width = places[:, ::-1], width, height
    places = np.array(places)
    for flipped, axis, side in ((FLIPPED_X, 0, width), (FLIPPED_Y, 1, height)):
        if pose & flipped:
            places[:, axis] = side - 1 + 2 * _SIFT_SHIFT - places[:, axis]
    if pose.bit_count() % 2:
        cells = descriptors.reshape(-1, 4, 4, 8)[:, ::-1]
        descriptors = cells[..., -np.arange(8) % 8].reshape(-1, 128)
    return places, descriptors


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


def _matched(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """The places (n, 2) of matched keypoints in both."""
    matches = _matches(one[1], other[1])
    return one[0][matches[:, 0]], other[0][matches[:, 1]]


def _similarity(source: Floats, target: Floats) -> tuple[Matrix, Flags] | None:
    """The turning, scaling and shifting (2, 3) on which most of these places agree (RANSAC), and which of them do."""
    if len(source) < 6:
        return None
    cv2.setRNGSeed(1)
    model, inliers = cv2.estimateAffinePartial2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=2.0, maxIters=1000, confidence=0.999
    )
    if model is None or int(inliers.sum()) < 6:
        return None
    return np.asarray(model, np.float64), inliers.ravel().astype(bool)


def _aligned(source: Floats, target: Floats, keep: Flags) -> Placement | None:
    """The scaling and shifting on which most of these places (n, 2) agree, beginning with those to `keep`."""
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


def _compare(one: Pixels, other: Pixels, place: Placement) -> Likeness | None:
    """Lay one over the other, the larger made smaller: what the smaller one never had is no difference."""
    if place[0] > 1:
        inverse = (1 / place[0], -place[1] / place[0], 1 / place[2], -place[3] / place[2])
        return _laid(other, one, inverse)
    return _laid(one, other, place)


def _laid(one: Pixels, other: Pixels, place: Placement) -> Likeness | None:
    over, shown = _warped(one, other.shape, place)
    if int(shown.sum()) < 8 * SQUARE * SQUARE:
        return None
    small, large = sorted((one.shape[0] * one.shape[1] * place[0] * place[2], float(shown.size)))
    covered, scale = min(1.0, float(shown.sum()) / small), float(np.sqrt(small / large))
    within = _beyond(one, other, place)
    if covered < LEAST_COVERED or within > MOST_BEYOND or scale < LEAST_SCALE:
        return None
    found = _least_left(over, other, shown & ~_both_framed(one, other, place))
    return None if found is None else Likeness(found, covered, within, scale)


def _least_left(one: Pixels, other: Pixels, shown: Flags) -> Residual | None:
    """The residual of all rows, or of all but those at the top or at the bottom, where a caption may stand.

    Both ways: letters hide what stood there, and what was clipped or greyed foretells nothing of what it had been.
    """
    height = len(shown)
    strip = -(-round(height * CAPTION) // SQUARE) * SQUARE
    best: Residual | None = None
    for rows in (slice(0, height), slice(strip, height), slice(0, height - strip)):
        if shown[rows].sum() < 0.5 * shown.sum():
            continue
        for source, target in ((one, other), (other, one)):
            found = residual(source[rows], target[rows], shown[rows])
            if found is None or (rows.stop - rows.start < height and found.same < LEAST_BESIDE_CAPTION):
                continue
            if best is None or (found.one_exposure, found.same) > (best.one_exposure, best.same):
                best = found
            if best.one_exposure and best.same > 0.9:
                return best
        if best is None or best.same < HOPELESS:
            break
    return best


def _warped(one: Pixels, shape: tuple[int, ...], place: Placement) -> tuple[Pixels, Flags]:
    """`one` on the grid of the other, and where it has pixels there."""
    if place == (1, 0, 1, 0) and one.shape == shape:
        return one, np.ones(shape[:2], bool)
    matrix = _matrix(place)
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
    full = np.full(one.shape[:2], 255, np.uint8)
    shown = cv2.warpAffine(full, matrix, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(over, np.uint8), np.asarray(shown) > 0


def _matrix(place: Placement) -> NDArray[np.float64]:
    """As OpenCV takes it, for which a pixel's place is its middle."""
    across, down = (place[at + 1] + (place[at] - 1) / 2 for at in (0, 2))
    return np.array([[place[0], 0, across], [0, place[2], down]])


def _both_framed(one: Pixels, other: Pixels, place: Placement) -> Flags:
    """Where both show a plain frame, on the grid of the other. Frames are alike, whatever they surround."""
    own, theirs = _frame(one), _frame(other)
    if not own.any() or not theirs.any():
        return np.zeros(other.shape[:2], bool)
    size = (other.shape[1], other.shape[0])
    laid = cv2.warpAffine(own, _matrix(place), size, flags=cv2.INTER_NEAREST, borderValue=1)
    return np.asarray(laid > 0) & (theirs > 0)


def _frame(rgb: Pixels) -> Pixels:
    """1 where a picture has a plain frame, and where that ends; else 0."""
    frame = np.ones(rgb.shape[:2], np.uint8)
    rows, columns = trim(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))
    frame[_after_edge(rows, rgb.shape[0]), _after_edge(columns, rgb.shape[1])] = 0
    return frame


def _after_edge(part: slice, side: int) -> slice:
    first = part.start + FRAME_EDGE if part.start else 0
    return slice(first, part.stop - FRAME_EDGE if part.stop < side else side)


def _beyond(one: Pixels, other: Pixels, place: Placement) -> float:
    """By how much the inner picture's sides lie outside the outer one's, at most, as a part of the outer's side."""
    height, width = other.shape[:2]
    left, right = place[1] / width, (place[1] + place[0] * one.shape[1]) / width
    top, bottom = place[3] / height, (place[3] + place[2] * one.shape[0]) / height
    one_in_other = max(-left, right - 1, -top, bottom - 1)
    other_in_one = max(left, 1 - right, top, 1 - bottom)
    return float(max(0.0, min(one_in_other, other_in_one)))
