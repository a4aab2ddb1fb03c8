"""The camera clock panel: from the menus and the key, with one photo and with two of the same moment."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.library.clocks import clock_shifts
from pixsort_desktop.views import words
from tests.views.conftest import select

Key = Qt.Key
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def order(desktop: Desktop) -> list[str]:
    snapshot = desktop.session.snapshot
    return [words.file_name(snapshot.photos[i]) for i in snapshot.order]


def ask(desktop: Desktop, qtbot: QtBot, *names: str) -> None:
    select(desktop.window, *names)
    desktop.window.area.focus_photos()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_T, KEYS)
    qtbot.waitUntil(desktop.window.clocks.panel.isVisible)


def test_a_shift_is_typed_applied_and_taken_back(desktop: Desktop, qtbot: QtBot) -> None:
    ask(desktop, qtbot, "scene2_0")
    panel = desktop.window.clocks.panel
    assert panel.camera.currentText() == "Kamera K2 (3 photos)"
    assert not panel.reason.isVisible()
    qtbot.keyClicks(panel.length, "10 d")
    assert panel.effect.text() == "Its first photo: 3 May 2024, 12:00:00, sorted as 23 April 2024, 12:00:00."
    qtbot.keyClick(panel.length, Key.Key_Return)
    qtbot.waitUntil(lambda: order(desktop)[0] == "scene2_0.jpg")
    assert not panel.isVisible()
    assert desktop.library is not None
    assert clock_shifts(desktop.library, 1) == {("Kamera", "K2", ""): -864000.0}
    photo = next(p for p in desktop.session.snapshot.photos.values() if p.path.endswith("scene2_0.jpg"))
    assert ("Clock", "set back 10 d in this project") in words.facts(photo)
    assert photo.taken_at == "2024-05-03T12:00:00"
    desktop.session.undo()
    qtbot.waitUntil(lambda: order(desktop)[0] == "scene0_0.jpg")


def test_two_photos_of_one_moment(desktop: Desktop, qtbot: QtBot) -> None:
    ask(desktop, qtbot, "scene0_1", "scene1_0")
    panel = desktop.window.clocks.panel
    assert "show the same moment" in panel.reason.text()
    assert panel.camera.count() == 2
    panel.camera.setCurrentIndex(1)
    assert (panel.length.text(), panel.side.currentText()) == ("23 h 59 min 59 s", "ahead")
    panel.camera.setCurrentIndex(0)
    assert panel.side.currentText() == "behind"
    panel.camera.setCurrentIndex(1)
    qtbot.mouseClick(panel.apply, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: order(desktop)[:3] == ["scene0_0.jpg", "scene0_1.jpg", "scene1_0.jpg"])


def test_nonsense_is_told_and_escape_leaves(desktop: Desktop, qtbot: QtBot) -> None:
    ask(desktop, qtbot, "scene0_0")
    panel = desktop.window.clocks.panel
    qtbot.keyClicks(panel.length, "soon")
    assert "no length of time" in panel.effect.text()
    assert not panel.apply.isEnabled()
    qtbot.keyClick(panel.length, Key.Key_Return)
    assert panel.isVisible()
    qtbot.keyClick(panel.length, Key.Key_Escape)
    assert not panel.isVisible()
    assert desktop.library is not None
    assert clock_shifts(desktop.library, 1) == {}


def test_what_is_asked_of_one_project_is_not_answered_for_another(desktop: Desktop, qtbot: QtBot) -> None:
    """A folder that is dropped on the list opens its project and leaves the keyboard where it is."""
    assert desktop.library is not None
    other = create_project(desktop.library, name="Other")
    ask(desktop, qtbot, "scene2_0")
    desktop.session.open_project(other.id)
    assert not desktop.window.clocks.panel.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of menus without a display
def test_the_menus_lead_there(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    ids = select(window, "scene0_0", "scene1_0")
    window.organiser.photos_menu(ids, window.rect().center(), on_board=True)
    choose(qtbot, "These show the same moment …")
    qtbot.waitUntil(window.clocks.panel.isVisible)
    assert window.clocks.panel.camera.count() == 2
    window.clocks.panel.leave()
    window.project_desk.show_menu(1, window.rect().center())
    choose(qtbot, "Camera clocks …")
    qtbot.waitUntil(window.clocks.panel.isVisible)
    assert window.clocks.panel.camera.count() == 3


def choose(qtbot: QtBot, title: str) -> None:
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text() == title)
    menu.close()
    action.trigger()
