"""What a user decides about copies: to keep them all, or to let one take over what was thought of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pixsort_desktop.commands.stand_in import take_places
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.duplicates import Takeover, forget_kept, keep_apart, merge_words, show_again
from pixsort_desktop.library.transaction import Transaction


def keep_set(
    library: Library, *, project_id: int | None, ids: Sequence[int], files: bool = False
) -> ChangeSet:
    """Never show these photos (with `files`: these files of one photo) together as duplicates again.

    Photos that come later are compared with each of them. Raises PixsortError for fewer than two.
    """
    if len(set(ids)) < 2:
        raise PixsortError("There is nothing to keep apart.")

    def act(transaction: Transaction) -> ChangeSet:
        keep_apart(transaction, _table(files), ids)
        return change_set(transaction)

    return library.write(act, undo="Keep all duplicates", project_id=project_id)


def look_again(
    library: Library, *, project_id: int | None, ids: Sequence[int], files: bool = False
) -> ChangeSet:
    """Take back that these photos, or files, are all kept."""

    def act(transaction: Transaction) -> ChangeSet:
        forget_kept(transaction, _table(files), ids)
        return change_set(transaction)

    return library.write(act, undo="Look at duplicates again", project_id=project_id)


def show_as_duplicates(
    library: Library, *, project_id: int | None, photo_ids: Sequence[int], file_ids: Sequence[int]
) -> int:
    """Forget that these photos and files are to be kept beside others. Answers how many pairs that concerned."""

    def act(transaction: Transaction) -> int:
        return show_again(transaction, "kept_photos", photo_ids) + show_again(
            transaction, "kept_files", file_ids
        )

    return library.write(act, undo="Look at duplicates again", project_id=project_id)


def merge_duplicates(
    library: Library, *, project_id: int | None, takeovers: Sequence[Takeover]
) -> dict[int, str]:
    """Give each keeper what the user thought of its copies: stars, flag, colour label, keywords, caption, and their
    places on boards; all of it is one step of undo. The copies stay where they are.

    The most stars count, and a pick before no flag; a copy's rejection says nothing of the keeper. Words: see
    `library.duplicates.merge_words`; places: `stand_in`. Answers, for copies that have to stay, why: photo id -> a
    sentence. Nothing of theirs is taken over.
    """
    stay: dict[int, str] = {}

    def act(transaction: Transaction) -> None:
        for each in takeovers:
            changed = _changed(transaction, (each.keeper_id, *each.copies))
            held = (
                dict.fromkeys(each.copies, changed)
                if changed
                else take_places(transaction, each.keeper_id, each.copies)
            )
            stay.update(held)
            if not changed:
                gone = tuple(i for i in each.copies if i not in held)
                merge_words(transaction, replace(each, copies=gone))

    count = len(takeovers)
    label = "Merge duplicates" if count == 1 else f"Merge {count:,} sets of duplicates"
    library.write(act, undo=label, project_id=project_id)
    return stay


def _changed(transaction: Transaction, photo_ids: Sequence[int]) -> str:
    """Why these are no photos that can be merged any more; '' where they are."""
    for photo_id in photo_ids:
        row = transaction.row("photos", (photo_id,))
        if row is None or row["status"] != "ready" or row["face_id"] is not None:
            return "The photos of this set have changed since it was found; look for duplicates again."
    return ""


def _table(files: bool) -> str:
    return "kept_files" if files else "kept_photos"
