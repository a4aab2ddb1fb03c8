"""Photos to the system's trash: each with all files of its frame. Nothing is ever deleted."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

from pixsort_desktop.jobs.carry import FrameError, carry_frame
from pixsort_desktop.jobs.file_errands import LABELS, Errand, FilesReport, close_job
from pixsort_desktop.jobs.files_plan import FilesPlan
from pixsort_desktop.jobs.frame_parts import Frame, Part, read_frames
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.trash_bin import TrashError, can_restore, find_trashed, to_trash
from pixsort_desktop.jobs.verified_copy import sha256_of
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.file_steps import Step, note_absent
from pixsort_desktop.progress import Progress


def plan_trash(library: Library, *, photo_ids: Sequence[int]) -> FilesPlan:
    """What `trash_photos` would do. Nothing is touched."""
    plan = FilesPlan()
    for frame in read_frames(library, photo_ids):
        if frame.problem is not None:
            plan.failed.append(frame.problem)
            continue
        parts = frame.parts + frame.elsewhere
        plan.photos += 1
        plan.files += len(parts)
        plan.copies += len(frame.elsewhere)
        plan.bytes += sum(part.size for part in parts)
        plan.left += frame.left + _offline(frame)
    return plan


def trash_photos(
    library: Library, *, project_id: int | None, photo_ids: Sequence[int], progress: Progress | None = None
) -> FilesReport:
    """Move the files of photos to the system's trash, and the photos out of every project.

    With a photo go its other files of that frame, their sidecars, and its copies in other folders. A photo with a
    file that has changed since the import, that is no file of its own, or whose trash refuses it, stays as it was and
    is in the report. Stars and places are remembered: imported again, the same bytes stand where they stood. Raises
    `Cancelled` with what was done recorded.
    """
    progress = progress or Progress()
    report = FilesReport("trash", chosen=len(set(photo_ids)))
    with recorded_job(library, "trash", project_id, None, {"label": LABELS["trash"]}) as job_id:
        frames, known = frames_to_trash(library, photo_ids, report)
        Errand(library, job_id, report, progress, "Moving to the trash").run(
            frames,
            lambda steps: trash_frame(steps, known, progress),
            lambda: close_job(library, job_id, "trash", project_id, report),
        )
    return report


def frames_to_trash(
    library: Library, photo_ids: Sequence[int], report: FilesReport
) -> tuple[list[list[Step]], dict[str, Part]]:
    """The steps of each photo that can go, and the files they name by path; the rest is in the report."""
    frames = []
    gone: list[str] = []
    known: dict[str, Part] = {}
    for frame in read_frames(library, photo_ids):
        if frame.problem is not None:
            report.failed.append(frame.problem)
            continue
        parts = frame.parts + frame.elsewhere
        known |= {part.path: part for part in parts}
        frames.append([_step(frame, part) for part in parts])
        gone += frame.missing + frame.aliases
        report.left += frame.left + _offline(frame)
    library.write(lambda t: note_absent(t, gone))
    return frames, known


def _step(frame: Frame, part: Part) -> Step:
    return Step(
        "trash", frame.photo.id, part.path, None, part.size, part.mtime_ns, part.photo_id, part.sha256
    )  # fmt: skip


def _offline(frame: Frame) -> list[tuple[str, str]]:
    return [
        (path, "Its drive is not connected: this copy stays, and so does the photo.")
        for path in frame.offline
    ]


def trash_frame(steps: Sequence[Step], known: dict[str, Part], progress: Progress) -> list[tuple[str, str]]:
    """Move the files of one photo to the trash, or none of them. Raises `FrameError`."""
    for step in steps:
        _check_unchanged(known[step.source], progress)
    trashed: list[Step] = []
    for step in steps:
        try:
            to_trash(step.source)
        except TrashError as error:
            _take_back(trashed)
            raise FrameError(str(error), step.source) from error
        trashed.append(step)
    return []


def _check_unchanged(part: Part, progress: Progress) -> None:
    """Raise `FrameError` where the bytes are not those that the user has judged. Size and time are believed."""
    try:
        found = os.lstat(part.path)
        if part.photo_id is None or (found.st_size, found.st_mtime_ns) == part.known:
            return
        same = found.st_size == part.known[0] and part.sha256 == sha256_of(part.path, progress.check)
    except FileNotFoundError as error:
        raise FrameError("The file is no longer there.", part.path) from error
    except OSError as error:
        raise FrameError(f"The file cannot be read: {error.strerror or error}.", part.path) from error
    if not same:
        raise FrameError(
            "The file has changed since it was imported, so it stays; import it again to see it as it is now.",
            part.path,
        )


def _take_back(trashed: Sequence[Step]) -> None:
    """A frame is not torn where the trash allows it: what has gone there already comes back."""
    if not can_restore():
        return
    found = find_trashed(step.source for step in trashed)
    for step in trashed:
        for entry in found.get(step.source, [])[:1]:
            back = Step("restore", step.frame_id, entry.path, step.source, step.size, step.mtime_ns)
            with contextlib.suppress(FrameError, OSError):
                carry_frame([back])
                os.unlink(entry.info)
