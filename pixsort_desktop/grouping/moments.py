"""Capture times: what they say of scenes, and the moments that they cut a shoot into.

Frames taken seconds apart are usually of one scene, even where they look a little less alike.

Times only ever bring photos closer, by a bounded factor, and only photos whose times are both known: without times,
or with times hours apart, groups are what the looks alone make them. Platt, Czerwinski and Field, «PhotoTOC»
(PCM 2003), found time the strongest single cue for albums; it is held back here because clocks are often wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FOLLOWING = 8  # each frame is compared with so many that follow it
_SAME_STAMP = 10  # more frames than this at one instant: a stamp of some program, not of a clock


@dataclass(frozen=True, slots=True)
class TimeWeight:
    """At most the share `forgiven` of the squared distance is taken off, fading with `fades` seconds between the
    frames; nothing beyond `horizon` seconds."""

    forgiven: float
    fades: float
    horizon: float


TIME_WEIGHTS = {
    "none": TimeWeight(0.0, 1.0, 0.0),
    "some": TimeWeight(0.35, 20.0, 60.0),
    "strong": TimeWeight(0.6, 60.0, 180.0),
}


def time_shares(
    times: NDArray[np.float64], weight: TimeWeight
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Pairs of rows of one moment (p,), (p,) and what is left of their squared distance (p,).

    `times` (n,): seconds, NaN where unknown.
    """
    if weight.forgiven <= 0:
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, nothing, np.zeros(0)
    one, other = _same_moment(times, weight.horizon)
    gap = np.abs(times[one] - times[other])
    return one, other, 1.0 - weight.forgiven * np.exp(-gap / weight.fades)


def known_moments(times: NDArray[np.float64], most: int = _SAME_STAMP) -> NDArray[np.float64]:
    """The times (n,) as far as a clock told them: NaN where more than `most` frames have the same one."""
    known = np.flatnonzero(np.isfinite(times))
    _, instant, count = np.unique(times[known], return_inverse=True, return_counts=True)
    moments = np.full(len(times), np.nan)
    told = known[count[instant] <= most]
    moments[told] = times[told]
    return moments


def _same_moment(times: NDArray[np.float64], horizon: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of rows whose times are known and at most `horizon` apart, among each row's next in time."""
    known = np.flatnonzero(np.isfinite(known_moments(times)))
    known = known[np.argsort(times[known], kind="stable")]
    one, other = [known[:0]], [known[:0]]
    for step in range(1, min(_FOLLOWING, len(known) - 1) + 1):
        near = times[known[step:]] - times[known[:-step]] <= horizon
        one.append(known[:-step][near])
        other.append(known[step:][near])
    return np.concatenate(one), np.concatenate(other)


# -- cutting a shoot into moments ----------------------------------------------------------------------------

_WINDOW = 10  # gaps on either side that tell how fast somebody is photographing just then
_PAUSE = 17.0  # so many times the usual gap around it, and a gap is a pause
_FINENESS = 2.0  # the exponent of that for whole events; its inverse for the finest moments
_BURST_S = 1.0  # frames of one camera that follow each other faster count as one
_AT_ONCE = 40  # more frames of one camera at one instant: no clock's time


def cut_moments(
    times: NDArray[np.float64], cameras: NDArray[np.intp], granularity: float = 0.5
) -> NDArray[np.intp]:
    """Numbers (n,) of moments from 0, by time; -1 where the time is not known (NaN).

    A moment ends at a gap that is 17 times the geometric mean of the gaps around it, ten on either side and itself:
    Platt, Czerwinski and Field, «PhotoTOC: Automatic Clustering for Browsing Personal Photographs» (PCM 2003). The rule
    has no minutes in it: a shoot at half the speed is cut at the same places. Bursts count as one frame. Each of the
    `cameras` (n,) is asked by itself, for one that joins in halves the gaps of the other: `moment_line` says how.
    `granularity`: 0 whole events, 0.5 as in the paper, 1 the finest moments.
    """
    line, holds = moment_line(times, cameras)
    labels = np.full(len(times), -1, np.intp)
    labels[line] = np.concatenate([[0], np.cumsum(holds <= granularity + 1e-9)])[: len(line)]
    return labels


def moment_tree(
    times: NDArray[np.float64], cameras: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every cut at once, for `grouping.icicle`: a spanning tree (n - 1, 3) of n >= 1 photos, and the granularity up to which
    each of its bridges holds (n - 1,), falling; below 0 for photos of unknown time."""
    line, holds = moment_line(times, cameras)
    line = np.concatenate([line, np.setdiff1d(np.arange(len(times)), line)])
    holds = np.concatenate([holds, np.full(len(line) - 1 - len(holds), -np.inf)])
    order = np.argsort(-holds, kind="stable")
    return np.column_stack([line[:-1], line[1:], -holds])[order], holds[order]


def moment_line(
    times: NDArray[np.float64], cameras: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The rows of known time by time (m,), and up to which granularity each holds on to the next (m - 1,).

    The busiest camera tells the moments; the next ones are woven in. What another camera took in a pause hangs on to its own
    frames before and after, but never joins what the pause parts.
    """
    told = known_moments(times, _AT_ONCE)
    line, holds = np.zeros(0, np.intp), np.zeros(0)
    names, counts = np.unique(cameras[np.isfinite(told)], return_counts=True)
    for camera in names[np.lexsort((names, -counts))]:
        rows = np.flatnonzero((cameras == camera) & np.isfinite(told))
        rows = rows[np.argsort(told[rows], kind="stable")]
        line, holds = _woven(told, line, holds, rows, _holding(told[rows]))
    return line, holds


def _holding(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Up to which granularity the gaps between one camera's times (m,), sorted, hold (m - 1,); inf: no pause at any."""
    gaps = np.diff(times)
    some = np.flatnonzero(gaps > _BURST_S)
    logs = np.log(np.diff(times[np.append(0, some + 1)]))  # from burst to burst
    sums = np.concatenate([[0.0], np.cumsum(logs)])
    number = np.arange(len(logs))
    first, last = np.maximum(number - _WINDOW, 0), np.minimum(number + _WINDOW + 1, len(logs))
    longer = logs - (sums[last] - sums[first]) / (last - first)  # than usual around it
    holds = np.full(len(gaps), np.inf)
    pauses = longer > 0
    holds[some[pauses]] = (1 - np.log(longer[pauses] / np.log(_PAUSE)) / np.log(_FINENESS)) / 2
    return holds


def _woven(
    told: NDArray[np.float64],
    line: NDArray[np.intp],
    holds: NDArray[np.float64],
    rows: NDArray[np.intp],
    own: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Another camera's rows in a line of rows by time, and up to which granularity each holds on to the next.

    In a gap of the line the new rows hang on to each other and to its ends, but where they do so least: there the gap
    remains what it was.
    """
    if not len(line):
        return rows, own
    both = np.concatenate([line, rows])
    order = np.argsort(told[both], kind="stable")
    is_new = order >= len(line)
    gap, own_gap = np.cumsum(~is_new)[:-1], np.cumsum(is_new)[:-1]
    around = np.concatenate([[-np.inf], holds, [-np.inf]])[gap]
    among = np.concatenate([[-np.inf], own, [-np.inf]])[own_gap]
    woven = np.maximum(around, among)
    weakest = np.lexsort((among, gap))
    weakest = weakest[np.append(True, np.diff(gap[weakest]) > 0)]
    weakest = weakest[(gap[weakest] > 0) & (gap[weakest] < len(line))]
    woven[weakest] = around[weakest]
    return both[order], woven
