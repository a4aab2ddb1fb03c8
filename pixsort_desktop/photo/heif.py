"""HEIC and HEIF by libheif: the primary picture, upright as the container says.

Turning and mirroring are properties of the container (`irot`, `imir`), which libheif applies with the grid's and the
crop's; the EXIF block's orientation repeats them and is not applied again (ISO 23008-12, A.3). Depth maps, gain
maps, thumbnails and further pictures are left aside.
"""

from __future__ import annotations

import pi_heif
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import colour, hdr, limits, profiles
from pixsort_desktop.photo.decoded import Decoded, fit

pi_heif.options.THUMBNAILS = False
pi_heif.options.DEPTH_IMAGES = False
pi_heif.options.AUX_IMAGES = False

_BYTES_PER_PIXEL = 16  # planes and their RGB in libheif, a copy in Python, Pillow's four bytes
_BYTES_PER_DEEP_PIXEL = 24


def decode_heif(data: bytes, long_side: int) -> Decoded:
    """Decode a HEIC or HEIF file to fit `long_side` pixels. Ten and twelve bits come as eight.

    Raises PhotoError, and ValueError, RuntimeError or OSError from libheif. Runs in a process of its own.
    """
    container = pi_heif.open_heif(data)
    if not len(container):
        raise PhotoError("There is no picture in this file.")
    picture = container[container.primary_index]
    width, height = picture.size
    deep = picture.info.get("bit_depth", 8) > 8
    needed = width * height * (_BYTES_PER_DEEP_PIXEL if deep else _BYTES_PER_PIXEL) + 2 * len(data)
    limits.check(width, height, needed)
    with limits.room(needed):
        picture.load()
        width, height = picture.size
        image = Image.frombytes(picture.mode, picture.size, picture.data, "raw", picture.mode, picture.stride)
        small = _in_srgb(image, picture.info, fit(picture.size, long_side))
    exif = picture.info.get("exif")
    return Decoded(
        image=small,
        width=width,
        height=height,
        format="HEIF",
        exif=exif if isinstance(exif, bytes) else None,
        warning=_other_pictures(len(container)),
    )


def _in_srgb(image: Image.Image, info: dict[str, object], size: tuple[int, int]) -> Image.Image:
    profile = info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        image.info["icc_profile"] = profile
        return colour.shrink(image, size)
    nclx = info.get("nclx_profile")
    if not isinstance(nclx, dict):
        return colour.shrink(image, size)
    named = int(nclx.get("color_primaries", 2)), int(nclx.get("transfer_characteristics", 2))
    small = colour.shrink(image, size, profiles.nclx_profile(*named))
    return hdr.tone_mapped(small, *named) if hdr.is_hdr(named[1]) else small


def _other_pictures(count: int) -> str | None:
    if count < 2:
        return None
    return f"The file has {count} pictures; the one that it calls primary is shown."
