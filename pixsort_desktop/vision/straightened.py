"""A picture that was turned by a few degrees and cut: the whole one is turned likewise, so that both stand upright alike.

Only the picture from which the other was cut can be turned without losing anything of what both show; frames of a camera that
was tilted in between reach beyond each other, and neither is turned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Matrix = NDArray[
    np.float64
]  # (2, 3), as OpenCV takes it: from the places of one picture to those of the other

LEAST_TURN, MOST_TURN = math.radians(0.4), math.radians(20)
OUTSIDE = 0.004  # of its longer side: so far may a picture reach beyond the one that it was cut from

_UNMOVED: Matrix = np.eye(2, 3)


def turn_of(similarity: Matrix) -> float:
    """By what angle a similarity turns, in radians, positive from the x axis to the y axis."""
    return math.atan2(similarity[1, 0], similarity[0, 0])


@dataclass(frozen=True, slots=True)
class Turn:
    """Two pictures, one of them turned, and how places in both have moved."""

    one_rgb: Pixels
    other_rgb: Pixels
    one: Matrix
    other: Matrix


def turned_back(one: Pixels, other: Pixels, similarity: Matrix) -> Turn | None:
    """Turn the picture that contains the other as the other was turned; `similarity` lays the one on the other.

    None where they stand alike, where they are turned by more than anybody straightens, and where neither contains the other.
    """
    angle = turn_of(similarity)
    if not LEAST_TURN <= abs(angle) <= MOST_TURN:
        return None
    if lies_within(one.shape, other.shape, similarity):
        rgb, matrix = turned(other, -angle)
        return Turn(one, rgb, _UNMOVED, matrix)
    if lies_within(other.shape, one.shape, np.asarray(cv2.invertAffineTransform(similarity), np.float64)):
        rgb, matrix = turned(one, angle)
        return Turn(rgb, other, matrix, _UNMOVED)
    return None


def turned(rgb: Pixels, angle: float) -> tuple[Pixels, Matrix]:
    """A picture (H, W, 3) turned about its middle, with all its corners, and where its pixels went."""
    height, width = rgb.shape[:2]
    cosine, sine = math.cos(angle), math.sin(angle)
    new_width = math.ceil(width * abs(cosine) + height * abs(sine))
    new_height = math.ceil(width * abs(sine) + height * abs(cosine))
    across, down = (width - 1) / 2, (height - 1) / 2
    matrix = np.array(
        [
            [cosine, -sine, (new_width - 1) / 2 - cosine * across + sine * down],
            [sine, cosine, (new_height - 1) / 2 - sine * across - cosine * down],
        ]
    )
    laid = cv2.warpAffine(
        rgb, matrix, (new_width, new_height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(laid, np.uint8), matrix


def moved(places: Floats, matrix: Matrix) -> Floats:
    """Places (n, 2) after a movement."""
    return np.asarray(places @ matrix[:, :2].T + matrix[:, 2], np.float32)


def lies_within(inner: tuple[int, ...], outer: tuple[int, ...], matrix: Matrix) -> bool:
    """Whether a picture of the shape `inner` lies within one of the shape `outer` once it was moved there."""
    height, width = inner[0] - 1, inner[1] - 1
    corners = moved(np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float32), matrix)
    slack = OUTSIDE * max(outer)
    return bool((corners >= -slack).all() and (corners <= np.array([outer[1], outer[0]]) - 1 + slack).all())
