"""A folder that a camera or another program writes to: what arrives and has settled becomes photos of a project.

By asking, not by being told: notifications of the file system do not come from network drives, differ by system, and
say that a file was opened, not that it is whole. A look at a folder of thousands costs some milliseconds.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.jobs.copy_plan import absolute
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import known_states
from pixsort_desktop.photo.scan import scan
from pixsort_desktop.progress import Cancelled, Progress

SETTLE_S = 2.0
POLL_S = 1.0
BATCH = 50  # a burst that arrives shows up in steps


@dataclass(slots=True)
class WatchState:
    """How the watching goes. `there` is False while the folder cannot be read."""

    folder: str
    there: bool = True
    settling: int = 0  # files that still grow
    added: int = 0
    duplicates: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "folder": self.folder,
            "added": self.added,
            "duplicates": self.duplicates,
            "failed": with_reasons(self.failed),
        }


def watch_folder(
    library: Library,
    *,
    project_id: int,
    folder: str | os.PathLike[str],
    settle_s: float = SETTLE_S,
    poll_s: float = POLL_S,
    progress: Progress | None = None,
    told: Callable[[WatchState], None] = lambda _state: None,
) -> WatchState:
    """Import what is in a folder and what arrives there, until `progress.cancel()`; then gives how it went.

    A file is taken when its size and time have not changed for `settle_s` seconds and it can be read; one that changes
    later is read again. A folder that vanishes is waited for. Raises `NotFoundError` where it was never there.
    """
    at = absolute(folder)
    if not os.path.isdir(at):
        raise NotFoundError(f"There is no folder {at}.")
    watch = _Watch(library, project_id, at, settle_s, told)
    progress = progress or Progress()
    with contextlib.suppress(Cancelled):
        while not progress.cancelled:
            watch.look(progress)
            _rest(poll_s, progress)
    return watch.state


class _Watch:
    def __init__(
        self,
        library: Library,
        project_id: int,
        folder: str,
        settle_s: float,
        told: Callable[[WatchState], None],
    ) -> None:
        self.library = library
        self.project_id = project_id
        self.folder = folder
        self.settle_s = settle_s
        self.told = told
        self.state = WatchState(folder)
        self.done = known_states(library, project_id)  # path -> (size, mtime_ns) as it was imported
        self.waiting: dict[str, tuple[int, int, float]] = {}  # the same, and since when it is so

    def look(self, progress: Progress) -> None:
        """One look: note what is new, and import what has settled."""
        before = (self.state.there, self.state.settling)
        ready = self._settled()
        for start in range(0, len(ready), BATCH):
            if progress.cancelled:
                return
            self._import(ready[start : start + BATCH], progress)
        if ready or (self.state.there, self.state.settling) != before:
            self.told(self.state)

    def _settled(self) -> list[str]:
        now, ready, met = time.monotonic(), [], set()
        self.state.there = True
        for item in scan([self.folder], [self.library.folder]):
            if item.kind == "unreadable" and item.path == self.folder:
                self.state.there = False
                return []  # what was noted stays: it comes back as it was
            if item.kind != "photo" or self.done.get(item.path) == (item.size, item.mtime_ns):
                continue
            met.add(item.path)
            size, mtime_ns, since = self.waiting.get(item.path, (-1, 0, now))
            if (size, mtime_ns) != (item.size, item.mtime_ns):
                self.waiting[item.path] = (item.size, item.mtime_ns, now)
            elif item.size and now - since >= self.settle_s and _readable(item.path):
                ready.append(item.path)
        self.waiting = {path: seen for path, seen in self.waiting.items() if path in met}
        self.state.settling = len(self.waiting) - len(ready)
        return ready

    def _import(self, paths: list[str], progress: Progress) -> None:
        report = import_photos(self.library, project_id=self.project_id, paths=paths, progress=progress)
        for path in paths:
            size, mtime_ns, _ = self.waiting.pop(path)
            self.done[path] = (size, mtime_ns)
        self.state.added += report.added
        self.state.duplicates += report.duplicates
        self.state.failed += report.failed


def _readable(path: str) -> bool:
    """Another program may hold it: Windows then refuses, and the next look asks again."""
    try:
        with open(path, "rb") as file:
            file.read(1)
    except OSError:
        return False
    return True


def _rest(seconds: float, progress: Progress) -> None:
    until = time.monotonic() + seconds
    while not progress.cancelled and (left := until - time.monotonic()) > 0:
        time.sleep(min(0.1, left))
