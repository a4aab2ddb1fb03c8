"""Working through a shoot: on to the next photo or column that is undecided; keep the best, reject the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from pixsort_desktop.commands import judge
from pixsort_desktop.library.records import Column, Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import words
from pixsort_desktop.views.first_use import first_use
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot

if TYPE_CHECKING:
    from pixsort_desktop.views.keep_panel import KeepPanel


class Culling:
    """Turns keys into steps through the photos as they are shown, filters and order included."""

    def __init__(
        self,
        session: Session,
        area: PhotosArea,
        messages: MessageBar,
        loader: ThumbnailLoader,
        window: QWidget,
    ) -> None:
        self._session, self._area, self._messages = session, area, messages
        self._loader, self._window = loader, window
        session.snapshot_changed.connect(self._follow)

    @first_use
    def panel(self) -> KeepPanel:
        """How many shall be kept, asked over the window."""
        from pixsort_desktop.views.keep_panel import KeepPanel

        panel = KeepPanel(self._loader, self._window)
        panel.keep_wanted.connect(self._keep)
        panel.left.connect(self._area.focus_photos)
        return panel

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {
            "next_undecided": self.next_undecided,
            "next_column": self.next_column,
            "keep_best": self.ask_keep,
        }

    def next_undecided(self) -> None:
        """The next undecided photo in the order shown; after the last one, from the beginning."""
        sequence = self._area.sequence()
        here = self._area.current_photo_id()
        start = sequence.index(here) + 1 if here in sequence else 0
        for photo_id in [*sequence[start:], *sequence[:start]]:
            if photo_id != here and self._undecided(photo_id):
                self._area.go_to(photo_id)
                return
        self._messages.tell(self._nothing_left(here))

    def next_column(self) -> None:
        """The first undecided photo of the next column that has one, in the order of the board."""
        columns = [c for c in self._session.snapshot.shown_columns if c.photo_ids]
        here = self._area.current_photo_id()
        at = next((n for n, column in enumerate(columns) if here in column.photo_ids), -1)
        for column in [*columns[at + 1 :], *columns[: max(at, 0)]]:
            first = next((i for i in column.photo_ids if self._undecided(i)), None)
            if first is not None:
                self._area.go_to(first)
                return
        self._messages.tell("No other column has undecided photos.")

    def ask_keep(self) -> None:
        """How many of the current column to keep."""
        column = self._current_column()
        photos = self._photos(column) if column is not None else []
        if column is None or not photos:
            self._messages.tell("Go to the column of which the best shall be kept.")
            return
        self.panel.open(column.group.id if column.group is not None else None, _label(column), photos)

    def _follow(self, snapshot: Snapshot) -> None:
        """While it is asked, photos may come and go: what is shown is what would be kept."""
        panel = Culling.panel.built(self)
        if panel is None or not panel.isVisible():
            return
        group_id = panel.group_id
        column = next((c for c in snapshot.columns if (c.group.id if c.group else None) == group_id), None)
        photos = self._photos(column) if column is not None else []
        if column is not None and photos:
            panel.follow(_label(column), photos)
        else:
            panel.leave()
            self._messages.tell("The column has no photos any more.")

    def _keep(self, group_id: int | None, count: int) -> None:
        project_id = self._session.project_id
        if project_id is None:
            return
        self._session.do(
            lambda library: judge.keep_best(library, project_id=project_id, group_id=group_id, count=count),
            lambda _: self._messages.tell(
                f"Kept {words.count(count, 'photo')}, rejected the others.", "Undo", self._session.undo
            ),
        )

    def _undecided(self, photo_id: int) -> bool:
        photo = self._session.snapshot.photos.get(photo_id)
        return photo is not None and photo.status == "ready" and not photo.decided

    def _nothing_left(self, here: int | None) -> str:
        if here is not None and self._undecided(here):
            return "This is the only undecided photo left here."
        return "Every photo shown here is decided."

    def _current_column(self) -> Column | None:
        """The whole column, also what a filter hides of it."""
        if self._area.prompt is not None:
            return None  # a view of photos of many columns
        group_id = self._area.current_group_id()
        columns = self._session.snapshot.columns
        if group_id is not None:
            return next((c for c in columns if c.group is not None and c.group.id == group_id), None)
        here = self._area.current_photo_id()
        return next((column for column in columns if here in column.photo_ids), None)

    def _photos(self, column: Column) -> list[Photo]:
        photos = self._session.snapshot.photos
        return [photos[i] for i in column.photo_ids if i in photos]


def _label(column: Column) -> str:
    return column.group.label if column.group is not None else words.UNGROUPED
