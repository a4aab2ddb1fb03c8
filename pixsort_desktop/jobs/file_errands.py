"""Jobs that move photos' files: written down, done, recorded, a few frames at a time; and mended after a kill.

The library learns first what is going to happen (`file_steps`), so that whatever stops the work, the next look at the disk
tells what did. A frame that was begun is brought to its end then, one that was not stays: a frame is never torn.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.carry import FrameError, finish_move, same_file
from pixsort_desktop.jobs.reasons import with_reasons
from pixsort_desktop.jobs.trash_bin import Trashed, can_restore, find_trashed, to_trash
from pixsort_desktop.jobs.verified_copy import clear_parts
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.file_steps import (
    Step,
    close_steps,
    close_undone,
    plan_steps,
    record_steps,
    steps_of,
    unclosed_jobs,
)
from pixsort_desktop.library.jobs import job_arguments, note_progress
from pixsort_desktop.progress import Progress

BATCH = 20  # frames that are written down together; a kill costs at most a look at so many
STAYS = "stays"  # argument of a job: frame -> the files without which nothing of it goes
LABELS = {"trash": "Move {count} to the trash", "move": "Move {count} to a folder"}


@dataclass(slots=True)
class FilesReport:
    """What became of the chosen photos. Lists hold (path, a sentence)."""

    kind: str
    chosen: int = 0
    photos: int = 0
    files: int = 0
    bytes: int = 0
    there: int = 0  # photos that are where they were to be
    failed: list[tuple[str, str]] = field(default_factory=list)  # their photos stayed as they were
    left: list[tuple[str, str]] = field(default_factory=list)  # files that stayed though their photo went
    renamed: list[tuple[str, str]] = field(
        default_factory=list
    )  # (old path, new path) where a name was taken
    stopped: str | None = None
    undoable: bool = False
    job_id: int | None = None
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "kind": self.kind,
            "chosen": self.chosen,
            "photos": self.photos,
            "files": self.files,
            "bytes": self.bytes,
            "there": self.there,
            "failed": with_reasons(self.failed),
            "left": with_reasons(self.left),
            "renamed": [{"source": source, "target": target} for source, target in self.renamed],
            "stopped": self.stopped,
            "undoable": self.undoable,
            "seconds": round(self.seconds, 3),
        }


class Errand:
    """The frames of one job, under way."""

    def __init__(
        self, library: Library, job_id: int, report: FilesReport, progress: Progress, step: str
    ) -> None:
        self.library = library
        self.report = report
        self._job_id = job_id
        self._progress = progress
        self._step = step
        self._started = time.monotonic()
        self._total = 0
        self._done = 0

    @property
    def complete(self) -> bool:
        """Whether every frame was tried."""
        return self._done == self._total

    def run(
        self,
        frames: Sequence[Sequence[Step]],
        act: Callable[[Sequence[Step]], list[tuple[str, str]]],
        close: Callable[[], None],
    ) -> None:
        """`act` on each frame; it gives what was left, or raises `FrameError`. `close` at the end, however it comes."""
        self._total = len(frames)
        try:
            for start in range(0, len(frames), BATCH):
                if self.report.stopped is not None:
                    break
                self._batch(frames[start : start + BATCH], act)
        finally:
            close()
            self.report.seconds = time.monotonic() - self._started

    def _batch(
        self, frames: Sequence[Sequence[Step]], act: Callable[[Sequence[Step]], list[tuple[str, str]]]
    ) -> None:
        planned: list[list[Step]] = self.library.write(
            lambda t: [plan_steps(t, self._job_id, frame) for frame in frames]
        )
        done: list[Step] = []
        try:
            for frame in planned:
                self._progress.check()
                self._progress.report(self._step, self._done, self._total, len(self.report.failed))
                done += self._frame(frame, act)
                if self.report.stopped is not None:
                    break
        finally:
            # Where `act` was stopped in its middle, the disk says what of that frame has happened.
            open_ = [step for frame in planned for step in frame if step not in done]
            done += _happened(open_)
            self._record(done, [step for step in open_ if step not in done and not _out_of_sight(step)])

    def _frame(
        self, frame: Sequence[Step], act: Callable[[Sequence[Step]], list[tuple[str, str]]]
    ) -> list[Step]:
        try:
            self.report.left += act(frame)
        except FrameError as error:
            self.report.failed.append((error.path, str(error)))
            if error.fatal:
                self.report.stopped = str(error)
            return []
        finally:
            self._done += 1
        self.report.photos += 1
        self.report.files += len(frame)
        self.report.bytes += sum(step.size for step in frame)
        return list(frame)

    def _record(self, done: Sequence[Step], dropped: Sequence[Step]) -> None:
        failed = len(self.report.failed)

        def record(transaction: Any) -> None:
            record_steps(transaction, done, dropped)
            note_progress(transaction, self._job_id, self._done, self._total, failed)

        self.library.write(record)
        self._progress.report(self._step, self._done, self._total, failed)


def close_job(library: Library, job_id: int, kind: str, project_id: int | None, report: FilesReport) -> None:
    """Let photos without a file leave the boards, and make the job a step of undo where it can be undone."""
    undoable = kind == "move" or can_restore()
    label = str(job_arguments(library, job_id).get("label") or LABELS[kind])
    count = library.write(lambda t: close_steps(t, job_id, label, project_id, undoable=undoable))
    report.undoable = undoable and count > 0
    report.job_id = job_id


def settle_files(library: Library) -> int:
    """Bring library and disk together after a kill; gives the number of jobs that had to be looked at.

    Costs one query where there is nothing to do. A frame that had been begun goes to its end, as was asked for; but of
    copies nothing more goes where the one to keep is not there any more. What may have gone to a drive that is not
    connected is left open until it is.
    """
    jobs = unclosed_jobs(library)
    for job_id, kind, project_id in jobs:
        stays = job_arguments(library, job_id).get(STAYS, {})
        frames: dict[int, list[Step]] = {}
        for step in steps_of(library, job_id, "planned"):
            frames.setdefault(step.frame_id, []).append(step)
        done: list[Step] = []
        dropped: list[Step] = []
        _clear_parts(step for frame in frames.values() for step in frame)
        gone = _happened([step for frame in frames.values() for step in frame])
        for frame in frames.values():
            needed = stays.get(str(frame[0].frame_id), ())
            if any(_begun(step, gone) for step in frame) and all(map(os.path.isfile, needed)):
                _finish(frame)
            happened = _happened(frame)
            done += happened
            dropped += [step for step in frame if step not in happened and not _out_of_sight(step)]
        library.write(partial(record_steps, done=done, dropped=dropped))
        if kind == "put_back":
            undone = int(job_arguments(library, job_id)["job"])
            library.write(partial(close_undone, job_id=job_id, undone_job=undone, whole=False))
        else:
            close_job(library, job_id, kind, project_id, FilesReport(kind))
    return len(jobs)


def _finish(frame: Sequence[Step]) -> None:
    """What cannot be brought to its end stays where it is; the library says so then."""
    for step in frame:
        try:
            if step.kind != "trash":
                finish_move(step)
            elif os.path.lexists(step.source):
                to_trash(step.source)
        except (PixsortError, OSError):
            continue


def _clear_parts(steps: Iterable[Step]) -> None:
    """Remove copies that were not finished."""
    for folder in {os.path.dirname(step.target) for step in steps if step.target is not None}:
        with contextlib.suppress(OSError):
            clear_parts(folder, os.listdir(folder))


def _begun(step: Step, gone: Sequence[Step]) -> bool:
    if step.target is None or not os.path.lexists(step.target):
        return step in gone
    if not os.path.lexists(step.source):
        return True
    try:
        return same_file(step.source, step.target)
    except OSError:
        return False


def _happened(steps: Sequence[Step]) -> list[Step]:
    """Those that the disk shows to be done. That a file is not where it was proves nothing: its drive may be away, or
    somebody may have deleted it. What went to the trash has to be found in it, where a program can look into it."""
    absent = [step for step in steps if not os.path.lexists(step.source)]
    trashed = find_trashed(step.source for step in absent if step.target is None)
    return [step for step in absent if _is_there(step, trashed)]


def _is_there(step: Step, trashed: dict[str, list[Trashed]]) -> bool:
    if step.target is not None:
        return os.path.lexists(step.target)
    if not can_restore():
        return not _out_of_sight(step)
    return any(_size(entry.path) == step.size for entry in trashed.get(step.source, ()))


def _size(path: str) -> int | None:
    try:
        return os.lstat(path).st_size
    except OSError:
        return None


def _out_of_sight(step: Step) -> bool:
    """Neither here nor there, and there is on a drive that is not connected. A drive's trash is on the drive."""
    if os.path.lexists(step.source) or (step.target is not None and os.path.lexists(step.target)):
        return False
    return not os.path.isdir(os.path.dirname(step.source if step.target is None else step.target))
