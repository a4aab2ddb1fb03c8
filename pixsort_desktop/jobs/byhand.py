"""What grouping has to keep to, and to forget, of what the user did by hand."""

from __future__ import annotations

from pixsort_desktop.grouping.constraints import Apart
from pixsort_desktop.library import groups
from pixsort_desktop.library.constraints import FIXED, Parting, forget_parting, partings
from pixsort_desktop.library.transaction import Transaction


def rules_and_notes(transaction: Transaction, project_id: int) -> tuple[list[Apart], tuple[str, ...]]:
    """Which photos must not stand together; and which moves contradicted earlier ones since the last grouping, a
    sentence a kind. What is told here is forgotten: each contradiction is told once."""
    known = partings(transaction.connection, project_id)
    rules = [Apart(each.one, each.other) for each in known if each.overruled is None]
    void = [each for each in known if each.overruled is not None]
    for each in void:
        forget_parting(transaction, each.id)
    for row in transaction.connection.execute(
        "SELECT photo_id FROM project_photos WHERE project_id = ? AND arrived = 1", (project_id,)
    ).fetchall():
        transaction.update("project_photos", (project_id, row["photo_id"]), {"arrived": 0})
    return rules, _contradictions(void)


def forget_hand(transaction: Transaction, project_id: int) -> None:
    """Give up every move by hand and every name; locked columns stay."""
    locked = set()
    for column in groups.project_groups(transaction, project_id):
        if column.locked:
            locked.add(column.id)
        else:
            transaction.update("groups", (column.id,), {"origin": "automatic"})
    for row in transaction.connection.execute(
        "SELECT photo_id, group_id, placed FROM project_photos WHERE project_id = ?"
        " AND (placed IN (?, ?) OR carries IS NOT NULL)",
        (project_id, *FIXED),
    ).fetchall():
        if row["group_id"] not in locked:
            placed = "automatic" if row["placed"] in FIXED else row["placed"]
            transaction.update(
                "project_photos", (project_id, row["photo_id"]), {"placed": placed, "carries": None}
            )
    for each in partings(transaction.connection, project_id):
        forget_parting(transaction, each.id)


def _contradictions(void: list[Parting]) -> tuple[str, ...]:
    joined = {photo_id for each in void if each.overruled == "joined" for photo_id in each.one}
    parted = {photo_id for each in void if each.overruled == "parted" for photo_id in each.one}
    found = []
    if joined:
        found.append(
            f"{_photos(joined)} taken out of a column and put with its photos again later; the newer move counts."
        )
    if parted:
        found.append(
            f"{_photos(parted)} put into a column by hand and taken out again later; the newer move counts."
        )
    return tuple(found)


def _photos(ids: set[int]) -> str:
    return "1 photo was" if len(ids) == 1 else f"{len(ids):,} photos were"
