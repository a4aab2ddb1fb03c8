"""Going on after a judgement: by Shift, by Caps Lock, by the menu; on board and grid, in the loupe, under a filter."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.library.filters import Filter
from pixsort_desktop.settings import Settings
from pixsort_desktop.views.keys.caps_lock import LOCK_BITS, X11_LOCK, CapsLock
from pixsort_desktop.views.keys.shortcuts import JUDGING
from pixsort_desktop.views.memory import Memory

from .test_judging import judged, select

Key = Qt.Key
SHIFT, PLAIN = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
LOCK = LOCK_BITS.get(sys.platform, X11_LOCK)


def key(code: Qt.Key, modifiers: Qt.KeyboardModifier, text: str, native: int = 0) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.ShortcutOverride, int(code), modifiers, 10, 0, native, text)


def here(desktop: Desktop) -> str:
    """The file name of the current photo."""
    photo_id = desktop.window.area.current_photo_id()
    return desktop.session.snapshot.photos[photo_id].path.rpartition("/")[2] if photo_id is not None else ""


def chosen(desktop: Desktop) -> list[str]:
    """The file names of what a key would judge next."""
    return [photo.path.rpartition("/")[2] for photo in desktop.window.area.judged()]


def press(qtbot: QtBot, code: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    qtbot.keyClick(QApplication.focusWidget(), code, modifiers)


@pytest.fixture
def undecided_only(desktop: Desktop, qtbot: QtBot) -> None:
    """A filter shows only photos that are undecided."""
    desktop.session.set_filter(Filter(undecided=True))
    qtbot.waitUntil(lambda: desktop.session.snapshot.showing.filter.undecided)


# -- Caps Lock ---------------------------------------------------------------------------------------------


def test_caps_lock_is_told_by_native_modifiers_and_by_the_case_of_letters(qapp: QApplication) -> None:
    lock = CapsLock()
    for event, state in (
        (key(Key.Key_1, PLAIN, "1"), False),
        (key(Key.Key_1, PLAIN, "1", LOCK), True),
        (key(Key.Key_CapsLock, PLAIN, ""), True),  # before or after: systems differ, so it is not asked
        (key(Key.Key_1, PLAIN, "1"), False),
        (key(Key.Key_P, PLAIN, "P"), True),
        (key(Key.Key_P, PLAIN, "p"), False),
        (key(Key.Key_P, SHIFT, "P"), False),
        (key(Key.Key_P, SHIFT, "p"), True),
        (key(Key.Key_Right, PLAIN, ""), False),
    ):
        lock.note(event)
        assert lock.on is state, (event.key(), event.text())


def test_a_platform_without_native_modifiers_tells_by_letters_alone(qapp: QApplication) -> None:
    lock = CapsLock()
    lock.note(key(Key.Key_P, PLAIN, "P"))
    lock.note(key(Key.Key_1, PLAIN, "1"))
    assert lock.on
    lock.note(key(Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "\x1a"))
    assert lock.on
    lock.note(key(Key.Key_X, PLAIN, "x"))
    assert not lock.on


def test_the_window_notes_it_before_a_shortcut_acts(desktop: Desktop) -> None:
    select(desktop, "scene0_0.jpg")
    focus = QApplication.focusWidget()
    assert focus is not desktop.window
    QApplication.sendEvent(focus, key(Key.Key_3, PLAIN, "3", LOCK))
    assert desktop.window.caps_lock.on
    QApplication.sendEvent(focus, key(Key.Key_3, PLAIN, "3"))
    assert not desktop.window.caps_lock.on


# -- going on ----------------------------------------------------------------------------------------------


def test_shift_judges_and_goes_on_across_columns(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_2.jpg")
    press(qtbot, Key.Key_4, SHIFT)
    assert here(desktop) == "scene0_3.jpg"
    press(qtbot, Key.Key_X, SHIFT)
    assert here(desktop) == "scene1_0.jpg"  # the first of the next column
    press(qtbot, Key.Key_8, SHIFT)
    press(qtbot, Key.Key_P)  # without Shift it stays
    assert here(desktop) == "scene1_1.jpg"
    qtbot.waitUntil(
        lambda: (
            judged(desktop)
            == {
                "scene0_2.jpg": (4, None, None),
                "scene0_3.jpg": (0, "reject", None),
                "scene1_0.jpg": (0, None, "green"),
                "scene1_1.jpg": (0, "pick", None),
            }
        )
    )
    assert chosen(desktop) == ["scene1_1.jpg"]


def test_with_several_photos_it_goes_to_the_one_after_the_last(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.window.area.show_view("grid")
    select(desktop, "scene0_3.jpg", "scene0_0.jpg", "scene0_1.jpg")
    press(qtbot, Key.Key_2, SHIFT)
    assert chosen(desktop) == ["scene1_0.jpg"]
    qtbot.waitUntil(lambda: len(judged(desktop)) == 3)
    assert chosen(desktop) == ["scene1_0.jpg"]


def test_caps_lock_goes_on(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    QApplication.sendEvent(QApplication.focusWidget(), key(Key.Key_P, PLAIN, "P", LOCK))
    desktop.window.actions_.actions["pick"].trigger()
    assert here(desktop) == "scene0_1.jpg"
    QApplication.sendEvent(QApplication.focusWidget(), key(Key.Key_P, PLAIN, "p"))
    desktop.window.actions_.actions["pick"].trigger()
    assert here(desktop) == "scene0_1.jpg"


def test_the_menu_entry_goes_on_and_is_remembered(desktop: Desktop, qtbot: QtBot) -> None:
    entry = desktop.window.actions_.actions["go_on"]
    assert entry.isCheckable()
    assert not entry.isChecked()
    entry.trigger()
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_5)
    assert here(desktop) == "scene0_1.jpg"
    desktop.window.memory.save()
    assert Memory(Settings(desktop.folder)).go_on
    entry.trigger()
    press(qtbot, Key.Key_5)
    assert here(desktop) == "scene0_1.jpg"


def test_the_large_photo_goes_on_too(desktop: Desktop, qtbot: QtBot) -> None:
    area = desktop.window.area
    select(desktop, "scene0_3.jpg")
    press(qtbot, Key.Key_Return)
    press(qtbot, Key.Key_5, SHIFT)
    assert area.stack.currentWidget() is area.loupe
    assert here(desktop) == "scene1_0.jpg"
    qtbot.waitUntil(lambda: judged(desktop) == {"scene0_3.jpg": (5, None, None)})


def test_the_whole_screen_goes_on_too(desktop: Desktop, qtbot: QtBot) -> None:
    """It is a window of its own: Caps Lock is noted there, and the user's own keys for arrows work."""
    window = desktop.window
    window.keymap.set_keys("previous_photo", (",",))
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_E)
    press(qtbot, Key.Key_F)
    whole = window.area.loupe.whole
    assert whole is not None
    whole.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is whole)
    QApplication.sendEvent(whole, key(Key.Key_P, PLAIN, "P", LOCK))
    assert window.caps_lock.on
    press(qtbot, Key.Key_4, SHIFT)
    assert here(desktop) == "scene0_1.jpg"
    press(qtbot, Key.Key_Comma)
    assert here(desktop) == "scene0_0.jpg"


def test_at_the_end_it_stays_and_says_so(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene2_2.jpg")
    press(qtbot, Key.Key_1, SHIFT)
    assert here(desktop) == "scene2_2.jpg"
    assert "last photo" in desktop.window.messages.text.text()


def test_a_key_held_down_judges_one_photo(desktop: Desktop) -> None:
    """Qt repeats an action while its key is held, unless told otherwise: a row of photos would be rejected."""
    actions = desktop.window.actions_
    judging = [*actions.advancing.values(), *(actions.actions[i] for i in JUDGING)]
    assert [action.text() for action in judging if action.autoRepeat()] == []
    assert actions.actions["larger"].autoRepeat()


# -- under a filter ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["board", "grid"])
@pytest.mark.parametrize("modifiers", [SHIFT, PLAIN])
def test_when_the_judged_photo_goes_out_of_sight_the_next_one_is_current(
    undecided_only: None, desktop: Desktop, qtbot: QtBot, view: str, modifiers: Qt.KeyboardModifier
) -> None:
    """Whether one goes on or not: not the first photo, and not two further."""
    area = desktop.window.area
    area.show_view(view)
    select(desktop, "scene0_1.jpg")
    for expected in ("scene0_2.jpg", "scene0_3.jpg", "scene1_0.jpg"):
        left = len(area.sequence())
        press(qtbot, Key.Key_P, modifiers)
        qtbot.waitUntil(lambda left=left: len(area.sequence()) == left - 1)  # type: ignore[misc]
        qtbot.wait(60)
        assert chosen(desktop) == [expected]
        assert here(desktop) == expected
    assert len(judged(desktop)) == 3


def test_fast_keys_judge_every_photo_once(undecided_only: None, desktop: Desktop, qtbot: QtBot) -> None:
    """Faster than the window reads the library: nothing is left out, nothing judged twice."""
    area = desktop.window.area
    select(desktop, "scene0_0.jpg")
    for number in range(9):
        press(qtbot, Key.Key_X if number % 2 else Key.Key_P, SHIFT)
    qtbot.waitUntil(lambda: len(judged(desktop)) == 9)
    flags = [flag for _, (_, flag, _) in sorted(judged(desktop).items())]
    assert flags == ["pick", "reject"] * 4 + ["pick"]
    qtbot.waitUntil(lambda: len(area.sequence()) == 1)
    assert chosen(desktop) == ["scene2_2.jpg"]


def test_after_the_last_photo_the_nearest_before_it_is_current(
    undecided_only: None, desktop: Desktop, qtbot: QtBot
) -> None:
    select(desktop, "scene2_2.jpg")
    press(qtbot, Key.Key_X, SHIFT)
    qtbot.waitUntil(lambda: chosen(desktop) == ["scene2_1.jpg"])


def test_the_large_photo_stays_until_one_goes_on(
    undecided_only: None, desktop: Desktop, qtbot: QtBot
) -> None:
    """Whoever did not ask to go on sees what they have judged."""
    area = desktop.window.area
    select(desktop, "scene0_3.jpg")
    press(qtbot, Key.Key_Return)
    press(qtbot, Key.Key_X)
    qtbot.waitUntil(lambda: len(area.sequence()) == 9)
    assert here(desktop) == "scene0_3.jpg"
    press(qtbot, Key.Key_Right)
    assert here(desktop) == "scene1_0.jpg"
    press(qtbot, Key.Key_X, SHIFT)
    assert here(desktop) == "scene1_1.jpg"
    qtbot.waitUntil(lambda: len(area.sequence()) == 8)
    qtbot.wait(60)
    assert here(desktop) == "scene1_1.jpg"
    assert area.stack.currentWidget() is area.loupe


def test_several_that_go_out_of_sight_together(undecided_only: None, desktop: Desktop, qtbot: QtBot) -> None:
    """The one that follows the current photo takes over; with Shift, the one that follows the last."""
    select(desktop, "scene0_0.jpg", "scene0_1.jpg", "scene1_1.jpg")
    press(qtbot, Key.Key_P)
    qtbot.waitUntil(lambda: len(judged(desktop)) == 3)
    qtbot.waitUntil(lambda: chosen(desktop) == ["scene0_2.jpg"])
    select(desktop, "scene0_2.jpg", "scene1_0.jpg")
    press(qtbot, Key.Key_P, SHIFT)
    qtbot.waitUntil(lambda: chosen(desktop) == ["scene1_2.jpg"])


def test_whoever_moves_on_meanwhile_is_left_alone(
    undecided_only: None, desktop: Desktop, qtbot: QtBot
) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_P)
    select(desktop, "scene1_2.jpg")
    qtbot.waitUntil(lambda: len(desktop.window.area.sequence()) == 9)
    qtbot.wait(60)
    assert chosen(desktop) == ["scene1_2.jpg"]
