"""Where the keyboard goes after a judgement."""

from __future__ import annotations

from collections.abc import Sequence

from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session


class Advance:
    """`look` before a judgement, for a filter may take the judged photos out of sight; `go` right after it."""

    def __init__(self, session: Session, area: PhotosArea) -> None:
        self._session = session
        self._area = area
        self._after: list[int] = []  # photos that follow the last judged one, as they were shown

    def look(self, judged: Sequence[int]) -> None:
        """Note what follows these photos, in the order in which they are shown: the board's, the grid's."""
        sequence, going = self._area.sequence(), set(judged)
        last = max((place for place, photo_id in enumerate(sequence) if photo_id in going), default=None)
        self._after = sequence[last + 1 :] if last is not None else []

    def go(self) -> None:
        """To the photo after the last judged one; at the end of all, stay and say so."""
        target = next((photo_id for photo_id in self._after if self._ready(photo_id)), None)
        if target is not None:
            self._area.go_to(target)
        else:
            self._session.told.emit("That was the last photo shown here.")

    def take_the_place(self, judged: Sequence[int]) -> None:
        """These photos are leaving the filter: what follows the current one is selected at once, as the next snapshot
        would do. Where nothing follows, or frames of a closed stack come forward, that is left to it."""
        snapshot, here = self._session.snapshot, self._area.current_photo_id()
        if here not in judged or any(snapshot.stand_in(photo_id) is not None for photo_id in judged):
            return
        sequence, going = self._area.sequence(), set(judged)
        place = sequence.index(here) if here in sequence else len(sequence)
        target = next((photo_id for photo_id in sequence[place:] if photo_id not in going), None)
        if target is not None:
            self._area.go_to(target)

    def _ready(self, photo_id: int) -> bool:
        photo = self._session.snapshot.photos.get(photo_id)
        return photo is not None and photo.status == "ready"
