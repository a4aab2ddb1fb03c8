"""High dynamic range to sRGB: PQ and HLG, as phones and some cameras write HEIC and AVIF.

The light of the scene is computed (ITU-R BT.2100), diffuse white at 203 cd/m² (BT.2408) becomes white, and what is
brighter is rolled off, so a picture looks like its standard rendering with the brightest lights compressed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pixsort_desktop.photo.profiles import HLG, PQ, PRIMARIES, to_xyz

_WHITE = 203.0  # cd/m²
_PEAK = 1000.0  # of the display that HLG is thought for; PQ's own lights above it are clipped
_SHOULDER = 0.75  # up to here nothing is compressed
_STRIP = 64  # rows


def is_hdr(transfer: int) -> bool:
    """Whether a transfer curve, by its number in H.273, is one of high dynamic range."""
    return transfer in (PQ, HLG)


def tone_mapped(image: Image.Image, primaries: int, transfer: int) -> Image.Image:
    """An RGB picture in PQ or HLG and the given primaries (H.273), as sRGB."""
    matrix = np.linalg.inv(to_xyz(PRIMARIES[1])) @ to_xyz(PRIMARIES.get(primaries, PRIMARIES[9]))
    levels = (np.arange(256, dtype=np.float32) / 255.0).astype(np.float32)
    light = _pq_light(levels) if transfer == PQ else _hlg_scene(levels)
    shown = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, _STRIP):  # floats of the whole picture would be a gigabyte
        bottom = min(top + _STRIP, image.height)
        strip = light[np.asarray(image.crop((0, top, image.width, bottom)))]
        shown[top:bottom] = _displayed(
            strip if transfer == PQ else _hlg_light(strip), matrix.astype(np.float32)
        )
    return Image.fromarray(shown)


def _displayed(light: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Light in cd/m², (rows, columns, 3), as sRGB."""
    linear = np.maximum(np.minimum(light, _PEAK) @ (matrix.T / _WHITE), 0.0)
    brightest = linear.max(axis=2, keepdims=True)
    linear *= _rolled_off(brightest) / np.maximum(brightest, 1e-6)  # all three alike: hues stay
    return np.asarray(_SRGB[(np.minimum(linear, 1.0) * (len(_SRGB) - 1) + 0.5).astype(np.uint16)])


def _rolled_off(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unchanged up to the shoulder; from there to the peak into what is left below 1, after Reinhard (2002)."""
    room = 1 - _SHOULDER
    top = (_PEAK / _WHITE - _SHOULDER) / room
    over = np.maximum(level - _SHOULDER, 0.0) / room
    curved = _SHOULDER + room * over * (1 + over / (top * top)) / (1 + over)
    return np.asarray(np.minimum(np.where(level <= _SHOULDER, level, curved), 1.0), dtype=np.float32)


def _pq_light(encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = np.power(encoded, 1 / m2)
    return np.asarray(
        10_000 * np.power(np.maximum(power - c1, 0) / (c2 - c3 * power), 1 / m1), dtype=np.float32
    )


def _hlg_scene(encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(encoded <= 0.5, encoded**2 / 3, (np.exp((encoded - c) / a) + b) / 12)
    return np.asarray(scene, dtype=np.float32)


def _hlg_light(scene: NDArray[np.float32]) -> NDArray[np.float32]:
    luminance = scene @ np.array([0.2627, 0.678, 0.0593], dtype=np.float32)
    return np.asarray(_PEAK * scene * np.power(np.maximum(luminance, 1e-6), 0.2)[..., None], dtype=np.float32)


def _srgb_steps() -> NDArray[np.uint8]:
    """sRGB's curve in 65,536 steps."""
    linear = np.linspace(0, 1, 65_536)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.power(linear, 1 / 2.4) - 0.055)
    return np.asarray(np.clip(srgb * 255 + 0.5, 0, 255).astype(np.uint8))


_SRGB = _srgb_steps()
