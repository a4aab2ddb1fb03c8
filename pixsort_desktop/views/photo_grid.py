"""All photos of the project, in the order in which they were taken."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Signal
from PySide6.QtWidgets import QWidget

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views.differences import runs
from pixsort_desktop.views.photo_list import PhotoList
from pixsort_desktop.views.photo_list_model import PhotoListModel
from pixsort_desktop.views.snapshot import Snapshot


class PhotoGrid(PhotoList):
    """A `PhotoList` whose tiles share the whole width."""

    selection_changed = Signal()

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(loader, caption=True, parent=parent)
        self.photos = PhotoListModel(self)
        self.setModel(self.photos)
        self.setObjectName("grid")
        self.setAccessibleName("Photos")
        self.setAccessibleDescription("All photos of the project, in the order in which they were taken")
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        self.selectionModel().currentChanged.connect(self.selection_changed)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        project = snapshot.project
        before = self.photos.rowCount()
        self.photos.show(snapshot.shown_order, snapshot.photos, project.id if project else None)
        if self.successor is not None and self.photos.rowCount() < before:
            self.select_ids([self.successor])
            self.successor = None
        self.want_soon()

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

    def select_ids(self, photo_ids: Iterable[int], current: int | None = None) -> None:
        """Select these photos and no others; go to `current`, or to the first of them."""
        rows = sorted(row for row in map(self.photos.row_of, photo_ids) if row >= 0)
        chosen = QItemSelection()
        for first, last in runs(rows):
            chosen.select(self.photos.index(first), self.photos.index(last))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        at = (
            self.photos.index_of(current)
            if current is not None
            else self.photos.index(rows[0])
            if rows
            else None
        )
        if at is not None and at.isValid():
            self.selectionModel().setCurrentIndex(at, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(at)
