"""What becomes of photos whose files got other bytes: edited in place, replaced, readable at last."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from pixsort_desktop.library.photos import SEEN_BY_MODELS, follow_face, shown_path, write_facts
from pixsort_desktop.library.transaction import Transaction


def settle_replaced(transaction: Transaction, exists: Callable[[str], bool]) -> None:
    """Let photos whose last file got new bytes go over into the photos that took their place.

    A file that was edited in place keeps its photo's id, and with it its place on every board; so does a file
    that failed and can be read now. A photo that still has a file (`exists` tells, by path) was only moved.
    """
    connection = transaction.connection
    for row in connection.execute(
        "SELECT id, photo_id, previous_photo_id FROM files WHERE previous_photo_id IS NOT NULL ORDER BY id"
    ).fetchall():
        new, old = row["photo_id"], row["previous_photo_id"]
        paths = [r["path"] for r in connection.execute("SELECT path FROM files WHERE photo_id = ?", (old,))]
        if old != new and not any(exists(shown_path(path)) for path in paths):
            _replace_photo(transaction, old, new)
        connection.execute("UPDATE files SET previous_photo_id = NULL WHERE id = ?", (row["id"],))


def _replace_photo(transaction: Transaction, old: int, new: int) -> None:
    """Make one photo of two: that of the vanished bytes, and that of the bytes which took their place.

    The old id stays, so that boards and history keep their meaning, unless the user has placed the new photo too.
    """
    connection = transaction.connection
    if not connection.execute("SELECT 1 FROM photos WHERE id = ?", (old,)).fetchone():
        return
    boards = [
        row[0]
        for row in connection.execute("SELECT project_id FROM project_photos WHERE photo_id = ?", (old,))
    ]
    placed = connection.execute(
        "SELECT 1 FROM project_photos WHERE photo_id = ? AND placed != 'new'", (new,)
    ).fetchone()
    keep, gone = (new, old) if placed else (old, new)
    facts = dict(connection.execute("SELECT * FROM photos WHERE id = ?", (new,)).fetchone())
    connection.execute("DELETE FROM files WHERE photo_id = ?", (old,))
    for table in SEEN_BY_MODELS:
        connection.execute(f"DELETE FROM {table} WHERE photo_id = ?", (old,))
    connection.execute("DELETE FROM former_bytes WHERE photo_id = ?", (old,))
    connection.execute("UPDATE former_bytes SET photo_id = ? WHERE photo_id = ?", (keep, new))
    face = _new_face(connection, keep, gone)
    if keep == old:
        connection.execute("UPDATE photos SET sha256 = NULL WHERE id = ?", (new,))
        write_facts(connection, old, facts)
    connection.execute("UPDATE files SET photo_id = ? WHERE photo_id = ?", (keep, gone))
    connection.execute("UPDATE files SET previous_photo_id = ? WHERE previous_photo_id = ?", (keep, gone))
    for table in SEEN_BY_MODELS:
        connection.execute(f"UPDATE {table} SET photo_id = ? WHERE photo_id = ?", (keep, gone))
    if placed:  # where the new photo merely arrived, or the old one's column is locked, the old place is the better one
        connection.execute(
            "DELETE FROM project_photos WHERE photo_id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM groups WHERE id = group_id AND locked)"
            " AND project_id IN (SELECT theirs.project_id FROM project_photos theirs"
            " LEFT JOIN groups ON groups.id = theirs.group_id"
            " WHERE theirs.photo_id = ?2 AND (project_photos.placed = 'new' OR groups.locked))",
            (new, old),
        )
    connection.execute("UPDATE OR IGNORE project_photos SET photo_id = ? WHERE photo_id = ?", (keep, gone))
    connection.execute("DELETE FROM project_photos WHERE photo_id = ?", (gone,))
    connection.execute("UPDATE OR IGNORE judgements SET photo_id = ? WHERE photo_id = ?", (keep, gone))
    connection.execute("DELETE FROM judgements WHERE photo_id = ?", (gone,))
    for table in ("captions", "keywords", "own_captions"):
        connection.execute(f"UPDATE OR IGNORE {table} SET photo_id = ? WHERE photo_id = ?", (keep, gone))
    connection.execute("DELETE FROM photos WHERE id = ?", (gone,))
    if face != keep:
        follow_face(transaction, keep)
    transaction.touch(photos=[keep], boards=boards, projects=boards)


def _new_face(connection: sqlite3.Connection, keep: int, gone: int) -> int:
    """Which photo is the face of `keep` and of the companions of `gone` when those two are one; answers it."""
    connection.execute("UPDATE photos SET face_id = NULL WHERE id = ? AND face_id = ?", (keep, gone))
    row = connection.execute("SELECT coalesce(face_id, id) FROM photos WHERE id = ?", (keep,)).fetchone()
    connection.execute("UPDATE photos SET face_id = ? WHERE face_id = ?", (row[0], gone))
    return int(row[0])
