"""The condensed tree, and which of its clusters are groups.

Tree and rules are HDBSCAN's (Campello, Moulavi and Sander, PAKDD 2013; McInnes, Healy and Astels, JOSS 2017), and so are the
labels, exactly. hdbscan's own code makes the tree, once, for no granularity changes it. Which clusters are chosen is
decided here: in arrays, because a slider asks again and again, and with a limit to what holds a group together, which hdbscan
does not have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hdbscan._hdbscan_linkage import label as single_linkage
from hdbscan._hdbscan_tree import condense_tree
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class CondensedTree:
    """Clusters of n rows that only lose rows as the density rises, until they divide in two or are gone.

    A density is 1 / distance. `home` (n,): the last cluster that a row is in; `left` (n,): the density at which it leaves it.
    `parent`, `born`, `size` (c,): the cluster that a cluster came from, at which density, with how many rows. Cluster 0 is
    the root; its parent is -1. Twins have numbers 1 and 2, 3 and 4, …, above their parent's. `lengths` (n - 1,): of the
    tree's bridges, sorted.
    """

    home: Indices
    left: Floats
    parent: Indices
    born: Floats
    size: Indices
    lengths: Floats


def condense(tree: Floats, least: int) -> CondensedTree:
    """From a spanning tree (n - 1, 3), n >= 2, shortest bridges first; clusters have `least` rows or more."""
    found = condense_tree(single_linkage(tree), least)
    total = len(tree) + 1
    single = found["child"] < total
    rows, clusters = found[single], found[~single]
    order = np.argsort(rows["child"])
    return CondensedTree(
        (rows["parent"] - total)[order],
        rows["lambda_val"][order],
        np.append(-1, clusters["parent"] - total),
        np.append(0.0, clusters["lambda_val"]),
        np.append(total, clusters["child_size"]),
        tree[:, 2],
    )


def select(tree: CondensedTree, selection: str, floor: float, ceiling: float) -> tuple[Indices, Floats]:
    """Which cluster each row is grouped in, -1 for none, and how firmly, 0 to 1; both (n,).

    `selection`: 'eom', the clusters that live longest, or 'leaf', the finest. Groups that part at a distance below `floor`
    are one (Malzer and Baum, MFI 2020). Bridges longer than `ceiling` hold nothing: a cluster that is older is born
    there, of endless distance, and the rows that left it before are in no group. Without a ceiling (inf) the root is no
    group, as in HDBSCAN.
    """
    thinnest, rooted = 1 / ceiling, ceiling < math.inf
    stays, inner = tree.left >= thinnest, tree.born >= thinnest
    inner[0] = False
    born = np.where(inner, tree.born, 0.0)
    lived = np.append(
        (tree.left - born[tree.home])[stays], ((tree.born - born[tree.parent]) * tree.size)[inner]
    )
    stability = np.bincount(np.append(tree.home[stays], tree.parent[inner]), lived, minlength=len(born))
    parent = tree.parent.tolist()
    chosen = _longest(parent, stability.tolist(), rooted) if selection == "eom" else _finest(parent, rooted)
    if floor:
        distance = [math.inf if density == 0 else 1 / density for density in born.tolist()]
        chosen = _not_below(floor, parent, chosen, distance, rooted)
    group = np.where(stays, _owners(parent, chosen)[tree.home], -1)
    peak = np.zeros(len(born))
    np.maximum.at(peak, tree.home, tree.left)
    np.maximum.at(peak, tree.parent[1:], tree.born[1:])
    return group, np.where(group >= 0, np.minimum(tree.left / peak[group], 1.0), 0.0)


def _longest(parent: Sequence[int], stability: Sequence[float], rooted: bool) -> list[bool]:
    """Excess of mass: the clusters that are more stable than the best choice among what they divide into."""
    count = len(parent)
    chosen, within = [False] * count, [0.0] * count
    for second in range(count - 1, 0, -2):
        for cluster in (second - 1, second):
            chosen[cluster] = within[cluster] <= stability[cluster]
            best = stability[cluster] if chosen[cluster] else within[cluster]
            above = parent[cluster]
            within[above] = float(np.float32(within[above] + best))  # as hdbscan does: it decides ties
    chosen[0] = rooted and within[0] <= stability[0]
    inside = chosen.copy()
    for cluster in range(1, count):
        if inside[parent[cluster]]:
            chosen[cluster], inside[cluster] = False, True
    return chosen


def _finest(parent: Sequence[int], rooted: bool) -> list[bool]:
    """The clusters that do not divide."""
    divided = set(parent)
    return [cluster not in divided and (rooted or cluster > 0) for cluster in range(len(parent))]


def _not_below(
    floor: float, parent: Sequence[int], chosen: Sequence[bool], distance: Sequence[float], rooted: bool
) -> list[bool]:
    """In place of the clusters that are born below the floor, those around them that are born above it."""
    found, around = [False] * len(parent), list(range(len(parent)))
    for cluster in range(1, len(parent)):
        above = parent[cluster]
        if above > 0 or rooted:
            around[cluster] = above if distance[above] > floor else around[above]
    for cluster, is_chosen in enumerate(chosen):
        if is_chosen:
            found[around[cluster] if distance[cluster] < floor else cluster] = True
    return found


def _owners(parent: Sequence[int], chosen: Sequence[bool]) -> Indices:
    """The innermost chosen cluster that each cluster is in, itself perhaps, or -1; (c,)."""
    owner = [-1] * len(parent)
    for cluster, is_chosen in enumerate(chosen):
        owner[cluster] = cluster if is_chosen else owner[parent[cluster]]
    return np.array(owner, dtype=np.intp)
