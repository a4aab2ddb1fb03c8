"""Captions of photos: by models, one for each, and by the user, which wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.transaction import Transaction

LONGEST_CAPTION = 10_000


@dataclass(frozen=True, slots=True)
class WrittenCaption:
    """What a photo's caption is, and whose: 'user', 'archive' (what it came from says so), or a model's id."""

    text: str
    source: str


def clean_caption(text: str) -> str:
    """Without blanks around it and without what no text can hold; lines stay."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8").strip()


def set_caption(transaction: Transaction, photo_id: int, text: str) -> None:
    """The user's own caption, remembered for undo; none where it is empty."""
    if not text:
        transaction.delete("own_captions", (photo_id,))
    elif transaction.row("own_captions", (photo_id,)) is None:
        transaction.insert("own_captions", {"photo_id": photo_id, "caption": text})
    else:
        transaction.update("own_captions", (photo_id,), {"caption": text})


def put_model_caption(transaction: Transaction, photo_id: int, model_id: str, caption: str) -> None:
    """Keep what a model wrote, in place of what it wrote before."""
    transaction.connection.execute(
        "INSERT INTO model_captions (photo_id, embedding_id, caption) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (photo_id, embedding_id) DO UPDATE SET caption = ?3",
        (photo_id, model_id, caption),
    )
    transaction.touch(photos=[photo_id])


def without_caption(library: Library, project_id: int, model_id: str) -> list[int]:
    """Readable photos of a project for which a model has written no caption yet."""
    rows = library.rows(
        "SELECT photos.id FROM project_photos JOIN photos ON photos.id = project_photos.photo_id AND status = 'ready'"
        " WHERE project_id = ? AND NOT EXISTS (SELECT 1 FROM model_captions m WHERE m.photo_id = photos.id"
        " AND embedding_id = ?) ORDER BY photos.id",
        (project_id, model_id),
    )
    return [row[0] for row in rows]


def project_captions(
    library: Library, project_id: int, photo_id: int | None = None
) -> dict[int, WrittenCaption]:
    """Photo id -> its caption: the user's, else that of the archive it came from, else the last one of a model by name."""
    found: dict[int, WrittenCaption] = {}
    for sql in (
        "SELECT photo_id, caption, embedding_id AS source FROM model_captions",
        "SELECT photo_id, description AS caption, 'archive' AS source FROM captions WHERE description IS NOT NULL",
        "SELECT photo_id, caption, 'user' AS source FROM own_captions",
    ):
        for row in library.rows(
            f"SELECT photo_id, caption, source FROM ({sql}) JOIN project_photos USING (photo_id)"
            " WHERE project_id = ?1 AND (?2 IS NULL OR photo_id = ?2) ORDER BY photo_id, source",
            (project_id, photo_id),
        ):
            if row[1]:
                found[row[0]] = WrittenCaption(row[1], row[2])
    return found


def captions_of(library: Library, photo_ids: Sequence[int]) -> dict[int, str]:
    """Photo id -> the user's caption, else an archive's description, in whatever project; photos without are left out."""
    marks = ", ".join("?" * len(photo_ids))
    rows = library.rows(
        "SELECT photos.id, coalesce(own_captions.caption, description) AS text FROM photos"
        " LEFT JOIN own_captions ON own_captions.photo_id = photos.id"
        f" LEFT JOIN captions ON captions.photo_id = photos.id WHERE photos.id IN ({marks})",
        list(photo_ids),
    )
    return {row["id"]: row["text"] for row in rows if row["text"]}


def model_captions(library: Library, project_id: int) -> dict[int, frozenset[str]]:
    """Photo id -> every caption that a model wrote for it."""
    found: dict[int, set[str]] = {}
    for row in library.rows(
        "SELECT photo_id, caption FROM model_captions JOIN project_photos USING (photo_id) WHERE project_id = ?",
        (project_id,),
    ):
        found.setdefault(row[0], set()).add(row[1])
    return {photo_id: frozenset(texts) for photo_id, texts in found.items()}
