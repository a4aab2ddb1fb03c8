"""What a user decides about copies: to keep them all, or to let one take over what was thought of the others."""

from __future__ import annotations

from collections.abc import Sequence

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.duplicates import keep_apart, merge_copies
from pixsort_desktop.library.transaction import Transaction


def keep_all(library: Library, *, project_id: int | None, photo_ids: Sequence[int]) -> ChangeSet:
    """Never show these photos together as duplicates again. Photos that come later are compared with each of them."""
    return _keep(library, project_id, "kept_photos", photo_ids)


def keep_all_files(library: Library, *, project_id: int | None, file_ids: Sequence[int]) -> ChangeSet:
    """Never show these files of one photo as duplicates again."""
    return _keep(library, project_id, "kept_files", file_ids)


def merge_into_keeper(
    library: Library, *, project_id: int | None, keeper_id: int, photo_ids: Sequence[int]
) -> ChangeSet:
    """Give the keeper what the user thought of its copies: stars, flag, colour label, and their places on boards.

    The most stars count, and a pick before no flag; a copy's rejection says nothing of the keeper. Where the keeper
    is not in a project of a copy, or stands in no column there, it takes the copy's place. The copies stay where they
    are. Raises `NotFoundError` where a photo is gone.
    """
    if not set(photo_ids) - {keeper_id}:
        raise PixsortError("There is no copy to merge.")

    def act(transaction: Transaction) -> ChangeSet:
        merge_copies(transaction, keeper_id, photo_ids)
        return change_set(transaction)

    return library.write(act, undo="Merge duplicates", project_id=project_id)


def _keep(library: Library, project_id: int | None, table: str, ids: Sequence[int]) -> ChangeSet:
    if len(set(ids)) < 2:
        raise PixsortError("There is nothing to keep apart.")

    def act(transaction: Transaction) -> ChangeSet:
        keep_apart(transaction, table, ids)
        return change_set(transaction)

    return library.write(act, undo="Keep all duplicates", project_id=project_id)
