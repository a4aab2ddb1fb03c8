"""What is known of copies: fingerprints of pictures, pairs that were compared, pairs that the user wants kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.judgements import set_judgement
from pixsort_desktop.library.photos import shown_path
from pixsort_desktop.library.transaction import Row, Transaction

Pair = tuple[int, int]
_NOTHING: Row = {"rating": 0, "flag": None, "colour": None}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Of a photo's bytes. `id` stays with the bytes; `hashes` as `vision.fingerprint` makes them."""

    id: int
    photo_id: int
    sha256: str
    hashes: bytes
    pixels: str | None  # SHA-256 of the decoded picture, where it was needed


@dataclass(frozen=True, slots=True)
class Copies:
    """A photo whose bytes were seen at several places: (file id, path), first seen first."""

    photo_id: int
    files: tuple[tuple[int, str], ...]


def scope(library: Library, project_id: int | None) -> list[int]:
    """Ids of the readable photos of a project, or (None) of the library: of each frame its face."""
    if project_id is None:
        rows = library.rows(
            "SELECT id FROM photos WHERE status = 'ready' AND sha256 IS NOT NULL AND face_id IS NULL"
            " AND EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id) ORDER BY id"
        )
    else:
        rows = library.rows(
            "SELECT id FROM photos JOIN project_photos ON photo_id = id"
            " WHERE project_id = ? AND status = 'ready' AND sha256 IS NOT NULL ORDER BY id",
            (project_id,),
        )
    return [row["id"] for row in rows]


def exact_copies(library: Library, photo_ids: Iterable[int]) -> list[Copies]:
    """Those of the photos, and of the companions in their frames, whose bytes lie in several files.

    Files that were missing when they were last looked for do not count.
    """
    wanted = set(photo_ids)
    found: dict[int, list[tuple[int, str]]] = {}
    for row in library.rows(
        "SELECT files.id, photo_id AS own_id, coalesce(face_id, photo_id) AS photo_id, path FROM files"
        " JOIN photos ON photos.id = photo_id WHERE role != 'missing' AND photo_id IN"
        " (SELECT photo_id FROM files WHERE role != 'missing' GROUP BY photo_id HAVING count(*) > 1) ORDER BY files.id"
    ):
        if row["photo_id"] in wanted:
            found.setdefault(row["own_id"], []).append((row["id"], shown_path(row["path"])))
    return [Copies(photo_id, tuple(files)) for photo_id, files in found.items()]


def fingerprints(library: Library, version: int) -> dict[int, Fingerprint]:
    """Photo id -> the fingerprint of its bytes, for all photos that have one of that version."""
    rows = library.rows(
        "SELECT fingerprints.id, photos.id AS photo_id, photos.sha256, hashes, pixels FROM fingerprints"
        " JOIN photos USING (sha256) WHERE version = ?",
        (version,),
    )
    return {row["photo_id"]: Fingerprint(**dict(row)) for row in rows}


def put_fingerprint(transaction: Transaction, sha256: str, version: int, hashes: bytes) -> None:
    """Keep the fingerprint of a picture. One of another version goes, and with it what it was compared with."""
    connection = transaction.connection
    for row in connection.execute("SELECT id FROM fingerprints WHERE sha256 = ?", (sha256,)).fetchall():
        connection.execute("DELETE FROM comparisons WHERE ?1 IN (one, other)", (row["id"],))
        connection.execute("DELETE FROM fingerprints WHERE id = ?", (row["id"],))
    connection.execute(
        "INSERT INTO fingerprints (sha256, version, hashes) VALUES (?, ?, ?)", (sha256, version, hashes)
    )


def put_pixels(transaction: Transaction, fingerprint_id: int, digest: str) -> None:
    """Keep the hash of the decoded picture."""
    transaction.connection.execute(
        "UPDATE fingerprints SET pixels = ? WHERE id = ?", (digest, fingerprint_id)
    )


def comparisons(library: Library, version: int) -> dict[Pair, float]:
    """Fingerprint ids (one < other) -> closeness, for every pair that was compared; 0 for no copies."""
    rows = library.rows("SELECT one, other, closeness FROM comparisons WHERE version = ?", (version,))
    return {(row["one"], row["other"]): row["closeness"] for row in rows}


def put_comparisons(transaction: Transaction, version: int, found: Sequence[tuple[int, int, float]]) -> None:
    """Keep what pairs of fingerprints (one < other) turned out to be."""
    transaction.connection.executemany(
        "INSERT OR REPLACE INTO comparisons (one, other, version, closeness) VALUES (?, ?, ?, ?)",
        [(one, other, version, closeness) for one, other, closeness in found],
    )


def kept_apart(library: Library, table: str) -> set[Pair]:
    """Pairs of ids that the user wants kept: of 'kept_photos' or of 'kept_files'."""
    return {(row["one"], row["other"]) for row in library.rows(f"SELECT one, other FROM {table}")}


def keep_apart(transaction: Transaction, table: str, ids: Sequence[int]) -> None:
    """Never show these together as duplicates again: every pair of them; remembered for undo."""
    ordered = sorted(set(ids))
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if transaction.row(table, (one, other)) is None:
                transaction.insert(table, {"one": one, "other": other})


def embedding_rows(library: Library, embedding_id: str) -> dict[int, bytes]:
    """Photo id -> its vector (little-endian float32) of that embedding."""
    rows = library.rows("SELECT photo_id, vector FROM embeddings WHERE embedding_id = ?", (embedding_id,))
    return {row["photo_id"]: row["vector"] for row in rows}


def merge_copies(transaction: Transaction, keeper_id: int, photo_ids: Iterable[int]) -> None:
    """Give a photo the judgements and places of its copies, remembered for undo; see `commands.duplicates`.

    Raises `NotFoundError` where a photo is gone.
    """
    others = [photo_id for photo_id in dict.fromkeys(photo_ids) if photo_id != keeper_id]
    for photo_id in (keeper_id, *others):
        if not transaction.connection.execute("SELECT 1 FROM photos WHERE id = ?", (photo_id,)).fetchone():
            raise NotFoundError("A photo is not in the library any more.")
    _merge_judgements(transaction, keeper_id, others)
    for photo_id in others:
        _merge_places(transaction, keeper_id, photo_id)


def _merge_judgements(transaction: Transaction, keeper_id: int, others: Sequence[int]) -> None:
    rows = [transaction.row("judgements", (photo_id,)) or _NOTHING for photo_id in (keeper_id, *others)]
    merged: dict[str, Any] = {
        "rating": max(row["rating"] for row in rows),
        "flag": rows[0]["flag"] or ("pick" if any(row["flag"] == "pick" for row in rows) else None),
        "colour": next((row["colour"] for row in rows if row["colour"]), None),
    }
    if any(rows[0][name] != value for name, value in merged.items()):
        set_judgement(transaction, keeper_id, merged)


def _merge_places(transaction: Transaction, keeper_id: int, photo_id: int) -> None:
    """The keeper goes wherever the copy stands, unless it has a place there."""
    for row in transaction.connection.execute(
        "SELECT * FROM project_photos WHERE photo_id = ?", (photo_id,)
    ).fetchall():
        place = {name: row[name] for name in ("group_id", "position", "placed")}
        own = transaction.row("project_photos", (row["project_id"], keeper_id))
        if own is None:
            key = {"project_id": row["project_id"], "photo_id": keeper_id}
            transaction.insert("project_photos", {**key, **place})
        elif own["group_id"] is None and place["group_id"] is not None:
            transaction.update("project_photos", (row["project_id"], keeper_id), place)
