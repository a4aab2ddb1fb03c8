"""Who stands beside whom: two to nine frames of a group, and the candidates that wait for a place.

A frame that was decided or set aside leaves, and the next candidate takes its place. Nothing here knows of widgets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

FEWEST, MOST = 2, 9


class Contest:
    """`frames` are the photo ids side by side, the first one that to beat; `active` is the place that keys are about."""

    def __init__(self, chosen: Sequence[int], group: Sequence[int], size: int) -> None:
        """Begin with the `chosen` photos (one will do) and those that follow the first of them in its `group`.

        `size` places are filled as far as there are photos; they are the chosen ones before any others.
        """
        first = chosen[0]
        at = group.index(first) if first in group else -1
        others = [*group[at + 1 :], *group[: max(at, 0)]]
        self._order = list(dict.fromkeys([*chosen, *others]))
        self.size = max(FEWEST, min(size, MOST))
        self.frames = self._order[: self.size]
        self._left: set[int] = set()  # decided or set aside: they do not come back by themselves
        self.active = 0

    @property
    def active_id(self) -> int | None:
        return self.frames[self.active] if self.frames else None

    def waiting(self) -> list[int]:
        """Candidates without a place, the next one first."""
        return [i for i in self._order if i not in self._left and i not in self.frames]

    def keep_only(self, still: Iterable[int]) -> None:
        """Photos that are gone from the library or the filter leave their places."""
        there = set(still)
        self._order = [i for i in self._order if i in there]
        self._left &= there
        for photo_id in [i for i in self.frames if i not in there]:
            self.leave(photo_id)

    def leave(self, photo_id: int) -> None:
        """A frame was decided or is set aside: the next candidate takes its place."""
        if photo_id in self._order:
            self._left.add(photo_id)
        if photo_id not in self.frames:
            return
        place, waiting = self.frames.index(photo_id), self.waiting()
        if waiting:
            self.frames[place] = waiting[0]
        else:
            del self.frames[place]
        self.active = max(0, min(self.active, len(self.frames) - 1))

    def bring_back(self, photo_id: int) -> None:
        """A judgement was undone: the photo is a candidate again, before all others."""
        if photo_id in self._left:
            self._left.discard(photo_id)
            self._order.remove(photo_id)
            self._order.insert(0, photo_id)
            if len(self.frames) < self.size:
                self.frames.append(photo_id)

    def promote(self) -> None:
        """The active frame is the one to beat from now on: it takes the first place, and the one that stood there leaves.

        Where it is that one already, the frame after it leaves: it has won against that.
        """
        winner = self.active_id
        if winner is None or len(self.frames) < 2:
            return
        loser = self.frames[1] if self.active == 0 else self.frames[0]
        if self.active:
            self.frames[0], self.frames[self.active] = winner, loser
        self.leave(loser)
        self.active = min(1, len(self.frames) - 1)

    def exchange(self, by: int) -> None:
        """The active frame goes back to the candidates, and the one before or after it in the group takes its place."""
        here = self.active_id
        if here is None:
            return
        at, step = self._order.index(here), 1 if by > 0 else -1
        for offset in range(1, len(self._order)):
            other = self._order[(at + step * offset) % len(self._order)]
            if other not in self.frames:
                self._left.discard(other)
                self.frames[self.active] = other
                return

    def activate(self, photo_id: int) -> None:
        """Make a frame the active one; a candidate takes the active place."""
        if photo_id in self.frames:
            self.active = self.frames.index(photo_id)
        elif photo_id in self._order and self.frames:
            self._left.discard(photo_id)
            self.frames[self.active] = photo_id

    def step(self, by: int) -> None:
        """The next or previous place is the active one."""
        if self.frames:
            self.active = (self.active + by) % len(self.frames)

    def resize(self, size: int) -> None:
        """More or fewer places; those that go are the last ones, never the active one."""
        self.size = max(FEWEST, min(size, MOST))
        while len(self.frames) > self.size:
            last = len(self.frames) - 1
            del self.frames[last if last != self.active else last - 1]
            self.active = min(self.active, len(self.frames) - 1)
        self.frames += self.waiting()[: self.size - len(self.frames)]
