"""Land and air: misty mountains, dunes, tulips, balloons, a forest."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.demo import brush, skies, terrain
from pixsort_desktop.demo.brush import Image, Painter, Random, lamplight, rgb


def misty_mountains(rng: Random, h: int, w: int) -> Painter:
    """Ridge behind ridge in the haze of a sunrise, with a flock of birds on its way."""
    y, x = brush.grid(h, w)
    sx, sy = 0.98, 0.375
    haze = brush.gradient(
        np.abs(x - sx), [(0, "#f4d4a2"), (0.3, "#e6b79c"), (0.65, "#b99fb2"), (1.0, "#8a90b6")]
    )
    sky = brush.gradient(
        y, [(0, "#45689f"), (0.16, "#7f9cc4"), (0.29, "#d9bfb9"), (0.40, "#ffd5a2"), (1, "#ffd5a2")]
    )
    picture = brush.backdrop(brush.mix(sky, haze, brush.smooth(0.02, 0.45, y) * 0.8), h, w)
    cloud = brush.noise(rng, h, w, 0.20, stretch=4.0, slope=1.9, fine=3)
    streak = brush.smooth(0.3, 2.2, cloud) * brush.smooth(0.42, 0.1, y)
    brush.cover(picture, streak * 0.55, rgb("#ffc9a8"))
    picture += brush.lamp(x, y, sx, sy, 0.16)[..., None] * rgb("#ffb866") * 0.8
    picture += brush.disc(x, y, sx, sy, 0.030, 0.004)[..., None] * 6
    for i in range(7):
        near = i / 6
        profile = brush.line(rng, w, 0.55 - 0.3 * near, slope=1.75 - 0.25 * near)
        crest = 0.395 + 0.088 * i + 0.006 * i * i - (0.045 + 0.018 * near) * profile
        if i >= 5:
            trees = np.abs(brush.line(rng, w, 0.004, slope=0.9)) * (0.003 + 0.006 * (i - 4))
            crest = crest - trees * (0.6 + 0.4 * np.sin(np.linspace(0, 40, w)))
        body = brush.mix(haze, rgb("#142a3c"), 0.10 + 0.88 * near**0.7)
        fog = brush.smooth(0.0, 0.15, y - crest[None, :]) * np.float32(0.75 * (1 - near) ** 0.8 + 0.05)
        top = max(0, int(crest.min() * h) - 1)
        brush.cover(picture[top:], brush.below(y[top:], crest, h), brush.mix(body, haze, fog[top:]))
    picture += brush.lamp(x, y, sx, sy, 0.10, 0.9)[..., None] * rgb("#ff9a4a") * 0.06

    def paint(moment: float, _rng: Random) -> Image:
        frame = picture.copy()
        flock = np.random.default_rng(8)
        for _ in range(9):
            bx = 0.30 + 0.10 * moment + 0.13 * flock.random()
            by = 0.17 - 0.02 * moment + 0.09 * flock.random()
            size, beat = 0.008 + 0.005 * flock.random(), np.sin(9 * moment + 6 * flock.random())
            wing = size * (0.25 + 0.45 * beat)
            bird = [
                (bx - size, by - wing),
                (bx - size * 0.4, by - wing * 0.6),
                (bx, by),
                (bx + size * 0.4, by - wing * 0.6),
                (bx + size, by - wing),
                (bx + size * 0.35, by - wing * 0.25),
                (bx, by + size * 0.22),
                (bx - size * 0.35, by - wing * 0.25),
            ]
            brush.fill(frame, rgb("#2a2c3a"), bird, share=0.85)
        return frame

    return paint


def dunes(rng: Random, h: int, w: int) -> Painter:
    """A sea of sand in low light: sharp crests, a lit and a shaded side each, ripples up close, a walker on a crest."""
    n = 768
    v, u = np.mgrid[0:n, 0:n].astype(np.float32) / n
    wander = brush.noise(rng, n, n, 0.5, slope=3.2, fine=4)
    swell = brush.noise(rng, n, n, 0.45, slope=3.4, fine=4)
    phase = np.mod(3 * u + 1.0 * v + 0.16 * wander, 1)
    edge = np.float32(0.70)
    profile = np.where(phase < edge, phase / edge, (1 - phase) / (1 - edge))
    profile = profile ** np.float32(1.25)
    heights = (0.055 + 0.018 * swell).clip(0.012) * profile + 0.014 * swell
    light, _ = terrain.sunlight(heights, height=0.30, side=-1, ahead=0.12)
    ripples = np.sin((u * 1.2 + v * 0.5 + 0.012 * wander + 0.004 * swell) * 2 * np.pi * 110)
    grains = brush.noise(rng, n, n, 0.02, slope=0.6, fine=1)
    sand = light * 2.4 * (1 + 0.07 * ripples + 0.03 * grains)
    colours = sand[..., None] * rgb("#e39a52") * 1.25 + rgb("#5a3a45") * (0.55 + 0.25 * profile[..., None])
    seen = terrain.view(
        heights, h, w, eye=0.125, horizon=0.30, near=0.10, far=3.4, field=0.85, place=(0.36, 0.20)
    )
    y, _x = brush.grid(h, w)
    sky = brush.gradient(y, [(0, "#3f7fc0"), (0.18, "#86b4d8"), (0.31, "#f3d9b4"), (1, "#f3d9b4")])
    picture = brush.backdrop(sky, h, w)
    land = brush.look(colours, seen.u, seen.v)
    far = brush.look(brush.blur(colours, 3), seen.u, seen.v)
    land = brush.mix(land, far, brush.smooth(0.5, 1.4, seen.depth))
    land = brush.mix(land, rgb("#eac6a0"), 1 - np.exp(-((seen.depth * 0.42) ** 1.5)))
    brush.cover(picture[seen.top :], seen.mask, land)
    return lambda _moment, _rng: picture


def _balloon(picture: Image, cx: float, cy: float, r: float, colours: tuple[str, ...], haze: float) -> None:
    """A hot-air balloon of radius `r`, striped, lit from the left, in place."""
    h, w = picture.shape[:2]
    top, bottom = max(0, int((cy - 1.3 * r) * h)), min(h, int((cy + 2.3 * r) * h))
    left, right = max(0, int((cx - 1.3 * r) * h)), min(w, int((cx + 1.3 * r) * h))
    if top >= bottom or left >= right:
        return
    part = picture[top:bottom, left:right]
    y = ((np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5) / h - cy) / r
    x = ((np.arange(left, right, dtype=np.float32)[None, :] + 0.5) / h - cx) / r
    narrow = np.where(y > 0.1, 1 - 0.42 * brush.smooth(0.1, 1.35, y) - 0.30 * brush.smooth(0.7, 1.4, y), 1.0)
    across = np.clip(
        x
        / np.maximum(
            narrow * np.sqrt(np.clip(1 - (y / 1.35) ** 2 * np.where(y > 0, 0.55, 1.82), 0.02, 1)), 0.05
        ),
        -1,
        1,
    )
    edge = narrow * np.sqrt(np.clip(1 - np.where(y < 0, y, y * 0.72) ** 2, 0, 1))
    mask = np.clip((edge - np.abs(x)) * r * h + 0.5, 0, 1) * (y < 1.28) * (y > -1.0)
    angle = np.arcsin(across) / np.pi * 12 + 0.5
    gore = np.floor(angle).astype(int)
    palette = np.stack([rgb(code) for code in colours])
    skin = palette[np.mod(gore, len(colours))]
    band = (np.abs(y - 0.12) < 0.16)[..., None]
    skin = np.where(band, palette[np.mod(gore + 1, len(colours))], skin)
    seam = 0.82 + 0.18 * np.sin(np.pi * np.mod(angle, 1)) ** 0.6
    shade = (
        0.42 + 0.85 * np.clip(-0.62 * across - 0.35 * y + 0.55 * np.sqrt(np.clip(1 - across**2, 0, 1)), 0, 1)
    ) * seam
    skin = brush.mix((skin * shade[..., None]).astype(np.float32), rgb("#f0cdb8"), haze)
    part += (skin - part) * mask[..., None]
    basket = brush.mix(rgb("#4a2f1e"), rgb("#f0cdb8"), haze)
    box = ((np.abs(x) < 0.15) & (y > 1.62) & (y < 1.86)).astype(np.float32)
    ropes = ((np.abs(np.abs(x) - (0.155 - 0.06 * (y - 1.26))) < 0.016) & (y > 1.24) & (y < 1.64)).astype(
        np.float32
    )
    if r * h > 12:
        part += (basket - part) * np.maximum(brush.blur(box, 0.6), ropes * 0.8)[..., None]


def balloons(rng: Random, h: int, w: int) -> Painter:
    """Balloons drift over a valley of rock towers at first light."""
    n = 640
    wander = brush.noise(rng, n, n, 0.30, slope=2.8, fine=2)
    towers = brush.noise(rng, n, n, 0.055, slope=2.6, fine=1)
    grown = brush.smooth(-0.4, 1.2, wander)
    heights = 0.020 * wander + 0.024 * grown * brush.smooth(0.2, 1.7, towers) + 0.002 * towers
    light, _ = terrain.sunlight(heights, height=0.26, side=-1, ahead=0.1)
    rock = brush.noise(rng, n, n, 0.03, slope=1.2, fine=1)
    green = brush.smooth(0.9, 0.0, towers + 0.3 * rock) * brush.smooth(1.2, 0.0, wander)
    tint = brush.mix(np.broadcast_to(rgb("#dcb896"), (n, n, 3)), rgb("#66743e"), green * 0.95)
    layers = 1 + 0.10 * np.sin(heights * 1300)
    colours = (
        tint * (light * 2.6 * (1 + 0.12 * rock) * layers)[..., None] * rgb("#ffe8d0") * 0.62
        + tint * rgb("#7a86b4") * 0.9
    )
    seen = terrain.view(
        heights, h, w, eye=0.125, horizon=0.52, near=0.12, far=3.6, field=0.95, place=(0.1, 0.05)
    )
    y, x = brush.grid(h, w)
    sky = brush.gradient(
        y, [(0, "#6f9bd0"), (0.22, "#a9bfe0"), (0.38, "#f0cfd0"), (0.50, "#ffdcb4"), (1, "#ffdcb4")]
    )
    picture = brush.backdrop(sky, h, w)
    wisps = brush.smooth(0.5, 2.4, brush.noise(rng, h, w, 0.25, stretch=3.5, slope=1.8, fine=3))
    brush.cover(picture, wisps * 0.5 * brush.smooth(0.5, 0.2, y), rgb("#ffe6dc"))
    picture += brush.lamp(x, y, -0.05, 0.46, 0.45)[..., None] * rgb("#ffb070") * 0.5
    land = brush.look(colours, seen.u, seen.v)
    low = brush.look(heights, seen.u, seen.v)
    mist = brush.smooth(0.012, -0.03, low) * brush.smooth(0.4, 1.4, seen.depth) * 0.6
    land = brush.mix(land, rgb("#e8d0cc"), np.maximum(1 - np.exp(-((seen.depth * 0.46) ** 1.6)), mist))
    brush.cover(picture[seen.top :], seen.mask, land)
    kinds = [
        ("#c8202c", "#f4e9d8"),
        ("#f2a51e", "#d8451e", "#7a1530"),
        ("#1f4f9c", "#f2d24a"),
        ("#8a2a7c", "#f08a9c"),
        ("#1f8a84", "#f4ead0", "#e0612c"),
        ("#e8c23a", "#3a6ab0", "#e8e2d4"),
        ("#d8343c", "#f0b83a"),
    ]
    fleet = [
        (0.28, 0.62, 0.022, 0.62),
        (1.44, 0.45, 0.024, 0.60),
        (0.72, 0.50, 0.030, 0.5),
        (1.06, 0.56, 0.036, 0.42),
        (0.15, 0.40, 0.05, 0.30),
        (1.24, 0.26, 0.068, 0.18),
        (0.56, 0.27, 0.148, 0.0),
    ]

    def paint(moment: float, _rng: Random) -> Image:
        frame = picture.copy()
        for (cx, cy, r, haze), colours_of in zip(fleet, kinds, strict=True):
            _balloon(frame, cx + 0.35 * r * moment, cy - 0.5 * r * moment, r, colours_of, haze)
        return frame

    return paint


def tulips(rng: Random, h: int, w: int) -> Painter:
    """Rows of tulips to the horizon, a mill, and a few blossoms close to the lens."""
    y, x = brush.grid(h, w)
    horizon = 0.36
    sky = brush.gradient(y, [(0, "#3c86cf"), (0.2, "#84b6e2"), (horizon, "#dfe9ee"), (1, "#dfe9ee")])
    picture = brush.backdrop(sky, h, w)
    skies.clouds(picture, rng, horizon, "#ffffff", "#a9b6c6", 0.9)
    trees = horizon - 0.012 - 0.008 * np.abs(brush.line(rng, w, 0.08, slope=1.0))
    brush.cover(picture, brush.below(y, trees.astype(np.float32), h), rgb("#6f8a84"))
    _mill(picture, 1.16, horizon + 0.004, 0.12)
    depth = np.maximum(y - horizon, 0.002)
    z = 0.32 / depth
    across = (x - 0.70) * z / 0.32 * 0.32
    bed = across * 3.1 + 0.03 * np.sin(z * 2)
    place = np.mod(bed, 1)
    leafy = brush.smooth(0.74, 0.80, place) + brush.smooth(0.06, 0.0, place)
    kinds = ["#d81f2e", "#f6c21c", "#e85a9a", "#f07a1e", "#8a2a86", "#f4efe6"]
    palette = np.stack([rgb(code) for code in kinds])
    rows = palette[np.mod(np.floor(bed).astype(int), len(kinds))]
    speck = brush.look(brush.noise(rng, 512, 512, 0.03, slope=0.7, fine=1), across * 420, z * 300)
    fade = np.clip(depth * 9, 0.15, 1)
    ground = brush.mix(rows * 0.8, rgb("#3f6a2c"), np.clip(leafy, 0, 1) * 0.92)
    ground = ground * (1 + 0.30 * fade * speck)[..., None].clip(0.25, 2.2)
    ground = brush.mix(ground, rgb("#c3cfd4"), np.exp(-depth * 22) * 0.65)
    brush.cover(picture, np.broadcast_to(brush.smooth(horizon - 0.001, horizon + 0.002, y), (h, w)), ground)
    picture = _blossoms(picture, rng, horizon, palette)
    return lambda _moment, _rng: picture


def _blossoms(picture: Image, rng: Random, horizon: float, palette: Image) -> Image:
    """Single flowers on the beds, far ones first; those at the lens out of focus."""
    h, w = picture.shape[:2]
    roots = np.round(np.sqrt(np.clip(picture, 0, 6) / 6) * 255).astype(np.uint8)
    near: list[tuple[float, float, float, Image]] = []
    for depth in np.geomspace(0.035, 0.80, 46):
        z = 0.32 / depth
        size = 0.058 * depth
        step = size * (1.25 if depth < 0.3 else 1.1)
        for cx in np.arange(-0.1, w / h + 0.1, step):
            fx = cx + rng.normal(0, step * 0.3)
            bed = (fx - 0.70) * z * 3.1 + 0.03 * np.sin(z * 2)
            if not 0.05 < bed % 1 < 0.76:
                continue
            colour = palette[int(np.floor(bed)) % len(palette)] * rng.uniform(0.7, 1.15)
            cy = horizon + depth - size * rng.uniform(0.2, 1.6)
            if depth > 0.52:
                near.append((fx, cy, size, colour))
            else:
                _tulip(roots, fx * h, cy * h, size * h, colour, rng)
    light = (roots.astype(np.float32) / 255) ** 2 * 6
    layer = np.round(np.sqrt(np.clip(light, 0, 6) / 6) * 255).astype(np.uint8)
    for fx, cy, size, colour in near:
        _tulip(layer, fx * h, cy * h, size * h, colour, rng)
    front = (layer.astype(np.float32) / 255) ** 2 * 6
    y, _ = brush.grid(h, w)
    soft = brush.blur(front, 0.010 * h)
    return brush.mix(front, soft, np.broadcast_to(brush.smooth(0.80, 0.97, y), (h, w)))


def _tulip(roots: NDArray[np.uint8], cx: float, cy: float, size: float, colour: Image, rng: Random) -> None:
    """One blossom of `size` pixels into the square-root-coded picture."""

    def coded(light: Image) -> tuple[float, ...]:
        return tuple(float(v) for v in np.sqrt(np.clip(light, 0, 6) / 6) * 255)

    point = (round(cx * 16), round(cy * 16))
    lean = float(rng.normal(0, 7))
    if size > 5:
        foot = (round((cx + lean * 0.1) * 16), round((cy + size * 2.4) * 16))
        cv2.line(roots, point, foot, coded(rgb("#4f7f34")), max(1, round(size / 7)), cv2.LINE_AA, 4)
    half, tall = round(size * 0.36 * 16), round(size * 0.55 * 16)
    cv2.ellipse(roots, point, (half, tall), lean, 0, 360, coded(colour * 0.55), -1, cv2.LINE_AA, 4)
    if size > 4:
        for shift, tilt, bright in ((-0.17, -14, 0.85), (0.17, 14, 0.68), (0.0, 0, 1.1)):
            petal = (round((cx + shift * size) * 16), round((cy + 0.03 * size) * 16))
            cv2.ellipse(
                roots,
                petal,
                (round(size * 0.22 * 16), round(size * 0.50 * 16)),
                lean + tilt,
                0,
                360,
                coded(colour * bright),
                -1,
                cv2.LINE_AA,
                4,
            )
        shine = (round((cx - 0.07 * size) * 16), round((cy - 0.1 * size) * 16))
        cv2.ellipse(
            roots,
            shine,
            (round(size * 0.06 * 16), round(size * 0.28 * 16)),
            lean,
            0,
            360,
            coded(colour * 1.5 + 0.04),
            -1,
            cv2.LINE_AA,
            4,
        )


def _mill(picture: Image, cx: float, foot: float, tall: float) -> None:
    tower = [
        (cx - 0.24 * tall, foot),
        (cx - 0.13 * tall, foot - 0.72 * tall),
        (cx + 0.13 * tall, foot - 0.72 * tall),
        (cx + 0.24 * tall, foot),
    ]
    cap = [
        (cx - 0.15 * tall, foot - 0.72 * tall),
        (cx, foot - 0.90 * tall),
        (cx + 0.16 * tall, foot - 0.72 * tall),
    ]
    brush.fill(picture, rgb("#4a4d55"), tower, cap)
    hub = (cx, foot - 0.74 * tall)
    for turn in (0.5, 2.07, 3.64, 5.21):
        tip = (hub[0] + 0.62 * tall * np.cos(turn), hub[1] + 0.62 * tall * np.sin(turn))
        side = (0.08 * tall * np.cos(turn + 1.57), 0.08 * tall * np.sin(turn + 1.57))
        sail = [
            hub,
            tip,
            (tip[0] + side[0], tip[1] + side[1]),
            (hub[0] * 0.8 + tip[0] * 0.2 + side[0], hub[1] * 0.8 + tip[1] * 0.2 + side[1]),
        ]
        brush.fill(picture, rgb("#565a63"), sail, share=0.8)


def forest(rng: Random, h: int, w: int) -> Painter:
    """Morning sun through a misty beech wood: pale trunks far away, dark ones near, rays between."""
    y, x = brush.grid(h, w)
    sx, sy = 0.40, 0.20
    near_sun = np.sqrt((x - sx) ** 2 + 0.6 * (y - sy) ** 2)
    picture = brush.gradient(
        near_sun, [(0, "#fdf6cf"), (0.13, "#e6e49c"), (0.34, "#a3b868"), (0.62, "#64834a"), (1.1, "#3a5638")]
    )
    floor = brush.gradient(y, [(0, "#a8b45c"), (0.62, "#b3b55a"), (0.75, "#6f7a34"), (1, "#241f12")])
    brush.cover(picture, np.broadcast_to(brush.smooth(0.60, 0.74, y), (h, w)), floor)
    litter = brush.noise(rng, h, w, 0.05, slope=1.0, stretch=2.5, fine=1)
    picture *= (1 + 0.20 * litter * brush.smooth(0.62, 0.8, y))[..., None]
    for layer in range(5):
        near = layer / 4
        leaf = brush.noise(rng, h, w, 0.16 - 0.02 * layer, slope=1.35, fine=2)
        roof = brush.smooth(
            0.15, 0.8, leaf + brush.smooth(0.55 - 0.1 * near, 0.0, y) * 1.5 - 1.0 + 0.35 * near
        )
        body = brush.mix(picture, rgb("#1c2a10"), 0.12 + 0.72 * near)
        brush.cover(picture, roof * (0.35 + 0.45 * near), body)
        _trunks(picture, rng, near)
    glare = brush.lamp(x, y, sx, sy, 0.13)[..., None] * lamplight("#fff2b8") * 0.9
    angle = np.arctan2(x - sx, y - sy)
    spokes = brush.line(rng, 1024, 0.06, slope=1.9)
    beam = np.clip(
        brush.look(np.tile(spokes, (4, 1)), (angle / np.pi + 1) * 512 * 0.9, np.full_like(angle, 1.0)), 0, 3
    )
    veil = brush.noise(rng, h, w, 0.3, slope=2.0, fine=4) * 0.25 + 0.9
    rays = (
        beam**1.3
        * brush.smooth(0.02, 0.25, near_sun)
        * np.exp(-near_sun * 1.7)
        * veil
        * brush.smooth(1.9, 0.9, np.abs(angle))
    )
    picture += glare + rays[..., None] * lamplight("#f2eaaa") * 0.30
    return lambda _moment, _rng: brush.bloom(picture, 0.02 * h, 0.25, 1.2)


def _trunks(picture: Image, rng: Random, near: float) -> None:
    """A row of trunks at one distance, in place; `near` runs from 0 (in the mist) to 1 (at the path's side)."""
    h, w = picture.shape[:2]
    count, outlines = int(15 - 11 * near), []
    foot = 0.66 + 0.26 * near**1.4
    for slot in range(count):
        cx = (slot + rng.uniform(0.15, 0.85)) / count * (w / h + 0.2) - 0.1
        if near > 0.6 and 0.25 < cx < 0.52:
            continue
        wide = (0.006 + 0.040 * near**1.6) * rng.uniform(0.7, 1.3)
        sway = rng.normal(0, 0.012)
        yy = np.linspace(-0.02, foot + rng.uniform(-0.035, 0.03), 24)
        bend = cx + sway * np.sin(yy * 4 + rng.uniform(0, 6)) + rng.normal(0, 0.02) * (1 - yy)
        girth = wide * (0.55 + 0.45 * yy / foot) * (1 + 0.45 * np.exp((yy - foot) * 30))
        outline = np.array(
            [*zip(bend - girth, yy, strict=True), *zip((bend + girth)[::-1], yy[::-1], strict=True)]
        )
        outlines.append(outline)
    dark = brush.mix(picture, rgb("#17150c"), 0.30 + 0.66 * near)
    brush.fill(picture, dark, *outlines, share=0.75 + 0.25 * near)
