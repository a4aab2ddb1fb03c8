"""Which photos were compared point by point, and how many key points of each two agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.transaction import Transaction

Pair = tuple[int, int]  # ids of two photos, the smaller first
_PART = 400  # SQLite takes a limited number of parameters a query


def known_matches(library: Library, project_id: int, method: str) -> dict[Pair, int]:
    """How many matches agreed, for the pairs of a project's photos that were compared by that method."""
    rows = library.rows(
        "SELECT one, other, count FROM matches"
        " JOIN project_photos p ON p.photo_id = one AND p.project_id = ?"
        " JOIN project_photos q ON q.photo_id = other AND q.project_id = ? WHERE method = ?",
        (project_id, project_id, method),
    )
    return {(row["one"], row["other"]): row["count"] for row in rows}


def put_matches(transaction: Transaction, method: str, counts: Mapping[Pair, int]) -> None:
    """Remember what was found for these pairs, in place of what was known of them. Pairs of photos that are gone are
    passed over."""
    there = _there(transaction, {photo_id for pair in counts for photo_id in pair})
    transaction.connection.executemany(
        "INSERT OR REPLACE INTO matches (one, other, method, count) VALUES (?, ?, ?, ?)",
        [(*pair, method, count) for pair, count in counts.items() if there.issuperset(pair)],
    )


def _there(transaction: Transaction, ids: Iterable[int]) -> set[int]:
    wanted, found = sorted(ids), set()
    for start in range(0, len(wanted), _PART):
        part = wanted[start : start + _PART]
        marks = ", ".join("?" * len(part))
        query = f"SELECT id FROM photos WHERE id IN ({marks})"
        found |= {row["id"] for row in transaction.connection.execute(query, part)}
    return found
