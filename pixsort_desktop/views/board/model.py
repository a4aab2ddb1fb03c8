"""The board as a tree of two levels: columns, and in each its photos.

Every column's list looks at the same model with another root, and all share one selection: that is how a
selection spans columns. A photo stands in one column of its own, and besides in any number of prompt columns.
Changes are told as removals and insertions of rows, moved columns as moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QItemSelection, QMimeData, QModelIndex, QObject, Qt

from pixsort_desktop.library.records import Column, Group, Photo, Prompt
from pixsort_desktop.views import words
from pixsort_desktop.views.differences import MANY, Insertion, Removal, distance, runs, steps
from pixsort_desktop.views.meaning.prompt_columns import Head, PromptColumn, head_of, key_of, prompt_of
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
Shown = Column | PromptColumn


class BoardModel(QAbstractItemModel):
    """Columns are known by key (`prompt_columns.key_of`)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project_id: int | None = None
        self._keys: list[int] = []
        self._own: list[int] | None = None  # what `_own_keys` found
        self._places: dict[int, int] = {}
        self._heads: dict[int, Head] = {}
        self._members: dict[int, list[int]] = {}
        self._photos: Mapping[int, Photo] = {}
        self._stacks: Mapping[int, Badge] = NO_STACKS
        self._frames: Mapping[int, Sequence[int]] = NOTHING

    # -- becoming another board ------------------------------------------------------------------------

    def show(
        self,
        columns: Sequence[Shown],
        photos: Mapping[int, Photo],
        project_id: int | None,
        stacks: Mapping[int, Badge] = NO_STACKS,
        frames: Mapping[int, Sequence[int]] = NOTHING,
    ) -> None:
        """Become this board by removing, moving and inserting what differs.

        `stacks` has a badge for each cover of a stack, `frames` all frames of each closed stack by its cover.
        """
        if project_id != self.project_id:
            self._drop_columns({})
            self.project_id = project_id
        wanted = {key_of(head_of(column)): column for column in columns}
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
        badges = {i for i in before.keys() | stacks.keys() if before.get(i) != stacks.get(i)}
        self._announce_photos(old, badges, whole_columns=many)

    def show_photos(self, key: int, photo_ids: Sequence[int]) -> None:
        """Other photos in one column, in their order; all else as it is."""
        if key in self._members:
            for step in steps(self._members[key], photo_ids):
                self._take(key, step)
            index = self.column_index(key)
            self.dataChanged.emit(index, index)

    def _differs_much(self, wanted: Mapping[int, Shown]) -> bool:
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

    def _cut_photos(self, wanted: Mapping[int, Shown]) -> None:
        """Remove the ends of the columns, where what goes has been put."""
        for key in self._keys:
            stay = len(set(wanted[key].photo_ids).intersection(self._members[key]))
            last = len(self._members[key]) - 1
            if stay <= last:
                self.beginRemoveRows(self.column_index(key), stay, last)
                del self._members[key][stay:]
                self.endRemoveRows()

    def _append_photos(self, wanted: Mapping[int, Shown]) -> None:
        for key in self._keys:
            there = set(self._members[key])
            new = [photo_id for photo_id in wanted[key].photo_ids if photo_id not in there]
            if new:
                first = len(self._members[key])
                self.beginInsertRows(self.column_index(key), first, first + len(new) - 1)
                self._members[key] += new
                self.endInsertRows()

    def _drop_columns(self, wanted: Mapping[int, Shown]) -> None:
        gone = [row for row, key in enumerate(self._keys) if key not in wanted]
        for first, last in reversed(runs(gone)):
            self._remove_columns(first, last)

    def _remove_columns(self, first: int, last: int) -> None:
        self.beginRemoveRows(NOWHERE, first, last)
        for key in self._keys[first : last + 1]:
            del self._heads[key], self._members[key], self._places[key]
        del self._keys[first : last + 1]
        self._number(first)
        self.endRemoveRows()

    def _arrange_columns(self, keys: list[int], wanted: Mapping[int, Shown]) -> None:
        """Bring the columns that stay into order, one move each, and insert the new ones."""
        new = [row for row, key in enumerate(keys) if key not in self._places]
        ends = dict(runs(new))
        for row, key in enumerate(keys):
            if row in ends:
                self._insert_columns(row, keys[row : ends[row] + 1], wanted)
            elif self._places[key] != row:
                self._move_column(self._places[key], row)

    def _insert_columns(self, row: int, keys: list[int], wanted: Mapping[int, Shown]) -> None:
        self.beginInsertRows(NOWHERE, row, row + len(keys) - 1)
        self._keys[row:row] = keys
        self._heads |= {key: head_of(wanted[key]) for key in keys}
        self._members |= {key: list(wanted[key].photo_ids) for key in keys}  # elsewhere they are gone already
        self._number(row)
        self.endInsertRows()

    def _move_column(self, at: int, row: int) -> None:
        """`row` is before `at`: columns before `row` already stand where they belong."""
        self.beginMoveRows(NOWHERE, at, at, NOWHERE, row)
        self._keys.insert(row, self._keys.pop(at))
        self._number(row)
        self.endMoveRows()

    def _remove_photos(self, wanted: Mapping[int, Shown]) -> None:
        """First take photos away everywhere, so that none is ever in two columns of its own."""
        for key in self._keys:
            for step in steps(self._members[key], wanted[key].photo_ids):
                if not isinstance(step, Insertion):
                    self._take(key, step)

    def _insert_photos(self, wanted: Mapping[int, Shown]) -> None:
        for key in self._keys:
            for step in steps(self._members[key], wanted[key].photo_ids):
                self._take(key, step)

    def _take(self, key: int, step: Removal | Insertion) -> None:
        """One step of a column on its way to other photos."""
        first = step.first
        if isinstance(step, Insertion):
            self.beginInsertRows(self.column_index(key), first, first + len(step.items) - 1)
            self._members[key][first:first] = step.items  # type: ignore[assignment]
            self.endInsertRows()
        else:
            self.beginRemoveRows(self.column_index(key), first, step.last)
            del self._members[key][first : step.last + 1]
            self.endRemoveRows()

    def _announce_columns(self, wanted: Mapping[int, Shown]) -> None:
        """Tell of labels and numbers, which mostly change together."""
        self._heads = {key: head_of(wanted[key]) for key in self._keys}
        if self._keys:
            self.dataChanged.emit(self.column_index(self._keys[0]), self.column_index(self._keys[-1]))

    def _announce_photos(self, old: Mapping[int, Photo], badges: set[int], *, whole_columns: bool) -> None:
        """Tell of photos whose facts changed, or whose badges did; or of all columns that have such."""
        now = self._photos
        changed = {i for i, photo in old.items() if now.get(i) is not photo} if old is not now else set()
        changed |= badges
        if whole_columns:
            for key, ids in self._members.items():
                if not changed.isdisjoint(ids):
                    self.dataChanged.emit(self.createIndex(0, 0, key), self.createIndex(len(ids) - 1, 0, key))
        elif changed:
            for first, last in self.find(changed):
                self.dataChanged.emit(first, last)

    def _number(self, first: int) -> None:
        """Columns from there on stand elsewhere."""
        self._places.update(zip(self._keys[first:], range(first, len(self._keys)), strict=True))
        self._own = None

    # -- asking ----------------------------------------------------------------------------------------

    @property
    def keys(self) -> Sequence[int]:
        """The columns from left to right."""
        return self._keys

    @property
    def _own_keys(self) -> list[int]:
        """Without prompt columns."""
        if self._own is None:
            self._own = [key for key in self._keys if prompt_of(key) is None]
        return self._own

    def group(self, key: int) -> Group | None:
        head = self._heads.get(key)
        return head if isinstance(head, Group) else None

    def prompt(self, key: int) -> Prompt | None:
        head = self._heads.get(key)
        return head if isinstance(head, Prompt) else None

    def photo(self, photo_id: int) -> Photo | None:
        return self._photos.get(photo_id)

    def label(self, key: int) -> str:
        head = self._heads.get(key)
        if head is None:
            return words.UNGROUPED
        return head.text if isinstance(head, Prompt) else head.label

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
        """Those of the photos that are on the board, by their own columns."""
        wanted = set(photo_ids)
        return [photo_id for key in self._own_keys for photo_id in self._members[key] if photo_id in wanted]

    def locate(self, photo_id: int | None, near: int | None = None) -> QModelIndex:
        """Where a photo is: in the column `near`, if it is there, else in its own; invalid where it is in none."""
        if photo_id is not None:
            for key in (*([near] if near in self._members else []), *self._own_keys):
                if photo_id in self._members[key]:
                    return self.createIndex(self._members[key].index(photo_id), 0, key)
        return QModelIndex()

    @property
    def has_prompts(self) -> bool:
        """Whether photos may stand in more than one column."""
        return len(self._own_keys) < len(self._keys)

    def with_twins(self, selection: QItemSelection) -> QItemSelection:
        """The same photos, wherever they stand."""
        found = QItemSelection()
        for first, last in self.find({photo_id for ids in self._parts(selection) for photo_id in ids}):
            found.select(first, last)
        return found

    def photo_id(self, index: Index) -> int | None:
        inside = int(index.internalId()) if index.isValid() else 0
        if not inside:
            return None
        members = self._members[inside]
        return members[index.row()] if index.row() < len(members) else None

    def ids(self, indexes: Iterable[QModelIndex]) -> list[int]:
        """Photo ids by their own columns from left to right, from top to bottom."""
        return self.ordered(i for index in indexes if (i := self.photo_id(index)) is not None)

    def ids_in(self, selection: QItemSelection) -> list[int]:
        """The same for a selection: ranges are looked at, not their photos one by one.

        What is selected is so in its own column, too (`BoardSelection`): prompt columns need no look.
        """
        return list(dict.fromkeys(photo_id for ids in self._parts(selection, own=True) for photo_id in ids))

    def _parts(self, selection: QItemSelection, *, own: bool = False) -> list[list[int]]:
        """The photos of each range from left to right; with `own`, without prompt columns."""
        places = []
        for part in ranges_of(selection):
            key = int(part.topLeft().internalId())
            if key and not (own and prompt_of(key) is not None):
                places.append((self._places[key], part.top(), part.bottom(), key))
        return [self._members[key][first : last + 1] for _, first, last, key in sorted(places)]

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
