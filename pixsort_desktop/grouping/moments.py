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


def cut_moments(times: NDArray[np.float64], granularity: float = 0.5) -> NDArray[np.intp]:
    """Numbers (n,) of moments from 0, by time; -1 where the time is not known (NaN).

    A moment ends at a gap that is 17 times the geometric mean of the gaps around it, ten on either side and itself:
    Platt, Czerwinski and Field, «PhotoTOC: Automatic Clustering for Browsing Personal Photographs» (PCM 2003). The rule
    has no minutes in it: a shoot at half the speed is cut at the same places. Gaps of nothing never cut and do not count.
    `granularity`: 0 whole events, 0.5 as in the paper, 1 the finest moments.
    """
    labels = np.full(len(times), -1, np.intp)
    order = np.argsort(times, kind="stable")
    order = order[np.isfinite(times[order])]
    if not len(order):
        return labels
    gaps = np.diff(times[order])
    some = np.flatnonzero(gaps > 0)
    logs = np.log(gaps[some])
    sums = np.concatenate([[0.0], np.cumsum(logs)])
    number = np.arange(len(logs))
    first, last = np.maximum(number - _WINDOW, 0), np.minimum(number + _WINDOW + 1, len(logs))
    usual = (sums[last] - sums[first]) / (last - first)
    pause = np.log(_PAUSE) * _FINENESS ** (1 - 2 * granularity)
    ends = np.zeros(len(gaps), np.intp)
    ends[some[logs - usual >= pause - 1e-9]] = 1
    labels[order] = np.concatenate([[0], np.cumsum(ends)])
    return labels


def moments_of_cameras(
    times: NDArray[np.float64], cameras: NDArray[np.intp], granularity: float = 0.5
) -> NDArray[np.intp]:
    """The same for photos of several cameras, (n,) each: numbers by the beginning of the moment.

    Each camera is cut by itself, for one that joins in halves the gaps of the other; bursts count as one frame. The
    busiest camera tells the moments. Those of another one go, as a whole, to that which holds more than half of their
    photos; else each photo goes to the moment in which it was taken, and what lies between moments is one of its own.
    """
    told = known_moments(times, _AT_ONCE)
    labels = np.full(len(times), -1, np.intp)
    timeline = _Timeline()
    names, counts = np.unique(cameras[np.isfinite(told)], return_counts=True)
    for camera in names[np.lexsort((names, -counts))]:
        rows = np.flatnonzero((cameras == camera) & np.isfinite(told))
        rows = rows[np.argsort(told[rows], kind="stable")]
        starts = np.append(True, np.diff(told[rows]) > _BURST_S)
        frames = cut_moments(told[rows[starts]], granularity)
        labels[rows] = timeline.take(told[rows], frames[np.cumsum(starts) - 1])
    found, order = np.unique(labels[labels >= 0], return_inverse=True)
    begins = np.argsort(np.argsort([timeline.begin[number] for number in found.tolist()], kind="stable"))
    labels[labels >= 0] = begins[order] if len(found) else order
    return labels


class _Timeline:
    """Moments that do not overlap, as they become known camera by camera."""

    def __init__(self) -> None:
        self.begin: list[float] = []
        self.end: list[float] = []

    def take(self, times: NDArray[np.float64], own: NDArray[np.intp]) -> NDArray[np.intp]:
        """Numbers of moments (m,) for a camera's photos by time (m,), of its moments `own` (m,)."""
        order = np.argsort(self.begin, kind="stable")
        begins, ends = np.array(self.begin)[order], np.array(self.end)[order]
        after = np.searchsorted(begins, times, side="right")  # how many moments have begun by then
        inside = np.array([a > 0 and t <= ends[a - 1] for a, t in zip(after, times, strict=True)], np.bool_)
        labels = np.empty(len(times), np.intp)
        for number in range(int(own.max()) + 1):
            rows = np.flatnonzero(own == number)
            held, counts = np.unique(after[rows[inside[rows]]], return_counts=True)
            if len(held) and 2 * counts.max() > len(rows):
                labels[rows] = order[held[counts.argmax()] - 1]
                continue
            labels[rows[inside[rows]]] = order[after[rows[inside[rows]]] - 1]
            for place in np.unique(after[rows[~inside[rows]]]):
                between = rows[~inside[rows] & (after[rows] == place)]
                labels[between] = len(self.begin)
                self.begin.append(float(times[between[0]]))
                self.end.append(float(times[between[-1]]))
        return labels
