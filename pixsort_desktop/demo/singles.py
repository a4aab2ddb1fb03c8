"""Pictures that belong to nothing else in the shoot: the moon, a coffee, a leaf, lightning."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.demo import brush
from pixsort_desktop.demo.brush import Image, Painter, Random, lamplight, rgb


def moon(rng: Random, h: int, w: int) -> Painter:
    """The moon, two days before it is full, through a long lens."""
    y, x = brush.grid(h, w)
    cx, cy, radius = 0.76, 0.49, 0.36
    nx, ny = (x - cx) / radius, (y - cy) / radius
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0, 1))
    maria = brush.noise(rng, h, w, 0.30, slope=2.6, fine=2)
    fine = brush.noise(rng, h, w, 0.05, slope=1.3, fine=1)
    albedo = 0.56 - 0.32 * brush.smooth(-0.5, 1.5, maria - 0.5 * nx - 0.2 * ny) + 0.05 * fine
    relief = np.zeros((h, w), np.float32)
    for _ in range(420):
        a, r = rng.uniform(0, 6.28), np.sqrt(rng.random())
        px, py = cx + radius * r * np.cos(a), cy + radius * r * np.sin(a)
        size = 0.003 + 0.0016 * rng.pareto(1.5)
        _crater(relief, px, py, min(size, 0.035), np.sqrt(max(0.05, 1 - r * r)), a)
    for px, py, power in ((cx - 0.06, cy + 0.26, 0.34), (cx - 0.17, cy + 0.02, 0.20)):
        d = np.sqrt((x - px) ** 2 + (y - py) ** 2)
        spokes = brush.line(rng, 720, 0.02, slope=0.6)
        ray = np.clip(spokes[((np.arctan2(y - py, x - px) / np.pi + 1) * 359).astype(int)], 0, 2)
        albedo = albedo + power * (0.5 * np.exp(-((d / 0.03) ** 2)) + 0.35 * ray * np.exp(-d / 0.12))
    slope = (relief - np.roll(relief, max(1, h // 400), axis=1)) * 1.6
    day = brush.smooth(-0.10, 0.42, -0.55 * nx - 0.12 * ny + 0.83 * nz - 0.12)
    disc = brush.disc(x, y, cx, cy, radius, 0.0015)
    surface = (albedo * day * (1 - 1.5 * slope * (1.5 - day))).clip(0.004)
    picture = brush.backdrop(rgb("#05070c"), h, w)
    brush.cover(picture, disc, surface[..., None] * lamplight("#fff4e2") * np.float32(1.05))
    picture += brush.lamp(x, y, cx, cy, 0.30, 1.6)[..., None] * lamplight("#7f90b8") * 0.03
    return lambda _moment, _rng: picture


def _crater(relief: Image, px: float, py: float, size: float, squeeze: float, turn: float) -> None:
    h, w = relief.shape
    r = int(size * h * 2.2) + 2
    x0, y0 = int(px * h) - r, int(py * h) - r
    if x0 < 0 or y0 < 0 or x0 + 2 * r >= w or y0 + 2 * r >= h:
        return
    yy, xx = np.mgrid[-r : r + 1, -r : r + 1].astype(np.float32) / np.float32(size * h)
    out, tang = xx * np.cos(turn) + yy * np.sin(turn), -xx * np.sin(turn) + yy * np.cos(turn)
    d = np.sqrt((out / squeeze) ** 2 + tang**2)
    relief[y0 : y0 + 2 * r + 1, x0 : x0 + 2 * r + 1] += np.exp(
        -(((d - 1) / 0.25) ** 2)
    ) * 0.35 - 0.45 * np.exp(-((d / 0.75) ** 4))


def coffee(rng: Random, h: int, w: int) -> Painter:
    """A flat white on an old table, seen from above, light from the window."""
    y, x = brush.grid(h, w)
    cx, cy = 0.80, 0.52
    plank = np.floor(y * 4.2 + 0.1)
    shift = np.sin(plank * 12.9) * 3
    warp = brush.noise(rng, h, w, 0.6, slope=2.6, fine=4)
    streaks = brush.noise(rng, h, w, 0.03, slope=1.1, stretch=14, fine=1)
    rings = np.sin((y * 95 + warp * 3.5 + shift * 9) + 0.8 * np.sin(x * 3 + shift))
    wood = brush.gradient(
        0.45 + 0.16 * rings + 0.20 * streaks + 0.10 * np.sin(plank * 7),
        [(0, "#2e1f18"), (0.5, "#6a4a36"), (1, "#9a7558")],
    )
    seam = np.abs(np.mod(y * 4.2 + 0.1, 1) - 0.5) > 0.494
    wood = wood * (1 - 0.8 * seam)[..., None]
    picture = brush.backdrop(wood, h, w)
    _plate(picture, x, y, cx, cy)
    radius = 0.225
    d = np.sqrt((x - cx) ** 2 + (y - cy) ** 2) / radius
    u, v = (x - cx) / radius, (y - cy) / radius
    turn = -0.5
    u, v = u * math.cos(turn) - v * math.sin(turn), u * math.sin(turn) + v * math.cos(turn)
    swirl = brush.noise(rng, h, w, 0.12, slope=2.2, fine=3)
    leaves = np.sin((v + 0.75 * np.abs(u) ** 1.25 - 0.06) * 17 + 0.35 * swirl)
    fern = brush.smooth(-0.15, 0.15, leaves) * brush.smooth(
        0.62, 0.54, np.sqrt((u * 1.25) ** 2 + (v * 0.88) ** 2) + 0.02 * swirl
    )
    stalk = brush.smooth(0.045, 0.02, np.abs(u)) * (np.abs(v) < 0.60)
    crema = brush.gradient(
        d + 0.04 * swirl, [(0, "#b87a44"), (0.6, "#a5652f"), (0.85, "#74401c"), (1, "#4a2610")]
    )
    milk = brush.mix(crema, rgb("#f4e4c8"), np.clip(fern, 0, 1) * (1 - stalk * 0.8) * 0.95)
    rim = brush.disc(x, y, cx, cy, radius * 1.10, 0.002)
    glaze = 0.75 + 0.3 * np.clip(-u * 0.5 - v * 0.6, -1, 1)
    brush.cover(picture, rim, rgb("#e9e6df") * np.broadcast_to(glaze, (h, w))[..., None])
    brush.cover(
        picture,
        brush.disc(x, y, cx, cy, radius, 0.003),
        milk * (0.80 + 0.25 * brush.smooth(1.0, 0.86, d))[..., None],
    )
    shade = brush.disc(x, y, cx - 0.012, cy - 0.014, radius, 0.02)
    picture *= (1 - 0.30 * (brush.disc(x, y, cx, cy, radius, 0.002) - shade).clip(0))[..., None]
    window = 1.25 - 0.55 * brush.smooth(0.2, 1.5, x + 0.5 * y)
    picture *= np.broadcast_to(window, (h, w))[..., None]
    return lambda _moment, _rng: picture


def _plate(picture: Image, x: Image, y: Image, cx: float, cy: float) -> None:
    """A saucer with a spoon and the cup's handle, and their shadows, in place."""
    h, w = picture.shape[:2]
    shadow = brush.disc(x, y, cx + 0.035, cy + 0.045, 0.385, 0.05)
    picture *= (1 - 0.62 * shadow)[..., None]
    d = np.sqrt((x - cx) ** 2 + (y - cy) ** 2)
    lit = 0.82 + 0.55 * np.clip(-(x - cx) * 0.6 - (y - cy) * 0.6, -0.5, 0.5)
    well = 1 - 0.10 * np.exp(-(((d - 0.27) / 0.012) ** 2)) + 0.10 * np.exp(-(((d - 0.365) / 0.008) ** 2))
    brush.cover(picture, brush.disc(x, y, cx, cy, 0.38, 0.002), rgb("#cfd6da") * (lit * well)[..., None])
    cast = brush.disc(x, y, cx + 0.03, cy + 0.04, 0.25, 0.03)
    picture *= (1 - 0.45 * cast)[..., None]
    a = np.linspace(-2.6, 1.1, 40)
    outer, inner = [
        (cx + 0.252 + 0.078 * np.cos(a), cy - 0.155 + 0.062 * np.sin(a)),
        (cx + 0.250 + 0.048 * np.cos(a), cy - 0.152 + 0.034 * np.sin(a)),
    ]
    handle = np.concatenate([np.stack(outer, 1), np.stack(inner, 1)[::-1]])
    brush.fill(picture, rgb("#3a3230"), handle + np.array([0.016, 0.022]), share=0.45, soft=0.008)
    brush.fill(picture, rgb("#e2dfd8"), handle)
    spoon = [(cx - 0.33 + 0.035 * np.cos(a), cy + 0.02 + 0.06 * np.sin(a)) for a in np.linspace(0, 6.28, 30)]
    grip = [
        (cx - 0.338, cy + 0.07),
        (cx - 0.29, cy + 0.34),
        (cx - 0.272, cy + 0.337),
        (cx - 0.322, cy + 0.07),
    ]
    steel = brush.gradient(
        x, [(cx - 0.37, "#5a6066"), (cx - 0.34, "#e8ecee"), (cx - 0.31, "#8a9096"), (cx - 0.27, "#c8ccd0")]
    )
    brush.fill(picture, brush.backdrop(steel, h, w), spoon, grip)


def leaf(rng: Random, h: int, w: int) -> Painter:
    """An autumn leaf against the light, so close that its cells show."""
    y, x = brush.grid(h, w)
    bend = 0.09 * np.sin(x * 2.1 + 0.4)
    across = (y - 0.62 + 0.36 * x + bend) / 1.06
    along = x + 0.30 * np.abs(across)
    side = np.sign(across)
    phase = along * 5.2 - np.abs(across) * (3.3 + 0.5 * side) + 0.23 * side
    near = np.abs(np.mod(phase, 1) - 0.5)
    points = np.stack([rng.uniform(0, w, 2600), rng.uniform(0, h, 2600)], 1)
    seeds = np.full((h // 2, w // 2), 255, np.uint8)
    seeds[
        (points[:, 1] / 2).astype(int).clip(0, h // 2 - 1), (points[:, 0] / 2).astype(int).clip(0, w // 2 - 1)
    ] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    edges = ((labels != np.roll(labels, 1, 0)) | (labels != np.roll(labels, 1, 1))).astype(np.float32)
    cells = cv2.resize(cv2.GaussianBlur(edges, (0, 0), 0.9), (w, h), interpolation=cv2.INTER_CUBIC)
    tone_of = rng.uniform(-1, 1, labels.max() + 1).astype(np.float32)[labels]
    tone_of = cv2.resize(tone_of, (w, h), interpolation=cv2.INTER_LINEAR)
    patch = brush.noise(rng, h, w, 0.5, slope=2.2, fine=3)
    warmth = (
        0.5 + 0.20 * patch + 0.30 * (0.9 - x) * 0.6 - 0.35 * np.exp(-np.abs(across) * 7) + 0.035 * tone_of
    )
    picture = brush.gradient(
        warmth, [(-0.1, "#5f7a1c"), (0.2, "#b8a020"), (0.45, "#e88a1c"), (0.75, "#c8381a"), (1.1, "#7a1420")]
    )
    picture = picture * (1 + 0.10 * tone_of)[..., None]
    picture = brush.mix(picture, rgb("#f2c64a"), np.clip(cells * 1.1, 0, 0.45))
    rib = (
        np.exp(-((near / (0.020 + 0.016 * np.exp(-np.abs(across) * 4))) ** 2))
        * brush.smooth(0.75, 0.1, np.abs(across))
        * 0.9
    )
    groove = np.exp(-(((near - 0.055) / 0.045) ** 2)) * 0.25
    picture = picture * (1 - groove)[..., None]
    middle = brush.smooth(0.016, 0.008, np.abs(across) + 0.004 * (x - 0.8))
    picture = brush.mix(picture, rgb("#f8dc8a"), np.clip(np.maximum(rib, middle), 0, 1))
    focus = np.exp(-(((across + 0.02) / 0.42) ** 2))
    soft = brush.blur(picture, 0.008 * h)
    picture = brush.mix(soft, picture, focus)
    return lambda _moment, _rng: picture


def lightning(rng: Random, h: int, w: int) -> Painter:
    """Lightning over the plain, in one long exposure."""
    y, x = brush.grid(h, w)
    horizon = 0.83
    picture = brush.backdrop(
        brush.gradient(
            y, [(0, "#120c24"), (0.45, "#2e1f52"), (0.75, "#6a4484"), (0.83, "#a8688c"), (1, "#a8688c")]
        ),
        h,
        w,
    )
    billow = brush.noise(rng, h, w, 0.35, slope=2.1, stretch=1.8, fine=3)
    relief = billow - np.roll(billow, -h // 25, axis=0)
    brush.cover(
        picture,
        brush.smooth(-0.8, 1.6, billow) * brush.smooth(0.72, 0.30, y) * 0.85,
        brush.mix(rgb("#150f26"), rgb("#7a5a9c"), brush.smooth(-0.9, 1.0, relief)),
    )
    core, width = np.zeros((h, w), np.uint8), max(1.0, h / 420)
    _bolt(core, rng, (0.93, 0.02), (0.80, horizon), width, 0)
    _bolt(core, rng, (0.42, 0.05), (0.30, horizon), width * 0.55, 1)
    bright = core.astype(np.float32) / 255
    flash = brush.lamp(x, y, 0.90, 0.22, 0.30, 0.9)
    picture = (
        picture * (1 + 1.3 * flash)[..., None]
        + flash[..., None] * lamplight("#b09aff") * 0.16 * brush.smooth(-1.2, 1.2, billow)[..., None]
    )
    halo = (
        brush.blur(bright, 0.004 * h) * 1.6
        + brush.blur(bright, 0.02 * h) * 2.2
        + brush.blur(bright, 0.08 * h) * 2.5
    )
    picture += halo[..., None] * lamplight("#b8a4ff") + bright[..., None] * 5
    edge = (
        horizon - 0.004 * np.abs(brush.line(rng, w, 0.03, slope=0.9)) - 0.006 * brush.line(rng, w, 0.5)
    ).astype(np.float32)
    brush.cover(picture, brush.below(y, edge, h), rgb("#0b0910"))
    for _ in range(26):
        brush.bokeh(
            picture,
            rng.uniform(0, w / h),
            horizon + 0.008 + rng.uniform(0, 0.02),
            0.0016,
            lamplight("#ffca80") * np.float32(rng.uniform(0.5, 2)),
            0,
        )
    return lambda _moment, _rng: picture


def _bolt(
    core: NDArray[np.uint8],
    rng: Random,
    start: tuple[float, float],
    end: tuple[float, float],
    width: float,
    depth: int,
) -> None:
    """A lightning channel by midpoint displacement, with ever thinner branches, into a mask."""
    h = core.shape[0]
    path = np.array([start, end])
    spread = 0.16 * float(np.hypot(*(path[1] - path[0])))
    for _ in range(7):
        middle = (path[:-1] + path[1:]) / 2 + rng.normal(0, 1, (len(path) - 1, 2)) * (spread, spread * 0.35)
        path = np.insert(path, range(1, len(path)), middle, axis=0)
        spread *= 0.52
    points = np.round(path * h * 16).astype(np.int32)
    value = max(60, int(255 * 0.62**depth))
    cv2.polylines(core, [points], False, value, max(1, round(width)), cv2.LINE_AA, 4)
    if depth >= 3:
        return
    for _ in range(5 - depth):
        at = int(rng.integers(len(path) // 8, len(path) * 7 // 8))
        reach = rng.uniform(0.10, 0.30) * 0.75**depth
        turn = rng.choice([-1, 1]) * rng.uniform(0.3, 1.0)
        tip = (path[at][0] + reach * np.sin(turn), min(0.82, path[at][1] + reach * np.cos(turn)))
        _bolt(
            core,
            rng,
            (float(path[at][0]), float(path[at][1])),
            (float(tip[0]), float(tip[1])),
            width * 0.5,
            depth + 1,
        )
