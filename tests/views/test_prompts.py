"""Prompt columns in the real window: pinned, dragged, live, undone, there again the next time, made into a column."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.commands.prompts import pin_prompt
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import find_project
from pixsort_desktop.library.prompts import project_prompts
from pixsort_desktop.library.records import Prompt
from pixsort_desktop.views.board.column import ColumnWidget
from pixsort_desktop.views.board.prompt_strip import STEPS, PromptStrip
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.meaning.functions import NOT_YET, Matches, PromptFunctions
from pixsort_desktop.views.meaning.prompt_columns import key_of_prompt, prompt_of
from pixsort_desktop.views.mime import column_to_mime, photos_to_mime
from pixsort_desktop.views.showing import Ranked
from tests.small_models import Small
from tests.views.conftest import PATIENCE_MS, close, drag_over, key_of_label, layout_of, select, shown
from tests.vision.models.installing import of_row, put_into

MODEL = "my-clip"
BOATS = {
    "scene0_0": 0.10, "scene0_1": 0.12, "scene0_2": 0.11, "scene0_3": 0.60, "scene1_0": 0.80, "scene1_1": 0.90,
    "scene1_2": 0.85, "scene2_0": 0.14, "scene2_1": 0.13,
}  # fmt: skip
"""How much each photo shows boats; scene2_2 was not looked at yet."""
CROWDED = ("scene1_1",)


def vector(boats: float, *, crowd: bool = False) -> np.ndarray:
    found = np.array([boats, 0.43 if crowd else 0.0, 0.0], np.float32)
    found[2] = np.sqrt(1 - found @ found)
    return found


def embed(library: Library, scores: Mapping[str, float]) -> None:
    """As a job does it: the vectors, and a word that something has changed."""
    project = find_project(library, "Trip")
    assert project is not None
    ids = {Path(photo.path).stem: photo.id for photo in project_photos(library, project.id)}

    def write(transaction):
        for name, score in scores.items():
            put_embedding(transaction, ids[name], MODEL, vector(score, crowd=name in CROWDED))
        transaction.touch(projects=[project.id])

    library.write(write)


def pin(library: Library, text: str = "boats", threshold: float = 0.5) -> int:
    project = find_project(library, "Trip")
    assert project is not None
    words = {"boats": vector(1.0), "crowd": np.array([0, 1, 0], np.float32)}
    return pin_prompt(
        library, project_id=project.id, text=text, embedding_id=MODEL, threshold=threshold, vectors=words
    )


@pytest.fixture(autouse=True)
def _no_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIXSORT_MODELS", str(tmp_path / "models"))


@pytest.fixture
def desktop(open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot) -> Desktop:
    """A window on a board with the prompt column «boats» from 0.5 on."""
    with Library.open(sorted_library) as library:
        embed(library, BOATS)
        pin(library)
    opened = open_window(sorted_library)
    wait_for(qtbot, opened.window, "boats", ["scene1_1", "scene1_2", "scene1_0", "scene0_3"])
    return opened


def wait_for(qtbot: QtBot, window: MainWindow, label: str, names: list[str]) -> None:
    qtbot.waitUntil(lambda: shown(window).get(label) == names, timeout=PATIENCE_MS)


def column(window: MainWindow, label: str = "boats") -> ColumnWidget:
    found = window.board.column(key_of_label(window, label))
    assert found is not None
    return found


def drag_slider(window: MainWindow, to: float) -> None:
    """To that score, and let go."""
    strip = column(window).strip
    assert strip is not None
    slider = strip.slider
    slider.setSliderDown(True)
    slider.setValue(round((to - 0.10) / 0.80 * STEPS))
    slider.setSliderDown(False)


def thresholds(desktop: Desktop) -> dict[str, float]:
    assert desktop.library is not None and desktop.session.project_id is not None
    return {p.text: p.threshold for p in project_prompts(desktop.library, desktop.session.project_id)}


# -- what it shows -----------------------------------------------------------------------------------------


def test_it_shows_the_best_first_before_the_other_columns_and_takes_none_away(
    desktop: Desktop, window: MainWindow
) -> None:
    board = shown(window)
    assert list(board) == ["boats", "Coast", "Forest", "City", "Ungrouped"]
    assert board["Forest"] == ["scene1_0", "scene1_1", "scene1_2"]
    header = column(window).header
    assert header.prompt and header.count == 4
    assert header.accessibleName() == "Prompt column boats, 4 photos, 1–2 May"
    assert "torch" not in sys.modules


def test_the_slider_is_followed_and_one_drag_is_one_step(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    slider = column(window).strip.slider  # type: ignore[union-attr]
    slider.setSliderDown(True)
    for score, names in ((0.7, ["scene1_1", "scene1_2", "scene1_0"]), (0.87, ["scene1_1"])):
        slider.setValue(round((score - 0.10) / 0.80 * STEPS))
        assert shown(window)["boats"] == names  # at once, before the library knows
        assert column(window).header.count == len(names)
    assert thresholds(desktop) == {"boats": 0.5}
    slider.setValue(0)
    assert len(shown(window)["boats"]) == 9  # all that were looked at
    slider.setValue(STEPS)
    assert shown(window)["boats"] == ["scene1_1"]  # the best, and never nothing
    slider.setSliderDown(False)
    qtbot.waitUntil(lambda: thresholds(desktop) == {"boats": pytest.approx(0.9)}, timeout=PATIENCE_MS)
    window.session.undo()
    wait_for(qtbot, window, "boats", ["scene1_1", "scene1_2", "scene1_0", "scene0_3"])
    assert thresholds(desktop) == {"boats": 0.5}
    assert slider.value() == STEPS // 2
    window.session.redo()
    wait_for(qtbot, window, "boats", ["scene1_1"])
    slider.setSliderDown(True)
    slider.setValue(0)
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert shown(window)["boats"] == ["scene1_1"]
    assert thresholds(desktop) == {"boats": pytest.approx(0.9)}


def test_photos_join_as_soon_as_they_are_embedded(desktop: Desktop, window: MainWindow, qtbot: QtBot) -> None:
    library = desktop.library
    assert library is not None
    embed(library, {"scene2_2": 0.95})
    wait_for(qtbot, window, "boats", ["scene2_2", "scene1_1", "scene1_2", "scene1_0", "scene0_3"])
    library.write(
        lambda t: (t.connection.execute("DELETE FROM embeddings WHERE embedding_id = ?", (MODEL,)), t.touch(history=True))
    )  # fmt: skip
    wait_for(qtbot, window, "boats", [])


def test_what_is_not_wanted_lowers_the_score(desktop: Desktop, window: MainWindow, qtbot: QtBot) -> None:
    assert desktop.library is not None
    pin(desktop.library, "boats -crowd")
    wait_for(qtbot, window, "boats -crowd", ["scene1_2", "scene1_0", "scene0_3"])
    assert shown(window)["boats"][0] == "scene1_1"


def test_a_column_that_is_still_looking_does_not_say_that_there_is_nothing(qtbot: QtBot) -> None:
    strip = PromptStrip()
    qtbot.addWidget(strip)
    prompt = Prompt(1, 1, "boats", MODEL, 0.5, 0)
    strip.show_prompt(prompt, NOT_YET, 0.5, shown=False)
    assert not strip.note.isHidden() and strip.note.text() == "Looking at the photos …"
    strip.show_prompt(prompt, Matches(), 0.5, shown=False)  # a project without photos
    assert strip.note.isHidden()


def test_the_filter_counts_here_too(desktop: Desktop, window: MainWindow, qtbot: QtBot) -> None:
    window.session.search("scene0")
    wait_for(qtbot, window, "boats", ["scene0_3"])
    window.session.search("scene2")
    wait_for(qtbot, window, "boats", [])
    strip = column(window).strip
    assert strip is not None and "hidden by the filter or the search" in strip.note.text()
    window.session.search("")
    wait_for(qtbot, window, "boats", ["scene1_1", "scene1_2", "scene1_0", "scene0_3"])


# -- working in it -----------------------------------------------------------------------------------------


def test_a_photo_is_selected_in_all_its_columns_and_judged_once(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    board, here = window.board, key_of_label(window, "boats")
    board.go_to(board.board.photo_index(here, 0))
    twin = board.board.locate(board.current_id())
    assert board.board.label(board.board.key_of_index(twin) or 0) == "Forest"
    assert board.selection.isSelected(twin) and len(board.selected_ids()) == 1
    board.selection.select(twin, QItemSelectionModel.SelectionFlag.Toggle)
    assert board.selected_ids() == [] and not board.selection.hasSelection()
    board.go_to(board.board.photo_index(here, 0))
    qtbot.keyClick(column(window).photos, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    first = window.session.snapshot.photos
    qtbot.waitUntil(lambda: window.board.current_id() == board.board.members(here)[1], timeout=PATIENCE_MS)
    assert board.focused_key() == here  # it goes on in this column, not in the photo's own
    qtbot.waitUntil(lambda: window.session.snapshot.photos is not first, timeout=PATIENCE_MS)
    flags = {Path(p.path).stem: p.flag for p in window.session.snapshot.photos.values() if p.flag}
    assert flags == {"scene1_1": "pick"}
    window.area.toggle_loupe()
    assert list(window.area.sequence()) == list(board.board.members(here))
    window.area.close_large()
    window.area.toggle_side_by_side(two=False)
    assert window.area.compare.candidates == set(board.board.members(here))
    window.area.close_large()
    qtbot.keyClick(column(window).photos, Qt.Key.Key_Delete)
    assert "the words find them" in window.messages.text.text()
    assert len(shown(window)["Forest"]) == 3


def test_a_drag_to_a_column_puts_the_photo_there_and_none_can_be_dropped_here(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    (photo_id,) = select(window, "scene0_3")
    mime = photos_to_mime(desktop.session.project_id or 0, [photo_id])
    board = window.board
    inside = column(window).geometry().center()
    drag_over(board.viewport(), inside, mime, drop=True)
    drag_over(board.viewport(), QPoint(2, inside.y()), mime, drop=True)  # the gap before it
    forest = board.column(key_of_label(window, "Forest"))
    assert forest is not None
    drag_over(board.viewport(), forest.geometry().center() + QPoint(0, 150), mime, drop=True)
    qtbot.waitUntil(lambda: "scene0_3" in layout_of(desktop)["Forest"], timeout=PATIENCE_MS)
    assert list(layout_of(desktop)) == ["Coast", "Forest", "City", "Ungrouped"]
    qtbot.waitUntil(lambda: "scene0_3" in shown(window)["Forest"], timeout=PATIENCE_MS)
    assert shown(window)["boats"] == ["scene1_1", "scene1_2", "scene1_0", "scene0_3"]
    assert board.selected_ids() == [photo_id]


def test_a_column_is_made_of_what_is_found_or_of_the_selected(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    prompt_id = prompt_of(key_of_label(window, "boats")) or 0
    select(window, "scene0_3", "scene0_0")
    window.prompts.make_column(prompt_id)
    qtbot.waitUntil(lambda: layout_of(desktop).get("boats") == ["scene0_3"], timeout=PATIENCE_MS)
    window.session.undo()
    qtbot.waitUntil(lambda: "boats" not in layout_of(desktop), timeout=PATIENCE_MS)
    window.board.select_ids([])
    window.prompts.make_column(prompt_id)
    found = ["scene1_1", "scene1_2", "scene1_0", "scene0_3"]
    qtbot.waitUntil(lambda: layout_of(desktop).get("boats") == found, timeout=PATIENCE_MS)
    assert next(iter(layout_of(desktop))) == "boats" and layout_of(desktop)["Forest"] == []
    assert desktop.library is not None
    placed = desktop.library.rows(
        "SELECT placed FROM project_photos JOIN groups ON groups.id = group_id WHERE label = 'boats'"
    )
    assert [row["placed"] for row in placed] == ["hand"] * 4
    window.prompts.make_column(prompt_id)
    qtbot.waitUntil(lambda: layout_of(desktop).get("boats 2") == found, timeout=PATIENCE_MS)


# -- columns of the board ----------------------------------------------------------------------------------


def test_it_is_moved_removed_and_brought_back(desktop: Desktop, window: MainWindow, qtbot: QtBot) -> None:
    assert desktop.library is not None
    pin(desktop.library, "-crowd", threshold=-1.0)
    qtbot.waitUntil(lambda: list(shown(window))[:2] == ["boats", "-crowd"], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(shown(window)["-crowd"]) == 9, timeout=PATIENCE_MS)
    header = column(window).header
    header.setFocus()
    ctrl_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(header, Qt.Key.Key_Right, ctrl_shift)
    qtbot.waitUntil(lambda: list(shown(window))[:2] == ["-crowd", "boats"], timeout=PATIENCE_MS)
    window.prompts.move(prompt_of(key_of_label(window, "boats")) or 0, 0)
    qtbot.waitUntil(lambda: list(shown(window))[:2] == ["boats", "-crowd"], timeout=PATIENCE_MS)
    board = window.board
    at = QPoint(3, column(window).y() + 5)
    drag_over(board.viewport(), at, column_to_mime(key_of_label(window, "-crowd")), drop=True)
    qtbot.waitUntil(lambda: list(shown(window))[:2] == ["-crowd", "boats"], timeout=PATIENCE_MS)
    drag_over(board.viewport(), at, column_to_mime(key_of_label(window, "City")), drop=True)
    order = ["-crowd", "boats", "City", "Coast", "Forest", "Ungrouped"]  # prompts stay before all others
    qtbot.waitUntil(lambda: list(shown(window)) == order, timeout=PATIENCE_MS)
    window.session.undo()
    window.session.undo()
    qtbot.waitUntil(lambda: list(shown(window))[:3] == ["boats", "-crowd", "Coast"], timeout=PATIENCE_MS)
    header = column(window).header
    header.edit()
    assert header.editor.isHidden()  # the words are what was searched
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "boats" not in shown(window), timeout=PATIENCE_MS)
    assert layout_of(desktop)["Forest"] == ["scene1_0", "scene1_1", "scene1_2"]
    qtbot.waitUntil(lambda: window.messages.action.text() == "Undo", timeout=PATIENCE_MS)
    window.messages.action.click()
    wait_for(qtbot, window, "boats", ["scene1_1", "scene1_2", "scene1_0", "scene0_3"])
    assert list(shown(window))[:2] == ["boats", "-crowd"]


def test_a_search_that_is_pinned_while_another_project_is_opened_stays_in_its_own(
    open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot
) -> None:
    with Library.open(sorted_library) as library:
        other = create_project(library, name="Other").id
    window = open_window(sorted_library).window
    session = window.session
    qtbot.waitUntil(lambda: session.snapshot.project is not None, timeout=PATIENCE_MS)
    first = next(p.id for p in session.projects if p.name == "Trip")
    session.open_project(first)
    qtbot.waitUntil(lambda: len(session.snapshot.photos) == 10, timeout=PATIENCE_MS)
    functions, opened = window.prompts._functions, Event()
    assert functions is not None

    def prepare(_project_id: int, text: str) -> dict[str, object]:
        opened.wait(20)
        return {"text": text, "embedding_id": MODEL, "threshold": 0.5, "vectors": {"boats": vector(1.0)}}

    window.prompts.attach(PromptFunctions(prepare, functions.find))
    session.rank(Ranked("«boats»", tuple(session.snapshot.order), "boats"))
    window.prompts.pin()
    session.open_project(other)
    qtbot.waitUntil(lambda: session.snapshot.project.id == other, timeout=PATIENCE_MS)  # type: ignore[union-attr]
    window.area.show_view("grid")
    opened.set()
    assert session.library is not None
    qtbot.waitUntil(lambda: len(project_prompts(session.library, first)) == 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.prompts.runner.busy, timeout=PATIENCE_MS)
    qtbot.wait(100)
    assert window.area.view == "grid"
    assert project_prompts(session.library, other) == ()


def test_the_menu_names_what_it_does(
    desktop: Desktop, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)  # which the offscreen platform has not
    column(window).header.menu_button.click()
    (menu,) = window.board.findChildren(QMenu)
    entries = {action.text(): action for action in menu.actions() if action.text()}
    assert list(entries) == [
        "Make a column of these 4 photos", "Select its photos", "Move left", "Move right", "Remove prompt column",
    ]  # fmt: skip
    assert not entries["Move left"].isEnabled() and not entries["Move right"].isEnabled()
    entries["Select its photos"].trigger()
    assert len(window.board.selected_ids()) == 4
    entries["Make a column of these 4 photos"].trigger()
    qtbot.waitUntil(lambda: len(layout_of(desktop).get("boats", ())) == 4, timeout=PATIENCE_MS)
    menu.deleteLater()


def test_the_keyboard_goes_through_it_as_through_others(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    board, here = window.board, key_of_label(window, "boats")
    board.go_to(board.board.photo_index(here, 1))
    for _ in range(2):
        QTest.keyClick(board.focusWidget() or board, Qt.Key.Key_Right)
    assert board.board.label(board.focused_key() or 0) == "Coast"
    board.go_to(board.board.photo_index(here, 0))
    for act in ("merge", "lock", "split_column", "merge_nearest", "keep_best", "rename"):
        window.messages.hide()
        window.actions_.actions[act].trigger()
        assert "Go to the column" in window.messages.text.text(), act


# -- the next time -----------------------------------------------------------------------------------------


def test_it_is_there_again_the_next_time_and_needs_no_model(
    desktop: Desktop,
    window: MainWindow,
    qtbot: QtBot,
    open_window: Callable[[Path], Desktop],
    small: Small,
    tmp_path: Path,
) -> None:
    drag_slider(window, 0.82)
    wait_for(qtbot, window, "boats", ["scene1_1", "scene1_2"])
    qtbot.waitUntil(lambda: thresholds(desktop)["boats"] > 0.8, timeout=PATIENCE_MS)
    close(qtbot, desktop)
    again = open_window(desktop.folder)
    wait_for(qtbot, again.window, "boats", ["scene1_1", "scene1_2"])
    strip = column(again.window).strip
    assert strip is not None and strip.note.isVisible()
    assert strip.note.text() == "my-clip is not on this computer: new photos stay out."
    assert strip.remedy.text() == "Learned models …"
    strip.remedy.click()
    dialog = again.models.dialog
    assert dialog is not None and dialog.isVisible()
    put_into(tmp_path / "models", of_row(small.rows["small-clip"], id=MODEL, name="My CLIP"))
    dialog.close()
    again.window.activateWindow()
    qtbot.waitUntil(lambda: strip.note.text() == "1 photo has no vector of My CLIP yet.", timeout=PATIENCE_MS)
    assert strip.remedy.text() == "Embed 1 photo"
    assert "torch" not in sys.modules
    again.session.undo()
    wait_for(qtbot, again.window, "boats", ["scene1_1", "scene1_2", "scene1_0", "scene0_3"])


def test_a_project_that_comes_back_has_its_prompts(
    desktop: Desktop, window: MainWindow, qtbot: QtBot
) -> None:
    project_id = desktop.session.project_id
    assert project_id is not None and desktop.library is not None
    window.organiser.delete_project(project_id)
    qtbot.waitUntil(lambda: not desktop.session.projects, timeout=PATIENCE_MS)
    window.session.undo()
    qtbot.waitUntil(lambda: len(desktop.session.projects) == 1, timeout=PATIENCE_MS)
    assert [p.text for p in project_prompts(desktop.library, project_id)] == ["boats"]


def test_from_typed_words_to_a_column_with_a_model_that_runs(
    open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot, small: Small, tmp_path: Path
) -> None:
    put_into(tmp_path / "models", of_row(small.rows["small-clip"], id=MODEL, name="My CLIP"))
    desktop = open_window(sorted_library)
    window = desktop.window
    qtbot.waitUntil(lambda: len(window.board.columns_in_sight()) == 4, timeout=PATIENCE_MS)
    window.actions_.actions["pin_prompt"].trigger()
    assert "Search by meaning first" in window.messages.text.text()
    window.words.embed(MODEL, "My CLIP")
    qtbot.waitUntil(
        lambda: "10 photos of «Trip» embedded with My CLIP." in window.messages.text.text(), timeout=60_000
    )
    window.words.find()
    window.area.toolbar.search.setText("a boat -crowd")
    bar = window.words.bar
    qtbot.waitUntil(lambda: bar.isVisible() and bar.pin.isVisible(), timeout=60_000)
    ranked = window.session.showing.ranked
    assert ranked is not None
    bar.pin.click()
    qtbot.waitUntil(lambda: "a boat -crowd" in shown(window), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(shown(window)["a boat -crowd"]), timeout=PATIENCE_MS)
    assert window.area.view == "board" and not bar.isVisible()
    assert window.area.toolbar.search.text() == ""
    key = key_of_label(window, "a boat -crowd")
    found = window.board.board.members(key)
    assert list(found) == list(ranked.ids[: len(found)]) and 0 < len(found) < 10
    strip = column(window, "a boat -crowd").strip
    assert strip is not None and not strip.note.isVisible()
    assert prompt_of(key) is not None and key == key_of_prompt(prompt_of(key) or 0)
    window.session.undo()
    qtbot.waitUntil(lambda: "a boat -crowd" not in shown(window), timeout=PATIENCE_MS)
    assert "torch" not in sys.modules
