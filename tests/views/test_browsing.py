"""Filters, orders and stacks in the real window, by key and by click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.judge import flag_photos, rate_photos
from pixsort_desktop.commands.organise import delete_groups
from pixsort_desktop.library.filters import NO_FILTER, Filter, Sort, Stars
from pixsort_desktop.views import theme
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.mime import photos_to_mime

from .conftest import close, drag_over, key_of_label, layout_of, select, shown

Key = Qt.Key


def names(window: MainWindow) -> list[str]:
    """What the view in use shows, in its order, as its model has it."""
    photos = window.session.snapshot.photos
    if window.area.view == "grid":
        return [Path(photos[i].path).stem for i in window.grid.photos.order]
    return [name for column in shown(window).values() for name in column]


def ids_of(window: MainWindow, *wanted: str) -> list[int]:
    by_name = {Path(photo.path).stem: i for i, photo in window.session.snapshot.photos.items()}
    return [by_name[name] for name in wanted]


def judge(desktop: Desktop, qtbot: QtBot) -> None:
    """Two picks, one of them with five stars; one reject."""
    library, project_id, window = desktop.library, desktop.session.project_id, desktop.window
    assert library is not None
    flag_photos(library, project_id=project_id, photo_ids=ids_of(window, "scene0_1", "scene1_2"), flag="pick")
    flag_photos(library, project_id=project_id, photo_ids=ids_of(window, "scene0_2"), flag="reject")
    rate_photos(library, project_id=project_id, photo_ids=ids_of(window, "scene1_2"), rating=5)
    qtbot.waitUntil(lambda: [p.rating for p in window.session.snapshot.photos.values()].count(5) == 1)


def chips(window: MainWindow) -> dict[str, QPushButton]:
    """Words -> chip."""
    found = window.browsing.bar.chips.findChildren(QPushButton)
    return {chip.text().removesuffix("  ×"): chip for chip in found if not chip.isHidden()}


def test_the_bar_comes_with_the_keyboard_and_buttons_filter(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    judge(desktop, qtbot)
    bar = window.browsing.bar
    qtbot.keyClick(window, Key.Key_Backslash)
    assert bar.isVisible()
    assert bar.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Space)  # the first button: picks
    qtbot.waitUntil(lambda: names(window) == ["scene0_1", "scene1_2"])
    assert list(chips(window)) == ["Pick"]
    assert window.area.toolbar.summary.text() == "2 of 10 photos"
    bar.flags["reject"].click()
    qtbot.waitUntil(lambda: names(window) == ["scene0_1", "scene0_2", "scene1_2"])
    bar.stars[4].click()
    qtbot.waitUntil(lambda: names(window) == ["scene1_2"])
    assert list(chips(window)) == ["Pick", "Reject", "≥ 4 stars"]
    qtbot.keyClick(bar.stars[4], Key.Key_Escape)
    assert window.board.isAncestorOf(QApplication.focusWidget())
    qtbot.mouseClick(chips(window)["≥ 4 stars"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(names(window)) == 3)
    clear = next(b for b in bar.chips.findChildren(QToolButton) if b.text() == "Clear all")
    clear.click()
    qtbot.waitUntil(lambda: len(names(window)) == 10)
    assert chips(window) == {}
    assert window.session.showing.filter == NO_FILTER


def test_a_hidden_bar_does_not_hide_that_photos_are_hidden(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    judge(desktop, qtbot)
    chip = window.area.toolbar.hidden_by
    assert chip.isHidden()
    window.session.set_filter(Filter(flags=frozenset({"pick"}), undecided=False))
    qtbot.waitUntil(lambda: len(names(window)) == 2)
    assert chip.isVisible()
    assert chip.text() == "Pick"
    qtbot.keyClick(window, Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(names(window)) == 10)
    assert chip.isHidden()
    qtbot.keyClick(window, Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(names(window)) == 2)
    chip.click()
    assert window.browsing.bar.isVisible()
    assert chip.isHidden()


def test_what_hides_everything_is_named_and_can_be_cleared(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.session.set_filter(Filter(stars=Stars("least", 3), cameras=frozenset({"Kamera K1"})))
    empty = window.area.empty
    qtbot.waitUntil(lambda: window.area.stack.currentWidget() is empty)
    assert empty.text.text() == "The filter hides all 10 photos: ≥ 3 stars, Kamera K1."
    window.area.toolbar.search.setText("scene0")
    qtbot.waitUntil(lambda: "scene0" in empty.text.text())
    buttons = {b.text(): b for b in empty.findChildren(QPushButton)}
    buttons["Clear the filter"].click()
    qtbot.waitUntil(lambda: names(window) == [f"scene0_{n}" for n in range(4)])


def test_conditions_of_camera_date_and_column_are_offered_with_counts(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    menu = window.browsing.bar.more.menu()
    menu.aboutToShow.emit()
    below = {action.text(): action.menu() for action in menu.actions()}
    assert list(below) == ["Camera", "Lens", "Date", "Column"]
    offers = {kind: [a.text() for a in submenu.actions()] for kind, submenu in below.items()}  # type: ignore[attr-defined]
    assert offers["Camera"] == ["Kamera K0\t4", "Kamera K1\t3", "Kamera K2\t3"]
    assert offers["Date"] == ["1 May 2024\t4", "2 May 2024\t3", "3 May 2024\t3"]
    assert offers["Column"] == ["Coast\t4", "Forest\t3", "City\t2", "Ungrouped\t1"]
    below["Column"].actions()[3].trigger()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: names(window) == ["scene2_2"])
    assert list(chips(window)) == ["Ungrouped"]
    window.session.set_filter(Filter(groups=frozenset({key_of_label_all(window, "City")})))
    qtbot.waitUntil(lambda: names(window) == ["scene2_0", "scene2_1"])
    assert desktop.library is not None
    delete_groups(desktop.library, group_ids=[key_of_label_all(window, "City")])
    qtbot.waitUntil(lambda: len(names(window)) == 10)  # a column that is gone hides nothing
    assert window.session.showing.filter == NO_FILTER


def key_of_label_all(window: MainWindow, label: str) -> int:
    return next(c.group.id for c in window.session.snapshot.columns if c.group and c.group.label == label)


def test_a_judged_photo_leaves_and_the_next_one_is_current(desktop: Desktop, qtbot: QtBot) -> None:
    """Working through what is undecided, without ever moving on by hand, in both views."""
    window = desktop.window
    window.session.set_filter(Filter(undecided=True))
    qtbot.waitUntil(lambda: window.session.snapshot.found is not None)
    for view in ("board", "grid"):
        window.area.show_view(view)
        before = window.area.sequence()
        window.area.shown.select_ids([before[1]])
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_X)
        qtbot.waitUntil(lambda gone=before[1]: gone not in window.area.sequence())  # type: ignore[misc]
        qtbot.waitUntil(lambda want=before[2]: window.area.shown.current_id() == want)  # type: ignore[misc]
        assert window.area.shown.selected_ids() == [before[2]]
        last = window.area.sequence()[-1]
        window.area.shown.select_ids([last])
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_P)
        qtbot.waitUntil(lambda gone=last: gone not in window.area.sequence())  # type: ignore[misc]
        qtbot.waitUntil(lambda: window.area.shown.current_id() == window.area.sequence()[-1])


def test_the_selection_keeps_what_is_still_shown(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    judge(desktop, qtbot)
    for view in ("board", "grid"):
        window.area.show_view(view)
        chosen = ids_of(window, "scene0_0", "scene0_1", "scene1_2")
        window.area.shown.select_ids(chosen, chosen[0])
        window.session.set_filter(Filter(flags=frozenset({"pick"})))
        qtbot.waitUntil(lambda: len(names(window)) == 2)
        assert window.area.shown.selected_ids() == chosen[1:]
        assert window.area.shown.current_id() == chosen[1]
        window.session.set_filter(NO_FILTER)
        qtbot.waitUntil(lambda: len(names(window)) == 10)
        assert window.area.shown.selected_ids() == chosen[1:]


def test_an_order_is_for_looking_and_a_drop_into_it_goes_to_the_end(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    judge(desktop, qtbot)
    before = layout_of(desktop)
    window.session.set_sort(Sort("rating", descending=True))
    qtbot.waitUntil(lambda: shown(window)["Forest"] == ["scene1_2", "scene1_0", "scene1_1"])
    assert layout_of(desktop) == before
    column = window.board.column(key_of_label(window, "Forest"))
    assert column is not None
    at = column.photos.viewport().mapTo(window.board.viewport(), QPoint(10, 10))
    mime = photos_to_mime(window.session.project_id or 0, select(window, "scene0_0"))
    drag_over(window.board.viewport(), at, mime, drop=True)
    qtbot.waitUntil(lambda: layout_of(desktop)["Forest"] == ["scene1_0", "scene1_1", "scene1_2", "scene0_0"])
    window.area.show_view("grid")
    window.session.set_sort(Sort("name", descending=True))
    qtbot.waitUntil(
        lambda: names(window) == sorted(names(window), reverse=True) and names(window)[0] == "scene2_2"
    )


def test_filter_order_and_stacks_survive_a_restart(
    open_window: Callable[..., Desktop], sorted_library: Path, qtbot: QtBot
) -> None:
    desktop = open_window(sorted_library)
    session = desktop.session
    qtbot.waitUntil(lambda: len(session.snapshot.order) == 10)
    session.set_filter(Filter(cameras=frozenset({"Kamera K0"})))
    session.set_sort(Sort("name", True))
    session.toggle_all_stacks()
    qtbot.waitUntil(lambda: len(session.snapshot.shown_order) == 1)
    session.search("scene")
    desktop.window.browsing.toggle_bar()
    close(qtbot, desktop)
    again = open_window(sorted_library)
    qtbot.waitUntil(lambda: len(again.session.snapshot.order) == 10)
    assert again.session.showing == again.session.snapshot.showing
    assert again.session.showing.filter == Filter(cameras=frozenset({"Kamera K0"}))
    assert again.session.showing.sort == Sort("name", True)
    assert again.session.showing.search == ""
    assert len(again.session.snapshot.shown_order) == 1
    assert again.window.browsing.bar.isVisible()
    assert list(chips(again.window)) == ["Kamera K0"]


# -- stacks ------------------------------------------------------------------------------------------------


def test_a_burst_closes_to_its_cover_and_moves_as_a_whole(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    judge(desktop, qtbot)
    select(window, "scene0_0")
    window.area.focus_photos()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_S)
    qtbot.waitUntil(lambda: shown(window)["Coast"] == ["scene0_1"])  # the picked one
    assert window.board.selected_ids() == ids_of(window, "scene0_1")
    column = window.board.column(key_of_label(window, "Coast"))
    assert column is not None
    assert column.header.count == 4
    index = window.board.board.locate(ids_of(window, "scene0_1")[0])
    assert "closed stack of 4 frames" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "closed stack of 4" in window.panel.note.text()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_3)  # judges the cover only
    qtbot.waitUntil(lambda: [p.rating for p in window.session.snapshot.photos.values()].count(3) == 1)
    window.organiser.move_photos(window.board.selected_ids(), key_of_label(window, "City"), 1)
    qtbot.waitUntil(
        lambda: (
            layout_of(desktop).get("City")
            == ["scene2_0", "scene0_0", "scene0_1", "scene0_2", "scene0_3", "scene2_1"]
        )
    )
    qtbot.waitUntil(lambda: shown(window)["City"] == ["scene2_0", "scene0_1", "scene2_1"])
    select(window, "scene0_1")
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_S)
    qtbot.waitUntil(lambda: len(shown(window)["City"]) == 6)


def test_a_drop_beside_a_closed_stack_does_not_tear_it_apart(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    judge(desktop, qtbot)
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: names(window) == ["scene0_1", "scene1_2", "scene2_0", "scene2_2"])
    column = window.board.column(key_of_label(window, "Coast"))
    assert column is not None
    mime = photos_to_mime(window.session.project_id or 0, ids_of(window, "scene2_2"))
    at = column.photos.viewport().mapTo(window.board.viewport(), QPoint(14, 30))
    drag_over(window.board.viewport(), at, mime, drop=True)
    qtbot.waitUntil(lambda: layout_of(desktop)["Coast"][0] == "scene2_2")
    assert layout_of(desktop)["Coast"] == ["scene2_2", "scene0_0", "scene0_1", "scene0_2", "scene0_3"]
    qtbot.keyClick(window, Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(names(window)) == 10)


def test_stacks_and_filters_together(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    judge(desktop, qtbot)
    window.session.toggle_all_stacks()
    window.session.set_filter(Filter(flags=frozenset({None})))
    qtbot.waitUntil(lambda: names(window) == ["scene0_0", "scene1_0", "scene2_0", "scene2_2"])
    assert window.session.snapshot.badges[ids_of(window, "scene0_0")[0]] == (2, True)
    window.area.show_view("grid")
    assert names(window) == ["scene0_0", "scene1_0", "scene2_0", "scene2_2"]
    window.session.toggle_filter()
    qtbot.waitUntil(lambda: names(window)[0] == "scene0_1")


def test_a_photo_that_is_in_no_stack_says_so(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    select(window, "scene2_2")
    window.area.focus_photos()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_S)
    assert "in no stack" in window.messages.text.text()


# -- looks -------------------------------------------------------------------------------------------------


def test_the_bar_has_room_in_narrow_windows_and_with_large_text(
    desktop: Desktop, qtbot: QtBot, qapp: QApplication
) -> None:
    window = desktop.window
    window.browsing.toggle_bar()
    long = "A Camera With A Name That Does Not End " * 6
    window.session.set_filter(Filter(cameras=frozenset({long, "Kamera K0"}), stars=Stars("least", 2)))
    window.set_text_size(200)
    window.resize(900, 700)
    qtbot.waitUntil(lambda: len(chips(window)) == 3)
    QTest.qWait(50)
    bar = window.browsing.bar
    for button in (*bar.findChildren(QToolButton), *bar.findChildren(QPushButton)):
        corner = button.mapTo(bar, button.rect().bottomRight())
        assert bar.rect().contains(corner), (button.text(), corner, bar.rect())
    longest = next(chip for chip in chips(window).values() if chip.toolTip() == long)
    assert "…" in longest.text()
    theme.apply(qapp, "dark", 100)


def test_a_screen_reader_hears_every_button_of_the_bar(window: MainWindow, qtbot: QtBot) -> None:
    window.browsing.toggle_bar()
    window.session.set_filter(Filter(stars=Stars("least", 3), labels=frozenset({"red", None})))
    qtbot.waitUntil(lambda: len(chips(window)) == 3)
    bar = window.browsing.bar
    spoken = {
        QAccessible.queryAccessibleInterface(b).text(QAccessible.Text.Name)
        for b in (*bar.findChildren(QToolButton), *bar.findChildren(QPushButton))
    }
    assert "" not in spoken
    assert {"Pick", "Unflagged", "Red label", "At least 3 stars, chosen", "Condition at least 3 stars",
            "Sorted by as arranged", "Clear all"} <= spoken  # fmt: skip
    assert all(b.focusPolicy() & Qt.FocusPolicy.TabFocus for b in bar.findChildren(QPushButton))


def test_a_click_on_a_star_again_takes_the_condition_away(window: MainWindow, qtbot: QtBot) -> None:
    window.browsing.toggle_bar()
    bar = window.browsing.bar
    QTest.mouseClick(bar.stars[2], Qt.MouseButton.LeftButton, pos=QPointF(5, 5).toPoint())
    assert window.session.showing.filter.stars == Stars("least", 2)
    assert [bar.stars[n].text() for n in range(1, 6)] == ["★", "★", "☆", "☆", "☆"]
    bar._compare("most")
    assert window.session.showing.filter.stars == Stars("most", 2)
    QTest.mouseClick(bar.stars[2], Qt.MouseButton.LeftButton)
    assert window.session.showing.filter == NO_FILTER
