"""Columns by time, chosen in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from tests.views.conftest import PATIENCE_MS, shown

SCENES = [["scene0_0", "scene0_1", "scene0_2", "scene0_3"], ["scene1_0", "scene1_1", "scene1_2"],
          ["scene2_0", "scene2_1", "scene2_2"]]  # fmt: skip


def test_moments_are_chosen_beside_the_button_and_the_slider_goes_on_from_them(
    open_window: Callable[..., Desktop], tmp_path: Path, shoot: Path, qtbot: QtBot
) -> None:
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="Days")
        import_photos(library, project_id=project.id, paths=[str(shoot)])
    window = open_window(tmp_path / "library", "Days").window
    qtbot.waitUntil(lambda: len(window.session.snapshot.order) == 10, timeout=PATIENCE_MS)
    qtbot.mouseClick(window.area.toolbar.group, Qt.MouseButton.LeftButton)
    window.grouping.method.setCurrentText("Moments in time")
    qtbot.mouseClick(window.grouping.button, Qt.MouseButton.LeftButton)
    expected = {f"Group {n + 1}": scene for n, scene in enumerate(SCENES)} | {"Ungrouped": []}
    qtbot.waitUntil(lambda: shown(window) == expected, timeout=PATIENCE_MS)
    project_now = window.session.snapshot.project
    assert project_now is not None
    assert project_now.grouping["parameters"]["selection"] == "moments"
    qtbot.keyClick(window, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: window.granularity.value < 0.5 and window.session.settled, timeout=PATIENCE_MS)
    assert shown(window) == expected  # three cameras of a day each: there is nothing coarser
    qtbot.mouseClick(window.area.toolbar.group, Qt.MouseButton.LeftButton)
    assert window.grouping.method.currentText() == "Moments in time"
