"""New photos find the column where they clearly belong, or none."""

from __future__ import annotations

import numpy as np
import pytest

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.grouping.predict import clear_columns

ONE = Calibration(distance=1.0)
USUAL = GroupingParameters()
NEVER = np.nan


def place(
    line: list[float],
    columns: list[int],
    times: list[float] | None = None,
    parameters: GroupingParameters = USUAL,
    calibration: Calibration | None = ONE,
) -> list[int]:
    """Photos on a line; those of column -2 have just arrived."""
    vectors = np.array([[at, 0.0] for at in line], dtype=np.float32)
    when = np.array(times if times is not None else [NEVER] * len(line))
    given = np.array(columns, dtype=np.intp)
    found = clear_columns(vectors, when, np.maximum(given, -1), given == -2, parameters, calibration)
    return [int(column) for column in found]


def test_the_nearest_column_within_reach_that_no_other_rivals() -> None:
    assert place([0, 0.5, 5, 5.5, 0.9, 7, 2.75], [0, 0, 1, 1, -2, -2, -2]) == [0, 0, 1, 1, 0, -1, -1]
    assert place([0, 1.6, 0.8], [0, 1, -2]) == [0, 1, -1]  # between the two
    assert place([0, 0.9, 0.8], [0, 1, -2])[2] == 1
    assert place([0, 1.9], [0, -2], parameters=GroupingParameters(reach=2.0)) == [0, 0]


def test_a_run_follows_its_first_frame_in() -> None:
    assert place([0, 0.3, 2.7, 1.1, 1.9], [0, 0, -2, -2, -2]) == [0] * 5


def test_what_stands_in_no_column_is_none_to_join() -> None:
    assert place([0, 0.1], [-1, -2]) == [-1, -1]
    assert place([0, 0.1], [-2, -2]) == [-1, -1]


def test_a_moment_brings_a_photo_within_reach_unless_the_clock_was_none() -> None:
    near = [0.0, 5.0, 1.0]
    assert place([0, 9, 1.15], [0, 1, -2], times=near) == [0, 1, 0]
    assert place([0, 9, 1.15], [0, 1, -2], times=[0.0, 5.0, 900.0]) == [0, 1, -1]
    assert place([0, 9, 1.15], [0, 1, -2], times=near, parameters=GroupingParameters(time="none")) == [
        0,
        1,
        -1,
    ]
    stamped = [0, *(9 + n for n in range(11)), 1.15]
    assert place(stamped, [0] + [1] * 11 + [-2], times=[4.0] * 13)[-1] == -1


def test_without_a_measured_distance_a_column_reaches_as_far_as_its_photos_lie_apart() -> None:
    assert place([0, 3, 40, 40.1, 5.5, 42], [0, 0, 1, 1, -2, -2], calibration=None) == [0, 0, 1, 1, 0, -1]
    assert place([0, 0.1], [0, -2], calibration=None) == [0, -1]


def test_damaged_vectors_are_refused() -> None:
    with pytest.raises(PixsortError):
        place([0, float("nan")], [0, -2])
