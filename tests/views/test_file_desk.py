"""To the trash, to a folder and back, from the window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.judge import flag_photos
from pixsort_desktop.commands.organise import move_to_new_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from tests.views.conftest import PATIENCE_MS, layout_of, select, shown

pytestmark = pytest.mark.usefixtures("trash")


@pytest.fixture
def card(shoot: Path, tmp_path: Path) -> Path:
    """A copy of the first seven photos in two columns, of which two are rejected."""
    folder = tmp_path / "card"
    folder.mkdir()
    for path in sorted(shoot.iterdir())[:7]:
        shutil.copy(path, folder)
    (folder / "scene0_1.xmp").write_text("<x/>")
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="Trip").id
        import_photos(library, project_id=project, paths=[folder])
        ids = [photo.id for photo in project_photos(library, project)]
        move_to_new_group(library, project_id=project, photo_ids=ids[:4], label="Coast")
        move_to_new_group(library, project_id=project, photo_ids=ids[4:], label="Forest")
        flag_photos(library, project_id=project, photo_ids=ids[1:3], flag="reject")
    return folder


@pytest.fixture
def desktop(card: Path, open_window: Callable[[Path], Desktop], tmp_path: Path, qtbot: QtBot) -> Desktop:
    opened = open_window(tmp_path / "library")
    qtbot.waitUntil(lambda: len(opened.session.snapshot.photos) == 7, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(opened.window.board.columns_in_sight()) >= 2, timeout=PATIENCE_MS)
    return opened


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def says(desktop: Desktop, qtbot: QtBot, words: str) -> str:
    messages = desktop.window.messages
    qtbot.waitUntil(lambda: messages.isVisible() and words in messages.text.text(), timeout=PATIENCE_MS)
    return messages.text.text()


def test_rejects_go_after_a_question_and_undo_brings_them_back(
    desktop: Desktop, card: Path, trash: Path, qtbot: QtBot
) -> None:
    window, before, on_disk = desktop.window, layout_of(desktop), names(card)
    window.area.focus_photos()
    window.actions_.actions["trash_rejects"].trigger()
    told = says(desktop, qtbot, "to the trash")
    assert told.startswith("Move 2 photos to the trash (3 files, ")
    assert names(card) == on_disk
    assert QApplication.focusWidget() is window.messages.more[0]  # «Keep them»
    window.messages.action.click()
    told = says(desktop, qtbot, "in the trash now")
    assert told.startswith("2 photos are in the trash now (")
    assert names(trash / "files") == {"scene0_1.jpg", "scene0_1.xmp", "scene0_2.jpg"}
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.photos) == 5, timeout=PATIENCE_MS)
    assert shown(window)["Coast"] == ["scene0_0", "scene0_3"]
    undo = window.actions_.actions["undo"]
    qtbot.waitUntil(lambda: undo.text() == "Undo move 2 photos to the trash", timeout=PATIENCE_MS)
    undo.trigger()
    says(desktop, qtbot, "Undone: Move 2 photos to the trash")
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.photos) == 7, timeout=PATIENCE_MS)
    assert names(card) == on_disk
    assert layout_of(desktop) == before


def test_keeping_them_touches_nothing(desktop: Desktop, card: Path, qtbot: QtBot) -> None:
    window, on_disk = desktop.window, names(card)
    window.board.select_ids([])
    window.actions_.actions["trash"].trigger()
    says(desktop, qtbot, "Select the photos")
    select(window, "scene0_0")
    window.area.focus_photos()
    qtbot.keyClick(window, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    says(desktop, qtbot, "Move 1 photo to the trash")
    window.messages.more[0].click()
    assert not window.messages.isVisible()
    assert names(card) == on_disk
    assert not desktop.centre.busy


def test_moving_to_a_folder_and_back(desktop: Desktop, card: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window, on_disk = desktop.window, names(card)
    ids = select(window, "scene0_1", "scene1_0")
    window.files.move(ids, str(card / "Rejected"))
    says(desktop, qtbot, "2 photos are in «Rejected» now")
    assert names(card / "Rejected") == {"scene0_1.jpg", "scene0_1.xmp", "scene1_0.jpg"}
    qtbot.waitUntil(lambda: "Rejected" in desktop.session.snapshot.photos[ids[0]].path, timeout=PATIENCE_MS)
    window.messages.action.click()
    says(desktop, qtbot, "Undone: Move 2 photos to «Rejected»")
    assert names(card) == on_disk


def test_copying_to_a_folder_and_what_cannot_be_copied(
    desktop: Desktop, card: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = desktop.window
    ids = select(window, "scene0_1", "scene1_0")
    window.files.copy(ids, str(tmp_path / "client"))
    says(desktop, qtbot, "3 files copied to «client» and verified.")
    assert names(tmp_path / "client") == {"scene0_1.jpg", "scene0_1.xmp", "scene1_0.jpg"}
    (card / "scene1_0.jpg").unlink()
    window.files.copy(ids, str(tmp_path / "again"))
    says(desktop, qtbot, "1 photo failed, scene1_0.jpg first: ")


def test_the_menu_of_a_photo_offers_it(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)  # which the offscreen platform has not
    window = desktop.window
    select(window, "scene0_1")
    window.board.photos_menu_wanted.emit(window.mapToGlobal(window.rect().center()))
    menu = next(
        menu
        for menu in window.board.findChildren(QMenu)
        if any(a.text() == "Show large" for a in menu.actions())
    )
    labels = [action.text() for action in menu.actions()]
    assert {"Copy to folder …", "Move to folder …", "Move to the trash …"} <= set(labels)
    next(action for action in menu.actions() if action.text() == "Move to the trash …").trigger()
    says(desktop, qtbot, "Move 1 photo to the trash (2 files")
