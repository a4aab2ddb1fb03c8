"""A file's bytes to a small, upright sRGB picture.

JPEG is decoded at a reduced scale (libjpeg's scaled inverse DCT, Pillow's `draft`), so what a picture costs
is its entropy decoding and little else. Orientation, colour profile and transparency are settled on the
small picture. Sizes are checked from the header, before any pixel is decoded.
"""

from __future__ import annotations

import contextlib
import io
import threading
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, Image, ImageFile, PngImagePlugin, UnidentifiedImageError

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import colour, quiet
from pixsort_desktop.photo.formats import PILLOW_FORMATS

MEMORY_LIMIT = 800_000_000
"""Bytes that decoding one picture may take; a bigger one is refused."""

GATE = 64_000_000
"""Decodes that take more bytes than this go one at a time, whatever the number of workers."""

PIXEL_LIMIT = 1_000_000_000
"""A JPEG can be decoded small however big it is, but not quickly; this is some ten seconds."""

_SCAN_LIMIT = 300  # a real progressive JPEG has ten or so; each one costs a pass over the whole picture

_one_large_decode = threading.Semaphore(1)

# Our own limits stand in for Pillow's, which know nothing of reduced decoding.
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 1024 * 1024  # Photoshop's editing history in XMP passes 1 MB

# Memory once used is kept for the next picture: fresh pages from the system took 4 ms of 27 a photo. Pillow keeps
# blocks if told so; glibc, which has no such setting, learns from one big block that comes and goes (up to 32 MiB).
Image.core.set_blocks_max(16)  # type: ignore[attr-defined]  # of 1 MB each
bytearray(32_000_000)

quiet.hush_libtiff()

_TRANSPOSE = {
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
    format: str  # 'JPEG', 'PNG', 'WEBP', 'BMP', 'TIFF', 'AVIF'
    exif: bytes | None  # the EXIF block where the container has one (a TIFF file is one itself)
    warning: str | None  # a sentence where the picture is shown but is not whole


def decode(source: bytes | BinaryIO, long_side: int) -> Decoded:
    """Decode the first picture of a file to fit `long_side` pixels; it is never enlarged.

    Raises PhotoError, with one sentence, for whatever keeps the picture from being shown: an unknown or
    damaged file, one that is cut off with nothing usable, or one that would need more than MEMORY_LIMIT.
    Safe in several threads; large pictures wait for each other (see GATE).
    """
    quiet.hush_pillow()
    try:
        return _decode(source, long_side)
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError("There is not enough memory to decode this picture.") from error
    except Exception as error:  # on hostile bytes Pillow's parsers raise nearly anything
        raise PhotoError(_sentence(error)) from error


def _decode(source: bytes | BinaryIO, long_side: int) -> Decoded:
    try:
        return _decode_once(source, long_side)
    except OSError as error:
        if not (isinstance(source, bytes) and source.startswith(b"\xff\xd8") and _is_cut_off(error)):
            raise
    # An end mark makes libjpeg deliver what it has. Pillow's own switch for this, LOAD_TRUNCATED_IMAGES, is
    # one for the whole process, and other threads are decoding.
    return _decode_once(source + b"\xff\xd9", long_side, cut_off=True)


def _decode_once(source: bytes | BinaryIO, long_side: int, *, cut_off: bool = False) -> Decoded:
    stream: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source
    stream.seek(0)
    with Image.open(stream, formats=PILLOW_FORMATS) as image:
        file_format = _format_name(image)
        width, height = image.size
        needed = _prepare(image, long_side, source)
        with _one_large_decode if needed > GATE else contextlib.nullcontext():
            image.load()
            small = colour.shrink(image, _fit(image.size, long_side))
        missing = _missing_part(small) if cut_off else 0.0
        orientation = _orientation(image)
        if file_format != "TIFF":  # Pillow has turned a TIFF already, and swapped its sizes
            small = small.transpose(_TRANSPOSE[orientation]) if orientation > 1 else small
            width, height = (height, width) if orientation > 4 else (width, height)
        return Decoded(
            image=small,
            width=width,
            height=height,
            format=file_format,
            exif=_exif_block(image),
            warning=_cut_off_warning(missing) if cut_off else None,
        )


def _format_name(image: Image.Image) -> str:
    name = image.format or ""
    return {"MPO": "JPEG", "DIB": "BMP"}.get(name, name)


def _fit(size: tuple[int, int], long_side: int) -> tuple[int, int]:
    longer = max(size)
    if longer <= long_side:
        return size
    return max(1, round(size[0] * long_side / longer)), max(1, round(size[1] * long_side / longer))


# -- what it will cost --------------------------------------------------------------------------------------


def _prepare(image: ImageFile.ImageFile, long_side: int, source: bytes | BinaryIO) -> int:
    """Choose the decoding scale; answer the bytes that decoding will take. Raises PhotoError if too many."""
    width, height = image.size
    coefficients = _coefficient_bytes(image)
    if isinstance(source, bytes) and image.format in ("JPEG", "MPO"):
        if coefficients:
            _check_scans(source)
        image.decodermaxblock = len(source)  # all at once, nothing to copy piece by piece
    image.draft(None, _fit(image.size, long_side))
    pixels = image.size[0] * image.size[1]
    needed = pixels * _bytes_per_pixel(image) + coefficients
    if needed > MEMORY_LIMIT:
        raise PhotoError(
            f"The picture of {width} × {height} pixels would need {_megabytes(needed)} of memory; "
            f"the limit is {_megabytes(MEMORY_LIMIT)}."
        )
    if width * height > PIXEL_LIMIT:
        raise PhotoError(
            f"The picture of {width} × {height} pixels is too large; the limit is "
            f"{PIXEL_LIMIT // 1_000_000} megapixels."
        )
    return needed


def _coefficient_bytes(image: Image.Image) -> int:
    """What a progressive JPEG needs whatever the scale: all its DCT coefficients, two bytes each."""
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
    if not layers or not image.info.get("progressive"):
        return 0
    most = max(layer[1] * layer[2] for layer in layers) or 1
    share = sum(layer[1] * layer[2] for layer in layers) / most
    return int(image.size[0] * image.size[1] * share * 2)


def _check_scans(jpeg: bytes) -> None:
    """Refuse a progressive JPEG with absurdly many scans: small in bytes, endless to decode."""
    scans = jpeg.count(b"\xff\xda")
    if scans > _SCAN_LIMIT:
        raise PhotoError(f"The JPEG has {scans} scans, far more than any camera or program writes.")


def _bytes_per_pixel(image: Image.Image) -> int:
    """The decoder's own buffers, the picture, and what `colour.shrink` makes of it at full size."""
    picture = {"1": 2, "L": 1, "P": 9, "PA": 12, "LA": 8, "RGBA": 8, "I;16": 8}.get(image.mode, 4)
    # libwebp's animation decoder holds two canvases and hands out a third; libavif has planes and RGB.
    decoder = {"WEBP": 12, "AVIF": 12, "TIFF": 4}.get(image.format or "", 0)
    return picture + decoder


def _megabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


# -- cut-off files ------------------------------------------------------------------------------------------


def _is_cut_off(error: Exception) -> bool:
    return "truncated" in str(error).lower()


def _missing_part(small: Image.Image) -> float:
    """The share of rows at the end that libjpeg had to fill, all in one colour, for want of data."""
    pixels = np.asarray(small)
    uniform = (pixels == pixels[-1, -1]).all(axis=(1, 2))[::-1]
    rows = len(uniform) if uniform.all() else int(np.argmin(uniform))
    return rows / len(uniform)


def _cut_off_warning(missing: float) -> str:
    if missing > 0.95:
        raise PhotoError("The file is cut off: nothing of the picture is left.")
    if missing < 0.01:
        return "The end of the file is missing, but the whole picture is there."
    return f"The file is cut off: about {max(1, round(missing * 100))} % of the picture is missing."


# -- EXIF ---------------------------------------------------------------------------------------------------


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, or XMP's where EXIF has none (Pillow looks there too); 1 where it is nonsense."""
    if not any(name in image.info for name in ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif")):
        return 1
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 - a damaged EXIF block must not cost the picture
        return 1
    return orientation if orientation in _TRANSPOSE else 1


def _exif_block(image: Image.Image) -> bytes | None:
    block = image.info.get("exif")
    profile = image.info.get(
        "Raw profile type exif"
    )  # how ImageMagick wrote it before PNG had a chunk for it
    if block is None and isinstance(profile, str):
        with contextlib.suppress(ValueError):
            block = bytes.fromhex("".join(profile.split("\n")[3:]))
    return block if isinstance(block, bytes) else None


# -- what went wrong ----------------------------------------------------------------------------------------


def _sentence(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "The file is no picture in a known format, or its beginning is damaged."
    if _is_cut_off(error):
        return "The file is cut off."
    detail = " ".join(str(error).split()).rstrip(".")[:200]
    return f"The picture is damaged: {detail}." if detail else "The picture is damaged."
