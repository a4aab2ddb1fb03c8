"""The window as a whole: grid, search, large photo, looks, projects, and being usable by keyboard and ear."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QScrollBar,
    QSplitterHandle,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.library.projects import all_projects
from pixsort_desktop.views import theme
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.theme import DARK, LIGHT, Colours
from tests.views.conftest import PATIENCE_MS, drag_over, files, layout_of, select, shown

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_the_grid_shows_all_and_keeps_the_selection(window: MainWindow, qtbot: QtBot) -> None:
    ids = select(window, "scene0_1", "scene2_0")
    qtbot.keyClick(window, Qt.Key.Key_G)
    assert window.area.stack.currentWidget() is window.grid
    assert window.grid.photos.rowCount() == 10
    assert window.grid.selected_ids() == ids
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert window.area.stack.currentWidget() is window.board
    assert window.board.selected_ids() == ids


def test_thumbnails_arrive_whole_and_sharp(window: MainWindow, qtbot: QtBot) -> None:
    window.area.show_view("grid")
    photo = window.grid.photos.photo(0)
    assert photo is not None
    assert photo.sha256 is not None
    sha256 = photo.sha256
    edge = round(window.grid.edge * window.devicePixelRatioF())

    def edge_of_pixmap() -> int:
        found = window.loader.pixmap(sha256)
        return max(found.width(), found.height()) if found is not None else 0

    qtbot.waitUntil(lambda: edge_of_pixmap() == edge)
    pixmap = window.loader.pixmap(sha256)
    assert pixmap is not None
    assert abs(pixmap.width() / pixmap.height() - 336 / 224) < 0.02


def test_delete_in_the_grid_takes_out_of_the_project_until_undone(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    select(window, "scene0_0", "scene0_1")
    window.area.show_view("grid")
    qtbot.keyClick(window.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: window.grid.photos.rowCount() == 8)
    assert layout_of(desktop)["Coast"] == ["scene0_2", "scene0_3"]
    qtbot.mouseClick(window.messages.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.grid.photos.rowCount() == 10)
    assert layout_of(desktop)["Coast"] == ["scene0_0", "scene0_1", "scene0_2", "scene0_3"]


def test_searching_by_name_camera_and_column(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    assert QApplication.focusWidget() is window.area.toolbar.search
    qtbot.keyClicks(window.area.toolbar.search, "k1")
    qtbot.waitUntil(lambda: list(shown(window)) == ["Forest", "Ungrouped"])
    assert window.area.toolbar.summary.text() == "3 of 10 photos"
    window.area.toolbar.search.setText("coast 0_2")
    qtbot.waitUntil(lambda: shown(window) == {"Coast": ["scene0_2"], "Ungrouped": []})
    window.area.toolbar.search.setText("zebra")
    qtbot.waitUntil(lambda: window.area.stack.currentWidget() is window.area.empty)
    assert "zebra" in window.area.empty.text.text()
    window.area.empty.chosen.emit("clear_search")
    qtbot.waitUntil(lambda: len(shown(window)) == 4)


def test_letters_in_a_field_are_text_not_shortcuts(window: MainWindow, qtbot: QtBot) -> None:
    window.area.toolbar.search.setFocus()
    qtbot.keyClicks(window.area.toolbar.search, "gbm?")
    assert window.area.toolbar.search.text() == "gbm?"
    assert window.area.view == "board"
    assert not window.keys.isVisible()


def test_a_photo_large_and_on_to_the_next(window: MainWindow, qtbot: QtBot) -> None:
    select(window, "scene0_0")
    window.board.focus_photos()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    loupe = window.area.loupe
    assert window.area.stack.currentWidget() is loupe
    qtbot.keyClick(loupe, Qt.Key.Key_Right)
    assert loupe.canvas.photo is not None
    assert loupe.canvas.photo.path.endswith("scene0_1.jpg")
    assert "2 of 10" in loupe.place.text()
    first = loupe.canvas.photo
    qtbot.waitUntil(lambda: window.panel.picture._frames.best(first) is not None)
    qtbot.keyClick(loupe, Qt.Key.Key_Escape)
    assert window.area.stack.currentWidget() is window.board
    assert len(window.board.selected_ids()) == 1


def test_the_panel_tells_what_is_known(window: MainWindow) -> None:
    select(window, "scene1_0")
    lines = {
        what.text(): value.text().replace("\u200b", "")
        for what, value in window.panel._lines
        if not what.isHidden()
    }
    assert lines["Camera"] == "Kamera K1"
    assert lines["Taken"].startswith("2 May 2024, 12:00:00")
    assert lines["Size"] == "336 × 224"
    assert "scene1_0.jpg" in window.panel.title.text().replace("\u200b", "")


def test_zoom_by_key_and_slider(window: MainWindow, qtbot: QtBot) -> None:
    before = window.board.edge
    qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    assert window.board.edge > before
    qtbot.keyClick(window, Qt.Key.Key_Minus, CTRL)
    assert window.board.edge == before


# -- projects ----------------------------------------------------------------------------------------------


def names(desktop: Desktop) -> list[str]:
    assert desktop.library is not None
    return [project.name for project in all_projects(desktop.library)]


def test_a_new_project_is_named_in_place(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    qtbot.keyClick(window, Qt.Key.Key_N, CTRL)
    view = window.projects.list
    qtbot.waitUntil(lambda: any(e.isVisible() for e in view.findChildren(QLineEdit)))
    editor = next(e for e in view.findChildren(QLineEdit) if e.isVisible())
    assert editor.text() == "New project"
    qtbot.keyClicks(editor, "Iceland")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(desktop) == ["Trip", "Iceland"])
    qtbot.waitUntil(lambda: window.area.empty.title.text() == "Drop photos or folders here")


def test_deleting_a_project_can_be_undone(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    before = layout_of(desktop)
    window.projects.list.setFocus()
    qtbot.keyClick(window.projects.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(desktop) == [])
    qtbot.waitUntil(lambda: window.area.empty.title.text() == "Drop a shoot here")
    qtbot.mouseClick(window.messages.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names(desktop) == ["Trip"])
    qtbot.waitUntil(lambda: window.projects.model.rowCount() == 1)
    window.projects.list.setCurrentIndex(window.projects.model.index(0))
    qtbot.waitUntil(lambda: len(shown(window)) == 4)
    assert layout_of(desktop) == before


def test_renaming_a_project_to_a_taken_name_is_refused(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.organiser.create_project("Other", lambda _project: None)
    qtbot.waitUntil(lambda: names(desktop) == ["Trip", "Other"])
    window.organiser.rename_project(window.session.projects[0].id, "Other")
    qtbot.waitUntil(lambda: "already a project named «Other»" in window.messages.text.text())


def test_a_folder_dropped_on_the_list_becomes_a_project(desktop: Desktop, shoot: Path, qtbot: QtBot) -> None:
    window = desktop.window
    viewport = window.projects.list.viewport()
    event = drag_over(viewport, QPoint(20, viewport.height() - 5), files(shoot), drop=True)
    assert event.isAccepted()
    qtbot.waitUntil(lambda: names(desktop) == ["Trip", shoot.name], timeout=10_000)
    qtbot.waitUntil(
        lambda: (
            window.session.snapshot.project is not None and window.session.snapshot.project.name == shoot.name
        )
    )
    qtbot.waitUntil(lambda: not window.centre.busy, timeout=20_000)
    assert desktop.library is not None
    assert all_projects(desktop.library)[1].photo_count == 10


# -- looks -------------------------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_an_import_tells_what_was_here_from_copies(
    desktop: Desktop, shoot: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = desktop.window
    window.intake.add(desktop.session.project_id, [str(shoot)])
    qtbot.waitUntil(lambda: window.messages.text.text() == "10 files were here already.", timeout=PATIENCE_MS)
    shutil.copy(next(shoot.glob("*.jpg")), tmp_path / "copy.jpg")
    window.intake.add(desktop.session.project_id, [str(tmp_path / "copy.jpg")])
    qtbot.waitUntil(
        lambda: window.messages.text.text() == "1 duplicate of a photo here.", timeout=PATIENCE_MS
    )


@pytest.mark.parametrize("colours", [DARK, LIGHT])
def test_greys_are_neutral_and_text_is_readable(colours: Colours) -> None:
    grounds = (colours.window, colours.ground, colours.raised, colours.hover)
    for grey in (*grounds, colours.border, colours.text, colours.quiet, colours.faint):
        assert grey[1:3] == grey[3:5] == grey[5:7]
    for ground in (*grounds, colours.accent_ground):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.quiet, ground) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.5
    assert contrast(colours.accent, colours.ground) >= 3


def cut_labels(window: MainWindow) -> list[str]:
    """Texts that have less room than their font needs."""
    return [
        label.text()
        for label in window.findChildren(QLabel)
        if label.isVisible()
        and label.text()
        and not label.wordWrap()
        and label.sizePolicy().horizontalPolicy().name != "Ignored"
        and label.height() < label.fontMetrics().height()
    ]


def test_light_on_request_and_text_at_200_per_cent(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    small = window.board.columns_in_sight()[0].header.height()
    line = theme.metrics().height()
    window.set_theme("light")
    assert window.palette().window().color().name() == LIGHT.window
    window.set_text_size(200)
    assert theme.metrics().height() >= 1.8 * line
    qtbot.waitUntil(lambda: window.board.columns_in_sight()[0].header.height() > 1.4 * small)
    qtbot.waitUntil(lambda: cut_labels(window) == [])
    window.set_text_size(100)
    window.set_theme("dark")
    assert window.memory.theme == "dark"


def test_whatever_takes_the_keyboard_has_a_name(window: MainWindow) -> None:
    window.parts.show_activity()
    nameless = []
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget, QScrollBar | QSplitterHandle) or widget.objectName().startswith("qt_")
        if inner or widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
        if not (widget.accessibleName() or text):
            nameless.append(
                f"{type(widget).__name__} {widget.objectName()} in {type(widget.parentWidget()).__name__}"
            )
    assert nameless == []


def test_buttons_without_text_have_a_name(window: MainWindow) -> None:
    buttons = [b for b in window.findChildren(QAbstractButton) if not b.objectName().startswith("qt_")]
    assert [b for b in buttons if not b.text() and not b.accessibleName() and b.isVisibleTo(window)] == []


def test_every_part_is_reached_by_key(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.projects.list.setFocus()
    reached = []
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        reached.append(QApplication.focusWidget())
    assert window.area.isAncestorOf(reached[0])
    assert reached[1] is window.panel.details
    assert reached[2] is window.projects.list


def test_tab_leads_round_the_window_and_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    window.projects.list.setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is window.projects.list:
            break
        seen.append(focus)
    assert QApplication.focusWidget() is window.projects.list
    assert window.area.toolbar.search in seen
    assert window.job_bar.activity in seen


def test_a_label_of_200_characters_is_shown_shortened(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    width = window.board.grid().width
    window.organiser.rename_column(window.board.board.keys[0], "Long name " * 20)
    qtbot.waitUntil(lambda: any(len(label) > 190 for label in shown(window)))
    assert window.board.grid().width == width
    header = window.board.columns_in_sight()[0].header
    assert header.width() <= width


def test_files_dragged_over_the_window_are_welcomed(window: MainWindow, shoot: Path) -> None:
    event = drag_over(window, QPoint(500, 400), files(shoot), drop=False)
    assert event.isAccepted()
    assert window.drops.marker.isVisible()


def test_a_screen_reader_hears_photos_and_columns(window: MainWindow) -> None:
    header = window.board.columns_in_sight()[0].header
    spoken = QAccessible.queryAccessibleInterface(header)
    assert spoken.text(QAccessible.Text.Name).startswith("Column ")
    assert "photo" in spoken.text(QAccessible.Text.Name)
    window.area.show_view("grid")
    grid = QAccessible.queryAccessibleInterface(window.grid)
    assert grid.text(QAccessible.Text.Name) == "Photos"
    cells = [grid.child(n) for n in range(grid.childCount())]
    names = [cell.text(QAccessible.Text.Name) for cell in cells if cell is not None]
    assert "scene0_0.jpg, 1 May 2024, 12:00:00" in names


def test_painting_does_not_use_up_none(window: MainWindow) -> None:
    """PySide6 6.12.0 gave away a reference to None in each of QPainter's setters, and then the process died."""
    window.area.show_view("grid")
    window.grid.viewport().grab()
    before = sys.getrefcount(None)
    for _ in range(10):
        window.grid.viewport().grab()
    assert sys.getrefcount(None) > before - 50


def test_the_board_s_window_is_one_that_an_own_theme_dresses(window: MainWindow) -> None:
    image = window.board.viewport().grab().toImage()
    ground = image.pixelColor(2, 2)
    assert ground.name() == DARK.ground


def test_a_wider_reach_and_a_new_beginning_are_asked_for_in_the_window(
    desktop: Desktop, qtbot: QtBot
) -> None:
    window = desktop.window
    assert set(layout_of(desktop)) == {"Coast", "Forest", "City", "Ungrouped"}
    window.area.toolbar.group.click()
    assert window.grouping.isVisible()
    window.grouping.reach.setValue(3.0)
    window.grouping.time.setCurrentText("Count strongly")
    window.grouping.scratch.setChecked(True)
    qtbot.mouseClick(window.grouping.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Coast" not in layout_of(desktop), timeout=20_000)
    qtbot.waitUntil(lambda: not desktop.centre.busy)
    assert len(layout_of(desktop)) == 2  # all in one group: a reach of 3 is very wide
    window.session.undo()
    qtbot.waitUntil(lambda: set(layout_of(desktop)) == {"Coast", "Forest", "City", "Ungrouped"})
    assert not window.grouping.scratch.isChecked()


def test_times_that_were_chosen_are_shown_again(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.area.toolbar.group.click()
    assert window.grouping.time.currentText() == "Count some"
    window.grouping.time.setCurrentText("Do not count")
    window.grouping.take()
    qtbot.waitUntil(lambda: not desktop.centre.busy and not window.grouping.isVisible(), timeout=20_000)
    qtbot.waitUntil(lambda: remembered(desktop).get("time") == "none", timeout=20_000)
    window.area.toolbar.group.click()
    assert window.grouping.time.currentText() == "Do not count"


def remembered(desktop: Desktop) -> dict[str, Any]:
    row = desktop.library.rows("SELECT grouping FROM projects")[0]
    return dict(json.loads(row["grouping"] or "{}").get("parameters", {}))
