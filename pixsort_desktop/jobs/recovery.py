"""After a kill or a power cut: find what was not finished, and finish it. Models' jobs are `model_recovery`'s.

Every start looks, few have something to finish: what the jobs need (hdbscan and scikit-learn alone take 170 MB) is imported
by `finish`.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import Any

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.file_errands import settle_files
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import without_embedding
from pixsort_desktop.library.jobs import MODEL_JOBS, interrupted_jobs, mark_interrupted, settle_interrupted
from pixsort_desktop.library.projects import all_projects
from pixsort_desktop.library.records import Job
from pixsort_desktop.progress import Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.descriptor import EMBEDDING_ID


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Jobs that were killed, and photos (project id -> photo ids) without embedding."""

    jobs: tuple[Job, ...]
    photos: dict[int, list[int]]

    def __bool__(self) -> bool:
        return bool(self.jobs or self.photos)


def unfinished(library: Library) -> Unfinished:
    """What the last run left undone; clears half-written thumbnails, frees projects of killed jobs, and brings the
    library together with files that were on their way."""
    mark_interrupted(library)
    settle_files(library)
    ThumbnailStore(library.folder / "thumbnails").clean()
    lacking = {p.id: sorted(without_embedding(library, p.id, EMBEDDING_ID)) for p in all_projects(library)}
    jobs = tuple(job for job in interrupted_jobs(library) if job.kind not in MODEL_JOBS)
    return Unfinished(jobs, {key: ids for key, ids in lacking.items() if ids})


def finish(library: Library, left: Unfinished, *, progress: Progress | None = None) -> None:
    """Take the killed jobs up again and complete the photos.

    A copy from a card is not begun again by itself: the card may be in the camera, and it is the user who decides
    what is written to their drives. A project is grouped when that is what was killed, or when its first import was:
    a board that stands is not rearranged unasked.
    """
    from pixsort_desktop.grouping.density import GroupingParameters
    from pixsort_desktop.jobs.embed_photos import embed_photos
    from pixsort_desktop.jobs.group_photos import group_photos
    from pixsort_desktop.jobs.import_photos import import_photos
    from pixsort_desktop.jobs.takeout import import_takeout

    projects = {project.id: project for project in all_projects(library)}
    regroup: dict[int, dict[str, Any]] = {}
    for job in left.jobs:
        project = projects.get(job.project_id or 0)
        if project is None:
            continue  # deleted meanwhile
        if job.kind == "import":
            import_photos(library, project_id=project.id, paths=job.arguments["paths"], progress=progress)
        if job.kind == "takeout" and all(os.path.lexists(path) for path in job.arguments["paths"]):
            with contextlib.suppress(PixsortError):  # its own row says why; it is not tried at every start
                import_takeout(library, project_id=project.id, progress=progress, **job.arguments)
        if job.kind == "group":
            regroup[project.id] = job.arguments
        elif job.kind in ("import", "takeout", "copy") and not project.grouping:
            regroup.setdefault(project.id, {})
    for project_id, photo_ids in left.photos.items():
        embed_photos(library, project_id=project_id, photo_ids=photo_ids, progress=progress)
    for project_id, arguments in regroup.items():
        group_photos(
            library,
            project_id=project_id,
            parameters=GroupingParameters.from_dict(arguments.get("parameters", {})),
            embedding_id=arguments.get("embedding", EMBEDDING_ID),
            from_scratch=arguments.get("from_scratch", False),
            progress=progress,
        )
    library.write(lambda t: settle_interrupted(t, [job.id for job in left.jobs]))
