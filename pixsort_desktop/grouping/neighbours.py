"""Exact nearest neighbours and the exact minimum spanning tree of mutual reachability, block by block.

Distances come from matrix products of blocks of rows, so memory grows with the number of rows, never with its
square. The tree is Borůvka's (1926): each cluster of rows takes its shortest bridge to another one, again and
again. The neighbour lists answer almost all of these questions: every row outside a row's list is at least as far
as the list's last entry, so a bridge no longer than that is certainly the shortest. Where the lists cannot tell,
one comparison of all rows finds the shortest bridge between each two clusters that remain. Mutual reachability:
Campello, Moulavi and Sander, «Density-Based Clustering Based on Hierarchical Density Estimates» (PAKDD 2013).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]
_BLOCK_CELLS = 8_000_000  # 32 MB of float32 distances at a time
_MOST_CLUSTERS = 2_000  # so many, and all pairs of clusters still fit into 32 MB


def nearest(vectors: Floats, count: int) -> tuple[Indices, NDArray[np.float64]]:
    """The `count` nearest other rows of each row of (n, d): indices and Euclidean distances, both (n, count), nearest first.

    `count` must be less than n. Ties are taken in order of row.
    """
    total = len(vectors)
    indices = np.empty((total, count), dtype=np.intp)
    distances = np.empty((total, count), dtype=np.float64)
    left, right = _product_form(vectors)
    for rows in _blocks(total):
        squares = left[rows] @ right
        squares[np.arange(len(rows)), rows] = np.inf
        row, column = _candidates(squares, count)
        exact = _exact(vectors, rows[row], column)
        order = np.lexsort((column, exact, row))
        starts = np.searchsorted(row, np.arange(len(rows)))
        chosen = order[starts[:, None] + np.arange(count)]
        indices[rows], distances[rows] = column[chosen], exact[chosen]
    return indices, distances


def _candidates(squares: Floats, count: int) -> tuple[Indices, Indices]:
    """Places (row, column), by row, of at least the `count` smallest values of each row, and of few more.

    The smallest values of interleaved parts of a row are a short list whose `count`-th smallest is an upper bound
    of the row's own: much cheaper than sorting out the row itself.
    """
    width = squares.shape[1]
    parts = max(1, min(32, width // (4 * count)))
    even = width - width % parts
    least = squares[:, :even].reshape(len(squares), parts, -1).min(axis=1) if parts > 1 else squares
    bound = np.partition(least, count - 1, axis=1)[:, count - 1 : count]
    row, column = np.divmod(np.flatnonzero(squares <= bound + np.abs(bound) * 1e-5 + 1e-6), width)
    return row, column


def spanning_tree(
    vectors: Floats, indices: Indices, distances: NDArray[np.float64], core: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Minimum spanning tree of mutual reachability: rows (a, b, length), shape (n - 1, 3), shortest first.

    `indices` and `distances` are those of `nearest`; `core` (n,) is each row's core distance, at most the
    distance of its last listed neighbour. Where many rows of two clusters are possible ends of a bridge,
    a and b stand for their clusters.
    """
    forest = _Forest(len(vectors))
    reach = np.maximum(distances, np.maximum(core[:, None], core[indices]))
    _join_by_lists(forest, indices, reach, distances[:, -1])
    while forest.count > _MOST_CLUSTERS:
        _join_by_search(forest, vectors, core)
    if forest.count > 1:
        _join_by_clusters(forest, vectors, core)
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


def _join_by_search(forest: _Forest, vectors: Floats, core: NDArray[np.float64]) -> None:
    """One of Borůvka's rounds that compares every row with all others, for all clusters but the largest."""
    labels = forest.labels()
    length, target = np.full(len(vectors), np.inf), np.zeros(len(vectors), dtype=np.intp)
    largest = np.bincount(labels).argmax()
    left, right = _product_form(vectors)
    for rows in _blocks(len(vectors)):
        some = rows[labels[rows] != largest]
        reach = _reach(left[some] @ right, core[some], core)
        reach[labels[some][:, None] == labels[None, :]] = np.inf
        target[some] = reach.argmin(axis=1)
        length[some] = reach[np.arange(len(some)), target[some]]
    forest.add_shortest(labels, length, target)


def _join_by_clusters(forest: _Forest, vectors: Floats, core: NDArray[np.float64]) -> None:
    """All remaining bridges from one comparison of all rows: the shortest between each two clusters, then a tree of these."""
    labels = forest.labels()
    order = np.argsort(labels, kind="stable")
    labels, core = labels[order], core[order]
    heads = np.flatnonzero(np.diff(labels, prepend=-1))
    left, right = _product_form(vectors[order])
    between = np.full((forest.count, forest.count), np.inf, dtype=np.float32)
    for rows in _blocks(len(vectors)):
        first = rows[0]  # rows before were compared with these already
        reach = _reach(left[rows] @ right[:, first:], core[rows], core[first:])
        columns = np.minimum.reduceat(reach, np.flatnonzero(np.diff(labels[first:], prepend=-1)), axis=1)
        own = np.flatnonzero(np.diff(labels[rows], prepend=-1))
        block, clusters = np.minimum.reduceat(columns, own, axis=0), labels[rows[own]]
        between[clusters, labels[first] :] = np.minimum(between[clusters, labels[first] :], block)
    for one, other, length in _prim(np.minimum(between, between.T)):
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


def _product_form(vectors: Floats) -> tuple[Floats, Floats]:
    """Two matrices (n, d + 2) and (d + 2, n) whose product is the squared distance of each two rows."""
    norms = np.einsum("ij,ij->i", vectors, vectors)[:, None]
    ones = np.ones_like(norms)
    left = np.concatenate([-2 * vectors, norms, ones], axis=1)
    return left, np.ascontiguousarray(np.concatenate([vectors, ones, norms], axis=1).T)


def _blocks(total: int) -> Iterator[Indices]:
    """Runs of row numbers, short enough that their distances to all rows take little memory."""
    step = max(1, _BLOCK_CELLS // total)
    for first in range(0, total, step):
        yield np.arange(first, min(first + step, total))


def _reach(squares: Floats, own: NDArray[np.float64], others: NDArray[np.float64]) -> Floats:
    """Mutual reachability from squared distances (r, c) and the core distances of both sides, in place."""
    np.sqrt(np.maximum(squares, 0, out=squares), out=squares)
    np.maximum(squares, others.astype(np.float32)[None, :], out=squares)
    return np.maximum(squares, own.astype(np.float32)[:, None], out=squares)


def _exact(vectors: Floats, one: Indices, other: Indices) -> NDArray[np.float64]:
    """Distances of pairs of rows (p,), (p,) without the cancellation of the matrix product."""
    result = np.empty(len(one))
    for start in range(0, len(one), 20_000):
        pairs = slice(start, start + 20_000)
        difference = vectors[one[pairs]] - vectors[other[pairs]]
        result[pairs] = np.sqrt(np.einsum("ij,ij->i", difference, difference, dtype=np.float64))
    return result
