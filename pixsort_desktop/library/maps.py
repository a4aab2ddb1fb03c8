"""The map of a project as it was made, so that photos stand where they stood when it is looked at again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.transaction import Transaction


@dataclass(frozen=True, slots=True, eq=False)
class StoredMap:
    """`cells` (n, 2) of the photos with `ids` (n,); `looks` (n,) are another number when a photo has other bytes."""

    method: str  # 'pca' or 'umap'
    ids: npt.NDArray[np.int64]
    looks: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int32]


def photos_to_place(
    library: Library, project_id: int, embedding_id: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ids and looks, both (n,), of the readable photos of a project that have the embedding, by id. Reads no vector."""
    rows = library.rows(
        "SELECT photos.id, substr(sha256, 1, 15) FROM project_photos JOIN photos ON photos.id = project_photos.photo_id"
        " JOIN embeddings ON embeddings.photo_id = photos.id AND embedding_id = ?"
        " WHERE project_id = ? AND status = 'ready' ORDER BY photos.id",
        (embedding_id, project_id),
    )
    ids = np.array([row[0] for row in rows], np.int64)
    return ids, np.array([int(row[1] or "0", 16) for row in rows], np.int64)


def put_map(transaction: Transaction, project_id: int, embedding_id: str, made: StoredMap) -> None:
    """Keep a map in place of an older one of that embedding and method."""
    transaction.connection.execute(
        "INSERT OR REPLACE INTO maps (project_id, embedding_id, method, photos, looks, cells) VALUES (?, ?, ?, ?, ?, ?)",
        (
            project_id,
            embedding_id,
            made.method,
            made.ids.astype("<i8").tobytes(),
            made.looks.astype("<i8").tobytes(),
            made.cells.astype("<i4").tobytes(),
        ),
    )


def get_map(library: Library, project_id: int, embedding_id: str, method: str) -> StoredMap | None:
    """The map as it was kept, whichever photos it is of; None where there is none to be read."""
    rows = library.rows(
        "SELECT photos, looks, cells FROM maps WHERE project_id = ? AND embedding_id = ? AND method = ?",
        (project_id, embedding_id, method),
    )
    if not rows:
        return None
    try:
        ids = np.frombuffer(rows[0]["photos"], "<i8").astype(np.int64)
        looks = np.frombuffer(rows[0]["looks"], "<i8").astype(np.int64)
        cells = np.frombuffer(rows[0]["cells"], "<i4").astype(np.int32).reshape(-1, 2)
    except (ValueError, TypeError):  # damaged: it is made anew
        return None
    whole = len(ids) == len(looks) == len(cells)
    return StoredMap(method, ids, looks, cells) if whole else None
