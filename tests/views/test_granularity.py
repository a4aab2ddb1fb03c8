"""The slider over the board: looked at while it moves, kept in one step when it is let go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.undo import undo_labels
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.progress import Progress
from pixsort_desktop.views.board.decided_slider import REST_MS
from pixsort_desktop.views.board.granularity_bar import STEPS
from tests.jobs.nested import nested_project
from tests.jobs.test_granularity import FRAMES, MOMENTS
from tests.views.conftest import PATIENCE_MS, layout_of, shown

Stopped = QAbstractAnimation.State.Stopped
EVENTS_SHOWN = {"Group 1": [f"{n:02}" for n in range(12)], "Ungrouped": ["12"]}
MOMENTS_SHOWN = {label: photos.split() for label, photos in MOMENTS.items()}
FRAMES_SHOWN = {label: photos.split() for label, photos in FRAMES.items()}


@pytest.fixture
def nested(tmp_path: Path, make_jpeg: Callable[..., Path]) -> Path:
    """A library with a project of scenes in scenes, grouped as usual."""
    folder = tmp_path / "nested library"
    with Library.open(folder) as library:
        group_photos(library, project_id=nested_project(library, make_jpeg))
    return folder


@pytest.fixture
def desktop(open_window: Callable[..., Desktop], nested: Path, qtbot: QtBot) -> Desktop:
    opened = open_window(nested, "Nested")
    qtbot.waitUntil(lambda: shown(opened.window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)
    return opened


def drag(desktop: Desktop, *values: float) -> None:
    """Move the slider as the mouse does, without letting it go."""
    slider = desktop.window.granularity.bar.slider
    slider.setSliderDown(True)
    for value in values:
        slider.setSliderPosition(round(value * STEPS))


def project_shown(desktop: Desktop) -> int | None:
    project = desktop.session.snapshot.project
    return project.id if project is not None else None


def let_go(desktop: Desktop) -> None:
    desktop.window.granularity.bar.slider.setSliderDown(False)


def steps_done(desktop: Desktop) -> str | None:
    assert desktop.library is not None
    return undo_labels(desktop.library, project_id=desktop.session.project_id)[0]


def test_the_board_follows_the_slider_and_the_library_waits(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    assert window.granularity.bar.isVisible()
    assert window.granularity.value == 0.5
    drag(desktop, 0.6, 0.8, 1.0)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    assert layout_of(desktop) == MOMENTS_SHOWN
    assert window.area.toolbar.summary.text() == "13 photos in 6 columns"
    drag(desktop, 0.7, 0.0)
    qtbot.waitUntil(lambda: shown(window) == EVENTS_SHOWN, timeout=PATIENCE_MS)
    assert steps_done(desktop) == "Group photos"


def test_one_drag_is_one_step(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    drag(desktop, 0.2, 0.6, 0.9, 1.0)
    let_go(desktop)
    qtbot.waitUntil(lambda: layout_of(desktop) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: window.actions_.actions["undo"].text() == "Undo change granularity", timeout=PATIENCE_MS
    )
    window.session.undo()
    qtbot.waitUntil(lambda: shown(window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.granularity.value == 0.5, timeout=PATIENCE_MS)
    assert steps_done(desktop) == "Group photos"


def test_keys_go_step_by_step_and_are_kept_once(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.board.focus_photos()
    for _ in range(20):
        qtbot.keyClick(window.board, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: layout_of(desktop) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    for _ in range(40):
        qtbot.keyClick(window.board, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: layout_of(desktop) == EVENTS_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: shown(window) == EVENTS_SHOWN, timeout=PATIENCE_MS)


def test_escape_and_the_way_back_change_nothing(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    drag(desktop, 1.0)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    qtbot.keyClick(window.granularity.bar.slider, Qt.Key.Key_Escape)
    assert shown(window) == MOMENTS_SHOWN
    let_go(desktop)
    drag(desktop, 1.0)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    drag(desktop, 0.5)
    let_go(desktop)
    qtbot.waitUntil(lambda: shown(window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)
    assert steps_done(desktop) == "Group photos"


def test_undo_takes_back_the_slider_and_not_what_was_done_before_it(desktop: Desktop, qtbot: QtBot) -> None:
    """Also before it came to rest: nothing else may be undone, and nothing be kept afterwards."""
    window = desktop.window
    before = steps_done(desktop)
    qtbot.keyClick(window.board, Qt.Key.Key_Period)
    assert window.granularity.value > 0.5
    window.actions_.actions["undo"].trigger()
    assert window.granularity.value == 0.5
    qtbot.wait(REST_MS + 200)
    qtbot.waitUntil(
        lambda: not window.granularity.runner.busy and desktop.session.settled, timeout=PATIENCE_MS
    )
    assert steps_done(desktop) == before == "Group photos"
    assert layout_of(desktop) == shown(window) == MOMENTS_SHOWN
    window.actions_.actions["undo"].trigger()
    qtbot.waitUntil(lambda: steps_done(desktop) is None, timeout=PATIENCE_MS)


def test_columns_that_go_on_keep_their_place_and_the_selection_its_photos(
    desktop: Desktop, qtbot: QtBot
) -> None:
    window = desktop.window
    board = window.board
    second = board.board.keys[1]
    board.select_ids(list(board.board.members(second)[:2]))
    chosen = board.selected_ids()
    column = board.column(second)
    assert column is not None
    left = column.x()
    window.resize(640, 800)
    drag(desktop, 1.0)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    assert board.selected_ids() == chosen
    moved = board.column(second)
    assert moved is not None
    assert moved.x() <= left
    assert board.board.place(second) == 3


def test_what_changes_meanwhile_is_looked_at_too(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    drag(desktop, 1.0)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    snapshot = window.session.snapshot
    first = snapshot.columns[0]
    window.organiser.move_photos(first.photo_ids[:2], None, None)
    qtbot.waitUntil(lambda: "00" in layout_of(desktop)["Ungrouped"], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "00" in shown(window)["Ungrouped"], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(shown(window)) == 6, timeout=PATIENCE_MS)
    let_go(desktop)
    qtbot.waitUntil(lambda: len(layout_of(desktop)) == 6, timeout=PATIENCE_MS)


@pytest.mark.parametrize("held", [True, False])
def test_another_project_is_not_cut_by_what_was_wanted_of_this_one(
    open_window: Callable[..., Desktop],
    nested: Path,
    make_jpeg: Callable[..., Path],
    qtbot: QtBot,
    held: bool,
) -> None:
    """Nor by a first look that takes its time, for photos came since."""
    with Library.open(nested) as library:
        other = nested_project(library, make_jpeg, name="Other")
        group_photos(library, project_id=other)
    desktop = open_window(nested, "Nested")
    window, desk = desktop.window, desktop.window.granularity
    qtbot.waitUntil(lambda: shown(window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)
    functions, go_on, seen = desk._functions, Event(), []
    assert functions is not None

    def slow(project_id: int, progress: Progress) -> object:
        seen.append((project_id, progress))
        progress.check()  # where nobody waits for it, it is not begun
        go_on.wait(30)
        return functions.open(project_id, progress)

    desk.attach(functions._replace(open=slow))
    drag(desktop, 1.0)
    if not held:
        let_go(desktop)
    qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    try:
        window.session.open_project(other)
        qtbot.waitUntil(lambda: project_shown(desktop) == other, timeout=PATIENCE_MS)
        assert seen[0][1].cancelled
    finally:
        go_on.set()
    let_go(desktop)
    qtbot.waitUntil(lambda: not desk.runner.busy, timeout=PATIENCE_MS)
    qtbot.wait(200)
    assert all(project_id != other for project_id, _ in seen)
    assert desk.value == 0.5
    assert shown(window) == layout_of(desktop) == MOMENTS_SHOWN
    assert steps_done(desktop) == "Group photos"


def test_what_cuts_is_read_before_the_slider_is_first_moved(
    open_window: Callable[[Path], Desktop], tmp_path: Path, nested: Path, qtbot: QtBot
) -> None:
    """It takes half a second; a window without photos does without it."""
    read: list[Desktop] = []

    def opened(folder: Path) -> Desktop:
        desktop = open_window(folder)
        qtbot.waitUntil(lambda: desktop.library is not None, timeout=PATIENCE_MS)
        desk = desktop.window.granularity
        assert desk._functions is not None
        desk.attach(desk._functions._replace(prepare=lambda: read.append(desktop)))
        return desktop

    empty, full = opened(tmp_path / "empty"), opened(nested)
    qtbot.waitUntil(lambda: shown(full.window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(read), timeout=PATIENCE_MS)
    qtbot.wait(200)
    assert read == [full] and empty.window.granularity.bar.isHidden()
    drag(full, 1.0)
    let_go(full)
    qtbot.waitUntil(lambda: shown(full.window) != MOMENTS_SHOWN, timeout=PATIENCE_MS)


def test_where_nothing_was_computed_the_slider_groups_first(
    open_window: Callable[..., Desktop], tmp_path: Path, make_jpeg: Callable[..., Path], qtbot: QtBot
) -> None:
    folder = tmp_path / "fresh"
    with Library.open(folder) as library:
        nested_project(library, make_jpeg)
    desktop = open_window(folder, "Nested")
    window = desktop.window
    qtbot.waitUntil(lambda: len(window.session.snapshot.order) == 13, timeout=PATIENCE_MS)
    window.area.show_view("board")
    drag(desktop, 0.8, 1.0)
    let_go(desktop)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.granularity.value == 1.0, timeout=PATIENCE_MS)


def test_the_bar_is_there_for_the_board_alone(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.area.show_view("grid")
    assert not window.granularity.bar.isVisible()
    qtbot.keyClick(window.grid, Qt.Key.Key_Period)
    assert window.granularity.value == 0.5
    window.area.show_view("board")
    assert window.granularity.bar.isVisible()
    window.area.toggle_loupe()
    assert not window.granularity.bar.isVisible()


def lefts(desktop: Desktop) -> dict[str, int]:
    """Where the columns in sight stand, by their names."""
    board = desktop.window.board
    return {board.board.label(column.key): column.x() for column in board.columns_in_sight()}


def test_columns_glide_from_the_one_they_were_part_of(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    drag(desktop, 0.0)
    qtbot.waitUntil(lambda: shown(window) == EVENTS_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.board.glide.state() == Stopped, timeout=PATIENCE_MS)
    whole = lefts(desktop)["Group 1"]
    ways: dict[str, list[int]] = {}

    def note() -> None:
        for label, left in lefts(desktop).items():
            ways.setdefault(label, []).append(left)

    window.board.glide.valueChanged.connect(note)
    drag(desktop, 1.0)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.board.glide.state() == Stopped, timeout=PATIENCE_MS)
    grid, scrolled = window.board.grid(), window.board.horizontalScrollBar().value()
    places = {label: place for place, label in enumerate(FRAMES_SHOWN)}
    for label, left in lefts(desktop).items():
        assert left == grid.x(places[label]) - scrolled
    parts = set(ways) - {"Ungrouped"}
    assert len(parts) > 2
    for label in parts:
        assert ways[label] == sorted(ways[label])
        assert whole <= ways[label][0]
    assert max(ways[label][-1] - ways[label][0] for label in parts) > grid.pitch


def test_nothing_moves_where_the_system_asks_for_less(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.overlays.set_steady(True)
    seen: list[object] = []
    window.board.glide.valueChanged.connect(seen.append)
    drag(desktop, 1.0)
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    assert not seen
