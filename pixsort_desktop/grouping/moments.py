"""Capture times: frames taken seconds apart are usually of one scene, even where they look a little less alike.

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


def known_moments(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The times (n,) as far as a clock told them: NaN where more frames than a camera takes have the same one."""
    known = np.flatnonzero(np.isfinite(times))
    _, instant, count = np.unique(times[known], return_inverse=True, return_counts=True)
    moments = np.full(len(times), np.nan)
    told = known[count[instant] <= _SAME_STAMP]
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
