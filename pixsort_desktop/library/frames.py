"""Photos of several files: a face, which stands on boards and is judged, and its companions.

Every file's bytes have a row of `photos`. A companion's names its face (`face_id`) and is in no project itself: it goes
wherever its face goes. So whatever asks for a project's photos gets faces, and who acts on files asks `frame_files`.

Two things hold after every transaction: a face is nobody's companion, and a companion stands in no project.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import add_to_project, follow_face, get_photos, shown_path, stored_path
from pixsort_desktop.library.records import Photo, PhotoFile
from pixsort_desktop.library.transaction import Transaction

_CHUNK = 500
_PLACED = ("new", "automatic", "kept", "hand")  # the later, the more it is the user's


# -- asking ------------------------------------------------------------------------------------------------------


def frame_files(library: Library, photo_ids: Iterable[int]) -> dict[int, list[PhotoFile]]:
    """Photo id -> every file of that frame: the face's own first, then those of its companions.

    `photo_ids` are faces, as projects hold them. Each file names the row that has its bytes (`photo_id`); of one row,
    files that were missing when last looked for come last. A photo without any file has an empty list.
    """
    wanted = list(dict.fromkeys(photo_ids))
    found: dict[int, list[PhotoFile]] = {photo_id: [] for photo_id in wanted}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        rows = library.rows(
            "SELECT coalesce(face_id, photos.id) AS face, files.id, photo_id, path, size, mtime_ns, role"
            " FROM photos JOIN files ON files.photo_id = photos.id"
            f" WHERE photos.id IN ({marks}) OR face_id IN ({marks})"
            " ORDER BY face_id IS NOT NULL, photos.id, role = 'missing', files.id",
            [*part, *part],
        )
        for row in rows:
            face, file_id, photo_id, path, size, mtime_ns, role = row
            if face in found:
                found[face].append(PhotoFile(file_id, photo_id, shown_path(path), size, mtime_ns, role))
    return found


def faces(library: Library, photo_ids: Sequence[int]) -> dict[int, int]:
    """Photo id -> its face, or itself; photos that are gone are left out."""
    marks = ", ".join("?" * len(photo_ids))
    rows = library.rows(
        f"SELECT id, coalesce(face_id, id) AS face FROM photos WHERE id IN ({marks})", list(photo_ids)
    )
    return {row["id"]: row["face"] for row in rows}


def companions_of_project(library: Library, project_id: int) -> dict[int, list[Photo]]:
    """Face id -> its companions with their own facts, for every frame of a project that has any."""
    rows = library.rows(
        "SELECT photos.id, face_id FROM photos JOIN project_photos ON project_photos.photo_id = face_id"
        " WHERE face_id IS NOT NULL AND project_id = ? ORDER BY photos.id",
        (project_id,),
    )
    face_of = {row["id"]: row["face_id"] for row in rows}
    found: dict[int, list[Photo]] = {}
    for photo in get_photos(library, face_of, project_id):
        found.setdefault(face_of[photo.id], []).append(photo)
    return found


def face_of(connection: sqlite3.Connection, photo_id: int) -> int:
    """The photo that stands for this one: its face, or itself."""
    row = connection.execute("SELECT coalesce(face_id, id) FROM photos WHERE id = ?", (photo_id,)).fetchone()
    return int(row[0])


def companions(connection: sqlite3.Connection, face_id: int) -> list[int]:
    """Ids of the companions of a photo, first known first."""
    rows = connection.execute("SELECT id FROM photos WHERE face_id = ? ORDER BY id", (face_id,))
    return [row["id"] for row in rows]


def frames_with(connection: sqlite3.Connection, photo_ids: Collection[int]) -> list[int]:
    """The faces of the frames of several files that any of these photos belong to."""
    found: set[int] = set()
    wanted = sorted(photo_ids)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        rows = connection.execute(
            f"SELECT face_id FROM photos WHERE face_id IN ({marks}) OR (id IN ({marks}) AND face_id IS NOT NULL)",
            [*part, *part],
        )
        found |= {row["face_id"] for row in rows}
    return sorted(found)


def note_gone(transaction: Transaction, photo_id: int) -> None:
    """Remember that no file of a photo is where it was: it shows no frame until one is found again."""
    transaction.connection.execute("UPDATE files SET role = 'missing' WHERE photo_id = ?", (photo_id,))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A readable file that may be part of a frame, with what the rule asks of it (`photo.frames.KnownFile`)."""

    path: str
    photo_id: int
    face_id: int  # its own id, for a face
    taken_at: str | None
    taken_s: float | None
    taken_from: str | None
    make: str | None
    model: str | None
    serial: str | None
    whole: bool
    pixels: int


_CANDIDATE = (
    "SELECT path, photos.id, coalesce(face_id, photos.id), taken_at, taken_seconds,"
    " taken_from, make, model, serial, error IS NULL, coalesce(width * height, 0)"
    " FROM files JOIN photos ON photos.id = files.photo_id WHERE "
)


def candidates(connection: sqlite3.Connection, paths: Collection[str]) -> list[Candidate]:
    """Those of the files at these paths that may be joined: readable, there when last looked for, never split off by
    the user, and not in the middle of becoming another photo."""
    free = "status = 'ready' AND NOT apart AND role != 'missing' AND previous_photo_id IS NULL"
    return _candidates(connection, f"{free} AND path", [stored_path(path) for path in paths])


def candidates_of(connection: sqlite3.Connection, photo_ids: Sequence[int]) -> list[Candidate]:
    """The same for every file of these photos, whatever became of it."""
    return _candidates(connection, "files.photo_id", photo_ids)


def _candidates(connection: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[Candidate]:
    found: list[Candidate] = []
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
        for row in connection.execute(f"{_CANDIDATE}{where} IN ({', '.join('?' * len(part))})", part):
            values_of = dict(zip(Candidate.__slots__, row, strict=True))
            found.append(
                Candidate(**{**values_of, "path": shown_path(row[0]), "whole": bool(values_of["whole"])})
            )
    return found


def paths_in(connection: sqlite3.Connection, folder: str, separator: str) -> list[str]:
    """Every known path under a folder, also in folders inside it."""
    first, last = folder.rstrip(separator) + separator, folder.rstrip(separator) + chr(ord(separator) + 1)
    rows = connection.execute("SELECT path FROM files WHERE path > ? AND path < ?", (first, last)).fetchall()
    raw = [text.encode("utf-8", "surrogateescape") for text in (first, last)]  # names that are no valid UTF-8
    rows += connection.execute("SELECT path FROM files WHERE path > ? AND path < ?", raw).fetchall()
    return [shown_path(row["path"]) for row in rows]


# -- joining what an import has found ------------------------------------------------------------------------------


def join(transaction: Transaction, ids: Collection[int], face: int, fresh: Container[int]) -> list[int]:
    """Make one frame of photos, shown by `face`, unless that would overrule what the user has decided.

    The id that stands on boards and in the history stays, and gets the bytes of the face: whatever was moved, judged
    or can be undone is then about the frame. `fresh` are ids that came in only now, of which the user has decided
    nothing. Answers the ids that are companions from now on, or nothing where all stays as it is.
    """
    connection = transaction.connection
    roots = {face_of(connection, photo_id) for photo_id in ids}
    old = sorted(root for root in roots if root not in fresh)
    if len(roots) < 2 or not _agree(connection, old):
        return []
    keep = min(
        old or roots, key=lambda root: (*(_weight(connection, root) if old else ()), root != face, root)
    )
    members = {*roots, *(each for root in roots for each in companions(connection, root))}
    news = sorted(roots - set(old), key=lambda root: root != face)
    _merge_judgements(connection, keep, old) or _merge_judgements(connection, keep, news)
    if face != keep:
        exchange(connection, face, keep)
    gone = sorted(members - {keep})
    connection.executemany("UPDATE photos SET face_id = ? WHERE id = ?", [(keep, each) for each in gone])
    for each in sorted(roots - {keep}):
        _take_place(transaction, keep, each)
    boards = [
        r[0] for r in connection.execute("SELECT project_id FROM project_photos WHERE photo_id = ?", (keep,))
    ]
    transaction.touch(photos=members, boards=boards, projects=boards)
    return sorted(roots - {keep})


def exchange(connection: sqlite3.Connection, one: int, other: int) -> None:
    """Let two photos change ids: files, facts and everything that belongs to their bytes. Places, judgements and
    history belong to the ids, and so does who is whose companion."""
    columns = [row["name"] for row in connection.execute("PRAGMA table_info(photos)")]
    names = [name for name in columns if name not in ("id", "face_id")]
    rows = {
        row["id"]: [row[name] for name in names]
        for row in connection.execute("SELECT * FROM photos WHERE id IN (?, ?)", (one, other)).fetchall()
    }
    connection.execute("UPDATE photos SET sha256 = NULL WHERE id = ?", (one,))
    for to, of in ((other, one), (one, other)):
        assignments = ", ".join(f"{name} = ?" for name in names)
        connection.execute(f"UPDATE photos SET {assignments} WHERE id = ?", [*rows[of], to])
    swap = {"one": one, "other": other}
    for table, column in (
        ("files", "photo_id"),
        ("files", "previous_photo_id"),
        ("former_bytes", "photo_id"),
    ):
        connection.execute(
            f"UPDATE {table} SET {column} = CASE {column} WHEN :one THEN :other ELSE :one END"
            f" WHERE {column} IN (:one, :other)",
            swap,
        )
    for table in ("embeddings", "captions"):  # a row a photo: one must be out of the other's way
        kept = connection.execute(f"SELECT * FROM {table} WHERE photo_id IN (:one, :other)", swap).fetchall()
        connection.execute(f"DELETE FROM {table} WHERE photo_id IN (:one, :other)", swap)
        for row in kept:
            values = {**dict(row), "photo_id": other if row["photo_id"] == one else one}
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", values)


def settle_companions(transaction: Transaction) -> None:
    """Let companions that an undo brought back to a board make room for their face."""
    rows = transaction.connection.execute(
        "SELECT DISTINCT photos.id FROM photos JOIN project_photos ON photo_id = photos.id WHERE face_id IS NOT NULL"
    ).fetchall()
    for row in rows:
        follow_face(transaction, row["id"])


def unreadable_companions(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """(companion, face) of every companion that could not be read when it was read last."""
    rows = connection.execute(
        "SELECT id, face_id FROM photos WHERE face_id IS NOT NULL AND status = 'failed'"
    )
    return [(row["id"], row["face_id"]) for row in rows]


def unreadable_faces(connection: sqlite3.Connection) -> dict[int, list[str]]:
    """Faces that could not be read -> a path of each companion that could."""
    rows = connection.execute(
        "SELECT photos.face_id, path FROM photos JOIN photos face ON face.id = photos.face_id"
        " JOIN files ON files.photo_id = photos.id WHERE face.status = 'failed' AND photos.status = 'ready'"
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["face_id"], []).append(shown_path(row["path"]))
    return found


def stand_alone(transaction: Transaction, companion: int, face: int) -> None:
    """Make a companion a photo of its own in every project of its face."""
    connection = transaction.connection
    connection.execute("UPDATE photos SET face_id = NULL WHERE id = ?", (companion,))
    rows = connection.execute("SELECT project_id FROM project_photos WHERE photo_id = ?", (face,)).fetchall()
    for row in rows:
        add_to_project(transaction, row["project_id"], companion)
    transaction.touch(photos=[companion, face])


def _places(connection: sqlite3.Connection, photo_id: int) -> list[sqlite3.Row]:
    """Where a photo stands, and how `firmly`: in a locked column as if it had been put there by hand."""
    return connection.execute(
        "SELECT project_photos.*, CASE WHEN locked THEN 'hand' ELSE placed END AS firmly"
        " FROM project_photos LEFT JOIN groups ON groups.id = group_id WHERE photo_id = ?",
        (photo_id,),
    ).fetchall()


def _judgement(connection: sqlite3.Connection, photo_id: int) -> dict[str, Any] | None:
    row = connection.execute(
        "SELECT rating, flag, colour FROM judgements WHERE photo_id = ?", (photo_id,)
    ).fetchone()
    return dict(row) if row else None


def _agree(connection: sqlite3.Connection, ids: Sequence[int]) -> bool:
    """Whether the user has judged these photos alike and put none of them by hand into another column, or locked it there."""
    said: dict[str, Any] = {}
    columns: dict[int, int | None] = {}
    for photo_id in ids:
        for name, value in (_judgement(connection, photo_id) or {}).items():
            if value and said.setdefault(name, value) != value:
                return False
        for row in _places(connection, photo_id):
            if (
                row["firmly"] == "hand"
                and columns.setdefault(row["project_id"], row["group_id"]) != row["group_id"]
            ):
                return False
    return True


def _weight(connection: sqlite3.Connection, photo_id: int) -> tuple[int, bool]:
    """How much has been decided about a photo; the smallest most."""
    placed = max((_PLACED.index(row["firmly"]) for row in _places(connection, photo_id)), default=-1)
    return -placed, _judgement(connection, photo_id) is None


def _merge_judgements(connection: sqlite3.Connection, keep: int, ids: Sequence[int]) -> bool:
    """Give `keep` what is thought of any of the photos, its own first; says whether one is judged."""
    first = sorted(ids, key=lambda each: each != keep)
    rows = [row for each in first if (row := _judgement(connection, each)) is not None]
    if rows:
        values = [
            next((row[name] for row in rows if row[name]), rows[0][name])
            for name in ("rating", "flag", "colour")
        ]
        connection.execute(
            "INSERT OR REPLACE INTO judgements (photo_id, rating, flag, colour) VALUES (?, ?, ?, ?)",
            (keep, *values),
        )
    return bool(rows)


def _take_place(transaction: Transaction, keep: int, gone: int) -> None:
    """Put `keep` where `gone` stands: in projects that it is not in, and in columns where `gone` was put on purpose."""
    connection = transaction.connection
    mine = {row["project_id"]: row for row in _places(connection, keep)}
    left: set[int | None] = set()
    for row in _places(connection, gone):
        project_id, here = row["project_id"], mine.get(row["project_id"])
        if here is not None and _PLACED.index(row["firmly"]) > _PLACED.index(here["firmly"]):
            connection.execute(
                "UPDATE project_photos SET group_id = ?, position = ?, placed = ? WHERE project_id = ? AND photo_id = ?",
                (row["group_id"], row["position"], row["placed"], project_id, keep),
            )
        left |= {row["group_id"], here["group_id"] if here is not None else None}
    follow_face(transaction, gone)
    connection.executemany(
        "DELETE FROM groups WHERE id = ?1 AND origin = 'automatic' AND NOT locked"
        " AND NOT EXISTS (SELECT 1 FROM project_photos WHERE group_id = ?1)",
        [(group_id,) for group_id in left - {None}],
    )
