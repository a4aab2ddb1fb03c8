"""A photo takes the places of its copies on boards, before these go to the trash.

What the user put by hand counts more than what a grouping found. A locked column keeps its pictures: a copy leaves one
only if the keeper stands there too, or can take its very place; and a keeper never leaves one. Whoever a copy was taken
away from, the keeper stays away from, too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pixsort_desktop.commands.constrain import inherit_partings
from pixsort_desktop.commands.organise import stand_by_hand
from pixsort_desktop.grouping.constraints import Apart, Separation
from pixsort_desktop.library import groups
from pixsort_desktop.library.constraints import FIXED, partings
from pixsort_desktop.library.transaction import Row, Transaction


def take_places(transaction: Transaction, keeper_id: int, copies: Sequence[int]) -> dict[int, str]:
    """Let the keeper stand in for its copies in every project. Answers which copies have to stay, and why."""
    stay: dict[int, str] = {}
    same = {keeper_id, *copies}
    for copy_id in sorted(copies, key=lambda each: _claim(transaction, each)):
        rows = transaction.connection.execute(
            "SELECT * FROM project_photos WHERE photo_id = ? ORDER BY project_id", (copy_id,)
        ).fetchall()
        places = [dict(row) for row in rows]
        held = next((why for row in places if (why := _held(transaction, row, keeper_id, same))), None)
        if held is not None:
            stay[copy_id] = held
            continue
        for place in places:
            _take_place(transaction, place, keeper_id, same)
            inherit_partings(transaction, place["project_id"], keeper_id, copy_id, same)
    return stay


def _claim(transaction: Transaction, photo_id: int) -> int:
    """What stands in a locked column comes first, then what was put or kept by hand: the keeper has but one place."""
    row = transaction.connection.execute(
        "SELECT min(CASE WHEN locked THEN 0 WHEN placed = ? THEN 1 WHEN placed = ? THEN 2 ELSE 3 END)"
        " FROM project_photos LEFT JOIN groups ON groups.id = group_id WHERE photo_id = ?",
        (*FIXED, photo_id),
    ).fetchone()
    return 3 if row[0] is None else int(row[0])


def _held(transaction: Transaction, place: Row, keeper_id: int, same: Collection[int]) -> str | None:
    """Why a copy cannot leave its place: its column is locked, and the keeper cannot come."""
    column = transaction.row("groups", (place["group_id"],)) if place["group_id"] is not None else None
    own = transaction.row("project_photos", (place["project_id"], keeper_id))
    if column is None or not column["locked"] or (own is not None and own["group_id"] == column["id"]):
        return None
    if _may_come(transaction, place, own, keeper_id, same):
        return None
    return (
        f"It stands in the locked column «{column['label']}», where the copy to keep cannot take its place;"
        " unlock the column, or keep this copy."
    )


def _take_place(transaction: Transaction, place: Row, keeper_id: int, same: Collection[int]) -> None:
    project_id, group_id = place["project_id"], place["group_id"]
    own = transaction.row("project_photos", (project_id, keeper_id))
    comes = group_id is not None and _may_come(transaction, place, own, keeper_id, same)
    if own is None:
        placed = place["placed"] if group_id is None else "new"
        row = {"project_id": project_id, "photo_id": keeper_id, "group_id": None}
        transaction.insert("project_photos", {**row, "position": place["position"], "placed": placed})
    key = (project_id, keeper_id)
    if own is not None and own["group_id"] == group_id:
        if group_id is not None and place["placed"] in FIXED and own["placed"] not in FIXED:
            transaction.update("project_photos", key, {"placed": "kept"})
    elif comes and (place["placed"] in FIXED or _is_locked(transaction, group_id)):
        standing = [*groups.members(transaction, project_id, group_id, shown=True)]
        stand_by_hand(transaction, project_id, [keeper_id], group_id, standing.index(place["photo_id"]))
    elif comes:
        here = {"group_id": group_id, "position": place["position"], "placed": place["placed"], "arrived": 0}
        transaction.update("project_photos", key, here)
    else:
        return
    if group_id is not None and place["carries"] is not None:
        transaction.update("project_photos", key, {"carries": place["carries"]})


def _may_come(
    transaction: Transaction, place: Row, own: Row | None, keeper_id: int, same: Collection[int]
) -> bool:
    """Whether the keeper may leave where it stands for the column of a copy, and is parted from nobody there."""
    group_id = place["group_id"]
    if own is not None:
        by_hand = place["placed"] in FIXED or _is_locked(transaction, group_id)
        if own["placed"] in FIXED or _is_locked(transaction, own["group_id"]):
            return False
        if own["group_id"] is not None and not by_hand:
            return False
    known = partings(transaction.connection, place["project_id"])
    rules = [Apart(each.one, each.other) for each in known if each.overruled is None]
    others = groups.members(transaction, place["project_id"], group_id).keys() - same
    return Separation(rules).company(others).admits(keeper_id)


def _is_locked(transaction: Transaction, group_id: int | None) -> bool:
    column = transaction.row("groups", (group_id,)) if group_id is not None else None
    return column is not None and bool(column["locked"])
