"""What a drag says about who belongs together: the newest says so, whatever was said before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pixsort_desktop.grouping.constraints import Apart, overruled
from pixsort_desktop.library import groups
from pixsort_desktop.library.constraints import FIXED, add_parting, forget_parting, partings
from pixsort_desktop.library.transaction import Transaction


def taken_apart(
    transaction: Transaction, project_id: int, sources: Mapping[int | None, Sequence[int]], into: int | None
) -> list[Apart]:
    """What it says that photos are about to leave columns (`sources`: column -> those of its photos) for another one:
    they are parted from what stays."""
    rules = []
    for source, photo_ids in sources.items():
        if source is None or source == into:
            continue
        stayed = groups.members(transaction, project_id, source, shown=True).keys() - photo_ids
        if stayed:
            rules.append(Apart(frozenset(photo_ids), frozenset(stayed)))
            _note_change_of_mind(transaction, project_id, source, photo_ids, stayed)
    return rules


def note_moved(
    transaction: Transaction,
    project_id: int,
    moved: Collection[int],
    into: int | None,
    new_rules: Sequence[Apart],
) -> None:
    """Photos have been put into a column, or into Ungrouped (None): remember what that says.

    All that stand in the column belong together from now on. Rules about the same others become one, so that photos that
    are taken from one column to another one by one leave a single row.
    """
    rules: dict[frozenset[int], frozenset[int]] = {}
    for rule in new_rules:
        rules[rule.other] = rules.get(rule.other, frozenset()) | rule.one
    together = frozenset() if into is None else _fix(transaction, project_id, into)
    returned: set[int] = set()
    for parting in partings(transaction.connection, project_id):
        rule = Apart(parting.one, parting.other)
        if parting.overruled is not None:
            continue
        if rule.broken_by(together):
            void, left = overruled(rule, together)
            returned |= void.one.intersection(moved)
        elif rule.other in rules:
            left = (rule,)
        else:
            continue
        forget_parting(transaction, parting.id)
        for part in left:
            rules[part.other] = rules.get(part.other, frozenset()) | part.one
    for other, one in rules.items():
        add_parting(transaction, project_id, one, other)
    _add_note(transaction, project_id, returned, "joined")


def inherit_partings(
    transaction: Transaction, project_id: int, heir: int, photo_id: int, same: Collection[int]
) -> None:
    """Whoever a photo was parted from, its heir is parted from too, but for `same` and for those beside whom it stands."""
    own = transaction.row("project_photos", (project_id, heir))
    column = own["group_id"] if own is not None else None
    beside = groups.members(transaction, project_id, column, shown=True).keys() if column is not None else ()
    near = frozenset((heir, *same, *beside))
    for parting in partings(transaction.connection, project_id):
        if parting.overruled is not None or photo_id not in parting.one | parting.other:
            continue
        one, other = parting.one, parting.other
        if photo_id in other:
            one, other = other, one
        if heir in one or not (from_whom := other - near):
            continue
        if from_whom == other:  # the rule itself grows: a hundred copies leave one row
            forget_parting(transaction, parting.id)
            add_parting(transaction, project_id, one | {heir}, other)
        else:
            add_parting(transaction, project_id, {heir}, from_whom)


def note_named(transaction: Transaction, project_id: int, group_id: int) -> None:
    """A column was named: its photos carry the name, wherever a grouping puts them."""
    for photo_id in groups.members(transaction, project_id, group_id, shown=True):
        transaction.update("project_photos", (project_id, photo_id), {"carries": group_id})


def _fix(transaction: Transaction, project_id: int, group_id: int) -> frozenset[int]:
    """Keep the photos of a column in it; returns them."""
    together = frozenset(groups.members(transaction, project_id, group_id, shown=True))
    free = transaction.connection.execute(
        "SELECT photo_id FROM project_photos WHERE project_id = ? AND group_id = ? AND placed NOT IN (?, ?)",
        (project_id, group_id, *FIXED),
    ).fetchall()
    for row in free:
        if row["photo_id"] in together:
            transaction.update("project_photos", (project_id, row["photo_id"]), {"placed": "kept"})
    return together


def _note_change_of_mind(
    transaction: Transaction, project_id: int, source: int, leaving: Sequence[int], stayed: set[int]
) -> None:
    """Where photos leave a column that had been put with others by hand, the next grouping says which move counts."""
    fixed = {
        row["photo_id"]: row["placed"]
        for row in transaction.connection.execute(
            "SELECT photo_id, placed FROM project_photos WHERE project_id = ? AND group_id = ? AND placed IN (?, ?)",
            (project_id, source, *FIXED),
        )
    }
    if not stayed.isdisjoint(fixed):
        _add_note(transaction, project_id, {i for i in leaving if fixed.get(i) == "hand"}, "parted")


def _add_note(transaction: Transaction, project_id: int, photo_ids: set[int], why: str) -> None:
    """Add photos to the project's one note of that kind."""
    if not photo_ids:
        return
    for parting in partings(transaction.connection, project_id):
        if parting.overruled == why:
            forget_parting(transaction, parting.id)
            photo_ids = photo_ids | parting.one
    add_parting(transaction, project_id, photo_ids, (), why)
