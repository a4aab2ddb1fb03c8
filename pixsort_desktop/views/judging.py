"""Keys that judge: stars, flag and colour label for what is selected, or for the large photo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pixsort_desktop.commands import judge
from pixsort_desktop.library.database import Library
from pixsort_desktop.views.advance import Advance
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session

_FLAGS = ("pick", "reject")
Command = Callable[..., object]


class Judging:
    """Turns keys into commands; what to judge is asked of the middle of the window.

    With `going_on` true at the moment of the key, or by the handlers of `advancing`, the next photo comes at once."""

    def __init__(self, session: Session, area: PhotosArea, going_on: Callable[[], bool]) -> None:
        self._session = session
        self._area = area
        self._going_on = going_on
        self.advance = Advance(session, area)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {
            identifier: partial(self._do, command, advance=False, flags=identifier in _FLAGS)
            for identifier, command in _commands().items()
        }

    def advancing(self) -> dict[str, Callable[[], None]]:
        """The same, and on to the next photo."""
        return {
            identifier: partial(self._do, command, advance=True, flags=identifier in _FLAGS)
            for identifier, command in _commands().items()
        }

    def _do(self, command: Command, *, advance: bool, flags: bool) -> None:
        """The way on is looked up first: by then a filter may have taken the judged photos out of sight. Frames side by
        side that are picked or rejected make room at once."""
        ids = [photo.id for photo in self._area.judged()]
        if not ids:
            return
        project_id = self._session.project_id
        beside = self._area.side_by_side
        if beside is None:
            self.advance.look(ids)

        def act(library: Library) -> object:
            return command(library, project_id=project_id, photo_ids=ids)

        self._session.do(act)
        going_on = advance or self._going_on()
        if beside is not None:
            if going_on or flags:
                beside.leave(ids, flagged=flags)
        elif going_on:
            self.advance.go()


def _commands() -> dict[str, Command]:
    """The command of each key; the same colour again takes the label away."""
    found: dict[str, Command] = {
        "more_stars": partial(judge.step_stars, by=1),
        "fewer_stars": partial(judge.step_stars, by=-1),
        "pick": partial(judge.flag_photos, flag="pick"),
        "reject": partial(judge.flag_photos, flag="reject"),
        "unflag": partial(judge.flag_photos, flag=None),
    }
    for stars in judge.RATINGS:
        found[f"stars_{stars}"] = partial(judge.rate_photos, rating=stars)
    for colour in judge.COLOURS:
        if colour is not None:
            found[colour] = partial(judge.toggle_colour, colour=colour)
    return found
