"""In the window: locked columns, new photos that join by themselves, and what a grouping says of moves by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import arrived_photos, board
from pixsort_desktop.views import arrivals
from pixsort_desktop.views.board.column import ColumnWidget
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.photo_list_model import PHOTO
from tests.views.conftest import PATIENCE_MS, arrangement, key_of_label, select, shown


def column(window: MainWindow, label: str) -> ColumnWidget:
    found = window.board.column(key_of_label(window, label))
    assert found is not None
    return found


def is_locked(desktop: Desktop, label: str) -> bool:
    assert desktop.library is not None and desktop.session.project_id is not None
    columns = board(desktop.library, desktop.session.project_id)
    return next(c.group.locked for c in columns if c.group is not None and c.group.label == label)


def test_a_column_is_locked_and_unlocked_by_key_and_says_so(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    select(window, "scene1_0")
    lock = window.actions_.actions["lock"]
    assert lock.shortcut().toString() == "Ctrl+Shift+L"
    plain = column(window, "Forest").header.grab().toImage()
    lock.trigger()
    qtbot.waitUntil(lambda: column(window, "Forest").header.locked)
    assert is_locked(desktop, "Forest")
    header = column(window, "Forest").header
    assert "locked" in header.accessibleName()
    assert header.grab().toImage() != plain
    lock.trigger()
    qtbot.waitUntil(lambda: not column(window, "Forest").header.locked)
    assert not is_locked(desktop, "Forest")
    window.session.undo()
    qtbot.waitUntil(lambda: column(window, "Forest").header.locked)


def test_a_locked_column_stays_when_the_window_groups(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.organiser.toggle_lock(key_of_label(window, "City"))
    qtbot.waitUntil(lambda: column(window, "City").header.locked)
    before = shown(window)["City"]
    with qtbot.waitSignal(window.intake.grouped, timeout=PATIENCE_MS):
        window.intake.group(desktop.session.project_id, {"reach": 3.0})
    qtbot.waitUntil(lambda: window.session.settled)
    assert shown(window)["City"] == before


@pytest.fixture
def half_imported(tmp_path: Path, shoot: Path) -> Path:
    """A grouped project with the first two frames of each scene."""
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        project = create_project(library, name="Trip")
        paths = [shoot / f"scene{scene}_{frame}.jpg" for scene in range(3) for frame in range(2)]
        import_photos(library, project_id=project.id, paths=paths)
        group_photos(library, project_id=project.id)
        assert [len(names) for names in arrangement(library, project.id).values()] == [2, 2, 2, 0]
    return folder


def test_new_photos_join_with_a_dot_that_goes_when_they_are_looked_at(
    open_window: Callable[[Path], Desktop], half_imported: Path, shoot: Path, qtbot: QtBot
) -> None:
    desktop = open_window(half_imported)
    window, session = desktop.window, desktop.session
    qtbot.waitUntil(lambda: len(window.board.columns_in_sight()) == 4, timeout=PATIENCE_MS)
    window.intake.add(session.project_id, [str(shoot)])
    qtbot.waitUntil(lambda: len(session.snapshot.arrived) == 4, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "joined columns" in window.messages.text.text(), timeout=PATIENCE_MS)
    assert {label: len(names) for label, names in shown(window).items()} == {
        "Group 1": 4,
        "Group 2": 3,
        "Group 3": 3,
        "Ungrouped": 0,
    }
    photos = column(window, "Group 1").photos
    marked = [i for i in session.snapshot.columns[0].photo_ids if i in session.snapshot.arrived]
    index = window.board.board.locate(marked[0])
    assert arrivals.is_new(index.data(PHOTO))
    assert "new in this column" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    place = photos.visualRect(index)
    picture = photos.viewport().grab(place).toImage()
    window.board.select_ids([marked[0]])
    qtbot.waitUntil(lambda: marked[0] not in session.snapshot.arrived)
    assert not arrivals.is_new(index.data(PHOTO))
    window.board.select_ids([session.snapshot.columns[1].photo_ids[0]])
    assert len(session.snapshot.arrived) == 3
    white = QColor("white").rgb()

    def dots(image: object) -> int:
        return sum(image.pixel(x, y) == white for x in range(40) for y in range(60))  # type: ignore[attr-defined]

    assert dots(picture) > dots(photos.viewport().grab(photos.visualRect(index)).toImage())
    assert desktop.library is not None and session.project_id is not None
    assert arrived_photos(desktop.library, session.project_id) == session.snapshot.arrived
    session.undo()
    qtbot.waitUntil(lambda: len(shown(window)["Ungrouped"]) == 4)
    assert not session.snapshot.arrived
