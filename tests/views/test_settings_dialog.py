"""The settings: read in a worker, checked before anything is kept, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.jobs.cache import cache_limit
from pixsort_desktop.photo import limits
from pixsort_desktop.views.settings_dialog import SettingsDialog
from tests.views.conftest import PATIENCE_MS


def opened(desktop: Desktop, qtbot: QtBot) -> SettingsDialog:
    desktop.window.actions_.actions["settings"].trigger()
    dialog = desktop.settings_desk.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.save.isEnabled, timeout=PATIENCE_MS)
    return dialog


def closed(desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desktop.settings_desk.dialog is None, timeout=PATIENCE_MS)


def test_limits_are_shown_checked_and_kept(desktop: Desktop, qtbot: QtBot) -> None:
    library = desktop.library
    assert library is not None
    before = limits.memory_limit()
    try:
        dialog = opened(desktop, qtbot)
        assert (dialog.cache.text(), dialog.memory.text()) == ("10 GB", "2 GB")
        assert "thumbnails take" in dialog.used.text()
        dialog.cache.setText("plenty")
        dialog.memory.setText("3 GB")
        qtbot.keyClick(dialog.cache, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "is no size" in dialog.message.text(), timeout=PATIENCE_MS)
        assert limits.memory_limit() == before  # both, or none
        dialog.cache.setText("4GB")
        qtbot.keyClick(dialog.memory, Qt.Key.Key_Return)
        closed(desktop, qtbot)
        assert (cache_limit(library), limits.memory_limit()) == (4_000_000_000, 3_000_000_000)
        again = opened(desktop, qtbot)
        assert (again.cache.text(), again.memory.text()) == ("4 GB", "3 GB")
        again.cache.setText("5 GB")
        qtbot.keyClick(again.cache, Qt.Key.Key_Escape)
        closed(desktop, qtbot)
        assert cache_limit(library) == 4_000_000_000
    finally:
        limits.set_memory_limit(before)


def test_the_cache_is_emptied_by_keyboard(desktop: Desktop, sorted_library: Path, qtbot: QtBot) -> None:
    dialog = opened(desktop, qtbot)
    dialog.empty.setFocus()
    qtbot.keyClick(dialog.empty, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Removed" in dialog.used.text(), timeout=PATIENCE_MS)
    assert dialog.empty.isEnabled()
    assert dialog.message.isHidden()
    assert not list((sorted_library / "thumbnails").rglob("*.jpg"))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    closed(desktop, qtbot)
    assert QApplication.activeModalWidget() is None
