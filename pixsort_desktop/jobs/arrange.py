"""Clusters -> columns, around what the user did by hand. Plain values in and out.

The rules, in one place:

- A column of origin 'hand' (made, named, filled or merged by the user) keeps its photos, name and row.
- A photo that was put into Ungrouped by hand stays there.
- A photo that no grouping has seen yet joins a column of origin 'hand' when more than half of the photos of
  its cluster that were there before stand in that column.
- All other photos form the automatic columns, cluster by cluster; what is left of a cluster below the
  smallest group size is ungrouped.
- An automatic column that mostly continues an older one takes over its row and its place on the board. One that
  mostly was part of another that stays stands right beside that, before or after it by its first photo; other
  new ones stand where their first photo falls among the rest, so a board nobody rearranged runs from the
  earliest moment to the latest.
- Automatic columns are named «Group 1», «Group 2» … from left to right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pixsort_desktop.library.groups import next_label
from pixsort_desktop.library.records import Group


@dataclass(frozen=True, slots=True)
class Membership:
    """Where a photo stands now."""

    photo_id: int
    group_id: int | None
    placed: str  # 'new', 'automatic' or 'hand'


@dataclass(frozen=True, slots=True)
class Planned:
    """A column after the grouping: an existing row (`group_id`) or a new one, and its automatic photos in order."""

    group_id: int | None
    label: str
    origin: str
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The whole board: columns from left to right, and the photos that are automatically ungrouped."""

    columns: tuple[Planned, ...]
    ungrouped: tuple[int, ...]


def arrange(
    memberships: Sequence[Membership], groups: Sequence[Group], labels: Mapping[int, int], min_group_size: int
) -> Arrangement:
    """Plan the board.

    `memberships` come in the order in which photos shall stand in columns (by time); `groups` by position;
    `labels` gives the cluster of each photo, -1 for none.
    """
    by_hand = {group.id for group in groups if group.origin == "hand"}
    free = [m for m in memberships if m.group_id not in by_hand and m.placed != "hand"]
    joining = _join_by_hand(memberships, free, by_hand, labels)
    clusters: dict[int, list[int]] = {}
    for member in free:
        if member.photo_id not in joining:
            clusters.setdefault(labels.get(member.photo_id, -1), []).append(member.photo_id)
    ungrouped = {*clusters.pop(-1, ())}
    for cluster in [c for c, members in clusters.items() if len(members) < min_group_size]:
        ungrouped |= {*clusters.pop(cluster)}
    rows = _continued(clusters, free, [g.id for g in groups if g.id not in by_hand])
    order = _ordered(memberships, groups, by_hand, clusters, rows)
    return Arrangement(
        _named(order, groups, clusters, rows, joining),
        tuple(m.photo_id for m in free if m.photo_id in ungrouped),
    )


def _join_by_hand(
    memberships: Sequence[Membership],
    free: Sequence[Membership],
    by_hand: set[int],
    labels: Mapping[int, int],
) -> dict[int, int]:
    """New photo -> the column of origin 'hand' that it joins."""
    standing: dict[int, Counter[int | None]] = {}
    for member in memberships:
        if member.placed != "new":
            standing.setdefault(labels.get(member.photo_id, -1), Counter())[member.group_id] += 1
    homes: dict[int, int] = {}
    for cluster, counts in standing.items():
        group_id, most = counts.most_common(1)[0]
        if cluster != -1 and group_id in by_hand and group_id is not None and most * 2 > counts.total():
            homes[cluster] = group_id
    return {
        member.photo_id: homes[cluster]
        for member in free
        if member.placed == "new" and (cluster := labels.get(member.photo_id, -1)) in homes
    }


def _continued(
    clusters: Mapping[int, Sequence[int]], free: Sequence[Membership], rows: Sequence[int]
) -> dict[int, int]:
    """Cluster -> the automatic column it continues: each the one it shares most photos with, greedily."""
    group_of = {member.photo_id: member.group_id for member in free}
    shared: Counter[tuple[int, int]] = Counter()
    for cluster, members in clusters.items():
        for photo_id in members:
            group_id = group_of[photo_id]
            if group_id is not None:
                shared[cluster, group_id] += 1
    taken: dict[int, int] = {}
    for (cluster, group_id), _count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if cluster not in taken and group_id in rows and group_id not in taken.values():
            taken[cluster] = group_id
    return taken


def _ordered(
    memberships: Sequence[Membership],
    groups: Sequence[Group],
    by_hand: set[int],
    clusters: Mapping[int, Sequence[int]],
    rows: Mapping[int, int],
) -> list[tuple[str, int]]:
    """The columns from left to right, as ('hand', group id) or ('cluster', number)."""
    when = {member.photo_id: index for index, member in enumerate(memberships)}
    first: dict[tuple[str, int], int] = {
        ("cluster", cluster): min(when[p] for p in members) for cluster, members in clusters.items()
    }
    for member in reversed(memberships):
        if member.group_id in by_hand and member.group_id is not None:
            first["hand", member.group_id] = when[member.photo_id]
    cluster_of = {group_id: cluster for cluster, group_id in rows.items()}
    order: list[tuple[str, int]] = []
    for group in groups:
        if group.id in by_hand:
            order.append(("hand", group.id))
        elif group.id in cluster_of:
            order.append(("cluster", cluster_of[group.id]))
    new = sorted((at, key) for key, at in first.items() if key not in order and key[0] == "cluster")
    origins = _origins(memberships, clusters, cluster_of)
    beside: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for at, key in new:
        origin = origins.get(key[1])
        if origin is not None:
            beside.setdefault(("cluster", origin), []).append(key)
            continue
        place = next((i for i, other in enumerate(order) if first.get(other, -1) > at), len(order))
        order.insert(place, key)
    return [
        key for each in order for key in sorted([each, *beside.get(each, ())], key=lambda k: first.get(k, -1))
    ]


def _origins(
    memberships: Sequence[Membership],
    clusters: Mapping[int, Sequence[int]],
    cluster_of: Mapping[int, int],
) -> dict[int, int]:
    """New cluster -> the cluster that continues the column where most of its photos stood, where there is such a one."""
    column_of = {member.photo_id: member.group_id for member in memberships}
    continuing = set(cluster_of.values())
    found: dict[int, int] = {}
    for cluster, members in clusters.items():
        if cluster not in continuing:
            column, count = Counter(column_of[p] for p in members).most_common(1)[0]
            if column is not None and column in cluster_of and count * 2 > len(members):
                found[cluster] = cluster_of[column]
    return found


def _named(
    order: Sequence[tuple[str, int]],
    groups: Sequence[Group],
    clusters: Mapping[int, Sequence[int]],
    rows: Mapping[int, int],
    joining: Mapping[int, int],
) -> tuple[Planned, ...]:
    label_of = {group.id: group.label for group in groups}
    taken = {label_of[key] for kind, key in order if kind == "hand"}
    columns: list[Planned] = []
    for kind, key in order:
        if kind == "hand":
            joined = tuple(photo_id for photo_id, home in joining.items() if home == key)
            columns.append(Planned(key, label_of[key], "hand", joined))
        else:
            columns.append(Planned(rows.get(key), next_label(taken), "automatic", tuple(clusters[key])))
    return tuple(columns)
