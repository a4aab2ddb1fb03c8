"""What the window remembers, damaged by hand: it costs the memory, never the session."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from tests.views.conftest import PATIENCE_MS

HUGE = 10**30


@pytest.mark.parametrize(
    "kept",
    [
        {"seen": {"1": "x"}},
        {"seen": {"1": None}},
        {"places": {"1": {"grid": HUGE, "board": -HUGE}}},
        {"places": {"1": {"grid": "x"}}},
        {"columns": [HUGE, 1, 1]},
        {"columns": [2**31 - 1] * 3},
        {"project": HUGE},
        {"project": -1},
    ],
    ids=str,
)
def test_a_damaged_memory_still_shows_the_project(
    open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot, kept: dict[str, Any]
) -> None:
    (sorted_library / "window.json").write_text(json.dumps(kept), encoding="utf-8")
    window = open_window(sorted_library).window
    qtbot.waitUntil(lambda: len(window.board.columns_in_sight()) == 4, timeout=PATIENCE_MS)
    assert window.area.stack.currentWidget() is window.board
    assert all(window.parts.splitter.sizes())


@pytest.mark.parametrize("row", ["{bad", "", "[" * 100_000, '{"filter": {"stars": ["least", {}]}}'])
def test_a_damaged_row_of_settings_still_shows_the_project(
    open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot, row: str
) -> None:
    with closing(sqlite3.connect(sorted_library / "library.db")) as connection, connection:
        connection.execute("INSERT INTO settings (key, value) VALUES ('showing:1', ?)", (row,))
    window = open_window(sorted_library).window
    qtbot.waitUntil(lambda: len(window.board.columns_in_sight()) == 4, timeout=PATIENCE_MS)
    assert not window.session.showing.hides
