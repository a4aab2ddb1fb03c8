"""How fine the columns are: one number from whole events (0) over moments (1/2) to near-identical frames (1).

It multiplies the distance up to which frames hold together, and so works on the calibrated scale: in the middle the
factor is exactly 1. In between it changes smoothly, so a slider has no steps that do nothing and none that do too much.
For an embedding whose distances nobody measured the project's own distances are the scale: towards whole events ever
more of the shortest bridges are never cut, towards near-identical frames ever more of the longest always are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.errors import PixsortError

MIDDLE = 0.5
NAMES: Mapping[str, float] = {"events": 0.0, "moments": MIDDLE, "frames": 1.0}
_FARTHEST = 1.9  # how much farther than the measured distance the frames of a whole event may be apart
_NEAREST = 0.35  # near-identical frames are nearer than this share of it
_MOST_JOINED = 0.98  # share of the bridges that whole events keep, where no distance was measured
_FEWEST_JOINED = 0.05


def checked_granularity(value: object) -> float:
    """A number from 0 to 1, or one of the names. Raises PixsortError for anything else."""
    if isinstance(value, str) and value in NAMES:
        return NAMES[value]
    try:
        number = float(value)  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not 0 <= number <= 1:
        names = ", ".join(f"«{name}»" for name in NAMES)
        raise PixsortError(
            f"The granularity is a number from 0 to 1, or one of {names}; «{value}» is neither."
        )
    return number


def reach_factor(granularity: float) -> float:
    """What the distance up to which frames hold together is multiplied by."""
    if granularity == MIDDLE:
        return 1.0
    if granularity < MIDDLE:
        return float(_FARTHEST ** (1 - granularity / MIDDLE))
    return float(_NEAREST ** (granularity / MIDDLE - 1))


def bounds_by_rank(lengths: NDArray[np.float64], granularity: float) -> tuple[float, float]:
    """(floor, ceiling) from a tree's own lengths (n - 1,), at least one: bridges up to the floor are never cut, those
    beyond the ceiling always."""
    if granularity <= MIDDLE:
        share = _MOST_JOINED * (1 - granularity / MIDDLE)
        return (float(np.quantile(lengths, share)) if share else 0.0), math.inf
    share = 1 - (1 - _FEWEST_JOINED) * (granularity / MIDDLE - 1)
    return 0.0, float(np.quantile(lengths, share))


def granularity_of_distances(lengths: NDArray[np.float64], measured: float | None) -> NDArray[np.float64]:
    """The granularity up to which bridges of these lengths (m,), sorted, hold: the inverse of `reach_factor`.

    `measured`: the distance up to which frames hold together in the middle; None where it was not measured: then by rank,
    from the share of bridges that whole events keep to that of near-identical frames. Not clipped: below 0 a bridge
    does not even hold a whole event together.
    """
    if measured is None:
        share = (np.arange(len(lengths)) + 0.5) / max(1, len(lengths))
        return np.asarray((_MOST_JOINED - share) / (_MOST_JOINED - _FEWEST_JOINED), dtype=np.float64)
    factor = np.log(np.maximum(lengths, 1e-12) / measured)
    ends = np.where(factor > 0, -math.log(_FARTHEST), math.log(_NEAREST))
    return np.asarray(MIDDLE * (1 + factor / ends), dtype=np.float64)
