"""What a file says of itself in its first pages, for naming it: no pixel is decoded."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

import pixsort_desktop.photo.decode  # noqa: F401 - lifts Pillow's own limits: headers of 200 megapixels are read
from pixsort_desktop.photo.formats import PILLOW_FORMATS
from pixsort_desktop.photo.metadata import Metadata, read_metadata

_EXIF_IFD, _SERIAL = 0x8769, 0xA431
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_header(path: Path) -> tuple[Metadata, str | None]:
    """The metadata and the camera's serial number. Raises OSError where the file cannot be read at all.

    Files without metadata, and those that are no pictures, give empty ones. RAW files that are TIFFs inside (NEF,
    ARW, CR2, DNG, PEF …) are read as such.
    """
    with path.open("rb") as file:
        start = file.read(4)
        if start in (b"II*\0", b"MM\0*"):
            return read_metadata(file), _serial(path)
    try:
        with Image.open(path, formats=PILLOW_FORMATS) as picture:
            exif = picture.info.get("exif")
    except Exception:  # noqa: BLE001 - decoders raise a dozen types; a name is then made without metadata
        return Metadata(), None
    if not isinstance(exif, bytes):
        return Metadata(), None
    return read_metadata(exif), _serial(path)


def taken_time(metadata: Metadata, mtime_ns: int) -> datetime:
    """The capture time as the camera's clock said it; else when the file was written, in this computer's zone."""
    with contextlib.suppress(OverflowError, ValueError):
        if metadata.taken_seconds is not None:
            return (_EPOCH + timedelta(seconds=metadata.taken_seconds)).replace(tzinfo=None)
    try:
        return datetime.fromtimestamp(mtime_ns / 1e9)
    except (OverflowError, ValueError, OSError):
        return _EPOCH.replace(tzinfo=None)


def _serial(path: Path) -> str | None:
    try:
        with Image.open(path, formats=PILLOW_FORMATS) as picture:
            value = picture.getexif().get_ifd(_EXIF_IFD).get(_SERIAL)
    except Exception:  # noqa: BLE001 - as above
        return None
    text = str(value).strip(" \0") if value is not None else ""
    return text or None
