"""Arranging a board by hand.

Whatever the user touches is theirs: a photo they move is placed by hand, a column they make, name, fill or
merge is of origin 'hand'. What is put into a column belongs to what stands there, and what is taken out of one does not
belong to what stays (`constrain`): grouping again keeps to it. An automatic column that loses its last photo disappears.
A locked column takes no photo and gives none, until it is unlocked: every command here raises `PixsortError` then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pixsort_desktop.commands.constrain import note_moved, note_named, taken_apart
from pixsort_desktop.commands.judge import COLOURS
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library import groups
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.photos import get_photo_error
from pixsort_desktop.library.records import Group
from pixsort_desktop.library.transaction import Transaction


def move_photos(
    library: Library,
    *,
    project_id: int,
    photo_ids: Sequence[int],
    group_id: int | None,
    index: int | None = None,
) -> ChangeSet:
    """Move photos of a project, in the order given, into a column (None: Ungrouped) at `index` (None: its end).

    `index` counts the photos that the column holds without the moved ones. Raises `NotFoundError` when a
    photo is not in the project or the column is not of it; nothing is moved then.
    """

    def act(transaction: Transaction) -> ChangeSet:
        if group_id is not None:
            _own(transaction, project_id, group_id)
        place_by_hand(transaction, project_id, photo_ids, group_id, index)
        return change_set(transaction)

    return library.write(act, undo=_count("Move", photo_ids), project_id=project_id)


def move_to_new_group(
    library: Library,
    *,
    project_id: int,
    photo_ids: Sequence[int],
    label: str | None = None,
    position: int | None = None,
) -> ChangeSet:
    """Split photos off into a new column at `position` among the columns (None: the last before Ungrouped).

    Without a label it gets the first free «Group N». Raises `PixsortError` when the label is taken.
    """

    def act(transaction: Transaction) -> ChangeSet:
        columns = groups.project_groups(transaction, project_id)
        name = (
            groups.next_label({group.label for group in columns})
            if label is None
            else groups.free_label(transaction, project_id, label)
        )
        place = len(columns) if position is None else max(0, min(position, len(columns)))
        for group in columns[place:]:
            transaction.update("groups", (group.id,), {"position": group.position + 1})
        where = columns[place].position if place < len(columns) else _end(columns)
        row = {"project_id": project_id, "label": name, "position": where, "origin": "hand"}
        place_by_hand(transaction, project_id, photo_ids, transaction.insert("groups", row), None)
        return change_set(transaction)

    return library.write(act, undo=_count("New column with", photo_ids), project_id=project_id)


def rename_group(library: Library, *, group_id: int, label: str) -> ChangeSet:
    """Name a column; its photos carry the name. Raises `PixsortError` when it is empty or another column's."""

    def act(transaction: Transaction) -> ChangeSet:
        group = groups.get_group(transaction, group_id)
        name = groups.free_label(transaction, group.project_id, label, but=group_id)
        if name != group.label:
            transaction.update("groups", (group_id,), {"label": name, "origin": "hand"})
            note_named(transaction, group.project_id, group_id)
        return change_set(transaction)

    return library.write(act, undo="Rename column", project_id=_project_of(library, group_id))


def move_group(library: Library, *, group_id: int, position: int) -> ChangeSet:
    """Put a column at place `position` (0: the first) among the columns of its project."""

    def act(transaction: Transaction) -> ChangeSet:
        moved = groups.get_group(transaction, group_id)
        order = [g.id for g in groups.project_groups(transaction, moved.project_id) if g.id != group_id]
        order.insert(max(0, position), group_id)
        for place, each in enumerate(order):
            transaction.update("groups", (each,), {"position": place})
        return change_set(transaction)

    return library.write(act, undo="Move column", project_id=_project_of(library, group_id))


def merge_groups(library: Library, *, group_ids: Sequence[int]) -> ChangeSet:
    """Move the photos of all the columns into the first one, and delete the others."""

    def act(transaction: Transaction) -> ChangeSet:
        into, *others = dict.fromkeys(group_ids)
        project_id = groups.get_group(transaction, into).project_id
        if others:
            _own(transaction, project_id, into)
        for other in others:
            if groups.get_group(transaction, other).project_id != project_id:
                raise NotFoundError("Only columns of one project can be merged.")
            check_open(transaction, (into, other))
            place_by_hand(
                transaction,
                project_id,
                groups.members(transaction, project_id, other, shown=True),
                into,
                None,
            )
            groups.empty_and_delete(transaction, project_id, other)
        return change_set(transaction)

    return library.write(act, undo="Merge columns", project_id=_project_of(library, group_ids[0]))


def lock_groups(library: Library, *, group_ids: Sequence[int], locked: bool = True) -> ChangeSet:
    """Lock columns, so that no grouping changes them: no photo joins or leaves, the name stays. Or unlock them."""

    def act(transaction: Transaction) -> ChangeSet:
        for group_id in dict.fromkeys(group_ids):
            groups.get_group(transaction, group_id)
            transaction.update("groups", (group_id,), {"locked": int(locked)})
        return change_set(transaction)

    verb = "Lock" if locked else "Unlock"
    name = f"{verb} column" if len(group_ids) == 1 else f"{verb} {len(group_ids)} columns"
    return library.write(act, undo=name, project_id=_project_of(library, group_ids[0]))


def colour_group(library: Library, *, group_id: int, colour: str | None) -> ChangeSet:
    """Give a column a colour of its own, or take it away (None). Raises `PixsortError` for a colour that there is not."""
    if colour not in COLOURS:
        raise PixsortError(
            f"A column’s colour is one of {', '.join(c for c in COLOURS if c)}, not «{colour}»."
        )

    def act(transaction: Transaction) -> ChangeSet:
        groups.get_group(transaction, group_id)
        transaction.update("groups", (group_id,), {"colour": colour})
        return change_set(transaction)

    return library.write(act, undo="Colour column", project_id=_project_of(library, group_id))


def split_group(library: Library, *, group_id: int, parts: Sequence[Sequence[int]]) -> ChangeSet:
    """Leave the first of these parts in the column, and give each other one a new column beside it, in that order.

    Raises `PixsortError` where a photo does not stand in the column: it was changed meanwhile.
    """

    def act(transaction: Transaction) -> ChangeSet:
        split = groups.get_group(transaction, group_id)
        project_id = split.project_id
        standing = groups.members(transaction, project_id, group_id, shown=True)
        if not standing.keys() >= {photo_id for part in parts for photo_id in part}:
            raise PixsortError("The column has changed meanwhile; split it again.")
        _own(transaction, project_id, group_id)
        columns = groups.project_groups(transaction, project_id)
        names = {group.label for group in columns}
        place = next(n for n, group in enumerate(columns) if group.id == group_id) + 1
        for n, group in enumerate(columns[place:]):
            transaction.update("groups", (group.id,), {"position": place + len(parts) - 1 + n})
        for n, group in enumerate(columns[:place]):
            transaction.update("groups", (group.id,), {"position": n})
        for n, part in enumerate(parts[1:]):
            row = {"project_id": project_id, "label": groups.next_label(names), "position": place + n}
            place_by_hand(
                transaction, project_id, part, transaction.insert("groups", {**row, "origin": "hand"}), None
            )
        return change_set(transaction)

    return library.write(act, undo="Split column", project_id=_project_of(library, group_id))


def move_each(library: Library, *, project_id: int, homes: Mapping[int, int]) -> ChangeSet:
    """Move each photo to the end of the column that `homes` names for it, in one step."""

    def act(transaction: Transaction) -> ChangeSet:
        arriving: dict[int, list[int]] = {}
        for photo_id, home in homes.items():
            arriving.setdefault(home, []).append(photo_id)
        for (
            group_id
        ) in arriving:  # all of them first: one that others leave is not dropped before its own arrive
            _own(transaction, project_id, group_id)
        for group_id, ids in arriving.items():
            place_by_hand(transaction, project_id, ids, group_id, None)
        return change_set(transaction)

    return library.write(act, undo=_count("Move", list(homes)), project_id=project_id)


def delete_groups(library: Library, *, group_ids: Sequence[int]) -> ChangeSet:
    """Delete columns; their photos become ungrouped, by hand."""

    def act(transaction: Transaction) -> ChangeSet:
        for group_id in dict.fromkeys(group_ids):
            project_id = groups.get_group(transaction, group_id).project_id
            check_open(transaction, (group_id,))
            place_by_hand(
                transaction,
                project_id,
                groups.members(transaction, project_id, group_id, shown=True),
                None,
                None,
            )
            groups.empty_and_delete(transaction, project_id, group_id)
        return change_set(transaction)

    name = "Delete column" if len(group_ids) == 1 else f"Delete {len(group_ids)} columns"
    return library.write(act, undo=name, project_id=_project_of(library, group_ids[0]))


def place_by_hand(
    transaction: Transaction,
    project_id: int,
    photo_ids: Iterable[int],
    group_id: int | None,
    index: int | None,
) -> None:
    """Move photos into a column as `stand_by_hand` does. Raises `PixsortError` where it, or one that they leave, is locked."""
    moving = list(dict.fromkeys(photo_ids))
    check_open(transaction, (group_id, *(_group_of(transaction, project_id, i) for i in moving)))
    stand_by_hand(transaction, project_id, moving, group_id, index)


def stand_by_hand(
    transaction: Transaction,
    project_id: int,
    photo_ids: Iterable[int],
    group_id: int | None,
    index: int | None,
) -> None:
    """Write the photos into the column by hand, in the gap at `index`; where it is too narrow, number anew."""
    moving = list(dict.fromkeys(photo_ids))
    sources: dict[int | None, list[int]] = {}
    for photo_id in moving:
        sources.setdefault(_group_of(transaction, project_id, photo_id), []).append(photo_id)
    rules = taken_apart(transaction, project_id, sources, group_id)
    standing = groups.members(transaction, project_id, group_id, shown=True)
    by_hand = {"group_id": group_id, "placed": "hand", "carries": None, "arrived": 0}
    for photo_id in moving:
        standing.pop(photo_id, None)
        transaction.update("project_photos", (project_id, photo_id), by_hand)
    note_moved(transaction, project_id, moving, group_id, rules)
    staying = list(standing)
    place = len(staying) if index is None else max(0, min(index, len(staying)))
    positions = _between(
        standing[staying[place - 1]] if place else None,
        standing[staying[place]] if place < len(staying) else None,
        len(moving),
    )
    if positions is None:
        moving = [*staying[:place], *moving, *staying[place:]]
        positions = range(0, len(moving) * groups.STEP, groups.STEP)
    for photo_id, position in zip(moving, positions, strict=True):
        transaction.update("project_photos", (project_id, photo_id), {"position": position})
    for source in sources.keys() - {group_id}:
        drop_if_empty(transaction, project_id, source)


def drop_if_empty(transaction: Transaction, project_id: int, group_id: int | None) -> None:
    """Delete an automatic column that holds no photo any more, unless it is locked."""
    if group_id is None or groups.members(transaction, project_id, group_id, shown=True):
        return
    group = groups.get_group(transaction, group_id)
    if group.origin == "automatic" and not group.locked:
        groups.empty_and_delete(transaction, project_id, group_id)


def _between(before: int | None, after: int | None, count: int) -> range | None:
    """`count` positions after `before` and before `after` (None: no neighbour there), or None: no room."""
    step = groups.STEP
    if after is None:
        start = 0 if before is None else before + step
    elif before is None:
        start = after - step * count
    else:
        step = (after - before) // (count + 1)
        start = before + step
    return range(start, start + step * count, step) if step > 0 else None


def _group_of(transaction: Transaction, project_id: int, photo_id: int) -> int | None:
    row = transaction.row("project_photos", (project_id, photo_id))
    if row is None:
        raise NotFoundError("A photo is not in this project any more.")
    if get_photo_error(transaction, photo_id) is not None:
        raise PixsortError("A file that could not be read stands in no column; read it again first.")
    group_id: int | None = row["group_id"]
    return group_id


def check_open(transaction: Transaction, group_ids: Iterable[int | None]) -> None:
    """Raise `PixsortError` where one of the columns is locked."""
    for group_id in dict.fromkeys(group_ids):
        if group_id is not None and (group := groups.get_group(transaction, group_id)).locked:
            raise PixsortError(f"«{group.label}» is locked; unlock it first.")


def _own(transaction: Transaction, project_id: int, group_id: int) -> None:
    """Make a column the user's, so that grouping again leaves it."""
    if groups.get_group(transaction, group_id).project_id != project_id:
        raise NotFoundError("That column is in another project.")
    transaction.update("groups", (group_id,), {"origin": "hand"})


def _project_of(library: Library, group_id: int) -> int:
    rows = library.rows("SELECT project_id FROM groups WHERE id = ?", (group_id,))
    if not rows:
        raise NotFoundError("That column no longer exists.")
    return int(rows[0]["project_id"])


def _end(columns: Sequence[Group]) -> int:
    return columns[-1].position + 1 if columns else 0


def _count(verb: str, photo_ids: Sequence[int]) -> str:
    return f"{verb} {len(photo_ids):,} photo{'' if len(photo_ids) == 1 else 's'}"
