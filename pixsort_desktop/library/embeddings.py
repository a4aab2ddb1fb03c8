"""Vectors of photos: one float32 row for each photo and embedding."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.transaction import Transaction


def put_embedding(
    transaction: Transaction, photo_id: int, embedding_id: str, vector: npt.NDArray[np.float32]
) -> None:
    """Store the vector of one photo, in place of an older one of that embedding."""
    transaction.connection.execute(
        "INSERT OR REPLACE INTO embeddings (photo_id, embedding_id, vector) VALUES (?, ?, ?)",
        (photo_id, embedding_id, np.ascontiguousarray(vector, dtype="<f4").tobytes()),
    )


def project_vectors(
    library: Library, project_id: int, embedding_id: str
) -> tuple[list[int], npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """Ids, capture times (n,) in seconds (nan where unknown) and vectors (n, d) of the readable photos of a project.

    By capture time (unknown last), then path: an order that does not depend on how the photos came in.
    """
    rows = library.rows(
        "SELECT photos.id, taken_seconds, vector,"
        " (SELECT path FROM files WHERE files.photo_id = photos.id ORDER BY role = 'missing', id LIMIT 1) AS path"
        " FROM project_photos JOIN photos ON photos.id = project_photos.photo_id"
        " JOIN embeddings ON embeddings.photo_id = photos.id AND embedding_id = ?"
        " WHERE project_id = ? AND status = 'ready' ORDER BY taken_seconds IS NULL, taken_seconds, path, sha256",
        (embedding_id, project_id),
    )
    ids = [row["id"] for row in rows]
    times = np.array(
        [np.nan if row["taken_seconds"] is None else row["taken_seconds"] for row in rows], dtype=np.float64
    )
    if not rows:
        return ids, times, np.zeros((0, 0), np.float32)
    return ids, times, np.frombuffer(b"".join(row["vector"] for row in rows), "<f4").reshape(len(rows), -1)


def without_embedding(library: Library, project_id: int, embedding_id: str) -> list[int]:
    """Ids of the readable photos of a project that lack that embedding."""
    rows = library.rows(
        "SELECT photos.id FROM project_photos JOIN photos ON photos.id = photo_id WHERE project_id = ? AND status = 'ready'"
        " AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.photo_id = photos.id AND embedding_id = ?) ORDER BY photos.id",
        (project_id, embedding_id),
    )
    return [row["id"] for row in rows]
