"""What the tree over the board shows: its parts as plain lists, and questions about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Run = tuple[int, int, int]  # from this place, up to before that one, column


@dataclass(frozen=True)  # without slots: what is worked out from it is kept with it
class TreeDrawing:
    """Parts come before the parts in them, from left to right: places `first` up to `first + count` of `photo_ids`.

    `top` and `bottom`: granularity, 0 to 1. `leaves`: by place, where a photo leaves the finest part it is in.
    """

    photo_ids: Sequence[int] = ()
    leaves: Sequence[float] = ()
    parent: Sequence[int] = ()
    first: Sequence[int] = ()
    count: Sequence[int] = ()
    top: Sequence[float] = ()
    bottom: Sequence[float] = ()

    @cached_property
    def total(self) -> int:
        return len(self.photo_ids)

    @cached_property
    def kids(self) -> list[list[int]]:
        """By part, the parts right inside it."""
        found: list[list[int]] = [[] for _ in self.first]
        for part, parent in enumerate(self.parent):
            if parent >= 0:
                found[parent].append(part)
        return found

    def end(self, part: int) -> int:
        return self.first[part] + self.count[part]

    def ids(self, part: int) -> Sequence[int]:
        """The photos of a part."""
        return self.photo_ids[self.first[part] : self.end(part)]

    def own_start(self, part: int) -> int:
        """The place from which on photos leave the part one by one: right of the parts in it."""
        kids = self.kids[part]
        return self.end(kids[-1]) if kids else self.first[part]

    def wide(self, least: float) -> list[int]:
        """The parts of so many photos or more."""
        return [part for part, count in enumerate(self.count) if count >= least]

    def part_at(self, place: int, depth: float, among: Sequence[int]) -> int | None:
        """The finest of the parts at a place and depth."""
        found = None
        for part in among:  # what is inside comes later
            if self.first[part] <= place < self.end(part) and self.top[part] <= depth <= self._reaches(
                part, place
            ):
                found = part
        return found

    def _reaches(self, part: int, place: int) -> float:
        return self.bottom[part] if place < self.own_start(part) else self.leaves[place]

    def beside(self, part: int, way: int, among: Sequence[int]) -> int | None:
        """The part to the left (-1) or right (1) of one, at its depth or as near above it as there is."""
        depth = (self.top[part] + self.bottom[part]) / 2
        there = [p for p in among if self.top[p] <= depth and p != part]
        if way > 0:
            right = [p for p in there if self.first[p] >= self.end(part)]
            return min(right, key=lambda p: (self.first[p], -self.top[p]), default=None)
        left = [p for p in there if self.end(p) <= self.first[part]]
        return max(left, key=lambda p: (self.end(p), self.top[p]), default=None)

    def runs(self, columns: Mapping[int, int]) -> list[Run]:
        """Where photos of one column stand side by side; `columns`: by photo."""
        found: list[Run] = []
        start, here = 0, columns.get(self.photo_ids[0], 0) if self.photo_ids else 0
        for place, photo_id in enumerate(self.photo_ids):
            column = columns.get(photo_id, 0)
            if column != here:
                found.append((start, place, here))
                start, here = place, column
        return [*found, (start, self.total, here)] if self.photo_ids else []
