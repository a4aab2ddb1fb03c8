"""The shape of pinned searches; `migrations` has the order of all steps."""

from __future__ import annotations

from sqlite_utils import Database


def add_prompts(db: Database) -> None:
    """Searches by meaning that are columns of a board, and the vectors of their words (prompts.py).

    query_vectors holds what a model once made of words, so that a column is shown without the model. It belongs to no
    prompt: undo brings a prompt back, and its words are still here.
    """
    db.execute(
        "CREATE TABLE prompts (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " project_id INTEGER NOT NULL REFERENCES projects(id), text TEXT NOT NULL, embedding_id TEXT NOT NULL,"
        " threshold REAL NOT NULL, position INTEGER NOT NULL)"
    )
    db.execute("CREATE INDEX prompts_by_project ON prompts(project_id, position)")
    db.execute(
        "CREATE TABLE query_vectors (embedding_id TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL,"
        " PRIMARY KEY (embedding_id, text)) WITHOUT ROWID"
    )
