"""The vectors of a project as one matrix that is kept and brought up to date, for those who search it again and again."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from itertools import starmap

import numpy as np
import numpy.typing as npt

from pixsort_desktop.library.database import Library

Mark = tuple[
    int, int, str
]  # photo, row of its vector, beginning of its SHA-256: the same mark is the same vector
_CHUNK = 500
_FEW = 0.2  # the share of new vectors up to which they are read one by one


@dataclass(frozen=True, slots=True)
class VectorTable:
    """`ids` (n,) of readable photos, by id, and their `vectors` (n, d), float32."""

    ids: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float32]


@dataclass(slots=True)
class _Kept:
    table: VectorTable
    marks: list[Mark]
    seen: dict[int, int] = field(
        default_factory=dict
    )  # reader -> the library's version that it saw with this table


class VectorTables:
    """Keeps the matrix that was asked for last: 50,000 vectors of 512 numbers are 100 MB.

    Whether anything was written since is told by SQLite's own counter; if so, only new vectors are read. Safe from any
    thread.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._key: tuple[int | None, str] | None = None
        self._kept: _Kept | None = None

    def get(self, project_id: int | None, embedding_id: str) -> VectorTable:
        """The vectors of a project (None: of the whole library) by one embedding. Raises LibraryError."""
        with self._lock:
            key = (project_id, embedding_id)
            if key != self._key:
                self._key, self._kept = key, None
            reader = id(self._library.read())
            version = int(self._library.rows("PRAGMA data_version")[0][0])
            kept = self._kept
            if kept is not None and kept.seen.get(reader) == version:
                return kept.table
            marks = self._marks(project_id, embedding_id)
            if kept is None or kept.marks != marks:
                kept = self._kept = _Kept(self._table(marks, kept, embedding_id), marks)
            kept.seen[reader] = version
            return kept.table

    def forget(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._key = self._kept = None

    def _marks(self, project_id: int | None, embedding_id: str) -> list[Mark]:
        within = " JOIN project_photos ON project_photos.photo_id = photos.id AND project_id = ?2"
        rows = self._library.rows(
            "SELECT photos.id, embeddings.rowid, substr(sha256, 1, 16) FROM embeddings"
            f" JOIN photos ON photos.id = embeddings.photo_id{within if project_id is not None else ''}"
            " WHERE embedding_id = ?1 AND status = 'ready' AND face_id IS NULL ORDER BY photos.id",
            (embedding_id,) if project_id is None else (embedding_id, project_id),
        )
        return list(starmap(_mark, rows))

    def _table(self, marks: list[Mark], before: _Kept | None, embedding_id: str) -> VectorTable:
        place = {mark: n for n, mark in enumerate(before.marks)} if before else {}
        fresh = [mark for mark in marks if mark not in place]
        if before is None or len(fresh) > _FEW * len(marks):
            return _stacked(marks, self._read(_rows_of(marks), embedding_id))
        read = self._read(_rows_of(fresh), embedding_id)
        rows = before.table.vectors
        return _stacked(marks, {m[0]: rows[place[m]] if m in place else read.get(m[0], _NONE) for m in marks})

    def _read(self, rowids: list[int], embedding_id: str) -> dict[int, npt.NDArray[np.float32]]:
        """By photo. Rows are numbered anew when the library is made smaller: what is of another embedding stays out."""
        found: dict[int, npt.NDArray[np.float32]] = {}
        for start in range(0, len(rowids), _CHUNK):
            part = rowids[start : start + _CHUNK]
            marks = ", ".join("?" * len(part))
            for row in self._library.rows(
                f"SELECT photo_id, vector FROM embeddings WHERE rowid IN ({marks}) AND embedding_id = ?",
                (*part, embedding_id),
            ):
                found[row[0]] = np.frombuffer(row[1], "<f4")
        return found


_NONE = np.empty(0, np.float32)


def _rows_of(marks: list[Mark]) -> list[int]:
    """The rows of these vectors, in the order in which they lie on the disk."""
    return sorted(mark[1] for mark in marks)


def _mark(photo_id: int, row: int, sha256: str | None) -> Mark:
    return photo_id, row, sha256 or ""


def _stacked(marks: list[Mark], vectors: dict[int, npt.NDArray[np.float32]]) -> VectorTable:
    """Vectors of the most usual size, by photo: one that is gone by now, or of another size, is left out."""
    found = [(mark[0], vectors[mark[0]]) for mark in marks if mark[0] in vectors]
    sizes = np.array([len(vector) for _, vector in found], np.intp)
    size = int(np.bincount(sizes).argmax()) if len(sizes) else 0
    kept = [(photo_id, vector) for photo_id, vector in found if len(vector) == size]
    table = np.empty((len(kept), size), np.float32)
    for place, (_, vector) in enumerate(kept):
        table[place] = vector
    return VectorTable(np.array([photo_id for photo_id, _ in kept], np.int64), table)
