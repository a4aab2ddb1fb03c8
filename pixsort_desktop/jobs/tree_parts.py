"""The parts of a project's tree: to be looked at, and to be made columns of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.constraints import Apart, Separation
from pixsort_desktop.grouping.density import MOMENTS, GroupingParameters
from pixsort_desktop.grouping.granularity import granularity_of_distances
from pixsort_desktop.grouping.icicle import Icicle, icicle
from pixsort_desktop.jobs.calibrations import calibration_of
from pixsort_desktop.jobs.hierarchy import current_hierarchy, remembered_grouping, valid_hierarchy
from pixsort_desktop.jobs.moments import moment_hierarchy
from pixsort_desktop.library.constraints import partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board, is_given
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.records import Column
from pixsort_desktop.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class TreeParts:
    """`photo_ids`: by place in the icicle."""

    photo_ids: tuple[int, ...]
    icicle: Icicle


@dataclass(frozen=True, slots=True)
class PartPlan:
    """What a part's photos shall become: with `parts`, those of the column `group_id` (`commands.organise.split_group`), else
    `moving` goes into that column, or into a new one (None).

    `kept_apart`: how many stay elsewhere since the user had taken them apart; `locked`: since their column is locked.
    """

    group_id: int | None
    label: str | None  # of that column
    moving: tuple[int, ...]
    parts: tuple[tuple[int, ...], ...] = ()
    kept_apart: int = 0
    locked: int = 0


def read_parts(library: Library, project_id: int, progress: Progress | None = None) -> TreeParts | None:
    """The tree of a project as it is to be drawn; None where it has to be grouped first. Raises `Cancelled`.

    That of a project whose columns are moments is of the pauses between photos. That of looks is made anew where photos came,
    left or changed since, but not while they are still coming.
    """
    parameters, embedding_id = remembered_grouping(library, project_id)
    if parameters.selection == MOMENTS:
        photo_ids, tree, depth = moment_hierarchy(project_photos(library, project_id))
        return _laid_out(library, project_id, photo_ids, tree, depth, parameters) if photo_ids else None
    if get_project(library, project_id).status in ("importing", "grouping"):
        hierarchy = valid_hierarchy(library, project_id, embedding_id, parameters)
    else:
        hierarchy = current_hierarchy(library, project_id, progress)
    if hierarchy is None or not hierarchy.photo_ids:
        return None
    calibration = calibration_of(embedding_id)
    measured = calibration.distance * parameters.reach if calibration is not None else None
    depth = granularity_of_distances(hierarchy.tree[:, 2], measured)
    return _laid_out(library, project_id, hierarchy.photo_ids, hierarchy.tree, depth, parameters)


def _laid_out(
    library: Library,
    project_id: int,
    photo_ids: tuple[int, ...],
    tree: NDArray[np.float64],
    depth: NDArray[np.float64],
    parameters: GroupingParameters,
) -> TreeParts:
    """In the order of the board."""
    order = [i for column in board(library, project_id) for i in column.photo_ids]
    places = {photo_id: n for n, photo_id in enumerate(order)}
    place = np.array([places.get(i, len(order)) for i in photo_ids], dtype=np.float64)
    found = icicle(tree, depth, place, parameters.min_group_size)
    return TreeParts(tuple(photo_ids[row] for row in found.rows.tolist()), found)


def plan_part(
    library: Library, project_id: int, photo_ids: Sequence[int], children: Sequence[Sequence[int]]
) -> PartPlan:
    """A part's photos become one column where they stand in several, or else its `children` get columns of their own.

    A part without children is split off from the rest of its column. Locked columns neither give nor take, and nobody
    comes to stand with a photo that the user took it apart from. Raises `PixsortError` where there is nothing to do.
    """
    wanted = set(photo_ids)
    columns = [c for c in board(library, project_id) if wanted.intersection(c.photo_ids)]
    if not columns:
        raise PixsortError("These photos are not on the board any more.")
    if len(columns) == 1 and columns[0].group is not None:
        return _split(columns[0], wanted, children)
    return _join(library, project_id, columns, wanted)


def _split(column: Column, wanted: set[int], children: Sequence[Sequence[int]]) -> PartPlan:
    assert column.group is not None
    if column.group.locked:
        raise PixsortError(f"«{column.group.label}» is locked; unlock it first.")
    leaving = [[i for i in column.photo_ids if i in set(child)] for child in children] or [
        [i for i in column.photo_ids if i in wanted]
    ]
    if not set(column.photo_ids) - wanted:  # the column is this part: its largest child has it
        leaving.remove(max(leaving, key=len))
    leaving = [part for part in leaving if part]
    if not leaving:
        raise PixsortError("These photos hang together down to near-identical frames: there are no parts.")
    gone = tuple(i for part in leaving for i in part)
    stays = tuple(i for i in column.photo_ids if i not in set(gone))
    return PartPlan(column.group.id, column.group.label, gone, (stays, *map(tuple, leaving)))


def _join(library: Library, project_id: int, columns: Sequence[Column], wanted: set[int]) -> PartPlan:
    """Into the column with most of them; of columns that the user named rather than of others."""
    locked = {i for c in columns if c.group and c.group.locked for i in c.photo_ids if i in wanted}
    free = [c for c in columns if c.group is not None and not c.group.locked]
    into = max(free, key=lambda c: (_is_named(c), len(wanted.intersection(c.photo_ids))), default=None)
    there = into.photo_ids if into is not None else ()
    rules = [Apart(p.one, p.other) for p in partings(library.read(), project_id) if p.overruled is None]
    company = Separation(rules).company(there)
    coming = [i for c in columns if c is not into for i in c.photo_ids if i in wanted and i not in locked]
    moving = [i for i in coming if company.add(i)]
    if not moving:
        reason = "their columns are locked" if locked and not coming else "you took them apart"
        raise PixsortError(f"These photos stay where they are: {reason}.")
    group = into.group if into is not None else None
    return PartPlan(
        group.id if group is not None else None,
        group.label if group is not None else None,
        tuple(moving),
        kept_apart=len(coming) - len(moving),
        locked=len(locked),
    )


def _is_named(column: Column) -> bool:
    """Whether the user named it."""
    return column.group is not None and is_given(column.group)
