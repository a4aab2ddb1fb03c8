"""A picture of any size -> the square that a model sees, exactly as open_clip and timm would cut it; without torch.

They resize with Pillow, through torchvision; the sizes and the rounding here are torchvision's.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from pixsort_desktop.vision.models.installed import InstalledModel

Pixels = npt.NDArray[np.uint8]

_FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "nearest": Image.Resampling.NEAREST,
    "lanczos": Image.Resampling.LANCZOS,
}


def square(picture: Image.Image, model: InstalledModel) -> Pixels:
    """An RGB picture to (px, px, 3) uint8, with `px` the model's `input_px`."""
    px = model.input_px
    size = _scaled(picture.size, math.floor(px / model.crop_share), model.resize)
    if size != picture.size:
        picture = picture.resize(size, _FILTERS.get(model.interpolation, Image.Resampling.BICUBIC))
    if size == (px, px):
        return np.asarray(picture)
    fill = tuple(round(255 * value) for value in model.mean) if model.library == "timm" else (0, 0, 0)
    return _middle(picture, px, fill)


def _scaled(size: tuple[int, int], edge: int, resize: str) -> tuple[int, int]:
    width, height = size
    if resize == "squash":
        return edge, edge
    if resize == "longest":
        ratio = max(width, height) / edge
        return round(width / ratio), round(height / ratio)
    short, long = min(size), max(size)
    other = int(edge * long / short)
    return (edge, other) if width <= height else (other, edge)


def _middle(picture: Image.Image, px: int, fill: tuple[int, ...]) -> Pixels:
    """The middle square; what is missing at the edges is filled."""
    width, height = picture.size
    if width < px or height < px:
        ground = Image.new("RGB", (max(width, px), max(height, px)), fill)
        ground.paste(picture, (max(0, (px - width) // 2), max(0, (px - height) // 2)))
        picture = ground
        width, height = picture.size
    left, top = round((width - px) / 2.0), round((height - px) / 2.0)
    return np.asarray(picture.crop((left, top, left + px, top + px)))
