"""Models' jobs that were killed: what each did not come to, and going on with it.

They are offered, not begun: a model may keep the computer busy for an hour, and that may be why it was killed. Every
start looks; what a job needs is imported by the one that goes on with it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import without_embedding
from pixsort_desktop.library.jobs import MODEL_JOBS, interrupted_jobs, mark_interrupted, settle_interrupted
from pixsort_desktop.library.keywords import untagged_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.records import Job
from pixsort_desktop.library.written import without_caption
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.installed import InstalledModel, find_installed
from pixsort_desktop.vision.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from pixsort_desktop.library.vectors import VectorTables
    from pixsort_desktop.vision.models.client import ModelProcess


@dataclass(frozen=True, slots=True)
class LeftWork:
    """A job that was killed. `photos`: how many it did not come to; `only`: the photos that it was about, None for all."""

    job_id: int
    kind: str  # one of MODEL_JOBS
    project_id: int
    project: str
    model: InstalledModel
    photos: int
    only: list[int] | None


def left_work(library: Library, folder: Path) -> list[LeftWork]:
    """The models' jobs that were killed, oldest first.

    One that cannot be gone on with (its project or its model is gone), or has nothing left to do, is settled.
    """
    mark_interrupted(library)
    found: list[LeftWork] = []
    over: list[int] = []
    for job in interrupted_jobs(library):
        if job.kind not in MODEL_JOBS:
            continue
        left = _left(library, folder, job)
        if left is None or any((each.kind, each.project_id, each.model) == _what(left) for each in found):
            over.append(job.id)  # done, or begun twice
        else:
            found.append(left)
    if over:
        forgo(library, over)
    return found


def go_on(
    library: Library, left: LeftWork, models: ModelProcess, tables: VectorTables, progress: Progress
) -> Any:
    """Do what is left, and answer that job's report. Raises what the job raises."""
    forgo(library, [left.job_id])  # its own row tells how it ends
    asked: dict[str, Any] = {
        "project_id": left.project_id, "model": left.model, "models": models, "progress": progress,
    }  # fmt: skip
    if left.kind == "embed_model":
        from pixsort_desktop.jobs.embed_with_model import embed_project

        return embed_project(library, **asked)
    if left.kind == "caption":
        from pixsort_desktop.jobs.caption_photos import caption_project

        return caption_project(library, only=left.only, **asked)
    from pixsort_desktop.jobs.tag_photos import tag_project

    return tag_project(library, tables, vocabulary=read_vocabulary(library.folder), only=left.only, **asked)


def forgo(library: Library, job_ids: list[int]) -> None:
    """These are not offered again."""
    library.write(lambda t: settle_interrupted(t, job_ids))


def _what(left: LeftWork) -> tuple[str, int, InstalledModel]:
    return left.kind, left.project_id, left.model


def _left(library: Library, folder: Path, job: Job) -> LeftWork | None:
    try:
        project = get_project(library, job.project_id or 0)
        model = find_installed(folder, str(job.arguments.get("embedding")))
    except PixsortError:  # gone, or damaged: that is said when it is used
        return None
    only = job.arguments.get("photos")
    missing: list[int] = []
    with suppress(PixsortError):  # a vocabulary that cannot be read
        if job.kind == "embed_model":
            missing = without_embedding(library, project.id, model.id)
        elif job.kind == "caption":
            missing = without_caption(library, project.id, model.id)
        else:
            missing = untagged_photos(library, project.id, model.id, read_vocabulary(library.folder).digest)
    count = len(missing) if only is None else len({*missing} & {*only})
    if not count:
        return None
    return LeftWork(job.id, job.kind, project.id, project.name, model, count, only)
