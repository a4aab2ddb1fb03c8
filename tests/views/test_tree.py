"""The tree over the board: seen, walked through, its line dragged, its parts made columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.views import theme
from pixsort_desktop.views.tree.drawing import TreeDrawing
from pixsort_desktop.views.tree.tree_view import TreeView
from tests.jobs.nested import nested_project
from tests.jobs.test_moments import TIMES, fill
from tests.views.conftest import PATIENCE_MS, layout_of, shown
from tests.views.test_granularity import (  # noqa: F401 - fixtures
    EVENTS_SHOWN,
    FRAMES_SHOWN,
    MOMENTS_SHOWN,
    desktop,
    nested,
)
from tests.views.test_relatives import _no_popups  # noqa: F401 - a fixture

ALL, FIRST_EVENT, FIRST_PAIR, SECOND_PAIR, SECOND_EVENT = 0, 1, 2, 3, 5  # parts, from left to right


@pytest.fixture
def tree(desktop: Desktop, qtbot: QtBot) -> TreeView:  # noqa: F811
    """Shown by its key, and read."""
    window = desktop.window
    window.board.focus_photos()
    qtbot.keyClick(window, Qt.Key.Key_Y)
    view = window.granularity.tree.panel.view
    qtbot.waitUntil(lambda: len(view.drawing.first) == 9, timeout=PATIENCE_MS)
    assert view.hasFocus() or view.isVisible()
    return view


def names(desktop: Desktop, ids: list[int]) -> list[str]:  # noqa: F811
    photos = desktop.window.session.snapshot.photos
    return [Path(photos[i].path).stem for i in ids]


def inside(view: TreeView, part: int) -> QPoint:
    """A point of the part that nothing else covers, off the line."""
    drawing = view.drawing
    room = view._room()
    x = room.x() + (drawing.first[part] + 0.5) * room.width() / drawing.total
    for share in (0.3, 0.7):
        depth = drawing.top[part] + (drawing.bottom[part] - drawing.top[part]) * share
        at = QPoint(round(x), round(room.y() + depth * room.height()))
        if view.part_under(QPointF(at)) == part and abs(at.y() - view._y(view._cut)) > 6:
            return at
    raise AssertionError("the part is covered")


def test_the_tree_shows_what_is_pointed_at(desktop: Desktop, tree: TreeView, qtbot: QtBot) -> None:  # noqa: F811
    panel = desktop.window.granularity.tree.panel
    qtbot.waitUntil(lambda: tree._whole == {FIRST_EVENT, SECOND_EVENT}, timeout=PATIENCE_MS)
    assert len({column for _, _, column in tree._runs if column}) == 2
    qtbot.mouseMove(tree, inside(tree, SECOND_EVENT))
    qtbot.waitUntil(lambda: panel.where.text() == "The column «Group 2»", timeout=PATIENCE_MS)
    assert panel.count.text() == "6 photos"
    assert panel.act.text() == "Split into its 3 parts"
    qtbot.mouseClick(tree, Qt.MouseButton.LeftButton, pos=inside(tree, SECOND_EVENT))
    assert names(desktop, desktop.window.board.selected_ids()) == [f"{n:02}" for n in range(6, 12)]


def test_arrows_walk_and_enter_divides_and_joins(desktop: Desktop, tree: TreeView, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    tree.setFocus()
    tree.go_to(ALL)
    for key, part in (
        (Qt.Key.Key_Down, FIRST_EVENT),
        (Qt.Key.Key_Right, SECOND_EVENT),
        (Qt.Key.Key_Left, FIRST_EVENT),
        (Qt.Key.Key_Down, FIRST_PAIR),
        (Qt.Key.Key_Right, SECOND_PAIR),
        (Qt.Key.Key_Up, FIRST_EVENT),
    ):
        qtbot.keyClick(tree, key)
        assert tree.current == part
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert len(window.board.selected_ids()) == 6
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(layout_of(desktop)) == 5, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "Split «Group 1»" in window.messages.text.text(), timeout=PATIENCE_MS)
    panel = window.granularity.tree.panel
    qtbot.waitUntil(lambda: panel.where.text() == "In 3 columns", timeout=PATIENCE_MS)
    window.messages.action.click()
    qtbot.waitUntil(lambda: shown(window) == MOMENTS_SHOWN, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(tree._whole) == 2, timeout=PATIENCE_MS)
    tree.go_to(ALL)
    assert panel.act.text() == "Join in one column"
    panel.act.click()
    qtbot.waitUntil(lambda: len(layout_of(desktop)) == 2, timeout=PATIENCE_MS)
    qtbot.keyClick(tree, Qt.Key.Key_Escape)
    assert not tree.hasFocus()


def test_the_keyboard_in_it_frames_the_tree_and_covers_nothing(tree: TreeView, qtbot: QtBot) -> None:
    tree.setFocus()
    qtbot.waitUntil(tree.hasFocus, timeout=PATIENCE_MS)
    tree.go_to(SECOND_PAIR)
    seen = tree.grab().toImage()
    accent = theme.colour("accent").name()
    assert seen.pixelColor(0, tree.height() // 2).name() == accent
    assert seen.pixelColor(inside(tree, SECOND_EVENT)).name() != accent


def test_the_menu_of_a_part_says_what_it_would_do(desktop: Desktop, tree: TreeView, qtbot: QtBot) -> None:  # noqa: F811
    panel = desktop.window.granularity.tree.panel
    tree.menu_wanted.emit(FIRST_PAIR, QPoint(5, 5))
    actions = [action for menu in panel.findChildren(QMenu) for action in menu.actions()]
    assert [action.text() for action in actions] == ["Select its 2 photos", "Split off"]
    found: QAction = actions[1]
    found.trigger()
    qtbot.waitUntil(
        lambda: sorted(map(len, layout_of(desktop).values())) == [1, 2, 4, 6], timeout=PATIENCE_MS
    )


def test_dragging_the_line_is_moving_the_slider(desktop: Desktop, tree: TreeView, qtbot: QtBot) -> None:  # noqa: F811
    window, room = desktop.window, tree._room()
    start = QPoint(room.center().x(), round(tree._y(0.5)))
    qtbot.mousePress(tree, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(tree, QPoint(start.x(), round(tree._y(1.0))))
    qtbot.waitUntil(lambda: shown(window) == FRAMES_SHOWN, timeout=PATIENCE_MS)
    assert window.granularity.value == 1.0
    assert layout_of(desktop) == MOMENTS_SHOWN
    qtbot.waitUntil(lambda: len({c for _, _, c in tree._runs if c}) == 6, timeout=PATIENCE_MS)
    qtbot.mouseMove(tree, QPoint(start.x(), 0))
    qtbot.waitUntil(lambda: shown(window) == EVENTS_SHOWN, timeout=PATIENCE_MS)
    qtbot.mouseRelease(tree, Qt.MouseButton.LeftButton, pos=QPoint(start.x(), 0))
    qtbot.waitUntil(lambda: layout_of(desktop) == EVENTS_SHOWN, timeout=PATIENCE_MS)
    window.session.undo()
    qtbot.waitUntil(lambda: tree._cut == 0.5, timeout=PATIENCE_MS)


def test_the_button_hides_it_and_the_window_remembers(desktop: Desktop, tree: TreeView, qtbot: QtBot) -> None:  # noqa: F811
    window = desktop.window
    bar = window.granularity.bar
    assert bar.tree.isChecked()
    assert window.memory.tree
    window.area.show_view("grid")
    assert not tree.isVisible()
    window.area.show_view("board")
    assert tree.isVisible()
    bar.tree.click()
    assert not tree.isVisible()
    assert not window.memory.tree


def test_a_project_without_a_tree_says_so(
    open_window: Callable[..., Desktop], tmp_path: Path, make_jpeg: Callable[..., Path], qtbot: QtBot
) -> None:
    folder = tmp_path / "ungrouped library"
    with Library.open(folder) as library:
        nested_project(library, make_jpeg)
    window = open_window(folder, "Nested").window
    qtbot.waitUntil(lambda: len(window.session.snapshot.order) == 13, timeout=PATIENCE_MS)
    window.area.show_view("board")
    qtbot.waitUntil(lambda: window.granularity.bar.isVisible(), timeout=PATIENCE_MS)
    window.granularity.tree.toggle()
    panel = window.granularity.tree.panel
    qtbot.waitUntil(lambda: "Group the project" in panel.note.text(), timeout=PATIENCE_MS)


def test_where_columns_are_moments_the_tree_is_of_pauses_and_its_parts_divide_them(
    open_window: Callable[..., Desktop], qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "shoot"
    with Library.open(folder) as library:
        project_id = fill(library, TIMES)  # three scenes of ten frames, and no looks at all
        group_photos(
            library,
            project_id=project_id,
            parameters=GroupingParameters(selection="moments", granularity=0.0),
        )
    window = open_window(folder, "Shoot").window
    window.granularity.tree.toggle()
    view = window.granularity.tree.panel.view
    qtbot.waitUntil(lambda: len(view.drawing.first) > 3, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(shown(window)["Group 1"]) == 30, timeout=PATIENCE_MS)
    assert (view.drawing.count[0], view.drawing.top[0]) == (30, 0.0)
    parts = [[f"{i - 1:03}" for i in view.drawing.ids(kid)] for kid in view.drawing.kids[0]]
    view.act_wanted.emit(0)
    qtbot.waitUntil(
        lambda: sorted(filter(None, shown(window).values())) == sorted(parts), timeout=PATIENCE_MS
    )


def test_of_thirty_thousand_photos_only_what_can_be_seen_is_painted_and_once(qtbot: QtBot) -> None:
    total, first, count, top, bottom, parent = 30_000, [], [], [], [], []

    def part(start: int, size: int, depth: float, around: int) -> None:
        first.append(start)
        count.append(size)
        top.append(depth)
        bottom.append(min(1.0, depth + 0.1))
        parent.append(around)
        here = len(first) - 1
        if size >= 4 and depth < 0.9:
            part(start, size // 2, depth + 0.1, here)
            part(start + size // 2, size // 3, depth + 0.1, here)

    part(0, total, 0.0, -1)
    view = TreeView()
    qtbot.addWidget(view)
    view.resize(1200, 160)
    leaves = [0.05 + (total - place) / total * 0.05 for place in range(total)]
    view.show_drawing(TreeDrawing(range(1, total + 1), leaves, parent, first, count, top, bottom))
    view.show_columns({i: 1 + i // 40 for i in range(1, total + 1)}, {})
    picture = QPixmap(view.size())
    view.render(picture)
    assert 100 < len(view.drawn) < len(first)
    assert view._kept is not None
    painted = view._kept.cacheKey()
    view.go_to(view.drawn[-1])
    view.render(picture)
    assert view._kept.cacheKey() == painted
    view.refresh_looks()
    view.render(picture)
    assert view._kept.cacheKey() != painted


def test_a_few_photos_have_a_tree_too() -> None:
    drawing = TreeDrawing([7, 8, 9], [1, 1, 0], [-1], [0], [2], [0.0], [1.0])
    assert drawing.ids(0) == [7, 8]
    assert drawing.part_at(1, 0.9, [0]) == 0
    assert drawing.part_at(2, 0.1, [0]) is None
    assert drawing.runs({7: 1, 8: 1}) == [(0, 2, 1), (2, 3, 0)]
    assert TreeDrawing().runs({}) == []
