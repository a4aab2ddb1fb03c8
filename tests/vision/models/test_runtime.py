"""Memory that runs out, precision, batch sizes: what `trying_runtime` found in a process with torch."""

from __future__ import annotations

import pytest

from tests.small_models import Small


@pytest.mark.parametrize(("room", "most"), [(100, None), (8, 4), (3, 2), (1, 1)])
def test_the_batch_is_halved_until_it_fits(small: Small, room: int, most: int | None) -> None:
    found = small.runtime["memory"][str(room)]
    assert found["most"] == most
    assert found["rows"] == 19
    assert found["cosine"] > 0.9999  # every picture once, in order
    assert all(count <= room for count in found["asked"][-3:])


def test_a_model_that_never_fits_says_so(small: Small) -> None:
    assert small.runtime["none"] == "There is not enough memory for this model; a smaller one may fit."


def test_low_precision_is_used_where_it_is_exact_enough(small: Small) -> None:
    for architecture, found in small.runtime["bf16"].items():
        assert found["exact"] == "fp32"  # usual on a CPU
        assert found["precision"] == "bf16", architecture
        assert 0.999 < found["cosine"] < 1


def test_low_precision_is_left_where_it_is_not(small: Small) -> None:
    assert small.runtime["coarse"] == {"precision": "fp32", "dtype": "torch.float32"}


def test_the_size_of_a_batch_is_found_by_trying(small: Small) -> None:
    free, bounded = small.runtime["batch"]
    assert 8 <= free <= 512
    assert bounded <= 5
