"""Back and forth through what the user did. `project_id` None: only what was done to the list of projects."""

from __future__ import annotations

from pixsort_desktop.library import history
from pixsort_desktop.library.database import Library


def undo(library: Library, *, project_id: int | None) -> str | None:
    """Take back the last step; returns its name («Rename column»), or None when there is none."""
    return history.undo(library, project_id)


def redo(library: Library, *, project_id: int | None) -> str | None:
    """Do the step again that was undone last; returns its name, or None when there is none."""
    return history.redo(library, project_id)


def files_to_put_back(library: Library, *, project_id: int | None) -> tuple[int, str] | None:
    """(job id, name) where the last step moved or trashed files: `jobs.put_back` undoes it, and `undo` refuses to."""
    return history.files_to_put_back(library, project_id)


def undo_labels(library: Library, *, project_id: int | None) -> tuple[str | None, str | None]:
    """The names of what undo and redo would do now."""
    return history.labels(library, project_id)
