"""Where photos stood whose files went to the trash: they return to their columns when their files do."""

from __future__ import annotations

from pixsort_desktop.library.constraints import partings
from pixsort_desktop.library.groups import empty_and_delete, members
from pixsort_desktop.library.projects import resting_status, set_status
from pixsort_desktop.library.transaction import Transaction


def leave_boards(transaction: Transaction, photo_id: int) -> None:
    """Take a photo out of every project and remember where it stood; its stars, flag and label stay with it."""
    rows = transaction.connection.execute(
        "SELECT * FROM project_photos WHERE photo_id = ?", (photo_id,)
    ).fetchall()
    for row in rows:
        transaction.connection.execute(
            "INSERT OR REPLACE INTO left_boards (project_id, photo_id, group_id, position, placed)"
            " VALUES (?, ?, ?, ?, ?)",
            (row["project_id"], photo_id, row["group_id"], row["position"], row["placed"]),
        )
        transaction.delete("project_photos", (row["project_id"], photo_id))
        _drop_if_empty(transaction, row["project_id"], row["group_id"])
        set_status(transaction, row["project_id"], resting_status(transaction, row["project_id"]))


def return_to_board(transaction: Transaction, project_id: int, photo_id: int) -> None:
    """Put a photo that has just come into a project again where it stood, if that is known; for a companion, its face.

    A column that is gone, or has photos by now that this one was parted from, leaves it ungrouped, as any new photo.
    """
    connection = transaction.connection
    photo_id = connection.execute(
        "SELECT coalesce(face_id, id) FROM photos WHERE id = ?", (photo_id,)
    ).fetchone()[0]
    row = connection.execute(
        "SELECT * FROM left_boards WHERE project_id = ? AND photo_id = ?", (project_id, photo_id)
    ).fetchone()
    if row is None:
        return
    connection.execute(
        "DELETE FROM left_boards WHERE project_id = ? AND photo_id = ?", (project_id, photo_id)
    )
    there = (
        row["group_id"] is None
        or connection.execute(
            "SELECT 1 FROM groups WHERE id = ? AND project_id = ?", (row["group_id"], project_id)
        ).fetchone()
    )
    if there and not _parted(transaction, project_id, photo_id, row["group_id"]):
        connection.execute(
            "UPDATE project_photos SET group_id = ?, position = ?, placed = ? WHERE project_id = ? AND photo_id = ?",
            (row["group_id"], row["position"], row["placed"], project_id, photo_id),
        )


def _parted(transaction: Transaction, project_id: int, photo_id: int, group_id: int | None) -> bool:
    """Whether a photo was parted from one that stands in a column."""
    if group_id is None:
        return False
    standing = members(transaction, project_id, group_id).keys() - {photo_id}
    for parting in partings(transaction.connection, project_id):
        sides = ((parting.one, parting.other), (parting.other, parting.one))
        if parting.overruled is None and any(photo_id in one and other & standing for one, other in sides):
            return True
    return False


def _drop_if_empty(transaction: Transaction, project_id: int, group_id: int | None) -> None:
    """An automatic column that lost its last photo goes; one that the user made or locked stays."""
    group = transaction.row("groups", (group_id,)) if group_id is not None else None
    if group is None or group["origin"] != "automatic" or group["locked"]:
        return
    left = transaction.connection.execute(
        "SELECT 1 FROM project_photos JOIN photos ON photos.id = photo_id"
        " WHERE project_id = ? AND group_id = ? AND status = 'ready'",
        (project_id, group_id),
    ).fetchone()
    if left is None:
        empty_and_delete(transaction, project_id, group["id"])
