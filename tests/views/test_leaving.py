"""What waits for a rest is kept when the window is closed, and before another project is opened."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.undo import undo, undo_labels
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import find_project
from pixsort_desktop.library.prompts import project_prompts
from pixsort_desktop.library.records import Prompt
from pixsort_desktop.library.written import project_captions
from pixsort_desktop.settings import Settings
from pixsort_desktop.views.board import decided_slider
from pixsort_desktop.views.board.prompt_strip import PromptStrip
from pixsort_desktop.views.meaning.functions import Matches
from tests.jobs.nested import nested_project
from tests.views.conftest import PATIENCE_MS, arrangement, close, key_of_label, select, shown
from tests.views.test_granularity import FRAMES_SHOWN, MOMENTS_SHOWN, project_shown
from tests.views.test_prompts import BOATS, MODEL, embed, pin

AN_HOUR_MS = 3_600_000


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is kept is not kept because the slider rested."""
    monkeypatch.setattr(decided_slider, "REST_MS", AN_HOUR_MS)


@pytest.fixture
def nested(tmp_path: Path, make_jpeg: Callable[..., Path]) -> Path:
    """A library of two projects of scenes in scenes, grouped as usual."""
    folder = tmp_path / "nested library"
    with Library.open(folder) as library:
        for name in ("Nested", "Other"):
            group_photos(library, project_id=nested_project(library, make_jpeg, name=name))
    return folder


@pytest.fixture
def granular(open_window: Callable[..., Desktop], nested: Path, qtbot: QtBot) -> Desktop:
    opened = open_window(nested, "Nested")
    qtbot.waitUntil(lambda: shown(opened.window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)
    opened.window.board.focus_photos()
    return opened


def finer(qtbot: QtBot, desktop: Desktop) -> None:
    for _ in range(20):
        qtbot.keyClick(desktop.window.board, Qt.Key.Key_Period)


@pytest.mark.parametrize("seen", [True, False])
def test_the_slider_is_kept_when_the_window_is_closed(
    granular: Desktop, nested: Path, qtbot: QtBot, seen: bool
) -> None:
    """Also where the board has not followed it yet, and in one step."""
    finer(qtbot, granular)
    if seen:
        qtbot.waitUntil(lambda: shown(granular.window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    close(qtbot, granular)
    with Library.open(nested) as library:
        project = find_project(library, "Nested")
        assert project is not None
        assert arrangement(library, project.id) == FRAMES_SHOWN
        assert project.grouping["parameters"]["granularity"] == 1.0
        undo(library, project_id=project.id)
        assert arrangement(library, project.id) == MOMENTS_SHOWN
        assert undo_labels(library, project_id=project.id)[0] == "Group photos"


def test_the_slider_is_kept_for_its_project_when_another_is_opened(granular: Desktop, qtbot: QtBot) -> None:
    library, here = granular.library, granular.session.project_id
    assert library is not None and here is not None
    other = find_project(library, "Other")
    assert other is not None
    finer(qtbot, granular)
    qtbot.waitUntil(lambda: shown(granular.window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    granular.window.project_desk.open(other.id)
    qtbot.waitUntil(lambda: arrangement(library, here) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: shown(granular.window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)
    assert granular.window.granularity.value == 0.5
    assert arrangement(library, other.id) == MOMENTS_SHOWN
    assert undo_labels(library, project_id=other.id)[0] == "Group photos"


def test_what_was_taken_back_is_not_kept(granular: Desktop, nested: Path, qtbot: QtBot) -> None:
    finer(qtbot, granular)
    qtbot.keyClick(granular.window.granularity.bar.slider, Qt.Key.Key_Escape)
    close(qtbot, granular)
    with Library.open(nested) as library:
        project = find_project(library, "Nested")
        assert project is not None and undo_labels(library, project_id=project.id)[0] == "Group photos"


def test_a_hierarchy_is_not_made_while_the_window_closes(
    granular: Desktop, nested: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take minutes: where photos came since, the slider stays where the board was."""
    monkeypatch.setattr("pixsort_desktop.jobs.hierarchy.valid_hierarchy", lambda *_: None)
    finer(qtbot, granular)
    close(qtbot, granular)
    with Library.open(nested) as library:
        project = find_project(library, "Nested")
        assert project is not None and arrangement(library, project.id) == MOMENTS_SHOWN


@pytest.mark.parametrize("way", ["close", "open another", "undo"])
def test_a_threshold_is_kept(
    open_window: Callable[..., Desktop], sorted_library: Path, qtbot: QtBot, way: str
) -> None:
    with Library.open(sorted_library) as library:
        embed(library, BOATS)
        pin(library)
        other = create_project(library, name="Other")
    desktop = open_window(sorted_library, "Trip")
    window = desktop.window
    qtbot.waitUntil(lambda: len(shown(window).get("boats", ())) == 4, timeout=PATIENCE_MS)
    column = window.board.column(key_of_label(window, "boats"))
    assert column is not None and column.strip is not None
    qtbot.keyClick(column.strip.slider, Qt.Key.Key_End)
    assert shown(window)["boats"] == ["scene1_1"]
    if way == "open another":
        window.project_desk.open(other.id)
        qtbot.waitUntil(lambda: project_shown(desktop) == other.id, timeout=PATIENCE_MS)
    elif way == "undo":  # which is about that, and not about what was done before
        window.actions_.actions["undo"].trigger()
    close(qtbot, desktop)
    with Library.open(sorted_library) as library:
        trip = find_project(library, "Trip")
        assert trip is not None
        (prompt,) = project_prompts(library, trip.id)
        assert prompt.threshold == pytest.approx(0.5 if way == "undo" else 0.9)


def test_a_threshold_is_kept_when_its_strip_goes_to_another_column(qtbot: QtBot) -> None:
    """Columns that scroll away lend their widgets to those that come."""
    strip = PromptStrip()
    qtbot.addWidget(strip)
    found = Matches(ids=(1, 2), scores=(0.9, 0.1))
    boats, crowd = (Prompt(n, 1, text, MODEL, 0.5, n) for n, text in ((1, "boats"), (2, "crowd")))
    strip.show_prompt(boats, found, 0.5, shown=True)
    qtbot.keyClick(strip.slider, Qt.Key.Key_End)
    with qtbot.waitSignal(strip.settled) as settled:
        strip.show_prompt(crowd, found, 0.5, shown=True)
    assert settled.args == [1, pytest.approx(0.9)]


@pytest.mark.parametrize("way", ["close", "open another"])
def test_what_is_being_typed_is_kept(
    open_window: Callable[..., Desktop], sorted_library: Path, qtbot: QtBot, way: str
) -> None:
    """A column's name and a caption, which are otherwise kept when the keyboard leaves them."""
    with Library.open(sorted_library) as library:
        other = create_project(library, name="Other")
    desktop = open_window(sorted_library, "Trip")
    window = desktop.window
    qtbot.waitUntil(lambda: "Coast" in shown(window), timeout=PATIENCE_MS)
    (photo,) = select(window, "scene1_1")
    qtbot.waitUntil(lambda: window.panel.words.photo_id == photo, timeout=PATIENCE_MS)
    caption = window.panel.words.caption
    caption.setFocus()
    qtbot.keyClicks(caption, "Fog over the pines")
    leave(desktop, qtbot, way, other.id)
    with Library.open(sorted_library) as library:
        trip = find_project(library, "Trip")
        assert trip is not None
        assert project_captions(library, trip.id, photo)[photo].text == "Fog over the pines"
    again = open_window(sorted_library, "Trip")
    qtbot.waitUntil(lambda: "Coast" in shown(again.window), timeout=PATIENCE_MS)
    key = key_of_label(again.window, "Coast")
    again.window.board.edit_label(key)
    column = again.window.board.column(key)
    assert column is not None
    column.header.editor.clear()
    qtbot.keyClicks(column.header.editor, "Cliffs")
    leave(again, qtbot, way, other.id)
    with Library.open(sorted_library) as library:
        assert "Cliffs" in arrangement(library, trip.id)


def test_a_judgement_is_kept_though_another_program_holds_the_library_while_the_window_closes(
    desktop: Desktop, sorted_library: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than what only reads is waited for."""
    left: list[int] = []
    monkeypatch.setattr("pixsort_desktop.app.SHUTDOWN_S", 0.1)
    monkeypatch.setattr("pixsort_desktop.app.os._exit", left.append)
    assert desktop.library is not None
    (photo,) = select(desktop.window, "scene1_1")
    with contextlib.closing(sqlite3.connect(desktop.library.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        desktop.window.actions_.actions["stars_4"].trigger()
        desktop.window.close()
        qtbot.wait(500)
        assert left == []
        with qtbot.waitSignal(desktop.finished, timeout=PATIENCE_MS):
            other.execute("ROLLBACK")
    with Library.open(sorted_library) as library:
        trip = find_project(library, "Trip")
        assert trip is not None
        assert {p.id: p.rating for p in project_photos(library, trip.id) if p.rating} == {photo: 4}


def leave(desktop: Desktop, qtbot: QtBot, way: str, other: int) -> None:
    if way == "open another":
        desktop.window.project_desk.open(other)
        qtbot.waitUntil(lambda: project_shown(desktop) == other, timeout=PATIENCE_MS)
    close(qtbot, desktop)


def test_the_sides_keep_the_width_they_had_before_a_photo_was_shown_large(
    desktop: Desktop, sorted_library: Path, open_window: Callable[..., Desktop], qtbot: QtBot
) -> None:
    window = desktop.window
    window.resize(1400, 800)
    left, middle, right = window.parts.splitter.sizes()
    window.parts.splitter.setSizes([left + 40, middle - 40, right])
    wanted = window.parts.splitter.sizes()
    select(window, "scene1_1")
    window.area.toggle_loupe()
    qtbot.waitUntil(lambda: not all(window.parts.splitter.sizes()), timeout=PATIENCE_MS)
    close(qtbot, desktop)
    assert Settings(sorted_library).get("columns") == wanted
