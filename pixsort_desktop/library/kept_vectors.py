"""What the vectors of each embedding take in a library, and taking them out again with all that stands on them."""

from __future__ import annotations

from dataclasses import dataclass

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.transaction import Transaction

_OF_PROJECT = "photo_id IN (SELECT photo_id FROM project_photos WHERE project_id = {0})"
_OF_OTHERS = "photo_id IN (SELECT photo_id FROM project_photos WHERE project_id != {0})"
_GROUPED_BY = "CASE WHEN json_valid({0}) THEN json_extract({0}, '$.embedding') END"


@dataclass(frozen=True, slots=True)
class KeptVectors:
    """The vectors of one embedding: of how many photos, and their bytes."""

    embedding_id: str
    photos: int
    size: int


def kept_vectors(library: Library, project_id: int | None = None) -> list[KeptVectors]:
    """What there is, by the embedding's id, in a project or in the whole library."""
    within = f" WHERE {_OF_PROJECT.format('?')}" if project_id is not None else ""
    rows = library.rows(
        f"SELECT embedding_id, count(*), sum(length(vector)) FROM embeddings{within}"
        " GROUP BY embedding_id ORDER BY embedding_id",
        () if project_id is None else (project_id,),
    )
    return [KeptVectors(*row) for row in rows]


def forget_vectors(transaction: Transaction, embedding_id: str, project_id: int | None) -> tuple[int, int]:
    """Delete the vectors of one embedding and answer how many went, and how many stayed.

    With a project, those of its photos that are in no other project. What was made of them goes along: suggested tags that
    nobody decided, kept hierarchies, and the memory of projects that were grouped by them, where none is left. Columns,
    keywords and captions stay.
    """
    connection = transaction.connection
    scope = "" if project_id is None else f" AND {_OF_PROJECT.format('?2')} AND NOT {_OF_OTHERS.format('?2')}"
    given = (embedding_id,) if project_id is None else (embedding_id, project_id)
    touched = [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT project_id FROM project_photos JOIN embeddings USING (photo_id)"
            f" WHERE embedding_id = ?1{' AND project_id = ?2' if project_id is not None else ''}",
            given,
        )
    ]
    gone = connection.execute(f"DELETE FROM embeddings WHERE embedding_id = ?1{scope}", given).rowcount
    for table in ("suggested_tags", "tagged"):
        connection.execute(f"DELETE FROM {table} WHERE embedding_id = ?1{scope}", given)
    stayed = 0
    for each in touched:
        connection.execute(
            f"DELETE FROM hierarchies WHERE project_id = ? AND {_GROUPED_BY.format('made_for')} = ?",
            (each, embedding_id),
        )
        left = _left(transaction, embedding_id, each)
        stayed += left
        if not left:
            connection.execute(
                "UPDATE projects SET grouping = json_remove(grouping, '$.embedding')"
                f" WHERE id = ? AND {_GROUPED_BY.format('grouping')} = ?",
                (each, embedding_id),
            )
    transaction.touch(projects=touched)
    return gone, stayed


def _left(transaction: Transaction, embedding_id: str, project_id: int) -> int:
    found: int = transaction.connection.execute(
        f"SELECT count(*) FROM embeddings WHERE embedding_id = ? AND {_OF_PROJECT.format('?')}",
        (embedding_id, project_id),
    ).fetchone()[0]
    return found
