"""One file out of an archive -> its place below a folder, verified, nothing replaced. Zip and tar share this.

Nothing of an archive is trusted: not its names, not its sizes. Each file is written under a temporary name, photos and
videos are read back, and a file that stands there already with the same bytes is done, so a run that was stopped is
simply run again.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

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
from pixsort_desktop.photo.takeout_names import is_media
from pixsort_desktop.progress import Progress

CHUNK = 1_000_000
MOST_ENTRIES = 2_000_000


@dataclass(slots=True)
class UnpackReport:
    """What became of every file in the archives; `roots` are the folders (or files) that they brought."""

    unpacked: int = 0
    there: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)


class EntryError(Exception):
    """One file of an archive cannot be taken out; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive. `chunks` gives its bytes, once, and raises EntryError; `is_there` compares with a file."""

    name: str
    parts: tuple[str, ...]
    mtime_ns: int
    chunks: Callable[[], Iterator[memoryview]]
    is_there: Callable[[str], bool]


class Unpacking:
    """Archives on their way into one folder."""

    def __init__(self, folder: str, progress: Progress, report: UnpackReport) -> None:
        self.folder = folder
        self.progress = progress
        self.report = report
        self.total = 0
        self._cleared: set[str] = set()
        self._touched: set[str] = set()

    def take(self, archive: str, name: str, made: Callable[[], Entry]) -> None:
        """Put one file in its place. What is wrong with it alone is noted; raises what concerns the next ones too."""
        self.progress.check()
        self.tell()
        shown = f"{archive}: {name}"
        try:
            self._touched.add(os.path.dirname(self._place(made())))
        except EntryError as error:
            self.report.failed.append((shown, str(error)))
            if not os.path.exists(archive):
                raise FileNotFoundError(errno.ENOENT, "it is no longer there", archive) from error
        except WrittenError as error:
            if error.fatal:
                raise
            self.report.failed.append((shown, str(error)))

    def settle(self) -> None:
        """Make the names durable."""
        for each in self._touched:
            sync_folder(each)
        self._touched.clear()

    @property
    def done(self) -> int:
        """Files that are accounted for."""
        return self.report.unpacked + self.report.there + len(self.report.failed)

    def tell(self) -> None:
        self.progress.report("Unpacking", self.done, max(self.total, self.done), len(self.report.failed))

    def _place(self, entry: Entry) -> str:
        """One file; gives where it is now."""
        root = os.path.join(self.folder, entry.parts[0])
        if root not in self.report.roots:
            self.report.roots.append(root)
        final = os.path.join(self.folder, *entry.parts)
        if entry.is_there(final):
            self.report.there += 1
            return final
        folder = os.path.dirname(final)
        if folder not in self._cleared:
            self._cleared.add(folder)
            clear_parts(folder, os.listdir(folder) if os.path.isdir(folder) else ())
        sha256, (part,) = write_parts(entry.chunks(), [folder], self.progress.check)
        if part.error is not None:
            raise part.error
        _finish(part, sha256, entry)
        placed = give_name(part, final)
        self.report.unpacked += 1
        return placed


def safe_name(name: str) -> tuple[str, ...]:
    """Where an entry goes, below the folder. Raises `EntryError` for what leads out of it."""
    name = name.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":"):
        raise EntryError("Its name leads out of the folder; it was left out.")
    safe = tuple(safe_part(part) for part in parts if part not in ("", "."))
    if not safe:
        raise EntryError("It has no name; it was left out.")
    return safe


def _finish(part: Part, sha256: str, entry: Entry) -> None:
    """Photos are made durable and read back, each; the thousands of small JSON files have the archive's checksum."""
    if is_media(entry.name):
        verify(part, sha256, entry.mtime_ns)
    else:
        settle_time(part, entry.mtime_ns)
