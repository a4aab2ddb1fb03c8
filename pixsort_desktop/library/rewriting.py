"""A photo's file got other metadata: it is the same photo under other bytes.

Before a file is replaced, the bytes it is about to have are noted as the photo's; afterwards the ones it had. So a
copy on a card, and a file that a kill left between the two steps, are met again as the photo they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import shown_path, stored_path
from pixsort_desktop.library.transaction import Transaction


def bytes_of(library: Library, photo_id: int) -> set[str]:
    """The SHA-256 of all bytes that are this photo."""
    rows = library.rows(
        "SELECT sha256 FROM photos WHERE id = ?1 UNION SELECT sha256 FROM former_bytes WHERE photo_id = ?1",
        (photo_id,),
    )
    return {row["sha256"] for row in rows if row["sha256"]}


def expect_bytes(transaction: Transaction, expected: Iterable[tuple[int, str]]) -> dict[str, str]:
    """Note (photo id, SHA-256 that its file is about to have).

    Answers SHA-256 -> path for those that are another photo already; they are not noted.
    """
    connection = transaction.connection
    others = {}
    for photo_id, sha256 in expected:
        row = connection.execute(
            "SELECT id, (SELECT path FROM files WHERE photo_id = photos.id LIMIT 1) AS path FROM photos"
            " WHERE sha256 = ?1 UNION SELECT photo_id, (SELECT path FROM files WHERE files.photo_id ="
            " former_bytes.photo_id LIMIT 1) FROM former_bytes WHERE sha256 = ?1",
            (sha256,),
        ).fetchone()
        if row is None:
            connection.execute(
                "INSERT INTO former_bytes (sha256, photo_id) VALUES (?, ?)", (sha256, photo_id)
            )
        elif row["id"] != photo_id:
            others[sha256] = shown_path(row["path"])
    return others


def note_rewritten(
    transaction: Transaction, photo_id: int, path: str, sha256: str, size: int, mtime_ns: int
) -> None:
    """The photo's file at `path` has these bytes now."""
    connection = transaction.connection
    row = connection.execute("SELECT sha256 FROM photos WHERE id = ?", (photo_id,)).fetchone()
    if row is None:  # it went over into another photo meanwhile
        return
    if row["sha256"] != sha256:
        connection.execute("DELETE FROM former_bytes WHERE sha256 = ?", (sha256,))
        connection.execute(
            "INSERT OR IGNORE INTO former_bytes (sha256, photo_id) VALUES (?, ?)", (row["sha256"], photo_id)
        )
        connection.execute("UPDATE photos SET sha256 = ? WHERE id = ?", (sha256, photo_id))
    connection.execute(
        "UPDATE files SET size = ?, mtime_ns = ? WHERE path = ? AND photo_id = ?",
        (size, mtime_ns, stored_path(path), photo_id),
    )
    transaction.touch(photos=[photo_id])
