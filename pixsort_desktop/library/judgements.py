"""Judgements that came in with the photos, and what is known of their sidecars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import shown_path, stored_path
from pixsort_desktop.library.transaction import Transaction


def receive_judgement(transaction: Transaction, photo_id: int, judgement: dict[str, Any]) -> None:
    """Keep what another program thought of a photo (rating, flag, colour), unless it has been judged here."""
    transaction.connection.execute(
        "INSERT OR IGNORE INTO judgements (photo_id, rating, flag, colour) VALUES (?, ?, ?, ?)",
        (photo_id, judgement["rating"], judgement["flag"], judgement["colour"]),
    )


def judged_photos(library: Library, project_id: int) -> set[int]:
    """Ids of the photos of a project that have been judged, also back to nothing."""
    rows = library.rows(
        "SELECT photo_id FROM judgements JOIN project_photos USING (photo_id) WHERE project_id = ?",
        (project_id,),
    )
    return {row["photo_id"] for row in rows}


def note_sidecars(transaction: Transaction, sidecars: Iterable[tuple[str, str]]) -> None:
    """Remember sidecars, (path, digest of the bytes), as they were read or written."""
    transaction.connection.executemany(
        "INSERT OR REPLACE INTO sidecars (path, digest) VALUES (?, ?)",
        [(stored_path(path), digest) for path, digest in sidecars],
    )


def known_sidecars(library: Library) -> dict[str, str]:
    """Path -> digest of every sidecar that was read or written."""
    return {
        shown_path(row["path"]): row["digest"] for row in library.rows("SELECT path, digest FROM sidecars")
    }
