"""All rows compared with all others: matrix products of blocks of rows, so that memory grows with rows, not with their square.

`Blas` is what the rest of `grouping` computes with unless it is given another `Comparison`: a GPU does the same faster.
Products are float32. Where a few of many rows are chosen by them, a few too many are, and the choice among these is made by
exact distances (`neighbours`), so that it does not depend on who multiplied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.progress import Progress

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]
Pairs = tuple[Indices, Indices]

_BLOCK_CELLS = 8_000_000  # 32 MB of float32 distances at a time
_BLOCK_ROWS = 320
"""At least: BLAS repacks all columns for each block, and with 80 rows a product takes 1.6 times as long."""
_ROUNDING = 4e-6
"""A row that is so much farther away than the last one wanted cannot be one of the nearest, as a share of squared length: twice
what squared distances from products err by (1.5e-6, measured for rows of 512 and of 2,048 numbers), and a third more."""


class Comparison(Protocol):
    """Whoever can compare all rows of (n, d) with all others."""

    def candidates(self, vectors: Floats, count: int) -> Iterator[Pairs]:
        """Places (row, column), by row: each row's `count` nearest others, and few more. Blocks of whole rows, in order."""
        ...

    def outside(self, vectors: Floats, core: Floats, labels: Indices, passed: int) -> tuple[Floats, Indices]:
        """Mutual reachability (n,) to the nearest row of another label, and which row that is; infinite for the label `passed`.

        `core` (n,): core distances; `labels` (n,).
        """
        ...

    def between(self, vectors: Floats, core: Floats, labels: Indices) -> Floats:
        """The least mutual reachability between each two labels, (c, c), infinite within one.

        `labels` (n,) are sorted, 0 … c - 1.
        """
        ...


def rounding(vectors: Floats) -> float:
    """How much farther than wanted, as a squared distance, candidates are taken from, since products of float32 are rounded."""
    return _ROUNDING * float(np.einsum("ij,ij->i", vectors, vectors).max(initial=0))


class Blas:
    """Comparison on the CPU. With a `progress`, `Cancelled` is raised between two blocks."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress or Progress()

    def candidates(self, vectors: Floats, count: int, first: int = 0) -> Iterator[Pairs]:
        """See `Comparison`; of the rows from `first` on."""
        left, right = _product_form(vectors)
        slack = rounding(vectors)
        for rows in self._blocks(len(vectors), first):
            squares = left[rows] @ right
            squares[np.arange(len(rows)), rows] = np.inf
            row, column = _least(squares, count, slack)
            yield row + rows[0], column

    def outside(self, vectors: Floats, core: Floats, labels: Indices, passed: int) -> tuple[Floats, Indices]:
        length, target = np.full(len(vectors), np.inf, np.float32), np.zeros(len(vectors), dtype=np.intp)
        left, right = _product_form(vectors)
        for rows in self._blocks(len(vectors)):
            some = rows[labels[rows] != passed]
            reach = _reach(left[some] @ right, core[some], core)
            reach[labels[some][:, None] == labels[None, :]] = np.inf
            target[some] = reach.argmin(axis=1)
            length[some] = reach[np.arange(len(some)), target[some]]
        return length, target

    def between(self, vectors: Floats, core: Floats, labels: Indices) -> Floats:
        left, right = _product_form(vectors)
        count = int(labels[-1]) + 1
        found = np.full((count, count), np.inf, dtype=np.float32)
        for rows in self._blocks(len(vectors)):
            first = rows[0]  # rows before were compared with these already
            reach = _reach(left[rows] @ right[:, first:], core[rows], core[first:])
            columns = np.minimum.reduceat(reach, _heads(labels[first:]), axis=1)
            own = _heads(labels[rows])
            block, clusters = np.minimum.reduceat(columns, own, axis=0), labels[rows[own]]
            found[clusters, labels[first] :] = np.minimum(found[clusters, labels[first] :], block)
        np.fill_diagonal(found, np.inf)
        return np.minimum(found, found.T)

    def _blocks(self, total: int, first: int = 0) -> Iterator[Indices]:
        """Runs of row numbers, short enough that their distances to all rows take little memory."""
        step = max(_BLOCK_ROWS, _BLOCK_CELLS // total)
        for start in range(first, total, step):
            self._progress.check()
            yield np.arange(start, min(start + step, total))


def _least(squares: Floats, count: int, slack: float) -> Pairs:
    """Places (row, column), by row, of at least the `count` smallest values of each row, and of those `slack` above them.

    The smallest values of interleaved parts of a row are a short list whose `count`-th smallest is an upper bound
    of the row's own: much cheaper than sorting out the row itself.
    """
    width = squares.shape[1]
    parts = max(1, min(32, width // (4 * count)))
    even = width - width % parts
    least = squares[:, :even].reshape(len(squares), parts, -1).min(axis=1) if parts > 1 else squares
    bound = np.partition(least, count - 1, axis=1)[:, count - 1 : count]
    row, column = np.divmod(np.flatnonzero(squares <= bound + np.float32(slack)), width)
    return row, column


def _heads(labels: Indices) -> Indices:
    """Where a label begins, of sorted ones."""
    return np.flatnonzero(np.diff(labels, prepend=-1))


def _product_form(vectors: Floats) -> tuple[Floats, Floats]:
    """Two matrices (n, d + 2) and (d + 2, n) whose product is the squared distance of each two rows."""
    norms = np.einsum("ij,ij->i", vectors, vectors)[:, None]
    ones = np.ones_like(norms)
    left = np.concatenate([-2 * vectors, norms, ones], axis=1)
    return left, np.ascontiguousarray(np.concatenate([vectors, ones, norms], axis=1).T)


def _reach(squares: Floats, own: Floats, others: Floats) -> Floats:
    """Mutual reachability from squared distances (r, c) and the core distances of both sides, in place."""
    np.sqrt(np.maximum(squares, 0, out=squares), out=squares)
    np.maximum(squares, others[None, :], out=squares)
    return np.maximum(squares, own[:, None], out=squares)
