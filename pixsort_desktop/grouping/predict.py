"""New photos -> the columns where they clearly belong, without grouping again.

A photo joins the column of its nearest photo if that is within reach and all other columns are clearly farther away; what
joined counts for those that are still outside, so that a burst follows its first frame. McInnes and Healy's
`approximate_predict` in hdbscan asks the same of the nearest neighbour alone; a column rearranged by hand is in no tree.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters, checked
from pixsort_desktop.grouping.moments import TIME_WEIGHTS, known_moments
from pixsort_desktop.grouping.neighbours import nearest

CLEARLY = 1.25
"""So many times as far away as the nearest column any other one has to be."""

Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
_BLOCK_CELLS = 8_000_000


def clear_columns(
    vectors: NDArray[np.float32],
    times: Floats,
    columns: Indices,
    arrived: NDArray[np.bool_],
    parameters: GroupingParameters,
    calibration: Calibration | None,
) -> Indices:
    """The column of each row, (n,): its own, that which an arrived row clearly belongs to, or -1.

    `vectors` (n, d); `times` (n,) in seconds, NaN where unknown; `columns` (n,): 0, 1, … or -1 for a row in none;
    `arrived` (n,): rows to be placed, whose entry in `columns` counts as -1. Without a calibration a column reaches as far as
    its own photos are from their nearest. Raises PixsortError for vectors that are not finite.
    """
    vectors = checked(vectors)
    found = np.where(arrived, -1, columns).astype(np.intp)
    count = int(found.max(initial=-1)) + 1
    waiting = np.flatnonzero(arrived)
    if not count or not len(waiting):
        return found
    moments = known_moments(times)
    reach = _reach(vectors, found, count, parameters, calibration)
    least = np.full((len(waiting), count), np.inf)
    fresh = np.flatnonzero(found >= 0)
    while len(fresh):
        _approach(least, vectors, moments, waiting, fresh, found[fresh], parameters)
        column = least.argmin(axis=1)
        rows = np.arange(len(waiting))
        distance = least[rows, column]
        others = least.copy()
        others[rows, column] = np.inf
        clear = (
            (distance <= reach[column]) & (others.min(axis=1) >= CLEARLY * distance) & (found[waiting] < 0)
        )
        fresh = waiting[clear]
        found[fresh] = column[clear]
    return found


def _approach(
    least: Floats,
    vectors: NDArray[np.float32],
    moments: Floats,
    waiting: Indices,
    standing: Indices,
    columns: Indices,
    parameters: GroupingParameters,
) -> None:
    """Bring the distances (w, c) of waiting rows from columns up to date with rows that stand in `columns`."""
    order = np.argsort(columns, kind="stable")
    standing, columns = standing[order], columns[order]
    heads = np.flatnonzero(np.diff(columns, prepend=-1))
    there, norms = vectors[standing], np.einsum("ij,ij->i", vectors[standing], vectors[standing])
    weight = TIME_WEIGHTS[parameters.time]
    step = max(1, _BLOCK_CELLS // len(standing))
    for start in range(0, len(waiting), step):
        rows = waiting[start : start + step]
        here = vectors[rows]
        squares = norms - 2 * here @ there.T + np.einsum("ij,ij->i", here, here)[:, None]
        gaps = np.abs(moments[rows][:, None] - moments[standing])
        near = gaps <= weight.horizon
        share = np.ones(squares.shape)
        share[near] -= weight.forgiven * np.exp(-gaps[near] / max(weight.fades, 1e-9))
        squares = np.maximum(squares, 0) * share
        part = np.sqrt(np.minimum.reduceat(squares, heads, axis=1))
        own = least[start : start + step]
        own[:, columns[heads]] = np.minimum(own[:, columns[heads]], part)


def _reach(
    vectors: NDArray[np.float32],
    columns: Indices,
    count: int,
    parameters: GroupingParameters,
    calibration: Calibration | None,
) -> Floats:
    """How far from its nearest photo a column takes others in, (c,)."""
    if calibration is not None:
        return np.full(count, calibration.distance * parameters.reach)
    reach = np.zeros(count)
    for column in range(count):
        members = vectors[columns == column]
        if len(members) > 1:
            reach[column] = nearest(members, 1)[1].max()
    return reach
