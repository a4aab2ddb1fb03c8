"""New photos that joined a column by themselves are marked until somebody has looked at them."""

from __future__ import annotations

from collections.abc import Sequence

from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.transaction import Transaction


def mark_seen(library: Library, *, project_id: int, photo_ids: Sequence[int]) -> ChangeSet:
    """Take the mark off these photos of a project. Looking is no step to be undone."""

    def act(transaction: Transaction) -> ChangeSet:
        transaction.connection.executemany(
            "UPDATE project_photos SET arrived = 0 WHERE project_id = ? AND photo_id = ?",
            [(project_id, photo_id) for photo_id in photo_ids],
        )
        transaction.touch(boards=[project_id])
        return change_set(transaction)

    return library.write(act)
