"""Vectors and times -> the columns of a project. What the user placed or named by hand stays."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.condensed import condense
from pixsort_desktop.grouping.density import MOMENTS, GroupingParameters, cut_condensed
from pixsort_desktop.jobs.arrange import Arrangement, Membership, Planned, arrange
from pixsort_desktop.jobs.byhand import forget_hand, rules_and_notes
from pixsort_desktop.jobs.calibrations import calibration_of
from pixsort_desktop.jobs.comparing import Accelerator
from pixsort_desktop.jobs.embed_photos import embed_photos, unfinished_photos
from pixsort_desktop.jobs.hierarchy import project_hierarchy
from pixsort_desktop.jobs.lacking import lacks
from pixsort_desktop.jobs.moments import moment_labels
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library import groups
from pixsort_desktop.library.database import Library, now
from pixsort_desktop.library.embeddings import has_embedding, without_embedding
from pixsort_desktop.library.hierarchies import StoredHierarchy
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision import descriptor


@dataclass(frozen=True, slots=True)
class GroupReport:
    """What a grouping made of a project."""

    photos: int
    groups: int
    ungrouped: int
    embedded: int  # photos whose missing embedding or thumbnail was made first
    seconds: float
    lacking: int = 0  # photos that have no such embedding and were left ungrouped
    notes: tuple[str, ...] = ()  # contradictions of moves by hand, and what became of names, a sentence each


def group_photos(
    library: Library,
    *,
    project_id: int,
    parameters: GroupingParameters | None = None,
    embedding_id: str = descriptor.EMBEDDING_ID,
    progress: Progress | None = None,
    from_scratch: bool = False,
    accelerator: Accelerator | None = None,
) -> GroupReport:
    """Group a project's photos into automatic columns, in one undoable step.

    Missing built-in embeddings are made first. Those of a learned model are made by `embed_with_model`; a photo
    without one counts as ungrouped. `from_scratch` also gives up what was moved and named by hand; locked columns stay.
    `accelerator`: where many photos are compared, if not by BLAS; the columns are the same.
    Raises `PixsortError` for an embedding that no photo has and `Cancelled` after `progress.cancel()`, with the board as
    it was.
    """
    parameters = parameters or GroupingParameters()
    progress = progress or Progress()
    embedded = 0
    lacking: list[int] = []
    if parameters.selection == MOMENTS:
        pass  # times need no vectors
    elif embedding_id == descriptor.EMBEDDING_ID:
        if missing := unfinished_photos(library, project_id):
            report = embed_photos(library, project_id=project_id, photo_ids=missing, progress=progress)
            embedded = report.done
    else:
        lacking = _lacking(library, project_id, embedding_id)
    started = time.monotonic()
    arguments = {"parameters": parameters.to_dict(), "embedding": embedding_id, "from_scratch": from_scratch}
    with recorded_job(library, "group", project_id, "grouping", arguments):
        if parameters.selection == MOMENTS:
            labels = moment_labels(project_photos(library, project_id), parameters.granularity)
        else:
            hierarchy = project_hierarchy(
                library, project_id, embedding_id, parameters, progress, accelerator
            )
            cut = cutter(hierarchy, parameters.min_group_size, embedding_id)
            labels = cut(parameters) | dict.fromkeys(lacking, -1)
        progress.check()
        ids = list(labels)
        remembered = {**arguments, "grouped_at": now(), "seconds": round(time.monotonic() - started, 3)}
        if from_scratch:
            del remembered["from_scratch"]
        plan = library.write(
            lambda t: apply_labels(
                t, project_id, labels, parameters.min_group_size, remembered, from_scratch
            ),
            undo="Group photos",
            project_id=project_id,
        )
        progress.report("Grouping", len(ids), len(ids))
    grouped = [c for c in plan.columns if c.group_id is not None or c.photo_ids]
    seconds = time.monotonic() - started
    return GroupReport(
        len(ids), len(grouped), len(plan.ungrouped), embedded, seconds, len(lacking), plan.notes
    )


def _lacking(library: Library, project_id: int, embedding_id: str) -> list[int]:
    """The photos without a learned model's embedding. Raises PixsortError where that is all of them."""
    lacking = without_embedding(library, project_id, embedding_id)
    if lacking and not has_embedding(library, project_id, embedding_id):
        raise PixsortError(lacks(library, project_id, embedding_id))
    return lacking


def cutter(
    hierarchy: StoredHierarchy, min_group_size: int, embedding_id: str
) -> Callable[[GroupingParameters], dict[int, int]]:
    """What cuts the hierarchy with any parameters of that smallest group size: photo -> number of its cluster, -1 for none."""
    ids = hierarchy.photo_ids
    if len(ids) < 2:
        return lambda _: dict.fromkeys(ids, -1)
    tree, calibration = condense(hierarchy.tree, min_group_size), calibration_of(embedding_id)
    return lambda p: dict(zip(ids, cut_condensed(tree, p, calibration).labels.tolist(), strict=True))


def apply_labels(
    transaction: Transaction,
    project_id: int,
    labels: dict[int, int],
    min_group_size: int,
    remembered: dict[str, Any],
    from_scratch: bool = False,
    new_ids: Callable[[Planned], int | None] = lambda _: None,
) -> Arrangement:
    """Plan the new board and write what differs from the old one.

    `labels`: cluster by photo, in the order in which photos shall stand in columns. `new_ids`: ids wanted for new columns.
    """
    if from_scratch:
        forget_hand(transaction, project_id)
    rules, notes = rules_and_notes(transaction, project_id)
    columns = groups.project_groups(transaction, project_id)
    plan = arrange(memberships(transaction, project_id, labels), columns, labels, min_group_size, rules)
    for position, planned in enumerate(plan.columns):
        row = {"label": planned.label, "position": position, "origin": planned.origin}
        group_id = planned.group_id
        if group_id is None:
            wanted = new_ids(planned)
            given = {} if wanted is None else {"id": wanted}
            group_id = transaction.insert("groups", {**given, "project_id": project_id, **row})
        else:
            transaction.update("groups", (group_id,), row)
        standing = groups.members(transaction, project_id, group_id) if planned.beside else {}
        start = max(standing.values(), default=-groups.STEP) + groups.STEP
        _stand(transaction, project_id, group_id, planned.photo_ids, start)
    _stand(transaction, project_id, None, plan.ungrouped, 0)
    kept = {planned.group_id for planned in plan.columns}
    for column in columns:
        if column.id not in kept:
            groups.empty_and_delete(transaction, project_id, column.id)
    transaction.update("projects", (project_id,), {"grouping": json.dumps(remembered)})
    return replace(plan, notes=notes + plan.notes)


def memberships(transaction: Transaction, project_id: int, order: Iterable[int]) -> list[Membership]:
    """Where these photos stand, in that order, without those that left the project."""
    rows = transaction.connection.execute(
        "SELECT photo_id, group_id, placed, carries FROM project_photos WHERE project_id = ?", (project_id,)
    )
    standing = {row["photo_id"]: Membership(*row) for row in rows}
    return [standing[photo_id] for photo_id in order if photo_id in standing]


def _stand(
    transaction: Transaction, project_id: int, group_id: int | None, photo_ids: tuple[int, ...], start: int
) -> None:
    """Let photos stand in a column, automatically, in order from position `start`."""
    for n, photo_id in enumerate(photo_ids):
        position = start + n * groups.STEP
        values = {"group_id": group_id, "position": position, "placed": "automatic"}
        transaction.update("project_photos", (project_id, photo_id), values)
