"""Where the keyboard goes after a judgement, and when a filter takes the judged photo out of sight."""

from __future__ import annotations

from collections.abc import Sequence

from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session


class Advance:
    """`look` before a judgement, `go` right after it, `settle` with every snapshot that is shown."""

    def __init__(self, session: Session, area: PhotosArea) -> None:
        self._session = session
        self._area = area
        self._judged: frozenset[int] = frozenset()
        self._after: list[int] = []  # photos that follow the last judged one, as they were shown
        self._before: list[int] = []  # and those before the first, the nearest first

    def look(self, judged: Sequence[int]) -> None:
        """Note what surrounds these photos, in the order in which they are shown: the board's, the grid's."""
        sequence = self._area.sequence()
        self._judged = frozenset(judged)
        places = [place for place, photo_id in enumerate(sequence) if photo_id in self._judged]
        first, last = (places[0], places[-1]) if places else (0, len(sequence))
        self._after = sequence[last + 1 :]
        self._before = sequence[:first][::-1]

    def go(self) -> None:
        """To the photo after the last judged one; at the end of all, stay and say so."""
        target = next((photo_id for photo_id in self._after if self._ready(photo_id)), None)
        if target is not None:
            self._area.go_to(target)
        else:
            self._session.told.emit("That was the last photo shown here.")

    def settle(self) -> None:
        """The views show a new snapshot. Where the judged photos went out of sight with the selection on them, the next
        one takes their place, else the nearest before them; once the selection is elsewhere, nothing is done."""
        if not self._judged:
            return
        if self._elsewhere():
            self._judged = frozenset()
            return
        shown = set(self._area.sequence())
        if self._judged & shown:
            return
        self._judged = frozenset()
        for photo_id in (*self._after, *self._before):
            if photo_id in shown and self._ready(photo_id):
                self._area.go_to(photo_id)
                return

    def _elsewhere(self) -> bool:
        """Whether something else has been chosen since, or another project opened."""
        chosen = {photo.id for photo in self._area.judged()}
        gone = self._judged.isdisjoint(self._session.snapshot.photos)
        return gone or (bool(chosen) and self._judged.isdisjoint(chosen))

    def _ready(self, photo_id: int) -> bool:
        photo = self._session.snapshot.photos.get(photo_id)
        return photo is not None and photo.status == "ready"
