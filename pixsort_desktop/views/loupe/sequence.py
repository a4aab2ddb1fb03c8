"""The photos in the order in which one goes through them, and which of them will be looked at next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

FORTH = 8  # frames decoded ahead in the direction of travel
BACK = 3  # and behind


class Walk:
    """Photo ids in order; `starts` are the places where a column begins (only 0 in the grid)."""

    def __init__(self, ids: Iterable[int] = (), starts: Iterable[int] = (0,)) -> None:
        self.ids: Sequence[int] = tuple(ids)
        self._starts = sorted(set(starts))
        self._places = {photo_id: place for place, photo_id in enumerate(self.ids)}

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, photo_id: object) -> bool:
        return photo_id in self._places

    def place(self, photo_id: int) -> int | None:
        """Where the photo stands, counted from 0; None for one that is not here."""
        return self._places.get(photo_id)

    def ahead(self, place: int, direction: int) -> list[int]:
        """Ids to have ready at `place`, the likeliest first: the next frames, some of those before, and the first
        frame of the column after and of the one before."""
        onward = 1 if direction >= 0 else -1
        found: dict[int, None] = {}
        for other in self._likely(place, onward):
            if 0 <= other < len(self.ids) and other != place:
                found.setdefault(self.ids[other])
        return list(found)

    def _likely(self, place: int, onward: int) -> Iterator[int]:
        yield place + onward
        yield place + 2 * onward
        yield place - onward
        columns = [self._next_column(place), self._column_before(place)]
        yield from columns[::onward]
        for step in range(3, FORTH + 1):
            yield place + step * onward
        for step in range(2, BACK + 1):
            yield place - step * onward

    def _next_column(self, place: int) -> int:
        at = bisect_right(self._starts, place)
        return self._starts[at] if at < len(self._starts) else -1

    def _column_before(self, place: int) -> int:
        """Where the column before the one of `place` begins."""
        at = bisect_right(self._starts, place) - 2
        return self._starts[at] if at >= 0 else -1
