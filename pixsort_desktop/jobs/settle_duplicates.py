"""One copy stays, takes over what was thought of the others, and these go to the system's trash. Never all of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pixsort_desktop.jobs.carry import FrameError
from pixsort_desktop.jobs.file_errands import LABELS, Errand, FilesReport, close_job
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.trash_bin import TrashError, to_trash
from pixsort_desktop.jobs.trash_photos import trash_photos
from pixsort_desktop.jobs.verified_copy import sha256_of
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import merge_copies
from pixsort_desktop.library.file_steps import Step
from pixsort_desktop.library.photos import get_photos, photo_files
from pixsort_desktop.library.records import PhotoFile
from pixsort_desktop.progress import Progress


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is to become of one set: ids of photos, or (for files with the same bytes) of one photo's files."""

    keeper: int
    others: tuple[int, ...]
    photo_id: int | None = None  # whose files they are; None: they are photos


def settle_duplicates(
    library: Library, *, project_id: int, sets: Sequence[Settlement], progress: Progress | None = None
) -> FilesReport:
    """Merge each set into its keeper and move the other copies to the trash.

    A set whose keeper has no file that can be read with the bytes it was judged by stays whole, and is in the report
    as failed. The photos' part can be undone as a merge and as a move to the trash. Raises `Cancelled` with what was
    done recorded.
    """
    progress = progress or Progress()
    report = FilesReport("trash", chosen=sum(len(each.others) for each in sets))
    files = [each for each in sets if each.photo_id is not None]
    photos: list[int] = []
    for each in sets:
        if each.photo_id is None and (reason := _unsafe(library, each, progress)) is not None:
            report.failed.append(reason)
        elif each.photo_id is None:
            merge = partial(merge_copies, keeper_id=each.keeper, photo_ids=each.others)
            library.write(merge, undo="Merge duplicates", project_id=project_id)
            photos += each.others
    if photos:
        done = trash_photos(library, project_id=project_id, photo_ids=photos, progress=progress)
        _add(report, done)
    if files:
        _add(report, _trash_files(library, project_id, files, progress))
    return report


def _unsafe(library: Library, each: Settlement, progress: Progress) -> tuple[str, str] | None:
    """Why the others must stay: the keeper is among them, or has no sound file. None where all is well."""
    keeper = get_photos(library, [each.keeper])
    path = keeper[0].path if keeper else ""
    if not keeper or each.keeper in each.others:
        return path, "The copy to keep is not in the library any more, so none of its copies goes."
    if not any(_sound(file, keeper[0].sha256, progress) for file in photo_files(library, each.keeper)):
        return path, "The copy to keep cannot be read as it was imported, so none of its copies goes."
    return None


def _sound(file: PhotoFile, sha256: str | None, progress: Progress) -> bool:
    try:
        return os.path.isfile(file.path) and sha256_of(file.path, progress.check) == sha256
    except OSError:
        return False


def _trash_files(
    library: Library, project_id: int, sets: Sequence[Settlement], progress: Progress
) -> FilesReport:
    """Some files of photos that have another with the same bytes."""
    report = FilesReport("trash")
    with recorded_job(library, "trash", project_id, None, {"label": LABELS["trash"]}) as job_id:
        frames: list[list[Step]] = []
        keepers: dict[int, PhotoFile] = {}
        sha256s: dict[int, str | None] = {}
        for each in sets:
            assert each.photo_id is not None
            known = {file.id: file for file in photo_files(library, each.photo_id)}
            photos = get_photos(library, [each.photo_id])
            if each.keeper not in known or each.keeper in each.others or not photos:
                report.failed.append(("", "The copy to keep is not in the library any more."))
                continue
            keepers[each.photo_id], sha256s[each.photo_id] = known[each.keeper], photos[0].sha256
            frames.append(
                [
                    Step(
                        "trash",
                        each.photo_id,
                        f.path,
                        None,
                        f.size,
                        f.mtime_ns,
                        each.photo_id,
                        photos[0].sha256,
                    )
                    for i in each.others
                    if (f := known.get(i)) is not None
                ]
            )

        def act(steps: Sequence[Step]) -> list[tuple[str, str]]:
            return _trash_all(steps, keepers[steps[0].frame_id], sha256s[steps[0].frame_id], progress)

        Errand(library, job_id, report, progress, "Moving to the trash").run(
            [frame for frame in frames if frame],
            act,
            lambda: close_job(library, job_id, "trash", project_id, report),
        )
    return report


def _trash_all(
    steps: Sequence[Step], keeper: PhotoFile, sha256: str | None, progress: Progress
) -> list[tuple[str, str]]:
    if not _sound(keeper, sha256, progress):
        raise FrameError(
            "The copy to keep cannot be read as it was imported, so none of its copies goes.", keeper.path
        )
    for step in steps:
        if os.path.realpath(step.source) == os.path.realpath(keeper.path) or _one_file(
            step.source, keeper.path
        ):
            raise FrameError("It is the copy to keep under another name.", step.source)
        try:
            if sha256_of(step.source, progress.check) != sha256:
                raise FrameError("The file has changed since it was imported, so it stays.", step.source)
        except OSError as error:
            raise FrameError(f"The file cannot be read: {error.strerror or error}.", step.source) from error
    for step in steps:
        try:
            to_trash(step.source)
        except TrashError as error:
            raise FrameError(str(error), step.source) from error
    return []


def _one_file(one: str, other: str) -> bool:
    """Whether two names are one file on disk: a hard link frees no room, and is nobody's copy."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _add(report: FilesReport, done: FilesReport) -> None:
    report.photos += done.photos
    report.files += done.files
    report.bytes += done.bytes
    report.failed += done.failed
    report.left += done.left
    report.stopped = report.stopped or done.stopped
    report.undoable = report.undoable or done.undoable
    report.job_id = done.job_id or report.job_id
