"""The keyboard and what it judges: never something that is not seen, never nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import delete_project, remove_photos
from pixsort_desktop.library.filters import Filter
from pixsort_desktop.views import words
from pixsort_desktop.views.photos_area import PhotosArea
from tests.views.conftest import layout_of
from tests.views.test_compare import active, frames
from tests.views.test_judging import judged, press, select

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def settled(desktop: Desktop, qtbot: QtBot, condition: Callable[[], bool] = lambda: True) -> None:
    session = desktop.session
    qtbot.waitUntil(lambda: session.settled and not session.queries.busy and condition())


def show_undecided(desktop: Desktop, qtbot: QtBot, left: int) -> None:
    desktop.session.set_filter(replace(Filter(), undecided=True))
    qtbot.waitUntil(lambda: desktop.session.snapshot.showing.filter.undecided)
    assert len(desktop.window.area.sequence()) == left


def in_photos(area: PhotosArea) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (area.stack.currentWidget() is focus or area.stack.isAncestorOf(focus))


def test_what_a_filter_took_away_is_not_judged_unseen(desktop: Desktop, qtbot: QtBot) -> None:
    area = desktop.window.area
    select(desktop, *(f"scene{s}_{f}.jpg" for s, n in ((0, 4), (1, 3), (2, 2)) for f in range(n)))
    press(qtbot, Key.Key_P)
    settled(desktop, qtbot, lambda: len(judged(desktop)) == 9)
    show_undecided(desktop, qtbot, 1)
    select(desktop, "scene2_2.jpg")
    press(qtbot, Key.Key_E, Key.Key_P)
    qtbot.waitUntil(lambda: area.stack.currentWidget() is area.empty)
    assert in_photos(area)
    assert desktop.window.projects.isVisible()
    press(qtbot, Key.Key_X, Key.Key_5)
    settled(desktop, qtbot)
    assert judged(desktop)["scene2_2.jpg"] == (0, "pick", None)
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_L, CTRL)
    qtbot.waitUntil(lambda: area.stack.currentWidget() is desktop.window.board)
    assert in_photos(area)


@pytest.mark.parametrize("key", [Key.Key_E, Key.Key_C])
def test_a_project_deleted_under_a_large_photo_leaves_the_list_of_projects(
    desktop: Desktop, qtbot: QtBot, key: Qt.Key
) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, key)
    project_id = desktop.session.project_id
    assert project_id is not None
    desktop.session.do(lambda library: delete_project(library, project_id=project_id))
    qtbot.waitUntil(lambda: desktop.window.area.stack.currentWidget() is desktop.window.area.empty)
    assert desktop.window.projects.isVisible()
    assert in_photos(desktop.window.area)


def test_side_by_side_a_removed_frame_makes_room_and_the_last_answer_stays(
    desktop: Desktop, qtbot: QtBot
) -> None:
    compare, project_id = desktop.window.area.compare, desktop.session.project_id
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_C)
    photo = compare.photo
    assert photo is not None
    assert project_id is not None
    gone = photo.id
    desktop.session.do(lambda library: remove_photos(library, project_id=project_id, photo_ids=[gone]))
    qtbot.waitUntil(lambda: frames(desktop) == ["scene0_0.jpg", "scene0_2.jpg"])
    press(qtbot, Key.Key_X, Key.Key_X, Key.Key_X)
    settled(desktop, qtbot, lambda: len(judged(desktop)) == 3)
    assert compare.isVisible()
    assert compare.done.isVisible()
    press(qtbot, Key.Key_P)  # about nobody
    settled(desktop, qtbot)
    assert {flag for _, flag, _ in judged(desktop).values()} == {"reject"}
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: frames(desktop) == ["scene0_0.jpg"])


def test_under_a_filter_too_an_undone_judgement_brings_the_candidate_back(
    desktop: Desktop, qtbot: QtBot
) -> None:
    show_undecided(desktop, qtbot, 10)
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_C, Key.Key_X)
    qtbot.waitUntil(lambda: len(desktop.window.area.sequence()) == 9)
    assert active(desktop) == "scene0_2.jpg"
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Z, CTRL)
    photos = desktop.session.snapshot.photos
    waiting = desktop.window.area.compare.contest.waiting
    qtbot.waitUntil(lambda: [words.file_name(photos[i]) for i in waiting()][:1] == ["scene0_1.jpg"])


def test_renaming_from_a_large_photo_is_seen(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_E, Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    assert editor.isVisible()
    press(qtbot, Key.Key_Escape)
    assert "Coast" in layout_of(desktop)


def test_f6_passes_over_what_is_hidden(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_E, Key.Key_F6)
    assert QApplication.focusWidget() is desktop.window.area.loupe
    press(qtbot, Key.Key_Escape)
    assert desktop.window.area.stack.currentWidget() is desktop.window.board


@pytest.mark.parametrize("view", ["board", "grid"])
def test_a_rejected_cover_gives_way_to_the_next_frame_of_its_stack(
    desktop: Desktop, qtbot: QtBot, view: str
) -> None:
    desktop.window.area.show_view(view)
    desktop.session.toggle_all_stacks()
    qtbot.waitUntil(lambda: len(desktop.window.area.sequence()) == 4)
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_X)
    photos = desktop.session.snapshot.photos

    def here() -> str:
        photo_id = desktop.window.area.current_photo_id()
        return words.file_name(photos[photo_id]) if photo_id is not None else ""

    qtbot.waitUntil(lambda: here() == "scene0_1.jpg")
    assert [words.file_name(photo) for photo in desktop.window.area.judged()] == ["scene0_1.jpg"]


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Escape])
def test_the_keyboard_comes_back_from_a_message(desktop: Desktop, qtbot: QtBot, key: Qt.Key) -> None:
    area = desktop.window.area
    select(desktop, "scene0_0.jpg")
    area.messages.tell("Something was done.", "Undo", lambda: None)
    area.messages.action.setFocus()
    press(qtbot, key)
    assert not area.messages.isVisible()
    assert in_photos(area)


def test_a_judgement_of_nothing_says_so(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_Escape, Key.Key_P)
    assert "Select the photos to judge first" in desktop.window.messages.text.text()
    assert judged(desktop) == {}


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Key.Key_C, Qt.KeyboardModifier.NoModifier),
        (Key.Key_K, Qt.KeyboardModifier.NoModifier),
        (Key.Key_M, Qt.KeyboardModifier.NoModifier),
        (Key.Key_F, CTRL),
        (Key.Key_Backslash, Qt.KeyboardModifier.NoModifier),
        (Key.Key_F1, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_what_is_shown_in_the_window_leaves_the_whole_screen(
    desktop: Desktop, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    loupe = desktop.window.area.loupe
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_E, Key.Key_F)
    assert loupe.whole is not None
    qtbot.keyClick(loupe.whole, key, modifiers)
    assert loupe.whole is None
    assert loupe.stage.window() is desktop.window


def test_the_keyboard_comes_back_from_keys_and_grouping(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    for opened in (window.keys_wanted, window.toggle_grouping):
        select(desktop, "scene0_0.jpg")
        photos = QApplication.focusWidget()
        opened()
        assert QApplication.focusWidget() is not photos
        press(qtbot, Key.Key_Escape)
        assert QApplication.focusWidget() is photos
