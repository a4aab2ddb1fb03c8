"""Shows which photos are new on board and grid, and takes the mark off those that are looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject

from pixsort_desktop.commands.arrivals import mark_seen
from pixsort_desktop.library.records import Photo
from pixsort_desktop.views import arrivals
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot


class Newcomers(QObject):
    """Listens to the session and to what is selected."""

    def __init__(self, session: Session, area: PhotosArea) -> None:
        super().__init__(area)
        self._session, self._area = session, area
        self._looked_at: set[int] = set()  # told to the library, whose answer is on its way
        session.snapshot_changed.connect(self._show)
        area.selected.connect(lambda _selected, current, _behind: self._look_at(current))

    def _show(self, snapshot: Snapshot) -> None:
        self._looked_at &= snapshot.arrived
        if arrivals.show(snapshot.arrived):
            self._area.grid.update_tiles()
            self._area.board.repaint_tiles()

    def _look_at(self, photo: Photo | None) -> None:
        snapshot, project_id = self._session.snapshot, self._session.project_id
        if photo is None or project_id is None or photo.id not in snapshot.arrived - self._looked_at:
            return
        self._looked_at.add(photo.id)
        self._session.do(lambda library: mark_seen(library, project_id=project_id, photo_ids=[photo.id]))
