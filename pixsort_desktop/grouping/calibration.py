"""What a distance means: for embeddings that were measured, how far apart two photos of one scene may be.

A logistic regression over pairs of photos that are each other's near neighbours says how likely two photos show one scene:

    p = 1 / (1 + exp(-(intercept - slope * share * distance²)))

`share` is what verified matches of key points leave of the squared distance: all of it where nothing matched or nobody
looked, less the more key points agree. Photos are joined from p = 0.7. Embeddings without an entry have no measured
distance, and are grouped by density alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
    slope: float = 5.27

    @property
    def horizon(self) -> float:
        """The distance beyond which no evidence could join two photos."""
        return self.distance / math.sqrt(min((share for _, share in self.evidence), default=1.0))

    def probability(self, distance: float) -> float:
        """How likely two photos at that distance, evidence counted in, show one scene."""
        odds = math.log(JOINED_FROM / (1 - JOINED_FROM)) + self.slope * (self.distance**2 - distance**2)
        return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0

    def shares(self, matches: NDArray[np.intp]) -> NDArray[np.float64]:
        """What so many verified matches leave of the squared distance, (p,) -> (p,)."""
        left = np.ones(len(matches))
        for least, share in self.evidence:
            left = np.where(matches >= least, share, left)
        return left


# By resources/training/train_calibration.py: intercept 5.04 and slope 5.27 make p = 0.7 at 0.892. Its last share was
# 0.13; 0.38 is enough to join any pair ever verified, and leaves looks more say in which frames are nearest.
CALIBRATIONS = {
    "builtin-1": Calibration(distance=0.892, evidence=((4, 0.85), (6, 0.60), (8, 0.50), (12, 0.38)))
}


def calibration_of(embedding_id: str) -> Calibration | None:
    """What was measured for an embedding, or None."""
    return CALIBRATIONS.get(embedding_id)
