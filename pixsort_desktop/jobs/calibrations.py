"""What the distances of each measured embedding mean, as `resources/calibration.toml` says; read once."""

from __future__ import annotations

import tomllib
from functools import cache

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.paths import resource


@cache
def calibrations() -> dict[str, Calibration]:
    """By embedding id. Raises ValueError for a file that is damaged, naming it."""
    path = resource("calibration.toml")
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return {embedding_id: Calibration.from_values(values) for embedding_id, values in found.items()}
    except (AttributeError, ValueError) as error:
        raise ValueError(f"The calibration {path} cannot be used: {error}") from error


def calibration_of(embedding_id: str) -> Calibration | None:
    """What was measured for an embedding, or None."""
    return calibrations().get(embedding_id)
