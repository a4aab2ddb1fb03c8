"""Do two pictures show the same thing? Key points that agree on one movement of the camera are hard to deny.

Corners and blobs are described by SIFT (Lowe, IJCV 2004) as RootSIFT (Arandjelović and Zisserman, CVPR 2012) and
matched where each is the other's nearest and clearly nearer than the next (Lowe's ratio). Then a geometric model is
fitted by RANSAC (Fischler and Bolles, 1981): a homography, which holds for flat things and for a camera that only
turned, and a fundamental matrix, which holds for all that stands still (Hartley and Zisserman, «Multiple View
Geometry», 2004). How many matches obey it is the evidence: unrelated pictures hardly ever have 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

METHOD = "sift-2"  # whoever stores counts notes with which code they were made
WAYS = ("homography", "fundamental", "half")
_LONG_SIDE = 384
_MOST = 400  # key points a picture, the strongest
_CONTRAST = 0.02
_RATIO = 0.8
_FEWEST = 8  # a fundamental matrix takes eight matches
_HOMOGRAPHY_PIXELS, _EPIPOLAR_PIXELS = 3.0, 1.5
_TRIALS = 500
_NOTHING = np.zeros((0, 0), np.float32)  # nothing is added to the product
# By a fundamental matrix alone, chance gets up to 9 of few matches to agree, and always some two more than by a homography.
_EPIPOLAR_LEAST, _EPIPOLAR_GIFT = 10, 2
_UNVERIFIED_MOST = 7  # matches alone, by half their number: many are rarely chance, and never proof


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """Key points of one picture: places (n, 2) in pixels of its small copy, SIFT (n, 128) in whole numbers.

    `size`: width and height of that copy.
    """

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    size: tuple[int, int] = (1, 1)

    @property
    def places(self) -> NDArray[np.float32]:
        """The points as parts of width and height, (n, 2) in 0 to 1."""
        return np.asarray((self.points + 0.5) / np.array(self.size, dtype=np.float32), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two pictures have in common: `count`, the evidence, and which points of both it is seen by, (m,) and (m,)."""

    count: int
    one: NDArray[np.intp]
    other: NDArray[np.intp]


def local_features(grey: NDArray[np.uint8]) -> LocalFeatures:
    """Key points of a picture, (H, W) upright 8-bit grey of any size; shrunk to 384 pixels on the long side.

    Some 20 ms. May be called from several threads at once.
    """
    height, width = grey.shape
    scale = _LONG_SIDE / max(height, width)
    if scale < 1:
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
        grey = np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    finder = cv2.SIFT.create(nfeatures=_MOST, contrastThreshold=_CONTRAST)
    found, descriptors = finder.detectAndCompute(grey, None)
    if descriptors is None:
        return LocalFeatures(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8), (width, height))
    points = np.array([point.pt for point in found[:_MOST]], dtype=np.float32)
    return LocalFeatures(points, np.asarray(descriptors[:_MOST], dtype=np.uint8), (width, height))


def verified_matches(one: LocalFeatures, other: LocalFeatures) -> int:
    """How many key points of two pictures agree on one movement of the camera; 0 where fewer than 8 match at all.

    Where more match than agree (people who moved, trees in the wind), half of the matches count, up to 7. About
    1 ms. The same pair gives the same number: OpenCV's RANSAC draws from a fixed seed.
    """
    return agreement(one, other).count


def agreement(one: LocalFeatures, other: LocalFeatures) -> Agreement:
    """The same with the points: those that agree, or where the count is of matches alone, all that match."""
    return max(agreements(one, other).values(), key=lambda found: found.count)


def agreements(one: LocalFeatures, other: LocalFeatures) -> dict[str, Agreement]:
    """What each way to verify says of two pictures: 'homography', 'fundamental', and 'half', of matches alone."""
    nothing = Agreement(0, np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
    if min(len(one.points), len(other.points)) < _FEWEST:
        return dict.fromkeys(WAYS, nothing)
    rows, columns = _matches(_root(one.descriptors), _root(other.descriptors))
    rows, columns = _each_place_once(one.points, rows, other.points, columns)
    if len(rows) < _FEWEST:
        return dict.fromkeys(WAYS, nothing)
    here, there = one.points[rows], other.points[columns]
    _, flat = cv2.findHomography(here, there, cv2.RANSAC, _HOMOGRAPHY_PIXELS, maxIters=_TRIALS)
    by_homography, by_epipoles = _inliers(flat, len(rows)), _inliers(None, len(rows))
    if len(rows) >= _EPIPOLAR_LEAST:  # of 8 matches all obey, and OpenCV leaves the mask unwritten
        _, deep = cv2.findFundamentalMat(here, there, cv2.FM_RANSAC, _EPIPOLAR_PIXELS, 0.99, _TRIALS)
        by_epipoles = _inliers(deep, len(rows))
    epipolar = int(by_epipoles.sum())
    counts = (
        int(by_homography.sum()),
        epipolar - _EPIPOLAR_GIFT if epipolar >= _EPIPOLAR_LEAST else 0,
        min(len(rows) // 2, _UNVERIFIED_MOST),
    )
    seen = (by_homography, by_epipoles, np.ones(len(rows), dtype=np.bool_))
    return {
        way: Agreement(count, rows[mask], columns[mask])
        for way, count, mask in zip(WAYS, counts, seen, strict=True)
    }


def _inliers(mask: cv2.typing.MatLike | None, total: int) -> NDArray[np.bool_]:
    """OpenCV's mask (total, 1), or None where no model was found."""
    return np.zeros(total, dtype=np.bool_) if mask is None else np.asarray(mask.ravel() > 0, dtype=np.bool_)


def _each_place_once(
    here: NDArray[np.float32],
    rows: NDArray[np.intp],
    there: NDArray[np.float32],
    columns: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The matches without those whose place in either picture has one already: SIFT describes a corner once for each of
    its directions, and a corner seen twice agrees with itself."""
    first = np.sort(np.unique(np.round(here[rows]), axis=0, return_index=True)[1])
    rows, columns = rows[first], columns[first]
    first = np.sort(np.unique(np.round(there[columns]), axis=0, return_index=True)[1])
    return rows[first], columns[first]


def _root(descriptors: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows = descriptors.astype(np.float32)
    return np.asarray(np.sqrt(rows / (rows.sum(axis=1, keepdims=True) + np.float32(1e-7))), dtype=np.float32)


def _matches(
    one: NDArray[np.float32], other: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places (m,), (m,) of descriptors that are each other's nearest and pass the ratio test.

    By OpenCV's product: numpy's would start threads below each worker's own (see `gradients`).
    """
    likeness = np.asarray(cv2.gemm(one, other, 1, _NOTHING, 0, flags=cv2.GEMM_2_T))
    nearest, back = likeness.argmax(axis=1), likeness.argmax(axis=0)
    rows = np.flatnonzero(back[nearest] == np.arange(len(one)))
    mutual, columns = likeness[rows], nearest[rows]
    here = np.arange(len(rows))
    best = mutual[here, columns]
    mutual[here, columns] = -1
    clear = (1 - best) < _RATIO**2 * (1 - mutual.max(axis=1, initial=-1))  # squared distances of unit vectors
    return rows[clear], columns[clear]
