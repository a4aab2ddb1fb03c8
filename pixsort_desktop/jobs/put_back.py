"""Undo for files: what a job has moved goes back to where it was, what it has trashed comes out of the trash."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from functools import partial

from pixsort_desktop.jobs.carry import carry_frame
from pixsort_desktop.jobs.file_errands import Errand, FilesReport
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.trash_bin import Trashed, find_trashed
from pixsort_desktop.jobs.verified_copy import sha256_of
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.file_steps import Step, close_undone, closed_steps
from pixsort_desktop.library.photos import photos_at
from pixsort_desktop.progress import Progress


def put_back(
    library: Library, *, project_id: int, job_id: int, progress: Progress | None = None
) -> FilesReport:
    """Take back what a trash or move job has done, and its step in the history with it.

    Nothing is replaced: a file whose old name is taken meanwhile, or that has left the trash, is in the report, and
    the others of its photo come back all the same. Raises `Cancelled`; what was not put back then can be undone again.
    """
    progress = progress or Progress()
    report = FilesReport("put_back")
    steps = closed_steps(library, job_id)
    trashed = find_trashed(step.source for step in steps if step.kind == "trash")
    others = photos_at(library, [step.source for step in steps])  # by now
    infos: dict[str, str] = {}  # a file in the trash -> what says where it came from
    frames: dict[int, list[Step]] = {}
    report.chosen = len({step.frame_id for step in steps})
    with recorded_job(library, "put_back", project_id, None, {"job": job_id}) as own_id:
        for step in steps:
            back = _back(step, trashed, infos, progress)
            if back is None:
                where = "in the trash" if step.kind == "trash" else f"at {step.target}"
                report.failed.append(
                    (step.source, f"It is no longer {where} as it was, so it was not put back.")
                )
            elif os.path.lexists(step.source) or others.get(step.source) not in (
                None,
                step.photo_id,
                step.frame_id,
            ):
                report.failed.append(
                    (step.source, "Another file has its name by now, so it was not put back.")
                )
            else:
                frames.setdefault(step.frame_id, []).append(back)

        def act(frame: Sequence[Step]) -> list[tuple[str, str]]:
            left = carry_frame(frame, progress.check)
            for each in frame:
                with contextlib.suppress(OSError, KeyError):
                    os.unlink(infos[each.source])
            return left

        def close() -> None:
            library.write(partial(close_undone, job_id=own_id, undone_job=job_id, whole=errand.complete))

        errand = Errand(library, own_id, report, progress, "Putting back")
        errand.run(list(frames.values()), act, close)
    return report


def _back(
    step: Step, trashed: dict[str, list[Trashed]], infos: dict[str, str], progress: Progress
) -> Step | None:
    """The way back of a file, if it is still there as it was: by size, and by its bytes where they are known.

    A file that was moved may have been edited where it is: it comes back as it is.
    """
    if step.kind == "move":
        places = [(step.target or "", "")]
    else:
        places = [(entry.path, entry.info) for entry in trashed.get(step.source, [])]
    for path, info in places:
        try:
            found = os.stat(path)
            sound = step.kind == "move" or (
                found.st_size == step.size and step.sha256 in (None, sha256_of(path, progress.check))
            )
        except OSError:
            continue
        if sound:
            if info:
                infos[path] = info
            kind = "restore" if step.kind == "trash" else "move"
            return Step(
                kind, step.frame_id, path, step.source, found.st_size, step.mtime_ns, step.photo_id, step.sha256
            )  # fmt: skip
    return None
