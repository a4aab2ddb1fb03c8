"""Clusters -> columns, around what the user did by hand. Plain values in and out.

The rules, in one place:

- A locked column stays exactly as it is.
- A photo that was put into a column by hand, or stood there when others were put there, stays there (must link). A
  photo that was put into Ungrouped by hand stays there. All others are free.
- No photo comes to stand with one that it was parted from (cannot link).
- A column of origin 'hand' (made, named, filled or merged by the user) keeps its row and name, and is never joined with
  another one. Photos that stood in it when it was named carry its name: they stay in it, or come back, where they are in
  the cluster that most of them are in, or in that of a photo put there by hand. Where no cluster has any of them, and
  nothing else is there, they stay as they are.
- What else is in such a cluster joins the column where that has more than half of those of the cluster that were seen before.
- All other photos form the automatic columns, cluster by cluster; what is left of a cluster below the
  smallest group size is ungrouped.
- An automatic column that mostly continues an older one takes over its row and its place on the board; other
  new ones stand where their first photo falls among the rest, so a board nobody rearranged runs from the
  earliest moment to the latest.
- Automatic columns are named «Group 1», «Group 2» … from left to right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pixsort_desktop.grouping.constraints import Apart, Company, Separation
from pixsort_desktop.library.constraints import FIXED
from pixsort_desktop.library.groups import is_given, next_label
from pixsort_desktop.library.records import Group

NOISE = -1
Key = tuple[str, int]  # ('row', group id) or ('cluster', number)


@dataclass(frozen=True, slots=True)
class Membership:
    """Where a photo stands now."""

    photo_id: int
    group_id: int | None
    placed: str  # 'new', 'automatic', 'kept' or 'hand'
    carries: int | None = None  # the column that it stood in when that was named


@dataclass(frozen=True, slots=True)
class Planned:
    """A column after the grouping: an existing row (`group_id`) or a new one, and its automatic photos in order.

    With `beside`, the photos come after those that stand there already, in the order that these have.
    """

    group_id: int | None
    label: str
    origin: str
    photo_ids: tuple[int, ...]
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The whole board: columns from left to right, and the photos that are automatically ungrouped.

    `notes`: what the user should hear of names that they gave, a sentence each.
    """

    columns: tuple[Planned, ...]
    ungrouped: tuple[int, ...]
    notes: tuple[str, ...] = ()


def arrange(
    memberships: Sequence[Membership],
    groups: Sequence[Group],
    labels: Mapping[int, int],
    min_group_size: int,
    rules: Sequence[Apart] = (),
) -> Arrangement:
    """Plan the board.

    `memberships` come in the order in which photos shall stand in columns (by time); `groups` by position;
    `labels` gives the cluster of each photo, -1 for none; `rules` which photos must not stand together.
    """
    separation = Separation(rules)
    kept = _Kept(memberships, groups, labels, separation)
    kept.settle()
    found: dict[int, list[int]] = {}
    for member in kept.homeless:
        found.setdefault(labels.get(member.photo_id, NOISE), []).append(member.photo_id)
    ungrouped = {*found.pop(NOISE, ())}
    clusters = _kept_apart(found, separation)
    for cluster in [c for c, members in clusters.items() if len(members) < min_group_size]:
        ungrouped |= {*clusters.pop(cluster)}
    rows = _continued(clusters, kept.homeless, [g.id for g in groups if g.id not in kept.rows])
    order = _ordered(memberships, groups, kept.rows, clusters, rows)
    return Arrangement(
        _named(order, groups, clusters, rows, kept),
        tuple(m.photo_id for m in kept.homeless if m.photo_id in ungrouped),
        kept.notes(),
    )


class _Kept:
    """The columns whose row and name stay, and who is in them."""

    def __init__(
        self,
        memberships: Sequence[Membership],
        groups: Sequence[Group],
        labels: Mapping[int, int],
        separation: Separation,
    ) -> None:
        self._all, self._groups, self._labels = memberships, groups, labels
        locked = {group.id for group in groups if group.locked}
        still = [m for m in memberships if m.group_id in locked or m.placed in FIXED]
        self.fixed = {m.photo_id: m.group_id for m in still}
        self._anchors = {(m.group_id, self._cluster(m)) for m in still}
        self.filled = {m.group_id for m in still if m.group_id is not None}
        self.rows = {g.id for g in groups if g.origin == "hand"} | locked | self.filled
        self.open: dict[int, Company] = {
            row: separation.company(m.photo_id for m in still if m.group_id == row)
            for row in self.rows - locked
        }
        self._claims = self._claimed()
        self.home: dict[int, int] = {}  # free photo -> the column it stays in or joins
        self.homeless: list[Membership] = []
        self._divided: set[int] = set()

    def settle(self) -> None:
        """Decide for each free photo whether it is in one of these columns."""
        main = self._main()
        hosts = self._hosts(main)
        for member in self._all:
            row = self._claims.get(member.photo_id)
            if row is not None and self._goes_on(row, self._cluster(member), main):
                self._take(member.photo_id, row)
        for member in self._all:
            if member.photo_id in self.home or member.photo_id in self.fixed:
                continue
            if (row := self._claims.get(member.photo_id)) is not None:
                self._divided.add(row)
            host = hosts.get(self._cluster(member))
            if host is None or not self._take(member.photo_id, host):
                self.homeless.append(member)

    def _claimed(self) -> dict[int, int]:
        """Free photo -> the column whose name it carries; where none carries it, all that stand there do."""
        free = [m for m in self._all if m.photo_id not in self.fixed]
        claims = {m.photo_id: m.carries for m in free if m.carries is not None and m.carries in self.open}
        bare = self.open.keys() - self.filled - set(claims.values())
        return claims | {
            m.photo_id: m.group_id for m in free if m.group_id is not None and m.group_id in bare
        }

    def photos(self) -> dict[int, list[Membership]]:
        """Column -> the free photos that stand in it from now on, in order."""
        found: dict[int, list[Membership]] = {}
        for member in self._all:
            if member.photo_id in self.home:
                found.setdefault(self.home[member.photo_id], []).append(member)
        return found

    def notes(self) -> tuple[str, ...]:
        """Of names that the user gave: whose photos were divided, and whose are gone."""
        found = []
        held = {*self.home.values(), *self.fixed.values()}
        for group in self._groups:
            if group.id not in held and group.id in self.rows and is_given(group):
                found.append(f"No photo of «{group.label}» is left here; the column stays, empty.")
            elif group.id in self._divided and is_given(group):
                found.append(f"«{group.label}» was divided; the largest part has its name.")
        return tuple(found)

    def _cluster(self, member: Membership) -> int:
        return self._labels.get(member.photo_id, NOISE)

    def _main(self) -> dict[int, int]:
        """Column -> the cluster that most of those that carry its name are in, where any is in one."""
        counts = Counter(
            (self._claims[m.photo_id], self._cluster(m)) for m in self._all if m.photo_id in self._claims
        )
        main: dict[int, int] = {}
        for (row, cluster), _count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            if cluster != NOISE:
                main.setdefault(row, cluster)
        return main

    def _hosts(self, main: Mapping[int, int]) -> dict[int, int]:
        """Cluster -> the column that takes in what else is in it."""
        parts: Counter[tuple[int, int]] = Counter()
        seen: Counter[int] = Counter()
        for member in self._all:
            cluster = self._cluster(member)
            seen[cluster] += member.placed != "new"
            row = self._claims.get(member.photo_id, member.group_id)
            if row in self.open and row is not None:
                parts[cluster, row] += 1
        return {
            cluster: row
            for (cluster, row), count in parts.items()
            if cluster != NOISE and count * 2 > seen[cluster] and self._goes_on(row, cluster, main)
        }

    def _goes_on(self, row: int, cluster: int, main: Mapping[int, int]) -> bool:
        """Whether a column continues in a cluster; NOISE: in photos of no cluster."""
        if cluster == NOISE:
            return row not in main and row not in self.filled
        return main.get(row) == cluster or (row, cluster) in self._anchors

    def _take(self, photo_id: int, row: int) -> bool:
        taken = self.open[row].add(photo_id)
        if taken:
            self.home[photo_id] = row
        return taken


def _kept_apart(clusters: Mapping[int, Sequence[int]], separation: Separation) -> dict[int, Sequence[int]]:
    """The clusters, those divided in which photos must not stand together."""
    found: dict[int, Sequence[int]] = {}
    spare = max(clusters, default=NOISE) + 1
    for cluster, members in clusters.items():
        first, *others = separation.parts(members)
        found[cluster] = first
        found |= {spare + number: part for number, part in enumerate(others)}
        spare += len(others)
    return found


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
    kept: set[int],
    clusters: Mapping[int, Sequence[int]],
    rows: Mapping[int, int],
) -> list[Key]:
    """The columns from left to right."""
    when = {member.photo_id: index for index, member in enumerate(memberships)}
    first: dict[Key, int] = {
        ("cluster", cluster): min(when[p] for p in members) for cluster, members in clusters.items()
    }
    for member in reversed(memberships):
        if member.group_id in kept and member.group_id is not None:
            first["row", member.group_id] = when[member.photo_id]
    cluster_of = {group_id: cluster for cluster, group_id in rows.items()}
    order: list[Key] = []
    for group in groups:
        if group.id in kept:
            order.append(("row", group.id))
        elif group.id in cluster_of:
            order.append(("cluster", cluster_of[group.id]))
    new = sorted((at, key) for key, at in first.items() if key not in order and key[0] == "cluster")
    for at, key in new:
        place = next((i for i, other in enumerate(order) if first.get(other, -1) > at), len(order))
        order.insert(place, key)
    return order


def _named(
    order: Sequence[Key],
    groups: Sequence[Group],
    clusters: Mapping[int, Sequence[int]],
    rows: Mapping[int, int],
    kept: _Kept,
) -> tuple[Planned, ...]:
    group_of = {group.id: group for group in groups}
    taken = {group_of[key].label for kind, key in order if kind == "row"}
    photos = kept.photos()
    columns: list[Planned] = []
    for kind, key in order:
        if kind == "cluster":
            columns.append(Planned(rows.get(key), next_label(taken), "automatic", tuple(clusters[key])))
            continue
        group, beside = group_of[key], key in kept.filled or group_of[key].locked
        origin = group.origin if group.locked else "hand"
        members = (m for m in photos.get(key, ()) if not beside or m.group_id != key)
        columns.append(Planned(key, group.label, origin, tuple(m.photo_id for m in members), beside))
    return tuple(columns)
