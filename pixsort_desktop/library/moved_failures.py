"""Failed files without bytes to tell them by, empty ones above all, that were moved: one row each, not two."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from pixsort_desktop.library.photos import shown_path
from pixsort_desktop.library.transaction import Transaction


def follow_moved_failures(
    transaction: Transaction, project_id: int, new: Collection[int], exists: Callable[[str], bool]
) -> None:
    """Where a file failed for the first time (its photo is in `new`) while one of its name that failed alike has gone
    from its place, that one was moved. `settle_replaced`, which is to be called next, then keeps the old row."""
    if not new:
        return
    rows = transaction.connection.execute(
        "SELECT files.id, files.path, photo_id, error FROM files JOIN photos ON photos.id = photo_id"
        " JOIN project_photos USING (photo_id) WHERE project_id = ? AND status = 'failed' AND sha256 IS NULL"
        " ORDER BY files.id",
        (project_id,),
    ).fetchall()
    gone: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        path = shown_path(row["path"])
        if row["photo_id"] not in new and not exists(path):
            gone.setdefault((Path(path).name, row["error"]), []).append(row["photo_id"])
    for row in rows:
        olds = gone.get((Path(shown_path(row["path"])).name, row["error"]))
        if row["photo_id"] in new and olds:
            transaction.connection.execute(
                "UPDATE files SET previous_photo_id = ? WHERE id = ? AND previous_photo_id IS NULL",
                (olds.pop(0), row["id"]),
            )
