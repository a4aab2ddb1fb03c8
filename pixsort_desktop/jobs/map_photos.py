"""Vectors -> places on the map of a project; kept, so that the map is the same the next time, and when photos come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.map import lattice, placed_among, principal_places, settled
from pixsort_desktop.jobs.hierarchy import remembered_grouping
from pixsort_desktop.jobs.umap_process import LEAST, umap_installed, umap_places
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors, without_embedding
from pixsort_desktop.library.maps import StoredMap, get_map, photos_to_place, put_map
from pixsort_desktop.progress import Progress

METHODS = ("pca", "umap")
_LATER = 0.2  # the share of new photos up to which a map is kept, and they are put on it


@dataclass(frozen=True, slots=True, eq=False)
class PhotoMap:
    """`cells` (n, 2), all different, of the photos with `ids` (n,); `lacking` photos have no vector and no place."""

    ids: NDArray[np.int64]
    cells: NDArray[np.int32]
    lacking: tuple[int, ...]
    embedding_id: str
    method: str  # 'pca' or 'umap'


def map_photos(
    library: Library,
    *,
    project_id: int,
    embedding_id: str | None = None,
    method: str | None = None,
    progress: Progress | None = None,
) -> PhotoMap:
    """The map of a project, by the embedding that it was grouped by if none is given.

    A kept map is taken over; see `kept_map`. Otherwise it is made by `method` («pca», «umap»; usual: UMAP where that is
    installed), and kept. Raises `PixsortError` for a method that there is not and `Cancelled` after `progress.cancel()`.
    """
    progress = progress or Progress()
    asked = _asked(library, project_id, embedding_id, method)
    found = _kept(library, asked, progress)
    if found is None:
        cells = _made(library, asked, progress)
        _keep(library, asked, cells)
        found = _map(library, asked, cells)
    return found


def kept_map(library: Library, *, project_id: int, method: str | None = None) -> PhotoMap | None:
    """The map as far as it is known, or None where it has to be made.

    Photos that left are left out, and up to a fifth more are put beside those that they are like.
    """
    return _kept(library, _asked(library, project_id, None, method), Progress())


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Which map of which photos."""

    project_id: int
    embedding_id: str
    method: str
    ids: NDArray[np.int64]
    looks: NDArray[np.int64]


def _asked(library: Library, project_id: int, embedding_id: str | None, method: str | None) -> _Asked:
    if embedding_id is None:
        embedding_id = remembered_grouping(library, project_id)[1]
    chosen = _checked(method)
    ids, looks = photos_to_place(library, project_id, embedding_id)
    return _Asked(project_id, embedding_id, chosen if len(ids) >= LEAST else "pca", ids, looks)


def _map(library: Library, asked: _Asked, cells: NDArray[np.int32]) -> PhotoMap:
    lacking = tuple(without_embedding(library, asked.project_id, asked.embedding_id))
    return PhotoMap(asked.ids, cells, lacking, asked.embedding_id, asked.method)


def _keep(library: Library, asked: _Asked, cells: NDArray[np.int32]) -> None:
    made = StoredMap(asked.method, asked.ids, asked.looks, cells)
    library.write(lambda t: put_map(t, asked.project_id, asked.embedding_id, made))


def _kept(library: Library, asked: _Asked, progress: Progress) -> PhotoMap | None:
    kept = get_map(library, asked.project_id, asked.embedding_id, asked.method)
    if kept is None:
        return None
    rows = _rows_of(kept, asked.ids, asked.looks)
    fresh = int((rows < 0).sum())
    if not fresh:
        return _map(library, asked, kept.cells[rows])
    if fresh > _LATER * len(rows) or fresh == len(rows):
        return None
    cells = _completed(library, asked, kept, rows, progress)
    _keep(library, asked, cells)
    return _map(library, asked, cells)


def _checked(method: str | None) -> str:
    if method is None:
        return "umap" if umap_installed() else "pca"
    if method not in METHODS:
        raise PixsortError(f"A map is made by «pca» or «umap», not by «{method}».")
    if method == "umap" and not umap_installed():
        raise PixsortError("UMAP is not installed; `pip install umap-learn` brings it.")
    return method


def _rows_of(kept: StoredMap, ids: NDArray[np.int64], looks: NDArray[np.int64]) -> NDArray[np.intp]:
    """(n,): the row of each photo in the kept map, -1 for one that is not there or looked otherwise."""
    known = {pair: row for row, pair in enumerate(zip(kept.ids.tolist(), kept.looks.tolist(), strict=True))}
    pairs = zip(ids.tolist(), looks.tolist(), strict=True)
    return np.array([known.get(pair, -1) for pair in pairs], np.intp)


def _made(library: Library, asked: _Asked, progress: Progress) -> NDArray[np.int32]:
    progress.report("Map", 0, len(asked.ids))
    vectors = _vectors(library, asked)
    progress.check()
    places = umap_places(vectors, progress) if asked.method == "umap" else principal_places(vectors)
    progress.check()
    cells = lattice(places)
    progress.report("Map", len(asked.ids), len(asked.ids))
    return cells


def _completed(
    library: Library, asked: _Asked, kept: StoredMap, rows: NDArray[np.intp], progress: Progress
) -> NDArray[np.int32]:
    """The kept cells, and beside them those of the photos that came later."""
    vectors = _vectors(library, asked)
    progress.check()
    there = rows >= 0
    cells = np.zeros((len(rows), 2), np.int32)
    cells[there] = kept.cells[rows[there]]
    wanted = placed_among(vectors[there], cells[there], vectors[~there])
    cells[~there] = settled(wanted, {(x, y) for x, y in cells[there].tolist()})
    return cells


def _vectors(library: Library, asked: _Asked) -> NDArray[np.float32]:
    """(n, d) in the order of the ids; photos that have gone meanwhile count as 0, and leave at the next look."""
    found, _times, vectors = project_vectors(library, asked.project_id, asked.embedding_id)
    row = {photo_id: n for n, photo_id in enumerate(found)}
    ordered = np.zeros((len(asked.ids), vectors.shape[1]), np.float32)
    for n, photo_id in enumerate(asked.ids.tolist()):
        if photo_id in row:
            ordered[n] = vectors[row[photo_id]]
    return ordered
