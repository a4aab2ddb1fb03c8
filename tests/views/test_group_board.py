"""The board: columns, one selection across them, and every way to rearrange them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.views.board.column import ColumnPhotos, ColumnWidget
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.meaning.prompt_columns import UNGROUPED_KEY
from pixsort_desktop.views.mime import column_to_mime, photos_to_mime
from pixsort_desktop.views.photo_list import PhotoList
from tests.views.conftest import PATIENCE_MS, drag_over, key_of_label, layout_of, select, shown

SHIFT, CTRL, NONE = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.NoModifier,
)
LEFT = Qt.MouseButton.LeftButton
COAST = ["scene0_0", "scene0_1", "scene0_2", "scene0_3"]
FOREST = ["scene1_0", "scene1_1", "scene1_2"]


def column(window: MainWindow, label: str) -> ColumnWidget:
    found = window.board.column(key_of_label(window, label))
    assert found is not None
    return found


def cell(window: MainWindow, label: str, row: int) -> QRect:
    photos = column(window, label).photos
    return photos.visualRect(photos.model().index(row, 0, photos.rootIndex()))


def click(qtbot: QtBot, window: MainWindow, label: str, row: int, keys: Qt.KeyboardModifier = NONE) -> None:
    viewport = column(window, label).photos.viewport()
    qtbot.mouseClick(viewport, LEFT, keys, cell(window, label, row).center())


def in_board(window: MainWindow, label: str, at: QPoint) -> QPoint:
    """A point of a column's list, measured from the board's viewport."""
    return column(window, label).photos.viewport().mapTo(window.board.viewport(), at)


def names(window: MainWindow) -> list[str]:
    photos = window.session.snapshot.photos
    return [photos[i].path.rpartition("/")[2].removesuffix(".jpg") for i in window.board.selected_ids()]


def settled(qtbot: QtBot, desktop: Desktop, wanted: dict[str, list[str]]) -> None:
    """The library holds it, and the board shows it."""
    qtbot.waitUntil(lambda: shown(desktop.window) == wanted)
    assert layout_of(desktop) == wanted


def test_columns_stand_in_order_with_ungrouped_last(window: MainWindow) -> None:
    assert list(shown(window)) == ["Coast", "Forest", "City", "Ungrouped"]
    places = [column(window, label).x() for label in shown(window)]
    assert places == sorted(places)
    assert column(window, "Coast").header.count == 4
    assert window.area.toolbar.summary.text() == "10 photos in 3 columns"


def test_the_models_keep_qt_s_rules_through_changes(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [
        QAbstractItemModelTester(m, fatal)
        for m in (window.board.board, window.grid.photos, window.projects.model)
    ]
    ids = select(window, "scene0_1", "scene1_0")
    window.organiser.split_off(ids)
    qtbot.waitUntil(lambda: "Group 1" in shown(window))
    window.organiser.merge(key_of_label(window, "City"), key_of_label(window, "Coast"))
    qtbot.waitUntil(lambda: "Coast" not in shown(window))
    window.organiser.move_column(key_of_label(window, "City"), 0)
    qtbot.waitUntil(lambda: next(iter(shown(window))) == "City")
    window.organiser.remove_photos(ids)
    qtbot.waitUntil(lambda: window.grid.photos.rowCount() == 8)
    assert len(testers) == 3


def test_ctrl_click_selects_in_two_columns(window: MainWindow, qtbot: QtBot) -> None:
    click(qtbot, window, "Coast", 1)
    click(qtbot, window, "Forest", 0, CTRL)
    assert names(window) == ["scene0_1", "scene1_0"]
    assert window.panel.title.text() == "2 photos selected"
    click(qtbot, window, "City", 0)
    assert names(window) == ["scene2_0"]


def test_shift_click_selects_a_range(window: MainWindow, qtbot: QtBot) -> None:
    click(qtbot, window, "Coast", 0)
    click(qtbot, window, "Coast", 2, SHIFT)
    assert names(window) == ["scene0_0", "scene0_1", "scene0_2"]


def test_a_rubber_band_goes_over_columns(window: MainWindow, qtbot: QtBot) -> None:
    board = window.board.viewport()
    coast, forest = column(window, "Coast"), column(window, "Forest")
    start = coast.photos.viewport()
    below = QPoint(cell(window, "Coast", 3).right() - 20, cell(window, "Coast", 3).bottom() + 60)
    end = in_board(window, "Forest", cell(window, "Forest", 0).center())
    qtbot.mousePress(start, LEFT, NONE, below)
    qtbot.mouseMove(start, start.mapFrom(board, (end + QPoint(5, 60))))
    qtbot.mouseMove(start, start.mapFrom(board, end))
    qtbot.mouseRelease(start, LEFT, NONE, start.mapFrom(board, end))
    assert names(window) == ["scene0_1", "scene0_3", "scene1_0", "scene1_2"]
    assert forest.key == key_of_label(window, "Forest")


def test_arrows_go_on_to_the_next_column(window: MainWindow, qtbot: QtBot) -> None:
    click(qtbot, window, "Coast", 1)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert names(window) == ["scene1_0"]
    assert QApplication.focusWidget() is column(window, "Forest").photos
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert names(window) == ["scene0_1"]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
    assert QApplication.focusWidget() is column(window, "Coast").header
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert QApplication.focusWidget() is column(window, "Forest").header
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert names(window) == ["scene1_0"]


def test_dropping_photos_between_two_of_another_column(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    ids = select(window, "scene0_0", "scene0_2")
    at = in_board(window, "Forest", cell(window, "Forest", 1).center() - QPoint(40, 0))
    event = drag_over(
        window.board.viewport(), at, photos_to_mime(window.session.project_id or 0, ids), drop=True
    )
    assert event.isAccepted()
    wanted = {
        "Coast": ["scene0_1", "scene0_3"],
        "Forest": ["scene1_0", "scene0_0", "scene0_2", "scene1_1", "scene1_2"],
        "City": ["scene2_0", "scene2_1"],
        "Ungrouped": ["scene2_2"],
    }
    settled(qtbot, desktop, wanted)
    assert names(window) == ["scene0_0", "scene0_2"]  # the selection went with its photos


def test_a_place_in_the_own_column_counts_without_the_moved(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    ids = select(window, "scene0_0")
    at = in_board(window, "Coast", cell(window, "Coast", 2).center() - QPoint(40, 0))
    drag_over(window.board.viewport(), at, photos_to_mime(window.session.project_id or 0, ids), drop=True)
    wanted = {**shown(window), "Coast": ["scene0_1", "scene0_0", "scene0_2", "scene0_3"]}
    settled(qtbot, desktop, wanted)


def test_a_drop_where_the_photo_stands_changes_nothing(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    moved: list[object] = []
    window.board.photos_moved.connect(lambda *args: moved.append(args))
    ids = select(window, "scene0_1")
    at = in_board(window, "Coast", cell(window, "Coast", 1).center() - QPoint(40, 0))
    drag_over(window.board.viewport(), at, photos_to_mime(window.session.project_id or 0, ids), drop=True)
    qtbot.wait(50)
    assert moved == []


def test_a_drop_into_a_gap_makes_a_column_there(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    ids = select(window, "scene0_3", "scene1_2")
    gap = QPoint(column(window, "Forest").x() - 4, 200)
    drag_over(window.board.viewport(), gap, photos_to_mime(window.session.project_id or 0, ids), drop=True)
    wanted = {
        "Coast": COAST[:3],
        "Group 1": ["scene0_3", "scene1_2"],
        "Forest": FOREST[:2],
        "City": ["scene2_0", "scene2_1"],
        "Ungrouped": ["scene2_2"],
    }
    settled(qtbot, desktop, wanted)
    assert list(shown(window)) == list(wanted)


def test_a_drop_on_ungrouped_and_delete_do_the_same(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    ids = select(window, "scene0_0")
    at = in_board(window, "Ungrouped", QPoint(60, 300))
    drag_over(window.board.viewport(), at, photos_to_mime(window.session.project_id or 0, ids), drop=True)
    qtbot.waitUntil(lambda: shown(window)["Ungrouped"] == ["scene2_2", "scene0_0"])
    select(window, "scene1_1")
    window.board.focus_photos()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: shown(window)["Ungrouped"] == ["scene2_2", "scene0_0", "scene1_1"])
    assert layout_of(desktop) == shown(window)


def test_photos_of_another_project_are_not_taken(window: MainWindow) -> None:
    mime = photos_to_mime(999, [1])
    event = drag_over(window.board.viewport(), QPoint(100, 200), mime, drop=False)
    assert not event.isAccepted()


def test_a_column_dragged_into_a_gap_moves(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    mime = column_to_mime(key_of_label(window, "Coast"))
    drag_over(window.board.viewport(), QPoint(column(window, "City").x() + 4, 300), mime, drop=True)
    qtbot.waitUntil(lambda: list(shown(window)) == ["Forest", "Coast", "City", "Ungrouped"])
    assert list(layout_of(desktop)) == list(shown(window))
    mime = column_to_mime(key_of_label(window, "Forest"))
    beyond = QPoint(column(window, "Ungrouped").geometry().right() - 5, 300)
    drag_over(window.board.viewport(), beyond, mime, drop=True)
    qtbot.waitUntil(lambda: list(shown(window)) == ["Coast", "City", "Forest", "Ungrouped"])


def test_a_column_dropped_on_a_header_merges(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    header = column(window, "Forest").header
    at = header.mapTo(window.board.viewport(), header.rect().center())
    drag_over(window.board.viewport(), at, column_to_mime(key_of_label(window, "Coast")), drop=True)
    wanted = {"Forest": FOREST + COAST, "City": ["scene2_0", "scene2_1"], "Ungrouped": ["scene2_2"]}
    settled(qtbot, desktop, wanted)
    assert "Merged «Coast» into «Forest»" in window.messages.text.text()
    qtbot.mouseClick(window.messages.action, LEFT)
    qtbot.waitUntil(lambda: list(shown(window)) == ["Coast", "Forest", "City", "Ungrouped"])


def test_a_label_is_edited_in_place(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    click(qtbot, window, "Coast", 0)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F2)
    editor = column(window, "Coast").header.editor
    assert QApplication.focusWidget() is editor
    qtbot.keyClicks(editor, "Cliffs by night")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Cliffs by night" in shown(window))
    assert list(layout_of(desktop)) == ["Cliffs by night", "Forest", "City", "Ungrouped"]
    assert QApplication.focusWidget() is column(window, "Cliffs by night").header


def test_escape_leaves_the_label_as_it_was(window: MainWindow, qtbot: QtBot) -> None:
    header = column(window, "Coast").header
    header.edit()
    qtbot.keyClicks(header.editor, "x")
    qtbot.keyClick(header.editor, Qt.Key.Key_Escape)
    assert header.editor.isHidden()
    qtbot.wait(50)
    assert "Coast" in shown(window)


def test_a_label_that_is_taken_is_refused_in_words(window: MainWindow, qtbot: QtBot) -> None:
    window.organiser.rename_column(key_of_label(window, "Coast"), "Forest")
    qtbot.waitUntil(lambda: "already a column named «Forest»" in window.messages.text.text())
    assert window.messages.isVisible()


def test_delete_on_a_header_deletes_the_column(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    header = column(window, "Forest").header
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Forest" not in shown(window))
    assert shown(window)["Ungrouped"] == ["scene2_2", *FOREST]
    window.session.undo()
    qtbot.waitUntil(lambda: shown(window).get("Forest") == FOREST)


def test_ungrouped_can_be_neither_renamed_nor_deleted(window: MainWindow, qtbot: QtBot) -> None:
    header = column(window, "Ungrouped").header
    header.setFocus()
    header.edit()
    assert header.editor.isHidden()
    qtbot.keyClick(header, Qt.Key.Key_Delete)
    qtbot.wait(50)
    assert list(shown(window)) == ["Coast", "Forest", "City", "Ungrouped"]


def test_splitting_off_and_shifting_by_key(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    select(window, "scene0_2", "scene0_3")
    window.board.focus_photos()
    qtbot.keyClick(window, Qt.Key.Key_N, CTRL | SHIFT)
    qtbot.waitUntil(lambda: list(shown(window)) == ["Coast", "Group 1", "Forest", "City", "Ungrouped"])
    assert shown(window)["Group 1"] == ["scene0_2", "scene0_3"]
    window.board.focus_photos()
    qtbot.keyClick(window, Qt.Key.Key_Right, CTRL | SHIFT)
    qtbot.waitUntil(lambda: list(shown(window)) == ["Coast", "Forest", "Group 1", "City", "Ungrouped"])


def test_undo_and_redo_from_the_keyboard(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    before = shown(window)
    ids = select(window, "scene0_0")
    window.organiser.move_photos(ids, key_of_label(window, "City"), 0)
    qtbot.waitUntil(lambda: shown(window)["City"][0] == "scene0_0")
    after = shown(window)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    settled(qtbot, desktop, before)
    qtbot.waitUntil(lambda: window.messages.text.text() == "Undone: Move 1 photo", timeout=PATIENCE_MS)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    settled(qtbot, desktop, after)


def test_select_all_and_a_whole_column(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_A, CTRL)
    assert len(window.board.selected_ids()) == 10
    header = column(window, "Forest").header
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Return)
    assert names(window) == FOREST


def test_a_column_is_painted_as_qt_would_paint_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    select(window, "scene0_0", "scene0_2", "scene1_1")
    window.board.focus_photos()
    photos = column(window, "Coast").photos
    qtbot.mouseMove(photos.viewport(), cell(window, "Coast", 1).center())
    looks = []
    for paint in (ColumnPhotos.paintEvent, PhotoList.paintEvent):
        monkeypatch.setattr(ColumnPhotos, "paintEvent", paint)
        looks.append(photos.viewport().grab().toImage())
    assert looks[0] == looks[1]
    window.board.select_ids([])
    assert photos.viewport().grab().toImage() != looks[0]


def test_what_is_selected_is_known_at_once_whatever_changes(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    ids = select(window, *COAST, *FOREST)
    assert window.board.selection.ids() == set(ids)
    window.organiser.move_column(key_of_label(window, "Forest"), 0)
    qtbot.waitUntil(lambda: next(iter(shown(window))) == "Forest")
    assert names(window) == [*FOREST, *COAST]
    window.session.search("scene1")
    qtbot.waitUntil(lambda: sum(map(len, shown(window).values())) == 3)
    assert names(window) == FOREST
    assert window.board.selection.ids() == set(window.board.selected_ids())
    click(qtbot, window, "Forest", 1, CTRL)
    assert names(window) == [FOREST[0], FOREST[2]]
    assert len(window.board.selection.ids()) == 2


def test_moving_by_name_from_the_keyboard(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    select(window, "scene0_0")
    window.board.focus_photos()
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert window.chooser.isVisible()
    qtbot.keyClicks(window.chooser.field, "cit")
    qtbot.keyClick(window.chooser.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(window)["City"][-1] == "scene0_0")
    select(window, "scene0_1")
    qtbot.keyClick(window, Qt.Key.Key_M)
    qtbot.keyClicks(window.chooser.field, "Sunset")
    qtbot.keyClick(window.chooser.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(window).get("Sunset") == ["scene0_1"])


def test_only_columns_in_sight_have_widgets(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    assert desktop.library is not None
    for name in [*COAST, *FOREST]:
        window.organiser.new_column(select(window, name), None)
    window.resize(760, 600)
    qtbot.waitUntil(lambda: len(shown(window)) >= 9)
    qtbot.waitUntil(lambda: len(window.board.columns_in_sight()) < len(shown(window)))
    window.board.show_column(UNGROUPED_KEY)
    last = window.board.column(UNGROUPED_KEY)
    assert last is not None
    assert last.geometry().right() <= window.board.viewport().width()
    assert window.board.column(window.board.board.keys[0]) is None


def test_taking_out_by_key_goes_on_with_the_next_photo(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    click(qtbot, window, "Coast", 1)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: shown(window)["Coast"] == ["scene0_0", "scene0_2", "scene0_3"])
    qtbot.waitUntil(lambda: names(window) == ["scene0_2"])
    assert QApplication.focusWidget() is column(window, "Coast").photos
    for left in (["scene0_0", "scene0_3"], ["scene0_0"]):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda left=left: shown(window)["Coast"] == left)
    assert names(window) == ["scene0_0"]


def test_the_keyboard_is_never_left_in_an_empty_column(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    select(window, "scene2_0", "scene2_1")
    window.board.focus_photos()
    window.organiser.move_photos(window.board.selected_ids(), key_of_label(window, "Coast"), 0)
    qtbot.waitUntil(lambda: shown(window)["Coast"][0] == "scene2_0")
    assert QApplication.focusWidget() is column(window, "Coast").photos
    qtbot.keyClick(window, Qt.Key.Key_F2)
    assert QApplication.focusWidget() is column(window, "Coast").header.editor


def test_the_current_photo_stays_current_when_columns_come(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    for key in list(window.board.board.keys[:3]):
        window.organiser.delete_column(key)
    qtbot.waitUntil(lambda: list(shown(window)) == ["Ungrouped"])
    window.board.selection.clear()
    window.board.focus_photos()
    current = window.board.current_id()
    ids = [i for i in window.session.snapshot.order[:4] if i != current]
    window.organiser.new_column([current or 0, *ids], None)
    qtbot.waitUntil(lambda: len(shown(window)) == 2)
    assert window.board.current_id() == current
    assert QApplication.focusWidget() is column(window, "Group 1").photos
