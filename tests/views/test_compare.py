"""Frames side by side, in the real window: who stands there, who comes next, one zoom for all."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.views import words
from pixsort_desktop.views.compare.compare import best_columns
from tests.views.test_judging import judged, press, select

Key = Qt.Key


def frames(desktop: Desktop) -> list[str]:
    """File names of the frames side by side, as their widgets show them."""
    boxes = desktop.window.area.compare.boxes
    return [words.file_name(box.canvas.photo) for box in boxes if box.canvas.photo is not None]


def active(desktop: Desktop) -> str:
    photo = desktop.window.area.compare.photo
    return words.file_name(photo) if photo is not None else ""


def test_two_photos_of_a_column_stand_side_by_side(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_1.jpg")
    press(qtbot, Key.Key_C)
    assert desktop.window.area.compare.isVisible()
    assert frames(desktop) == ["scene0_1.jpg", "scene0_2.jpg"]
    assert active(desktop) == "scene0_2.jpg"
    press(qtbot, Key.Key_Right)
    assert frames(desktop) == ["scene0_1.jpg", "scene0_3.jpg"]
    press(qtbot, Key.Key_Escape)
    assert desktop.window.area.stack.currentWidget() is desktop.window.board
    assert desktop.window.area.current_photo_id() == desktop.window.board.current_id()
    assert QApplication.focusWidget().isAncestorOf(desktop.window.board) is False


def test_the_next_candidate_takes_the_place_of_a_judged_frame(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_C, Key.Key_X)
    qtbot.waitUntil(lambda: frames(desktop) == ["scene0_0.jpg", "scene0_2.jpg"])
    press(qtbot, Key.Key_P)
    qtbot.waitUntil(lambda: frames(desktop) == ["scene0_0.jpg", "scene0_3.jpg"])
    flags = {"scene0_1.jpg": (0, "reject", None), "scene0_2.jpg": (0, "pick", None)}
    qtbot.waitUntil(lambda: judged(desktop) == flags)
    press(qtbot, Key.Key_3)  # stars decide nothing about who stands here
    qtbot.waitUntil(lambda: "3 stars" in desktop.window.area.compare.boxes[1].caption.text())
    assert frames(desktop) == ["scene0_0.jpg", "scene0_3.jpg"]


def test_an_undone_judgement_brings_the_frame_back(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene1_0.jpg")
    press(qtbot, Key.Key_C, Key.Key_X, Key.Key_X)
    qtbot.waitUntil(lambda: frames(desktop) == ["scene1_0.jpg"])
    assert "no other candidate" in desktop.window.area.compare.caption.text()
    qtbot.keyClick(desktop.window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: frames(desktop) == ["scene1_0.jpg", "scene1_2.jpg"])


def test_the_promoted_frame_is_the_one_to_beat(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_C, Key.Key_Up)
    assert frames(desktop) == ["scene0_1.jpg", "scene0_2.jpg"]
    assert "the one to beat" in desktop.window.area.compare.boxes[0].caption.text()
    press(qtbot, Key.Key_Down)
    assert frames(desktop) == ["scene0_1.jpg", "scene0_3.jpg"]
    assert judged(desktop) == {}


def test_survey_shows_the_selected_ones_and_keys_go_round(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg", "scene1_0.jpg", "scene2_0.jpg")
    press(qtbot, Key.Key_N)
    assert frames(desktop) == ["scene0_0.jpg", "scene1_0.jpg", "scene2_0.jpg"]
    press(qtbot, Key.Key_Tab)
    assert active(desktop) == "scene1_0.jpg"
    press(qtbot, Key.Key_Left, Key.Key_Left)
    assert active(desktop) == "scene2_0.jpg"
    press(qtbot, Key.Key_Plus)
    assert len(frames(desktop)) == 4
    press(qtbot, Key.Key_Minus, Key.Key_Minus)
    assert frames(desktop) == ["scene0_0.jpg", "scene2_0.jpg"]


def test_zoom_and_place_go_for_all_frames(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_N)
    compare = desktop.window.area.compare
    press(qtbot, Key.Key_Z)
    assert compare.viewpoint.zoom == 1.0
    assert all(box.canvas.viewpoint is compare.viewpoint for box in compare.boxes)
    qtbot.waitUntil(lambda: all(box.canvas.painted and box.canvas.painted.sharp for box in compare.boxes))
    assert "100 %" in compare.caption.text()
    press(qtbot, Key.Key_Z)
    assert compare.viewpoint.zoom is None


def test_a_click_chooses_and_buttons_judge(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_C)
    compare = desktop.window.area.compare
    qtbot.mouseClick(compare.boxes[0].canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert active(desktop) == "scene0_0.jpg"
    assert compare.viewpoint.zoom is None
    qtbot.mouseClick(compare.boxes[0].canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert compare.viewpoint.zoom == 1.0
    qtbot.mouseClick(compare.boxes[1].reject, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: judged(desktop) == {"scene0_1.jpg": (0, "reject", None)})
    qtbot.waitUntil(lambda: frames(desktop) == ["scene0_0.jpg", "scene0_2.jpg"])


def test_a_frame_opens_in_the_loupe_and_a_lonely_photo_is_told(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_C, Key.Key_Return)
    area = desktop.window.area
    assert area.loupe.isVisible()
    assert area.loupe.photo is not None
    assert area.loupe.photo.path.endswith("scene0_1.jpg")
    press(qtbot, Key.Key_Escape)
    select(desktop, "scene2_2.jpg")  # the only ungrouped one
    press(qtbot, Key.Key_C)
    assert not area.compare.isVisible()
    assert "more than one" in desktop.window.messages.text.text()


def test_columns_make_photos_large() -> None:
    assert best_columns(2, 1600, 900, 1.5) == 2
    assert best_columns(2, 600, 900, 1.5) == 1
    assert best_columns(4, 1600, 900, 1.5) == 2
    assert best_columns(9, 1600, 900, 1.5) == 3
    assert best_columns(0, 10, 10, 1.0) == 1


def test_what_was_selected_is_selected_afterwards(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg", "scene1_0.jpg", "scene2_0.jpg")
    press(qtbot, Key.Key_N, Key.Key_Tab, Key.Key_Escape)
    view = desktop.window.board
    names = {words.file_name(desktop.session.snapshot.photos[i]) for i in view.selected_ids()}
    assert names == {"scene0_0.jpg", "scene1_0.jpg", "scene2_0.jpg"}
    current = view.current_id()
    assert current is not None
    assert words.file_name(desktop.session.snapshot.photos[current]) == "scene1_0.jpg"


def test_home_end_and_space_go_round(desktop: Desktop, qtbot: QtBot) -> None:
    select(desktop, "scene0_0.jpg")
    press(qtbot, Key.Key_N, Key.Key_End)
    assert active(desktop) == "scene0_3.jpg"
    press(qtbot, Key.Key_Space)
    assert active(desktop) == "scene0_0.jpg"
    press(qtbot, Key.Key_Space, Key.Key_Home)
    assert active(desktop) == "scene0_0.jpg"
