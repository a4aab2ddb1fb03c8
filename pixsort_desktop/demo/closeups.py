"""Near things: a zinnia, a table by candle light, and single pictures that belong to nothing."""

from __future__ import annotations

import cv2
import numpy as np

from pixsort_desktop.demo import brush
from pixsort_desktop.demo.brush import Image, Painter, Random, lamplight, rgb


def zinnia(rng: Random, h: int, w: int) -> Painter:
    """A zinnia in morning dew before a soft green garden."""
    y, x = brush.grid(h, w)
    unit = w / h
    soft = brush.noise(rng, h // 4, w // 4, 0.5, slope=2.4, fine=1)
    soft = np.asarray(cv2.resize(soft, (w, h), interpolation=cv2.INTER_CUBIC), np.float32)
    picture = brush.gradient(
        soft * 0.22 + (0.75 - y) + 0.25 * (x / unit - 0.5),
        [(-0.4, "#12261a"), (0.0, "#2f5a2c"), (0.4, "#7fa648"), (0.8, "#cfd98a")],
    )
    for _ in range(46):
        size = rng.uniform(0.012, 0.05)
        tint = lamplight(str(rng.choice(["#dff0a0", "#fff4c8", "#a8d870", "#f4c8d8"])))
        brush.bokeh(
            picture,
            rng.uniform(0, unit),
            rng.uniform(0, 0.75),
            size,
            tint * np.float32(rng.uniform(0.03, 0.16)),
            0.4,
        )
    cx, cy, reach = 0.5 * unit, 0.42, 0.42 * unit
    stem = [(cx - 0.016, cy), (cx + 0.03, 1.05), (cx + 0.075, 1.05), (cx + 0.018, cy)]
    brush.fill(picture, rgb("#5c8a3a"), stem, soft=0.004)
    for ring, (count, size, dim) in enumerate(
        ((22, 1.0, 0.62), (20, 0.92, 0.85), (17, 0.76, 1.0), (24, 0.40, 1.05))
    ):
        _petals(picture, rng, cx, cy, reach * size, count, dim, ring)
    _heart(picture, rng, cx, cy, reach * 0.24)
    _dew(picture, rng, cx, cy, reach)
    return lambda _moment, _rng: picture


def _petals(
    picture: Image, rng: Random, cx: float, cy: float, reach: float, count: int, dim: float, ring: int
) -> None:
    """One ring of petals seen a little from above, in place."""
    h, w = picture.shape[:2]
    span = np.s_[
        max(0, int((cy - 1.1 * reach) * h)) : int((cy + 1.1 * reach) * h),
        max(0, int((cx - 1.15 * reach) * h)) : int((cx + 1.15 * reach) * h),
    ]
    y, x = brush.grid(h, w)
    dx, dy = x[:, span[1]] - cx, (y[span[0]] - cy) / 0.90
    r = np.sqrt(dx * dx + dy * dy) / np.float32(reach)
    turn = np.arctan2(dy, dx) / (2 * np.pi) * count + 0.37 * ring + 0.10 * np.sin(r * 3 + ring)
    for half in (0, 1):  # every other petal lies over its neighbours
        number = np.mod(np.floor(turn + 0.5), count).astype(int)
        a = turn - np.floor(turn + 0.5)
        if half:
            number = np.mod(np.floor(turn), count).astype(int)
            a = turn - np.floor(turn) - 0.5
        length = rng.uniform(0.90, 1.0, count).astype(np.float32)[number]
        lean = rng.normal(0, 0.07, count).astype(np.float32)[number]
        shade = rng.uniform(0.86, 1.08, count).astype(np.float32)[number]
        along = r / length
        a = a + lean * along
        wide = (
            0.52
            * np.sqrt(np.clip(along, 0, 1))
            * np.sqrt(np.clip(1 - along**7, 0, 1))
            / np.maximum(along, 0.15)
            * 0.92
        )
        edge = (wide - np.abs(a)) * 2 * np.pi * r * reach * h / count
        mask = np.clip(edge + 0.5, 0, 1) * (along < 1)
        vein = 1 + 0.10 * np.cos(a * 34) * brush.smooth(0.15, 0.7, along) - 0.25 * np.exp(-((a / 0.035) ** 2))
        fold = 0.60 + 0.40 * np.cos(np.clip(a / 0.5, -1, 1) * 1.35) + 0.14 * a
        colour = brush.gradient(
            along, [(0.1, "#7a1038"), (0.4, "#d8326e"), (0.75, "#f2709a"), (1.0, "#fbb4c8")]
        )
        under = 0.72 + 0.28 * brush.smooth(0.3, 0.9, along)
        lit = (vein * fold * shade * under * dim * (1.05 - 0.16 * dy / reach))[..., None]
        part = picture[span]
        shadow = np.clip(edge / 9 + 1.0, 0, 1) * 0.35 * (along < 1)
        part *= (1 - shadow * (mask < 0.99))[..., None]
        part += (colour * lit - part) * mask[..., None]


def _heart(picture: Image, rng: Random, cx: float, cy: float, radius: float) -> None:
    """The florets of the heart, set by the golden angle (H. Vogel, 1979), in place."""
    h, w = picture.shape[:2]
    y, x = brush.grid(h, w)
    brush.cover(picture, brush.disc(x, cy + (y - cy) / 0.9, cx, cy, radius * 1.02, 0.004), rgb("#3a0a20"))
    coded = np.ascontiguousarray(np.round(np.sqrt(np.clip(picture, 0, 6) / 6) * 255).astype(np.uint8))
    for k in range(420, 0, -1):
        r, a = radius * np.sqrt(k / 420), k * 2.39996
        px, py = cx + r * np.cos(a), cy + 0.9 * r * np.sin(a)
        share = r / radius
        base = (
            brush.mix(rgb("#c8a838"), rgb("#f2d66a"), float(share))
            if share > 0.55
            else brush.mix(rgb("#3f5a20"), rgb("#a89a3a"), float(share / 0.55))
        )
        base = base * (0.75 + 0.4 * rng.random())
        for shift, size, gain in ((0.0, 1.0, 0.45), (-0.16, 0.72, 1.0), (-0.3, 0.34, 1.7)):
            dot = radius * 0.062 * size
            centre = (
                round((px + shift * radius * 0.05) * h * 16),
                round((py + shift * radius * 0.07) * h * 16),
            )
            value = tuple(float(v) for v in np.sqrt(np.clip(base * gain, 0, 6) / 6) * 255)
            cv2.circle(coded, centre, round(dot * h * 16), value, -1, cv2.LINE_AA, 4)
    rows = np.s_[int((cy - radius * 1.1) * h) : int((cy + radius * 1.1) * h)]
    picture[rows] = (coded[rows].astype(np.float32) / 255) ** 2 * 6


def _dew(picture: Image, rng: Random, cx: float, cy: float, reach: float) -> None:
    h, w = picture.shape[:2]
    y, x = brush.grid(h, w)
    for _ in range(34):
        a, r = rng.uniform(0, 6.28), reach * rng.uniform(0.4, 0.93)
        px, py, size = cx + r * np.cos(a), cy + 0.9 * r * np.sin(a), rng.uniform(0.003, 0.0085)
        box = np.s_[
            max(0, int((py - 2 * size) * h)) : int((py + 2 * size) * h) + 1,
            max(0, int((px - 2 * size) * h)) : int((px + 2 * size) * h) + 1,
        ]
        if picture[box].size == 0:
            continue
        xx, yy = x[:, box[1]], y[box[0]]
        inside = brush.disc(xx, yy, px, py, size, 0.0008)
        picture[box] *= (1 + inside * (0.9 * ((yy - py) / size) * 0.6 - 0.12))[..., None]
        picture[box] += brush.disc(xx, yy, px - 0.35 * size, py - 0.4 * size, size * 0.2, 0.0008)[
            ..., None
        ] * np.float32(2.2)


def candles(rng: Random, h: int, w: int) -> Painter:
    """A table laid for the evening: candles in glasses, strings of lights far behind."""
    y, _x = brush.grid(h, w)
    table = 0.66
    picture = brush.backdrop(
        brush.gradient(y, [(0, "#1c1220"), (0.4, "#38202a"), (0.66, "#5a3428"), (1, "#5a3428")]), h, w
    )
    for start, sag, lift in ((0.06, 0.15, 0.00), (0.20, 0.12, 0.05), (-0.02, 0.20, -0.03)):
        for px in np.arange(-0.05, w / h + 0.1, 0.105):
            t = (px / (w / h) * 2) % 1
            py = start + sag * 4 * t * (1 - t) + lift + rng.normal(0, 0.006)
            tint = lamplight(str(rng.choice(["#ffcf8a", "#ffb85a", "#ffe4b8", "#ff9a50"])))
            brush.bokeh(
                picture,
                px + rng.normal(0, 0.012),
                py,
                rng.uniform(0.030, 0.046),
                tint * np.float32(rng.uniform(0.25, 0.75)),
            )
    for _ in range(34):
        tint = lamplight(str(rng.choice(["#ffc070", "#ff8a4a", "#ffe0b0", "#d8607a", "#8ab0d8"])))
        brush.bokeh(
            picture,
            rng.uniform(0, w / h),
            rng.uniform(0.36, 0.64),
            rng.uniform(0.016, 0.034),
            tint * np.float32(rng.uniform(0.06, 0.3)),
        )
    cloth = brush.gradient(y, [(0, "#4a2c24"), (table, "#4a2c24"), (0.8, "#7c5440"), (1.0, "#54362c")])
    mirrored = brush.blur(np.ascontiguousarray(picture[::-1]), 0.03 * h)
    shifted = np.roll(mirrored, int((2 * table - 1) * h), axis=0)
    grainy = brush.noise(rng, h, w, 0.02, slope=0.8, stretch=12, fine=1)
    wood = (
        brush.backdrop(cloth, h, w) * (1 + 0.12 * grainy[..., None] * brush.smooth(table, 0.85, y)[..., None])
        + shifted * 0.22
    )
    brush.cover(picture, np.broadcast_to(brush.smooth(table - 0.012, table + 0.012, y), (h, w)), wood)
    _roses(picture, rng, 1.28, 0.64)
    spots = [(0.24, 0.71, 0.10, 0.010), (1.02, 0.72, 0.12, 0.006), (0.60, 0.86, 0.22, 0.0)]

    def paint(moment: float, frame_rng: Random) -> Image:
        frame = picture.copy()
        for number, (cx, foot, tall, soft) in enumerate(spots):
            sway = 0.35 * np.sin(7 * moment + 2.1 * number) + frame_rng.normal(0, 0.15)
            _candle(frame, cx, foot, tall, soft, float(sway), 1 + 0.10 * float(np.sin(11 * moment + number)))
        return brush.bloom(frame, 0.02 * h, 0.18, 1.4)

    return paint


def _candle(
    picture: Image, cx: float, foot: float, tall: float, soft: float, sway: float, power: float
) -> None:
    """A candle burning in a tumbler, in place; `soft` is its blur."""
    h, w = picture.shape[:2]
    y0, y1 = max(0, int((foot - 2.6 * tall) * h)), min(h, int((foot + 1.2 * tall) * h))
    x0, x1 = max(0, int((cx - 2.4 * tall) * h)), min(w, int((cx + 2.4 * tall) * h))
    part = picture[y0:y1, x0:x1]
    y = (np.arange(y0, y1, dtype=np.float32)[:, None] / h - foot) / tall
    x = (np.arange(x0, x1, dtype=np.float32)[None, :] / h - cx) / tall
    pool = brush.smooth(0.0, 0.10, y) / (1 + (x / 0.9) ** 2 * 2.2 + (y / 0.45) ** 2 * 1.4)
    lit = part + pool[..., None] * lamplight("#ffb060") * np.float32(0.55 * power)
    half = 0.40 + 0.06 * -y
    body = (
        np.clip((half - np.abs(x)) * tall * h, 0, 1)
        * brush.smooth(0.06, 0.03, y + 0.10 * np.abs(x) ** 2 * -1 - 0.05)
        * (y > -1.0)
    )
    inner = 1 / (1 + ((y + 0.42) / 0.42) ** 2 + (x / 0.5) ** 2)
    wax = brush.smooth(-0.52, -0.48, y + 0.02 * np.cos(x * 7))
    glass = brush.gradient(
        np.clip(inner * (0.55 + 0.6 * wax), 0, 1),
        [(0, "#4a2818"), (0.35, "#b0602a"), (0.7, "#f2a850"), (1, "#ffe2a0")],
    )
    rim = np.exp(-(((np.abs(x) - half + 0.035) / 0.025) ** 2)) * 0.5
    ring = np.exp(-(((np.sqrt((x / 0.46) ** 2 + ((y + 1.0) / 0.07) ** 2) - 1) / 0.10) ** 2)) * 0.8
    layer = lit + (glass * np.float32(power) - lit) * (body * (0.45 + 0.50 * wax))[..., None]
    layer += ((rim * body + ring) * 0.42)[..., None] * lamplight("#ffe8c8")
    shine = np.exp(-(((x + 0.27) / 0.03) ** 2)) * brush.smooth(-0.92, -0.8, y) * brush.smooth(-0.15, -0.3, y)
    layer += (shine * 0.5)[..., None] * lamplight("#fff0d8")
    fy = np.clip((-0.52 - y) / 0.34, 0, 1)
    middle = 0.05 * sway * fy**2
    wide = 0.058 * np.sqrt(np.clip(fy, 0, 1)) ** 0.8 * (1 - fy) ** 0.75 * 2.3
    flame = brush.smooth(0.0, 0.035, wide - np.abs(x - middle)) * (fy > 0)
    heat = brush.gradient(fy, [(0, "#c06a30"), (0.2, "#ffc860"), (0.5, "#fff4d0"), (1, "#ffcf70")])
    layer += (heat * np.float32(1.4) - layer * 0.6) * flame[..., None]
    wick = np.exp(-((x / 0.012) ** 2)) * brush.smooth(-0.60, -0.57, y) * brush.smooth(-0.48, -0.50, y)
    layer *= (1 - 0.8 * wick)[..., None]
    layer += (
        (1 / (1 + (x**2 + (y + 0.62) ** 2) / 0.05) ** 1.2)[..., None]
        * lamplight("#ffbe6a")
        * np.float32(0.75 * power)
    )
    edge_y = np.minimum(np.linspace(0, 12, y1 - y0), np.linspace(12, 0, y1 - y0)).clip(0, 1)
    edge_x = np.minimum(np.linspace(0, 6, x1 - x0), np.linspace(6, 0, x1 - x0)).clip(0, 1)
    fade = (edge_y[:, None] * edge_x[None, :]).astype(np.float32)
    part += (brush.blur(np.ascontiguousarray(layer, np.float32), soft * h) - part) * fade[..., None]


def _roses(picture: Image, rng: Random, cx: float, cy: float) -> None:
    """A bunch of roses out of focus, in place."""
    h, w = picture.shape[:2]
    layer = picture.copy()
    for _ in range(30):
        px, py = cx + rng.normal(0, 0.13), cy + rng.normal(0.05, 0.05)
        leaf = [
            (px + 0.05 * np.cos(a) + 0.02 * np.cos(2 * a), py + 0.025 * np.sin(a))
            for a in np.linspace(0, 6.28, 14)
        ]
        brush.fill(layer, rgb(str(rng.choice(["#24341c", "#34462a", "#1c2818"]))), leaf)
    for _ in range(13):
        px, py, size = cx + rng.normal(0, 0.12), cy + rng.normal(-0.03, 0.06), rng.uniform(0.045, 0.07)
        tint = rgb(str(rng.choice(["#e8b8a8", "#f2d8c4", "#c87a78", "#f4e6da"]))) * np.float32(0.55)
        for k in range(6):
            s, turn = size * (1 - 0.15 * k), rng.uniform(0, 6.28)
            ring = [
                (
                    px + 0.12 * s * np.cos(turn) + s * np.cos(a),
                    py + 0.12 * s * np.sin(turn) + 0.85 * s * np.sin(a),
                )
                for a in np.linspace(0, 6.28, 18)
            ]
            brush.fill(layer, tint * np.float32(0.65 + 0.12 * (k % 2) + 0.06 * k), ring)
    y, x = brush.grid(h, w)
    near = brush.smooth(0.42, 0.30, np.sqrt((x - cx) ** 2 + (y - cy) ** 2))
    picture += (brush.blur(layer, 0.013 * h) - picture) * near[..., None]
