"""From dropped paths to the files in them, one at a time."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pixsort_desktop.photo import formats

Kind = Literal["photo", "other", "unreadable"]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What stands at a path. `reason` is a sentence, and only 'unreadable' has one."""

    path: str  # absolute; bytes that are no valid text are kept as surrogate escapes
    kind: Kind
    size: int = 0
    mtime_ns: int = 0
    reason: str | None = None


def scan(
    paths: Iterable[str | os.PathLike[str]], without: Iterable[str | os.PathLike[str]] = ()
) -> Iterator[Scanned]:
    """Walk files and folders, lazily, and yield each regular file once.

    Within a folder the files come first, then its folders, each in the order of their names, so two scans
    of the same tree agree. Links are followed, but every real folder is entered only once, which also ends
    link loops. Sockets, pipes and devices are passed over without being opened, and so are the operating
    system's own files (`formats.is_system_file`). Folders `without` are not entered, whatever path leads there.

    Raises nothing for what is on disk: a folder or a path that cannot be read is yielded as 'unreadable'.
    """
    walk = _Walk()
    for folder in without:
        walk.pass_over(os.path.abspath(os.fsdecode(folder)))  # noqa: PTH100
    for path in paths:
        yield from walk.visit(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100 - Path.resolve would follow links


class _Walk:
    """What one scan remembers: the folders it has been in and the files it has named."""

    def __init__(self) -> None:
        self._folders: set[tuple[int, int] | str] = set()
        self._files: set[str] = set()

    def pass_over(self, folder: str) -> None:
        """Never enter that folder."""
        with contextlib.suppress(OSError, ValueError):
            self._is_new_folder(folder, os.stat(folder))  # noqa: PTH116

    def visit(self, path: str) -> Iterator[Scanned]:
        """A path that the user named: a missing one is worth a word here, unlike one met on the way."""
        try:
            found = os.stat(path)  # noqa: PTH116 - paths stay strings: a Path per file is a third of a scan
        except (OSError, ValueError) as error:
            yield Scanned(path, "unreadable", reason=_why_not(error))
            return
        if stat.S_ISDIR(found.st_mode):
            yield from self._walk_folder(path, found)
        else:
            yield from self._file(path, found)

    def _walk_folder(self, folder: str, found: os.stat_result) -> Iterator[Scanned]:
        # An own stack: a tree may be deeper than Python's recursion goes.
        waiting = [(folder, found)]
        while waiting:
            folder, found = waiting.pop()
            if not self._is_new_folder(folder, found):
                continue
            inner: list[tuple[str, os.stat_result]] = []
            try:
                with os.scandir(folder) as entries:
                    names = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                yield Scanned(folder, "unreadable", reason=_why_not(error))
                continue
            for entry in names:
                try:
                    entry_found = _look(entry)
                except OSError as error:
                    yield Scanned(entry.path, "unreadable", reason=_why_not(error))
                    continue
                if entry_found is None:
                    continue
                if stat.S_ISDIR(entry_found.st_mode):
                    inner.append((entry.path, entry_found))
                else:
                    yield from self._file(entry.path, entry_found)
            waiting.extend(reversed(inner))

    def _is_new_folder(self, folder: str, found: os.stat_result) -> bool:
        # Some file systems (and Windows' quick stat) have no inode numbers; the real path is as good, but slower.
        identity: tuple[int, int] | str = (found.st_dev, found.st_ino)
        if found.st_ino == 0:
            identity = os.path.normcase(os.path.realpath(folder))
        if identity in self._folders:
            return False
        self._folders.add(identity)
        return True

    def _file(self, path: str, found: os.stat_result) -> Iterator[Scanned]:
        name = os.path.basename(path)  # noqa: PTH119
        if not stat.S_ISREG(found.st_mode) or formats.is_system_file(name):
            return
        identity = os.path.normcase(path)
        if identity in self._files:
            return
        self._files.add(identity)
        kind: Kind = "photo" if formats.is_photo(path) else "other"
        yield Scanned(path, kind, found.st_size, mtime_ns(found))


def mtime_ns(found: os.stat_result) -> int:
    """When a file was changed, in nanoseconds, kept to the 64 bits that a database holds (until the year 2262)."""
    return max(-(2**63), min(found.st_mtime_ns, 2**63 - 1))


def _look(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What an entry is, links followed; None for one that vanished or for a link that leads nowhere or in circles.

    Raises OSError where the folder may be listed but not entered, or the device fails.
    """
    try:
        found = entry.stat()
        if found.st_ino == 0 and stat.S_ISDIR(found.st_mode):
            found = os.stat(entry.path)  # noqa: PTH116 - on Windows only this one knows the folder's number
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return None
        raise
    return found


def _why_not(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "There is no such file or folder."
    if isinstance(error, PermissionError):
        return "It may not be read: permission denied."
    detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"It cannot be read: {detail}."
