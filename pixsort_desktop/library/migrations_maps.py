"""The step of the library's shape that is about maps; `migrations` registers it."""

from __future__ import annotations

from sqlite_utils import Database


def add_maps(db: Database) -> None:
    """Where the photos of a project stand on its map, by embedding and method (maps.py)."""
    db.execute(
        "CREATE TABLE maps (project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,"
        " embedding_id TEXT NOT NULL, method TEXT NOT NULL, photos BLOB NOT NULL, looks BLOB NOT NULL,"
        " cells BLOB NOT NULL, PRIMARY KEY (project_id, embedding_id, method))"
    )
