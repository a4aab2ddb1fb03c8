"""What is known of copies: fingerprints of pictures, pairs that were compared, pairs that the user wants kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.judgements import set_judgement
from pixsort_desktop.library.keywords import set_keyword
from pixsort_desktop.library.photos import shown_path
from pixsort_desktop.library.transaction import Row, Transaction
from pixsort_desktop.library.written import set_caption

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


@dataclass(frozen=True, slots=True)
class Takeover:
    """A photo that stays, and the copies whose part it takes. `keywords` and `caption` are what only their files say."""

    keeper_id: int
    copies: tuple[int, ...]
    keywords: tuple[str, ...] = ()
    caption: str = ""


def scope(library: Library, project_id: int | None) -> list[int]:
    """Ids of the readable photos of a project, or (None) of the library: of each frame its face. Photos that are in the
    trash are none of the library's."""
    if project_id is None:
        rows = library.rows(
            "SELECT id FROM photos WHERE status = 'ready' AND sha256 IS NOT NULL AND face_id IS NULL"
            " AND EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND role != 'missing') ORDER BY id"
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


def forget_kept(transaction: Transaction, table: str, ids: Sequence[int]) -> None:
    """What `keep_apart` said of these, taken back; remembered for undo."""
    ordered = sorted(set(ids))
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            transaction.delete(table, (one, other))


def show_again(transaction: Transaction, table: str, ids: Iterable[int]) -> int:
    """Forget whatever these are kept beside; remembered for undo. Answers how many pairs that were."""
    pairs = {
        (row["one"], row["other"])
        for each in ids
        for row in transaction.connection.execute(
            f"SELECT one, other FROM {table} WHERE ? IN (one, other)", (each,)
        ).fetchall()
    }
    for pair in sorted(pairs):
        transaction.delete(table, pair)
    return len(pairs)


def accepted_keywords(library: Library, photo_ids: Sequence[int]) -> dict[int, list[str]]:
    """Photo id -> its keywords, for those of the photos that have any."""
    found: dict[int, list[str]] = {}
    marks = ", ".join("?" * len(photo_ids))
    for row in library.rows(
        f"SELECT photo_id, word FROM keywords WHERE state = 'accepted' AND photo_id IN ({marks}) ORDER BY word",
        list(photo_ids),
    ):
        found.setdefault(row["photo_id"], []).append(row["word"])
    return found


def merge_words(transaction: Transaction, takeover: Takeover) -> None:
    """Give the keeper what was thought and said of its copies: judgement, keywords, caption; remembered for undo."""
    keeper_id, copies = takeover.keeper_id, takeover.copies
    _merge_judgements(transaction, keeper_id, copies)
    _merge_keywords(transaction, keeper_id, copies, takeover.keywords)
    _merge_captions(transaction, keeper_id, copies, takeover.caption)


def _merge_judgements(transaction: Transaction, keeper_id: int, others: Sequence[int]) -> None:
    rows = [transaction.row("judgements", (photo_id,)) or _NOTHING for photo_id in (keeper_id, *others)]
    merged: dict[str, Any] = {
        "rating": max(row["rating"] for row in rows),
        "flag": rows[0]["flag"] or ("pick" if any(row["flag"] == "pick" for row in rows) else None),
        "colour": next((row["colour"] for row in rows if row["colour"]), None),
    }
    if any(rows[0][name] != value for name, value in merged.items()):
        set_judgement(transaction, keeper_id, merged)


def _merge_keywords(
    transaction: Transaction, keeper_id: int, others: Sequence[int], in_files: Sequence[str]
) -> None:
    """What the user decided of the keeper itself stays; of a word that copies disagree in, the acceptance counts."""
    decided = {photo_id: _keywords(transaction, photo_id) for photo_id in (keeper_id, *others)}
    words = {word: state for photo_id in others for word, state in decided[photo_id].items()}
    words |= {word: "accepted" for i in others for word, state in decided[i].items() if state == "accepted"}
    words |= dict.fromkeys(in_files, "accepted")
    for word, state in words.items():
        if word not in decided[keeper_id]:
            set_keyword(transaction, keeper_id, word, state)


def _keywords(transaction: Transaction, photo_id: int) -> dict[str, str]:
    rows = transaction.connection.execute(
        "SELECT word, state FROM keywords WHERE photo_id = ? ORDER BY word", (photo_id,)
    )
    return {row["word"]: row["state"] for row in rows}


def _merge_captions(transaction: Transaction, keeper_id: int, others: Sequence[int], in_file: str) -> None:
    """The keeper's own caption stays; else the first that the user wrote for a copy; else, where no archive describes
    the keeper, what an archive or a file says of a copy. People and albums of archives are joined."""
    own, *written = (transaction.row("own_captions", (i,)) for i in (keeper_id, *others))
    told, *tales = (transaction.row("captions", (i,)) for i in (keeper_id, *others))
    first = next((row["caption"] for row in written if row), None)
    if own is None and first:
        set_caption(transaction, keeper_id, first)
    known = [row for row in tales if row]
    description = (told or {}).get("description") or next(
        (row["description"] for row in known if row["description"]), None
    )
    if own is None and not first and not description and in_file:
        set_caption(transaction, keeper_id, in_file)
    if known:
        merged = {
            "description": description,
            **{name: _joined([told, *known], name) for name in ("people", "albums")},
        }
        # Undo leaves an empty row: what is searched follows changes of these rows, and not their end.
        transaction.connection.execute("INSERT OR IGNORE INTO captions (photo_id) VALUES (?)", (keeper_id,))
        transaction.update("captions", (keeper_id,), merged)


def _joined(rows: Sequence[Row | None], name: str) -> str:
    """Lists of names, as JSON, as one."""
    names = [each for row in rows if row and row[name] for each in json.loads(row[name])]
    return json.dumps(list(dict.fromkeys(names)), ensure_ascii=False)
