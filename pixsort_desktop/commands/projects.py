"""Working on the list of projects, and on what a project holds. Photos and originals always stay."""

from __future__ import annotations

from collections.abc import Sequence

from pixsort_desktop.commands.organise import drop_if_empty
from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library import projects
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.records import Project
from pixsort_desktop.library.transaction import Transaction


def create_project(library: Library, *, name: str) -> Project:
    """Make an empty project. Raises `PixsortError` when the name is empty or taken."""
    return projects.get_project(library, library.write(lambda t: projects.add_project(t, name)))


def open_project(library: Library, *, name: str) -> Project:
    """The project of that name, which is made if it does not exist. Raises `PixsortError` when the name is empty."""
    return projects.get_project(library, library.write(lambda t: projects.find_or_add_project(t, name)))


def rename_project(library: Library, *, project_id: int, name: str) -> ChangeSet:
    """Name a project. Raises `PixsortError` when the name is empty or taken."""

    def act(transaction: Transaction) -> ChangeSet:
        cleaned = projects.clean_name(name)
        projects.check_name_free(transaction, cleaned, but=project_id)
        if transaction.row("projects", (project_id,)) is None:
            raise NotFoundError("That project no longer exists.")
        transaction.update("projects", (project_id,), {"name": cleaned})
        return change_set(transaction)

    return library.write(act, undo="Rename project")


def delete_project(library: Library, *, project_id: int) -> ChangeSet:
    """Delete a project with its columns. Its photos stay in the library, and undo brings it back."""

    def act(transaction: Transaction) -> ChangeSet:
        for table, column in (
            ("project_photos", "photo_id"),
            ("groups", "id"),
            ("clock_shifts", "id"),
            ("apart", "id"),
            ("prompts", "id"),
        ):
            rows = transaction.connection.execute(
                f"SELECT {column} FROM {table} WHERE project_id = ?", (project_id,)
            ).fetchall()
            for row in rows:
                key = (project_id, row[0]) if table == "project_photos" else (row[0],)
                transaction.delete(table, key)
        if not transaction.delete("projects", (project_id,)):
            raise NotFoundError("That project no longer exists.")
        return change_set(transaction)

    return library.write(act, undo="Delete project")


def remove_photos(library: Library, *, project_id: int, photo_ids: Sequence[int]) -> ChangeSet:
    """Take photos out of a project. They stay in the library, and their files where they are."""

    def act(transaction: Transaction) -> ChangeSet:
        emptied: set[int | None] = set()
        for photo_id in dict.fromkeys(photo_ids):
            row = transaction.row("project_photos", (project_id, photo_id))
            if row is None:
                raise NotFoundError("A photo is not in this project any more.")
            emptied.add(row["group_id"])
            transaction.delete("project_photos", (project_id, photo_id))
        for group_id in emptied:
            drop_if_empty(transaction, project_id, group_id)
        transaction.touch(projects=[project_id])
        return change_set(transaction)

    count = len(photo_ids)
    return library.write(
        act, undo=f"Remove {count:,} photo{'' if count == 1 else 's'}", project_id=project_id
    )
