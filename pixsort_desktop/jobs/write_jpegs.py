"""Judgements into the JPEGs themselves, for whoever asks for it: the one job that changes originals.

Only the XMP segment of a file changes (`photo.xmp.jpeg` proves it). Its SHA-256 is another one then, so the library is
told before and after (`library.rewriting`): the photo stays the photo it was, on every board and at the next import.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.sidecars import BATCH
from pixsort_desktop.jobs.wishes import chosen_options, wishes
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import note_progress
from pixsort_desktop.library.photos import photo_files
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.rewriting import bytes_of, expect_bytes, note_rewritten
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo import xmp
from pixsort_desktop.photo.scan import mtime_ns
from pixsort_desktop.progress import Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore


@dataclass(slots=True)
class JpegReport:
    """What became of the files; `others` are files that are no JPEGs, `failed` holds (path, a sentence)."""

    profile: str
    keywords: bool = False
    written: int = 0
    unchanged: int = 0
    others: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)  # of a dry run

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        failed = with_reasons(self.failed)
        return {**asdict(self), "failed": failed}


@dataclass(frozen=True, slots=True)
class _Plan:
    """A file that will be written; `old` and `new` are the SHA-256 of its bytes."""

    photo: Photo
    path: str
    changes: xmp.Changes
    old: str
    new: str


def write_into_jpegs(
    library: Library,
    *,
    project_id: int,
    profile: str | None = None,
    keywords: bool | None = None,
    captions: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> JpegReport:
    """Write the judgements of a project's JPEGs into the files' own XMP. It cannot be undone by the program.

    `profile`, `keywords`, `captions` and `dry_run` as for `write_sidecars`. A file that is not as it was imported, cannot be
    written, has a second name on the disk or could not keep further pictures in it is reported and left.
    """
    options = chosen_options(library, project_id, profile, keywords)
    photos = wishes(library, project_id, keywords=options.keywords, captions=captions)
    report = JpegReport(options.profile, options.keywords)
    report.others = sum(photo.format != "JPEG" for photo, _ in photos)
    jpegs = [(photo, changes) for photo, changes in photos if photo.format == "JPEG"]
    progress = progress or Progress()
    writer = _Writer(library, report)
    if dry_run:
        writer.plan(jpegs, dry_run=True)
        return report
    with recorded_job(library, "jpegs", project_id, None, {"profile": options.profile}) as job_id:
        options.remember(library, project_id)
        for start in range(0, len(jpegs), BATCH):
            progress.check()
            writer.write(writer.plan(jpegs[start : start + BATCH]))
            done, failed = min(start + BATCH, len(jpegs)), len(report.failed)
            library.write(partial(note_progress, job_id=job_id, done=done, total=len(jpegs), failed=failed))
            progress.report("Writing into JPEGs", done, len(jpegs), failed)
    return report


class _Writer:
    def __init__(self, library: Library, report: JpegReport) -> None:
        self._library = library
        self._report = report
        self._profile = xmp.PROFILES[report.profile]
        self._store = ThumbnailStore(library.folder / "thumbnails")

    def plan(self, photos: Sequence[tuple[Photo, xmp.Changes]], *, dry_run: bool = False) -> list[_Plan]:
        """Look at every file of the photos and say what will be written."""
        plans = []
        for photo, changes in photos:
            known = bytes_of(self._library, photo.id)
            files = [file.path for file in photo_files(self._library, photo.id) if file.role != "missing"]
            for path in files:
                try:
                    plan = self._plan_one(photo, path, changes, known, dry_run=dry_run)
                except (xmp.XmpError, OSError) as error:
                    self._report.failed.append((path, str(error)))
                else:
                    plans += [plan] if plan is not None else []
        return plans

    def _plan_one(
        self, photo: Photo, path: str, changes: xmp.Changes, known: set[str], *, dry_run: bool
    ) -> _Plan | None:
        old = xmp.digest(Path(path).read_bytes())
        if old not in known:
            raise xmp.XmpError(
                f"{Path(path).name} was left as it is: it is not as it was imported; import it again first."
            )
        result = xmp.patch_jpeg(path, changes, self._profile, expected=old, dry_run=True)
        if result.status == "unchanged":
            self._report.unchanged += 1
            return None
        if dry_run:
            self._report.written += 1
            self._report.edits += [{"path": path, **asdict(edit)} for edit in result.edits]
        return _Plan(photo, path, changes, old, result.digest)

    def write(self, plans: Sequence[_Plan]) -> None:
        for plan in plans:
            self._take_thumbnail_along(plan)
        taken = self._library.write(
            partial(expect_bytes, expected=[(plan.photo.id, plan.new) for plan in plans])
        )
        done: list[tuple[_Plan, int, int]] = []
        try:
            for plan in plans:
                if plan.new in taken:
                    self._report.failed.append((plan.path, _twin(plan.path, taken[plan.new])))
                else:
                    done += self._write_one(plan)
        finally:
            self._library.write(partial(_note, done=done))

    def _write_one(self, plan: _Plan) -> list[tuple[_Plan, int, int]]:
        try:
            result = xmp.patch_jpeg(plan.path, plan.changes, self._profile, expected=plan.old)
            found = Path(plan.path).stat()
        except xmp.SidecarChangedError as error:
            if (
                xmp.digest(Path(plan.path).read_bytes()) != plan.new
            ):  # else a link to a file that is done already
                self._report.failed.append((plan.path, str(error)))
                return []
            found = Path(plan.path).stat()
        except (xmp.XmpError, OSError) as error:
            self._report.failed.append((plan.path, str(error)))
            return []
        else:
            assert result.digest == plan.new
            self._report.written += 1
        return [(plan, found.st_size, mtime_ns(found))]

    def _take_thumbnail_along(self, plan: _Plan) -> None:
        """Thumbnails are found by SHA-256. One that is missing is made by the next start, as always."""
        for sha256 in (plan.photo.sha256, plan.old):
            jpeg = self._store.read(sha256) if sha256 else None
            if jpeg is not None and not self._store.has(plan.new):
                self._store.write(plan.new, jpeg)


def _note(transaction: Transaction, done: Sequence[tuple[_Plan, int, int]]) -> None:
    for plan, size, mtime in done:
        note_rewritten(transaction, plan.photo.id, plan.path, plan.new, size, mtime)


def _twin(path: str, other: str) -> str:
    return f"{Path(path).name} was left as it is: it would be the same file as {other}, which is a photo of its own here."
