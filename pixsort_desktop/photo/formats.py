"""What counts as a photo."""

from __future__ import annotations

import os

EXTENSIONS: frozenset[str] = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif",
        ".png",
        ".webp",
        ".bmp", ".dib",
        ".tif", ".tiff",
        ".avif",
    }
)  # fmt: skip

PILLOW_FORMATS: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "TIFF", "AVIF")
"""The decoders that may look at a file's bytes; a format that is not named here is never tried."""

_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db"})


def is_photo(path: str) -> bool:
    """Whether the file's name says that it is a photo. The file is not opened."""
    name = os.path.basename(path)  # noqa: PTH119 - pathlib costs ten times as much, and this runs per file
    return os.path.splitext(name)[1].lower() in EXTENSIONS and not is_system_file(name)  # noqa: PTH122


def is_system_file(name: str) -> bool:
    """Whether a file belongs to the operating system and not to the user.

    `._IMG_1.JPG` is where macOS keeps a file's resource fork on a card or a network share (AppleDouble): it
    has a photo's extension and no picture in it.
    """
    return name.startswith("._") or name.lower() in _SYSTEM_FILES
