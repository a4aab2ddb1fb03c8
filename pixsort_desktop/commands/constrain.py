"""What a drag says about who belongs together: the newest says so, whatever was said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pixsort_desktop.grouping.constraints import Apart, overruled
from pixsort_desktop.library import groups
from pixsort_desktop.library.constraints import FIXED, add_parting, forget_parting, partings
from pixsort_desktop.library.transaction import Transaction


def note_taken_out(
    transaction: Transaction, project_id: int, sources: Mapping[int | None, Sequence[int]], into: int | None
) -> None:
    """Photos are about to leave columns (`sources`: column -> those of its photos): they are parted from what stays."""
    for source, photo_ids in sources.items():
        if source is None or source == into:
            continue
        stayed = groups.members(transaction, project_id, source, shown=True).keys() - photo_ids
        if stayed:
            add_parting(transaction, project_id, photo_ids, stayed)
            _note_change_of_mind(transaction, project_id, photo_ids, stayed)


def _note_change_of_mind(
    transaction: Transaction, project_id: int, leaving: Sequence[int], stayed: set[int]
) -> None:
    """Where photos leave that had been put with the others by hand, the next grouping says which move counts."""
    fixed = {
        row["photo_id"]: row["placed"]
        for row in transaction.connection.execute(
            "SELECT photo_id, placed FROM project_photos WHERE project_id = ? AND placed IN (?, ?)",
            (project_id, *FIXED),
        )
    }
    put, others = [i for i in leaving if fixed.get(i) == "hand"], stayed & fixed.keys()
    if put and others:
        add_parting(transaction, project_id, put, others, "parted")


def note_put_together(transaction: Transaction, project_id: int, group_id: int) -> None:
    """Photos were put into a column: all that stand there belong together from now on."""
    together = frozenset(groups.members(transaction, project_id, group_id, shown=True))
    free = transaction.connection.execute(
        "SELECT photo_id FROM project_photos WHERE project_id = ? AND group_id = ? AND placed NOT IN (?, ?)",
        (project_id, group_id, *FIXED),
    ).fetchall()
    for row in free:
        if row["photo_id"] in together:
            transaction.update("project_photos", (project_id, row["photo_id"]), {"placed": "kept"})
    for parting in partings(transaction.connection, project_id):
        rule = Apart(parting.one, parting.other)
        if parting.overruled is None and rule.broken_by(together):
            void, left = overruled(rule, together)
            forget_parting(transaction, parting.id)
            add_parting(transaction, project_id, void.one, void.other, "joined")
            for part in left:
                add_parting(transaction, project_id, part.one, part.other)


def note_named(transaction: Transaction, project_id: int, group_id: int) -> None:
    """A column was named: its photos carry the name, wherever a grouping puts them."""
    for photo_id in groups.members(transaction, project_id, group_id, shown=True):
        transaction.update("project_photos", (project_id, photo_id), {"carries": group_id})
