"""The shape of the library file, as steps that are never edited once they have shipped."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("pixsort")

APPLICATION_ID = 0x50495853  # «PIXS», so that a library can be told from any other SQLite file

# AUTOINCREMENT: an id is never given twice, so that undo can bring a row back under its own.
# files.path is TEXT, or a BLOB of the raw bytes where a name on disk is no valid UTF-8.
# files.role is 'original', or 'missing' where the file has gone while another of its photo is there.
# files.previous_photo_id is the photo whose bytes stood at this path before, until the import that found new ones
# there has settled what becomes of it (photos.settle_replaced).
# project_photos.position has gaps, so that a photo can be put between two others; placed is 'new' until a grouping has
# seen the photo, then 'automatic', or 'hand' where the user put it.
_TABLES = """
CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT UNIQUE, status TEXT NOT NULL, error TEXT, format TEXT,
    width INTEGER, height INTEGER, orientation INTEGER, taken_at TEXT, taken_seconds REAL, make TEXT, model TEXT,
    lens TEXT, iso INTEGER, exposure_s REAL, f_number REAL, focal_mm REAL, latitude REAL, longitude REAL, altitude_m REAL
);
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, photo_id INTEGER NOT NULL REFERENCES photos(id), path TEXT NOT NULL UNIQUE,
    size INTEGER, mtime_ns INTEGER, role TEXT NOT NULL, previous_photo_id INTEGER
);
CREATE INDEX files_by_photo ON files(photo_id);
CREATE INDEX files_replaced ON files(previous_photo_id) WHERE previous_photo_id IS NOT NULL;
CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, status TEXT NOT NULL,
    grouping TEXT NOT NULL DEFAULT '{}', created_at TEXT NOT NULL
);
CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL REFERENCES projects(id), label TEXT NOT NULL,
    position INTEGER NOT NULL, origin TEXT NOT NULL
);
CREATE INDEX groups_by_project ON groups(project_id, position);
CREATE TABLE project_photos (
    project_id INTEGER NOT NULL REFERENCES projects(id), photo_id INTEGER NOT NULL REFERENCES photos(id),
    group_id INTEGER REFERENCES groups(id), position INTEGER NOT NULL, placed TEXT NOT NULL,
    PRIMARY KEY (project_id, photo_id)
) WITHOUT ROWID;
CREATE INDEX project_photos_by_photo ON project_photos(photo_id);
CREATE INDEX project_photos_by_group ON project_photos(group_id, project_id, position);
CREATE TABLE embeddings (
    photo_id INTEGER NOT NULL REFERENCES photos(id), embedding_id TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (photo_id, embedding_id)
);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER, kind TEXT NOT NULL, state TEXT NOT NULL,
    done INTEGER NOT NULL, total INTEGER NOT NULL, failed INTEGER NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
    error TEXT, arguments TEXT NOT NULL, process_id INTEGER, process_started REAL
);
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER, label TEXT NOT NULL, at TEXT NOT NULL,
    changes TEXT NOT NULL, undone INTEGER NOT NULL
);
CREATE INDEX history_by_project ON history(project_id, undone);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)
"""


@migrations()
def create_tables(db: Database) -> None:
    """Photos and their files, projects and their boards, embeddings, jobs, history, settings."""
    for statement in _TABLES.split(";"):
        db.execute(statement)


@migrations()
def add_judgements(db: Database) -> None:
    """What the user thinks of a photo, and which sidecars were read or written, as they were then.

    A photo without a row is not judged: no stars, no flag, no colour label.
    """
    db.execute(
        "CREATE TABLE judgements (photo_id INTEGER PRIMARY KEY REFERENCES photos(id),"
        " rating INTEGER NOT NULL DEFAULT 0, flag TEXT, colour TEXT)"
    )
    db.execute("CREATE TABLE sidecars (path TEXT PRIMARY KEY, digest TEXT NOT NULL)")


@migrations()
def add_captions(db: Database) -> None:
    """What an archive says of a photo that its file does not: words, people, albums, and its own time and place.

    people and albums are JSON lists of names. Time and place fill in what the photo's row lacks (captions.py).
    """
    db.execute(
        "CREATE TABLE captions (photo_id INTEGER PRIMARY KEY REFERENCES photos(id) ON DELETE CASCADE, description TEXT,"
        " people TEXT NOT NULL DEFAULT '[]', albums TEXT NOT NULL DEFAULT '[]', taken_at TEXT, taken_seconds REAL,"
        " latitude REAL, longitude REAL, altitude_m REAL)"
    )
