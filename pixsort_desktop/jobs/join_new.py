"""Photos that have just come join the columns where they clearly belong; the others wait in Ungrouped."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.constraints import Apart, Separation
from pixsort_desktop.jobs.calibrations import calibration_of
from pixsort_desktop.jobs.moments import by_time
from pixsort_desktop.library import groups
from pixsort_desktop.library.constraints import partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.transaction import Transaction


def join_new(library: Library, *, project_id: int, photo_ids: Collection[int]) -> int:
    """Let those of the photos that wait in Ungrouped since they came join columns, as one step that can be undone; marks
    them as arrived. Answers how many joined: none in a project that was never grouped,
    or that was grouped into moments, whose columns say nothing of looks.

    Distances, times and reach are those of the last grouping. Locked columns take nobody in, and nobody joins a photo that
    it was parted from.
    """
    grouping = get_project(library, project_id).grouping
    known = "parameters" in grouping and "embedding" in grouping  # not where its vectors were removed
    if not photo_ids or not known or by_time(grouping):
        return 0
    homes = _homes(library, project_id, frozenset(photo_ids), grouping)
    if not homes:
        return 0
    count = len(homes)
    return library.write(
        lambda t: _join(t, project_id, homes),
        undo=f"Let {count:,} new photo{'' if count == 1 else 's'} join columns",
        project_id=project_id,
    )


def _homes(
    library: Library, project_id: int, photo_ids: frozenset[int], grouping: dict[str, object]
) -> dict[int, int]:
    """Photo -> the column that it clearly belongs to."""
    from pixsort_desktop.grouping.density import GroupingParameters  # hdbscan: not for every import
    from pixsort_desktop.grouping.predict import clear_columns

    embedding_id = str(grouping.get("embedding"))
    given = grouping["parameters"]
    try:
        parameters = GroupingParameters.from_dict(given if isinstance(given, dict) else {})
        ids, times, vectors = project_vectors(library, project_id, embedding_id)
        rows = {
            row["photo_id"]: (row["group_id"], row["placed"])
            for row in library.rows(
                "SELECT photo_id, group_id, placed FROM project_photos WHERE project_id = ?", (project_id,)
            )
        }
        stands = [rows.get(photo_id, (None, ""))[0] for photo_id in ids]
        numbers = {group_id: n for n, group_id in enumerate(sorted({g for g in stands if g is not None}))}
        columns = np.array([-1 if g is None else numbers[g] for g in stands], dtype=np.intp)
        arrived = np.array([i in photo_ids and rows.get(i) == (None, "new") for i in ids], dtype=np.bool_)
        found = clear_columns(vectors, times, columns, arrived, parameters, calibration_of(embedding_id))
    except PixsortError:  # settings of another version, damaged vectors: the import is none the worse
        return {}
    group_ids = list(numbers)
    homes = {ids[n]: group_ids[found[n]] for n in np.flatnonzero(arrived & (found >= 0)).tolist()}
    locked = library.rows("SELECT id FROM groups WHERE project_id = ? AND locked", (project_id,))
    return {i: home for i, home in homes.items() if home not in {row["id"] for row in locked}}


def _join(transaction: Transaction, project_id: int, homes: dict[int, int]) -> int:
    """Put them at the ends of their columns."""
    open_columns = {group.id for group in groups.project_groups(transaction, project_id) if not group.locked}
    known = partings(transaction.connection, project_id)
    separation = Separation([Apart(each.one, each.other) for each in known if each.overruled is None])
    joined = 0
    for group_id in sorted({*homes.values()} & open_columns):
        standing = groups.members(transaction, project_id, group_id)
        company = separation.company(standing)
        position = max(standing.values(), default=-groups.STEP)
        for photo_id in (photo_id for photo_id, home in homes.items() if home == group_id):
            row = transaction.row("project_photos", (project_id, photo_id))
            waits = row is not None and row["group_id"] is None and row["placed"] == "new"
            if waits and company.add(photo_id):
                position += groups.STEP
                values = {"group_id": group_id, "position": position, "placed": "automatic", "arrived": 1}
                transaction.update("project_photos", (project_id, photo_id), values)
                joined += 1
    return joined
