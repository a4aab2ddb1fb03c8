"""After dark: a city at the water, the Milky Way, northern lights, a snowy street."""

from __future__ import annotations

import math

import numpy as np

from pixsort_desktop.demo import brush, skies, terrain
from pixsort_desktop.demo.brush import Image, Painter, Random, lamplight, rgb
from pixsort_desktop.demo.waters import Water


def city(rng: Random, h: int, w: int) -> Painter:
    """A skyline in the blue hour, its windows lit and mirrored in the river; a ferry crosses."""
    horizon = 0.64
    y, _x = brush.grid(h, w)
    picture = brush.backdrop(
        brush.gradient(
            y,
            [
                (0, "#0e2150"),
                (0.28, "#26488c"),
                (0.48, "#6d6fa4"),
                (0.60, "#d69a86"),
                (0.66, "#e8b48a"),
                (1, "#e8b48a"),
            ],
        ),
        h,
        w,
    )
    wisps = brush.smooth(0.4, 2.2, brush.noise(rng, h, w, 0.3, stretch=4, slope=2.0, fine=3)) * brush.smooth(
        0.6, 0.3, y
    )
    brush.cover(picture, wisps * 0.5, rgb("#8a6a94"))
    for tall, code, share, haze in (
        (0.17, "#5a5f90", 0.12, 0.5),
        (0.27, "#2b3562", 0.30, 0.2),
        (0.19, "#121834", 0.36, 0.0),
    ):
        _houses(picture, rng, horizon, tall, rgb(code), share, haze)
    brush.cover(
        picture, np.broadcast_to(brush.smooth(horizon - 0.008, horizon - 0.006, y), (h, w)), rgb("#0b0f1c")
    )
    for px in np.arange(0.02, w / h, 0.052):
        brush.bokeh(picture, float(px), horizon - 0.010, 0.0022, lamplight("#ffcf86") * 2.5, 0)
    picture = brush.bloom(picture, 0.008 * h, 0.35, 0.6)
    smeared = picture.copy()
    top = int(horizon * h)
    smeared[:top] = _smear(picture[:top], max(1, h // 36))
    water = Water.of(rng, size=0.05, slope=1.3)

    def paint(moment: float, _rng: Random) -> Image:
        frame = smeared.copy()
        water.reflect(frame, horizon, rough=0.045, tint=rgb("#0a1530"), moment=moment, deep=0.55)
        frame[:top] = picture[:top]
        _ferry(frame, 0.30 + 0.45 * moment, 0.715, 0.075)
        return frame

    return paint


def _smear(picture: Image, size: int) -> Image:
    """A running mean down the columns: light that waves draw out."""
    total = np.cumsum(np.pad(picture, ((size, size), (0, 0), (0, 0)), "edge"), axis=0, dtype=np.float32)
    mean: Image = (total[2 * size :] - total[: -2 * size]) / np.float32(2 * size)
    return mean


def _houses(
    picture: Image, rng: Random, foot: float, tall: float, wall: Image, share: float, haze: float
) -> None:
    """One row of towers with lit windows, in place."""
    h, w = picture.shape[:2]
    cx = -0.02
    warm = np.stack([lamplight(c) for c in ("#ffd28a", "#ffb85c", "#fff0cc", "#cfe4ff")])
    bottom = int(foot * h)
    while cx < w / h:
        wide = rng.uniform(0.035, 0.10)
        centre = np.exp(-(((cx - 0.85) / 0.42) ** 2))
        height = tall * (0.35 + 0.5 * rng.random() + 0.75 * centre * rng.random() ** 0.6)
        x0, x1, y0 = max(0, int(cx * h)), min(w, int((cx + wide) * h)), int((foot - height) * h)
        cx += wide * rng.uniform(0.75, 1.15)
        if x1 - x0 < 6:
            continue
        part = picture[y0:bottom, x0:x1]
        part += (
            wall * rng.uniform(0.8, 1.2) * np.linspace(1.15, 0.85, x1 - x0, dtype=np.float32)[:, None] - part
        ) * np.float32(1 - haze * 0.3)
        if rng.random() < 0.35:
            mast = (x0 + x1) // 2
            up = int(0.05 * height / tall * h * rng.uniform(0.5, 1))
            picture[max(0, y0 - up) : y0, mast : mast + max(1, h // 500)] = wall
            brush.bokeh(picture, mast / h, (y0 - up) / h, 0.0026, lamplight("#ff5040") * 2, 0)
        py, px = max(4, int(0.0125 * h)), max(3, int(rng.choice([0.008, 0.0105, 0.014]) * h))
        rows, columns = part.shape[0] // py, part.shape[1] // px
        if rows < 2 or columns < 1:
            continue
        lit = (rng.random((rows, columns)) < share * rng.uniform(0.5, 1.4)) * rng.uniform(
            0.25, 1.3, (rows, columns)
        )
        colour = (
            warm[rng.choice(4, (rows, columns), p=[0.45, 0.25, 0.2, 0.1])]
            * lit[..., None].astype(np.float32)
            * np.float32(1.5 * (1 - haze))
        )
        pane = np.zeros((py, px, 1), np.float32)
        pane[py // 4 : py - py // 4, px // 5 : px - max(1, px // 5)] = 1
        part[2 : 2 + rows * py - 2, : columns * px] += np.kron(colour, pane)[: rows * py - 2]


def _ferry(picture: Image, cx: float, foot: float, size: float) -> None:
    hull = [(-1, -0.22), (-0.88, 0.05), (0.9, 0.05), (1.1, -0.22)]
    deck = [(-0.75, -0.22), (-0.75, -0.55), (0.62, -0.55), (0.72, -0.22)]
    bridge = [(0.15, -0.55), (0.15, -0.78), (0.5, -0.78), (0.56, -0.55)]
    flip = [(px, 2 * foot + 0.1 * size - py) for px, py in brush.placed(deck, cx, foot, size)]
    brush.fill(picture, rgb("#e0a050"), flip, soft=0.006, share=0.6)
    brush.fill(
        picture,
        rgb("#1a2036"),
        brush.placed(hull, cx, foot, size),
        brush.placed(deck, cx, foot, size),
        brush.placed(bridge, cx, foot, size),
    )
    panes = [
        brush.placed([(px, -0.47), (px + 0.11, -0.47), (px + 0.11, -0.31), (px, -0.31)], cx, foot, size)
        for px in np.arange(-0.68, 0.5, 0.17)
    ]
    brush.fill(picture, lamplight("#ffdf9a") * 1.6, *panes)


def milky_way(rng: Random, h: int, w: int) -> Painter:
    """The Milky Way stands over a ridge; below it a tent glows."""
    y, x = brush.grid(h, w)
    unit = w / h
    picture = brush.backdrop(
        brush.gradient(
            y, [(0, "#0b1230"), (0.45, "#142248"), (0.68, "#24466a"), (0.82, "#5a7f86"), (1, "#5a7f86")]
        ),
        h,
        w,
    )
    turn = 1.12
    ax, ay = x - 0.62 * unit, y - 0.40
    along = ax * math.cos(turn) - ay * math.sin(turn)
    across = ax * math.sin(turn) + ay * math.cos(turn)
    wide = np.float32(0.30 * unit)
    gas = brush.noise(rng, h, w, 0.22, slope=1.9, fine=2)
    dust = brush.noise(rng, h, w, 0.14, slope=1.7, fine=2)
    band = np.exp(-((across / (wide * 0.55)) ** 2)) * (0.75 + 0.30 * gas).clip(0.1)
    core = (
        np.exp(-((across / (wide * 0.32)) ** 2))
        * np.exp(-(((along + 0.22) / 0.30) ** 2))
        * (0.9 + 0.3 * gas).clip(0.2)
    )
    lanes = brush.smooth(
        -0.1, 1.2, dust + 1.1 * np.exp(-(((across + 0.03 * gas) / (wide * 0.16)) ** 2)) - 0.55
    )
    lanes = lanes * np.exp(-((across / (wide * 0.45)) ** 2))
    clear = (1 - 0.85 * lanes) * brush.smooth(0.90, 0.60, y)
    picture += (band * clear)[..., None] * lamplight("#8f9fd8") * 0.26 + (core * clear)[
        ..., None
    ] * lamplight("#ffd6a8") * 0.34
    thick = brush.noise(rng, h, w, 0.01, slope=0.2, fine=1)
    picture += (brush.smooth(1.7, 3.2, thick) * (0.25 + 1.3 * band) * clear)[..., None] * np.float32(0.35)
    picture += skies.stars(rng, h, w, 4200) * brush.smooth(0.86, 0.6, y)[..., None]
    pink = brush.disc(x, y, 0.52 * unit, 0.36, 0.004, 0.012) + brush.disc(
        x, y, 0.70 * unit, 0.22, 0.003, 0.010
    )
    picture += pink[..., None] * lamplight("#ff6a90") * 0.5
    for base, rise, code, size in (
        (0.80, 0.040, "#1c3446", 0.9),
        (0.86, 0.034, "#0b1822", 0.6),
        (0.935, 0.012, "#04080d", 0.35),
    ):
        edge = (base - rise * brush.line(rng, w, size, slope=1.7)).astype(np.float32)
        brush.cover(picture, brush.below(y, edge, h), rgb(code))
    _tent(picture, 0.34 * unit, 0.935, 0.050)
    return lambda _moment, _rng: picture


def _tent(picture: Image, cx: float, foot: float, size: float) -> None:
    h, w = picture.shape[:2]
    y, x = brush.grid(h, w)
    spill = brush.lamp(x, (y - foot) * 3 + foot, cx, foot, size * 1.2, 1.3) * brush.smooth(
        foot - 0.01, foot + 0.004, y
    )
    picture += spill[..., None] * lamplight("#ffa850") * 1.0
    dome = [(cx + size * np.cos(a), foot - 0.78 * size * np.sin(a) ** 0.8) for a in np.linspace(0, np.pi, 24)]
    glow = brush.gradient(
        np.sqrt((x - cx) ** 2 + (y - foot + 0.25 * size) ** 2) / size,
        [(0, "#fff0b8"), (0.4, "#ffc258"), (1.0, "#c05a1a")],
    )
    brush.fill(picture, glow * 1.1, dome)
    seam = [
        (cx - 0.1 * size, foot),
        (cx - 0.02 * size, foot - 0.76 * size),
        (cx + 0.01 * size, foot - 0.76 * size),
        (cx - 0.06 * size, foot),
    ]
    sitter = [
        (cx + 0.30 * size, foot),
        (cx + 0.29 * size, foot - 0.25 * size),
        (cx + 0.36 * size, foot - 0.42 * size),
        (cx + 0.44 * size, foot - 0.40 * size),
        (cx + 0.46 * size, foot - 0.22 * size),
        (cx + 0.55 * size, foot),
    ]
    brush.fill(picture, rgb("#6a2c10"), seam, share=0.7)
    brush.fill(picture, rgb("#8a4416"), sitter, soft=0.001, share=0.6)
    picture += brush.lamp(x, y, cx, foot - 0.3 * size, size, 1.4)[..., None] * lamplight("#ffa850") * 0.45


def aurora(rng: Random, h: int, w: int) -> Painter:
    """Northern lights over snow mountains and a still fjord."""
    horizon = 0.66
    y, _x = brush.grid(h, w)
    base = brush.backdrop(
        brush.gradient(y, [(0, "#071226"), (0.4, "#0d2440"), (0.64, "#1f4a58"), (1, "#1f4a58")]), h, w
    )
    base += skies.stars(rng, h, w, 2600, 0.9) * 0.8
    curtains = [
        (0.37, 0.09, 0.95, 0.24, rng.integers(1 << 30)),
        (0.45, 0.05, 0.30, 0.12, rng.integers(1 << 30)),
        (0.20, 0.10, 0.40, 0.26, rng.integers(1 << 30)),
    ]
    land = np.zeros((h, w, 3), np.float32) - 1
    terrain.alps(land, rng, horizon, snow="#a8d8c8", rock="#2c4850", sky="#5fa898", haze="#34747a", tall=1.2)
    outline = (land[..., 0] > 0.002).astype(np.float32)
    water = Water.of(rng, size=0.06, slope=1.6)

    def paint(moment: float, _rng: Random) -> Image:
        frame = base.copy()
        for foot, sway, power, tall, seed in curtains:
            frame += skies.curtain(np.random.default_rng(seed), h, w, foot, sway, power, tall, moment)
        brush.cover(frame, outline, land)
        water.reflect(frame, horizon, rough=0.022, tint=rgb("#06141c"), moment=moment, deep=0.7)
        return frame

    return paint


def snow_street(rng: Random, h: int, w: int) -> Painter:
    """An old street under snow at dusk: gabled houses, lit windows, lamps, flakes in the air, someone walking home."""
    y, x = brush.grid(h, w)
    vx, vy, half, eye = 0.70, 0.47, 1.0, 0.46
    dx, dy = x - vx, y - vy
    focal = 1.05
    side = np.where(dx < 0, -1.0, 1.0).astype(np.float32)
    z_wall = half * focal / np.maximum(np.abs(dx), 1e-3)
    z_floor = eye * focal / np.maximum(dy, 1e-3)
    walls = _facades(rng, z_wall, -dy * z_wall / focal + eye, side)
    picture = brush.backdrop(
        brush.gradient(y, [(0, "#2b3f78"), (0.25, "#5568a4"), (0.47, "#b59ab4"), (1, "#b59ab4")]), h, w
    )
    mist = rgb("#9a90b4")
    body = brush.mix(walls[0], mist, 1 - np.exp(-z_wall * 0.075))
    brush.cover(picture, walls[1], body)
    lamps = [(s * 0.62, z) for z in (2.6, 4.6, 7.4, 11.5, 18.0) for s in (-1, 1)]
    gx = dx * z_floor / focal
    warm = np.zeros((h, w), np.float32)
    for lx, lz in lamps:
        warm += 1 / (1 + 9 * ((gx - lx) ** 2 + (z_floor - lz) ** 2))
    snow = brush.noise(rng, 512, 512, 0.15, slope=1.5, fine=1)
    relief = brush.look(snow, gx * 190, z_floor * 110) * np.clip(dy * 3, 0, 1)
    tracks = np.exp(-(((np.abs(gx - 0.02 * np.sin(z_floor * 2)) - 0.24) / 0.05) ** 2))
    ground = (rgb("#7484b8") * 0.95 + warm[..., None] * lamplight("#ffc078") * 1.5) * (
        1 + 0.13 * relief - 0.30 * tracks
    )[..., None]
    ground = brush.mix(ground, mist, 1 - np.exp(-z_floor * 0.06))
    on_floor = ((z_floor < z_wall) & (dy > 0)).astype(np.float32)
    brush.cover(picture, brush.blur(on_floor, 0.8), ground)
    for lx, lz in reversed(lamps):
        _street_lamp(picture, vx + lx * focal / lz, vy + eye * focal / lz, focal / lz)
    picture = brush.bloom(picture, 0.03 * h, 0.25, 1.2)

    def paint(moment: float, frame_rng: Random) -> Image:
        frame = picture.copy()
        z = 3.4 + 1.3 * moment
        _walker(frame, vx - 0.10 * focal / z, vy + eye * focal / z, 0.50 * focal / z, moment)
        _flakes(frame, frame_rng)
        return frame

    return paint


def _facades(rng: Random, z: Image, up: Image, side: Image) -> tuple[Image, Image]:
    """House fronts on both sides of a street at wall places (z along, up): (light (h, w, 3), mask)."""
    length = np.float32(0.95)
    number = np.clip(np.floor(z / length), 0, 40).astype(int) * 2 + (side > 0)
    number = np.broadcast_to(number, up.shape)
    along = np.broadcast_to(np.mod(z / length, 1), up.shape)
    colours = np.stack(
        [rgb(c) for c in ("#8a4038", "#b08a4a", "#5f6f86", "#93635a", "#70805f", "#a87a66", "#566088")]
    )
    wall = colours[rng.integers(0, len(colours), 90)][number] * 0.42
    height = rng.uniform(1.15, 1.55, 90).astype(np.float32)[number]
    gable = height + 0.42 * (1 - np.abs(2 * along - 1))
    mask = brush.smooth(0.006, -0.006, up - gable)
    column, row = np.floor(along * 3).astype(int), np.floor(up / 0.36).astype(int)
    ix, iy = np.mod(along * 3, 1), np.mod(up / 0.36, 1)
    pane = (np.abs(ix - 0.5) < 0.24) & (iy > 0.25) & (iy < 0.82) & (up > 0.25) & (up < height - 0.05)
    bars = (np.abs(ix - 0.5) < 0.018) | (np.abs(iy - 0.55) < 0.015)
    lit = rng.random((90, 4, 12)) < 0.5
    glow = np.where(lit[number, np.clip(column, 0, 3), np.clip(row, 0, 11)] & ~bars, 1.0, 0.0)
    window = brush.mix(
        np.broadcast_to(rgb("#1d2440"), (*up.shape, 3)), lamplight("#ffc878") * 1.9, glow.astype(np.float32)
    )
    front = np.where(
        pane[..., None],
        window,
        wall + lamplight("#ffb060") * (0.22 * np.exp(-((up - 0.7) ** 2) * 3))[..., None],
    )
    sill = (np.abs(ix - 0.5) < 0.30) & (iy > 0.19) & (iy < 0.25) & (up > 0.25) & (up < height - 0.05)
    cap = (gable - up < 0.075) | sill
    front = np.where(cap[..., None], rgb("#aab6dc") * 0.9, front)
    edge = 1 - 0.5 * (np.abs(along - 0.5) > 0.485)
    return (front * edge[..., None]).astype(np.float32), mask


def _street_lamp(picture: Image, cx: float, foot: float, scale: float) -> None:
    h, w = picture.shape[:2]
    y, x = brush.grid(h, w)
    top, thick = foot - 0.78 * scale, max(0.010 * scale, 0.0009)
    pole = [(cx - thick, foot), (cx - thick * 0.6, top), (cx + thick * 0.6, top), (cx + thick, foot)]
    head = [
        (cx - 0.028 * scale, top),
        (cx - 0.042 * scale, top - 0.085 * scale),
        (cx + 0.042 * scale, top - 0.085 * scale),
        (cx + 0.028 * scale, top),
    ]
    cap = [
        (cx - 0.052 * scale, top - 0.085 * scale),
        (cx, top - 0.135 * scale),
        (cx + 0.052 * scale, top - 0.085 * scale),
    ]
    brush.fill(picture, rgb("#141824"), pole)
    brush.fill(picture, lamplight("#ffe9b4") * 5, head)
    brush.fill(picture, rgb("#c8d2ee") * 0.7, cap)
    picture += (
        brush.lamp(x, y, cx, top - 0.04 * scale, 0.10 * scale, 1.1)[..., None] * lamplight("#ffbe70") * 0.9
    )


def _walker(picture: Image, cx: float, foot: float, tall: float, moment: float) -> None:
    """A person seen from behind under a red umbrella, in place."""
    step = 0.05 * np.sin(9 * moment)
    coat = [
        (-0.12, -0.40),
        (-0.13, -0.70),
        (-0.07, -0.80),
        (0.07, -0.80),
        (0.13, -0.70),
        (0.12, -0.40),
        (0.15, -0.28),
        (-0.15, -0.28),
    ]
    legs = [
        (-0.09, -0.30),
        (-0.08 - step, 0.0),
        (-0.01 - step, 0.0),
        (-0.01, -0.30),
        (0.01, -0.30),
        (0.02 + step, 0.01),
        (0.09 + step, 0.01),
        (0.09, -0.30),
    ]
    brolly = [(0.34 * np.cos(a) + 0.02, -0.88 - 0.26 * np.sin(a)) for a in np.linspace(0, np.pi, 20)]
    shade = [(cx + 0.22 * tall * np.cos(a), foot + 0.035 * tall * np.sin(a)) for a in np.linspace(0, 6.2, 20)]
    brush.fill(picture, rgb("#2c3458"), shade, soft=0.004, share=0.6)
    brush.fill(picture, rgb("#10131f"), brush.placed(legs, cx, foot, tall))
    brush.fill(picture, rgb("#1d2236"), brush.placed(coat, cx, foot, tall))
    brush.fill(picture, rgb("#c8242c"), brush.placed(brolly, cx, foot, tall))
    rib = [[(0.02, -1.14), (px, -0.88), (px + 0.012, -0.88)] for px in (-0.16, 0.02, 0.20)]
    brush.fill(picture, rgb("#6a0f16"), *[brush.placed(part, cx, foot, tall) for part in rib], share=0.5)


def _flakes(picture: Image, rng: Random) -> None:
    """Falling snow: many small flakes far away, a few large soft ones close to the lens, in place."""
    h, w = picture.shape[:2]
    far = np.zeros((h, w), np.float32)
    count = 1400
    far[rng.integers(0, h, count), rng.integers(0, w, count)] = rng.uniform(2, 9, count)
    picture += brush.blur(far, 1.1 * h / 1140)[..., None] * lamplight("#dfe6ff") * 1.2
    for _ in range(70):
        size = 0.0025 + 0.010 * rng.random() ** 3
        light = np.float32(0.16 * (0.003 / size) ** 0.7 + 0.02)
        brush.bokeh(
            picture, rng.uniform(0, w / h), rng.uniform(0, 1), size, lamplight("#e6ecff") * light, 0.1
        )
