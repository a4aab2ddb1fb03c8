"""Dropped paths -> photos of a project.

Listing, reading and writing overlap: one thread walks the folders, a pool of workers examines files (each
file's bytes are read once), and this thread writes what they found, in the order of the walk, in small
transactions. A kill loses at most the last of these; importing again passes over what is finished.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pixsort_desktop.jobs.cache import trim_cache
from pixsort_desktop.jobs.daemon_pool import DaemonPool
from pixsort_desktop.jobs.examine import Claims, Examined, examine, keep
from pixsort_desktop.jobs.frames import FrameJoiner
from pixsort_desktop.jobs.join_new import join_new
from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import face_of
from pixsort_desktop.library.history import forget_undone
from pixsort_desktop.library.jobs import note_problem, note_progress, settle_interrupted_imports
from pixsort_desktop.library.moved_failures import follow_moved_failures
from pixsort_desktop.library.photos import (
    add_file,
    add_to_project,
    find_by_hash,
    finished_files,
    get_photo_error,
    newest_photo,
    note_missing,
    project_photos,
)
from pixsort_desktop.library.projects import check_project
from pixsort_desktop.library.records import PhotoFile
from pixsort_desktop.library.replaced import settle_replaced
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo.scan import Scanned, scan
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision import descriptor

FIRST_BATCH_S = 0.1  # the first photos appear at once, later ones in calmer steps
BATCH_S = 0.4
BATCH = 200
LOOK_UP = 200  # files asked for in one query
WAKE_S = 0.5  # how soon a wish to stop is heard while a drive hangs
PATIENCE_S = 20.0


@dataclass(slots=True)
class ImportReport:
    """What became of every file: `found` = `added` + `companions` + `duplicates` + the number of `failed`.

    `added` are photos that the project did not have, `companions` further files of their frames, or of frames that
    the project had. Of the `duplicates`, `known` are files that the project had already, at that path; the others are
    copies. Of the `added`, `joined` are in columns where they clearly belong (`join_new`). Of the `ignored`, `sidecars`
    are XMP files, which are looked for beside each photo; the others are no matter of ours.
    """

    found: int = 0
    added: int = 0
    companions: int = 0
    duplicates: int = 0
    known: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    ignored: int = 0
    sidecars: int = 0
    joined: int = 0
    seconds: float = 0.0

    @property
    def copies(self) -> int:
        """Files with the bytes of a photo that the project has at another path."""
        return self.duplicates - self.known

    def in_words(self) -> str:
        """«1,204 added, 12 already in the project, 1 duplicate, 2 failed», without what there was none of but the first."""
        counts = (
            (self.companions, f"{_of('further file', self.companions)} of their frames"),
            (self.known, "already in the project"),
            (self.copies, _of("duplicate", self.copies)),
        )
        told = [f"{number:,} {what}" for number, what in counts if number]
        if self.joined:
            told.insert(0, f"{self.joined:,} of them in columns already")
        return ", ".join([f"{self.added:,} added", *told, f"{len(self.failed):,} failed"])

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        failed = with_reasons(self.failed)
        return {**asdict(self), "failed": failed, "seconds": round(self.seconds, 3)}


def import_photos(
    library: Library,
    *,
    project_id: int,
    paths: Iterable[str | os.PathLike[str]],
    progress: Progress | None = None,
) -> ImportReport:
    """Import files and folders into a project; in one that is grouped, new photos join columns (`join_new`).

    Photos whose bytes the project already has are counted as duplicates, their paths remembered. A file that
    fails costs nobody else anything. Raises `Cancelled` after `progress.cancel()`, with all that is done kept.
    """
    given = [os.path.abspath(os.fsdecode(path)) for path in paths]  # noqa: PTH100 - resolves no links
    arguments = {"paths": given}
    with recorded_job(library, "import", project_id, "importing", arguments) as job_id:

        def begin(transaction: Transaction) -> None:
            forget_undone(transaction, project_id)
            settle_interrupted_imports(transaction, project_id, given)

        library.write(begin)
        run = _Run(library, project_id, job_id, progress or Progress(), newest_photo(library))
        report = run.run(given)
        report.joined = join_new(library, project_id=project_id, photo_ids=run.arrived)
        return report


def retry_failed(library: Library, *, project_id: int, progress: Progress | None = None) -> ImportReport:
    """Import again the files of a project that failed."""
    paths = [photo.path for photo in project_photos(library, project_id) if photo.status == "failed"]
    return import_photos(library, project_id=project_id, paths=paths, progress=progress)


class _Run:
    """One import under way."""

    def __init__(
        self, library: Library, project_id: int, job_id: int, progress: Progress, newest: int
    ) -> None:
        self.library = library
        self.project_id = project_id
        self.job_id = job_id
        self.progress = progress
        self.report = ImportReport()
        self.store = ThumbnailStore(library.folder / "thumbnails")
        self.claims = Claims(library, self.store)
        self.found: list[Examined] = []  # examined, not yet written
        self.early: dict[
            str, list[Examined]
        ] = {}  # copies that came before the file that is examined for them
        self.met: set[int] = set()  # photos that were known, and met again
        self.frames = FrameJoiner()
        self.fresh = range(newest + 1, sys.maxsize)  # ids of photos that came in with this run
        self.arrived: set[int] = set()  # faces that are new in the project
        self.counted: set[int] = set()  # the files' photos that were counted for them
        self.newly_failed: set[int] = set()  # photos of files that were not in the project before
        self.stood: dict[str, str] = {}  # path -> SHA-256 of what the library knew there before
        self.written_at = time.monotonic()
        self.flushes = 0

    def run(self, paths: list[str]) -> ImportReport:
        started = time.monotonic()
        workers = os.cpu_count() or 2
        listing = _Listing(paths, without=[self.store.folder, self.library.folder / "backups"])
        pending: deque[Future[Examined]] = deque()
        with DaemonPool(workers, "import") as pool:
            try:
                for item, known in self._looked_up(listing):
                    self.progress.check()
                    if known is not None:
                        pending.append(_done(known))
                    else:
                        pending.append(pool.submit(examine, item.path, self.store, self.claims.taken))
                    self._take(pending, listing, keep_pending=workers * 4)
                self._take(pending, listing, keep_pending=0)
            finally:
                listing.stop()
                for future in pending:
                    if not future.cancel() and future.done() and future.exception() is None:
                        self.found.append(future.result())
                self._finish(listing)
        self.report.seconds = time.monotonic() - started
        if self.report.added:
            with contextlib.suppress(Cancelled):  # the import is done; the rest is trimmed another time
                trim_cache(self.library, check=self.progress.check)
        return self.report

    def _looked_up(self, listing: _Listing) -> Iterator[tuple[Scanned, Examined | None]]:
        """Each photo file of the listing, with what is known of it where nothing is left to do."""
        for chunk in listing.chunks(LOOK_UP, self.progress):
            photos = [item for item in chunk if item.kind == "photo"]
            self._note_others(chunk)
            known = finished_files(self.library, (item.path for item in photos), descriptor.EMBEDDING_ID)
            self.stood |= {path: sha256 for path, (_, sha256) in known.items()}
            for item in photos:
                yield item, self._unchanged(item, known.get(item.path))

    def _unchanged(self, item: Scanned, known: tuple[PhotoFile, str] | None) -> Examined | None:
        if known is None:
            return None
        file, sha256 = known
        if (file.size, file.mtime_ns) != (item.size, item.mtime_ns) or not self.store.has(sha256):
            return None
        return Examined(item.path, item.size, item.mtime_ns, sha256, None)

    def _note_others(self, chunk: list[Scanned]) -> None:
        others = [item.path for item in chunk if item.kind == "other"]
        self.report.ignored += len(others)
        self.report.sidecars += sum(path.lower().endswith(".xmp") for path in others)
        reasons = []
        for item in chunk:
            if item.kind == "unreadable":
                reason = item.reason or "It could not be read."
                reasons.append(f"{item.path}: {reason}")
                self.report.failed.append((item.path, reason))
        if reasons:
            self.library.write(lambda t: note_problem(t, self.job_id, "\n".join(reasons)))

    def _take(self, pending: deque[Future[Examined]], listing: _Listing, keep_pending: int) -> None:
        """Collect examined files in order; wait only for what goes beyond `keep_pending`."""
        while pending and (len(pending) > keep_pending or pending[0].done()):
            self.found.append(self._answer(pending.popleft(), listing))
            self.progress.check()
            due = FIRST_BATCH_S if self.flushes < 5 else BATCH_S
            if time.monotonic() - self.written_at > due or len(self.found) >= BATCH:
                self._write(listing)

    def _answer(self, examined: Future[Examined], listing: _Listing) -> Examined:
        """Wait for a file, but not deaf: a drive that hangs can be named, and the import cancelled."""
        asked = time.monotonic()
        while True:
            try:
                return examined.result(timeout=WAKE_S)
            except TimeoutError:
                if examined.done():
                    raise  # the work's own
                self.progress.check()
                if (waited := time.monotonic() - asked) > PATIENCE_S:
                    step = f"A drive has not answered for {waited:.0f} s; waiting. Imported"
                    self.progress.report(step, self._done(), listing.photos, len(self.report.failed))

    def _finish(self, listing: _Listing) -> None:
        """Write what is left, also when the work was stopped, and settle what became of replaced photos."""
        self._write(listing)
        # Copies of a file that then failed before its bytes could be told: each is read for itself.
        for copy in [copy for copies in self.early.values() for copy in copies]:
            self.found.append(examine(copy.path, self.store, lambda _sha256: False))
        self.early.clear()
        self._write(listing)

        def settle(transaction: Transaction) -> list[int]:
            follow_moved_failures(transaction, self.project_id, self.newly_failed, os.path.lexists)
            settle_replaced(transaction, os.path.lexists)
            note_missing(transaction, self.met, os.path.lexists)
            return self.frames.finish(transaction, self.fresh)

        self._count_companions(self.library.write(settle))

    def _write(self, listing: _Listing) -> None:
        """Write the batch in one transaction, then tell how far the work is."""
        batch, self.found = self.found, []
        self._count_companions(self.library.write(lambda t: self._write_batch(t, batch, listing)))
        self.flushes += 1
        self.written_at = time.monotonic()
        self.progress.report("Importing", self._done(), listing.photos, len(self.report.failed))

    def _count_companions(self, joined: list[int]) -> None:
        """What was counted as a photo of its own, and turned out to be another file of one."""
        new = self.counted.intersection(joined)
        self.report.added -= len(new)
        self.report.companions += len(new)

    def _write_batch(self, transaction: Transaction, batch: list[Examined], listing: _Listing) -> list[int]:
        check_project(transaction, self.project_id)
        for found in batch:
            if found.facts is None and found.sha256 and find_by_hash(transaction, found.sha256) is None:
                self.early.setdefault(found.sha256, []).append(found)
                continue
            copies = self.early.pop(found.sha256, []) if found.sha256 else []
            for each in [found.at(copy) for copy in copies] + [found]:
                self._write_one(transaction, each)
        self.report.found = self._done()
        note_progress(transaction, self.job_id, self._done(), listing.photos, len(self.report.failed))
        return self.frames.join(transaction, (found.path for found in batch), self.fresh)

    def _write_one(self, transaction: Transaction, found: Examined) -> None:
        if found.facts is not None:
            photo_id = keep(transaction, found)
        else:
            assert found.sha256 is not None
            known = find_by_hash(transaction, found.sha256)
            assert known is not None
            photo_id = add_file(transaction, found.path, found.size, found.mtime_ns, known)
            self.met.add(photo_id)
        new = add_to_project(transaction, self.project_id, photo_id)
        face = face_of(transaction.connection, photo_id)
        reason = found.reason or get_photo_error(transaction, photo_id)
        if reason:
            self.report.failed.append((found.path, reason))
            if new:
                self.newly_failed.add(photo_id)
        elif new:
            self.report.added += 1
            self.counted.add(photo_id)
            self.arrived.add(face)
        elif face in self.arrived and photo_id not in self.counted:
            self.report.companions += 1
            self.counted.add(photo_id)
        else:
            self.report.duplicates += 1
            self.report.known += found.sha256 is not None and self.stood.get(found.path) == found.sha256

    def _done(self) -> int:
        return self.report.added + self.report.companions + self.report.duplicates + len(self.report.failed)


class _Listing:
    """Walks the folders in a thread of its own, so that the total is known long before the work is done."""

    def __init__(self, paths: list[str], without: list[Path]) -> None:
        self.photos = 0
        self._items: deque[Scanned] = deque()
        self._news = threading.Condition()
        self._ended = False
        self._stopped = False
        self._error: BaseException | None = None
        threading.Thread(target=self._walk, args=(paths, without), name="import-listing", daemon=True).start()

    def stop(self) -> None:
        """Walk no further."""
        self._stopped = True

    def chunks(self, size: int, progress: Progress) -> Iterator[list[Scanned]]:
        """What has been listed, as it comes, at most `size` at a time."""
        while True:
            with self._news:
                while not self._news.wait_for(lambda: self._items or self._ended, timeout=WAKE_S):
                    progress.check()  # a folder on a drive that hangs
                chunk = [self._items.popleft() for _ in range(min(size, len(self._items)))]
            if not chunk:
                break
            yield chunk
        if self._error is not None:
            raise self._error

    def _walk(self, paths: list[str], without: list[Path]) -> None:
        try:
            for item in scan(paths, without):
                if self._stopped:
                    break
                with self._news:
                    self._items.append(item)
                    self.photos += item.kind != "other"
                    self._news.notify()
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that reads the listing
            self._error = error
        finally:
            with self._news:
                self._ended = True
                self._news.notify()


def _of(noun: str, number: int) -> str:
    return noun if number == 1 else noun + "s"


def _done(found: Examined) -> Future[Examined]:
    future: Future[Examined] = Future()
    future.set_result(found)
    return future
