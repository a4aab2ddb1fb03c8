"""Drop, get columns: import and then group, as one piece of work."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import ImportReport, import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.progress import Progress


def import_and_group(
    library: Library,
    *,
    project_id: int,
    paths: Iterable[str | os.PathLike[str]],
    progress: Progress | None = None,
) -> ImportReport:
    """Import paths into a project, and group it if photos came in."""
    report = import_photos(library, project_id=project_id, paths=paths, progress=progress)
    if report.added:
        group_photos(
            library, project_id=project_id, parameters=last_parameters(library, project_id), progress=progress
        )
    return report


def last_parameters(library: Library, project_id: int) -> GroupingParameters:
    """The parameters a project was grouped with last, or the default ones."""
    kept = get_project(library, project_id).grouping.get("parameters")
    return GroupingParameters.from_dict(kept) if kept else GroupingParameters()
