"""One column split or merged, one single moved, from menus and by key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.views.main_window import MainWindow
from tests.views.conftest import PATIENCE_MS, key_of_label, layout_of, select, shown
from tests.views.test_granularity import MOMENTS_SHOWN, desktop, nested  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def _no_popups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)  # which the offscreen platform has not


def entry(qtbot: QtBot, window: MainWindow, beginning: str) -> QAction:
    """The entry of that beginning, as soon as the menu has it."""

    def found() -> QAction | None:
        actions = (a for menu in window.board.findChildren(QMenu) for a in menu.actions())
        return next((a for a in actions if a.text().startswith(beginning)), None)

    qtbot.waitUntil(lambda: found() is not None, timeout=PATIENCE_MS)
    action = found()
    assert action is not None
    return action


def test_a_column_splits_by_its_menu_and_comes_back(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    key = key_of_label(window, "Group 1")
    window.board.column_menu_wanted.emit(key, QPoint(10, 10))
    entry(qtbot, window, "Split into").trigger()
    qtbot.waitUntil(
        lambda: list(shown(window)) == ["Group 1", "Group 3", "Group 2", "Ungrouped"], timeout=PATIENCE_MS
    )
    assert shown(window)["Group 2"] == MOMENTS_SHOWN["Group 2"]
    qtbot.waitUntil(lambda: "2 photos stand beside it" in window.messages.text.text(), timeout=PATIENCE_MS)
    window.messages.action.click()
    qtbot.waitUntil(lambda: shown(window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)


def test_the_menu_names_the_nearest_column(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    window.board.column_menu_wanted.emit(key_of_label(window, "Group 1"), QPoint(10, 10))
    entry(qtbot, window, "Merge with its nearest: Group 2").trigger()
    everything = [*MOMENTS_SHOWN["Group 1"], *MOMENTS_SHOWN["Group 2"]]
    qtbot.waitUntil(
        lambda: layout_of(desktop) == {"Group 1": everything, "Ungrouped": ["12"]}, timeout=PATIENCE_MS
    )


def test_keys_split_merge_and_move_singles(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    select(window, "03")
    window.board.focus_photos()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window, Qt.Key.Key_S, both)
    qtbot.waitUntil(lambda: len(layout_of(desktop)) == 4, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(shown(window)) == 4, timeout=PATIENCE_MS)
    qtbot.keyClick(window, Qt.Key.Key_M, both)
    qtbot.waitUntil(lambda: len(layout_of(desktop)) == 3, timeout=PATIENCE_MS)
    select(window, "12")
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: layout_of(desktop)["Ungrouped"] == [], timeout=PATIENCE_MS)
    assert any("12" in names for names in layout_of(desktop).values())


def test_a_single_is_offered_the_column_nearest_to_it(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    select(window, "12")
    window.board.photos_menu_wanted.emit(QPoint(10, 10))
    entry(qtbot, window, "Move to nearest column: Group").trigger()
    qtbot.waitUntil(lambda: layout_of(desktop)["Ungrouped"] == [], timeout=PATIENCE_MS)
    assert "12" in layout_of(desktop)["Group 1"] + layout_of(desktop)["Group 2"]


def test_what_cannot_be_done_is_said(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    window.relatives.split(None)
    assert "Go to the column" in window.messages.text.text()
    window.relatives.move_nearest([])
    assert "Select the photos" in window.messages.text.text()
    assert desktop.library is not None
    desktop.library.write(lambda t: t.connection.execute("UPDATE projects SET grouping = '{}'") and None)
    window.relatives.split(key_of_label(window, "Group 1"))
    qtbot.waitUntil(lambda: "never grouped" in window.messages.text.text(), timeout=PATIENCE_MS)
