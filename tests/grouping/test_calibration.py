"""What distances mean is read from a file that a reader can check."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.jobs.calibrations import calibration_of, calibrations
from pixsort_desktop.vision.descriptor import EMBEDDING_ID


def test_the_shipped_file_is_of_the_built_in_embedding() -> None:
    assert list(calibrations()) == [EMBEDDING_ID]
    built_in = calibration_of(EMBEDDING_ID)
    assert built_in is not None
    assert 0.3 < built_in.distance < 1 < built_in.horizon
    assert calibration_of("some-model") is None


def test_matches_join_up_to_the_distance_that_the_file_says() -> None:
    found = Calibration.from_values({"distance": 0.5, "slope": 4, "matching": [[6, 0.8], [12, 1.5]]})
    reach = found.distance / np.sqrt(found.shares(np.array([0, 5, 6, 11, 12, 400])))
    assert np.allclose(reach, [0.5, 0.5, 0.8, 0.8, 1.5, 1.5])
    assert found.horizon == pytest.approx(1.5)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"distance": 0},
        {"distance": "far"},
        {"distance": True},
        {"distance": 1.0},
        {"distance": 1.0, "slope": 0},
        {"distance": 1.0, "matching": 3},
        {"distance": 1.0, "matching": [[6]]},
        {"distance": 1.0, "matching": [[6, 0.9]]},
        {"distance": 1.0, "matching": [[6, 1.2], [6, 1.4]]},
        {"distance": 1.0, "matching": [[6, 1.2], [8, 1.1]]},
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="distance"):
        Calibration.from_values(values)


def test_where_photos_are_joined_they_are_as_likely_as_that() -> None:
    found = Calibration.from_values({"distance": 0.5, "slope": 4, "matching": [[6, 0.8], [12, 1.5]]})
    for matches, reach in ((0, 0.5), (6, 0.8), (12, 1.5)):
        share = float(found.shares(np.array([matches]))[0])
        assert found.probability(reach * share**0.5, share) == pytest.approx(0.7)
        nearer, farther = 0.9 * reach * share**0.5, 1.1 * reach * share**0.5
        assert found.probability(nearer, share) > 0.7 > found.probability(farther, share)
