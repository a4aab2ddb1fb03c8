"""What skies are made of: clouds in perspective, stars, northern lights."""

from __future__ import annotations

import cv2
import numpy as np

from pixsort_desktop.demo import brush
from pixsort_desktop.demo.brush import Image, Random, lamplight, rgb


def clouds(picture: Image, rng: Random, horizon: float, bright: str, dark: str, amount: float) -> None:
    """Fair-weather clouds in perspective over a sky, in place: a lit upper edge, a grey belly."""
    h, w = picture.shape[:2]
    y, x = brush.grid(h, w)
    field = brush.noise(rng, 512, 512, 0.22, slope=2.0, fine=1)
    away = 0.16 / np.maximum(horizon + 0.05 - y, 0.02)
    u, v = (x - 0.75) * away * 330, np.broadcast_to(away * 420, (h, w))
    here, above = brush.look(field, u, v), brush.look(field, u - 6, v + 16)
    puff = brush.smooth(0.1, 2.1, here) * brush.smooth(horizon, horizon - 0.08, y)
    lit = brush.smooth(-0.7, 0.9, here - above + 0.3)
    brush.cover(picture, puff * np.float32(amount), brush.mix(rgb(dark), rgb(bright), lit))


def stars(rng: Random, h: int, w: int, count: int, size: float = 1.0) -> Image:
    """A field of stars (h, w, 3): many faint, few bright, a little colour."""
    field = np.zeros((h, w, 3), np.float32)
    px, py = rng.integers(0, w, count), rng.integers(0, h, count)
    bright = (0.05 * rng.pareto(1.5, count) + 0.02).clip(0, 2.5).astype(np.float32)
    heat = rng.uniform(-1, 1, count)
    colour = np.stack([1 + 0.25 * heat, np.ones(count), 1 - 0.25 * heat], 1).astype(np.float32)
    np.add.at(field, (py, px), bright[:, None] * colour)
    field = brush.blur(field, 0.75 * size * h / 1140) * 4
    for i in np.argsort(bright)[-40:]:
        brush.bokeh(field, px[i] / h, py[i] / h, 0.0022 * size, colour[i] * np.float32(1.2), 0)
    return brush.bloom(field, 0.004 * h, 0.6, 0.3)


def curtain(
    rng: Random, h: int, w: int, foot: float, sway: float, power: float, tall: float, moment: float
) -> Image:
    """One curtain of light, painted small and enlarged: sharp below, fading upwards from green to violet."""
    sh, sw = h // 3, w // 3
    y, _ = brush.grid(sh, sw)
    shift = int(0.02 * sw * moment)
    course = np.roll(brush.line(rng, 2 * sw, 0.45, slope=2.6), shift)[:sw]
    rays = np.roll(brush.line(rng, 2 * sw, 0.03, slope=1.1), 3 * shift)[:sw]
    broad = np.roll(brush.line(rng, 2 * sw, 0.35, slope=2.0), -2 * shift)[:sw]
    edge = (foot + sway * course)[None, :]
    length = (tall * np.clip(0.65 + 0.28 * rays + 0.25 * broad, 0.15, 2))[None, :]
    up = (edge - y) / length
    light = (
        np.where(up > 0, np.exp(-up * 2.1), np.exp(-((up * tall / 0.030) ** 2)))
        * np.clip(0.5 + 0.30 * rays + 0.5 * broad, 0.03, 2)[None, :]
    )
    green, violet = lamplight("#52f09a"), lamplight("#9a62d8")
    colour = brush.mix(green, violet, brush.smooth(0.5, 1.9, up))
    small = np.ascontiguousarray((light[..., None] * colour * np.float32(power * 0.85)).astype(np.float32))
    return np.asarray(cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)
