"""What brings photos closer than they look: pictures that match point by point, and frames taken a moment apart.

Both only ever shorten a distance, by a bounded share of its square, so that without matches and without times
groups are what the looks alone make them. A pair that matches was seen to show the same thing (`vision.local_features`
counts the points). Since comparing costs a millisecond a pair, only pairs that it could join are compared: each
photo's nearest, within the horizon of the calibration, and not those that hang together firmly already.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.moments import TimeWeight, time_shares

Indices = NDArray[np.intp]
COMPARED = 12  # nearest neighbours of each photo that are worth a comparison
_ROUNDS = (0, 3, 6, COMPARED)  # by rank: what the first round joins firmly spares the next
_FIRM = 0.8  # share of the measured distance below which photos hang together firmly


@dataclass(frozen=True, slots=True)
class Matches:
    """Compared pairs of rows: `one` < `other` (p,), `counts` (p,) of verified matches. Pairs that are absent count as 0."""

    one: Indices
    other: Indices
    counts: Indices

    @classmethod
    def none(cls) -> Matches:
        empty = np.zeros(0, dtype=np.intp)
        return cls(empty, empty, empty)

    def joined_with(self, later: Matches) -> Matches:
        return Matches(
            np.concatenate([self.one, later.one]),
            np.concatenate([self.other, later.other]),
            np.concatenate([self.counts, later.counts]),
        )


def rounds_of_comparison() -> int:
    """How many times `worth_comparing` is asked."""
    return len(_ROUNDS) - 1


def worth_comparing(
    nearest: tuple[Indices, NDArray[np.float64]],
    calibration: Calibration,
    reach: float,
    matches: Matches,
    turn: int,
) -> Indices:
    """Pairs of rows (p, 2), the smaller first, to be compared in the round `turn` (0, 1, …).

    `nearest`: indices and distances (n, k) of `neighbours.nearest`; `matches`: what earlier rounds found, of the pairs
    that they were given.
    The answer does not depend on the order of rows, but for equal distances.
    """
    indices, distances = nearest
    firm = _firmly_joined(indices, distances, calibration, reach, matches)
    ranks = slice(_ROUNDS[turn], _ROUNDS[turn + 1])
    row = np.repeat(np.arange(len(indices)), indices[:, ranks].shape[1])
    column, apart = indices[:, ranks].ravel(), distances[:, ranks].ravel()
    wanted = (apart <= calibration.horizon * reach) & (firm[row] != firm[column])
    pairs = np.sort(np.column_stack([row[wanted], column[wanted]]), axis=1)
    total = len(indices)
    seen = matches.one * total + matches.other
    keys = np.setdiff1d(pairs[:, 0] * total + pairs[:, 1], seen)
    return np.column_stack(np.divmod(keys, total)).astype(np.intp).reshape(-1, 2)


def _firmly_joined(
    indices: Indices,
    distances: NDArray[np.float64],
    calibration: Calibration,
    reach: float,
    matches: Matches,
) -> Indices:
    """Numbers (n,), equal for rows that a chain of firm pairs joins."""
    total = len(indices)
    firm = _FIRM * calibration.distance * reach
    row = np.repeat(np.arange(total), indices.shape[1])
    near, apart = indices.ravel(), distances.ravel()
    listed = np.minimum(row, near) * total + np.maximum(row, near)
    keys, first = np.unique(listed, return_index=True)
    lengths = apart[first]
    place = np.searchsorted(keys, matches.one * total + matches.other)
    lengths[place] *= np.sqrt(calibration.shares(matches.counts))
    one, other = np.divmod(keys[lengths <= firm], total)
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(total, total))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.intp)


def closer(
    tree: NDArray[np.float64],
    vectors: NDArray[np.float32],
    core: NDArray[np.float64],
    times: NDArray[np.float64] | None,
    weight: TimeWeight,
    matches: Matches,
    calibration: Calibration | None,
) -> NDArray[np.float64]:
    """The minimum spanning tree when matches and times bring photos closer than they look, (n - 1, 3) like `tree`.

    `tree` is that of the looks, `core` (n,) the core distances, `times` (n,) seconds or NaN. Lowering some distances can
    only bring those pairs into the tree, so the old tree and those pairs hold the new one.
    """
    total = len(vectors)
    keys, shares = _shares(total, times, weight, matches, calibration)
    if not len(keys):
        return tree
    one, other = keys // total, keys % total
    difference = vectors[one] - vectors[other]
    look = np.sqrt(np.einsum("ij,ij->i", difference, difference, dtype=np.float64))
    reach = np.maximum(look, np.maximum(core[one], core[other]))
    pairs = np.concatenate([np.column_stack([one, other, reach * np.sqrt(shares)]), tree])
    pairs[:, :2].sort(axis=1)
    pairs = pairs[np.lexsort((pairs[:, 2], pairs[:, 1], pairs[:, 0]))]
    pairs = pairs[np.append(True, np.any(np.diff(pairs[:, :2], axis=0) != 0, axis=1))]  # the shorter of two
    ends = pairs[:, :2].astype(np.intp)
    lengths = np.maximum(pairs[:, 2], 1e-12)  # to scipy, a bridge of length 0 is none
    graph = coo_array((lengths, (ends[:, 0], ends[:, 1])), shape=(total, total)).tocsr()
    found = minimum_spanning_tree(graph).tocoo()
    result = np.column_stack([found.row, found.col, found.data]).astype(np.float64)
    return result[np.lexsort((result[:, 1], result[:, 0], result[:, 2]))]


def _shares(
    total: int,
    times: NDArray[np.float64] | None,
    weight: TimeWeight,
    matches: Matches,
    calibration: Calibration | None,
) -> tuple[Indices, NDArray[np.float64]]:
    """Pairs as one * total + other, each once, and what is left of their squared distance."""
    keys, shares = [np.zeros(0, dtype=np.intp)], [np.zeros(0)]
    if times is not None:
        one, other, left = time_shares(times, weight)
        keys.append(np.minimum(one, other) * total + np.maximum(one, other))
        shares.append(left)
    if calibration is not None and len(matches.one):
        left = calibration.shares(matches.counts)
        keys.append((matches.one * total + matches.other)[left < 1])
        shares.append(left[left < 1])
    found, place = np.unique(np.concatenate(keys), return_inverse=True)
    product = np.ones(len(found))
    np.multiply.at(product, place, np.concatenate(shares))
    return found, product
