"""Photos, their files, and which projects hold them.

A photo is its bytes: the same SHA-256 at two paths is one photo with two files. A file that cannot be read or
decoded is a photo row of status 'failed' with the reason, so that it is seen and can be tried again.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from pixsort_desktop.library.captions import fill_from_caption
from pixsort_desktop.library.clocks import SHIFT_JOIN, SHIFT_OF, SHIFTED_TIME
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import STEP
from pixsort_desktop.library.left_boards import return_to_board
from pixsort_desktop.library.records import Companion, Photo, PhotoFile, PhotoPlace
from pixsort_desktop.library.transaction import Transaction

JUDGEMENT = ("rating", "flag", "colour")
CAPTION = ("description", "archive_people", "albums")
FACTS = tuple(
    f.name
    for f in fields(Photo)
    if f.name not in ("id", "path", "clock_shift_s", "companions", *JUDGEMENT, *CAPTION)
)
SEEN_BY_MODELS = ("embeddings", "suggested_tags", "tagged", "model_captions")
_PATH = "(SELECT path FROM files WHERE photo_id = photos.id ORDER BY role = 'missing', id LIMIT 1) AS path"
_FILE = "files.id, photo_id, path, size, mtime_ns, role"
_FIELDS = tuple(f.name for f in fields(Photo))
_PATH_AT = _FIELDS.index("path")
_COMPANIONS_AT = _FIELDS.index("companions")
_LISTS_AT = (_FIELDS.index("archive_people"), _FIELDS.index("albums"))
_ELSEWHERE = {
    "path": _PATH,
    "rating": "coalesce(rating, 0) AS rating",
    "flag": "flag",
    "colour": "colour",
    "clock_shift_s": "coalesce(clock_shifts.seconds, 0.0) AS clock_shift_s",
    "description": "captions.description",
    "archive_people": "captions.people AS archive_people",
    "albums": "captions.albums",
    # Paths as hexadecimal bytes: they may hold anything, and need not be valid UTF-8.
    "companions": "(SELECT group_concat(other.id || ':' || hex(coalesce(other.format, '')) || ':' || hex(path), ' ')"
    " FROM photos other JOIN files ON files.photo_id = other.id WHERE other.face_id = photos.id AND role != 'missing')",
}
_FROM = (
    "FROM photos LEFT JOIN judgements ON judgements.photo_id = photos.id"
    " LEFT JOIN captions ON captions.photo_id = photos.id "
)
# Projects hold faces: a companion's files are those of its face (frames.py).
_FILES_OF_PROJECT = (
    "FROM project_photos JOIN photos ON photos.id = project_photos.photo_id OR photos.face_id = project_photos.photo_id"
    " JOIN files ON files.photo_id = photos.id WHERE project_id = ?"
)
X = TypeVar("X")
_CHUNK = 500  # ids in one IN (…)


def _select() -> str:
    """The columns of a photo in the order of the record's fields: looked up by name, 30,000 rows take a second more."""
    return f"SELECT {', '.join(_ELSEWHERE.get(name, f'photos.{name}') for name in _FIELDS)} {_FROM}"


def project_photos(library: Library, project_id: int) -> list[Photo]:
    """All photos of a project, failed ones included, by capture time (unknown last), then path.

    The times are those of the project: with the shifts of its cameras' clocks.
    """
    rows = library.rows(
        f"{_select()} JOIN project_photos ON project_photos.photo_id = photos.id{SHIFT_JOIN}"
        f" WHERE project_photos.project_id = ?"
        f" ORDER BY photos.taken_seconds IS NULL, {SHIFTED_TIME}, path, photos.id",
        (project_id,),
    )
    return [_photo(row) for row in rows]


def newest_photo(library: Library) -> int:
    """The highest id of a photo so far; what comes in later has a higher one."""
    rows = library.rows("SELECT seq FROM sqlite_sequence WHERE name = 'photos'")
    return int(rows[0]["seq"]) if rows else 0


def get_photos(library: Library, ids: Iterable[int], project_id: int | None = None) -> list[Photo]:
    """The photos with those ids, in that order; ids that are gone are left out.

    With the clock shifts of their cameras in a project, where one is given.
    """
    wanted = list(ids)
    found: dict[int, Photo] = {}
    query = _select() + SHIFT_OF.format(project="?")
    for part in _parts(wanted):
        marks = ", ".join("?" * len(part))
        found |= {
            row["id"]: _photo(row)
            for row in library.rows(f"{query} WHERE photos.id IN ({marks})", (project_id, *part))
        }
    return [found[i] for i in wanted if i in found]


def photo_files(library: Library, photo_id: int) -> list[PhotoFile]:
    """Every place where a photo's bytes were seen, first seen first, missing files last."""
    return [
        _file(row)
        for row in library.rows(
            f"SELECT {_FILE} FROM files WHERE photo_id = ? ORDER BY role = 'missing', id", (photo_id,)
        )
    ]


def project_files(library: Library, project_id: int) -> dict[int, list[str]]:
    """Photo id -> all its paths, its companions' last, for every photo of a project."""
    paths: dict[int, list[str]] = {}
    for row in library.rows(
        f"SELECT project_photos.photo_id, path {_FILES_OF_PROJECT}"
        " ORDER BY face_id IS NOT NULL, role = 'missing', files.id",
        (project_id,),
    ):
        paths.setdefault(row["photo_id"], []).append(shown_path(row["path"]))
    return paths


def project_places(library: Library, project_id: int) -> list[PhotoPlace]:
    """Every place of every photo of a project, files that were missing when last looked for included.

    A companion's places name the companion: its bytes are looked for and found by themselves.
    """
    rows = library.rows(
        f"SELECT files.id, role, files.photo_id, path, size, sha256 {_FILES_OF_PROJECT} ORDER BY files.id",
        (project_id,),
    )
    return [
        PhotoPlace(
            row["id"], row["role"], row["photo_id"], shown_path(row["path"]), row["size"], row["sha256"]
        )
        for row in rows
    ]


def settle_roles(library: Library, places: Sequence[PhotoPlace], absent: Container[str]) -> None:
    """After a look at the disk: what is shown of a photo with several files is one that is there."""
    here = {place.photo_id for place in places if place.path not in absent}
    roles: list[tuple[str, int]] = []
    changed: set[int] = set()
    for place in places:
        role = "missing" if place.path in absent else "original"
        if place.photo_id in here and role != place.role:
            roles.append((role, place.file_id))
            changed.add(place.photo_id)
    if not roles:
        return

    def settle(transaction: Transaction) -> None:
        transaction.connection.executemany("UPDATE files SET role = ? WHERE id = ?", roles)
        transaction.touch(photos=changed)

    library.write(settle)


def known_states(library: Library, project_id: int) -> dict[str, tuple[int, int]]:
    """Path -> (size, mtime_ns) of every file of a project's readable photos, as it was when it was imported."""
    rows = library.rows(
        f"SELECT path, size, mtime_ns {_FILES_OF_PROJECT} AND status = 'ready' AND role != 'missing'",
        (project_id,),
    )
    return {shown_path(row["path"]): (row["size"], row["mtime_ns"]) for row in rows}


def photos_at(library: Library, paths: Iterable[str]) -> dict[str, int]:
    """Path -> photo id, for those of the paths that the library knows; of a companion's, its face."""
    found: dict[str, int] = {}
    for part in _parts([stored_path(path) for path in paths]):
        marks = ", ".join("?" * len(part))
        for row in library.rows(
            "SELECT path, coalesce(face_id, photos.id) AS face FROM files JOIN photos ON photos.id = photo_id"
            f" WHERE path IN ({marks})",
            part,
        ):
            found[shown_path(row["path"])] = row["face"]
    return found


def finished_files(
    library: Library, paths: Iterable[str], embedding_id: str
) -> dict[str, tuple[PhotoFile, str]]:
    """Path -> (its file row, SHA-256), for those of the paths whose photo is readable and has that embedding."""
    found: dict[str, tuple[PhotoFile, str]] = {}
    for part in _parts([stored_path(path) for path in paths]):
        marks = ", ".join("?" * len(part))
        for row in library.rows(
            f"SELECT {_FILE}, sha256 FROM files JOIN photos ON photos.id = photo_id"
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
            "SELECT 1 FROM photos JOIN embeddings ON photo_id = photos.id WHERE photos.id IN"
            " (SELECT id FROM photos WHERE sha256 = ?1 UNION SELECT photo_id FROM former_bytes WHERE sha256 = ?1)"
            " AND status = 'ready' AND embedding_id = ?2",
            (sha256, embedding_id),
        )
    )


def find_by_hash(transaction: Transaction, sha256: str) -> int | None:
    """The id of the photo with those bytes, or that had them before its metadata were written; or None."""
    row = transaction.connection.execute(
        "SELECT id FROM photos WHERE sha256 = ?1 UNION ALL SELECT photo_id FROM former_bytes WHERE sha256 = ?1",
        (sha256,),
    ).fetchone()
    return int(row["id"]) if row else None


def put_photo(
    transaction: Transaction,
    path: str,
    size: int | None,
    mtime_ns: int | None,
    facts: dict[str, Any],
) -> int:
    """Record what was learnt of the file at `path`; returns the id of its photo.

    `facts` are columns of the photo row. Known bytes become one more file of their photo; new bytes a new photo.
    Where the path held another photo before, `replaced.settle_replaced` decides at the end of the import what becomes of
    that: only then is it known whether its bytes were met elsewhere.
    """
    connection = transaction.connection
    old = _photo_at(connection, path)
    failed = facts["status"] == "failed"
    same = find_by_hash(transaction, facts["sha256"]) if facts.get("sha256") else None
    if old is not None and failed:
        if get_photo_error(transaction, old) is not None and same in (None, old):
            same = old  # it failed before: the row stays, with today's reason
        elif facts.get("sha256") is None:
            return old  # it cannot be read just now: what is known of it stays
    if same is not None and not _has_now(connection, same, facts):
        return add_file(transaction, path, size, mtime_ns, same)  # a copy from before metadata were written
    if same is None or not (failed and get_photo_error(transaction, same) is None):
        same = write_facts(connection, same, facts)
    return add_file(transaction, path, size, mtime_ns, same)


def add_file(
    transaction: Transaction,
    path: str,
    size: int | None,
    mtime_ns: int | None,
    photo_id: int,
) -> int:
    """Remember a place of a photo's bytes; returns the photo's id."""
    old = _photo_at(transaction.connection, path)
    transaction.connection.execute(
        "INSERT INTO files (photo_id, path, size, mtime_ns, role) VALUES (?1, ?2, ?3, ?4, 'original')"
        " ON CONFLICT (path) DO UPDATE SET photo_id = ?1, size = ?3, mtime_ns = ?4, role = 'original',"
        " previous_photo_id = coalesce(previous_photo_id, ?5)",
        (photo_id, stored_path(path), size, mtime_ns, old if old != photo_id else None),
    )
    transaction.touch(photos=[photo_id])
    return photo_id


def note_missing(transaction: Transaction, photo_ids: Iterable[int], exists: Callable[[str], bool]) -> None:
    """Of photos with several files, mark those files that have gone: what is shown is a file that is there."""
    for photo_id in photo_ids:
        rows = transaction.connection.execute(
            "SELECT id, path FROM files WHERE photo_id = ?", (photo_id,)
        ).fetchall()
        if len(rows) < 2:
            continue
        gone = [row["id"] for row in rows if not exists(shown_path(row["path"]))]
        if len(gone) < len(rows):
            transaction.connection.executemany(
                "UPDATE files SET role = 'missing' WHERE id = ?", [(i,) for i in gone]
            )


def get_photo_error(transaction: Transaction, photo_id: int) -> str | None:
    """Why a photo failed, or None for one that can be shown."""
    row = transaction.connection.execute(
        "SELECT error FROM photos WHERE id = ? AND status = 'failed'", (photo_id,)
    ).fetchone()
    return str(row["error"]) if row else None


def add_to_project(transaction: Transaction, project_id: int, photo_id: int) -> bool:
    """Put a photo into a project, ungrouped and new; says whether it was not there yet. A companion's face, for it.

    One whose files went to the trash, and are back, stands where it stood (`left_boards`).
    """
    cursor = transaction.connection.execute(
        "INSERT OR IGNORE INTO project_photos (project_id, photo_id, group_id, position, placed)"
        " VALUES (?1, (SELECT coalesce(face_id, id) FROM photos WHERE id = ?2), NULL,"
        f" (SELECT coalesce(max(position) + {STEP}, 0) FROM project_photos WHERE project_id = ?1 AND group_id IS NULL), 'new')",
        (project_id, photo_id),
    )
    if cursor.rowcount:
        return_to_board(transaction, project_id, photo_id)
        transaction.touch(boards=[project_id], projects=[project_id])
    return bool(cursor.rowcount)


def follow_face(transaction: Transaction, companion: int) -> None:
    """Take a companion out of its projects, and put its face there in its place where it is not there yet."""
    connection = transaction.connection
    row = connection.execute("SELECT face_id FROM photos WHERE id = ?", (companion,)).fetchone()
    if row is None or row["face_id"] is None:
        return
    places = connection.execute("SELECT project_id FROM project_photos WHERE photo_id = ?", (companion,))
    boards = [place["project_id"] for place in places]
    connection.execute(
        "UPDATE OR IGNORE project_photos SET photo_id = ? WHERE photo_id = ?", (row["face_id"], companion)
    )
    connection.execute("DELETE FROM project_photos WHERE photo_id = ?", (companion,))
    transaction.touch(boards=boards, projects=boards)


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


def write_facts(connection: sqlite3.Connection, photo_id: int | None, facts: dict[str, Any]) -> int:
    """Set every fact of a photo, of a new one where there is none yet; returns its id. Its embeddings go."""
    values = [facts.get(name) for name in FACTS]
    if photo_id is None:
        marks = ", ".join("?" * len(FACTS))
        cursor = connection.execute(f"INSERT INTO photos ({', '.join(FACTS)}) VALUES ({marks})", values)
        return int(cursor.lastrowid or 0)
    for table in SEEN_BY_MODELS:  # the same bytes look the same to models, whose work costs something
        connection.execute(
            f"DELETE FROM {table} WHERE photo_id = ?1 AND (SELECT sha256 FROM photos WHERE id = ?1) IS NOT ?2",
            (photo_id, facts.get("sha256")),
        )
    connection.execute(
        f"UPDATE photos SET {', '.join(f'{name} = ?' for name in FACTS)} WHERE id = ?", [*values, photo_id]
    )
    fill_from_caption(connection, photo_id)
    return photo_id


def _has_now(connection: sqlite3.Connection, photo_id: int, facts: dict[str, Any]) -> bool:
    """Whether these are a photo's bytes of today, or it was never read; not those of a former time."""
    former = connection.execute(
        "SELECT 1 FROM former_bytes WHERE sha256 = ? AND photo_id = ?", (facts.get("sha256"), photo_id)
    ).fetchone()
    return former is None


def _photo_at(connection: sqlite3.Connection, path: str) -> int | None:
    row = connection.execute("SELECT photo_id FROM files WHERE path = ?", (stored_path(path),)).fetchone()
    return int(row["photo_id"]) if row else None


def _photo(row: sqlite3.Row) -> Photo:
    values = list(row)
    if values[_COMPANIONS_AT]:
        values[_COMPANIONS_AT] = tuple(map(_companion, values[_COMPANIONS_AT].split()))
    else:
        values[_COMPANIONS_AT] = ()
    values[_PATH_AT] = shown_path(values[_PATH_AT])
    for at in _LISTS_AT:
        values[at] = tuple(json.loads(values[at])) if values[at] else ()
    return Photo(*values)


def _companion(told: str) -> Companion:
    photo_id, format_, path = told.split(":")
    return Companion(int(photo_id), os.fsdecode(bytes.fromhex(path)), bytes.fromhex(format_).decode() or None)


def _file(row: sqlite3.Row) -> PhotoFile:
    return PhotoFile(**{**dict(row), "path": shown_path(row["path"])})


def _parts(items: Sequence[X]) -> Iterable[Sequence[X]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
