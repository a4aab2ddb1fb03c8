"""Vectors of photos: one float32 row for each photo and embedding."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from pixsort_desktop.library.clocks import SHIFT_JOIN, SHIFTED_TIME
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.transaction import Transaction

_KNOWN = "(length(taken_at) > 10 AND coalesce(taken_from, '') NOT IN ('modified', 'file time'))"
_FROM = (
    f" FROM project_photos JOIN photos ON photos.id = project_photos.photo_id{SHIFT_JOIN}"
    " JOIN embeddings ON embeddings.photo_id = photos.id AND embedding_id = ?"
    " WHERE project_photos.project_id = ? AND status = 'ready'"
)


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

    By capture time (unknown last), then path: an order that does not depend on how the photos came in. The clocks of
    the project's cameras are shifted. A time is known here where it was a clock's, to the second, as for
    `Photo.moment_s`.
    """
    rows = library.rows(
        f"SELECT photos.id, {SHIFTED_TIME} AS seconds, vector, {_KNOWN} AS known,"
        " (SELECT path FROM files WHERE files.photo_id = photos.id ORDER BY role = 'missing', id LIMIT 1) AS path"
        f"{_FROM} ORDER BY taken_seconds IS NULL, seconds, path, sha256",
        (embedding_id, project_id),
    )
    ids = [row["id"] for row in rows]
    times = np.array(
        [row["seconds"] if row["known"] and row["seconds"] is not None else np.nan for row in rows],
        dtype=np.float64,
    )
    if not rows:
        return ids, times, np.zeros((0, 0), np.float32)
    return ids, times, np.frombuffer(b"".join(row["vector"] for row in rows), "<f4").reshape(len(rows), -1)


def vectors_fingerprint(library: Library, project_id: int, embedding_id: str) -> str:
    """Another one as soon as what `project_vectors` answers is of other photos, pixels or times. Reads no vector."""
    digest = hashlib.blake2b(digest_size=16)
    for row in library.rows(
        f"SELECT photos.id, sha256, CASE WHEN {_KNOWN} THEN {SHIFTED_TIME} END{_FROM} ORDER BY photos.id",
        (embedding_id, project_id),
    ):
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def has_embedding(library: Library, project_id: int | None, embedding_id: str) -> bool:
    """Whether any readable photo of a project (None: of the library) has that embedding."""
    within = " JOIN project_photos USING (photo_id)" if project_id is not None else ""
    of_project = " AND project_id = ?" if project_id is not None else ""
    return bool(
        library.rows(
            f"SELECT 1 FROM embeddings JOIN photos ON photos.id = photo_id AND status = 'ready'{within}"
            f" WHERE embedding_id = ?{of_project} LIMIT 1",
            (embedding_id,) if project_id is None else (embedding_id, project_id),
        )
    )


def without_embedding(library: Library, project_id: int, embedding_id: str) -> list[int]:
    """Ids of the readable photos of a project that lack that embedding."""
    rows = library.rows(
        "SELECT photos.id FROM project_photos JOIN photos ON photos.id = photo_id WHERE project_id = ? AND status = 'ready'"
        " AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.photo_id = photos.id AND embedding_id = ?) ORDER BY photos.id",
        (project_id, embedding_id),
    )
    return [row["id"] for row in rows]


def embedding_counts(library: Library, project_id: int, embedding_id: str) -> tuple[int, int]:
    """How many photos of a project can be read, and how many of these have that embedding."""
    row = library.rows(
        "SELECT count(*), count(embeddings.photo_id) FROM project_photos"
        " JOIN photos ON photos.id = project_photos.photo_id AND status = 'ready'"
        " LEFT JOIN embeddings ON embeddings.photo_id = photos.id AND embedding_id = ? WHERE project_id = ?",
        (embedding_id, project_id),
    )[0]
    return int(row[0]), int(row[1])


def photo_vector(library: Library, photo_id: int, embedding_id: str) -> npt.NDArray[np.float32] | None:
    """The vector (d,) of one photo, or None."""
    rows = library.rows(
        "SELECT vector FROM embeddings WHERE photo_id = ? AND embedding_id = ?", (photo_id, embedding_id)
    )
    return np.frombuffer(rows[0]["vector"], "<f4") if rows else None
