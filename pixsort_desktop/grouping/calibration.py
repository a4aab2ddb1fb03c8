"""What a distance means: for embeddings whose odds were measured, the probability of «the same scene».

The probability is a logistic function of the squared distance (Platt, 1999), learned on pairs of photographs by
resources/training/train_weights.py. Embeddings without an entry have none, and are grouped by density alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt


@dataclass(frozen=True, slots=True)
class Calibration:
    """p(same scene) = 1 / (1 + exp(slope · distance² − offset))."""

    slope: float
    offset: float

    def probability(self, distance: float) -> float:
        return 1.0 / (1.0 + exp(min(700.0, self.slope * distance * distance - self.offset)))

    def distance(self, probability: float) -> float:
        """The distance at which the odds are `probability`, 0 < probability < 1; 0 where no distance is so sure."""
        square = (self.offset - log(probability / (1.0 - probability))) / self.slope
        return sqrt(max(0.0, square))


CALIBRATIONS = {"builtin-1": Calibration(slope=30.0, offset=7.5)}


def calibration_of(embedding_id: str) -> Calibration | None:
    """What was measured for an embedding, or None."""
    return CALIBRATIONS.get(embedding_id)
