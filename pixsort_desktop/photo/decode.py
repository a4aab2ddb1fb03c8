"""A file's bytes to a small, upright sRGB picture, whatever it is.

`formats.family` tells by the first bytes who decodes a file. Pillow's formats (`raster`) are decoded here, in the
thread that asks. RAW, HEIC and JPEG 2000, whose decoders are large and read what strangers wrote, have a process of
their own (`apart`) that can be ended when it takes too long or dies.
"""

from __future__ import annotations

from typing import BinaryIO

from PIL import UnidentifiedImageError

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import apart, formats, quiet, raster, tiff
from pixsort_desktop.photo.decoded import Decoded

__all__ = ["Decoded", "decode"]


def decode(source: bytes | BinaryIO, long_side: int, name: str = "", *, develop: bool = False) -> Decoded:
    """Decode the first picture of a file to fit `long_side` pixels; it is never enlarged.

    A RAW file shows its embedded preview where that has the size wanted, else it is developed: at half its size
    where that will do, else whole; with `develop` always whole, without its preview. `name` is the file's name, which
    helps to tell a RAW file from a TIFF; the bytes decide otherwise. An open file has to be one with a path where it
    is not Pillow's to decode.

    Raises PhotoError, with one sentence, for whatever keeps the picture from being shown: an unknown or
    damaged file, one that is cut off with nothing usable, or one that would take more than `limits` allows.
    Safe in several threads; large pictures wait for each other (see `limits.GATE`).
    """
    quiet.hush_pillow()
    try:
        family = formats.family(source, name)
        if family != "raster":
            return apart.decode_apart(source, long_side, family, develop)
        try:
            return raster.decode_raster(source, long_side)
        except UnidentifiedImageError:
            if not tiff.is_tiff(source):
                raise
        return apart.decode_apart(source, long_side, "tiff")  # floats in colour and other rarities
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError("There is not enough memory to decode this picture.") from error
    except Exception as error:  # on hostile bytes Pillow's parsers raise nearly anything
        raise PhotoError(raster.sentence(error)) from error
