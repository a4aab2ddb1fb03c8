"""The camera: framing by hand, exposure, lens, film curve and grain."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.demo.brush import Image, Random, tone

STRIP = 32
OVERSCAN = 1.07  # scenes are painted this much larger than the frame, so that the hand may shake


@dataclass(frozen=True)
class Framing:
    """One frame's place in its scene: shift in frame heights, zoom, tilt in degrees, light in stops, warmth."""

    dx: float = 0.0
    dy: float = 0.0
    zoom: float = 1.0
    tilt: float = 0.0
    stops: float = 0.0
    warmth: float = 0.0


def canvas_size(height: int, width: int) -> tuple[int, int]:
    """Height and width of the painted scene for a frame of this size."""
    return round(height * OVERSCAN), round(width * OVERSCAN)


def by_hand(rng: Random, shake: float = 1.0) -> Framing:
    """The small differences between two frames of a burst held by hand."""
    dx, dy, tilt, stops, warmth = rng.uniform(-1, 1, 5)
    return Framing(
        dx=0.018 * shake * float(dx),
        dy=0.014 * shake * float(dy),
        zoom=1.0 + 0.022 * shake * float(rng.random()),
        tilt=0.45 * shake * float(tilt),
        stops=0.14 * float(stops),
        warmth=0.012 * float(warmth),
    )


def develop(
    scene: Image, framing: Framing, rng: Random, height: int, width: int, grain: float
) -> NDArray[np.uint8]:
    """Photograph painted light: the frame (height, width, 3) in sRGB, with fall-off, film curve and grain."""
    h, w = scene.shape[:2]
    scale = width / (w / OVERSCAN)
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), framing.tilt, framing.zoom * scale)
    matrix[:, 2] += (width / 2 - w / 2 + framing.dx * height, height / 2 - h / 2 + framing.dy * height)
    picture = np.asarray(
        cv2.warpAffine(scene, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT),
        np.float32,
    )
    tint = np.array([1 + framing.warmth, 1, 1 - framing.warmth], np.float32) * np.float32(2**framing.stops)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    noise = _grain(rng, height, width, grain)
    shown = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, STRIP):  # in strips that fit the processor's cache
        rows = np.s_[top : top + STRIP]
        from_centre = (x * x + y[rows] * y[rows]) / 2
        fall_off = 1 - from_centre * (np.float32(0.23) + np.float32(0.11) * from_centre)
        strip = tone(picture[rows] * (fall_off[..., None] * tint))
        strip += noise[rows][..., None]
        strip *= 255
        strip += np.float32(0.5)
        shown[rows] = np.clip(strip, 0, 255, out=strip)
    return shown


def _grain(rng: Random, height: int, width: int, amount: float) -> Image:
    """Noise of deviation `amount`, a little soft as the noise of demosaiced frames is."""
    n = 512
    tile = cv2.GaussianBlur(
        rng.standard_normal((n, n), np.float32), (0, 0), 0.55, borderType=cv2.BORDER_REPLICATE
    )
    tile *= np.float32(amount) / tile.std()
    return np.asarray(np.tile(tile, (height // n + 1, width // n + 1))[:height, :width], np.float32)
