"""Everything that an import needs of one file, from one reading of its bytes."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import limits
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.photo.metadata import Metadata, read_facts
from pixsort_desktop.photo.scan import mtime_ns
from pixsort_desktop.photo.xmp import XmpFacts

LARGEST_FILE = 2_000_000_000  # or as much as decoding may take, where the user has raised that
_WHOLE_IN_MEMORY = 128_000_000  # bigger files are hashed and decoded from disk, through the system's cache
_THUMBNAIL_QUALITY = 85


@dataclass(frozen=True, slots=True)
class PhotoReading:
    """One photo file, read. `pixels` is upright sRGB, uint8, (height, width, 3), long side at most as asked."""

    sha256: str
    size: int
    mtime_ns: int
    metadata: Metadata
    width: int  # of the whole picture, upright
    height: int
    format: str
    pixels: NDArray[np.uint8]
    thumbnail_jpeg: bytes
    warning: str | None
    xmp: XmpFacts | None  # what the XMP inside the file says of the photo


@dataclass(frozen=True, slots=True)
class KnownBytes:
    """A file whose bytes the caller knows already; it was hashed and nothing more."""

    sha256: str
    size: int
    mtime_ns: int


class UndecodableError(PhotoError):
    """The bytes are known, and by their hash the photo is; the picture in them cannot be shown."""

    def __init__(self, reason: str, *, sha256: str, size: int, mtime_ns: int) -> None:
        super().__init__(reason)
        self.sha256 = sha256
        self.size = size
        self.mtime_ns = mtime_ns


@dataclass(frozen=True, slots=True)
class _Contents:
    source: bytes | BinaryIO
    sha256: str
    size: int
    mtime_ns: int


class _ChangedError(Exception):
    """The file is not the one that reading it began with."""


def read_photo(
    path: str, long_side: int = 512, is_known: Callable[[str], bool] = lambda _sha256: False
) -> PhotoReading | KnownBytes:
    """Read a file once: hash, metadata, a small picture and that picture as a JPEG thumbnail.

    Where `is_known` says of the SHA-256 that nothing is left to do, the file is not decoded.

    Raises PhotoError when the file cannot be read (gone, forbidden, empty, over LARGEST_FILE, still being
    written), and its subclass UndecodableError, which knows the hash, when it can and is no picture.
    """
    for _attempt in range(2):
        try:
            with _open_contents(path) as contents:
                if is_known(contents.sha256):
                    return KnownBytes(contents.sha256, contents.size, contents.mtime_ns)
                return _read(contents, long_side, os.path.basename(path))  # noqa: PTH119 - see formats
        except _ChangedError:
            continue
        except OSError as error:
            raise PhotoError(_why_not(error)) from error
    raise PhotoError("The file changes while it is being read; try again when it is complete.")


def _read(contents: _Contents, long_side: int, name: str) -> PhotoReading:
    try:
        decoded = decode(contents.source, long_side, name)
        thumbnail = encode_thumbnail(decoded.image)
    except PhotoError as error:
        raise UndecodableError(
            str(error), sha256=contents.sha256, size=contents.size, mtime_ns=contents.mtime_ns
        ) from error
    facts = read_facts(contents.source, name, contents.mtime_ns, (decoded.width, decoded.height))
    return PhotoReading(
        sha256=contents.sha256,
        size=contents.size,
        mtime_ns=contents.mtime_ns,
        metadata=facts.metadata,
        width=decoded.width,
        height=decoded.height,
        format=decoded.format,
        pixels=np.asarray(decoded.image),
        thumbnail_jpeg=thumbnail,
        warning=decoded.warning,
        xmp=facts.xmp,
    )


def thumbnail_of(path: str, sha256: str, long_side: int = 512) -> bytes | None:
    """The thumbnail of a photo alone, from a file that had its bytes; None where the file has others by now.

    Raises PhotoError where the file cannot be read or decoded.
    """
    try:
        with _open_contents(path) as contents:
            if contents.sha256 != sha256:
                return None
            return encode_thumbnail(decode(contents.source, long_side, os.path.basename(path)).image)  # noqa: PTH119
    except _ChangedError:
        return None
    except OSError as error:
        raise PhotoError(_why_not(error)) from error


def encode_thumbnail(image: Image.Image) -> bytes:
    """A small RGB picture as a baseline JPEG, without metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_THUMBNAIL_QUALITY)
    return buffer.getvalue()


# -- the bytes ----------------------------------------------------------------------------------------------


@contextmanager
def _open_contents(path: str) -> Iterator[_Contents]:
    _refuse(os.stat(path))  # noqa: PTH116 - before opening: a pipe would block
    with open(path, "rb") as file:  # noqa: PTH123
        before = os.fstat(file.fileno())
        _refuse(before)
        source: bytes | BinaryIO
        if before.st_size <= _WHOLE_IN_MEMORY:
            source = file.read(before.st_size + 1)
            length = len(source)
            sha256 = hashlib.sha256(source).hexdigest()
        else:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            length = file.tell()
            source = file
        after = os.fstat(file.fileno())
        if length != before.st_size or _state(before) != _state(after):
            raise _ChangedError
        yield _Contents(source, sha256, before.st_size, mtime_ns(before))


def _state(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, mtime_ns(found)


def _refuse(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise PhotoError("This is no file.")
    if found.st_size == 0:
        raise PhotoError("The file is empty.")
    largest = max(LARGEST_FILE, limits.memory_limit())
    if found.st_size > largest:
        raise PhotoError(
            f"The file is too large: {limits.in_words(found.st_size)}; the limit is {limits.in_words(largest)}, "
            "and «pixsort limit» raises it."
        )


def _why_not(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "The file is no longer there."
    if getattr(error, "winerror", None) in (32, 33):  # Windows: sharing violation, lock violation
        return "Another program has the file open for itself; close it there and try again."
    if isinstance(error, PermissionError):
        return "The file may not be read: permission denied."
    if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT):
        return "The drive that holds the file does not answer; connect it and try again."
    return f"The file cannot be read: {error.strerror or error}."
