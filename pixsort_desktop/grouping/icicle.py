"""The condensed tree laid out to be looked at: parts inside parts, each as wide as it has photos.

An icicle plot (Kruskal and Landwehr, «Icicle Plots: Better Displays for Hierarchical Clustering», The American Statistician
1983) of the tree that Campello, Moulavi and Sander condense: a part loses single photos as the scale gets finer, until
it divides into parts or is gone. Depth is granularity, from whole events, 0, to near-identical frames, 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FLAT = 0.02
"""A part that lives no longer is no step of its own: what it divides into hangs on the part above."""


@dataclass(frozen=True, slots=True, eq=False)
class Icicle:
    """`rows` (n,): all rows from left to right. Parts (p,), each after the one it is in: `rows[first : first + count]`.

    `parent`: the part around it, or -1. `top` and `bottom`: from which depth to which it is one part. `leaves` (n,): at
    which depth each place leaves the part it is in last; 0 for what is in none. What leaves a part stands at its right end, the
    first to leave last.
    """

    rows: NDArray[np.intp]
    leaves: NDArray[np.float64]
    parent: NDArray[np.intp]
    first: NDArray[np.intp]
    count: NDArray[np.intp]
    top: NDArray[np.float64]
    bottom: NDArray[np.float64]


def icicle(
    tree: NDArray[np.float64], depth: NDArray[np.float64], place: NDArray[np.float64], least: int = 2
) -> Icicle:
    """Lay out a spanning tree (n - 1, 3), shortest bridges first.

    `depth` (n - 1,): the granularity at which each bridge is cut; below 0 it never holds, from 1 on it always does. `place`
    (n,): where each row stands on the board; parts come in the order of
    their first rows there. `least`: rows of a part.
    """
    parts = _Parts(len(tree) + 1, least)
    for (one, other), level in zip(tree[:, :2].astype(np.intp).tolist(), depth.tolist(), strict=True):
        if level < 0:
            break
        parts.join(one, other, min(1.0, level))
    return parts.laid_out(place)


class _Parts:
    """Parts as they grow from the finest level upwards. `own`: rows that leave a part, with the depth at which they do."""

    def __init__(self, total: int, least: int) -> None:
        self._total, self._least = total, least
        self._parent = list(range(total))
        self._part = [-1] * total  # by root
        self._loose: list[list[tuple[float, int]]] = [
            [(0.0, row)] for row in range(total)
        ]  # by root without a part
        self._own: list[list[tuple[float, int]]] = []
        self._kids: list[list[int]] = []
        self._top: list[float] = []
        self._bottom: list[float] = []

    def join(self, one: int, other: int, level: float) -> None:
        """A bridge between two rows holds at that level, and above."""
        left, right = self._root(one), self._root(other)
        mine, theirs = self._part[left], self._part[right]
        self._parent[right] = left
        if mine >= 0 and theirs >= 0:
            self._part[left] = self._united(mine, theirs, level)
        elif mine >= 0 or theirs >= 0:
            self._part[left] = max(mine, theirs)
            lone = right if mine >= 0 else left
            self._own[self._part[left]] += [(level, row) for _, row in self._loose[lone]]
            self._loose[lone] = []
        else:
            self._loose[left] += self._loose[right]
            if len(self._loose[left]) >= self._least:
                self._part[left] = self._made([(level, row) for _, row in self._loose[left]], [], level)

    def _united(self, mine: int, theirs: int, level: float) -> int:
        if level >= 1:  # finer than anything shown: they were never apart
            self._own[mine] += self._own[theirs]
            return mine
        own: list[tuple[float, int]] = []
        kids: list[int] = []
        for part in (mine, theirs):
            if self._bottom[part] - level >= _FLAT:
                self._top[part] = level
                kids.append(part)
                continue
            for kid in self._kids[part]:
                self._top[kid] = level
            kids += self._kids[part]
            own += [(level, row) for _, row in self._own[part]]
        return self._made(own, kids, level)

    def _made(self, own: list[tuple[float, int]], kids: list[int], bottom: float) -> int:
        self._own.append(own)
        self._kids.append(kids)
        self._top.append(0.0)
        self._bottom.append(bottom)
        return len(self._own) - 1

    def _root(self, row: int) -> int:
        parent = self._parent
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def laid_out(self, place: NDArray[np.float64]) -> Icicle:
        """From left to right, the parts by the place of their first row, and what is in none at the end."""
        roots = [row for row in range(self._total) if self._parent[row] == row]
        tops = [self._part[root] for root in roots if self._part[root] >= 0]
        lone = [row for root in roots if self._part[root] < 0 for _, row in self._loose[root]]
        count, start = self._measured(place)
        made = _Layout()
        stack = [(part, -1) for part in sorted(tops, key=start.__getitem__, reverse=True)]
        while stack:
            part, parent = stack.pop()
            if part < 0:  # its kids are laid out: what leaves it comes last
                made.put(sorted(self._own[~part], key=lambda each: (-each[0], place[each[1]])))
                continue
            number = made.begin(parent, count[part], self._top[part], self._bottom[part])
            stack.append((~part, -1))
            stack += [(kid, number) for kid in sorted(self._kids[part], key=start.__getitem__, reverse=True)]
        made.put([(0.0, row) for row in sorted(lone, key=place.__getitem__)])
        return made.icicle()

    def _measured(self, place: NDArray[np.float64]) -> tuple[list[int], list[float]]:
        """Rows of each part, and the place of its first; kids have smaller numbers than the part they are in."""
        count, start = [0] * len(self._own), [0.0] * len(self._own)
        for part, own in enumerate(self._own):
            kids = self._kids[part]
            count[part] = len(own) + sum(count[kid] for kid in kids)
            start[part] = min([*(float(place[row]) for _, row in own), *(start[kid] for kid in kids)])
        return count, start


class _Layout:
    """Written from left to right, each part before what is in it."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, int, int, float, float]] = []
        self._rows: list[tuple[float, int]] = []

    def begin(self, parent: int, count: int, top: float, bottom: float) -> int:
        """A part begins here; returns its number."""
        self._parts.append((parent, len(self._rows), count, top, bottom))
        return len(self._parts) - 1

    def put(self, rows: list[tuple[float, int]]) -> None:
        """Rows with the depth at which they leave."""
        self._rows += rows

    def icicle(self) -> Icicle:
        parts = np.array(self._parts, dtype=np.float64).reshape(-1, 5)
        whole = parts[:, :3].astype(np.intp)
        return Icicle(
            np.array([row for _, row in self._rows], dtype=np.intp),
            np.array([level for level, _ in self._rows]),
            whole[:, 0],
            whole[:, 1],
            whole[:, 2],
            parts[:, 3],
            parts[:, 4],
        )
