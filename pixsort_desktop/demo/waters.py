"""Water: a sunset at sea, a lake with a sail, a lighthouse in a storm."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from pixsort_desktop.demo import brush, skies, terrain
from pixsort_desktop.demo.brush import Image, Painter, Random, lamplight, rgb


@dataclass(frozen=True)
class Water:
    """The slopes of a water surface as two tileable textures, across and towards the camera."""

    across: Image
    along: Image

    @classmethod
    def of(cls, rng: Random, *, size: float = 0.08, slope: float = 1.5, stretch: float = 2.2) -> Water:
        waves = brush.noise(rng, 512, 512, size, slope=slope, stretch=stretch, fine=1)
        across, along = np.roll(waves, -1, 1) - waves, np.roll(waves, -1, 0) - waves
        return cls(across / across.std(), along / along.std())

    def reflect(
        self, picture: Image, horizon: float, *, rough: float, tint: Image, moment: float, deep: float = 0.6
    ) -> None:
        """Fill the rows under `horizon` with what the water mirrors of the rows above, in place.

        `rough` is the spread of the mirrored rows, `tint` the colour of the water itself, `deep` its share at the
        lower edge, where one looks into the water rather than along it.
        """
        h, w = picture.shape[:2]
        top = int(horizon * h)
        y, x = brush.grid(h, w)
        y = y[top:]
        depth = np.maximum(y - horizon, 0.004)
        away = 0.10 / depth
        u, v = (x - w / h / 2) * away * 900, (away + 0.012 * moment) * 1500
        calm = np.clip(depth * 22, 0.25, 1)
        tilt = (brush.look(self.along, u, v) + 0.6 * brush.look(self.along, u * 0.23 + 90, v * 0.23)) * calm
        side = brush.look(self.across, u, v) * calm
        row = horizon - depth - np.abs(tilt) * np.float32(rough) - np.float32(rough * 0.3)
        column = x + side * np.float32(rough * 0.25)
        mirrored = brush.look(picture[:top], column * h - 0.5, np.clip(row * h - 0.5, 0, top - 1), wrap=False)
        share = (
            np.float32(deep)
            * np.clip(depth / (1 - horizon), 0, 1) ** np.float32(0.7)
            * (1 - 0.25 * tilt).clip(0.3, 1.5)
        )
        picture[top:] = brush.mix(mirrored * np.float32(0.92), tint, np.clip(share, 0, 1))

    def glitter(self, picture: Image, horizon: float, sx: float, light: Image, moment: float) -> None:
        """Sparks of a low sun at `sx` on the waves under it, in place."""
        h, w = picture.shape[:2]
        top = int(horizon * h)
        y, x = brush.grid(h, w)
        depth = np.maximum(y[top:] - horizon, 0.004)
        away = 0.10 / depth
        facet = brush.look(self.along, (x - w / h / 2) * away * 700, (away + 0.012 * moment) * 1500 + 200)
        path = np.exp(-(((x - sx) / (0.035 + 0.30 * depth)) ** 2)) * np.exp(-depth * 1.2)
        picture[top:] += (brush.smooth(0.3, 1.5, facet) * path)[..., None] * light


def sea_sunset(rng: Random, h: int, w: int) -> Painter:
    """The sun goes down behind a bank of cloud, its light on the water; a fishing boat passes."""
    y, x = brush.grid(h, w)
    horizon, sx = 0.60, 0.62
    sky = brush.backdrop(
        brush.gradient(
            y,
            [
                (0, "#2c2f63"),
                (0.2, "#6a3f78"),
                (0.38, "#c06070"),
                (0.52, "#f58a45"),
                (0.6, "#ffc25a"),
                (1, "#ffc25a"),
            ],
        ),
        h,
        w,
    )
    field = brush.noise(rng, 512, 512, 0.30, slope=2.0, stretch=1.6, fine=1)
    away = 0.22 / np.maximum(horizon + 0.10 - y, 0.03)
    u, v = (x - sx) * away * 170 + 40, np.broadcast_to(away * 300, (h, w))
    here, under = brush.look(field, u, v), brush.look(field, u, v + 14)
    thick = brush.smooth(-0.2, 1.6, here) * brush.smooth(0.59, 0.46, y)
    glow = brush.smooth(0.1, 1.4, here - under + 0.5) * np.exp(-((x - sx) ** 2) / 0.9)
    belly = brush.mix(rgb("#43305c"), rgb("#f58460"), np.clip(glow * brush.smooth(0.02, 0.42, y) * 1.2, 0, 1))
    brush.cover(sky, thick * 0.92, belly)
    sky += brush.lamp(x, y, sx, 0.575, 0.13)[..., None] * lamplight("#ffae50") * 2.0
    sky += brush.disc(x, y, sx, 0.568, 0.036, 0.003)[..., None] * lamplight("#ffe9b0") * 8
    water = Water.of(rng)

    def paint(moment: float, _rng: Random) -> Image:
        frame = sky.copy()
        water.reflect(frame, horizon, rough=0.10, tint=rgb("#141a3c"), moment=moment, deep=0.75)
        water.glitter(frame, horizon, sx, lamplight("#ffc070") * 3.2, moment)
        _trawler(frame, 1.12 - 0.30 * moment, 0.655, 0.060)
        return brush.bloom(frame, 0.02 * h, 0.12, 1.5)

    return paint


def _trawler(picture: Image, cx: float, foot: float, size: float) -> None:
    """The outline of a small fishing boat and its dark reflection, in place."""
    hull = [(-1, -0.18), (-0.8, 0.06), (0.75, 0.06), (1.1, -0.34), (0.6, -0.2)]
    house = [(-0.35, -0.2), (-0.35, -0.62), (0.12, -0.62), (0.18, -0.2)]
    lines = [
        [(-0.05, -0.6), (-0.02, -1.35), (0.02, -0.6)],
        [(-0.6, -0.18), (-0.57, -1.0), (-0.54, -0.18)],
        [(0.0, -1.3), (1.05, -0.36), (0.0, -1.27)],
        [(-0.56, -0.98), (-0.04, -1.3), (-0.56, -0.95)],
    ]
    parts = [[(cx + px * size, foot + py * size) for px, py in part] for part in (hull, house, *lines)]
    mirrored = [[(px, 2 * foot + 0.08 * size - py) for px, py in part] for part in parts[:2]]
    brush.fill(picture, rgb("#201a30"), *mirrored, soft=0.004, share=0.6)
    brush.fill(picture, rgb("#17131f"), *parts)


def sailboat(rng: Random, h: int, w: int) -> Painter:
    """A white sail crosses a mountain lake on a bright afternoon."""
    horizon = 0.52
    y, _ = brush.grid(h, w)
    sky = brush.backdrop(
        brush.gradient(y, [(0, "#2f7fd0"), (0.3, "#7db4e4"), (0.52, "#d6e8f0"), (1, "#d6e8f0")]), h, w
    )
    skies.clouds(sky, rng, 0.50, "#ffffff", "#b4c2d2", 0.9)
    terrain.alps(sky, rng, horizon, snow="#eef1f5", rock="#6f6c68", sky="#86a6d4", haze="#b8d0e6", tall=1.25)
    _shore(sky, rng, horizon)
    water = Water.of(rng, size=0.05, slope=1.2)

    def paint(moment: float, _rng: Random) -> Image:
        frame = sky.copy()
        water.reflect(frame, horizon, rough=0.035, tint=rgb("#0f6f80"), moment=moment, deep=0.92)
        _sloop(frame, 0.50 + 0.42 * moment, 0.66, 0.40)
        return frame

    return paint


def _shore(picture: Image, rng: Random, horizon: float) -> None:
    """Wooded hills on the far shore, in place."""
    h, w = picture.shape[:2]
    y, _ = brush.grid(h, w)
    for lift, code, size in ((0.035, "#56785a", 0.10), (0.016, "#2f5238", 0.05)):
        shore = (
            horizon
            - lift * (0.75 + 0.35 * brush.line(rng, w, size, slope=1.5))
            - 0.004 * np.abs(brush.line(rng, w, 0.01, slope=0.7))
        )
        brush.cover(
            picture, brush.below(y, np.minimum(shore, horizon - 0.003).astype(np.float32), h), rgb(code)
        )


def _sloop(picture: Image, cx: float, foot: float, tall: float) -> None:
    """A small sailing boat with its broken reflection, in place."""
    h, w = picture.shape[:2]

    def placed(points: list[tuple[float, float]], mirror: bool = False) -> list[tuple[float, float]]:
        turn = -0.72 if mirror else 1.0
        return [(cx + px * tall + 0.10 * tall * -py, foot + turn * py * tall) for px, py in points]

    bend = [(0.02 + 0.05 * np.sin(np.pi * t), -0.10 - 0.88 * t) for t in np.linspace(0, 1, 12)]
    main = [
        (-0.40, -0.10),
        *[(-0.40 + 0.41 * t + -0.07 * np.sin(np.pi * t), -0.10 - 0.88 * t) for t in np.linspace(0, 1, 14)],
        (0.0, -0.10),
    ]
    jib = [
        (0.36, -0.06),
        *[(0.36 - 0.33 * t + 0.015 * np.sin(np.pi * t), -0.06 - 0.76 * t) for t in np.linspace(0, 1, 10)],
        *bend[8:0:-1],
    ]
    hull = [(-0.44, -0.055), (-0.38, 0.02), (0.28, 0.025), (0.44, -0.07), (0.2, -0.05)]
    band = [(-0.42, -0.018), (-0.385, 0.02), (0.28, 0.025), (0.345, -0.02)]
    mast = [(0.0, 0.0), (0.004, -1.0), (0.014, -1.0), (0.012, 0.0)]
    glass = brush.shape(h, w, *[placed(part, mirror=True) for part in (main, jib, hull)])
    rows = np.arange(int(foot * h), min(h, int((foot + 0.8 * tall) * h)), dtype=np.float32)
    wobble = (np.sin(rows / h * 520) + np.sin(rows / h * 230)) * np.float32(0.006 * h)
    x = np.arange(w, dtype=np.float32)[None, :] + wobble[:, None]
    glass = brush.look(
        brush.blur(glass[int(rows[0]) : int(rows[-1]) + 1], 0.003 * h),
        x,
        (rows - rows[0])[:, None],
        wrap=False,
    )
    brush.cover(picture[int(rows[0]) : int(rows[-1]) + 1], glass * 0.55, rgb("#d8ecec"))
    _, xx = brush.grid(h, w)
    fold = brush.mix(rgb("#ffffff"), rgb("#c4ccd6"), brush.smooth(-0.35, 0.08, (xx - cx) / tall))
    brush.fill(picture, brush.backdrop(fold, h, w), placed(main))
    brush.fill(picture, rgb("#d9402c"), placed(jib))
    brush.fill(picture, rgb("#5a4a3c"), placed(mast))
    brush.fill(picture, rgb("#f3f0e8"), placed(hull))
    brush.fill(picture, rgb("#1d3f6e"), placed(band))
    crew = [
        [(-0.22 + 0.022 * np.cos(a), -0.135 + 0.024 * np.sin(a)) for a in np.linspace(0, 6.2, 12)],
        [(-0.26, -0.05), (-0.25, -0.11), (-0.19, -0.11), (-0.17, -0.05)],
    ]
    brush.fill(picture, rgb("#27303c"), *[placed(part) for part in crew])


def lighthouse(rng: Random, h: int, w: int) -> Painter:
    """A lighthouse holds out in a storm: heavy sky, breaking waves, its beam in the rain."""
    y, x = brush.grid(h, w)
    horizon, cx, lamp_y = 0.56, 1.12, 0.205
    sky = brush.backdrop(
        brush.gradient(
            y, [(0, "#1f2a33"), (0.3, "#44545c"), (0.5, "#8a9694"), (0.58, "#a9b0a6"), (1, "#a9b0a6")]
        ),
        h,
        w,
    )
    wind = brush.noise(rng, h, w, 0.5, slope=2.0, stretch=1.5, fine=4)
    roll = brush.noise(rng, h // 2, w // 2, 0.35, slope=2.3, stretch=2.2, fine=2)
    heavy = brush.look(roll, (x * h + wind * 0.05 * h) / 2, (y * h + wind * 0.05 * h) / 2, wrap=False)
    relief = heavy - np.roll(heavy, -h // 30, axis=0)
    tint = brush.mix(rgb("#222d36"), rgb("#76838a"), brush.smooth(-1.0, 1.3, relief - 0.2))
    brush.cover(sky, brush.smooth(-1.4, 2.2, heavy) * brush.smooth(0.56, 0.25, y) * 0.95, tint)
    n = 512
    swell = brush.noise(rng, n, n, 0.16, slope=2.6, stretch=2.2, fine=2)
    chop = brush.noise(rng, n, n, 0.05, slope=1.9, stretch=1.6, fine=1)
    ridged = 1 - np.abs(swell) * 0.8
    heights = (0.017 * ridged * np.abs(ridged) + 0.0014 * chop).astype(np.float32)
    foam = brush.noise(rng, n, n, 0.03, slope=1.0, fine=1)
    crest = brush.smooth(0.78, 1.05, ridged + 0.07 * foam) * brush.smooth(-0.6, 1.4, foam)
    _, facing = terrain.sunlight(heights, height=0.8, side=-1, ahead=1.0)
    sea = brush.mix(rgb("#0f282e"), rgb("#4a7674"), brush.smooth(0.25, 0.85, facing))
    sea = brush.mix(sea, rgb("#d4dfdd"), crest * 0.8)
    rock = _headland(rng, h, w, cx)
    tower = _tower(h, w, cx, lamp_y)

    def paint(moment: float, frame_rng: Random) -> Image:
        frame = sky.copy()
        _beam(frame, x, y, cx, lamp_y, -0.25 + 0.10 * moment)
        seen = terrain.view(
            heights,
            h,
            w,
            eye=0.060,
            horizon=horizon,
            near=0.11,
            far=3.0,
            field=0.9,
            place=(0.3 + 0.03 * moment, 0.1 + 0.05 * moment),
            steps=300,
        )
        water = brush.look(sea, seen.u, seen.v)
        brush.cover(
            frame[seen.top :],
            seen.mask,
            brush.mix(water, rgb("#8f9b98"), 1 - np.exp(-((seen.depth * 0.5) ** 1.2))),
        )
        for mask, colour in (*tower, *rock):
            brush.cover(frame, mask, colour)
        frame += brush.lamp(x, y, cx, lamp_y, 0.018)[..., None] * lamplight("#ffe6b8") * 3.0
        _spray(frame, frame_rng, cx)
        return frame

    return paint


def _beam(picture: Image, x: Image, y: Image, cx: float, cy: float, turn: float) -> None:
    dx, dy = x - cx, y - cy
    for way in (math.pi + turn, turn * 0.6):
        along = dx * math.cos(way) + dy * math.sin(way)
        off = np.abs(-dx * math.sin(way) + dy * math.cos(way))
        wide = 0.008 + 0.085 * np.maximum(along, 0)
        strength = (
            brush.smooth(0.0, 0.02, along)
            * np.exp(-((off / wide) ** 2))
            * np.exp(-np.maximum(along, 0) * 1.3)
        )
        picture += strength[..., None] * lamplight("#fff0d0") * 0.40


def _headland(rng: Random, h: int, w: int, cx: float) -> list[tuple[Image, Image]]:
    """The rock that the tower stands on: (mask, picture)."""
    y, x = brush.grid(h, w)
    across = x[0] - cx
    top = (
        0.585
        + 0.9 * np.maximum(np.abs(across + 0.02) - 0.10, 0) ** 1.25
        - 0.012 * brush.line(rng, w, 0.09, slope=1.3)
    )
    top = np.where(
        across > 0.1, np.minimum(top, 0.64 + 0.02 * brush.line(rng, w, 0.06, slope=1.2)), top
    ).astype(np.float32)
    grit = brush.noise(rng, h, w, 0.06, slope=1.5, fine=1)
    slab = grit - np.roll(grit, 3, axis=1) * 1.0
    stone = brush.mix(
        rgb("#1d1e1f"), rgb("#6f6a60"), brush.smooth(-0.4, 0.9, slab * 3 + 0.25 - (y - top[None, :]) * 2.2)
    )
    bottom = brush.smooth(0.86, 0.79, y + 0.02 * grit)
    grass = brush.smooth(0.022, 0.0, y - top[None, :] + 0.006 * grit)
    stone = brush.mix(stone, rgb("#4a5236"), grass * 0.8)
    return [(brush.below(y, top, h) * bottom, stone)]


def _tower(h: int, w: int, cx: float, lamp_y: float) -> list[tuple[Image, Image]]:
    """The lighthouse, painted red and white, lit from the left: (mask, colour or picture) in order."""
    y, x = brush.grid(h, w)
    foot = 0.605
    half = 0.030 + 0.030 * (y - lamp_y) / (foot - lamp_y)
    across = np.clip((x - cx) / half, -1, 1)
    round_light = 0.30 + 0.85 * np.clip(0.75 * np.sqrt(1 - across**2) - 0.5 * across, 0, 1)
    stripe = brush.smooth(-0.03, 0.03, np.sin((y - lamp_y - 0.03) / (foot - lamp_y) * 2 * np.pi * 2.5))
    paint = (
        brush.mix(rgb("#dcdad2"), rgb("#a8241e"), np.broadcast_to(stripe, (h, w))) * round_light[..., None]
    )
    body = np.clip((half - np.abs(x - cx)) * h + 0.5, 0, 1) * ((y > lamp_y + 0.03) & (y < foot))
    gallery = brush.shape(
        h,
        w,
        [
            (cx - 0.044, lamp_y + 0.030),
            (cx + 0.044, lamp_y + 0.030),
            (cx + 0.038, lamp_y + 0.042),
            (cx - 0.038, lamp_y + 0.042),
        ],
    )
    glass = brush.shape(
        h,
        w,
        [
            (cx - 0.023, lamp_y - 0.022),
            (cx + 0.023, lamp_y - 0.022),
            (cx + 0.023, lamp_y + 0.030),
            (cx - 0.023, lamp_y + 0.030),
        ],
    )
    roof = brush.shape(
        h,
        w,
        [
            (cx - 0.031, lamp_y - 0.020),
            (cx - 0.018, lamp_y - 0.045),
            (cx - 0.003, lamp_y - 0.055),
            (cx - 0.002, lamp_y - 0.08),
            (cx + 0.002, lamp_y - 0.08),
            (cx + 0.003, lamp_y - 0.055),
            (cx + 0.018, lamp_y - 0.045),
            (cx + 0.031, lamp_y - 0.020),
        ],
    )
    windows = brush.shape(
        h,
        w,
        *[
            [(cx - 0.006, t), (cx + 0.004, t), (cx + 0.004, t + 0.018), (cx - 0.006, t + 0.018)]
            for t in (0.30, 0.41, 0.51)
        ],
    )
    return [
        (body, paint),
        (windows, rgb("#20211f")),
        (gallery, rgb("#2a2a2a")),
        (glass, rgb("#fff0c0")),
        (roof, rgb("#7d1a16")),
    ]


def _spray(picture: Image, rng: Random, cx: float) -> None:
    """Waves break on the rock: clouds of drops, soft and grainy, in place."""
    h, w = picture.shape[:2]
    small = np.zeros((h // 2, w // 2), np.float32)
    for _ in range(9):
        px, py = cx - 0.36 + rng.uniform(-0.12, 0.60), 0.82 + rng.uniform(-0.03, 0.05)
        count, wide, tall = 240, rng.uniform(0.03, 0.09), rng.uniform(0.02, 0.11)
        xs = ((px + rng.normal(0, wide, count)) * h / 2).astype(int)
        ys = ((py - np.abs(rng.normal(0, tall, count))) * h / 2).astype(int)
        ok = (xs >= 0) & (xs < w // 2) & (ys >= 0) & (ys < h // 2)
        np.add.at(small, (ys[ok], xs[ok]), rng.uniform(0.4, 1.6, int(ok.sum())).astype(np.float32))
    mist = cv2.GaussianBlur(small, (0, 0), h / 110) * 5 + cv2.GaussianBlur(small, (0, 0), 0.9) * 0.9
    brush.cover(picture, np.clip(cv2.resize(mist, (w, h)), 0, 0.92).astype(np.float32), rgb("#dfe6e4"))
