"""What a distance means: for embeddings that were measured, how far apart two photos of one scene may be.

The distance was chosen by resources/training/train_weights.py: groups joined up to there score best on projects it
was not chosen on. Embeddings without an entry have none, and are grouped by density alone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """`distance`: the Euclidean distance of two photos' vectors up to which they rather share a scene than not."""

    distance: float


# The weights in vision/descriptor.py are scaled so that this distance is 1.
CALIBRATIONS = {"builtin-1": Calibration(distance=1.0)}


def calibration_of(embedding_id: str) -> Calibration | None:
    """What was measured for an embedding, or None."""
    return CALIBRATIONS.get(embedding_id)
