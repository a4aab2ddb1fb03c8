"""Further steps of the library's shape, after those of `migrations`: what is worked out from photos, and can be again."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations


def register(migrations: Migrations) -> None:
    """Add these steps to the library's."""
    migrations()(add_hierarchies)
    migrations()(add_maps)


def add_hierarchies(db: Database) -> None:
    """The spanning tree that a project's photos were grouped by (hierarchies.py): another granularity is a cut of it."""
    db.execute(
        "CREATE TABLE hierarchies (project_id INTEGER PRIMARY KEY REFERENCES projects(id) ON DELETE CASCADE,"
        " made_for TEXT NOT NULL, photos BLOB NOT NULL, bridges BLOB NOT NULL, lengths BLOB NOT NULL)"
    )


def add_maps(db: Database) -> None:
    """Where the photos of a project stand on its map, by embedding and method (maps.py)."""
    db.execute(
        "CREATE TABLE maps (project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,"
        " embedding_id TEXT NOT NULL, method TEXT NOT NULL, photos BLOB NOT NULL, looks BLOB NOT NULL,"
        " cells BLOB NOT NULL, PRIMARY KEY (project_id, embedding_id, method))"
    )
