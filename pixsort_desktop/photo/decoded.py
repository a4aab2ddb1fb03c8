"""What every decoder hands out, and what they share: fitting and turning."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture and what its decoder knew. `image` is mode RGB, upright, its longer side at most as asked."""

    image: Image.Image
    width: int  # of the whole picture, upright
    height: int
    format: str  # 'JPEG', 'PNG', 'WEBP', 'BMP', 'TIFF', 'AVIF', 'GIF', 'PSD', 'JPEG2000', 'HEIF', 'RAW'
    exif: bytes | None  # the EXIF block where the container has one (a TIFF or RAW file is mostly one itself)
    warning: str | None  # a sentence where the picture is shown but is not whole, or not all there is
    shown: str = ""  # of a RAW file: 'preview', 'half' or 'full', by how it was developed


def fit(size: tuple[int, int], long_side: int) -> tuple[int, int]:
    """(width, height) within a square of `long_side`; never enlarged, never less than a pixel."""
    longer = max(size)
    if longer <= long_side:
        return size
    return max(1, round(size[0] * long_side / longer)), max(1, round(size[1] * long_side / longer))


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """A picture upright, by its EXIF orientation (1 to 8; anything else is taken for 1)."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def turned_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height of a picture once it is upright."""
    return (size[1], size[0]) if orientation in (5, 6, 7, 8) else size
