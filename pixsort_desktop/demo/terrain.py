"""Land seen in perspective: a height map looked at column by column.

The method is the one flight simulators used before polygons («voxel space»: a ray for every column of the
picture walks away from the camera, and what it meets first in each row is seen); here all rays walk together
as arrays, and the place met is interpolated, so that the land is smooth up close.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pixsort_desktop.demo.brush import Image, Random, cover, look, mix, noise, rgb, smooth


@dataclass(frozen=True)
class View:
    """What the camera sees of a land from row `top` down: where (mask), how far, and the map places (u, v) in pixels."""

    top: int
    mask: Image
    depth: Image
    u: Image
    v: Image


def view(
    heights: Image,
    h: int,
    w: int,
    *,
    eye: float,
    horizon: float,
    near: float,
    far: float,
    field: float = 1.0,
    place: tuple[float, float] = (0.0, 0.0),
    steps: int = 520,
) -> View:
    """Look over `heights` (a tileable n x n map one unit wide, heights in the same unit).

    `eye` is the camera's height, `horizon` the row (0 to 1) of eye level, `near` and `far` the distances, `field` the
    picture's height over the focal length, `place` where on the map the camera stands, looking along +v.
    """
    n = heights.shape[0]
    z = np.geomspace(near, far, steps).astype(np.float32)[:, None]
    across = ((np.arange(w, dtype=np.float32) - w / 2) / h * field)[None, :]
    land = look(heights, (place[0] + across * z) * n, (place[1] + z) * n)
    rows = (np.float32(horizon) + (np.float32(eye) - land) / (z * np.float32(field))) * h
    reach = np.minimum.accumulate(rows, axis=0)
    first = np.clip(np.ceil(reach), 0, h).astype(np.int32)
    counts = np.bincount((first * w + np.arange(w)).ravel(), minlength=(h + 1) * w).reshape(h + 1, w)
    top = int(np.clip(reach[-1].min() - 1, 0, h - 1))
    index = steps - np.cumsum(counts, axis=0)[top:h]
    hit = np.clip(index, 1, steps - 1)
    y = np.arange(top, h, dtype=np.float32)[:, None]
    flat = hit * w + np.arange(w)
    after, before = rows.ravel()[flat], rows.ravel()[flat - w]
    share = np.clip((before - y) / np.maximum(before - after, 1e-4), 0, 1)
    depth = z[hit - 1, 0] + share * (z[hit, 0] - z[hit - 1, 0])
    mask = np.clip(y + 1 - reach[-1][None, :], 0, 1)
    return View(top, mask, depth, (place[0] + across * depth) * n, (place[1] + depth) * n)


def sunlight(heights: Image, *, height: float, side: float = 1.0, ahead: float = 0.3) -> tuple[Image, Image]:
    """Light on a land from a sun at the side: (direct light 0 to 1 with cast shadows, the slope's share of it).

    `side` is +1 for a sun at the right (+u) and -1 for the left, `height` the tangent of its elevation, `ahead` how much
    it stands in front of (positive) or behind the camera. Shadows are swept along u only, which `ahead` bends unseen.
    """
    n = heights.shape[0]
    du = (np.roll(heights, -1, 1) - np.roll(heights, 1, 1)) * (n / 2)
    dv = (np.roll(heights, -1, 0) - np.roll(heights, 1, 0)) * (n / 2)
    length = np.sqrt(1 + du * du + dv * dv)
    facing = (np.float32(height) - du * np.float32(side) - dv * np.float32(ahead)) / (
        length * np.float32(np.sqrt(height * height + 1 + ahead * ahead))
    )
    towards = heights if side < 0 else heights[:, ::-1]
    ramp = np.arange(2 * n, dtype=np.float32)[None, :] * np.float32(height / n)
    high = np.maximum.accumulate(np.concatenate([towards, towards], 1) + ramp, axis=1)[:, n:] - ramp[:, n:]
    hidden = high - towards
    if side > 0:
        hidden = hidden[:, ::-1]
    lit = smooth(1.5 / n, 0.2 / n, hidden)
    return np.maximum(facing, 0) * lit, facing


def alps(
    picture: Image,
    rng: Random,
    horizon: float,
    *,
    snow: str,
    rock: str,
    sky: str,
    haze: str,
    tall: float = 1.0,
) -> None:
    """Mountains on the far side of a water, in place: snow where it holds, rock where it is too steep."""
    h, w = picture.shape[:2]
    n = 640
    big = noise(rng, n, n, 0.50, slope=3.0, fine=2)
    creases = 1 - np.abs(noise(rng, n, n, 0.16, slope=2.9, fine=1))
    rough = noise(rng, n, n, 0.04, slope=1.6, fine=1)
    rise = np.linspace(0, 1, n, dtype=np.float32)[:, None]
    inland = smooth(0.0, 0.5, rise) * smooth(1.0, 0.88, rise)
    heights = (
        inland * (0.125 * (1.2 - 0.7 * np.abs(big)).clip(0.2) + 0.018 * creases + 0.0008 * rough)
    ).astype(np.float32)
    heights *= np.float32(tall)
    direct, _ = sunlight(heights, height=0.55, side=-1, ahead=-0.25)
    steep = np.hypot(*np.gradient(heights)) * n
    held = smooth(0.030, 0.062, heights / np.float32(tall) + 0.008 * rough) * smooth(
        1.30 * tall, 0.75 * tall, steep + 0.14 * rough
    )
    tint = mix(np.broadcast_to(rgb(rock), (n, n, 3)), rgb(snow), held)
    colours = tint * (0.10 + 1.15 * direct)[..., None] + tint * rgb(sky) * 0.42
    seen = view(
        heights, h, w, eye=0.03, horizon=horizon, near=1.0, far=1.98, field=0.50, place=(0.2, 0.0), steps=420
    )
    far = 1 - np.exp(-((seen.depth * 0.30) ** 1.6))
    low = smooth(
        horizon - 0.22, horizon, (np.arange(h, dtype=np.float32)[seen.top :, None] + 0.5) / h
    ) * np.float32(0.35)
    cover(picture[seen.top :], seen.mask, mix(look(colours, seen.u, seen.v), rgb(haze), np.maximum(far, low)))
