"""Pictures that show nothing: what a model makes of them is what it would say of any picture.

As content-free inputs tell what a language model answers to anything (Zhao et al., «Calibrate Before Use», ICML 2021).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

EACH = 12
"""Pictures of each kind."""

_EDGE = 256
_CELLS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128)


def neutral_pictures() -> list[NDArray[np.uint8]]:
    """(256, 256, 3) uint8 RGB, the same at every call: plain tones, gradients, clouds of colour, grain on grey."""
    dice = np.random.default_rng(1)
    across = np.linspace(0, 1, _EDGE)
    found: list[NDArray[Any]] = []
    for number in range(EACH):
        angle = 2 * np.pi * number / EACH  # all hues alike often, each gradient to the opposite one
        wave = 90 * np.cos(angle - 2 * np.pi * np.arange(3) / 3)
        one, other = 128 + wave, 128 - wave
        grey = np.full(3, 16 + 19 * number)
        ramp = (np.cos(angle) * across[None, :] + np.sin(angle) * across[:, None])[..., None]
        ramp = (ramp - ramp.min()) / np.ptp(ramp)
        cells = dice.integers(0, 256, (_CELLS[number], _CELLS[number], 3)).astype(np.float32)
        clouds = cv2.resize(cells, (_EDGE, _EDGE), interpolation=cv2.INTER_CUBIC)
        grain = grey + dice.normal(0, 4 + 2 * number, (_EDGE, _EDGE, 1))
        plain = np.broadcast_to(one if number % 2 else grey, (_EDGE, _EDGE, 3))
        found += [plain, one + ramp * (other - one), clouds, np.broadcast_to(grain, clouds.shape)]
    return [np.ascontiguousarray(np.clip(picture, 0, 255), np.uint8) for picture in found]
