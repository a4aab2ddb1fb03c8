"""What the user gives columns besides a name."""

from __future__ import annotations

from sqlite_utils import Database


def add_colours_of_columns(db: Database) -> None:
    """groups.colour: one of the colour labels, or NULL."""
    db.execute("ALTER TABLE groups ADD COLUMN colour TEXT")
