"""Keywords of photos, and the tags that models suggest for them.

A keyword is accepted or rejected by the user and stays so, whichever model suggests it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.transaction import Transaction

STATES = ("accepted", "rejected")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tag that a model suggests; `confidence` is the score between 0 and 1 of `vision.zero_shot`, no probability."""

    word: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PhotoTags:
    """What is decided of a photo's tags, and what is suggested and not decided yet, surest first."""

    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    suggested: tuple[Suggestion, ...] = ()


NO_TAGS = PhotoTags()


def clean_word(text: str) -> str:
    """A keyword without blanks around it or doubled in it, and without what no keyword can hold; may be empty."""
    return " ".join(text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8").split())


def set_keyword(transaction: Transaction, photo_id: int, word: str, state: str | None) -> None:
    """Accept or reject a keyword of a photo, or leave it undecided again (None); remembered, so that it can be undone."""
    key = (word, photo_id)
    if state is None:
        transaction.delete("keywords", key)
    elif (
        not transaction.update("keywords", key, {"state": state}) and transaction.row("keywords", key) is None
    ):
        transaction.insert("keywords", {"photo_id": photo_id, "word": word, "state": state})


def put_suggestions(
    transaction: Transaction,
    photo_id: int,
    embedding_id: str,
    vocabulary: str,
    suggestions: Iterable[Suggestion],
) -> None:
    """Keep what a model suggests for a photo by a vocabulary (its digest), in place of what it suggested before."""
    connection = transaction.connection
    connection.execute(
        "DELETE FROM suggested_tags WHERE photo_id = ? AND embedding_id = ?", (photo_id, embedding_id)
    )
    connection.executemany(
        "INSERT INTO suggested_tags (photo_id, embedding_id, word, confidence) VALUES (?, ?, ?, ?)",
        [(photo_id, embedding_id, each.word, each.confidence) for each in suggestions],
    )
    connection.execute(
        "INSERT OR REPLACE INTO tagged (photo_id, embedding_id, vocabulary) VALUES (?, ?, ?)",
        (photo_id, embedding_id, vocabulary),
    )


def untagged_photos(library: Library, project_id: int, embedding_id: str, vocabulary: str) -> list[int]:
    """Readable photos of a project that have that embedding and were not looked at by it and by that vocabulary."""
    rows = library.rows(
        "SELECT photos.id FROM project_photos JOIN photos ON photos.id = project_photos.photo_id AND status = 'ready'"
        " JOIN embeddings ON embeddings.photo_id = photos.id AND embeddings.embedding_id = ?2"
        " LEFT JOIN tagged ON tagged.photo_id = photos.id AND tagged.embedding_id = ?2 AND vocabulary = ?3"
        " WHERE project_id = ?1 AND tagged.photo_id IS NULL ORDER BY photos.id",
        (project_id, embedding_id, vocabulary),
    )
    return [row[0] for row in rows]


def project_tags(
    library: Library, project_id: int, embedding_id: str | None = None, only: Sequence[int] | None = None
) -> dict[int, PhotoTags]:
    """Tags of the photos of a project that have any; suggestions of one model, or the surest of all (None)."""
    one = f" AND photo_id = {int(only[0])}" if only is not None and len(only) == 1 else ""
    decided: dict[int, dict[str, list[str]]] = {}
    for row in library.rows(
        f"SELECT photo_id, word, state FROM keywords JOIN project_photos USING (photo_id) WHERE project_id = ?{one}"
        " ORDER BY photo_id, word",
        (project_id,),
    ):
        decided.setdefault(row[0], {state: [] for state in STATES})[row[2]].append(row[1])
    suggested: dict[int, list[Suggestion]] = {}
    for row in library.rows(
        "SELECT photo_id, word, max(confidence) AS sure FROM suggested_tags JOIN project_photos USING (photo_id)"
        f" WHERE project_id = ?1 AND (?2 IS NULL OR embedding_id = ?2){one}"
        " AND NOT EXISTS (SELECT 1 FROM keywords k WHERE k.photo_id = suggested_tags.photo_id AND k.word = suggested_tags.word)"
        " GROUP BY photo_id, word ORDER BY photo_id, sure DESC, word",
        (project_id, embedding_id),
    ):
        suggested.setdefault(row[0], []).append(Suggestion(row[1], row[2]))
    found = {}
    for photo_id in decided.keys() | suggested.keys():
        states = decided.get(photo_id, {state: [] for state in STATES})
        found[photo_id] = PhotoTags(
            tuple(states["accepted"]), tuple(states["rejected"]), tuple(suggested.get(photo_id, ()))
        )
    return found


def photo_tags(library: Library, project_id: int, photo_id: int) -> PhotoTags:
    """The tags of one photo."""
    return project_tags(library, project_id, only=[photo_id]).get(photo_id, NO_TAGS)


def photos_with_keywords(library: Library, project_id: int) -> dict[int, tuple[str, ...]]:
    """The accepted keywords of a project's photos; of those that had any once, none."""
    found: dict[int, list[str]] = {}
    for row in library.rows(
        "SELECT photo_id, word, state FROM keywords JOIN project_photos USING (photo_id) WHERE project_id = ?"
        " ORDER BY photo_id, word",
        (project_id,),
    ):
        found.setdefault(row[0], []).extend([row[1]] if row[2] == "accepted" else [])
    return {photo_id: tuple(words) for photo_id, words in found.items()}
