"""What a user decides about copies: to keep them all, or to let one take over what was thought of the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.duplicates import keep_apart
from pixsort_desktop.library.judgements import set_judgement
from pixsort_desktop.library.transaction import Row, Transaction

_NOTHING: Row = {"rating": 0, "flag": None, "colour": None}


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
    others = [photo_id for photo_id in dict.fromkeys(photo_ids) if photo_id != keeper_id]
    if not others:
        raise PixsortError("There is no copy to merge.")

    def act(transaction: Transaction) -> ChangeSet:
        for photo_id in (keeper_id, *others):
            if not transaction.connection.execute(
                "SELECT 1 FROM photos WHERE id = ?", (photo_id,)
            ).fetchone():
                raise NotFoundError("A photo is not in the library any more.")
        _merge_judgements(transaction, keeper_id, others)
        for photo_id in others:
            _merge_places(transaction, keeper_id, photo_id)
        return change_set(transaction)

    return library.write(act, undo="Merge duplicates", project_id=project_id)


def _keep(library: Library, project_id: int | None, table: str, ids: Sequence[int]) -> ChangeSet:
    if len(set(ids)) < 2:
        raise PixsortError("There is nothing to keep apart.")

    def act(transaction: Transaction) -> ChangeSet:
        keep_apart(transaction, table, ids)
        return change_set(transaction)

    return library.write(act, undo="Keep all duplicates", project_id=project_id)


def _merge_judgements(transaction: Transaction, keeper_id: int, others: Sequence[int]) -> None:
    rows = [transaction.row("judgements", (photo_id,)) or _NOTHING for photo_id in (keeper_id, *others)]
    merged: dict[str, Any] = {
        "rating": max(row["rating"] for row in rows),
        "flag": rows[0]["flag"] or ("pick" if any(row["flag"] == "pick" for row in rows) else None),
        "colour": next((row["colour"] for row in rows if row["colour"]), None),
    }
    if any(rows[0][name] != value for name, value in merged.items()):
        set_judgement(transaction, keeper_id, merged)


def _merge_places(transaction: Transaction, keeper_id: int, photo_id: int) -> None:
    """The keeper goes wherever the copy stands, unless it has a place there."""
    for row in transaction.connection.execute(
        "SELECT * FROM project_photos WHERE photo_id = ?", (photo_id,)
    ).fetchall():
        place = {name: row[name] for name in ("group_id", "position", "placed")}
        own = transaction.row("project_photos", (row["project_id"], keeper_id))
        if own is None:
            key = {"project_id": row["project_id"], "photo_id": keeper_id}
            transaction.insert("project_photos", {**key, **place})
        elif own["group_id"] is None and place["group_id"] is not None:
            transaction.update("project_photos", (row["project_id"], keeper_id), place)
