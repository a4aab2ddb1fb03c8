"""The photos of the grid, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionRange,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from pixsort_desktop.library.records import Photo
from pixsort_desktop.views import arrivals, words
from pixsort_desktop.views.differences import MANY, Insertion, distance, runs, steps
from pixsort_desktop.views.mime import PHOTOS, photos_to_mime

PHOTO_ID = int(Qt.ItemDataRole.UserRole)
PHOTO = PHOTO_ID + 1
STACK = (
    PHOTO_ID + 2
)  # of a cover: (how many frames its stack has, whether it is closed); None of any other photo

Badge = tuple[int, bool]
NO_STACKS: Mapping[int, Badge] = {}
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class PhotoListModel(QAbstractListModel):
    """Rows are photo ids; the facts come from the snapshot's mapping."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: list[int] = []
        self._photos: Mapping[int, Photo] = {}
        self._stacks: Mapping[int, Badge] = NO_STACKS
        self._rows: dict[int, int] | None = None
        self.project_id: int | None = None

    def show(
        self,
        order: Sequence[int],
        photos: Mapping[int, Photo],
        project_id: int | None,
        stacks: Mapping[int, Badge] = NO_STACKS,
    ) -> None:
        """Become this list by inserting and removing rows; another project's list starts from none.

        `stacks` has a badge for each cover of a stack.
        """
        if project_id != self.project_id:
            self._remove(0, len(self._ids) - 1)
            self.project_id = project_id
        old, self._photos = self._photos, photos
        stayed = set(self._ids)
        many = distance(self._ids, order) > MANY
        if many:
            self._become(order)
        for step in () if many else steps(self._ids, order):
            if isinstance(step, Insertion):
                self.beginInsertRows(NOWHERE, step.first, step.first + len(step.items) - 1)
                self._ids[step.first : step.first] = step.items  # type: ignore[assignment]
                self._rows = None
                self.endInsertRows()
            else:
                self._remove(step.first, step.last)
        before, self._stacks = self._stacks, stacks
        if many:
            if self._ids:
                self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))
            return
        badges = {i for i in before.keys() | stacks.keys() if before.get(i) != stacks.get(i)}
        if old is not photos or badges:
            self._announce(
                [i for i in stayed if i in badges or (i in photos and old.get(i) is not photos[i])]
            )

    def _become(self, order: Sequence[int]) -> None:
        """The same change in four parts, however many runs of rows differ: what stays goes to the front, in its new
        order; the rest is removed; what is new comes in at the end; and all go to their places."""
        there, wanted = set(self._ids), set(order)
        stay = [photo_id for photo_id in order if photo_id in there]
        self._permute([*stay, *(photo_id for photo_id in self._ids if photo_id not in wanted)])
        self._remove(len(stay), len(self._ids) - 1)
        new = [photo_id for photo_id in order if photo_id not in there]
        if new:
            self.beginInsertRows(NOWHERE, len(stay), len(stay) + len(new) - 1)
            self._ids += new
            self._rows = None
            self.endInsertRows()
        self._permute(list(order))

    def _permute(self, ids: list[int]) -> None:
        """Put the same rows into another order."""
        if ids == self._ids:
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        moved = [self._ids[index.row()] for index in kept]
        self._ids, self._rows = ids, None
        self.changePersistentIndexList(kept, [self.index_of(photo_id) for photo_id in moved])
        self.layoutChanged.emit()

    @property
    def order(self) -> Sequence[int]:
        """Photo ids from the first row to the last."""
        return self._ids

    def row_of(self, photo_id: int) -> int:
        """The photo's row, or -1."""
        if self._rows is None:
            self._rows = {photo_id: row for row, photo_id in enumerate(self._ids)}
        return self._rows.get(photo_id, -1)

    def index_of(self, photo_id: int) -> QModelIndex:
        row = self.row_of(photo_id)
        return self.index(row) if row >= 0 else QModelIndex()

    def photo(self, row: int) -> Photo | None:
        return self._photos.get(self._ids[row]) if 0 <= row < len(self._ids) else None

    def ids(self, indexes: Iterable[QModelIndex]) -> list[int]:
        """Photo ids in the order of the rows."""
        return [self._ids[row] for row in sorted(index.row() for index in indexes)]

    def ids_in(self, selection: QItemSelection) -> list[int]:
        """The same for a selection: ranges are looked at, not their photos one by one."""
        parts = sorted((part.top(), part.bottom()) for part in ranges_of(selection))
        return list(dict.fromkeys(i for first, last in parts for i in self._ids[first : last + 1]))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        photo_id = self._ids[index.row()]
        return photo_data(self._photos.get(photo_id), role, self._stacks.get(photo_id))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return PHOTO_FLAGS

    def mimeTypes(self) -> list[str]:
        return [PHOTOS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return photos_to_mime(self.project_id or 0, self.ids(indexes))

    def _remove(self, first: int, last: int) -> None:
        if last < first:
            return
        self.beginRemoveRows(NOWHERE, first, last)
        del self._ids[first : last + 1]
        self._rows = None
        self.endRemoveRows()

    def _announce(self, ids: list[int]) -> None:
        for first, last in runs(sorted(row for row in map(self.row_of, ids) if row >= 0)):
            self.dataChanged.emit(self.index(first), self.index(last))


def ranges_of(selection: QItemSelection) -> list[QItemSelectionRange]:
    """The ranges that a selection is made of."""
    return [selection.at(n) for n in range(selection.count())]


PHOTO_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


def photo_data(photo: Photo | None, role: int, badge: Badge | None = None) -> Any:
    """What a photo answers to each role, in the grid and on the board. No pictures: those are painted."""
    if photo is None:
        return None
    if role == PHOTO_ID:
        return photo.id
    if role == PHOTO:
        return photo
    if role == STACK:
        return badge
    if role == Qt.ItemDataRole.DisplayRole:
        return words.file_name(photo)
    if role == Qt.ItemDataRole.ToolTipRole:
        new = "\nNew: joined this column by itself" if arrivals.is_new(photo) else ""
        return words.tooltip(photo) + new + (f"\n{words.stack(*badge)}" if badge else "")
    if role == Qt.ItemDataRole.AccessibleTextRole:  # an open stack is no news in the name of every burst
        new = ", new in this column" if arrivals.is_new(photo) else ""
        return words.spoken(photo) + new + (f", {words.stack(*badge)}" if badge and badge[1] else "")
    if role == Qt.ItemDataRole.AccessibleDescriptionRole:
        return words.spoken(photo) + (f", {words.stack(*badge)}" if badge else "")
    return None
