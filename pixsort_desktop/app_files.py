"""What is done with photos' files, as plain callables for the window; each imports what it needs in its worker."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pixsort_desktop.progress import Progress
from pixsort_desktop.views.file_desk import FileFunctions

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library


def file_functions(library: Library) -> FileFunctions:
    """What `views.file_desk` may do. Runs in the window's thread, and imports nothing heavy."""

    def plan_trash(ids: Sequence[int]) -> Any:
        from pixsort_desktop.jobs.trash_photos import plan_trash as look

        return look(library, photo_ids=ids)

    def trash(project_id: int, ids: Sequence[int], progress: Progress) -> Any:
        from pixsort_desktop.jobs.trash_photos import trash_photos as job

        return job(library, project_id=project_id, photo_ids=ids, progress=progress)

    def move(project_id: int, ids: Sequence[int], folder: str, progress: Progress) -> Any:
        from pixsort_desktop.jobs.move_photos import move_photos as job

        return job(library, project_id=project_id, photo_ids=ids, folder=folder, progress=progress)

    def copy(project_id: int, ids: Sequence[int], folder: str, progress: Progress) -> Any:
        from pixsort_desktop.jobs.copy_photos import copy_photos as job

        return job(library, project_id=project_id, photo_ids=ids, folder=folder, progress=progress)

    def put_back(project_id: int, job_id: int, progress: Progress) -> Any:
        from pixsort_desktop.jobs.put_back import put_back as job

        return job(library, project_id=project_id, job_id=job_id, progress=progress)

    return FileFunctions(plan_trash, trash, move, copy, put_back, sys.platform not in ("win32", "darwin"))
