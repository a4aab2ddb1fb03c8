"""The map in the real window: places, selection, lasso, keys, and what happens where there is little to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.map.map_view import MapView
from tests.views.conftest import PATIENCE_MS, key_of_label, layout_of

Key, Button, Modifier = Qt.Key, Qt.MouseButton, Qt.KeyboardModifier


def open_map(qtbot: QtBot, window: MainWindow) -> MapView:
    """Press V, and wait until every photo is painted."""
    qtbot.keyClick(window, Key.Key_V)
    view = window.area.map
    qtbot.waitUntil(lambda: view.points is not None, timeout=PATIENCE_MS)
    ready = [p for p in window.session.snapshot.photos.values() if p.status == "ready"]
    qtbot.waitUntil(lambda: len(view.pictures) == len(ready), timeout=PATIENCE_MS)
    return view


def named(view: MapView, *names: str) -> list[int]:
    by_name = {Path(photo.path).stem: photo.id for photo in view.snapshot.photos.values()}
    return [by_name[name] for name in names]


def names(view: MapView) -> list[str]:
    return [Path(view.snapshot.photos[i].path).stem for i in view.selected_ids()]


def middle(view: MapView, photo_id: int) -> QPoint:
    """Where a photo's place is on the screen."""
    assert view.points is not None
    row = view.points.row_of(photo_id)
    assert row is not None
    x, y = view.view().on_screen(*view.points.place(row))
    return QPoint(round(x), round(y))


def lasso(
    qtbot: QtBot, view: MapView, line: Sequence[QPoint], modifier: Modifier = Modifier.NoModifier
) -> None:
    qtbot.mousePress(view, Button.LeftButton, modifier, line[0])
    for at in line[1:]:
        qtbot.mouseMove(view, at)
    assert view.pointer.lasso
    qtbot.mouseRelease(view, Button.LeftButton, modifier, line[-1])
    assert not view.pointer.lasso


def around(view: MapView, photo_ids: Sequence[int], margin: int = 12) -> list[QPoint]:
    """A box around the places of photos."""
    at = [middle(view, i) for i in photo_ids]
    left, right = min(p.x() for p in at) - margin, max(p.x() for p in at) + margin
    top, bottom = min(p.y() for p in at) - margin, max(p.y() for p in at) + margin
    return [QPoint(left, top), QPoint(right, top), QPoint(right, bottom), QPoint(left, bottom)]


def turn(view: MapView, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at), view.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, 120 * notches), Button.NoButton,
        Modifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def apart(view: MapView, one: int, other: int) -> float:
    assert view.points is not None
    rows = [view.points.row_of(i) for i in (one, other)]
    (x1, y1), (x2, y2) = (view.points.place(row) for row in rows if row is not None)
    return ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5


def test_frames_of_a_scene_stand_together(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    assert window.area.view == "map"
    assert window.area.toolbar.map.isChecked()
    for scene in (0, 1, 2):
        first, second = named(view, f"scene{scene}_0", f"scene{scene}_1")
        others = [i for n in {0, 1, 2} - {scene} for i in named(view, f"scene{n}_0")]
        assert apart(view, first, second) < min(apart(view, first, other) for other in others) / 2


def test_a_lasso_selects_and_makes_a_column_that_undo_takes_back(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    view = open_map(qtbot, window)
    before = layout_of(desktop)
    coast = named(view, "scene0_0", "scene0_1", "scene0_2", "scene0_3")
    lasso(qtbot, view, around(view, coast))
    assert view.selected_ids() == coast
    assert window.area.chosen_ids() == coast
    assert view.bar.column.isVisible()
    assert "4 photos" in view.bar.column.text()
    qtbot.mouseClick(view.bar.column, Button.LeftButton)
    qtbot.waitUntil(
        lambda: "Coast" not in layout_of(desktop) or not layout_of(desktop)["Coast"], timeout=PATIENCE_MS
    )
    made = [names for label, names in layout_of(desktop).items() if label not in before]
    assert made == [["scene0_0", "scene0_1", "scene0_2", "scene0_3"]]
    qtbot.keyClick(window, Key.Key_Z, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: layout_of(desktop) == before, timeout=PATIENCE_MS)


def test_no_column_is_made_of_what_is_locked_and_none_is_told(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.organiser.toggle_lock(key_of_label(window, "Coast"))
    view, before = open_map(qtbot, window), layout_of(desktop)
    view.select_ids(named(view, "scene0_0", "scene1_0"))
    qtbot.mouseClick(view.bar.column, Button.LeftButton)
    message = window.messages.text
    assert "Made a column" not in message.text()
    qtbot.waitUntil(lambda: message.text() == "«Coast» is locked; unlock it first.", timeout=PATIENCE_MS)
    assert layout_of(desktop) == before


def test_a_second_lasso_adds_with_shift_and_replaces_without(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    coast, forest = named(view, "scene0_0", "scene0_1"), named(view, "scene1_0")
    view.select_ids(coast)
    lasso(qtbot, view, around(view, forest), Modifier.ShiftModifier)
    assert set(coast) < set(view.selected_ids())
    lasso(qtbot, view, around(view, forest))
    assert set(forest) <= set(view.selected_ids())
    assert not set(coast) & set(view.selected_ids())


def test_a_click_selects_what_lies_on_top_and_control_takes_it_away(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    (photo_id,) = named(view, "scene1_2")
    view.select_ids([photo_id])
    view.repaint()  # selected photos lie on top
    at = middle(view, photo_id)
    qtbot.mouseClick(view, Button.LeftButton, Modifier.ControlModifier, at)
    assert view.selected_ids() == []
    view.repaint()
    qtbot.mouseClick(view, Button.LeftButton, pos=at)
    assert view.selected_ids() == [photo_id]
    qtbot.mouseClick(view, Button.LeftButton, pos=QPoint(2, 2))
    assert view.selected_ids() == []


def test_the_selection_is_that_of_board_and_grid(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    chosen = named(view, "scene0_1", "scene2_0")
    view.select_ids(chosen)
    qtbot.keyClick(window, Key.Key_G)
    assert window.grid.selected_ids() == chosen
    window.grid.select_ids(chosen[1:])
    qtbot.keyClick(window, Key.Key_V)
    assert view.selected_ids() == chosen[1:]
    qtbot.keyClick(window, Key.Key_B)
    assert window.board.selected_ids() == chosen[1:]


def test_arrows_lead_to_the_photo_in_that_direction(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    everyone = view.snapshot.shown_order
    leftmost = min(everyone, key=lambda i: middle(view, i).x())
    view.select_ids([leftmost])
    view.setFocus()
    here, steps = middle(view, leftmost).x(), 0
    while True:
        qtbot.keyClick(view, Key.Key_Right)
        current = view.current_id()
        assert current is not None
        x = middle(view, current).x()
        if x <= here:
            break
        here, steps = x, steps + 1
        assert view.selected_ids() == [current]
    assert steps >= 2
    qtbot.keyClick(view, Key.Key_Left, Modifier.ShiftModifier)
    assert len(view.selected_ids()) == 2


def test_judging_keys_and_the_large_photo_work_from_the_map(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    (photo_id,) = named(view, "scene1_0")
    view.select_ids([photo_id])
    qtbot.keyClick(window, Key.Key_4)
    qtbot.waitUntil(lambda: view.snapshot.photos[photo_id].rating == 4, timeout=PATIENCE_MS)
    assert view.selected_ids() == [photo_id]
    qtbot.keyClick(view, Key.Key_Return)
    assert window.area.loupe.photo is not None
    assert window.area.loupe.photo.id == photo_id
    qtbot.keyClick(window.area.loupe, Key.Key_Escape)
    assert window.area.stack.currentWidget() is view


def test_photos_that_a_search_hides_are_dots_that_nothing_selects(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    coast = named(view, "scene0_0", "scene0_1", "scene0_2", "scene0_3")
    view.select_ids([*coast, *named(view, "scene1_0")])
    window.session.search("scene0")
    qtbot.waitUntil(lambda: set(view.pictures) == set(coast), timeout=PATIENCE_MS)
    assert view.selected_ids() == coast
    area = view.area().adjusted(1, 1, -1, -1)
    corners = [area.topLeft(), area.topRight(), area.bottomRight(), area.bottomLeft()]
    lasso(qtbot, view, corners)
    assert view.selected_ids() == coast
    view.select_all()
    assert view.selected_ids() == coast


def test_the_wheel_zooms_at_the_pointer_and_home_shows_all(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    (photo_id,) = named(view, "scene2_1")
    at, before = middle(view, photo_id), view.view()
    turn(view, at, 3)
    assert view.view().scale == pytest.approx(before.scale * 1.2**3)
    assert (middle(view, photo_id) - at).manhattanLength() <= 2
    turn(view, at, 60)
    view.repaint()
    shown = list(view.pictures.values())
    assert not any(a.intersects(b) for n, a in enumerate(shown) for b in shown[:n])
    turn(view, at, -200)
    assert view.view().scale == pytest.approx(before.scale / 2)
    qtbot.keyClick(view, Key.Key_Home)
    assert view.view() == before


def test_the_middle_button_and_alt_drag_the_map(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    (photo_id,) = named(view, "scene0_0")
    turn(view, middle(view, photo_id), 4)
    chosen = view.selected_ids()
    for button, modifier in (
        (Button.MiddleButton, Modifier.NoModifier),
        (Button.LeftButton, Modifier.AltModifier),
    ):
        at = middle(view, photo_id)
        qtbot.mousePress(view, button, modifier, QPoint(300, 300))
        qtbot.mouseMove(view, QPoint(340, 320))
        qtbot.mouseRelease(view, button, modifier, QPoint(340, 320))
        assert (middle(view, photo_id) - at - QPoint(40, 20)).manhattanLength() <= 2
        assert view.selected_ids() == chosen


def test_the_photo_under_the_pointer_is_shown_larger(window: MainWindow, qtbot: QtBot) -> None:
    view = open_map(qtbot, window)
    (photo_id,) = named(view, "scene1_1")
    view.select_ids([photo_id])
    view.repaint()
    qtbot.mouseMove(view, middle(view, photo_id))
    qtbot.waitUntil(view.card.isVisible, timeout=PATIENCE_MS)
    assert view.card.photo is not None
    assert view.card.photo.id == photo_id
    assert "Forest" in view.card.accessibleName()
    assert view.rect().contains(view.card.geometry())
    turn(view, middle(view, photo_id), 1)
    assert not view.card.isVisible()


def test_delete_takes_out_of_the_column_and_the_menu_is_that_of_the_board(
    desktop: Desktop, qtbot: QtBot
) -> None:
    view = open_map(qtbot, desktop.window)
    view.select_ids(named(view, "scene1_0"))
    qtbot.keyClick(view, Key.Key_Delete)
    qtbot.waitUntil(lambda: "scene1_0" in layout_of(desktop)["Ungrouped"], timeout=PATIENCE_MS)
    assert names(view) == ["scene1_0"]


def test_photos_that_come_are_put_on_the_map(
    desktop: Desktop, qtbot: QtBot, make_jpeg: Callable[..., Path]
) -> None:
    window = desktop.window
    view = open_map(qtbot, window)
    assert view.points is not None
    before = {
        i: view.points.place(row) for i in view.snapshot.order if (row := view.points.row_of(i)) is not None
    }
    window.intake.add(window.session.project_id, [str(make_jpeg("later/new.jpg", seed=9, size=(320, 240)))])
    qtbot.waitUntil(lambda: view.points is not None and len(view.points) == 11, timeout=PATIENCE_MS)
    kept = {i: view.points.place(row) for i in before if (row := view.points.row_of(i)) is not None}
    assert kept == before


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_photos_are_large_and_none_says_so(
    count: int,
    open_window: Callable[[Path, str], Desktop],
    qtbot: QtBot,
    tmp_path: Path,
    make_jpeg: Callable[..., Path],
) -> None:
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="Few")
        paths = [str(make_jpeg(f"card/{n}.jpg", seed=n, size=(320, 240))) for n in range(count)]
        import_photos(library, project_id=project.id, paths=paths)
    window = open_window(tmp_path / "library", "Few").window
    qtbot.waitUntil(lambda: window.session.snapshot.project is not None, timeout=PATIENCE_MS)
    if count == 0:
        window.area.show_view("map")
        assert window.area.stack.currentWidget() is window.area.empty
        return
    view = open_map(qtbot, window)
    shown = list(view.pictures.values())
    assert all(view.area().contains(place) for place in shown)
    assert not any(a.intersects(b) for n, a in enumerate(shown) for b in shown[:n])


def test_photos_without_a_vector_stand_aside_and_are_told(desktop: Desktop, qtbot: QtBot) -> None:
    assert desktop.library is not None
    window = desktop.window
    lost = [i for i, p in window.session.snapshot.photos.items() if "scene2" in p.path]

    def forget(transaction: object) -> None:
        for photo_id in lost:
            transaction.connection.execute("DELETE FROM embeddings WHERE photo_id = ?", (photo_id,))  # type: ignore[attr-defined]

    desktop.library.write(forget)
    view = open_map(qtbot, window)
    placed = [i for i in view.snapshot.order if i not in lost]
    assert min(middle(view, i).x() for i in lost) > max(middle(view, i).x() for i in placed)
    assert "3 photos have no place" in view.bar.text.text()
    assert view.area().contains(view.pictures[lost[0]])


def test_a_cancelled_map_leaves_the_view_usable(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from pixsort_desktop.jobs import map_photos as job
    from pixsort_desktop.progress import Progress

    def endless(_vectors: object, progress: Progress) -> None:
        while True:
            progress.check()
            time.sleep(0.005)

    monkeypatch.setattr(job, "principal_places", lambda _vectors: endless(_vectors, window.map._progress))
    window = desktop.window
    qtbot.keyClick(window, Key.Key_V)
    bar = window.area.map.bar
    qtbot.waitUntil(bar.cancel.isVisible, timeout=PATIENCE_MS)
    assert "10 photos" in bar.text.text()
    qtbot.mouseClick(bar.cancel, Button.LeftButton)
    qtbot.waitUntil(lambda: not bar.cancel.isVisible(), timeout=PATIENCE_MS)
    assert window.area.map.points is None
    monkeypatch.undo()
    window.map.look()
    assert not window.map.runner.busy  # not tried again by itself
    bar.method_chosen.emit("pca")
    qtbot.waitUntil(lambda: window.area.map.points is not None, timeout=PATIENCE_MS)


def test_a_map_on_its_way_goes_on_when_it_is_looked_at_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its first look nor a look at the board in between begins it anew: UMAP takes a minute."""
    from threading import Event

    from pixsort_desktop.jobs import map_photos as job

    begun: list[int] = []
    looked, places = Event(), job.principal_places

    def slow(vectors: Any) -> Any:
        begun.append(len(vectors))
        looked.wait(PATIENCE_MS / 1000)
        return places(vectors)

    monkeypatch.setattr(job, "principal_places", slow)
    qtbot.keyClick(window, Key.Key_V)
    qtbot.waitUntil(lambda: bool(begun), timeout=PATIENCE_MS)
    qtbot.keyClick(window, Key.Key_B)
    qtbot.keyClick(window, Key.Key_V)
    looked.set()
    qtbot.waitUntil(lambda: window.area.map.points is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.map.runner.busy, timeout=PATIENCE_MS)
    assert begun == [10]


def test_the_view_is_the_one_that_was_left(
    open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot
) -> None:
    from tests.views.conftest import close

    first = open_window(sorted_library)
    qtbot.waitUntil(lambda: bool(first.session.snapshot.order), timeout=PATIENCE_MS)
    open_map(qtbot, first.window)
    close(qtbot, first)
    second = open_window(sorted_library)
    view = second.window.area.map
    qtbot.waitUntil(lambda: len(view.pictures) == 10, timeout=PATIENCE_MS)
    assert second.window.area.view == "map"


def test_photos_get_their_places_when_a_job_has_made_their_vectors(desktop: Desktop, qtbot: QtBot) -> None:
    window, library = desktop.window, desktop.library
    assert library is not None
    rows = [tuple(row) for row in library.rows("SELECT photo_id, embedding_id, vector FROM embeddings")]
    lost = {i for i, p in window.session.snapshot.photos.items() if "scene2" in p.path}
    for photo_id in lost:
        library.write(
            lambda t, i=photo_id: t.connection.execute("DELETE FROM embeddings WHERE photo_id = ?", (i,))
        )
    view = open_map(qtbot, window)
    qtbot.waitUntil(lambda: "3 photos have no place" in view.bar.text.text(), timeout=PATIENCE_MS)

    def embed(_progress: object) -> None:
        library.write(
            lambda t: t.connection.executemany(
                "INSERT INTO embeddings (photo_id, embedding_id, vector) VALUES (?, ?, ?)",
                [row for row in rows if row[0] in lost],
            )
        )

    desktop.centre.start("Embedding", embed)
    qtbot.waitUntil(lambda: "no place" not in view.bar.text.text(), timeout=PATIENCE_MS)
    assert view.points is not None and len(view.points) == 10


def test_a_project_that_is_deleted_while_it_is_placed_is_not_complained_about(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    from pixsort_desktop.jobs import map_photos as job

    window, deleted, places = desktop.window, Event(), job.principal_places

    def slow(vectors: Any) -> Any:
        deleted.wait(20)
        return places(vectors)

    monkeypatch.setattr(job, "principal_places", slow)
    qtbot.keyClick(window, Key.Key_V)
    qtbot.waitUntil(lambda: window.map.runner.busy, timeout=PATIENCE_MS)
    project_id = window.session.project_id
    assert project_id is not None
    window.organiser.delete_project(project_id)
    qtbot.waitUntil(lambda: not window.session.projects, timeout=PATIENCE_MS)
    deleted.set()
    qtbot.waitUntil(lambda: not window.map.runner.busy, timeout=PATIENCE_MS)
    assert "Deleted the project «Trip»" in window.messages.text.text()
    assert window.messages.action.text() == "Undo"
    window.messages.action.click()
    qtbot.waitUntil(lambda: len(window.session.projects) == 1, timeout=PATIENCE_MS)
    window.session.open_project(project_id)
    qtbot.waitUntil(lambda: window.area.map.points is not None, timeout=PATIENCE_MS)
