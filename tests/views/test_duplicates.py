"""The review of duplicates in a real window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.judge import rate_photos
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.find_duplicates import find_duplicates
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.views.duplicates.review import ReviewDialog

PATIENCE_MS = 20_000


@pytest.fixture
def shoot(tmp_path: Path, make_jpeg: Callable[..., Path]) -> Path:
    """A file twice, a picture in two files, and three photos of their own."""
    for seed in range(1, 6):
        make_jpeg(f"shoot/{seed}.jpg", seed=seed, size=(360, 240))
    shutil.copy(tmp_path / "shoot/1.jpg", tmp_path / "shoot/1 copy.jpg")
    with Image.open(tmp_path / "shoot/2.jpg") as image:
        image.save(tmp_path / "shoot/2 same.png")
    return tmp_path / "shoot"


@pytest.fixture
def desktop(
    open_window: Callable[..., Desktop], tmp_path: Path, shoot: Path, qtbot: QtBot, trash: Path
) -> Desktop:
    with Library.open(tmp_path / "library") as library:
        project_id = create_project(library, name="Shoot").id
        import_photos(library, project_id=project_id, paths=[shoot])
        (second,) = [p.id for p in project_photos(library, project_id) if p.path.endswith("2.jpg")]
        rate_photos(library, project_id=project_id, photo_ids=[second], rating=3)
    opened = open_window(tmp_path / "library", "Shoot")
    qtbot.waitUntil(lambda: len(opened.session.snapshot.order) == 6, timeout=PATIENCE_MS)
    return opened


def review(desktop: Desktop, qtbot: QtBot) -> ReviewDialog:
    desktop.duplicates.actions[0].trigger()
    qtbot.waitUntil(lambda: desktop.duplicates.dialog is not None, timeout=PATIENCE_MS)
    dialog = desktop.duplicates.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible, timeout=PATIENCE_MS)
    return dialog


def test_the_marked_copy_stays_and_the_other_goes(
    desktop: Desktop, qtbot: QtBot, shoot: Path, trash: Path
) -> None:
    dialog = review(desktop, qtbot)
    assert [each.kind for each in dialog.decisions.sets] == ["exact", "pixels"]
    assert "the same file" in dialog.title.text().lower()
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    assert dialog.at == 1
    assert dialog.cards[dialog.decisions.keepers[1]].keeps.isChecked()
    assert any("Suggested: picked, or with more stars" in card.why.text() for card in dialog.cards)
    first = dialog.decisions.keepers[1]
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.decisions.keepers[1] != first  # the stars had spoken for the other
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert (dialog.decisions.fate, dialog.at) == ({1: "merge"}, 0)
    before = {path.name for path in shoot.iterdir()}
    qtbot.mouseClick(dialog.settle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.really.isVisible, timeout=PATIENCE_MS)
    assert "Move 1 file of 1 set" in dialog.summary.text()
    assert {path.name for path in shoot.iterdir()} == before
    qtbot.mouseClick(dialog.really, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.order) == 5, timeout=PATIENCE_MS)
    assert before - {path.name for path in shoot.iterdir()} == {"2.jpg"}
    stars = {Path(p.path).name: p.rating for p in desktop.session.snapshot.photos.values()}
    assert stars["2 same.png"] == 3
    qtbot.waitUntil(lambda: not desktop.centre.busy, timeout=PATIENCE_MS)


def test_keeping_all_is_remembered(desktop: Desktop, qtbot: QtBot, shoot: Path) -> None:
    dialog = review(desktop, qtbot)
    before = sorted(shoot.iterdir())
    for _ in range(2):
        qtbot.mouseClick(dialog.keep_all, Qt.MouseButton.LeftButton)
    assert dialog.decisions.fate == {0: "kept", 1: "kept"}
    assert not dialog.settle.isEnabled()
    library, project_id = desktop.library, desktop.session.project_id
    assert library is not None
    qtbot.waitUntil(lambda: find_duplicates(library, project_id=project_id) == [], timeout=PATIENCE_MS)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: desktop.duplicates.dialog is None, timeout=PATIENCE_MS)
    assert sorted(shoot.iterdir()) == before
    desktop.duplicates.actions[1].trigger()
    messages = desktop.window.messages
    qtbot.waitUntil(lambda: "no duplicates" in messages.text.text(), timeout=PATIENCE_MS)
    assert desktop.duplicates.dialog is None
