"""Photos, their files, and which projects hold them.

A photo is its bytes: the same SHA-256 at two paths is one photo with two files. A file that cannot be read or
decoded is a photo row of status 'failed' with the reason, so that it is seen and can be tried again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.records import Photo, PhotoFile
from pixsort_desktop.library.transaction import Transaction

FACTS = tuple(f.name for f in fields(Photo) if f.name not in ("id", "path"))
_SELECT = "SELECT photos.*, (SELECT path FROM files WHERE photo_id = photos.id ORDER BY id LIMIT 1) AS path FROM photos "
X = TypeVar("X")
_CHUNK = 500  # ids in one IN (…)


def project_photos(library: Library, project_id: int) -> list[Photo]:
    """All photos of a project, failed ones included, by capture time (unknown last), then path."""
    rows = library.rows(
        _SELECT + "JOIN project_photos ON photo_id = photos.id WHERE project_id = ?"
        " ORDER BY taken_seconds IS NULL, taken_seconds, path, photos.id",
        (project_id,),
    )
    return [_photo(row) for row in rows]


def get_photos(library: Library, ids: Iterable[int]) -> list[Photo]:
    """The photos with those ids, in that order; ids that are gone are left out."""
    wanted = list(ids)
    found: dict[int, Photo] = {}
    for part in _parts(wanted):
        marks = ", ".join("?" * len(part))
        found |= {
            row["id"]: _photo(row) for row in library.rows(_SELECT + f"WHERE photos.id IN ({marks})", part)
        }
    return [found[i] for i in wanted if i in found]


def photo_files(library: Library, photo_id: int) -> list[PhotoFile]:
    """Every place where a photo's bytes were seen, first seen first."""
    return [
        _file(row) for row in library.rows("SELECT * FROM files WHERE photo_id = ? ORDER BY id", (photo_id,))
    ]


def project_files(library: Library, project_id: int) -> dict[int, list[str]]:
    """Photo id -> all its paths, for every photo of a project."""
    paths: dict[int, list[str]] = {}
    for row in library.rows(
        "SELECT files.photo_id, path FROM files JOIN project_photos USING (photo_id) WHERE project_id = ? ORDER BY files.id",
        (project_id,),
    ):
        paths.setdefault(row["photo_id"], []).append(shown_path(row["path"]))
    return paths


def photos_at(library: Library, paths: Iterable[str]) -> dict[str, int]:
    """Path -> photo id, for those of the paths that the library knows."""
    found: dict[str, int] = {}
    for part in _parts([stored_path(path) for path in paths]):
        marks = ", ".join("?" * len(part))
        for row in library.rows(f"SELECT path, photo_id FROM files WHERE path IN ({marks})", part):
            found[shown_path(row["path"])] = row["photo_id"]
    return found


def finished_files(
    library: Library, paths: Iterable[str], embedding_id: str
) -> dict[str, tuple[PhotoFile, str]]:
    """Path -> (its file row, SHA-256), for those of the paths whose photo is readable and has that embedding."""
    found: dict[str, tuple[PhotoFile, str]] = {}
    for part in _parts([stored_path(path) for path in paths]):
        marks = ", ".join("?" * len(part))
        for row in library.rows(
            "SELECT files.*, sha256 FROM files JOIN photos ON photos.id = photo_id"
            " JOIN embeddings USING (photo_id)"
            f" WHERE embedding_id = ? AND status = 'ready' AND path IN ({marks})",
            [embedding_id, *part],
        ):
            values = dict(row)
            sha256 = values.pop("sha256")
            file = PhotoFile(**{**values, "path": shown_path(row["path"])})
            found[file.path] = (file, sha256)
    return found


def is_finished(library: Library, sha256: str, embedding_id: str) -> bool:
    """Whether the photo with those bytes is known, readable and has that embedding."""
    return bool(
        library.rows(
            "SELECT 1 FROM photos JOIN embeddings ON photo_id = photos.id"
            " WHERE sha256 = ? AND status = 'ready' AND embedding_id = ?",
            (sha256, embedding_id),
        )
    )


def find_by_hash(transaction: Transaction, sha256: str) -> int | None:
    """The id of the photo with those bytes, or None."""
    row = transaction.connection.execute("SELECT id FROM photos WHERE sha256 = ?", (sha256,)).fetchone()
    return int(row["id"]) if row else None


def put_photo(
    transaction: Transaction, path: str, size: int | None, mtime_ns: int | None, facts: dict[str, Any]
) -> int:
    """Record what was learnt of the file at `path`; returns the id of its photo.

    `facts` are columns of the photo row. Known bytes become one more file of their photo. Where the file was
    known with other bytes (edited in place, or failed before), its photo's row takes the new facts and keeps
    its id, and with it its place on every board.
    """
    connection = transaction.connection
    known = connection.execute("SELECT photo_id FROM files WHERE path = ?", (stored_path(path),)).fetchone()
    old = int(known["photo_id"]) if known else None
    same = find_by_hash(transaction, facts["sha256"]) if facts.get("sha256") else None
    photo_id = same
    if old is not None and facts.get("sha256") is None and get_photo_error(transaction, old) is None:
        return old  # it cannot be read just now: what is known of it stays
    if same is None:
        alone = old is not None and _file_count(connection, old) == 1
        photo_id = _write_facts(connection, old if alone else None, facts)
    elif facts["status"] == "ready":
        _write_facts(connection, same, facts)
    assert photo_id is not None
    _put_file(connection, path, photo_id, size, mtime_ns)
    if old is not None and old != photo_id and _file_count(connection, old) == 0:
        _replace_photo(connection, old, photo_id)
    transaction.touch(photos=[photo_id])
    return photo_id


def add_file(
    transaction: Transaction, path: str, size: int | None, mtime_ns: int | None, photo_id: int
) -> int:
    """Remember one more place of a photo's bytes; returns the photo's id."""
    connection = transaction.connection
    known = connection.execute("SELECT photo_id FROM files WHERE path = ?", (stored_path(path),)).fetchone()
    _put_file(connection, path, photo_id, size, mtime_ns)
    if known and known["photo_id"] != photo_id and _file_count(connection, known["photo_id"]) == 0:
        _replace_photo(connection, known["photo_id"], photo_id)
    transaction.touch(photos=[photo_id])
    return photo_id


def get_photo_error(transaction: Transaction, photo_id: int) -> str | None:
    """Why a photo failed, or None for one that can be shown."""
    row = transaction.connection.execute(
        "SELECT error FROM photos WHERE id = ? AND status = 'failed'", (photo_id,)
    ).fetchone()
    return str(row["error"]) if row else None


def add_to_project(transaction: Transaction, project_id: int, photo_id: int) -> bool:
    """Put a photo into a project, ungrouped and new; says whether it was not there yet."""
    cursor = transaction.connection.execute(
        "INSERT OR IGNORE INTO project_photos (project_id, photo_id, group_id, position, placed) VALUES (?1, ?2, NULL,"
        " (SELECT coalesce(max(position) + 1, 0) FROM project_photos WHERE project_id = ?1 AND group_id IS NULL), 'new')",
        (project_id, photo_id),
    )
    if cursor.rowcount:
        transaction.touch(boards=[project_id], projects=[project_id])
    return bool(cursor.rowcount)


def stored_path(path: str) -> str | bytes:
    """How a path is kept: as text, or as its raw bytes where its name is no valid UTF-8."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def shown_path(stored: str | bytes | None) -> str:
    """The path as Python spells it, from how it is kept."""
    return os.fsdecode(stored) if stored is not None else ""


def _write_facts(connection: sqlite3.Connection, photo_id: int | None, facts: dict[str, Any]) -> int:
    values = [facts.get(name) for name in FACTS]
    if photo_id is None:
        marks = ", ".join("?" * len(FACTS))
        cursor = connection.execute(f"INSERT INTO photos ({', '.join(FACTS)}) VALUES ({marks})", values)
        return int(cursor.lastrowid or 0)
    connection.execute("DELETE FROM embeddings WHERE photo_id = ?", (photo_id,))
    connection.execute(
        f"UPDATE photos SET {', '.join(f'{name} = ?' for name in FACTS)} WHERE id = ?", [*values, photo_id]
    )
    return photo_id


def _put_file(
    connection: sqlite3.Connection, path: str, photo_id: int, size: int | None, mtime_ns: int | None
) -> None:
    connection.execute(
        "INSERT INTO files (photo_id, path, size, mtime_ns, role) VALUES (?, ?, ?, ?, 'original')"
        " ON CONFLICT (path) DO UPDATE SET photo_id = excluded.photo_id, size = excluded.size, mtime_ns = excluded.mtime_ns",
        (photo_id, stored_path(path), size, mtime_ns),
    )


def _file_count(connection: sqlite3.Connection, photo_id: int) -> int:
    return int(connection.execute("SELECT count(*) FROM files WHERE photo_id = ?", (photo_id,)).fetchone()[0])


def _replace_photo(connection: sqlite3.Connection, old: int, new: int) -> None:
    """The last file of `old` now holds the bytes of `new`: `new` takes its places on the boards."""
    connection.execute("UPDATE OR IGNORE project_photos SET photo_id = ? WHERE photo_id = ?", (new, old))
    connection.execute("DELETE FROM project_photos WHERE photo_id = ?", (old,))
    connection.execute("DELETE FROM embeddings WHERE photo_id = ?", (old,))
    connection.execute("DELETE FROM photos WHERE id = ?", (old,))


def _photo(row: sqlite3.Row) -> Photo:
    values: dict[str, Any] = {name: row[name] for name in ("id", *FACTS)}
    return Photo(**values, path=shown_path(row["path"]))


def _file(row: sqlite3.Row) -> PhotoFile:
    return PhotoFile(**{**dict(row), "path": shown_path(row["path"])})


def _parts(items: Sequence[X]) -> Iterable[Sequence[X]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
