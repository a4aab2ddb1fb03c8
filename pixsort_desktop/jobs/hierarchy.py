"""A project's hierarchy: made when it is grouped, kept with it, and valid until photos, pixels, times or settings change."""

from __future__ import annotations

from typing import Any

import numpy as np

from pixsort_desktop.grouping.density import (
    GroupingParameters,
    checked,
    listed_neighbours,
    reachability_tree,
)
from pixsort_desktop.grouping.evidence import Matches
from pixsort_desktop.jobs.calibrations import calibration_of
from pixsort_desktop.jobs.compare_photos import compare_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors, vectors_fingerprint
from pixsort_desktop.library.hierarchies import StoredHierarchy, get_hierarchy, put_hierarchy
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision import descriptor
from pixsort_desktop.vision.local_features import METHOD

_FORM = 1  # another one when the same photos and settings come to give another tree


def remembered_grouping(library: Library, project_id: int) -> tuple[GroupingParameters, str]:
    """What a project was grouped with last, or the defaults: parameters and embedding."""
    grouping = get_project(library, project_id).grouping
    values = grouping.get("parameters")
    parameters = GroupingParameters.from_dict(values if isinstance(values, dict) else {})
    return parameters, str(grouping.get("embedding") or descriptor.EMBEDDING_ID)


def valid_hierarchy(
    library: Library, project_id: int, embedding_id: str, parameters: GroupingParameters
) -> StoredHierarchy | None:
    """The hierarchy that was kept, where it is of these photos and settings; None where it has to be made."""
    kept = get_hierarchy(library, project_id)
    holds = kept is not None and kept.made_for == _made_for(library, project_id, embedding_id, parameters)
    return kept if holds else None


def current_hierarchy(
    library: Library, project_id: int, progress: Progress | None = None
) -> StoredHierarchy | None:
    """The hierarchy of a project as it stands now, with the settings of its last grouping: the one that was kept, or, where
    photos came, left or changed since, a new one, for which only new pairs are compared. Photos without an embedding
    are in none. None for a project that was never grouped. Raises `Cancelled`.
    """
    if "parameters" not in get_project(library, project_id).grouping:
        return None
    parameters, embedding_id = remembered_grouping(library, project_id)
    return project_hierarchy(library, project_id, embedding_id, parameters, progress or Progress())


def project_hierarchy(
    library: Library,
    project_id: int,
    embedding_id: str,
    parameters: GroupingParameters,
    progress: Progress,
) -> StoredHierarchy:
    """The hierarchy of the photos that have the embedding, made and kept where none holds. Raises `Cancelled`.

    By looks and times and, for embeddings whose odds with matches are known, by comparing points.
    """
    kept = valid_hierarchy(library, project_id, embedding_id, parameters)
    if kept is not None:
        return kept
    progress.check()
    made_for = _made_for(library, project_id, embedding_id, parameters)
    ids, times, vectors = project_vectors(library, project_id, embedding_id)
    tree = np.zeros((max(0, len(ids) - 1), 3))
    if len(ids) > 1:
        vectors = checked(vectors)
        progress.report("Grouping", 0, len(ids))
        calibration, matches = calibration_of(embedding_id), Matches.none()
        neighbours = listed_neighbours(vectors, parameters)
        if calibration is not None and calibration.evidence:
            matches = compare_photos(
                library, project_id, ids, neighbours, calibration, parameters.reach, progress
            )
            progress.report("Grouping", 0, len(ids))
        tree = reachability_tree(vectors, times, parameters, calibration, neighbours, matches)
    made = StoredHierarchy(tuple(ids), tree, made_for)
    progress.check()
    if ids:
        library.write(lambda t: put_hierarchy(t, project_id, made))
    return made


def _made_for(
    library: Library, project_id: int, embedding_id: str, parameters: GroupingParameters
) -> dict[str, Any]:
    """Everything that the tree depends on: of the parameters those that no later cut can change."""
    calibration = calibration_of(embedding_id)
    return {
        "form": _FORM,
        "embedding": embedding_id,
        "photos": vectors_fingerprint(library, project_id, embedding_id),
        "time": parameters.time,
        "min_samples": parameters.min_samples,
        "reach": parameters.reach,
        "method": METHOD,
        "calibration": repr((calibration.distance, calibration.evidence))
        if calibration is not None
        else None,
    }
