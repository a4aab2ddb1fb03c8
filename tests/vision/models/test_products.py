"""Memory that runs out and coarse products: what `trying_products` found in a process with torch."""

from __future__ import annotations

import pytest

from tests.small_models import Small


@pytest.mark.parametrize(("room", "most"), [(1000, 300), (100, 75), (7, 4), (1, 1)])
def test_the_block_is_halved_until_it_fits(small: Small, room: int, most: int) -> None:
    found = small.runtime["products"]["memory"][str(room)]
    assert found["most"] == most
    assert found["largest"] <= room
    assert found["nearest"]
    assert found["between"]
    assert found["outside"]


def test_a_device_without_room_for_a_row_says_so(small: Small) -> None:
    assert small.runtime["products"]["none"] == "CPU has not enough memory to compare these photos."


def test_a_device_that_rounds_is_refused(small: Small) -> None:
    assert small.runtime["products"]["coarse"] == "CPU multiplies too coarsely to compare photos."


def test_many_copies_are_answered_in_smaller_blocks(small: Small) -> None:
    found = small.runtime["products"]["copies"]
    assert found == {"most": 9, "counts": [299], "columns": 300 * 299}
