"""Photos whose files have moved, found again by their content under a folder that the user names.

Size first, then SHA-256 of what is left: a photo is its bytes, so what is found is the photo, whatever it is called
now and wherever it lies. A common prefix that changed (another drive letter, another mount) is the same case, and each
file is verified there as well: reading them is cheap beside a wrong link that shows up years later.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.jobs.copy_plan import absolute
from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.verified_copy import sha256_of
from pixsort_desktop.jobs.whereabouts import PATIENCE_S, absence, absent_paths, find_absent
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import add_file, note_missing, project_places
from pixsort_desktop.library.records import PhotoPlace
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo.scan import Scanned, scan
from pixsort_desktop.progress import Progress

BATCH = 50


@dataclass(slots=True)
class LocateReport:
    """`missing` photos had no file; `found` are (old path, new path); `left` the paths that were not found."""

    missing: int = 0
    found: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "missing": self.missing,
            "found": [{"old": old, "new": new} for old, new in self.found],
            "left": self.left,
            "unreadable": with_reasons(self.unreadable),
            "seconds": round(self.seconds, 3),
        }


def locate(
    library: Library,
    *,
    project_id: int,
    folders: Iterable[str | os.PathLike[str]],
    progress: Progress | None = None,
    patience_s: float = PATIENCE_S,
) -> LocateReport:
    """Look for a project's absent photos under folders, and remember where they are now.

    Raises `NotFoundError` where a folder is not there, and `Cancelled` with what was found kept.
    """
    started = time.monotonic()
    progress = progress or Progress()
    given = [absolute(folder) for folder in folders]
    for folder in given:
        if not os.path.isdir(folder):
            raise NotFoundError(f"There is no folder {folder}.")
    with recorded_job(library, "locate", project_id, None, {"folders": given}):
        run = _Search(library, project_id, progress, patience_s)
        run.run(given)
        find_absent(library, project_id, patience_s=patience_s)  # a face that is back shows its frame again
    run.report.seconds = time.monotonic() - started
    return run.report


class _Search:
    def __init__(self, library: Library, project_id: int, progress: Progress, patience_s: float) -> None:
        self.library = library
        self.progress = progress
        self.report = LocateReport()
        places = project_places(library, project_id)
        states = absent_paths({place.path for place in places}, patience_s=patience_s)
        self.absent = absence(places, states)
        self.wanted: dict[int, dict[str, PhotoPlace]] = {}  # size -> SHA-256 -> where it was
        self.found: list[tuple[PhotoPlace, Scanned]] = []
        for place in places:
            if place.photo_id in self.absent.photos and place.sha256 and place.size is not None:
                self.wanted.setdefault(place.size, {}).setdefault(place.sha256, place)
        self.report.missing = len(self.absent.photos)
        self.left = {place.photo_id: place.path for place in places if place.photo_id in self.absent.photos}

    def run(self, folders: list[str]) -> None:
        looked_at = 0
        try:
            for item in scan(folders) if self.left else ():
                self.progress.check()
                if item.kind == "unreadable":
                    self.report.unreadable.append((item.path, item.reason or "It could not be read."))
                    continue
                looked_at += 1
                if looked_at % 100 == 0:
                    self._tell()
                self._look_at(item)
                if not self.wanted:
                    break
        finally:
            self._keep()
        self.report.left = sorted(self.left.values())

    def _look_at(self, item: Scanned) -> None:
        candidates = self.wanted.get(item.size)
        if candidates is None:
            return
        try:
            place = candidates.pop(sha256_of(item.path, self.progress.check), None)
        except OSError as error:
            self.report.unreadable.append((item.path, f"It cannot be read: {error.strerror or error}."))
            return
        if place is None:
            return
        if not candidates:
            del self.wanted[item.size]
        self.left.pop(place.photo_id, None)
        self.report.found.append((place.path, item.path))
        self.found.append((place, item))
        if len(self.found) >= BATCH:
            self._keep()
            self._tell()

    def _keep(self) -> None:
        found, self.found = self.found, []
        if found:
            self.library.write(lambda t: self._write(t, found))

    def _write(self, transaction: Transaction, found: list[tuple[PhotoPlace, Scanned]]) -> None:
        for place, item in found:
            add_file(transaction, item.path, item.size, item.mtime_ns, place.photo_id)
        # What is absent is known already: asking a drive that hangs would hold up every write.
        photo_ids = {place.photo_id for place, _ in found}
        note_missing(transaction, photo_ids, lambda path: path not in self.absent.paths)

    def _tell(self) -> None:
        self.progress.report("Locating", len(self.report.found), self.report.missing)
