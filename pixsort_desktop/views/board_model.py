"""The board as a tree of two levels: columns, and in each its photos.

Every column's list looks at the same model with another root, and all share one selection: that is how a
selection spans columns. Changes are told as removals and insertions of rows, moved columns as moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QItemSelection, QMimeData, QModelIndex, QObject, Qt

from pixsort_desktop.library.records import Column, Group, Photo
from pixsort_desktop.views import words
from pixsort_desktop.views.differences import MANY, Insertion, distance, runs, steps
from pixsort_desktop.views.mime import PHOTOS, photos_to_mime
from pixsort_desktop.views.photo_list_model import (
    NO_STACKS,
    NOWHERE,
    PHOTO_FLAGS,
    Badge,
    Index,
    photo_data,
    ranges_of,
)

NOTHING: Mapping[int, Sequence[int]] = {}
UNGROUPED_KEY = 1 << 40  # what stands for Ungrouped where columns are told apart by their group's id


class BoardModel(QAbstractItemModel):
    """Columns are known by key: their group's id, or UNGROUPED_KEY."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project_id: int | None = None
        self._keys: list[int] = []
        self._places: dict[int, int] = {}
        self._groups: dict[int, Group | None] = {}
        self._members: dict[int, list[int]] = {}
        self._photos: Mapping[int, Photo] = {}
        self._stacks: Mapping[int, Badge] = NO_STACKS
        self._frames: Mapping[int, Sequence[int]] = NOTHING

    # -- becoming another board ------------------------------------------------------------------------

    def show(
        self,
        columns: Sequence[Column],
        photos: Mapping[int, Photo],
        project_id: int | None,
        stacks: Mapping[int, Badge] = NO_STACKS,
        frames: Mapping[int, Sequence[int]] = NOTHING,
    ) -> None:
        """Become this board by removing, moving and inserting what differs.

        `stacks` has a badge for each cover of a stack, `frames` all frames of each closed stack by its cover.
        """
        if project_id != self.project_id:
            self._remove_columns(0, len(self._keys) - 1)
            self.project_id = project_id
        wanted = {key_of(column.group): column for column in columns}
        self._drop_columns(wanted)
        self._photos, old = photos, self._photos
        many = self._differs_much(wanted)
        if many:
            self._permute(
                {key: _survivors_first(self._members[key], wanted[key].photo_ids) for key in self._keys}
            )
            self._cut_photos(wanted)
        else:
            self._remove_photos(wanted)
        self._arrange_columns(list(wanted), wanted)
        if many:
            self._append_photos(wanted)
            self._permute({key: list(wanted[key].photo_ids) for key in self._keys})
        else:
            self._insert_photos(wanted)
        before, self._stacks, self._frames = self._stacks, stacks, frames
        self._announce_columns(wanted)
        if many:
            for key, ids in self._members.items():
                if ids:
                    column = self.column_index(key)
                    self.dataChanged.emit(self.index(0, 0, column), self.index(len(ids) - 1, 0, column))
        else:
            badges = {i for i in before.keys() | stacks.keys() if before.get(i) != stacks.get(i)}
            self._announce_photos(old, badges)

    def _differs_much(self, wanted: Mapping[int, Column]) -> bool:
        """Whether the columns differ in so many places that each changes as a whole."""
        count = 0
        for key in self._keys:
            count += distance(self._members[key], wanted[key].photo_ids)
            if count > MANY:
                return True
        return False

    def _permute(self, members: Mapping[int, list[int]]) -> None:
        """Put the same photos into another order, in every column at once."""
        differing = {key: ids for key, ids in members.items() if ids != self._members[key]}
        if not differing:
            return
        self.layoutAboutToBeChanged.emit()
        kept = [index for index in self.persistentIndexList() if index.internalId() in differing]
        moved = [
            (int(index.internalId()), self._members[int(index.internalId())][index.row()]) for index in kept
        ]
        self._members |= differing
        rows = {key: {photo_id: row for row, photo_id in enumerate(ids)} for key, ids in differing.items()}
        places = [self.createIndex(rows[key][photo_id], 0, key) for key, photo_id in moved]
        self.changePersistentIndexList(kept, places)
        self.layoutChanged.emit()

    def _cut_photos(self, wanted: Mapping[int, Column]) -> None:
        """Remove the ends of the columns, where what goes has been put."""
        for key in self._keys:
            stay = len(set(wanted[key].photo_ids).intersection(self._members[key]))
            last = len(self._members[key]) - 1
            if stay <= last:
                self.beginRemoveRows(self.column_index(key), stay, last)
                del self._members[key][stay:]
                self.endRemoveRows()

    def _append_photos(self, wanted: Mapping[int, Column]) -> None:
        for key in self._keys:
            there = set(self._members[key])
            new = [photo_id for photo_id in wanted[key].photo_ids if photo_id not in there]
            if new:
                first = len(self._members[key])
                self.beginInsertRows(self.column_index(key), first, first + len(new) - 1)
                self._members[key] += new
                self.endInsertRows()

    def _drop_columns(self, wanted: Mapping[int, Column]) -> None:
        for row in reversed(range(len(self._keys))):
            if self._keys[row] not in wanted:
                self._remove_columns(row, row)

    def _remove_columns(self, first: int, last: int) -> None:
        if last < first:
            return
        self.beginRemoveRows(NOWHERE, first, last)
        for key in self._keys[first : last + 1]:
            del self._groups[key], self._members[key]
        del self._keys[first : last + 1]
        self._number()
        self.endRemoveRows()

    def _arrange_columns(self, keys: list[int], wanted: Mapping[int, Column]) -> None:
        """Bring the columns that stay into order, one move each, and insert the new ones."""
        for row, key in enumerate(keys):
            at = self._places.get(key)
            if at is None:
                self.beginInsertRows(NOWHERE, row, row)
                self._keys.insert(row, key)
                self._groups[key], self._members[key] = wanted[key].group, []
                self._number()
                self.endInsertRows()
            elif at != row:
                self._move_column(at, row)

    def _move_column(self, at: int, row: int) -> None:
        """`row` is before `at`: columns before `row` already stand where they belong."""
        self.beginMoveRows(NOWHERE, at, at, NOWHERE, row)
        self._keys.insert(row, self._keys.pop(at))
        self._number()
        self.endMoveRows()

    def _remove_photos(self, wanted: Mapping[int, Column]) -> None:
        """First take photos away everywhere, so that none is ever in two columns."""
        for key in self._keys:
            for step in steps(self._members[key], wanted[key].photo_ids):
                if not isinstance(step, Insertion):
                    self.beginRemoveRows(self.column_index(key), step.first, step.last)
                    del self._members[key][step.first : step.last + 1]
                    self.endRemoveRows()

    def _insert_photos(self, wanted: Mapping[int, Column]) -> None:
        for key in self._keys:
            for step in steps(self._members[key], wanted[key].photo_ids):
                if isinstance(step, Insertion):
                    first = step.first
                    self.beginInsertRows(self.column_index(key), first, first + len(step.items) - 1)
                    self._members[key][first:first] = step.items  # type: ignore[assignment]
                    self.endInsertRows()

    def _announce_columns(self, wanted: Mapping[int, Column]) -> None:
        """Tell of labels and numbers that changed."""
        for key in self._keys:
            if self._groups[key] != wanted[key].group:
                self._groups[key] = wanted[key].group
            index = self.column_index(key)
            self.dataChanged.emit(index, index)

    def _announce_photos(self, old: Mapping[int, Photo], badges: set[int]) -> None:
        """Tell of photos whose facts changed, or whose badges did."""
        now = self._photos
        changed = {i for i, photo in old.items() if now.get(i) is not photo} if old is not now else set()
        changed |= badges
        for first, last in self.find(changed) if changed else ():
            self.dataChanged.emit(first, last)

    def _number(self) -> None:
        self._places = {key: place for place, key in enumerate(self._keys)}

    # -- asking ----------------------------------------------------------------------------------------

    @property
    def keys(self) -> Sequence[int]:
        """The columns from left to right."""
        return self._keys

    def group(self, key: int) -> Group | None:
        return self._groups.get(key)

    def photo(self, photo_id: int) -> Photo | None:
        return self._photos.get(photo_id)

    def label(self, key: int) -> str:
        group = self._groups.get(key)
        return group.label if group is not None else words.UNGROUPED

    def members(self, key: int) -> Sequence[int]:
        return self._members.get(key, ())

    def photos_in(self, key: int) -> Sequence[int]:
        """The column's photos with those that stand behind the covers of closed stacks."""
        members = self.members(key)
        if not self._frames:
            return members
        return [i for member in members for i in self._frames.get(member, (member,))]

    def place(self, key: int) -> int:
        """The column's place from the left, or -1."""
        return self._places.get(key, -1)

    def column_index(self, key: int) -> QModelIndex:
        place = self._places.get(key)
        return QModelIndex() if place is None else self.createIndex(place, 0, 0)

    def photo_index(self, key: int, row: int) -> QModelIndex:
        return self.index(row, 0, self.column_index(key))

    def key_of_index(self, index: Index) -> int | None:
        """The key of the column that an index is, or in which its photo stands."""
        if not index.isValid():
            return None
        inside = int(index.internalId())
        return inside or self._keys[index.row()]

    def find(self, photo_ids: Iterable[int]) -> list[tuple[QModelIndex, QModelIndex]]:
        """Where those of the photos are that are on the board: the first and last index of every unbroken run."""
        wanted = set(photo_ids)
        found = []
        for key in self._keys:
            rows = [row for row, photo_id in enumerate(self._members[key]) if photo_id in wanted]
            for first, last in runs(rows):
                found.append((self.createIndex(first, 0, key), self.createIndex(last, 0, key)))
        return found

    def ordered(self, photo_ids: Iterable[int]) -> list[int]:
        """Those of the photos that are on the board, column by column."""
        wanted = set(photo_ids)
        return [photo_id for key in self._keys for photo_id in self._members[key] if photo_id in wanted]

    def locate(self, photo_id: int | None) -> QModelIndex:
        """Where a photo is; an invalid index where it is on no column."""
        for key, members in self._members.items() if photo_id is not None else ():
            if photo_id in members:
                return self.createIndex(members.index(photo_id), 0, key)
        return QModelIndex()

    def photo_id(self, index: Index) -> int | None:
        inside = int(index.internalId()) if index.isValid() else 0
        if not inside:
            return None
        members = self._members[inside]
        return members[index.row()] if index.row() < len(members) else None

    def ids(self, indexes: Iterable[QModelIndex]) -> list[int]:
        """Photo ids from left to right, from top to bottom."""
        places = sorted(
            (self._places[int(i.internalId())], i.row(), int(i.internalId()))
            for i in indexes
            if i.isValid() and i.internalId()
        )
        return [self._members[key][row] for _, row, key in places]

    def ids_in(self, selection: QItemSelection) -> list[int]:
        """The same for a selection: ranges are looked at, not their photos one by one."""
        places = []
        for part in ranges_of(selection):
            key = int(part.topLeft().internalId())
            if key:
                places.append((self._places[key], part.top(), part.bottom(), key))
        found = (self._members[key][first : last + 1] for _, first, last, key in sorted(places))
        return list(dict.fromkeys(photo_id for ids in found for photo_id in ids))

    # -- Qt --------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        if column != 0 or row < 0:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, 0, 0) if row < len(self._keys) else QModelIndex()
        if parent.internalId():
            return QModelIndex()
        key = self._keys[parent.row()]
        return self.createIndex(row, 0, key) if row < len(self._members[key]) else QModelIndex()

    def parent(self, child: Index = NOWHERE) -> QModelIndex:  # type: ignore[override]
        inside = child.internalId()  # asked for most of all: each selected range asks, of both its ends
        return self.createIndex(self._places[inside], 0, 0) if inside else QModelIndex()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        if not parent.isValid():
            return len(self._keys)
        return 0 if parent.internalId() else len(self._members[self._keys[parent.row()]])

    def columnCount(self, _parent: Index = NOWHERE) -> int:
        return 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        photo_id = self.photo_id(index)
        if photo_id is not None:
            return photo_data(self._photos.get(photo_id), role, self._stacks.get(photo_id))
        key = self._keys[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.label(key)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.label(key)}, {words.count(len(self.photos_in(key)), 'photo')}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return PHOTO_FLAGS if index.internalId() else Qt.ItemFlag.ItemIsEnabled

    def mimeTypes(self) -> list[str]:
        return [PHOTOS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return photos_to_mime(self.project_id or 0, self.ids(indexes))


def _survivors_first(members: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """What stays in its new order, then what goes: one removal takes that away."""
    there, stay = set(members), set(wanted)
    return [*(i for i in wanted if i in there), *(i for i in members if i not in stay)]


def key_of(group: Group | None) -> int:
    return UNGROUPED_KEY if group is None else group.id
