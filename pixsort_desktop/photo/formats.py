"""What counts as a photo: by its name for the scan, by its first bytes for the decoder."""

from __future__ import annotations

import os
from typing import BinaryIO, Literal

from pixsort_desktop.photo import tiff

RAW_EXTENSIONS: frozenset[str] = frozenset(
    {
        ".3fr", ".ari", ".arw", ".bay", ".cap", ".cr2", ".cr3", ".crw", ".dcr", ".dcs", ".dng", ".drf", ".eip",
        ".erf", ".fff", ".gpr", ".iiq", ".k25", ".kdc", ".mdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf",
        ".ori", ".pef", ".ptx", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
    }
)  # fmt: skip
"""Names of camera RAW files; LibRaw reads all of these from some cameras."""

EXTENSIONS: frozenset[str] = RAW_EXTENSIONS | frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo",
        ".png",
        ".webp",
        ".bmp", ".dib",
        ".tif", ".tiff",
        ".avif",
        ".gif",
        ".psd",
        ".heic", ".heif", ".hif",
        ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx",
    }
)  # fmt: skip

PICTURES = EXTENSIONS | {".jxl"}
VIDEOS = frozenset(
    {".mp4", ".mov", ".m4v", ".avi", ".mts", ".m2ts", ".mxf", ".3gp", ".mkv", ".mpg", ".mpeg", ".crm", ".braw", ".insv"}
)  # fmt: skip
"""What lies beside photos with their names: pictures, those too that are not read here, and films."""

PILLOW_FORMATS: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "TIFF", "AVIF", "GIF", "PSD")
"""The decoders that may look at a file's bytes in this process; a format that is not named is never tried."""

Family = Literal["raster", "raw", "heif", "jpeg2000"]
"""Who decodes a file; all but 'raster' do so in a process of their own."""

_RAW_STARTS = (
    b"FUJIFILMCCD-RAW ", b"FOVb", b"\0MRM", b"II\x1a\0\0\0HEAPCCDR", b"ARRI\x12\x34\x56\x78",
    b"II*\0\x10\0\0\0CR",
    *tiff.RAW_MAGICS,
)  # fmt: skip
_JPEG_2000_STARTS = (b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  \r\n\x87\n")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2")
_CFA, _LINEAR_RAW = 32803, 34892  # photometric interpretations of TIFF/EP and DNG
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db"})


def is_photo(path: str) -> bool:
    """Whether the file's name says that it is a photo. The file is not opened."""
    name = os.path.basename(path)  # noqa: PTH119 - pathlib costs ten times as much, and this runs per file
    return suffix_of(name) in EXTENSIONS and not is_system_file(name)


def suffix_of(path: str) -> str:
    """The extension in small letters, with its dot; '' where there is none."""
    return os.path.splitext(path)[1].lower()  # noqa: PTH122


def is_system_file(name: str) -> bool:
    """Whether a file belongs to the operating system and not to the user.

    `._IMG_1.JPG` is where macOS keeps a file's resource fork on a card or a network share (AppleDouble): it
    has a photo's extension and no picture in it.
    """
    return name.startswith("._") or name.lower() in _SYSTEM_FILES


def family(source: bytes | BinaryIO, name: str = "") -> Family:
    """Which decoder a file is for, by its bytes; the name only speaks for a TIFF that may be a camera's RAW.

    A NEF or ARW is a TIFF whose first picture is a thumbnail, so the container alone does not tell.
    """
    start = source[:32] if isinstance(source, bytes) else _start(source)
    if start.startswith(b"\xff\xd8"):
        return "raster"
    if start[:4] in tiff.MAGICS and not start.startswith(_RAW_STARTS):
        raw = suffix_of(name) in RAW_EXTENSIONS or _is_raw_tiff(source)
        return "raw" if raw else "raster"
    if start.startswith(_RAW_STARTS):
        return "raw"
    if start.startswith(_JPEG_2000_STARTS):
        return "jpeg2000"
    if start[4:8] == b"ftyp":
        return _iso_family(source, start[8:12])
    # What is left is for Pillow, or is a RAW format without a beginning of its own, which LibRaw knows by more.
    known = start.startswith((b"\x89PNG", b"GIF8", b"BM", b"RIFF", b"8BPS"))
    return "raw" if suffix_of(name) in RAW_EXTENSIONS and not known else "raster"


def _start(source: BinaryIO) -> bytes:
    source.seek(0)
    return source.read(32)


def _is_raw_tiff(source: bytes | BinaryIO) -> bool:
    for each in tiff.directories(source):
        if tiff.DNG_VERSION in each.values or each.first(tiff.PHOTOMETRIC) in (_CFA, _LINEAR_RAW):
            return True
    return False


def _iso_family(source: bytes | BinaryIO, brand: bytes) -> Family:
    """The media files of ISO 14496-12: CR3 and HEIF; AVIF is Pillow's."""
    if brand == b"crx ":
        return "raw"
    if brand in (b"avif", b"avis"):
        return "raster"
    if brand in (b"mif1", b"msf1", b"mif2"):  # the general brand: what is inside stands among the others
        brands = source[16:64] if isinstance(source, bytes) else _brands(source)
        return "raster" if b"avif" in brands or b"avis" in brands else "heif"
    return "heif" if brand in _HEIF_BRANDS else "raster"


def _brands(source: BinaryIO) -> bytes:
    source.seek(16)
    return source.read(48)
