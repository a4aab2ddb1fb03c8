"""The .tgz files of a Takeout -> files below a folder.

A tar archive has no list of what is in it and no checksum of its files: it is read once, from its beginning to its end,
where gzip's CRC-32 tells whether all of it was whole. A file that is there already is compared byte by byte on the way.
"""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.copy_plan import free_bytes, not_enough
from pixsort_desktop.jobs.takeout_entries import CHUNK, MOST_ENTRIES, Entry, EntryError, Unpacking, safe_name

BOMB_RATIO, BOMB_BYTES = 50, 1_000_000_000
_BLOCK = 65_536  # of an archive that is cut off, so much is lost before the cut
_LOOK_AT = 100_000_000  # bytes of archive that are read to tell what it is
_DAMAGED = (tarfile.TarError, zlib.error, EOFError, ValueError, gzip.BadGzipFile)


def is_tar(path: str) -> bool:
    """Whether a file is named, and begins, like a .tgz archive."""
    if not path.lower().endswith((".tgz", ".tar.gz")):
        return False
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"\x1f\x8b"
    except OSError:
        return False


def names_in_tar(path: str, most: int) -> list[str]:
    """The first names in an archive, as far as a hundred megabytes of it go; none where it cannot be read."""
    names: list[str] = []
    try:
        with _opened(path) as (archive, packed, _unpacked):
            for member in archive:
                names.append(member.name)
                if len(names) >= most or packed.tell() + member.size > _LOOK_AT:
                    break
    except (OSError, *_DAMAGED):
        pass
    return names


def unpack_tar(path: str, run: Unpacking) -> None:
    """Unpack one archive. What is wrong with the archive itself is in the report. Raises as `takeout_archives.unpack`."""
    try:
        with _opened(path) as (archive, packed, unpacked):
            _take(path, archive, packed, run)
            while unpacked.read(CHUNK):  # gzip's checksum stands at the very end
                run.progress.check()
    except _DAMAGED as error:
        run.report.failed.append((path, _damaged(error)))
    except OSError as error:
        if error.filename and os.fspath(error.filename) != path:
            raise
        run.report.failed.append((path, _damaged(error)))
    finally:
        run.settle()


@contextmanager
def _opened(path: str) -> Iterator[tuple[tarfile.TarFile, BinaryIO, gzip.GzipFile]]:
    """The archive, the packed bytes and the unpacked ones."""
    with (
        open(path, "rb") as packed,
        gzip.GzipFile(fileobj=packed) as unpacked,
        tarfile.open(fileobj=unpacked, mode="r|", bufsize=_BLOCK, errors="surrogateescape") as archive,
    ):
        yield archive, packed, unpacked


def _take(path: str, archive: tarfile.TarFile, packed: BinaryIO, run: Unpacking) -> None:
    size = os.path.getsize(path)
    whole = count = 0
    before = run.done
    remembered: list[tarfile.TarInfo] = getattr(archive, "members", [])
    for member in archive:
        if member.isdir():
            continue
        count, whole = count + 1, whole + member.size
        if count > MOST_ENTRIES or (whole > BOMB_BYTES and whole > BOMB_RATIO * size):
            raise PixsortError(
                f"{path} holds more than {whole / 1e9:,.1f} GB in {size / 1e6:,.1f} MB: that is no archive of photographs, and"
                " unpacking it was stopped."
            )
        run.total = before + round(count * size / max(1, min(size, packed.tell())))
        run.take(path, member.name, lambda member=member: _entry(archive, member, run))  # type: ignore[misc]
        remembered.clear()  # tarfile would keep every entry in memory


def _entry(archive: tarfile.TarFile, member: tarfile.TarInfo, run: Unpacking) -> Entry:
    parts = safe_name(member.name)
    if not member.isreg() or member.issparse():
        raise EntryError("It is a link or a device, not a file; it was left out.")
    source = _Source(archive, member, run.progress.check)
    final = os.path.join(run.folder, *parts)
    if not os.path.exists(final):
        free = free_bytes(run.folder)
        if free is not None and free < member.size:
            raise PixsortError(not_enough(run.folder, member.size, free))
    return Entry(member.name, parts, int(member.mtime) * 1_000_000_000, source.chunks, source.is_there)


class _Source:
    """The bytes of one member, which can be read only once."""

    def __init__(self, archive: tarfile.TarFile, member: tarfile.TarInfo, check: Callable[[], None]) -> None:
        self._size = member.size
        self._file = archive.extractfile(member)
        self._check = check
        self._like = ""  # the file that began with the same bytes,
        self._equal = 0  # so many of them,
        self._next = b""  # and what came then

    def is_there(self, path: str) -> bool:
        """Whether a file has these bytes; where it does not, `chunks` still gives all of them."""
        try:
            if not os.path.isfile(path) or os.path.getsize(path) != self._size:
                return False
            with open(path, "rb") as other:
                self._like = path
                while chunk := self._read():
                    self._check()
                    if other.read(len(chunk)) != chunk:
                        self._next = chunk
                        return False
                    self._equal += len(chunk)
        except OSError as error:
            raise EntryError(f"It could not be compared with {path} ({error.strerror or error}).") from error
        return self._equal == self._size

    def chunks(self) -> Iterator[memoryview]:
        if self._equal:
            with open(self._like, "rb") as other:
                left = self._equal
                while left and (chunk := other.read(min(CHUNK, left))):
                    left -= len(chunk)
                    yield memoryview(chunk)
        length = self._equal
        chunk = self._next or self._read()
        while chunk:
            length += len(chunk)
            yield memoryview(chunk)
            chunk = self._read()
        if length != self._size:
            raise EntryError("It is cut off in the archive; download the archive again.")

    def _read(self) -> bytes:
        assert self._file is not None
        try:
            return self._file.read(CHUNK)
        except _DAMAGED as error:
            raise EntryError(
                f"It is damaged in the archive ({error}); download the archive again."
            ) from error


def _damaged(error: Exception) -> str:
    if isinstance(error, gzip.BadGzipFile) and "CRC" in str(error):
        return "This archive is damaged somewhere, and a file from it may be too; download it again."
    return f"This archive is damaged or not whole ({error}); download it again."
