"""Keys as presets and users make them: one meaning a key, remembered, and the same everywhere in the window."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.settings import Settings
from pixsort_desktop.views.keys.keymap import KEPT_AS, Keymap, normal, of_event
from pixsort_desktop.views.keys.presets import PRESETS
from pixsort_desktop.views.keys.shortcuts import JUDGING, SHORTCUTS, shortcut
from tests.views.conftest import menu_actions

from .conftest import close
from .test_judging import judged, press, select

Key = Qt.Key
VIEWS = Path(__file__).resolve().parents[2] / "pixsort_desktop" / "views"
GLOBAL = [s.id for s in SHORTCUTS if not s.local]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def keymap(settings: Settings, qapp: QApplication) -> Keymap:
    return Keymap(settings)


def twice(keymap: Keymap) -> list[str]:
    """Keys that mean more than one thing, those with Shift that go on included."""
    keys = [key for s in SHORTCUTS for key in (*keymap.keys(s.id), *keymap.going_on(s.id))]
    return [key for key, times in Counter(keys).items() if times > 1]


# -- presets -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_gives_each_key_one_meaning(keymap: Keymap, name: str) -> None:
    keymap.choose_preset(name)
    assert twice(keymap) == []
    for identifier in JUDGING:
        assert keymap.keys(identifier), f"{identifier} has no key"
        assert len(keymap.going_on(identifier)) == len(keymap.keys(identifier)), (
            f"Shift is taken: {identifier}"
        )


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_preset_names_is_a_key_and_stays_with_it(keymap: Keymap, name: str) -> None:
    keymap.choose_preset(name)
    known = {s.id for s in SHORTCUTS}
    given = PRESETS[name].keys
    assert given.keys() <= known
    assert all(normal(key) == key for keys in given.values() for key in keys)
    named = Counter(key for keys in given.values() for key in keys)
    assert [key for key, times in named.items() if times > 1] == []
    for identifier in given.keys() & known:
        assert set(given[identifier]) <= set(keymap.keys(identifier))


def test_lists_keep_their_standard_keys_in_every_preset(keymap: Keymap) -> None:
    for name in PRESETS:
        keymap.choose_preset(name)
        for each in SHORTCUTS:
            if each.local:
                assert set(map(normal, each.keys)) <= set(keymap.keys(each.id))


def test_a_preset_takes_a_default_key_from_what_else_has_it(keymap: Keymap) -> None:
    assert keymap.keys("keys") == ("F1", "?")
    keymap.choose_preset("darktable")
    assert keymap.keys("red") == ("F1",)
    assert keymap.keys("keys") == ("?",)
    assert keymap.keys("reject") == ("R",)
    keymap.choose_preset("nonsense")
    assert keymap.preset == "darktable"


# -- the user's changes ------------------------------------------------------------------------------------


def test_a_key_that_is_taken_over_is_lost_by_the_other(keymap: Keymap) -> None:
    assert keymap.conflicts("reject", "P") == ["pick"]
    assert keymap.conflicts("pick", "P") == []
    keymap.set_keys("reject", ("P", "Ctrl+Alt+X"))
    assert keymap.keys("reject") == ("P", "Ctrl+Alt+X")
    assert keymap.keys("pick") == ()
    assert keymap.is_changed("reject")
    assert not keymap.is_changed("pick")
    keymap.set_keys("unflag", ("P",))
    assert keymap.keys("reject") == ("Ctrl+Alt+X",)
    assert twice(keymap) == []


def test_resetting_one_takes_its_keys_back_from_the_others(keymap: Keymap) -> None:
    keymap.set_keys("pick", ("O",))
    keymap.set_keys("reject", ("P", "X"))
    assert keymap.reset("pick") == ["reject"]
    assert keymap.keys("pick") == ("P",)
    assert keymap.keys("reject") == ("X",)
    keymap.reset_all()
    assert not keymap.has_changes
    assert all(keymap.keys(s.id) == tuple(map(normal, s.keys)) for s in SHORTCUTS)


def test_changes_stay_when_the_preset_changes(keymap: Keymap) -> None:
    keymap.set_keys("pick", ("R",))
    keymap.choose_preset("darktable")
    assert keymap.keys("pick") == ("R",)
    assert keymap.keys("reject") == ()
    keymap.reset("pick")
    assert keymap.keys("reject") == ("R",)


def test_the_keys_as_the_preset_has_them_are_no_change(keymap: Keymap) -> None:
    keymap.set_keys("pick", ("O",))
    keymap.set_keys("pick", ("P",))
    assert not keymap.has_changes


def test_a_local_action_keeps_its_standard_key_and_nothing_else_gets_it(keymap: Keymap) -> None:
    keymap.set_keys("take_out", ("F8",))
    assert keymap.keys("take_out") == ("Del", "Backspace", "F8")
    assert keymap.own_keys("take_out") == ("F8",)
    keymap.set_keys("pick", ("Delete", "P"))
    assert keymap.keys("pick") == ("P",)
    assert keymap.fixed("Delete") == "take_out"
    assert keymap.fixed("P") is None


def test_shift_and_a_judging_key_goes_on_unless_it_means_something_else(keymap: Keymap) -> None:
    assert keymap.going_on("pick") == ("Shift+P",)
    assert keymap.going_on("purple") == ("Ctrl+Shift+9",)
    assert keymap.going_on("undo") == ()
    keymap.set_keys("board", ("Shift+P",))
    assert keymap.going_on("pick") == ()


# -- remembering -------------------------------------------------------------------------------------------


def test_changes_are_there_again_the_next_time(keymap: Keymap, settings: Settings, tmp_path: Path) -> None:
    keymap.choose_preset("photo_mechanic")
    keymap.set_keys("undo", ("Ctrl+Z", "F9"))
    assert settings.save()
    again = Keymap(Settings(tmp_path))
    assert again.preset == "photo_mechanic"
    assert again.keys("undo") == ("Ctrl+Z", "F9")
    assert {s.id: again.keys(s.id) for s in SHORTCUTS} == {s.id: keymap.keys(s.id) for s in SHORTCUTS}


@pytest.mark.parametrize(
    "kept",
    [
        "lightroom",
        [],
        None,
        {"preset": 3, "own": []},
        {
            "preset": "vi",
            "own": {"pick": "P", "nobody": ["A"], "reject": [1, None, "", "Ctrl", "Bogus+Q", "A, B"]},
        },
    ],
)
def test_what_is_damaged_in_the_settings_is_ignored(kept: object, tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "window.json").write_text(json.dumps({KEPT_AS: kept}))
    keymap = Keymap(Settings(tmp_path))
    assert keymap.preset == "lightroom"
    assert keymap.keys("pick") == ("P",)
    assert twice(keymap) == []


def test_two_changes_by_hand_to_one_key_leave_it_with_the_first(tmp_path: Path, qapp: QApplication) -> None:
    own = {"reject": ["Q"], "pick": ["Q", "Escape"]}
    (tmp_path / "window.json").write_text(json.dumps({KEPT_AS: {"preset": "lightroom", "own": own}}))
    keymap = Keymap(Settings(tmp_path))
    assert keymap.keys("pick") == ("Q",)
    assert keymap.keys("reject") == ()


# -- key presses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "modifiers", "text"),
    [
        (Key.Key_P, Qt.KeyboardModifier.ShiftModifier, "Shift+P"),
        (Key.Key_Question, Qt.KeyboardModifier.ShiftModifier, "?"),  # Shift+/ here, Shift+ß elsewhere
        (Key.Key_1, Qt.KeyboardModifier.ShiftModifier, "1"),  # a French keyboard needs Shift for digits
        (Key.Key_Backslash, Qt.KeyboardModifier.GroupSwitchModifier, "\\"),  # AltGr on a German one
        (Key.Key_BracketLeft, Qt.KeyboardModifier.NoModifier, "["),
        (Key.Key_F5, Qt.KeyboardModifier.ShiftModifier, "Shift+F5"),
        (Key.Key_7, Qt.KeyboardModifier.KeypadModifier, "7"),
        (Key.Key_Odiaeresis, Qt.KeyboardModifier.NoModifier, "Ö"),
        (Key.Key_Comma, Qt.KeyboardModifier.ControlModifier, "Ctrl+,"),
        (Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier, ""),
        (Key.Key_CapsLock, Qt.KeyboardModifier.NoModifier, ""),
    ],
)
def test_a_key_press_is_told_by_its_sign(key: Qt.Key, modifiers: Qt.KeyboardModifier, text: str) -> None:
    assert of_event(QKeyCombination(modifiers, key)) == text
    assert normal(text) == text


# -- in the window -----------------------------------------------------------------------------------------


def test_menus_and_tooltips_follow(desktop: Desktop) -> None:
    window = desktop.window
    assert window.area.toolbar.board.toolTip() == "Show the board  (B)"
    window.keymap.set_keys("board", ("F7",))
    assert window.area.toolbar.board.toolTip() == "Show the board  (F7)"
    assert window.actions_.actions["board"].shortcuts() == [QKeySequence("F7")]
    window.keymap.set_keys("board", ())
    assert window.area.toolbar.board.toolTip() == "Show the board"
    window.keymap.choose_preset("darktable")
    assert window.actions_.actions["reject"].shortcuts() == [QKeySequence("R")]
    assert window.actions_.advancing["reject"].shortcuts() == [QKeySequence("Shift+R")]


def test_the_new_key_works_at_once_and_after_a_restart(
    desktop: Desktop, open_window: Callable[[Path], Desktop], qtbot: QtBot
) -> None:
    desktop.window.keymap.set_keys("pick", ("Q",))
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_P, Key.Key_Q)
    qtbot.waitUntil(lambda: judged(desktop) == {"scene0_0.jpg": (0, "pick", None)})
    close(qtbot, desktop)
    again = open_window(desktop.folder)
    qtbot.waitUntil(lambda: len(again.window.board.columns_in_sight()) == 4)
    select(again, "scene0_1.jpg")
    press(qtbot, Key.Key_Q)
    qtbot.waitUntil(lambda: judged(again).get("scene0_1.jpg") == (0, "pick", None))


def test_a_letter_given_to_anything_is_still_text_in_a_field(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.window.keymap.set_keys("reject", ("Q", "Shift+W", "!"))
    select(desktop, "scene0_0.jpg")
    search = desktop.window.area.toolbar.search
    search.setFocus()
    qtbot.keyClicks(search, "qQW!")
    assert search.text() == "qQW!"
    assert judged(desktop) == {}


def test_a_key_of_ones_own_does_what_the_list_does(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.keymap.set_keys("next_photo", (".",))
    window.keymap.set_keys("open_photo", ("F8",))
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_Period)
    first = window.area.current_photo_id()
    assert first is not None
    assert desktop.session.snapshot.photos[first].path.endswith("scene0_1.jpg")
    press(qtbot, Key.Key_F8)
    assert window.area.stack.currentWidget() is window.area.loupe
    press(qtbot, Key.Key_Period)
    assert window.area.current_photo_id() != first
    press(qtbot, Key.Key_Left)  # the standard key goes on working
    assert window.area.current_photo_id() == first


def test_space_in_a_preset_leaves_buttons_alone(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.window.keymap.choose_preset("fastrawviewer")
    button = desktop.window.area.toolbar.grid
    button.setFocus()
    qtbot.keyClick(button, Key.Key_Space)
    assert desktop.window.area.view == "grid"


def test_no_widget_reads_default_keys() -> None:
    """Whoever shows a key asks the keymap."""
    may = {"shortcuts.py", "keymap.py", "key_presets.py"}
    reads = re.compile(r"shortcut\([^)]*\)\.keys|Shortcut\(")
    found = {path.name for path in VIEWS.rglob("*.py") if reads.search(path.read_text(encoding="utf-8"))}
    assert found <= may


@pytest.mark.parametrize("name", PRESETS)
def test_everything_can_be_reached_in_every_preset(desktop: Desktop, name: str) -> None:
    window = desktop.window
    window.keymap.choose_preset(name)
    shown = set(menu_actions(window.menuBar()))
    for identifier in GLOBAL:
        action = window.actions_.actions[identifier]
        assert action in shown or action.shortcuts(), identifier
    assert shortcut("pick").local is False
