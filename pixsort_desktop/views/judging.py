"""Keys that judge: stars, flag and colour label for what is selected, or for the large photo."""

from __future__ import annotations

from collections.abc import Callable

from pixsort_desktop.commands import judge
from pixsort_desktop.library.database import Library
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session


class Judging:
    """Turns keys into commands; what to judge is asked of the middle of the window."""

    def __init__(self, session: Session, area: PhotosArea) -> None:
        self._session = session
        self._area = area

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        found: dict[str, Callable[[], None]] = {
            "more_stars": lambda: self._step(1),
            "fewer_stars": lambda: self._step(-1),
            "pick": lambda: self._flag("pick"),
            "reject": lambda: self._flag("reject"),
            "unflag": lambda: self._flag(None),
        }
        for stars in judge.RATINGS:
            found[f"stars_{stars}"] = lambda stars=stars: self._rate(stars)  # type: ignore[misc]
        for colour in judge.COLOURS:
            if colour is not None:
                found[colour] = lambda colour=colour: self._colour(colour)  # type: ignore[misc]
        return found

    def _rate(self, rating: int) -> None:
        self._do(
            lambda library, project_id, ids: judge.rate_photos(
                library, project_id=project_id, photo_ids=ids, rating=rating
            )
        )

    def _step(self, by: int) -> None:
        self._do(
            lambda library, project_id, ids: judge.step_stars(
                library, project_id=project_id, photo_ids=ids, by=by
            )
        )

    def _flag(self, flag: str | None) -> None:
        self._do(
            lambda library, project_id, ids: judge.flag_photos(
                library, project_id=project_id, photo_ids=ids, flag=flag
            )
        )

    def _colour(self, colour: str) -> None:
        """The same key again takes the label away."""
        self._do(
            lambda library, project_id, ids: judge.toggle_colour(
                library, project_id=project_id, photo_ids=ids, colour=colour
            )
        )

    def _do(self, command: Callable[[Library, int | None, list[int]], object]) -> None:
        ids = [photo.id for photo in self._area.judged()]
        project_id = self._session.project_id
        if ids:
            self._session.do(lambda library: command(library, project_id, ids))
