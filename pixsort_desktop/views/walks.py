"""What one goes through from a photo, in which order and under which names: the columns of a snapshot one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from pixsort_desktop.views import words
from pixsort_desktop.views.loupe.sequence import Walk
from pixsort_desktop.views.snapshot import Snapshot


def walk(snapshot: Snapshot, *, by_column: bool) -> Walk:
    """The photos that are shown, in the grid's order or column by column, and then with the places where columns begin."""
    if not by_column:
        return Walk(snapshot.shown_order)
    ids: list[int] = []
    starts = []
    for column in snapshot.shown_columns:
        starts.append(len(ids))
        ids.extend(column.photo_ids)
    return Walk(ids, starts)


def labels(snapshot: Snapshot) -> dict[int, str]:
    """Photo -> the label of its column."""
    return {i: c.group.label if c.group else words.UNGROUPED for c in snapshot.columns for i in c.photo_ids}


def column_with(snapshot: Snapshot, photo_id: int | None) -> tuple[str, Sequence[int]]:
    """The label and photos of the column where a photo is shown; ('', ()) where it is in none."""
    for column in snapshot.shown_columns:
        if photo_id in column.photo_ids:
            return column.group.label if column.group is not None else words.UNGROUPED, column.photo_ids
    return "", ()


def summary(snapshot: Snapshot) -> str:
    """«57 photos in 12 columns», or what search and filter left of them: «212 of 3,004 photos»."""
    if snapshot.project is None or not snapshot.order:
        return ""
    photos = words.count(len(snapshot.order), "photo")
    if snapshot.found is not None:
        return f"{len(snapshot.found):,} of {photos}"
    columns = len(snapshot.columns) - 1
    return photos + (f" in {words.count(columns, 'column')}" if columns else "")
