"""Capture times: frames taken seconds apart are usually of one scene, even where they look a little less alike.

Times only ever bring photos closer, by a bounded factor, and only photos whose times are both known: without times,
or with times hours apart, groups are what the looks alone make them. Platt, Czerwinski and Field, «PhotoTOC»
(PCM 2003), found time the strongest single cue for albums; it is held back here because clocks are often wrong.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

_CLOSER = 0.35  # at most so much of the squared distance is forgiven,
_FADES = 20.0  # fading with this many seconds between the frames
_HORIZON = 60.0
_FOLLOWING = 8  # each frame is compared with so many that follow it
_SAME_STAMP = 10  # more frames than this at one instant: a stamp of some program, not of a clock


def closer_in_time(
    tree: NDArray[np.float64],
    vectors: NDArray[np.float32],
    core: NDArray[np.float64],
    times: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The minimum spanning tree when frames of one moment are closer than they look, (n - 1, 3) like `tree`.

    `tree` is that of the looks, `core` (n,) the core distances, `times` (n,) seconds or NaN. Lowering some distances can
    only bring those pairs into the tree, so the old tree and those pairs hold the new one.
    """
    one, other = _same_moment(times)
    if not len(one):
        return tree
    difference = vectors[one] - vectors[other]
    look = np.sqrt(np.einsum("ij,ij->i", difference, difference, dtype=np.float64))
    reach = np.maximum(look, np.maximum(core[one], core[other]))
    gap = np.abs(times[one] - times[other])
    closer = reach * np.sqrt(1.0 - _CLOSER * np.exp(-gap / _FADES))
    pairs = np.concatenate([np.column_stack([one, other, closer]), tree])
    pairs[:, :2].sort(axis=1)
    pairs = pairs[np.lexsort((pairs[:, 2], pairs[:, 1], pairs[:, 0]))]
    pairs = pairs[np.append(True, np.any(np.diff(pairs[:, :2], axis=0) != 0, axis=1))]  # the shorter of two
    ends = pairs[:, :2].astype(np.intp)
    lengths = np.maximum(pairs[:, 2], 1e-12)  # to scipy, a bridge of length 0 is none
    total = len(vectors)
    graph = coo_array((lengths, (ends[:, 0], ends[:, 1])), shape=(total, total)).tocsr()
    found = minimum_spanning_tree(graph).tocoo()
    result = np.column_stack([found.row, found.col, found.data]).astype(np.float64)
    return result[np.lexsort((result[:, 1], result[:, 0], result[:, 2]))]


def _same_moment(times: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of rows whose times are known and at most `_HORIZON` apart, among each row's next in time."""
    known = np.flatnonzero(np.isfinite(times))
    _, instant, count = np.unique(times[known], return_inverse=True, return_counts=True)
    known = known[count[instant] <= _SAME_STAMP]
    known = known[np.argsort(times[known], kind="stable")]
    one, other = [known[:0]], [known[:0]]
    for step in range(1, min(_FOLLOWING, len(known) - 1) + 1):
        near = times[known[step:]] - times[known[:-step]] <= _HORIZON
        one.append(known[:-step][near])
        other.append(known[step:][near])
    return np.concatenate(one), np.concatenate(other)
