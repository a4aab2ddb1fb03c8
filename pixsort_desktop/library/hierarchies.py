"""The spanning tree by which a project was grouped, kept so that another granularity is only another cut."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.transaction import Transaction


@dataclass(frozen=True, slots=True, eq=False)
class StoredHierarchy:
    """`photo_ids`: the tree's rows, in order. `tree` (n - 1, 3): rows a, b, distance, shortest first.

    `made_for`: what the tree depends on besides; it holds as long as that is the same.
    """

    photo_ids: tuple[int, ...]
    tree: npt.NDArray[np.float64]
    made_for: dict[str, Any]


def put_hierarchy(transaction: Transaction, project_id: int, hierarchy: StoredHierarchy) -> None:
    """Keep a project's hierarchy, in place of an older one."""
    transaction.connection.execute(
        "INSERT OR REPLACE INTO hierarchies (project_id, made_for, photos, bridges, lengths) VALUES (?, ?, ?, ?, ?)",
        (
            project_id,
            json.dumps(hierarchy.made_for, sort_keys=True),
            np.array(hierarchy.photo_ids, dtype="<i8").tobytes(),
            hierarchy.tree[:, :2].astype("<i4").tobytes(),
            hierarchy.tree[:, 2].astype("<f8").tobytes(),
        ),
    )


def get_hierarchy(library: Library, project_id: int) -> StoredHierarchy | None:
    """The project's hierarchy as it was kept, whether it still holds or not; None where there is none to be read."""
    rows = library.rows("SELECT * FROM hierarchies WHERE project_id = ?", (project_id,))
    if not rows:
        return None
    try:
        made_for = json.loads(rows[0]["made_for"])
        photo_ids = np.frombuffer(rows[0]["photos"], "<i8").tolist()
        ends = np.frombuffer(rows[0]["bridges"], "<i4").reshape(-1, 2)
        lengths = np.frombuffer(rows[0]["lengths"], "<f8")
        tree = np.column_stack([ends.astype(np.float64), lengths])
    except (ValueError, TypeError):  # damaged: grouping makes it anew
        return None
    if len(tree) != len(photo_ids) - 1 or not isinstance(made_for, dict):
        return None
    return StoredHierarchy(tuple(photo_ids), tree, made_for)
