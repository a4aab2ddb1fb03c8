"""What a distance means: for embeddings that were measured, how far apart two photos of one scene may be.

A logistic regression over pairs of photos that are each other's near neighbours says how likely two photos show one scene,
by their distance and by how many key points were verified to match; photos are joined from p = 0.7. What it says is kept as
distances: by looks alone two photos are joined up to the first, with so many matches up to a longer one. The numbers are in
`resources/calibration.toml`, which says where they come from; `jobs.calibrations` reads it. Embeddings that are not in it
have no measured distance, and are grouped by density alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

JOINED_FROM = 0.7  # the probability at `Calibration.distance`


@dataclass(frozen=True, slots=True)
class Calibration:
    """`distance`: the Euclidean distance of two photos' vectors up to which they share a scene with p >= 0.7.

    `slope`: how fast the odds fall with the squared distance. `evidence`: (matches, share) by rising matches: from so
    many verified matches on, that share of the squared distance is left. Empty for embeddings whose odds with matches
    nobody measured.
    """

    distance: float
    evidence: tuple[tuple[int, float], ...] = ()
    slope: float = 3.74

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """From `distance` and `slope`, above 0, and `matching`, a list of [matches, distance] with both rising.
        Raises ValueError."""
        steps = values.get("matching", [])
        distance = _length(values.get("distance"))
        if not isinstance(steps, list):
            raise ValueError("`matching` is a list of [matches, distance].")
        evidence, most, farthest = [], 0, distance
        for step in steps:
            if not isinstance(step, list) or len(step) != 2 or not isinstance(step[0], int):
                raise ValueError(f"{step} in `matching` is not [matches, distance].")
            if step[0] <= most or _length(step[1]) < farthest:
                raise ValueError("matches and distances in `matching` rise from step to step.")
            most, farthest = step[0], _length(step[1])
            evidence.append((most, (distance / farthest) ** 2))
        return cls(distance, tuple(evidence), _length(values.get("slope")))

    @property
    def horizon(self) -> float:
        """The distance beyond which no evidence could join two photos."""
        return self.distance / math.sqrt(min((share for _, share in self.evidence), default=1.0))

    def probability(self, distance: float, share: float = 1.0) -> float:
        """How likely two photos show one scene, of whose squared distance matches left `share`, and `distance` is what is
        left of it."""
        odds = (
            math.log(JOINED_FROM / (1 - JOINED_FROM)) + self.slope * (self.distance**2 - distance**2) / share
        )
        return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0

    def shares(self, matches: NDArray[np.intp]) -> NDArray[np.float64]:
        """What so many verified matches leave of the squared distance, (p,) -> (p,)."""
        left = np.ones(len(matches))
        for least, share in self.evidence:
            left = np.where(matches >= least, share, left)
        return left


def _length(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ValueError(f"{value} is no distance above 0.")
    return float(value)
