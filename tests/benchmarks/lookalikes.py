"""Pictures that look alike and are no copies: made ones, for photographs of these kinds are rare in open sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

TEXT = (
    "light", "shutter", "harbour", "window", "morning", "camera", "garden", "river", "mountain", "yellow", "street", "market",
    "winter", "station", "bridge", "people", "colour", "shadow", "paper", "travel", "island", "summer", "evening", "forest",
)  # fmt: skip
SLIDES = (("Results", "Revenue up 4 %"), ("Outlook", "Revenue flat"), ("Team", "Twelve new people"),
          ("Risks", "Currency, supply"), ("Results", "Revenue up 9 %"), ("Results II", "Profit up 2 %"))  # fmt: skip
MOVED_PART = 0.12  # of each side: so large is the window in which something moves


def lookalikes(sequences: Path) -> Iterator[tuple[str, Image.Image]]:
    """Name and picture; no two are copies of each other."""
    for number, (title, line) in enumerate(SLIDES):
        yield f"slide {number}", slide(title, line)
    for seed in range(8):
        yield f"sky {seed}", sky(seed)
    for seed in range(6):
        yield f"screen {seed}", screen(seed)
    for clip in ("camel", "breakdance", "cows"):
        frames = sorted((sequences / clip).glob("*.jpg"))[:3]
        pictures = [Image.open(path).convert("RGB") for path in frames]
        for number, other in enumerate(pictures):
            yield f"{clip} {number}", small_movement(pictures[0], other, number) if number else other


def slide(title: str, line: str) -> Image.Image:
    """One of a series: the same head and foot, other words."""
    page = Image.new("RGB", (1280, 720), (245, 245, 240))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 1280, 90), fill=(30, 60, 120))
    for place, words, size, ink in (
        ((40, 20), "Annual report 2024", 44, "white"),
        ((80, 200), title, 60, (20, 20, 20)),
        ((80, 330), line, 36, (60, 60, 60)),
        ((1000, 660), "Example Ltd.", 26, (120, 120, 120)),
    ):
        draw.text(place, words, font=ImageFont.load_default(size), fill=ink)
    return page


def sky(seed: int) -> Image.Image:
    """Blue that grows paler downwards, with a sensor's noise."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[0:1:600j, 0:1:900j]  # type: ignore[misc]
    above, below = rng.integers(60, 140, 3) + np.array([0, 0, 60]), rng.integers(150, 240, 3)
    part = (down + rng.uniform(-0.3, 0.3) * across)[..., None]
    levels = above * (1 - part) + below * part + rng.normal(0, 1.5, (600, 900, 3))
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def screen(seed: int) -> Image.Image:
    """A program's window: the same bars at the top and at the left, another text."""
    rng = np.random.default_rng(seed)
    page = Image.new("RGB", (1440, 900), (236, 236, 236))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 1440, 60), fill=(50, 50, 50))
    draw.rectangle((0, 60, 260, 900), fill=(220, 224, 230))
    for row in range(12):
        draw.text((20, 90 + row * 40), TEXT[row], font=ImageFont.load_default(22), fill=(40, 40, 40))
    for row in range(14):
        words = " ".join(rng.choice(TEXT, 8))
        draw.text((300, 100 + row * 50), words, font=ImageFont.load_default(24), fill=(20, 20, 20))
    return page


def small_movement(frame: Image.Image, later: Image.Image, seed: int) -> Image.Image:
    """`frame` again with noise of its own, and as `later` is where that differs most: one small thing has moved."""
    one, other = (np.asarray(image, np.float32) for image in (frame, later))
    height, width = one.shape[:2]
    differs = cv2.GaussianBlur(np.abs(one - other).mean(axis=2), (0, 0), 12)
    row, column = np.unravel_index(int(differs.argmax()), differs.shape)
    down, across = int(height * MOVED_PART / 2), int(width * MOVED_PART / 2)
    window = np.zeros((height, width), np.float32)
    window[max(0, row - down) : row + down, max(0, column - across) : column + across] = 1
    part = np.asarray(cv2.GaussianBlur(window, (0, 0), 6))[..., None]
    noise = np.random.default_rng(seed).normal(0, 1.2, one.shape)
    return Image.fromarray((one * (1 - part) + other * part + noise).clip(0, 255).astype(np.uint8))
