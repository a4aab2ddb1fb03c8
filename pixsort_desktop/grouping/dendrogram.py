"""Questions to the tree about some of its rows: where they part next, and what else is nearest to them.

The bridges of a minimum spanning tree, taken from the shortest on, join rows exactly as single linkage does (Gower and
Ross, «Minimum Spanning Trees and Single Linkage Cluster Analysis», 1969). Restricted to some rows the same bridges
tell how these hang together, also where others stand between them.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray


def next_parts(tree: NDArray[np.float64], rows: Collection[int], least: int) -> list[list[int]]:
    """The rows in two parts: cut at the longest distance where both parts have `least` rows or more.

    Rows that are in smaller pieces at that distance go to the part that they hang on. Where there is no such
    distance, what hangs on by the longest bridge is parted. Parts are sorted, by their first row; fewer than two rows
    are one part.
    """
    merges = _merges(tree, set(rows))
    if not merges:
        return [sorted(rows)]
    one, other = next((pair for pair in reversed(merges) if min(map(len, pair)) >= least), merges[-1])
    side = {**dict.fromkeys(one, 0), **dict.fromkeys(other, 1)}
    return sorted(_grown(tree, set(rows), side))


def _grown(tree: NDArray[np.float64], wanted: set[int], side: dict[int, int]) -> list[list[int]]:
    """The wanted rows on the two sides, when these take up what is nearest to them but never each other."""
    parent, total = _Parents(len(tree) + 1), len(tree) + 1
    part = {row: side.get(row) for row in range(total)}
    for one, other in tree[:, :2].astype(np.intp).tolist():
        left, right = parent.find(one), parent.find(other)
        mine, theirs = part[left], part[right]
        if mine is None or theirs is None or mine == theirs:
            part[parent.join(left, right)] = theirs if mine is None else mine
    found: list[list[int]] = [[], []]
    for row in sorted(wanted):
        found[part[parent.find(row)] or 0].append(row)
    return found


def nearest_home(tree: NDArray[np.float64], rows: Collection[int], homes: Mapping[int, int]) -> int | None:
    """The home that the rows meet first when bridges are taken from the shortest on; None where there is none.

    `homes`: home by row, of those rows that have one; those of `rows` do not count. Where several are met at once, the
    one with the most rows there.
    """
    asking = set(rows)
    parent = _Parents(len(tree) + 1)
    met: dict[int, Counter[int]] = {row: Counter([home]) for row, home in homes.items() if row not in asking}
    asks = set(asking)
    for one, other in tree[:, :2].astype(np.intp).tolist():
        left, right = parent.find(one), parent.find(other)
        top = parent.join(left, right)
        found = met.pop(left, Counter()) + met.pop(right, Counter())
        if found:
            met[top] = found
        if left in asks or right in asks:
            asks.add(top)
            if found:
                return _most(found, None)
    return None


def nearest_homes(
    tree: NDArray[np.float64], rows: Collection[int], homes: Mapping[int, int]
) -> dict[int, int]:
    """For each of the rows by itself the home, other than its own, that it meets first; rows that meet none are left out.

    As `nearest_home` answers it for one row, but all rows walk up the tree together: those of one piece that have the same
    home of their own wait for the same others, so that each bridge is walked over once.
    """
    parent = _Parents(len(tree) + 1)
    met: dict[int, Counter[int]] = {row: Counter([home]) for row, home in homes.items()}
    waiting: dict[int, dict[int | None, list[int]]] = {row: {homes.get(row): [row]} for row in rows}
    found: dict[int, int] = {}
    for one, other in tree[:, :2].astype(np.intp).tolist():
        left, right = parent.find(one), parent.find(other)
        sides = (met.pop(left, Counter()), met.pop(right, Counter()))
        asking = (waiting.pop(left, {}), waiting.pop(right, {}))
        for asks, others in zip(asking, reversed(sides), strict=True):
            for own in list(asks) if others else ():
                best = _most(others, own)
                if best is not None:
                    found.update(dict.fromkeys(asks.pop(own), best))
        top = parent.join(left, right)
        met[top], waiting[top] = _joined(*sides), _lined_up(*asking)
    return found


def _most(homes: Mapping[int, int], own: int | None) -> int | None:
    """The home with the most rows, of those with as many the first, other than one's own."""
    return min((home for home in homes if home != own), key=lambda home: (-homes[home], home), default=None)


def _joined(one: Counter[int], other: Counter[int]) -> Counter[int]:
    small, large = sorted((one, other), key=len)
    large.update(small)
    return large


def _lined_up(
    one: dict[int | None, list[int]], other: dict[int | None, list[int]]
) -> dict[int | None, list[int]]:
    for own, rows in other.items():
        mine = one.get(own, [])
        small, large = sorted((mine, rows), key=len)
        large += small
        one[own] = large
    return one


def path_between(tree: NDArray[np.float64], one: int, other: int) -> list[tuple[int, int]]:
    """The bridges that join two rows of a tree, as pairs of rows in the order in which one walks over them."""
    came_from: dict[int, int] = {one: one}
    beside, walks = _beside(tree), deque([one])
    while walks and other not in came_from:
        here = walks.popleft()
        for there in beside.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                walks.append(there)
    path = []
    while other != one:
        path.append((came_from[other], other))
        other = came_from[other]
    return path[::-1]


def bridges_joining(tree: NDArray[np.float64], rows: Collection[int]) -> list[int]:
    """Which bridges of a tree (their places in it) join these rows: without them, the rows would be in several pieces."""
    wanted, ends = set(rows), tree[:, :2].astype(np.intp).tolist()
    degree = Counter(row for pair in ends for row in pair)
    places: dict[int, set[int]] = {}
    for place, pair in enumerate(ends):
        for row in pair:
            places.setdefault(row, set()).add(place)
    left = set(range(len(ends)))
    loose = [row for row in degree if degree[row] == 1 and row not in wanted]
    while loose:  # what hangs on by one bridge and is not asked about joins nobody
        row = loose.pop()
        for place in places[row] & left:
            left.discard(place)
            for end in ends[place]:
                degree[end] -= 1
                if degree[end] == 1 and end not in wanted:
                    loose.append(end)
    return sorted(left)


def sides_of(tree: NDArray[np.float64], place: int) -> tuple[list[int], list[int]]:
    """The rows of a tree in two parts, sorted, when its bridge at `place` is taken away: that of its first end first."""
    parent = _Parents(len(tree) + 1)
    for n, (one, other) in enumerate(tree[:, :2].astype(np.intp).tolist()):
        if n != place:
            parent.join(parent.find(one), parent.find(other))
    here = parent.find(int(tree[place, 0]))
    rows = range(len(tree) + 1)
    return [r for r in rows if parent.find(r) == here], [r for r in rows if parent.find(r) != here]


def _beside(tree: NDArray[np.float64]) -> dict[int, list[int]]:
    """Row -> the rows to which a bridge leads, the shortest first."""
    found: dict[int, list[int]] = {}
    for one, other in tree[:, :2].astype(np.intp).tolist():
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


def _merges(tree: NDArray[np.float64], wanted: set[int]) -> list[tuple[list[int], list[int]]]:
    """How the wanted rows come together, pair by pair, from the nearest on: the rows of both sides."""
    parent = _Parents(len(tree) + 1)
    inside: dict[int, list[int]] = {row: [row] for row in wanted}
    found = []
    for one, other in tree[:, :2].astype(np.intp).tolist():
        left, right = parent.find(one), parent.find(other)
        top = parent.join(left, right)
        mine, theirs = inside.pop(left, None), inside.pop(right, None)
        if mine and theirs:
            found.append((mine, theirs))
        if mine or theirs:
            inside[top] = [*(mine or ()), *(theirs or ())]
    return found


class _Parents:
    """Sets of rows that grow together."""

    def __init__(self, total: int) -> None:
        self._parent = list(range(total))

    def find(self, row: int) -> int:
        parent = self._parent
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def join(self, one: int, other: int) -> int:
        """By number, so that the answer does not depend on the order of the bridges."""
        top = min(one, other)
        self._parent[max(one, other)] = top
        return top
