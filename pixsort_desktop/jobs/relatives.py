"""What the hierarchy says of single columns: which parts one has, which other is nearest, where a single would go."""

from __future__ import annotations

from collections.abc import Sequence

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.grouping.constraints import Apart, Separation
from pixsort_desktop.grouping.dendrogram import nearest_home, nearest_homes, next_parts
from pixsort_desktop.jobs.hierarchy import current_hierarchy
from pixsort_desktop.library.constraints import partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.hierarchies import StoredHierarchy
from pixsort_desktop.library.records import Column, Group

_LEAST = 2  # photos of a part, where the column can be split so


def parts_of_group(library: Library, project_id: int, group_id: int) -> list[list[int]]:
    """The photos of a column in two parts, where it parts next in the hierarchy; the largest part first, those
    of a part in the column's order. Photos that the hierarchy does not know stay in the largest.

    Raises `NotFoundError` for a column that is not there, `PixsortError` for a locked one, and where there is
    nothing to part or no hierarchy.
    """
    column = _column(library, project_id, group_id)
    hierarchy = _hierarchy(library, project_id)
    rows = {photo_id: row for row, photo_id in enumerate(hierarchy.photo_ids)}
    known = [rows[i] for i in column.photo_ids if i in rows]
    if len(column.photo_ids) < 2 or len(known) < 2:
        raise PixsortError("A column of fewer than two photos has no parts.")
    part_of = {
        hierarchy.photo_ids[row]: n
        for n, part in enumerate(next_parts(hierarchy.tree, known, _LEAST))
        for row in part
    }
    counts = list(part_of.values())
    largest = max(set(counts), key=lambda n: (counts.count(n), -n))
    parts: dict[int, list[int]] = {largest: []}
    for photo_id in column.photo_ids:
        parts.setdefault(part_of.get(photo_id, largest), []).append(photo_id)
    return list(parts.values())


def nearest_groups(
    hierarchy: StoredHierarchy, columns: Sequence[Column], photo_ids: Sequence[int]
) -> Group | None:
    """Of these columns the one that the photos meet first in the hierarchy; None where they meet none."""
    rows = {photo_id: row for row, photo_id in enumerate(hierarchy.photo_ids)}
    groups = {c.group.id: c.group for c in columns if c.group is not None}
    homes = {rows[i]: c.group.id for c in columns if c.group is not None for i in c.photo_ids if i in rows}
    asking = [rows[i] for i in photo_ids if i in rows]
    found = nearest_home(hierarchy.tree, asking, homes) if asking else None
    return groups.get(found) if found is not None else None


def nearest_to_group(library: Library, project_id: int, group_id: int) -> Group:
    """The column nearest to another, of those that are not locked.

    Raises `PixsortError` where there is none, or the column is locked.
    """
    column = _column(library, project_id, group_id)
    others = [c for c in _open_columns(library, project_id) if c.group and c.group.id != group_id]
    found = nearest_groups(_hierarchy(library, project_id), others, column.photo_ids)
    if found is None:
        raise PixsortError("There is no other column that this one could be merged with.")
    return found


def nearest_to_photos(library: Library, project_id: int, photo_ids: Sequence[int]) -> dict[int, Group]:
    """For each photo the column that is nearest to it, other than its own, locked ones, and those where one stands that
    the user took it apart from, one that goes there now or stands there already; photos that have none are left out.

    Raises `PixsortError` where there is no hierarchy.
    """
    hierarchy, columns = _hierarchy(library, project_id), _open_columns(library, project_id)
    rules = [Apart(p.one, p.other) for p in partings(library.read(), project_id) if p.overruled is None]
    separation = Separation(rules)
    companies = {c.group.id: separation.company(c.photo_ids) for c in columns if c.group is not None}
    rows = {photo_id: row for row, photo_id in enumerate(hierarchy.photo_ids)}
    groups = {c.group.id: c.group for c in columns if c.group is not None}
    home_of = {i: c.group.id for c in columns if c.group is not None for i in c.photo_ids if i in rows}
    found: dict[int, int] = {}
    for alike in separation.alike(i for i in photo_ids if i in rows):
        admitting = {group_id for group_id, company in companies.items() if company.admits(alike[0])}
        homes = {rows[i]: home for i, home in home_of.items() if home in admitting}
        met = nearest_homes(hierarchy.tree, [rows[i] for i in alike], homes)
        for photo_id in alike:
            if (home := met.get(rows[photo_id])) is not None:
                companies[home].add(photo_id)
                found[photo_id] = home
    return {i: groups[found[i]] for i in photo_ids if i in found}


def _open_columns(library: Library, project_id: int) -> list[Column]:
    """All but Ungrouped and what is locked."""
    return [c for c in board(library, project_id) if c.group is not None and not c.group.locked]


def _hierarchy(library: Library, project_id: int) -> StoredHierarchy:
    found = current_hierarchy(library, project_id)
    if found is None or not found.photo_ids:
        raise PixsortError("This project was never grouped; group it first.")
    return found


def _column(library: Library, project_id: int, group_id: int) -> Column:
    for column in board(library, project_id):
        if column.group is not None and column.group.id == group_id:
            if column.group.locked:
                raise PixsortError(f"«{column.group.label}» is locked; unlock it first.")
            return column
    raise NotFoundError("That column no longer exists.")
