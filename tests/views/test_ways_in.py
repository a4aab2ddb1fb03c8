"""The other ways in, as a user meets them: the copy dialog, a dropped Takeout, a watched folder, absent files."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.app_ways_in import example
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.views import presence
from pixsort_desktop.views.ways_in.copy_dialog import CopyDialog
from pixsort_desktop.views.ways_in.desk import WaysIn
from tests.views.conftest import PATIENCE_MS, drag_over, files


@pytest.fixture
def ways(desktop: Desktop, qtbot: QtBot) -> WaysIn:
    qtbot.waitUntil(lambda: desktop.ways_in.functions is not None, timeout=PATIENCE_MS)
    return desktop.ways_in


def paths(desktop: Desktop) -> list[str]:
    assert desktop.library is not None
    assert desktop.session.project_id is not None
    return [photo.path for photo in project_photos(desktop.library, desktop.session.project_id)]


@pytest.fixture
def card(shoot: Path, tmp_path: Path) -> Path:
    """Photos that the library does not have yet."""
    for path in sorted(shoot.glob("scene0*.jpg")):
        target = tmp_path / "card/DCIM/100K" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes() + b"another")
    return tmp_path / "card"


def open_dialog(ways: WaysIn, qtbot: QtBot) -> CopyDialog:
    ways.actions["copy"].trigger()
    assert ways.dialog is not None
    return ways.dialog


def test_a_card_is_previewed_copied_and_imported(
    ways: WaysIn,
    desktop: Desktop,
    qtbot: QtBot,
    card: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []  # the grouping that follows says its own sentence soon after
    tell = desktop.window.messages.tell
    monkeypatch.setattr(
        desktop.window.messages,
        "tell",
        lambda sentence, *more: (told.append(sentence), tell(sentence, *more)),
    )
    dialog = open_dialog(ways, qtbot)
    assert not dialog.start.isEnabled()
    dialog.begin_with(str(card), [str(tmp_path / "one"), str(tmp_path / "two")], "{date}/{model}/{name}")
    assert "2024-05-01/Canon EOS R5/IMG_0042.CR3" in dialog.shown_example.text()
    qtbot.waitUntil(dialog.start.isEnabled, timeout=PATIENCE_MS)
    assert dialog.model.rowCount() == 4
    shown = [dialog.model.data(dialog.model.index(0, column)) for column in range(3)]
    assert shown == ["DCIM/100K/scene0_0.jpg", "2024-05-01/K0/scene0_0.jpg", "new"]
    assert dialog.summary.text().startswith("4 files, ")
    assert dialog.summary.text().endswith(" KB to copy.")
    assert not (tmp_path / "one").exists()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(paths(desktop)) == 14, timeout=PATIENCE_MS)
    for folder in ("one", "two"):
        assert len(list((tmp_path / folder / "2024-05-01/K0").glob("*.jpg"))) == 4
    qtbot.waitUntil(lambda: "4 files copied and verified." in told, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: ways.dialog is None, timeout=PATIENCE_MS)
    again = open_dialog(ways, qtbot)
    assert (again.source.currentText(), again.template.text()) == (str(card), "{date}/{model}/{name}")
    assert again.folders == [str(tmp_path / "one"), str(tmp_path / "two")]
    qtbot.waitUntil(lambda: again.plan is not None, timeout=PATIENCE_MS)
    assert "4 there already" in again.summary.text()
    again.reject()


def test_what_cannot_be_copied_is_said_in_the_dialog(
    ways: WaysIn, qtbot: QtBot, card: Path, tmp_path: Path
) -> None:
    dialog = open_dialog(ways, qtbot)
    dialog.begin_with(str(card), [str(card / "x")], "{name}")
    qtbot.waitUntil(lambda: "lie in each other" in dialog.summary.text(), timeout=PATIENCE_MS)
    dialog.template.setText("{colour}/{name}")
    assert "no field «{colour}»" in dialog.shown_example.text()
    dialog.template.setText("{name}")
    dialog.first.setText(str(tmp_path / "one"))
    qtbot.waitUntil(dialog.start.isEnabled, timeout=PATIENCE_MS)
    dialog.source.setEditText(str(tmp_path / "gone"))
    assert not dialog.start.isEnabled()
    qtbot.waitUntil(lambda: "no folder" in dialog.summary.text(), timeout=PATIENCE_MS)
    dialog.reject()


def test_cards_that_are_plugged_in_are_offered(ways: WaysIn, qtbot: QtBot) -> None:
    dialog = open_dialog(ways, qtbot)
    dialog.begin_with("/old", [], "{name}")
    dialog.offer_cards(["/media/CARD", "/media/OTHER"])
    assert dialog.source.currentText() == "/media/CARD"
    dialog.source.setEditText("/media/OTHER")
    dialog.offer_cards(["/media/CARD", "/media/OTHER"])
    assert dialog.source.currentText() == "/media/OTHER"
    dialog.offer_cards([])
    assert dialog.source.currentText() == "/media/OTHER"
    dialog.reject()


def test_the_example_refuses_what_the_copy_would_refuse() -> None:
    with pytest.raises(PixsortError):
        example("{nothing}")


def test_a_dropped_takeout_is_recognised_and_offered(
    ways: WaysIn, desktop: Desktop, qtbot: QtBot, card: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "takeout-001.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.write(card / "DCIM/100K/scene0_0.jpg", "Takeout/Google Photos/Photos from 2019/a.jpg")
        opened.writestr(
            "Takeout/Google Photos/Photos from 2019/a.jpg.supplemental-metadata.json",
            json.dumps({"title": "a.jpg", "photoTakenTime": {"timestamp": "1"}, "people": [{"name": "Ann"}]}),
        )
    window = desktop.window
    drag_over(window, window.rect().center(), files(archive), drop=True)
    qtbot.waitUntil(lambda: "Google Takeout" in window.messages.text.text(), timeout=PATIENCE_MS)
    qtbot.mouseClick(window.messages.action, Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "originals"))
    dialog.reject()
    qtbot.waitUntil(lambda: len(paths(desktop)) == 11, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: (
            [p.archive_people for p in window.session.snapshot.photos.values() if p.archive_people]
            == [("Ann",)]
        ),
        timeout=PATIENCE_MS,
    )
    assert (tmp_path / "originals/Takeout/Google Photos/Photos from 2019/a.jpg").is_file()


def test_a_folder_that_only_sounds_like_one_is_imported_as_ever(
    ways: WaysIn, desktop: Desktop, qtbot: QtBot, card: Path
) -> None:
    renamed = card.rename(card.with_name("takeout food"))
    drag_over(desktop.window, desktop.window.rect().center(), files(renamed), drop=True)
    qtbot.waitUntil(lambda: len(paths(desktop)) == 14, timeout=PATIENCE_MS)


def test_a_watched_folder_shows_its_state_and_can_be_stopped(
    ways: WaysIn, desktop: Desktop, qtbot: QtBot, card: Path, tmp_path: Path
) -> None:
    (tmp_path / "tether").mkdir()
    assert not ways.bar.isVisible()
    ways.watch(str(tmp_path / "tether"))
    assert ways.bar.isVisible()
    assert "«Trip»" in ways.bar.text.accessibleName()
    shutil.copy(card / "DCIM/100K/scene0_1.jpg", tmp_path / "tether/new.jpg")
    qtbot.waitUntil(lambda: len(paths(desktop)) == 11, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "1 photo came in" in ways.bar.text.accessibleName(), timeout=PATIENCE_MS)
    qtbot.mouseClick(ways.bar.stop, Qt.MouseButton.LeftButton)
    assert not ways.bar.isVisible()
    qtbot.waitUntil(lambda: ways.wait(0), timeout=PATIENCE_MS)
    shutil.copy(card / "DCIM/100K/scene0_2.jpg", tmp_path / "tether/later.jpg")
    assert len(paths(desktop)) == 11
    assert desktop.settings.get("watched", {}) == {str(desktop.session.project_id): str(tmp_path / "tether")}


def test_photos_whose_files_are_gone_are_marked_and_found_again(
    ways: WaysIn, desktop: Desktop, qtbot: QtBot, tmp_path: Path, card: Path
) -> None:
    window = desktop.window
    window.intake.add(desktop.session.project_id, [str(card)])
    qtbot.waitUntil(lambda: len(window.session.snapshot.photos) == 14, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not desktop.centre.busy, timeout=PATIENCE_MS)
    (photo,) = [
        p for p in window.session.snapshot.photos.values() if p.path.endswith("card/DCIM/100K/scene0_3.jpg")
    ]
    assert presence.absent(photo.id) == ""
    card.rename(tmp_path / "moved")
    ways.look()
    qtbot.waitUntil(lambda: presence.absent(photo.id) == "missing", timeout=PATIENCE_MS)
    window.panel.show_photos([photo], photo)
    assert "Locate missing" in window.panel.note.text()
    ways.locate(str(tmp_path / "moved"))
    qtbot.waitUntil(lambda: presence.absent(photo.id) == "", timeout=PATIENCE_MS)
    assert str(tmp_path / "moved/DCIM/100K/scene0_3.jpg") in paths(desktop)
    qtbot.waitUntil(lambda: "Found 4 of 4" in window.messages.text.text(), timeout=PATIENCE_MS)


def test_nothing_is_lost_of_the_menus(ways: WaysIn, desktop: Desktop) -> None:
    titles = [action.text() for action in desktop.window.menuBar().actions()]
    assert titles.index("&Project") < titles.index("&View")
    assert all(action.isEnabled() for action in ways.actions.values())
    assert isinstance(QApplication.instance(), QApplication)
