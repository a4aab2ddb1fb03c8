"""Pillow's formats: a file's bytes to a small, upright sRGB picture.

JPEG is decoded at a reduced scale (libjpeg's scaled inverse DCT, Pillow's `draft`), so what a picture costs
is its entropy decoding and little else. Orientation, colour profile and transparency are settled on the
small picture. Sizes are checked from the header, before any pixel is decoded.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, Image, ImageFile, PngImagePlugin, UnidentifiedImageError

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import colour, hdr, limits, profiles, quiet, tiff
from pixsort_desktop.photo.decoded import Decoded, fit, turned, turned_size
from pixsort_desktop.photo.formats import PILLOW_FORMATS

_BOXES = 65_536  # bytes at the beginning of an AVIF, where its boxes stand
_SLOW_PIXELS = 16_000_000  # of a format that Pillow decodes in Python: four seconds at worst
_SCAN_LIMIT = 300  # a real progressive JPEG has ten or so; each one costs a pass over the whole picture

# Our own limits stand in for Pillow's, which know nothing of reduced decoding.
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 1024 * 1024  # Photoshop's editing history in XMP passes 1 MB

# Memory once used is kept for the next picture: fresh pages from the system took 4 ms of 27 a photo. Pillow keeps
# blocks if told so; glibc, which has no such setting, learns from one big block that comes and goes (up to 32 MiB).
Image.core.set_blocks_max(16)  # type: ignore[attr-defined]  # of 1 MB each
bytearray(32_000_000)

quiet.hush_libtiff()

Orient = Callable[[tuple[int, int], int | None], int]
"""(size as stored, orientation of the picture's own EXIF block or None) -> the orientation to apply, 1 to 8."""


def decode_raster(
    source: bytes | BinaryIO,
    long_side: int,
    formats: tuple[str, ...] = PILLOW_FORMATS,
    orient: Orient | None = None,
    profile: bytes | None = None,
) -> Decoded:
    """Decode the first picture of a file to fit `long_side` pixels.

    `orient` overrules the EXIF block, for a picture that stands inside another file; `profile` is the ICC profile
    of one that has none of its own. Raises PhotoError, and whatever Pillow raises on hostile bytes.
    """
    try:
        return _decode_once(source, long_side, formats, orient, profile)
    except OSError as error:
        if not (isinstance(source, bytes) and source.startswith(b"\xff\xd8") and _is_cut_off(error)):
            raise
    # An end mark makes libjpeg deliver what it has. Pillow's own switch for this, LOAD_TRUNCATED_IMAGES, is
    # one for the whole process, and other threads are decoding.
    return _decode_once(source + b"\xff\xd9", long_side, formats, orient, profile, cut_off=True)


def _decode_once(
    source: bytes | BinaryIO,
    long_side: int,
    formats: tuple[str, ...],
    orient: Orient | None,
    profile: bytes | None,
    *,
    cut_off: bool = False,
) -> Decoded:
    stream: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source
    stream.seek(0)
    with Image.open(stream, formats=formats) as image:
        file_format = _format_name(image)
        size = image.size
        needed = _prepare(image, long_side, source)
        nclx = _nclx(source) if file_format == "AVIF" else None
        with limits.room(needed):
            image.load()
            small = colour.shrink(image, fit(image.size, long_side), profile or _named_profile(image, nclx))
        if nclx and hdr.is_hdr(nclx[1]) and "icc_profile" not in image.info:
            small = hdr.tone_mapped(small, *nclx)
        missing = _missing_part(small) if cut_off else 0.0
        if file_format != "TIFF" or orient:  # Pillow has turned a TIFF already, and swapped its sizes
            own = _orientation(image)
            orientation = orient(size, own) if orient else own or 1
            small, size = turned(small, orientation), turned_size(size, orientation)
        return Decoded(
            image=small,
            width=size[0],
            height=size[1],
            format=file_format,
            exif=_exif_block(image),
            warning=_cut_off_warning(missing) if cut_off else _more_frames(image, source),
        )


def _format_name(image: Image.Image) -> str:
    name = image.format or ""
    return {"MPO": "JPEG", "DIB": "BMP"}.get(name, name)


# -- what it will cost --------------------------------------------------------------------------------------


def _prepare(image: ImageFile.ImageFile, long_side: int, source: bytes | BinaryIO) -> int:
    """Choose the decoding scale; answer the bytes that decoding will take. Raises PhotoError if too many."""
    width, height = image.size
    coefficients = _coefficient_bytes(image)
    if isinstance(source, bytes) and image.format in ("JPEG", "MPO"):
        if coefficients:
            _check_scans(source)
        image.decodermaxblock = len(source)  # all at once, nothing to copy piece by piece
    _choose_scale(image, long_side, source)
    needed = image.size[0] * image.size[1] * _bytes_per_pixel(image) + coefficients
    limits.check(width, height, needed)
    if width * height > _SLOW_PIXELS and any(tile[0] == "bmp_rle" for tile in image.tile):
        raise PhotoError(
            f"The picture of {width} × {height} pixels is too large for a run-length encoded BMP; "
            f"the limit is {_SLOW_PIXELS // 1_000_000} megapixels."
        )
    return needed


def _choose_scale(image: ImageFile.ImageFile, long_side: int, source: bytes | BinaryIO) -> None:
    """JPEG and JPEG 2000 can be decoded at a half, a quarter, an eighth of their size."""
    wanted = fit(image.size, long_side)
    if image.format == "JPEG2000":
        factor = min(image.size[0] // wanted[0], image.size[1] // wanted[1])
        halvings = max(0, min(factor.bit_length() - 1, _resolutions(source)))
        image.reduce = halvings  # type: ignore[method-assign,assignment]
    else:
        image.draft(None, wanted)


def _resolutions(source: bytes | BinaryIO) -> int:
    """How often a JPEG 2000 can be halved: the decomposition levels of its COD segment (ISO 15444-1, A.6.1)."""
    if not isinstance(source, bytes):
        return 0
    place = source.find(b"\xff\x52", source.find(b"\xff\x4f\xff\x51") + 1)
    return source[place + 9] if 0 < place < len(source) - 9 and source[place + 9] <= 32 else 0


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
    decoder = {"WEBP": 12, "AVIF": 12, "TIFF": 4, "JPEG2000": 16, "GIF": 8}.get(image.format or "", 0)
    return picture + decoder


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


# -- what the file says of itself ---------------------------------------------------------------------------


def _orientation(image: Image.Image) -> int | None:
    """EXIF orientation, or XMP's where EXIF has none (Pillow looks there too); None where there is none of 1 to 8."""
    if not any(name in image.info for name in ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif")):
        return None
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 - a damaged EXIF block must not cost the picture
        return None
    return orientation if orientation in range(1, 9) else None


def _exif_block(image: Image.Image) -> bytes | None:
    block = image.info.get("exif")
    profile = image.info.get(
        "Raw profile type exif"
    )  # how ImageMagick wrote it before PNG had a chunk for it
    if block is None and isinstance(profile, str):
        with contextlib.suppress(ValueError):
            block = bytes.fromhex("".join(profile.split("\n")[3:]))
    return block if isinstance(block, bytes) else None


def _named_profile(image: Image.Image, nclx: tuple[int, int] | None) -> bytes | None:
    """The profile of a colour space that the file names without describing it."""
    if nclx:
        return profiles.nclx_profile(*nclx)
    block = image.info.get("exif")
    if not isinstance(block, bytes) or b"R03" not in block or "icc_profile" in image.info:
        return None
    try:
        interoperability = image.getexif().get_ifd(ExifTags.IFD.Interop).get(1)
    except Exception:  # noqa: BLE001 - a damaged EXIF block must not cost the picture
        return None
    return profiles.adobe_rgb() if str(interoperability).startswith("R03") else None


def _nclx(source: bytes | BinaryIO) -> tuple[int, int] | None:
    """Primaries and transfer curve (H.273) of an AVIF, which Pillow does not tell: its `colr` box says them."""
    if isinstance(source, bytes):
        start = source[:_BOXES]
    else:
        source.seek(0)
        start = source.read(_BOXES)
    found = {match.groups() for match in re.finditer(rb"colrnclx(..)(..)", start, re.DOTALL)}
    if len(found) != 1:  # none, or several that differ: a gain map beside the picture
        return None
    primaries, transfer = found.pop()
    return int.from_bytes(primaries, "big"), int.from_bytes(transfer, "big")


def _more_frames(image: ImageFile.ImageFile, source: bytes | BinaryIO) -> str | None:
    """A sentence where a file has more pictures than the one that is shown.

    Not for what a camera adds to its JPEG (MPO), nor for the layers of a PSD, whose merged picture is shown. The
    frames of a GIF are not counted, which would mean to read them all.
    """
    if image.format == "TIFF":
        pages = tiff.pages(source)
        return f"The file has {pages} pages; the first is shown." if pages > 1 else None
    if image.format not in ("WEBP", "AVIF", "PNG", "GIF"):
        return None
    try:
        animated = getattr(image, "is_animated", False)
    except Exception:  # noqa: BLE001 - the frames behind the first may be damaged
        animated = True
    return "The file is an animation; its first frame is shown." if animated else None


# -- what went wrong ----------------------------------------------------------------------------------------


def sentence(error: Exception) -> str:
    """What a person is told of an error that a decoder raised."""
    if isinstance(error, UnidentifiedImageError):
        return "The file is no picture in a known format, or its beginning is damaged."
    if _is_cut_off(error):
        return "The file is cut off."
    detail = " ".join(str(error).split()).rstrip(".")[:200]
    return f"The picture is damaged: {detail}." if detail else "The picture is damaged."
