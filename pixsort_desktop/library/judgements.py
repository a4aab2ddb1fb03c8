"""Judgements that came in with the photos."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import shown_path, stored_path
from pixsort_desktop.library.transaction import Transaction


def receive_judgement(transaction: Transaction, photo_id: int, judgement: dict[str, Any]) -> None:
    """Keep what another program thought of a photo (rating, flag, colour), unless it has been judged here.

    What is said of a companion is said of its frame.
    """
    transaction.connection.execute(
        "INSERT OR IGNORE INTO judgements (photo_id, rating, flag, colour)"
        " VALUES ((SELECT coalesce(face_id, id) FROM photos WHERE id = ?), ?, ?, ?)",
        (photo_id, judgement["rating"], judgement["flag"], judgement["colour"]),
    )


def judged_photos(library: Library, project_id: int) -> set[int]:
    """Ids of the photos of a project that have been judged, also back to nothing."""
    rows = library.rows(
        "SELECT photo_id FROM judgements JOIN project_photos USING (photo_id) WHERE project_id = ?",
        (project_id,),
    )
    return {row["photo_id"] for row in rows}


def judgements_at(library: Library, paths: Iterable[str]) -> dict[str, tuple[int, str | None, str | None]]:
    """Path -> (rating, flag, colour), for those of the paths whose photo has been judged."""
    found: dict[str, tuple[int, str | None, str | None]] = {}
    wanted = [stored_path(path) for path in paths]
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        marks = ", ".join("?" * len(part))
        for row in library.rows(
            "SELECT path, rating, flag, colour FROM files JOIN photos ON photos.id = files.photo_id"
            f" JOIN judgements ON judgements.photo_id = coalesce(face_id, photos.id) WHERE path IN ({marks})",
            part,
        ):
            found[shown_path(row["path"])] = (row["rating"], row["flag"], row["colour"])
    return found


def set_judgement(transaction: Transaction, photo_id: int, values: dict[str, Any]) -> None:
    """Change some of a photo's rating, flag and colour; remembered, so that it can be undone."""
    if transaction.row("judgements", (photo_id,)) is not None:
        transaction.update("judgements", (photo_id,), values)
    else:
        nothing = {"rating": 0, "flag": None, "colour": None}
        transaction.insert("judgements", {"photo_id": photo_id, **nothing, **values})
