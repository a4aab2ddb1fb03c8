"""Searches by meaning that are pinned to a board, and what their models made of the words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.records import Prompt
from pixsort_desktop.library.transaction import Transaction

if TYPE_CHECKING:  # the window reads prompts when it starts, and has no use for numpy then
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

_ALL = "SELECT * FROM prompts WHERE project_id = ? ORDER BY position, id"


def project_prompts(library: Library, project_id: int) -> tuple[Prompt, ...]:
    """The prompts of a project, from left to right."""
    return tuple(_prompt(row) for row in library.rows(_ALL, (project_id,)))


def prompts_of(transaction: Transaction, project_id: int) -> list[Prompt]:
    """The same inside a transaction."""
    return [_prompt(row) for row in transaction.connection.execute(_ALL, (project_id,))]


def get_prompt(transaction: Transaction, prompt_id: int) -> Prompt:
    """The prompt with that id. Raises NotFoundError."""
    row = transaction.connection.execute("SELECT * FROM prompts WHERE id = ?", (prompt_id,)).fetchone()
    if row is None:
        raise NotFoundError("That prompt column no longer exists.")
    return _prompt(row)


def set_prompt(transaction: Transaction, prompt: Prompt) -> None:
    """Make a prompt's row what is given, as a row set anew: undo then knows its project."""
    transaction.delete("prompts", (prompt.id,))
    transaction.insert(
        "prompts",
        {
            "id": prompt.id,
            "project_id": prompt.project_id,
            "text": prompt.text,
            "embedding_id": prompt.embedding_id,
            "threshold": prompt.threshold,
            "position": prompt.position,
        },
    )


def put_query_vectors(transaction: Transaction, embedding_id: str, vectors: Mapping[str, Vector]) -> None:
    """Keep what a model made of words, by the words."""
    transaction.connection.executemany(
        "INSERT OR REPLACE INTO query_vectors (embedding_id, text, vector) VALUES (?, ?, ?)",
        [(embedding_id, text, vector.astype("<f4").tobytes()) for text, vector in vectors.items()],
    )


def query_vectors(library: Library, embedding_id: str, texts: Iterable[str]) -> dict[str, Vector]:
    """Words -> vector (d,), for those that are kept."""
    from numpy import frombuffer

    found: dict[str, Vector] = {}
    for text in texts:
        for row in library.rows(
            "SELECT vector FROM query_vectors WHERE embedding_id = ? AND text = ?", (embedding_id, text)
        ):
            found[text] = frombuffer(row["vector"], "<f4")
    return found


def vectors_state(library: Library, project_id: int, embedding_id: str) -> tuple[int, ...]:
    """Another one as soon as other photos of a project have a vector, or others. Reads no vector."""
    row = library.rows(
        "SELECT count(*), total(embeddings.rowid), max(embeddings.rowid), total(photos.id) FROM project_photos"
        " JOIN photos ON photos.id = project_photos.photo_id AND status = 'ready' AND face_id IS NULL"
        " JOIN embeddings ON embeddings.photo_id = photos.id AND embedding_id = ? WHERE project_id = ?",
        (embedding_id, project_id),
    )[0]
    return tuple(int(value or 0) for value in row)


def _prompt(row: sqlite3.Row) -> Prompt:
    return Prompt(**dict(row))
