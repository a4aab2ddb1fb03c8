"""Exact nearest neighbours and the exact minimum spanning tree of mutual reachability.

Rows are compared by `comparison`: on the CPU, or wherever the caller says. The tree is Borůvka's (1926): each cluster of
rows takes its shortest bridge to another one, again and again. The neighbour lists answer almost all of these questions:
every row outside a row's list is at least as far as the list's last entry, so a bridge no longer than that is certainly the
shortest. Where the lists cannot tell, one comparison of all rows finds the shortest bridge between each two clusters that
remain. Mutual reachability: Campello, Moulavi and Sander, «Density-Based Clustering Based on Hierarchical Density
Estimates» (PAKDD 2013).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.grouping.comparison import Blas, Comparison, Floats, Indices

_PAIRS = 500  # whose vectors stay in the processor's cache
_MOST_CLUSTERS = 2_000  # so many, and all pairs of clusters still fit into 32 MB


def nearest(
    vectors: Floats, count: int, comparison: Comparison | None = None
) -> tuple[Indices, NDArray[np.float64]]:
    """The `count` nearest other rows of each row of (n, d): indices and Euclidean distances, both (n, count), nearest first.

    `count` must be less than n. Ties are taken in order of row. Whatever the comparison, the answer is the same.
    """
    total = len(vectors)
    indices = np.empty((total, count), dtype=np.intp)
    distances = np.empty((total, count), dtype=np.float64)
    for row, column in (comparison or Blas()).candidates(vectors, count):
        rows = np.arange(row[0], row[-1] + 1)
        exact = _exact(vectors, row, column)
        order = np.lexsort((column, exact, row))
        chosen = order[np.searchsorted(row, rows)[:, None] + np.arange(count)]
        indices[rows], distances[rows] = column[chosen], exact[chosen]
    return indices, distances


def spanning_tree(
    vectors: Floats,
    indices: Indices,
    distances: NDArray[np.float64],
    core: NDArray[np.float64],
    comparison: Comparison | None = None,
) -> NDArray[np.float64]:
    """Minimum spanning tree of mutual reachability: rows (a, b, length), shape (n - 1, 3), shortest first.

    `indices` and `distances` are those of `nearest`; `core` (n,) is each row's core distance, at most the
    distance of its last listed neighbour. Where many rows of two clusters are possible ends of a bridge,
    a and b stand for their clusters.
    """
    comparison = comparison or Blas()
    forest = _Forest(len(vectors))
    reach = np.maximum(distances, np.maximum(core[:, None], core[indices]))
    _join_by_lists(forest, indices, reach, distances[:, -1])
    while forest.count > _MOST_CLUSTERS:
        _join_by_search(forest, vectors, core, comparison)
    if forest.count > 1:
        _join_by_clusters(forest, vectors, core, comparison)
    edges = np.array(forest.edges, dtype=np.float64).reshape(-1, 3)
    return edges[np.lexsort((edges[:, 1], edges[:, 0], edges[:, 2]))]


def _join_by_lists(
    forest: _Forest, indices: Indices, reach: NDArray[np.float64], beyond: NDArray[np.float64]
) -> None:
    """Borůvka's rounds as long as the lists prove a cluster's shortest bridge; rows off a list are `beyond` it."""
    rows = np.arange(len(indices))
    while forest.count > 1:
        labels = forest.labels()
        outside = np.where(labels[indices] != labels[:, None], reach, np.inf)
        column = outside.argmin(axis=1)
        length, target = outside[rows, column], indices[rows, column]
        best, horizon = np.full(forest.count, np.inf), np.full(forest.count, np.inf)
        np.minimum.at(best, labels, length)
        np.minimum.at(horizon, labels, beyond)
        proven = best <= horizon
        if not proven.any():
            return
        forest.add_shortest(labels, np.where(proven[labels], length, np.inf), target)


def _join_by_search(
    forest: _Forest, vectors: Floats, core: NDArray[np.float64], comparison: Comparison
) -> None:
    """One of Borůvka's rounds that compares every row with all others, for all clusters but the largest."""
    labels = forest.labels()
    largest = int(np.bincount(labels).argmax())
    length, target = comparison.outside(vectors, core.astype(np.float32), labels, largest)
    forest.add_shortest(labels, length.astype(np.float64), target)


def _join_by_clusters(
    forest: _Forest, vectors: Floats, core: NDArray[np.float64], comparison: Comparison
) -> None:
    """All remaining bridges from one comparison of all rows: the shortest between each two clusters, then a tree of these."""
    labels = forest.labels()
    order = np.argsort(labels, kind="stable")
    heads = np.flatnonzero(np.diff(labels[order], prepend=-1))
    between = comparison.between(vectors[order], core[order].astype(np.float32), labels[order])
    for one, other, length in _prim(between):
        forest.join(int(order[heads[one]]), int(order[heads[other]]), length)


def _prim(between: Floats) -> list[tuple[int, int, float]]:
    """Minimum spanning tree of a full matrix of lengths (Prim, 1957)."""
    count = len(between)
    waiting = np.ones(count, dtype=bool)
    waiting[0] = False
    length, origin = between[0].copy(), np.zeros(count, dtype=np.intp)
    edges = []
    for _ in range(count - 1):
        following = int(np.where(waiting, length, np.inf).argmin())
        edges.append((int(origin[following]), following, float(length[following])))
        waiting[following] = False
        closer = waiting & (between[following] < length)
        length[closer], origin[closer] = between[following][closer], following
    return edges


class _Forest:
    """Clusters of rows that grow together, and the bridges taken so far."""

    def __init__(self, total: int) -> None:
        self._parent = np.arange(total)
        self.count = total
        self.edges: list[tuple[int, int, float]] = []

    def labels(self) -> Indices:
        """Which cluster each row is in, as numbers 0 … count - 1."""
        parent = self._parent
        while not np.array_equal(parent, parent[parent]):
            parent = parent[parent]
        self._parent = parent
        return np.unique(parent, return_inverse=True)[1].astype(np.intp)

    def add_shortest(self, labels: Indices, length: NDArray[np.float64], target: Indices) -> None:
        """Each cluster takes its shortest finite bridge, unless a bridge of the same round joined the two already."""
        order = np.lexsort((target, length))
        chosen = order[np.unique(labels[order], return_index=True)[1]]
        for row in chosen[np.argsort(length[chosen], kind="stable")].tolist():
            if np.isfinite(length[row]):
                self.join(row, int(target[row]), float(length[row]))

    def join(self, first: int, second: int, length: float) -> None:
        one, other = self._root(first), self._root(second)
        if one != other:
            self._parent[max(one, other)] = min(one, other)
            self.count -= 1
            self.edges.append((min(first, second), max(first, second), length))

    def _root(self, row: int) -> int:
        while self._parent[row] != row:
            row = int(self._parent[row])
        return row


def _exact(vectors: Floats, one: Indices, other: Indices) -> NDArray[np.float64]:
    """Distances of pairs of rows (p,), (p,) without the cancellation of the matrix product."""
    result = np.empty(len(one))
    for start in range(0, len(one), _PAIRS):
        pairs = slice(start, start + _PAIRS)
        difference = vectors[one[pairs]] - vectors[other[pairs]]
        result[pairs] = np.sqrt(np.einsum("ij,ij->i", difference, difference, dtype=np.float64))
    return result
