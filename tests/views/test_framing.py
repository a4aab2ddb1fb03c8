"""Frames in the window: the badge, the files in the details, split and join by keys and menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.records import Companion, Photo
from pixsort_desktop.views import framing, presence, words
from pixsort_desktop.views.loupe.info import info_lines
from tests.frame_files import write_jpeg, write_pairs
from tests.views.conftest import PATIENCE_MS


@pytest.fixture
def desktop(open_window: Callable[[Path], Desktop], tmp_path: Path, qtbot: QtBot) -> Desktop:
    """A window on two pairs and a JPEG alone, in the grid."""
    write_pairs(tmp_path / "shoot", 2)
    write_jpeg(tmp_path / "shoot" / "IMG_0003.JPG", 3, 9)
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="Trip")
        import_photos(library, project_id=project.id, paths=[tmp_path / "shoot"])
    opened = open_window(tmp_path / "library")
    qtbot.waitUntil(lambda: len(opened.session.snapshot.order) == 3, timeout=PATIENCE_MS)
    opened.window.area.show_view("grid")
    return opened


def names(desktop: Desktop) -> list[str]:
    snapshot = desktop.session.snapshot
    return [words.file_name(snapshot.photos[i]) for i in snapshot.order]


def choose(desktop: Desktop, *wanted: str) -> list[int]:
    photos = desktop.session.snapshot.photos
    ids = [i for i in desktop.session.snapshot.order if words.file_name(photos[i]) in wanted]
    desktop.window.grid.select_ids(ids)
    return ids


def test_split_and_join_by_their_keys(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    choose(desktop, "IMG_0001.JPG")
    qtbot.waitUntil(lambda: "IMG_0001.DNG" in facts(desktop))
    qtbot.keyClick(
        window.grid, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    qtbot.waitUntil(lambda: len(names(desktop)) == 4, timeout=PATIENCE_MS)
    assert names(desktop) == ["IMG_0001.DNG", "IMG_0001.JPG", "IMG_0002.JPG", "IMG_0003.JPG"]
    assert "IMG_0001.DNG" not in facts(desktop)
    choose(desktop, "IMG_0001.DNG", "IMG_0001.JPG", "IMG_0003.JPG")
    qtbot.keyClick(
        window.grid, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    qtbot.waitUntil(lambda: names(desktop) == ["IMG_0001.JPG", "IMG_0002.JPG"], timeout=PATIENCE_MS)
    assert window.messages.isVisible()
    desktop.session.undo()
    qtbot.waitUntil(lambda: len(names(desktop)) == 4, timeout=PATIENCE_MS)
    desktop.session.undo()
    qtbot.waitUntil(lambda: len(names(desktop)) == 3, timeout=PATIENCE_MS)


def facts(desktop: Desktop) -> str:
    return "\n".join(value.text() for _, value in desktop.window.panel._lines if value.isVisible()).replace(
        "\u200b", ""
    )


def test_what_cannot_be_split_or_joined_is_said(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    choose(desktop, "IMG_0003.JPG")
    window.actions_.actions["split_frame"].trigger()
    assert "several files" in window.messages.text.text()
    window.actions_.actions["join_frame"].trigger()
    assert "two photos or more" in window.messages.text.text()
    assert len(names(desktop)) == 3


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_offers_what_can_be_done(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window

    def offered(*wanted: str) -> set[str]:
        ids = choose(desktop, *wanted)
        window.organiser.photos_menu(ids, QPoint(50, 50), on_board=False)
        menu = next(menu for menu in window.board.findChildren(QMenu) if menu.isVisible())
        found = {action.text() for action in menu.actions()}
        menu.close()
        return found & {"Join as one frame", "Split frame"}

    assert offered("IMG_0001.JPG") == {"Split frame"}
    assert offered("IMG_0003.JPG") == set()
    assert offered("IMG_0001.JPG", "IMG_0003.JPG") == {"Join as one frame", "Split frame"}


def test_a_tile_wears_its_badge(desktop: Desktop) -> None:
    photos = {words.file_name(photo): photo for photo in desktop.session.snapshot.photos.values()}
    assert framing.badge(photos["IMG_0001.JPG"]) == "R+J"
    assert framing.badge(photos["IMG_0003.JPG"]) == ""

    def inked(photo: Photo, width: int) -> bool:
        image = QImage(width, 100, QImage.Format.Format_RGB32)
        image.fill(0x336699)
        blank = image.copy()
        painter = QPainter(image)
        framing.paint_badge(painter, QRect(0, 0, width, 100), photo, beside=16)
        painter.end()
        return image != blank

    assert inked(photos["IMG_0001.JPG"], 160)
    assert inked(photos["IMG_0001.JPG"], 48)
    assert not inked(photos["IMG_0003.JPG"], 160)


def test_every_file_of_a_frame_is_told() -> None:
    raw, edited = Companion(2, "/a/IMG_1.CR2", "RAW"), Companion(3, "/b/IMG_1-Edit.jpg", "JPEG")
    photo = Photo(1, "x", "ready", None, "/a/IMG_1.JPG", "JPEG", companions=(raw, edited))
    assert framing.badge(photo) == "R+2J"
    assert ("Files", "IMG_1.JPG\nIMG_1.CR2\n/b/IMG_1-Edit.jpg") in words.facts(photo)
    assert info_lines(photo, "", "full")[-1] == "IMG_1.JPG + IMG_1.CR2 + /b/IMG_1-Edit.jpg"
    assert "frame of 3 files" in words.spoken(photo)
    assert "IMG_1.CR2" in words.tooltip(photo)
    presence.show({2: "missing"})
    try:
        assert presence.note(photo) == "Missing: /a/IMG_1.CR2"
    finally:
        presence.show({})
