"""All photos of the project, in the order in which they were taken."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Signal
from PySide6.QtWidgets import QWidget

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views.differences import MANY, runs
from pixsort_desktop.views.photo_list import PhotoList
from pixsort_desktop.views.photo_list_model import PhotoListModel
from pixsort_desktop.views.showing import EVERYTHING
from pixsort_desktop.views.snapshot import Snapshot, follower


class PhotoGrid(PhotoList):
    """A `PhotoList` whose tiles share the whole width."""

    selection_changed = Signal()

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(loader, caption=True, parent=parent)
        self._showing = EVERYTHING
        self._applying = False
        self.photos = PhotoListModel(self)
        self.setModel(self.photos)
        self.setObjectName("grid")
        self.setAccessibleName("Photos")
        self.setAccessibleDescription("All photos of the project, in the order in which they were taken")
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self.selectionModel().currentChanged.connect(self._selection_changed)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Change what differs; the selection stays with the photos that are still shown."""
        project_id = snapshot.project.id if snapshot.project else None
        other = project_id != self.photos.project_id
        before, current = tuple(self.photos.order), self.current_id()
        selected, seen = self.selected_ids(), self._sees_current()
        looked_otherwise, self._showing = snapshot.showing != self._showing, snapshot.showing
        self._applying = True
        if looked_otherwise and len(selected) > MANY:  # cheaper made anew than kept through every step
            self._select(QItemSelection())
        self.photos.show(snapshot.shown_order, snapshot.photos, project_id, snapshot.badges)
        if looked_otherwise and len(selected) > MANY:
            self._select(self._ranges(selected))
        self._applying = False
        if not other and current is not None:
            self._keep_current(before, current, bool(selected))
        if looked_otherwise and seen and not other:
            self.scrollTo(self.currentIndex())
        self.want_soon()

    def _ranges(self, photo_ids: Iterable[int]) -> QItemSelection:
        found = QItemSelection()
        for first, last in runs(sorted(row for row in map(self.photos.row_of, photo_ids) if row >= 0)):
            found.select(self.photos.index(first), self.photos.index(last))
        return found

    def _keep_current(self, before: tuple[int, ...], current: int, selected: bool) -> None:
        """The current photo stays, or gives way to the next one shown, which is selected if no other is any more."""
        here = self.photos.index_of(current)
        if not here.isValid():
            shown = set(self.photos.order)
            follows = self.successor if self.successor in shown else follower(before, shown, current)
            self.successor = None
            here = self.photos.index_of(follows) if follows is not None else here
        if not here.isValid():
            return
        if selected and not self.selectionModel().hasSelection():
            self.selectionModel().setCurrentIndex(here, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        elif here != self.currentIndex():
            self.selectionModel().setCurrentIndex(here, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _sees_current(self) -> bool:
        """Whether the current photo is in sight."""
        if not self.currentIndex().isValid() or not self.isVisible():
            return False
        return self.visualRect(self.currentIndex()).intersects(self.viewport().rect())

    def _selection_changed(self, *_: object) -> None:
        if not self._applying:
            self.selection_changed.emit()

    def tile_size(self) -> QSize:
        """As wide as an equal share of the row, so that no ragged edge is left.

        The scroll bar's room is always left free: tiles that grow when it goes would bring it back.
        """
        least = super().tile_size()
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 1
        across = max(1, room // least.width())
        return QSize(max(least.width(), room // across), least.height())

    def current_id(self) -> int | None:
        photo = self.photos.photo(self.currentIndex().row())
        return photo.id if photo else None

    def select_all(self) -> None:
        self.selectAll()

    def _select(self, chosen: QItemSelection) -> None:
        """Select this and nothing else. Many ranges are not told one by one: Qt compares each old with each new."""
        selection = self.selectionModel()
        many = chosen.count() > MANY or selection.selection().count() > MANY
        blocked = selection.blockSignals(many)
        if many:
            selection.clearSelection()
        selection.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.blockSignals(blocked)
        if many:
            self.viewport().update()
            self._selection_changed()

    def select_ids(self, photo_ids: Iterable[int], current: int | None = None) -> None:
        """Select these photos and no others; go to `current`, or to the first of them."""
        ids = list(photo_ids)
        chosen = self._ranges(ids)
        self._select(chosen)
        first = min((row for row in map(self.photos.row_of, ids) if row >= 0), default=-1)
        at = self.photos.index(first) if current is None else self.photos.index_of(current)
        if at.isValid():
            self.selectionModel().setCurrentIndex(at, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(at)
