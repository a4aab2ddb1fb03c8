"""Changing keys in the dialog, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from pixsort_desktop.app import Desktop
from pixsort_desktop.views.keys.dialog import KeyDialog
from pixsort_desktop.views.keys.shortcuts import SHORTCUTS, shortcut
from pixsort_desktop.views.main_window import MainWindow

Key = Qt.Key


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> Iterator[KeyDialog]:
    window.actions_.actions["change_keys"].trigger()
    found = window.findChild(KeyDialog)
    assert found is not None
    qtbot.waitUntil(found.isVisible)
    yield found
    if isValid(found):
        found.close()


def go_to(dialog: KeyDialog, qtbot: QtBot, words: str) -> None:
    """As one does: search, and down into the table."""
    dialog.search.setFocus()
    dialog.search.clear()
    qtbot.keyClicks(dialog.search, words)
    qtbot.keyClick(dialog.search, Key.Key_Down)
    assert dialog.table.hasFocus()


def visible(dialog: KeyDialog) -> list[str]:
    return [dialog._items[s.id].text(0) for s in SHORTCUTS if not dialog._items[s.id].isHidden()]


def test_search_finds_actions_and_keys(dialog: KeyDialog, qtbot: QtBot) -> None:
    assert len(visible(dialog)) == len(SHORTCUTS)
    qtbot.keyClicks(dialog.search, "reject FLAG")
    assert visible(dialog) == ["Flag as reject"]
    dialog.search.setText("ctrl+z")
    assert "Undo" in visible(dialog)
    dialog.search.setText("nothing of the kind")
    assert visible(dialog) == []
    assert not dialog.change.isEnabled()


def test_a_key_is_changed_by_pressing_it(dialog: KeyDialog, window: MainWindow, qtbot: QtBot) -> None:
    go_to(dialog, qtbot, "flag as pick")
    qtbot.keyClick(dialog.table, Key.Key_Return)
    assert QApplication.focusWidget() is dialog.capture
    qtbot.keyClick(dialog.capture, Key.Key_Q)
    assert window.keymap.keys("pick") == ("Q",)
    assert dialog._items["pick"].text(1) == "Q"
    assert dialog._items["pick"].text(2) == "changed"
    assert dialog.sentence.text() == "«Flag as pick» has Q now."
    dialog.add.click()
    qtbot.keyClick(dialog.capture, Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    assert window.keymap.keys("pick") == ("Q", "Ctrl+F9")
    qtbot.keyClick(dialog.table, Key.Key_Delete)
    assert window.keymap.keys("pick") == ()
    dialog.reset.click()
    assert window.keymap.keys("pick") == ("P",)


def test_escape_gives_up_and_changes_nothing(dialog: KeyDialog, window: MainWindow, qtbot: QtBot) -> None:
    go_to(dialog, qtbot, "flag as pick")
    qtbot.keyClick(dialog.table, Key.Key_Return)
    qtbot.keyClick(dialog.capture, Key.Key_Shift)  # on the way to Shift+something
    assert dialog.capture.waiting
    qtbot.keyClick(dialog.capture, Key.Key_Escape)
    assert not dialog.capture.waiting
    assert dialog.isVisible()
    assert window.keymap.keys("pick") == ("P",)
    assert dialog.table.hasFocus()
    qtbot.keyClick(dialog.table, Key.Key_Return)
    qtbot.mouseClick(dialog.search, Qt.MouseButton.LeftButton)
    dialog.search.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not dialog.capture.waiting
    assert not window.keymap.has_changes


@pytest.mark.parametrize("answer", ["take", "leave", "escape"])
def test_a_conflict_is_told_and_decided(
    dialog: KeyDialog, window: MainWindow, qtbot: QtBot, answer: str
) -> None:
    go_to(dialog, qtbot, "flag as reject")
    qtbot.keyClick(dialog.table, Key.Key_Return)
    qtbot.keyClick(dialog.capture, Key.Key_P)
    assert dialog.sentence.text() == "The key P is also «Flag as pick»: it will lose it."
    assert dialog.take.isVisible()
    assert window.keymap.keys("reject") == ("X",)
    focus = QApplication.focusWidget()
    assert focus is dialog.take
    if answer == "take":
        qtbot.keyClick(focus, Key.Key_Return)
    elif answer == "leave":
        qtbot.keyClick(focus, Key.Key_Tab)
        assert QApplication.focusWidget() is dialog.leave
        qtbot.keyClick(dialog.leave, Key.Key_Space)
    else:
        qtbot.keyClick(focus, Key.Key_Escape)
    taken = answer == "take"
    assert window.keymap.keys("reject") == (("P",) if taken else ("X",))
    assert window.keymap.keys("pick") == (() if taken else ("P",))
    assert dialog.isVisible()
    assert not dialog.take.isVisible()


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_Return, Key.Key_Right, Key.Key_Tab])
def test_keys_that_lists_and_fields_need_cannot_be_given_away(
    dialog: KeyDialog, window: MainWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    go_to(dialog, qtbot, "flag as pick")
    qtbot.keyClick(dialog.table, Key.Key_Return)
    QApplication.sendEvent(
        dialog.capture, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    )
    assert "choose another key" in dialog.sentence.text()
    assert not dialog.take.isVisible()
    assert window.keymap.keys("pick") == ("P",)


def test_the_dialog_says_that_standard_keys_go_on(
    dialog: KeyDialog, window: MainWindow, qtbot: QtBot
) -> None:
    go_to(dialog, qtbot, "leave the large photo")
    assert "Esc always goes on working" in dialog.about.text()
    assert not dialog.remove.isEnabled()
    qtbot.keyClick(dialog.table, Key.Key_Return)
    qtbot.keyClick(dialog.capture, Key.Key_F8)
    assert window.keymap.keys("clear_selection") == ("Esc", "F8")
    assert dialog.remove.isEnabled()


def test_a_key_that_went_on_with_shift_says_that_it_no_longer_does(dialog: KeyDialog, qtbot: QtBot) -> None:
    go_to(dialog, qtbot, "show the board")
    qtbot.keyClick(dialog.table, Key.Key_Return)
    qtbot.keyClick(dialog.capture, Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert "no longer does «Flag as pick» and goes on" in dialog.sentence.text()


def test_a_preset_is_chosen_at_the_top(dialog: KeyDialog, window: MainWindow, qtbot: QtBot) -> None:
    window.keymap.set_keys("pick", ("Q",))
    dialog.preset.setFocus()
    qtbot.keyClick(dialog.preset, Key.Key_End)
    assert window.keymap.preset == "fastrawviewer"
    assert "Your own changes are kept" in dialog.sentence.text()
    assert dialog._items["stars_1"].text(1) == "1 or Alt+1"
    dialog.reset_all.click()
    assert window.keymap.keys("pick") == ("P",)
    assert not dialog.reset_all.isEnabled()


def test_tab_leads_through_the_whole_dialog(dialog: KeyDialog, qtbot: QtBot) -> None:
    dialog.search.setFocus()
    seen = []
    for _ in range(12):
        focus = QApplication.focusWidget()
        seen.append(focus)
        qtbot.keyClick(focus, Key.Key_Tab)
    assert {
        dialog.search,
        dialog.table,
        dialog.change,
        dialog.add,
        dialog.close_button,
        dialog.preset,
    } <= set(seen)


def test_the_keyboard_is_with_the_photos_again(dialog: KeyDialog, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog.search, Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(KeyDialog) is None)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    assert window.board.isAncestorOf(QApplication.focusWidget())


def test_text_at_200_per_cent_fits(window: MainWindow, qtbot: QtBot) -> None:
    window.set_text_size(200)
    window.change_keys()
    dialog = window.findChild(KeyDialog)
    assert dialog is not None
    dialog.capture_key(adding=False)
    qtbot.wait(50)
    assert dialog.height() <= dialog.screen().availableSize().height()
    for button in dialog.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()), button.text()
    assert dialog.capture.height() >= dialog.capture.heightForWidth(dialog.capture.width())
    dialog.close()
    window.set_text_size(100)


# -- the overlay -------------------------------------------------------------------------------------------


def test_the_overlay_shows_the_keys_in_use(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.keymap.choose_preset("darktable")
    window.keymap.set_keys("undo", ("F9",))
    qtbot.keyClick(window, Key.Key_Question)
    told = window.keys.accessibleDescription()
    assert all(s.does in told and window.keymap.shown(s.id) in told for s in SHORTCUTS)
    assert f"F9: {shortcut('undo').does}" in told
    assert window.keys.title.text() == "Keys · darktable, changed"
    qtbot.keyClick(window.keys, Key.Key_Escape)
    assert not window.keys.isVisible()


@pytest.mark.parametrize("size", [(1500, 1000), (900, 620), (640, 420)])
def test_the_overlay_fits_the_window_and_scrolls(
    desktop: Desktop, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window = desktop.window
    window.resize(*size)
    qtbot.wait(20)
    window.keys_wanted()
    assert window.centralWidget().rect().contains(window.keys.geometry())
    scroll = window.keys.findChild(QScrollArea)
    assert scroll is not None
    bar = scroll.verticalScrollBar()
    qtbot.wait(20)
    if bar.maximum():
        qtbot.keyClick(window.keys, Key.Key_PageDown)
        assert bar.value() > 0
    for label in scroll.widget().findChildren(QLabel):
        right = label.mapTo(scroll.widget(), QPoint(label.width(), 0)).x()
        assert right <= scroll.widget().width()
        assert label.height() >= label.heightForWidth(label.width()), label.text()


@pytest.mark.parametrize("size", [(1440, 900), (1280, 900)])
def test_all_keys_are_seen_at_once_in_a_window_of_usual_size(
    desktop: Desktop, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window = desktop.window
    window.resize(*size)
    qtbot.wait(20)
    window.keys_wanted()
    scroll = window.keys.findChild(QScrollArea)
    assert scroll is not None
    qtbot.wait(20)
    assert scroll.verticalScrollBar().maximum() == 0
    heads = [label.text() for label in scroll.widget().findChildren(QLabel) if label.font().bold()]
    assert sorted(heads) == sorted({each.section for each in SHORTCUTS})


def test_enter_leads_from_the_overlay_to_the_dialog(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.keys_wanted()
    qtbot.keyClick(window.keys, Key.Key_Return)
    assert not window.keys.isVisible()
    dialog = window.findChild(KeyDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    dialog.close()
