"""From «this camera's clock was wrong» to the command, asked for a project or for the photos that show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from pixsort_desktop.commands.clocks import length, shift_between, shift_clock
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.clocks import CameraKey, camera_key, cameras_of
from pixsort_desktop.library.records import Photo
from pixsort_desktop.views import words
from pixsort_desktop.views.first_use import first_use
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session

if TYPE_CHECKING:
    from pixsort_desktop.views.clock_panel import ClockPanel


class Clocks:
    """Opens the panel, which lies over `window`, and carries out what it says."""

    def __init__(self, session: Session, area: PhotosArea, messages: MessageBar, window: QWidget) -> None:
        self._session = session
        self._area = area
        self._messages = messages
        self._window = window

    @first_use
    def panel(self) -> ClockPanel:
        from pixsort_desktop.views.clock_panel import ClockPanel

        panel = ClockPanel(self._window)
        panel.shift_wanted.connect(self._shift)
        panel.left.connect(self._area.focus_photos)
        return panel

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {"camera_clock": lambda: self.ask([photo.id for photo in self._area.judged()])}

    def ask(self, photo_ids: Sequence[int]) -> None:
        """Ask for the camera of the first of these photos; of two from two cameras, so that they agree."""
        snapshot = self._session.snapshot
        timed = [photo for photo in snapshot.photos.values() if photo.taken_seconds is not None]
        cameras = cameras_of(timed)
        if not cameras:
            self._messages.tell("No photo of this project has a time that could be shifted.")
            return
        first: dict[CameraKey, float] = {}
        for photo in timed:
            seconds = photo.taken_seconds or 0.0
            first[camera_key(photo)] = min(seconds, first.get(camera_key(photo), seconds))
        chosen = [
            p for i in photo_ids if (p := snapshot.photos.get(i)) is not None and p.taken_seconds is not None
        ]
        current = camera_key(chosen[-1]) if chosen else cameras[0].key
        try:
            one, other = chosen
            proposed = {
                camera_key(other): shift_between(one, other),
                camera_key(one): shift_between(other, one),
            }
        except (ValueError, PixsortError):  # not two, or both of one camera
            self.panel.open(cameras, first, current)
            return
        pair = [camera for camera in cameras if camera.key in proposed]
        self.panel.open(pair, first, current, proposed, _moment_of(one, other))

    def _shift(self, camera: CameraKey, seconds: float) -> None:
        project_id = self._session.project_id
        if project_id is None:
            return
        said = f"by {length(seconds)} {'forward' if seconds > 0 else 'back'}" if seconds else "as it was"
        self._session.do(
            lambda library: shift_clock(library, project_id=project_id, camera=camera, seconds=seconds),
            lambda _: self._messages.tell(
                f"Set the clock {said}; group again to group by it.", "Undo", self._session.undo
            ),
        )


def _moment_of(one: Photo, other: Photo) -> str:
    names = " and ".join(words.short(words.file_name(photo)) for photo in (one, other))
    return f"If {names} show the same moment, this makes their times agree. Choose the camera whose clock was wrong."
