"""The zip files of a Takeout -> files below a folder; each file has a CRC-32 that is checked."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.copy_plan import free_bytes, not_enough
from pixsort_desktop.jobs.takeout_entries import CHUNK, MOST_ENTRIES, Entry, EntryError, Unpacking, safe_name

BOMB_RATIO, BOMB_BYTES = 50, 1_000_000_000  # photos hardly shrink; text shrinks ten times
ENTRY_RATIO, ENTRY_BYTES = 200, 50_000_000
_ENCRYPTED = 0x1


def is_zip(path: str) -> bool:
    """Whether a file is named, and begins, like a zip archive."""
    if not path.lower().endswith(".zip"):
        return False
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def names_in_zip(path: str, most: int) -> list[str]:
    """The first names in an archive; none where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()[:most]
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return []


def unpack_zip(path: str, run: Unpacking) -> None:
    """Unpack one archive. What is wrong with the archive itself is in the report. Raises as `takeout_archives.unpack`."""
    try:
        with zipfile.ZipFile(path) as archive:
            _take(path, archive, run)
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        if isinstance(error, OSError) and error.filename and os.fspath(error.filename) != path:
            raise
        run.report.failed.append(
            (path, f"This archive is damaged or not whole ({error}); download it again.")
        )


def _take(path: str, archive: zipfile.ZipFile, run: Unpacking) -> None:
    entries = [info for info in archive.infolist() if not info.is_dir()]
    _refuse_bomb(path, entries)
    run.total += len(entries)
    _check_room(run.folder, entries)
    for info in entries:
        run.take(path, info.filename, lambda info=info: _entry(archive, info, run.progress.check))  # type: ignore[misc]
    run.settle()


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, check: Callable[[], None]) -> Entry:
    return Entry(
        info.filename,
        safe_parts(info),
        _mtime_ns(info),
        lambda: _chunks(archive, info),
        lambda final: _same(final, info, check),
    )


def _check_room(folder: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    needed = 0
    for info in entries:
        try:
            final = os.path.join(folder, *safe_parts(info))
        except EntryError:
            continue
        needed += 0 if os.path.exists(final) else info.file_size
    free = free_bytes(folder)
    if free is not None and free < needed:
        raise PixsortError(not_enough(folder, needed, free))


def safe_parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """Where an entry goes, below the folder. Raises `EntryError` for what leads out of it or is no plain file."""
    parts = safe_name(info.filename)
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise EntryError("It is a link or a device, not a file; it was left out.")
    if info.flag_bits & _ENCRYPTED:
        raise EntryError("It is encrypted; unpack the archive with its password first.")
    if info.file_size > ENTRY_BYTES and info.file_size > ENTRY_RATIO * max(1, info.compress_size):
        raise EntryError(
            f"It claims to hold {info.file_size / 1e9:,.1f} GB in {info.compress_size:,} bytes; it was left out."
        )
    return parts


def _refuse_bomb(path: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    whole = sum(info.file_size for info in entries)
    packed = os.path.getsize(path)
    if len(entries) > MOST_ENTRIES or (whole > BOMB_BYTES and whole > BOMB_RATIO * packed):
        raise PixsortError(
            f"{path} claims to hold {whole / 1e9:,.1f} GB in {len(entries):,} files, from {packed / 1e6:,.1f} MB: that is no"
            " archive of photographs, and nothing of it was unpacked."
        )


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[memoryview]:
    """An entry's bytes, never more than it claims; its CRC-32 is checked at the end."""
    length = 0
    try:
        with archive.open(info) as file:
            while chunk := file.read(CHUNK):
                length += len(chunk)
                yield memoryview(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise EntryError(f"It is damaged in the archive ({error}); download the archive again.") from error
    except OSError as error:
        raise EntryError(f"The archive could not be read ({error.strerror or error}).") from error
    if length != info.file_size:
        raise EntryError("It is cut off in the archive; download the archive again.")


def _same(path: str, info: zipfile.ZipInfo, check: Callable[[], None]) -> bool:
    """Whether the file is there already, by size and CRC-32."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) != info.file_size:
            return False
        crc = 0
        with open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                check()
                crc = zlib.crc32(chunk, crc)
    except OSError:
        return False
    return crc == info.CRC


def _mtime_ns(info: zipfile.ZipInfo) -> int:
    try:
        return int(datetime(*info.date_time).timestamp()) * 1_000_000_000
    except (ValueError, OverflowError, OSError):
        return 0
