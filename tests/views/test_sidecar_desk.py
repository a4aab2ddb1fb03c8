"""Sidecars and JPEGs from the window: choices, questions, and the watch for other programs."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.organise import move_to_new_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.sidecars import write_sidecars
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.photo.xmp import read_embedded, read_xmp
from pixsort_desktop.thumbnails.store import ThumbnailStore
from tests.views.conftest import menu_actions

PATIENCE_MS = 20_000


@pytest.fixture
def card(shoot: Path, tmp_path: Path) -> Path:
    """A copy of three photos; the first two are judged, in a column, and have sidecars."""
    folder = tmp_path / "card"
    folder.mkdir()
    for name in ("scene0_0.jpg", "scene0_1.jpg", "scene1_0.jpg"):
        shutil.copy(shoot / name, folder)
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="Trip").id
        import_photos(library, project_id=project, paths=[folder])
        ids = [photo.id for photo in project_photos(library, project)][:2]
        move_to_new_group(library, project_id=project, photo_ids=ids, label="Coast")
        rate_photos(library, project_id=project, photo_ids=ids, rating=3)
        write_sidecars(library, project_id=project)
    return folder


@pytest.fixture
def desk(card: Path, open_window: Callable[[Path], Desktop], tmp_path: Path, qtbot: QtBot) -> Desktop:
    return opened(open_window(tmp_path / "library"), qtbot)


def opened(desktop: Desktop, qtbot: QtBot) -> Desktop:
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.photos) == 3, timeout=PATIENCE_MS)
    rest(desktop, qtbot)
    return desktop


def rest(desktop: Desktop, qtbot: QtBot) -> None:
    """Until nothing is at work any more."""
    session = desktop.session
    qtbot.waitUntil(
        lambda: not (desktop.centre.busy or session.commands.busy or session.background.busy),
        timeout=PATIENCE_MS,
    )


def elsewhere(sidecar: Path, rating: int) -> None:
    """What another program does, a while ago."""
    text = sidecar.read_text()
    old = read_xmp(text.encode()).rating
    sidecar.write_text(text.replace(f'xmp:Rating="{old}"', f'xmp:Rating="{rating}"'))
    os.utime(sidecar, (time.time() - 100, time.time() - 100 + rating))


def come_back(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.window.sidecars._rest.stop()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    rest(desktop, qtbot)


def stars(desktop: Desktop) -> list[int]:
    assert desktop.library is not None and desktop.session.project_id is not None
    return [photo.rating for photo in project_photos(desktop.library, desktop.session.project_id)]


def entry(desktop: Desktop, title: str) -> QAction:
    return next(action for action in menu_actions(desktop.window.menuBar()) if action.text() == title)


def judge_first(desktop: Desktop, qtbot: QtBot, key: Qt.Key) -> None:
    view = desktop.window.area.shown
    first = desktop.session.snapshot.order[0]
    view.select_ids([first], first)
    desktop.window.area.focus_photos()
    qtbot.keyClick(QApplication.focusWidget(), key)


def test_what_changed_elsewhere_is_told_on_return_and_read_with_undo(
    desk: Desktop, card: Path, qtbot: QtBot
) -> None:
    messages = desk.window.messages
    come_back(desk, qtbot)
    assert not messages.isVisible()  # silent where nothing is new
    elsewhere(card / "scene0_0.xmp", 5)
    elsewhere(card / "scene0_1.xmp", 1)
    come_back(desk, qtbot)
    assert messages.text.text() == "2 sidecars changed in another program since they were read."
    messages.more[0].click()  # leave them: not asked again about the same
    come_back(desk, qtbot)
    assert not messages.isVisible()
    elsewhere(card / "scene0_1.xmp", 2)
    come_back(desk, qtbot)
    assert messages.isVisible()
    messages.action.click()
    qtbot.waitUntil(lambda: stars(desk) == [5, 2, 0], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "2 photos judged anew" in messages.text.text())
    assert messages.action.text() == "Undo"
    messages.action.click()
    qtbot.waitUntil(lambda: stars(desk) == [3, 3, 0])


def test_what_changed_while_the_window_was_closed_is_told_when_it_opens(
    card: Path, open_window: Callable[[Path], Desktop], tmp_path: Path, qtbot: QtBot
) -> None:
    elsewhere(card / "scene0_0.xmp", 5)
    desktop = opened(open_window(tmp_path / "library"), qtbot)
    assert desktop.window.messages.text.text() == "1 sidecar changed in another program since it was read."
    assert stars(desktop) == [3, 3, 0]


@pytest.mark.parametrize(
    ("answer", "ours", "theirs"), [("Keep mine", 2, 2), ("Take theirs", 5, 5), ("Leave them", 2, 5)]
)
def test_three_answers_to_a_sidecar_that_changed_meanwhile(
    desk: Desktop, card: Path, qtbot: QtBot, answer: str, ours: int, theirs: int
) -> None:
    messages = desk.window.messages
    elsewhere(card / "scene0_0.xmp", 5)
    judge_first(desk, qtbot, Qt.Key.Key_2)
    qtbot.keyClick(desk.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "was left" in messages.text.text(), timeout=PATIENCE_MS)
    buttons = {button.text(): button for button in (messages.action, *messages.more)}
    assert list(buttons) == ["Keep mine", "Take theirs", "Leave them"]
    assert read_xmp((card / "scene0_0.xmp").read_bytes()).rating == 5
    buttons[answer].click()
    rest(desk, qtbot)
    qtbot.waitUntil(lambda: stars(desk)[0] == ours, timeout=PATIENCE_MS)
    assert read_xmp((card / "scene0_0.xmp").read_bytes()).rating == theirs


def test_a_judgement_of_a_moment_ago_is_written_too(desk: Desktop, card: Path, qtbot: QtBot) -> None:
    for key, rating in ((Qt.Key.Key_1, 1), (Qt.Key.Key_4, 4), (Qt.Key.Key_5, 5)):
        judge_first(desk, qtbot, key)
        qtbot.keyClick(desk.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        rest(desk, qtbot)
        assert read_xmp((card / "scene0_0.xmp").read_bytes()).rating == rating


def test_columns_go_along_where_the_project_says_so(
    desk: Desktop, card: Path, qtbot: QtBot, open_window: Callable[[Path], Desktop], tmp_path: Path
) -> None:
    option = entry(desk, "Columns go along as keywords")
    assert option.isCheckable() and not option.isChecked()
    option.trigger()
    messages = desk.window.messages
    qtbot.waitUntil(lambda: messages.action.text() == "Write now" and messages.isVisible())
    messages.action.click()
    rest(desk, qtbot)
    qtbot.waitUntil(
        lambda: read_xmp((card / "scene0_0.xmp").read_bytes()).hierarchy == ("PixSort|Trip|Coast",)
    )
    assert not (card / "scene1_0.xmp").exists()
    again = opened(open_window(tmp_path / "library"), qtbot)
    option = entry(again, "Columns go along as keywords")
    qtbot.waitUntil(option.isChecked)


def test_jpegs_are_written_into_only_after_a_yes(
    desk: Desktop, card: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    messages = desk.window.messages
    was = {path: path.read_bytes() for path in card.glob("*.jpg")}
    ask = entry(desk, "Write into the JPEGs themselves …")
    ask.trigger()
    assert "cannot undo it" in messages.text.text() and "«Trip»" in messages.text.text()
    messages.more[0].click()
    rest(desk, qtbot)
    assert {path: path.read_bytes() for path in was} == was
    ask.trigger()
    messages.action.click()
    qtbot.waitUntil(lambda: messages.text.text().startswith("2 JPEGs written"), timeout=PATIENCE_MS)
    facts = read_embedded((card / "scene0_0.jpg").read_bytes())
    assert facts is not None and facts.rating == 3
    rest(desk, qtbot)
    qtbot.waitUntil(lambda: len(desk.session.snapshot.photos) == 3)
    shown = {photo.path: photo.sha256 for photo in desk.session.snapshot.photos.values()}
    assert len(set(shown.values())) == 3
    store = ThumbnailStore(tmp_path / "library" / "thumbnails")
    assert all(store.has(sha256 or "") for sha256 in shown.values())
