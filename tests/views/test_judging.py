"""Judging by keys, in the real window on a real library."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.photo.xmp import read_xmp

Key = Qt.Key


def judged(desktop: Desktop) -> dict[str, tuple[int, str | None, str | None]]:
    """File name -> (stars, flag, colour) of the photos that have any, read from the library."""
    assert desktop.library is not None
    assert desktop.session.project_id is not None
    photos = project_photos(desktop.library, desktop.session.project_id)
    return {
        p.path.rpartition("/")[2]: (p.rating, p.flag, p.colour)
        for p in photos
        if p.rating or p.flag or p.colour
    }


def press(qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)


def select(desktop: Desktop, *names: str) -> None:
    assert desktop.library is not None
    snapshot = desktop.session.snapshot
    ids = [i for name in names for i, p in snapshot.photos.items() if p.path.endswith(name)]
    view = desktop.window.area.shown
    view.select_ids(ids, ids[0])
    desktop.window.area.focus_photos()


def test_keys_judge_what_is_selected_and_undo_takes_it_back(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg", "scene0_1.jpg")
    press(qtbot, Key.Key_4, Key.Key_P, Key.Key_8)
    both = {"scene0_0.jpg": (4, "pick", "green"), "scene0_1.jpg": (4, "pick", "green")}
    qtbot.waitUntil(lambda: judged(desktop) == both)
    press(qtbot, Key.Key_BracketLeft, Key.Key_X)
    qtbot.waitUntil(lambda: set(judged(desktop).values()) == {(3, "reject", "green")})
    press(qtbot, Key.Key_8)
    qtbot.waitUntil(lambda: set(judged(desktop).values()) == {(3, "reject", None)})
    for _ in range(6):
        qtbot.keyClick(desktop.window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: judged(desktop) == {})


def test_the_large_photo_is_judged_alone_and_says_so(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene1_0.jpg")
    press(qtbot, Key.Key_Return)
    loupe = desktop.window.area.loupe
    qtbot.waitUntil(loupe.isVisible)
    press(qtbot, Key.Key_5)
    qtbot.waitUntil(lambda: "5 stars" in loupe.caption.text())
    press(qtbot, Key.Key_Right, Key.Key_X)
    qtbot.waitUntil(lambda: "Reject" in loupe.caption.text())
    assert judged(desktop) == {"scene1_0.jpg": (5, None, None), "scene1_1.jpg": (0, "reject", None)}


def test_a_judgement_is_told_in_words_and_painted(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    select(desktop, "scene2_0.jpg")
    before = window.area.board.grab().toImage()
    press(qtbot, Key.Key_3, Key.Key_P, Key.Key_6)
    lines = window.panel.details.widget()
    qtbot.waitUntil(
        lambda: any(
            "Pick, 3 stars, red" in label.text().replace("\u200b", "")
            for label in lines.findChildren(type(window.panel.note))
        )
    )
    qtbot.waitUntil(lambda: window.area.board.grab().toImage() != before)


def test_digits_typed_into_the_search_judge_nothing(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    search = desktop.window.area.toolbar.search
    search.setFocus()
    qtbot.keyClicks(search, "1x5")
    assert search.text() == "1x5"
    assert judged(desktop) == {}


def has_keyboard(widget: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is widget or widget.isAncestorOf(focus))


def test_the_keyboard_stays_with_the_photos_after_each_step(desktop: Desktop, qtbot: QtBot) -> None:
    """Were it to fall to the list of projects, the next Delete would be about the project."""
    window = desktop.window
    board = window.board
    select(desktop, "scene0_0.jpg")
    for name in ("City", "Brand new"):
        qtbot.keyClick(window, Key.Key_M)
        qtbot.waitUntil(window.chooser.isVisible)
        qtbot.keyClicks(window.chooser.field, name)
        qtbot.keyClick(window.chooser.field, Key.Key_Return)
        qtbot.waitUntil(lambda name=name: desktop.session.snapshot.columns and name in _labels(desktop))  # type: ignore[misc]
        qtbot.wait(100)
        assert has_keyboard(board), QApplication.focusWidget()
    qtbot.keyClick(window, Key.Key_M)
    qtbot.keyClick(window.chooser.field, Key.Key_Escape)
    assert has_keyboard(board)
    press(qtbot, Key.Key_Delete)
    qtbot.wait(300)
    assert has_keyboard(board)
    press(qtbot, Key.Key_Delete)
    qtbot.wait(300)
    assert has_keyboard(board)
    assert [project.name for project in desktop.session.projects] == ["Trip"]


def _labels(desktop: Desktop) -> list[str]:
    return [column.group.label for column in desktop.session.snapshot.columns if column.group]


def test_judgements_are_written_into_sidecars_and_changes_elsewhere_are_respected(
    open_window: Callable[[Path], Desktop], shoot: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    card = Path(shutil.copytree(shoot, tmp_path / "card"))
    desktop = open_window(tmp_path / "library")
    window = desktop.window
    qtbot.waitUntil(lambda: desktop.library is not None)
    window.intake.add(None, [str(card)])
    qtbot.waitUntil(
        lambda: len(desktop.session.snapshot.columns) > 1 and not desktop.centre.busy, timeout=20_000
    )
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_4)
    qtbot.waitUntil(lambda: judged(desktop) != {})
    qtbot.keyClick(window, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    sidecar = card / "scene0_0.xmp"
    qtbot.waitUntil(lambda: sidecar.exists() and not desktop.centre.busy)
    assert read_xmp(sidecar.read_bytes()).rating == 4
    sidecar.write_bytes(sidecar.read_bytes().replace(b'"4"', b'"1"'))
    press(qtbot, Key.Key_2)
    qtbot.waitUntil(lambda: judged(desktop)["scene0_0.jpg"][0] == 2)
    window.sidecars.write(desktop.session.project_id, "lightroom")
    qtbot.waitUntil(lambda: "was left" in window.messages.text.text())
    assert read_xmp(sidecar.read_bytes()).rating == 1
    window.messages.action.click()
    qtbot.waitUntil(lambda: read_xmp(sidecar.read_bytes()).rating == 2)


def test_the_first_key_judges_the_photo_that_has_the_keyboard(desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desktop.window.board.current_id() is not None)
    press(qtbot, Key.Key_P)
    qtbot.waitUntil(lambda: judged(desktop) == {"scene0_0.jpg": (0, "pick", None)})
