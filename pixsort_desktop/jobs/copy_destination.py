"""One drive that files are copied to: what it has, what it took, and why it takes no more."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pixsort_desktop.jobs.copy_journal import Copied, CopyJournal
from pixsort_desktop.jobs.copy_plan import FolderNames, SourceFile
from pixsort_desktop.jobs.copy_report import DestinationReport
from pixsort_desktop.jobs.verified_copy import WrittenError, clear_parts, sync_folder, written_error


class Destination:
    """One drive: what it has, what it took, and the thread that finishes files there."""

    def __init__(self, folder: str, journals: Path) -> None:
        self.root = folder
        self.names = FolderNames(folder)
        self.journal = CopyJournal(journals, folder)
        self.report = DestinationReport(folder)
        self._device: int | None = None
        self.lane = ThreadPoolExecutor(1, thread_name_prefix="copy-verify")
        self._cleared: set[str] = set()
        self._unsynced: set[str] = set()

    @property
    def usable(self) -> bool:
        return self.report.stopped is None

    def open(self) -> None:
        """Make the folder where it is not there, and remember on which drive it lies."""
        try:
            os.makedirs(self.root, exist_ok=True)
            self._device = os.stat(self.root).st_dev
        except OSError as error:
            self.fail(WrittenError(str(written_error(error, self.root)), fatal=True))

    def begin(self, folder: str) -> bool:
        """Before a file is written to `folder`: is the drive still there, and is the folder free of old rests?

        A drive that was pulled leaves an empty place on the system's own disk: nothing must be written there.
        """
        try:
            there = os.stat(self.root).st_dev == self._device
        except OSError:
            there = False
        if not there:
            self.fail(written_error(OSError(errno.ENODEV, ""), self.root))
        elif folder not in self._cleared:
            self._cleared.add(folder)
            clear_parts(folder, self.names.listed(folder))
        return there

    def note(self, file: SourceFile, path: str, number: int, sha256: str, sample: str) -> None:
        """A file stands verified at `path`."""
        relative = os.path.relpath(path, self.root).replace(os.sep, "/")
        self.journal.note(Copied(file.relative, file.size, file.mtime_ns, sample, sha256, relative, number))

    def fail(self, error: WrittenError) -> None:
        if error.fatal and self.report.stopped is None:
            self.report.stopped = str(error)

    def landed(self, path: str) -> None:
        """A file was given its name."""
        self.names.note(path)
        self._unsynced.add(os.path.dirname(path))
        self.report.copied += 1

    def settle(self) -> None:
        """Make names durable, and only then say in the journal that the files are there."""
        folders, self._unsynced = self._unsynced, set()
        for folder in sorted(folders):
            sync_folder(folder)
        self.journal.flush()
