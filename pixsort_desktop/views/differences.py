"""The smallest set of removals and insertions that turns one list into another.

Models apply these instead of a reset, so that scroll positions, selections and open editors survive.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Hashable, Sequence
from dataclasses import dataclass

MANY = 50  # steps (`distance`) above which all rows are better rearranged at once


@dataclass(frozen=True, slots=True)
class Removal:
    """Remove rows `first`..`last` of the list as it is when this step's turn comes."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Insertion:
    """Insert `items` so that the first of them has row `first`."""

    first: int
    items: tuple[Hashable, ...]


def steps(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Removal | Insertion]:
    """Steps that turn `old` into `new`, to be applied in order; items are unique in each list.

    What stays in its relative order is not touched (the longest increasing subsequence of old rows, by
    patience sorting, O(n log n)); an item that moved is removed and inserted again.
    """
    if old is new:
        return []
    start = _common_start(old, new)
    end = _common_start(old[start:][::-1], new[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    kept = _kept(old, new) if old and new else set()
    found = [*_removals(old, kept), *_insertions(new, kept)]
    return [_shifted(step, start) for step in found] if start else found


def distance(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """A quick, rough count of the steps between two lists: runs that go and that come, and items between the
    first and the last one that moved."""
    if old is new or list(old) == list(new):
        return 0
    there, wanted = set(old), set(new)
    stay, stays = [item for item in old if item in wanted], [item for item in new if item in there]
    found = _runs_without(old, wanted) + _runs_without(new, there)
    if stay != stays:
        start = _common_start(stay, stays)
        found += len(stay) - start - _common_start(stay[start:][::-1], stays[start:][::-1])
    return found


def _runs_without(items: Sequence[Hashable], others: Container[Hashable]) -> int:
    """How many unbroken runs of items are not among the others."""
    count, inside = 0, False
    for item in items:
        missing = item not in others
        count += missing and not inside
        inside = missing
    return count


def _common_start(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """How many items both lists begin with: most changes touch a few rows of a long list."""
    shorter = min(len(one), len(other))
    if list(one[:shorter]) == list(other[:shorter]):
        return shorter
    return next(row for row, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)


def _shifted(step: Removal | Insertion, by: int) -> Removal | Insertion:
    if isinstance(step, Removal):
        return Removal(step.first + by, step.last + by)
    return Insertion(step.first + by, step.items)


def _kept(old: Sequence[Hashable], new: Sequence[Hashable]) -> set[Hashable]:
    for part, whole in ((old, new), (new, old)):
        if _is_within(part, whole):  # rows only came, or only went: told at a glance
            return set(part)
    return _longest(old, new)


def _is_within(part: Sequence[Hashable], whole: Sequence[Hashable]) -> bool:
    """Whether all of `part` stands in `whole`, in the same order."""
    rest = iter(whole)
    return len(part) <= len(whole) and all(item in rest for item in part)


def _longest(old: Sequence[Hashable], new: Sequence[Hashable]) -> set[Hashable]:
    rows = {item: row for row, item in enumerate(old)}
    common = [(item, rows[item]) for item in new if item in rows]
    tails: list[int] = []  # smallest last row of an increasing run of each length
    tail_at: list[int] = []  # where in `common` that run ends
    before: list[int] = []
    for place, (_, row) in enumerate(common):
        length = bisect_left(tails, row)
        before.append(tail_at[length - 1] if length else -1)
        if length == len(tails):
            tails.append(row)
            tail_at.append(place)
        else:
            tails[length] = row
            tail_at[length] = place
    kept: set[Hashable] = set()
    place = tail_at[-1] if tail_at else -1
    while place >= 0:
        kept.add(common[place][0])
        place = before[place]
    return kept


def _removals(old: Sequence[Hashable], kept: set[Hashable]) -> list[Removal | Insertion]:
    """Runs of rows that go, from the end, so that earlier row numbers stay true."""
    found: list[Removal | Insertion] = []
    row = len(old) - 1
    while row >= 0:
        if old[row] in kept:
            row -= 1
            continue
        last = row
        while row > 0 and old[row - 1] not in kept:
            row -= 1
        found.append(Removal(row, last))
        row -= 1
    return found


def _insertions(new: Sequence[Hashable], kept: set[Hashable]) -> list[Removal | Insertion]:
    found: list[Removal | Insertion] = []
    row = 0
    while row < len(new):
        if new[row] in kept:
            row += 1
            continue
        first = row
        while row < len(new) and new[row] not in kept:
            row += 1
        found.append(Insertion(first, tuple(new[first:row])))
    return found


def runs(rows: list[int]) -> list[tuple[int, int]]:
    """Sorted rows as (first, last) of each unbroken run."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
