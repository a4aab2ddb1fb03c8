"""Another granularity of a grouped project: a new cut of its hierarchy, first to be looked at, then to be kept.

`look_at_granularity` only computes, so that a slider may ask as often as it moves; `set_granularity` writes the same board
in one undoable step. New columns get the ids that were announced while looking, so that keeping changes nothing on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pixsort_desktop.grouping.constraints import Apart
from pixsort_desktop.grouping.density import MOMENTS, GroupingParameters
from pixsort_desktop.grouping.granularity import checked_granularity
from pixsort_desktop.jobs.arrange import Arrangement, Membership, Planned, arrange
from pixsort_desktop.jobs.group_photos import apply_labels, cutter, memberships
from pixsort_desktop.jobs.hierarchy import current_hierarchy, remembered_grouping
from pixsort_desktop.jobs.moments import moment_labels
from pixsort_desktop.library import groups
from pixsort_desktop.library.constraints import partings
from pixsort_desktop.library.database import Library, now
from pixsort_desktop.library.embeddings import without_embedding
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.records import Column, Group
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.progress import Progress

_Place = tuple[int, float, int]  # position, capture time in seconds, id


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The board that a cut is laid around: what `arrange` asks for, and the place of each photo, by which `members` are sorted
    in `by_place`."""

    members: list[Membership]
    columns: list[Group]
    rules: list[Apart]
    places: Mapping[int, _Place]
    by_place: list[Membership]


@dataclass(frozen=True, slots=True, eq=False)
class Cuttable:
    """What a project can be cut by: its hierarchy or its times; what it was grouped with; which ids new columns may have; and
    the board as it stands now, read once for all the positions of a slider."""

    project_id: int
    parameters: GroupingParameters
    first_id: int
    cut: Callable[[GroupingParameters], dict[int, int]]  # cluster by photo, in the order of time
    standing: Standing

    def labels(self, granularity: float) -> dict[int, int]:
        """Cluster by photo, in the order of time."""
        return self.cut(replace(self.parameters, granularity=granularity))

    def new_id(self, planned: Planned) -> int:
        """The same for the same first photo, whatever the granularity."""
        return self.first_id + planned.photo_ids[0]


def open_hierarchy(library: Library, project_id: int, progress: Progress | None = None) -> Cuttable | None:
    """What the project can be cut by, made anew where photos came or changed since it was grouped; None where it has to be
    grouped first. Holds until the project changes. Raises `Cancelled`."""
    parameters, embedding_id = remembered_grouping(library, project_id)
    first_id = _last_group_id(library) + 1
    if parameters.selection == MOMENTS:
        photos = project_photos(library, project_id)
        standing = _standing(library, project_id, [p.id for p in photos if p.status == "ready"])
        return Cuttable(
            project_id, parameters, first_id, lambda p: moment_labels(photos, p.granularity), standing
        )
    hierarchy = current_hierarchy(library, project_id, progress)
    if hierarchy is None:
        return None
    lacking = dict.fromkeys(without_embedding(library, project_id, embedding_id), -1)
    labels = cutter(hierarchy, parameters.min_group_size, embedding_id)
    standing = _standing(library, project_id, [*hierarchy.photo_ids, *lacking])
    return Cuttable(project_id, parameters, first_id, lambda p: labels(p) | lacking, standing)


def look_at_granularity(cuttable: Cuttable, granularity: float) -> list[Column]:
    """The board as it would be; nothing is read or written. Raises PixsortError for a number that is no granularity."""
    labels = cuttable.labels(checked_granularity(granularity))
    now = cuttable.standing
    plan = arrange(now.members, now.columns, labels, cuttable.parameters.min_group_size, now.rules)
    return _as_columns(cuttable, plan)


def set_granularity(library: Library, cuttable: Cuttable, granularity: float) -> Arrangement:
    """Keep that granularity, in one undoable step; the project remembers it for the next grouping."""
    granularity = checked_granularity(granularity)
    labels = cuttable.labels(granularity)
    grouping = get_project(library, cuttable.project_id).grouping
    parameters = replace(cuttable.parameters, granularity=granularity).to_dict()
    remembered = {**grouping, "parameters": parameters, "grouped_at": now()}

    def act(transaction: Transaction) -> Arrangement:
        seq = transaction.connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'groups'"
        ).fetchone()
        free = seq is None or seq[0] < cuttable.first_id
        return apply_labels(
            transaction,
            cuttable.project_id,
            labels,
            cuttable.parameters.min_group_size,
            remembered,
            new_ids=cuttable.new_id if free else lambda _: None,
        )

    return library.write(act, undo="Change granularity", project_id=cuttable.project_id)


def _as_columns(cuttable: Cuttable, plan: Arrangement) -> list[Column]:
    """The planned board as the library would answer it."""
    standing, places = cuttable.standing, cuttable.standing.places
    there: dict[int | None, list[int]] = {}
    free = {*plan.ungrouped, *(i for planned in plan.columns for i in planned.photo_ids)}
    for member in standing.by_place:
        if member.photo_id not in free:
            there.setdefault(member.group_id, []).append(member.photo_id)
    rows = {group.id: group for group in standing.columns}
    columns: list[Column] = []
    for position, planned in enumerate(plan.columns):
        group_id = cuttable.new_id(planned) if planned.group_id is None else planned.group_id
        group = Group(group_id, cuttable.project_id, planned.label, position, planned.origin)
        if group_id in rows:
            group = replace(rows[group_id], label=planned.label, position=position, origin=planned.origin)
        kept = there.get(group_id, ()) if planned.beside else ()
        columns.append(Column(group, (*kept, *planned.photo_ids)))
    after = {i: (n * groups.STEP, *places[i][1:]) for n, i in enumerate(plan.ungrouped)}
    ungrouped = sorted([*plan.ungrouped, *there.get(None, ())], key=lambda i: after.get(i, places[i]))
    return [*columns, Column(None, tuple(ungrouped))]


def _standing(library: Library, project_id: int, order: Sequence[int]) -> Standing:
    """Read the board; `order`: the photos as they are to stand in columns."""
    with library.at_one_moment():
        transaction = Transaction(library.read())
        members = memberships(transaction, project_id, order)
        columns = groups.project_groups(transaction, project_id)
        known = partings(transaction.connection, project_id)
        rules = [Apart(each.one, each.other) for each in known if each.overruled is None]
        places = _places(library, project_id)
    by_place = sorted(members, key=lambda member: places[member.photo_id])
    return Standing(members, columns, rules, places, by_place)


def _places(library: Library, project_id: int) -> dict[int, _Place]:
    """By what `groups.board` orders the photos of a column."""
    rows = library.rows(
        "SELECT photo_id, position, coalesce(taken_seconds, -9e999) FROM project_photos JOIN photos ON photos.id = photo_id"
        " WHERE project_id = ?",
        (project_id,),
    )
    return {photo_id: (position, seconds, photo_id) for photo_id, position, seconds in rows}


def _last_group_id(library: Library) -> int:
    rows = library.rows("SELECT seq FROM sqlite_sequence WHERE name = 'groups'")
    return int(rows[0]["seq"]) if rows else 0
