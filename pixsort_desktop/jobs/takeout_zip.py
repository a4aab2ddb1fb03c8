"""The zip files of a Takeout -> a folder that the user names: a library keeps originals on disk, at paths.

Nothing of an archive is trusted: not its names, not its sizes. Each file is written under a temporary name, checked
against the archive's CRC-32, photos and videos are read back too, and nothing is ever replaced, so a run that was
stopped is simply run again.
"""

from __future__ import annotations

import errno
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.copy_plan import free_bytes, not_enough
from pixsort_desktop.jobs.verified_copy import (
    Part,
    WrittenError,
    clear_parts,
    give_name,
    settle_time,
    sync_folder,
    verify,
    write_parts,
)
from pixsort_desktop.photo.naming import safe_part
from pixsort_desktop.photo.takeout import is_media
from pixsort_desktop.progress import Progress

CHUNK = 1_000_000
MOST_ENTRIES = 2_000_000
BOMB_RATIO, BOMB_BYTES = 50, 1_000_000_000  # photos hardly shrink; text shrinks ten times
ENTRY_RATIO, ENTRY_BYTES = 200, 50_000_000
_ENCRYPTED = 0x1


@dataclass(slots=True)
class UnpackReport:
    """What became of every file in the archives; `roots` are the folders (or files) that they brought."""

    unpacked: int = 0
    there: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)


class _EntryError(Exception):
    """One file of an archive cannot be taken out; the message is a sentence."""


def is_zip(path: str) -> bool:
    """Whether a file is named, and begins, like a zip archive."""
    if not path.lower().endswith(".zip"):
        return False
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def names_in(path: str, most: int = 5_000) -> list[str]:
    """The first names in an archive; none where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()[:most]
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return []


def unpack(archives: Sequence[str], folder: str, progress: Progress) -> UnpackReport:
    """Unpack archives into one folder, each file verified, none replaced.

    A damaged archive or entry costs itself and is in the report. Raises `PixsortError` where an archive is made to
    fill disks, or the disk fills up, and `Cancelled`; what is unpacked stays.
    """
    report = UnpackReport()
    run = _Unpacking(folder, progress, report)
    for path in archives:
        progress.check()
        try:
            with zipfile.ZipFile(path) as archive:
                run.take(path, archive)
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
            if isinstance(error, OSError) and error.filename and os.fspath(error.filename) != path:
                raise
            report.failed.append(
                (path, f"This archive is damaged or not whole ({error}); download it again.")
            )
    return report


class _Unpacking:
    def __init__(self, folder: str, progress: Progress, report: UnpackReport) -> None:
        self.folder = folder
        self.progress = progress
        self.report = report
        self.total = 0
        self.cleared: set[str] = set()

    def take(self, path: str, archive: zipfile.ZipFile) -> None:
        entries = [info for info in archive.infolist() if not info.is_dir()]
        _refuse_bomb(path, entries)
        self.total += len(entries)
        self._check_room(entries)
        touched: set[str] = set()
        for info in entries:
            self.progress.check()
            self._tell()
            shown = f"{path}: {info.filename}"
            try:
                touched.add(os.path.dirname(self._entry(archive, info)))
            except _EntryError as error:
                self.report.failed.append((shown, str(error)))
                if not os.path.exists(path):
                    raise FileNotFoundError(errno.ENOENT, "it is no longer there", path) from error
            except WrittenError as error:
                if error.fatal:
                    raise
                self.report.failed.append((shown, str(error)))
        for each in touched:
            sync_folder(each)

    def _entry(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
        """One file; gives where it is now."""
        parts = safe_parts(info)
        self._note_root(parts)
        final = os.path.join(self.folder, *parts)
        if _same(final, info, self.progress.check):
            self.report.there += 1
            return final
        folder = os.path.dirname(final)
        if folder not in self.cleared:
            self.cleared.add(folder)
            clear_parts(folder, os.listdir(folder) if os.path.isdir(folder) else ())
        sha256, (part,) = write_parts(_chunks(archive, info), [folder], self.progress.check)
        if part.error is not None:
            raise part.error
        self._finish(part, sha256, info)
        placed = give_name(part, final)
        self.report.unpacked += 1
        return placed

    def _finish(self, part: Part, sha256: str, info: zipfile.ZipInfo) -> None:
        """Photos are made durable and read back, each; the thousands of small JSON files have their CRC-32."""
        if is_media(info.filename):
            verify(part, sha256, _mtime_ns(info))
        else:
            settle_time(part, _mtime_ns(info))

    def _note_root(self, parts: tuple[str, ...]) -> None:
        root = os.path.join(self.folder, parts[0])
        if root not in self.report.roots:
            self.report.roots.append(root)

    def _check_room(self, entries: Sequence[zipfile.ZipInfo]) -> None:
        needed = 0
        for info in entries:
            try:
                final = os.path.join(self.folder, *safe_parts(info))
            except _EntryError:
                continue
            needed += 0 if os.path.exists(final) else info.file_size
        free = free_bytes(self.folder)
        if free is not None and free < needed:
            raise PixsortError(not_enough(self.folder, needed, free))

    def _tell(self) -> None:
        done = self.report.unpacked + self.report.there + len(self.report.failed)
        self.progress.report("Unpacking", done, self.total, len(self.report.failed))


def safe_parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """Where an entry goes, below the folder. Raises `_EntryError` for what leads out of it or is no plain file."""
    name = info.filename.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":"):
        raise _EntryError("Its name leads out of the folder; it was left out.")
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _EntryError("It is a link or a device, not a file; it was left out.")
    if info.flag_bits & _ENCRYPTED:
        raise _EntryError("It is encrypted; unpack the archive with its password first.")
    if info.file_size > ENTRY_BYTES and info.file_size > ENTRY_RATIO * max(1, info.compress_size):
        raise _EntryError(
            f"It claims to hold {info.file_size / 1e9:,.1f} GB in {info.compress_size:,} bytes; it was left out."
        )
    safe = tuple(safe_part(part) for part in parts if part not in ("", "."))
    if not safe:
        raise _EntryError("It has no name; it was left out.")
    return safe


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
        raise _EntryError(f"It is damaged in the archive ({error}); download the archive again.") from error
    except OSError as error:
        raise _EntryError(f"The archive could not be read ({error.strerror or error}).") from error
    if length != info.file_size:
        raise _EntryError("It is cut off in the archive; download the archive again.")


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
