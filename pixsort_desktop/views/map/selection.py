"""Which photos are selected on the map, and which of them has the keyboard."""

from __future__ import annotations

from collections.abc import Collection, Iterable


class MapSelection:
    """Ids, in the order in which they were selected."""

    def __init__(self) -> None:
        self.ids: dict[int, None] = {}
        self.current: int | None = None

    def set(self, ids: Iterable[int], current: int | None = None) -> None:
        """These and no others; the keyboard goes to `current`, or to the first of them."""
        self.ids = dict.fromkeys(ids)
        self.current = current if current is not None else next(iter(self.ids), None)

    def add(self, ids: Iterable[int], current: int | None = None) -> None:
        self.ids |= dict.fromkeys(ids)
        self.current = current if current is not None else self.current or next(iter(self.ids), None)

    def toggle(self, photo_id: int) -> None:
        if photo_id in self.ids:
            del self.ids[photo_id]
        else:
            self.ids[photo_id] = None
        self.current = photo_id

    def keep(self, shown: Collection[int], follows: int | None) -> None:
        """Only what is still shown; where the current photo is not, on to `follows`."""
        some = bool(self.ids)
        self.ids = {i: None for i in self.ids if i in shown}
        if self.current is not None and self.current not in shown:
            self.current = follows
        if some and not self.ids and self.current is not None:
            self.ids = {self.current: None}
