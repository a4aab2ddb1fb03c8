"""The painter's tools: noise, gradients, soft masks and lights, all in linear light.

Pictures are float32 arrays (height, width, 3) of scene light; `camera.develop` turns them into a photograph.
Places are in units of the picture's height: `y` runs from 0 at the top to 1, `x` from 0 to width / height.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.floating[Any]]
Random: TypeAlias = np.random.Generator
Points: TypeAlias = Sequence[tuple[float, float]] | NDArray[Any]
Painter: TypeAlias = Callable[[float, Random], Image]
Scene: TypeAlias = Callable[[Random, int, int], Painter]

# The tone curve of the camera, a rational fit of ACES (K. Narkowicz, 2016), and its two halves.
_TONE = (2.51, 0.03, 2.43, 0.59, 0.14)


def tone(light: Image) -> Image:
    """Scene light to display values 0 to 1: film-like shoulder and toe, then a square-root transfer curve."""
    a, b, c, d, e = _TONE
    over, under = light * np.float32(a), light * np.float32(c)
    over += np.float32(b)
    over *= light
    under += np.float32(d)
    under *= light
    under += np.float32(e)
    over /= under
    shown: Image = np.sqrt(np.clip(over, 0, 1, out=over), out=over)
    return shown


def rgb(code: str) -> Image:
    """The light (3,) that the camera shows as the colour `code` («#rrggbb»): the inverse of `tone`."""
    a, b, c, d, e = _TONE
    y = np.minimum((np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255) ** 2, 0.985)
    p, q, r = a - c * y, b - d * y, -e * y
    light: Image = ((-q + np.sqrt(q * q - 4 * p * r)) / (2 * p)).astype(np.float32)
    return light


def lamplight(code: str) -> Image:
    """The colour (3,) of a lamp: its channels keep their ratios however bright it shines."""
    return np.array([(int(code[i : i + 2], 16) / 255) ** 2 for i in (1, 3, 5)], np.float32)


def grid(h: int, w: int) -> tuple[Image, Image]:
    """Row (h, 1) and column (1, w) places in units of the height."""
    return (
        (np.arange(h, dtype=np.float32)[:, None] + 0.5) / h,
        (np.arange(w, dtype=np.float32)[None, :] + 0.5) / h,
    )


def smooth(low: float, high: float, value: Image) -> Image:
    """0 below `low`, 1 above `high`, an S between (`low` may be the larger one)."""
    t = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    done: Image = t * t * (3 - 2 * t)
    return done


def mix(first: Image, second: Image, share: Image | float) -> Image:
    """`share` of the second picture over the first; a two-dimensional share is used for every channel."""
    if isinstance(share, np.ndarray) and share.ndim == 2:
        share = share[..., None]
    mixed: Image = first + (second - first) * share
    return mixed.astype(np.float32, copy=False)


def gradient(along: Image, stops: Iterable[tuple[float, str]]) -> Image:
    """Colours along a field: `stops` are (value, «#rrggbb»); one more axis of 3 comes out."""
    stops = list(stops)
    places = [place for place, _ in stops]
    colours = np.stack([rgb(code) for _, code in stops])
    roots = np.sqrt(colours)
    return (
        np.stack([np.interp(along, places, roots[:, i]) for i in range(3)], axis=-1).astype(np.float32) ** 2
    )


def backdrop(colours: Image, h: int, w: int) -> Image:
    """A picture (h, w, 3) of its own, filled with colours that fit it by broadcasting."""
    picture = np.empty((h, w, 3), np.float32)
    picture[:] = colours
    return picture


def blur(picture: Image, sigma: float) -> Image:
    """Gaussian blur of `sigma` pixels; wide ones are made on a smaller copy, where nobody sees the difference."""
    if sigma < 0.3:
        return picture
    h, w = picture.shape[:2]
    step = max(1, int(sigma / 3))
    if step == 1:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
    small = cv2.resize(picture, (max(2, w // step), max(2, h // step)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)


def bloom(picture: Image, sigma: float, amount: float, above: float = 1.0) -> Image:
    """Let bright light spill over its surroundings, as a lens does."""
    return picture + blur(np.maximum(picture - np.float32(above), 0), sigma) * np.float32(amount)


def noise(
    rng: Random, h: int, w: int, size: float, *, slope: float = 1.7, stretch: float = 1.0, fine: int = 2
) -> Image:
    """Fractal noise (h, w) of mean 0 and deviation 1: a random spectrum that falls as frequency ** -slope.

    `size` is the largest feature in units of the height, `stretch` widens features sideways, and `fine` is the
    coarseness of the grid it is made on (1 for every pixel).
    """
    sh, sw = max(8, h // fine), max(8, w // fine)
    fy = np.fft.fftfreq(sh, 1 / sh)[:, None].astype(np.float32)
    fx = np.fft.rfftfreq(sw, 1 / sw)[None, :].astype(np.float32) * np.float32(stretch * h / w)
    frequency = np.sqrt(fy * fy + fx * fx) * np.float32(size)
    strength = (1 + frequency * frequency) ** np.float32(-slope / 2)
    strength[frequency < 0.35] = 0
    spectrum = rng.standard_normal((sh, fx.shape[1], 2), np.float32).view(np.complex64)[..., 0] * strength
    field = np.fft.irfft2(spectrum, s=(sh, sw)).astype(np.float32)
    field /= np.float32(field.std() + 1e-9)
    if fine > 1 or field.shape != (h, w):
        field = np.asarray(cv2.resize(field, (w, h), interpolation=cv2.INTER_CUBIC), np.float32)
    return field


def line(rng: Random, w: int, size: float, *, slope: float = 1.6) -> Image:
    """Fractal noise (w,) along a line; `size` is its largest feature as a share of the line."""
    n = 1 << max(4, int(np.ceil(np.log2(w))))
    frequency = np.fft.rfftfreq(n, 1 / n) * size
    strength = (1 + frequency**2) ** (-slope / 2) * (frequency > 0.3)
    value: Image = np.fft.irfft(
        strength
        * (
            rng.standard_normal(len(frequency)) * np.exp(2j * np.pi * rng.random())
            + 1j * rng.standard_normal(len(frequency))
        ),
        n,
    )[:w]
    return np.asarray(value / (value.std() + 1e-9), np.float32)


def look(texture: Image, u: Image, v: Image, *, wrap: bool = True) -> Image:
    """Read `texture` at pixel places (u right, v down), bilinear, the texture repeating where `wrap`."""
    shape = np.broadcast_shapes(u.shape, v.shape)
    border = cv2.BORDER_WRAP if wrap else cv2.BORDER_REFLECT
    h, w = texture.shape[:2]
    if wrap:
        u, v = (
            u - np.floor(u / np.float32(w)) * np.float32(w),
            v - np.floor(v / np.float32(h)) * np.float32(h),
        )
    return np.asarray(
        cv2.remap(texture, _whole(u, shape), _whole(v, shape), cv2.INTER_LINEAR, borderMode=border),
        np.float32,
    )


def _whole(places: Image, shape: tuple[int, ...]) -> Image:
    return np.ascontiguousarray(np.broadcast_to(places.astype(np.float32, copy=False), shape))


def cover(picture: Image, mask: Image, colour: Image) -> None:
    """Lay `colour` (3,) or a picture over `picture`, in place, where `mask` (h, w) says; empty rows cost nothing."""
    if not mask.size:
        return
    rows = np.flatnonzero(mask.max(axis=1) > 0.002)
    columns = np.flatnonzero(mask.max(axis=0) > 0.002)
    if not len(rows) or not len(columns):
        return
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if colour.ndim == 3:
        colour = np.broadcast_to(colour, picture.shape)[part]
    picture[part] += (colour - picture[part]) * mask[part][..., None]


def shape(h: int, w: int, *outlines: Points, soft: float = 0.0) -> Image:
    """Mask (h, w) of filled outlines given as (x, y) in units of the height, with smooth edges."""
    mask = np.zeros((h, w), np.uint8)
    for outline in outlines:
        points = np.round(np.asarray(outline, np.float64) * h * 16).astype(np.int32)
        cv2.fillPoly(mask, [points], 255, cv2.LINE_AA, 4)
    filled = mask.astype(np.float32) / 255
    return blur(filled, soft * h) if soft else filled


def fill(picture: Image, colour: Image, *outlines: Points, share: float = 1.0, soft: float = 0.0) -> None:
    """Fill outlines, (x, y) in units of the height, with `colour` (3,) or a picture, in place; `soft` as in `shape`."""
    h, w = picture.shape[:2]
    points = np.concatenate([np.asarray(outline, np.float64) for outline in outlines]) * h
    rim = int(3 * soft * h) + 2
    left, top = np.maximum(points.min(axis=0).astype(int) - rim, 0)
    right, bottom = np.minimum(points.max(axis=0).astype(int) + rim + 1, (w, h))
    if left >= right or top >= bottom:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for outline in outlines:
        moved = np.asarray(outline, np.float64) * h - (left, top)
        cv2.fillPoly(mask, [np.round(moved * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    over = blur(mask.astype(np.float32) * np.float32(share / 255), soft * h)[..., None]
    part = picture[top:bottom, left:right]
    part += ((colour if colour.ndim == 1 else colour[top:bottom, left:right]) - part) * over


def placed(outline: Points, cx: float, cy: float, size: float) -> Image:
    """An outline drawn around (0, 0) in its own unit, at its place in the picture."""
    moved: Image = np.asarray(outline, np.float64) * size + (cx, cy)
    return moved


def below(y: Image, edge: Image, h: int) -> Image:
    """Mask of everything under the line `edge` (w,), smooth over one pixel."""
    mask: Image = np.clip((y - edge[None, :]) * h + 0.5, 0, 1)
    return mask


def disc(x: Image, y: Image, cx: float, cy: float, radius: float, soft: float = 0.003) -> Image:
    """Mask of a disc with an edge `soft` wide."""
    return smooth(radius + soft, radius - soft, np.sqrt((x - cx) ** 2 + (y - cy) ** 2))


def lamp(x: Image, y: Image, cx: float, cy: float, reach: float, power: float = 1.0) -> Image:
    """Glow around a point light: bright core, long tail."""
    d2 = ((x - cx) ** 2 + (y - cy) ** 2) / np.float32(reach * reach)
    glow: Image = (1 + d2) ** np.float32(-1.5 * power)
    return glow


def bokeh(picture: Image, cx: float, cy: float, radius: float, colour: Image, rim: float = 0.35) -> None:
    """Add an out-of-focus light to `picture`, in place: an even disc, a little brighter towards its rim."""
    h, w = picture.shape[:2]
    px, py, r = cx * h, cy * h, max(radius * h, 1.2)
    x0, x1 = max(0, int(px - r - 2)), min(w, int(px + r + 3))
    y0, y1 = max(0, int(py - r - 2)), min(h, int(py + r + 3))
    if x0 >= x1 or y0 >= y1:
        return
    yy, xx = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    d = np.sqrt((xx - px) ** 2 + (yy - py) ** 2)
    inside = np.clip(r + 0.5 - d, 0, 1) * (1 - rim + rim * (d / r) ** 4)
    picture[y0:y1, x0:x1] += inside[..., None] * colour
