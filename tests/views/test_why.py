"""«Why are these together?»: asked by key and by menu, and the column taken apart at its weakest link."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.why.dialog import LINK, WhyDialog
from tests.views.conftest import PATIENCE_MS, key_of_label, layout_of, select, shown
from tests.views.test_granularity import MOMENTS_SHOWN, desktop, nested  # noqa: F401 - fixtures
from tests.views.test_relatives import _no_popups, entry  # noqa: F401 - a fixture


def asked(qtbot: QtBot, window: MainWindow) -> WhyDialog:
    """The dialog, as soon as it is there."""
    qtbot.waitUntil(lambda: window.relatives.why.dialog is not None, timeout=PATIENCE_MS)
    dialog = window.relatives.why.dialog
    assert dialog is not None
    return dialog


def names(window: MainWindow, dialog: WhyDialog) -> list[str]:
    """Of the two photos of the marked link."""
    link, photos = dialog.list.currentIndex().data(LINK), window.session.snapshot.photos
    return [Path(photos[i].path).stem for i in (link.one, link.other)]


def test_the_key_shows_the_chain_between_two_photos(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    select(window, "00", "05")
    window.board.focus_photos()
    qtbot.keyClick(window, Qt.Key.Key_W)
    dialog = asked(qtbot, window)
    assert dialog.title.text() == "Why are these together?"
    assert "the weakest shows likely the same scene." in dialog.summary.text()
    assert "Likely the same scene (79%)" in dialog.verdict.text()
    assert dialog.list.hasFocus() or dialog.list.currentIndex().isValid()
    first = dialog.model.index(0)
    dialog.list.setCurrentIndex(first)
    assert "00" in names(window, dialog)
    qtbot.waitUntil(lambda: "detail" in dialog.facts.text(), timeout=PATIENCE_MS)
    dialog.reject()
    assert window.relatives.why.dialog is None


def test_a_column_is_parted_at_its_weakest_link_and_comes_back(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    window.board.column_menu_wanted.emit(key_of_label(window, "Group 1"), QPoint(10, 10))
    entry(qtbot, window, "Why are these together?").trigger()
    dialog = asked(qtbot, window)
    assert dialog.model.rowCount() == 5
    assert dialog.model.is_weakest(dialog.list.currentIndex().row())
    one, other = names(window, dialog)
    dialog.part.click()
    qtbot.waitUntil(lambda: len(shown(window)) == 4, timeout=PATIENCE_MS)
    homes = {name: label for label, members in layout_of(desktop).items() for name in members}
    assert homes[one] != homes[other]
    qtbot.waitUntil(lambda: "Parted «Group 1»" in window.messages.text.text(), timeout=PATIENCE_MS)
    window.messages.action.click()
    qtbot.waitUntil(lambda: shown(window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)


def test_photos_of_two_columns_are_told_why_they_are_apart(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    select(window, "00", "11")
    window.board.photos_menu_wanted.emit(QPoint(10, 10))
    entry(qtbot, window, "Why are these apart?").trigger()
    dialog = asked(qtbot, window)
    assert dialog.title.text() == "Why are these apart?"
    assert dialog.part.isHidden()
    assert "Group 2" in dialog.summary.text()


def test_what_cannot_be_told_is_said_in_the_bar(desktop: Desktop, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    window.organiser.new_column(select(window, "12"), None, "Alone")
    qtbot.waitUntil(lambda: "Alone" in shown(window), timeout=PATIENCE_MS)
    window.relatives.why.ask([], key_of_label(window, "Alone"))
    qtbot.waitUntil(lambda: "one photo only" in window.messages.text.text(), timeout=PATIENCE_MS)
