"""Photos shown large, in the real window: going on, zooming, the filmstrip, facts, the whole screen."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject, QPoint, QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pixsort_desktop import app_frames
from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.records import Photo
from pixsort_desktop.views.loupe.canvas import Canvas
from pixsort_desktop.views.loupe.frames import Frames, Wish
from pixsort_desktop.views.loupe.loupe import Loupe
from pixsort_desktop.views.loupe.sequence import Walk
from pixsort_desktop.views.loupe.viewpoint import Pane, Viewpoint
from pixsort_desktop.views.main_window import MainWindow
from tests.photo.dng import make_dng
from tests.views.conftest import PATIENCE_MS, close, select

Key = Qt.Key
LARGE = 6  # photos of 1500 x 1000, and one broken file


@pytest.fixture(scope="module")
def large_shoot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    rng = np.random.default_rng(11)
    for number in range(LARGE):
        cells = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
        size = (1000, 1500) if number == 3 else (1500, 1000)
        Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC).save(folder / f"large_{number}.jpg")
    (folder / "large_9.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    return folder


@pytest.fixture
def large(
    open_window: Callable[[Path], Desktop], large_shoot: Path, tmp_path: Path, qtbot: QtBot
) -> Iterator[Desktop]:
    """The grid of a project with photos larger than their place in the window, the first one open in the loupe."""
    card = tmp_path / "card"
    card.mkdir()
    for path in large_shoot.iterdir():
        (card / path.name).write_bytes(path.read_bytes())
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="Large")
        import_photos(library, project_id=project.id, paths=[str(card)])
    desktop = open_window(tmp_path / "library")
    window = desktop.window
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.order) == LARGE + 1, timeout=PATIENCE_MS)
    window.area.show_view("grid")
    window.grid.select_ids([next(i for i, p in desktop.session.snapshot.photos.items() if "_0" in p.path)])
    window.area.focus_photos()
    press(qtbot, Key.Key_E)
    qtbot.waitUntil(lambda: is_sharp(window.area.loupe))
    yield desktop


def press(qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)


def is_sharp(loupe: Loupe) -> bool:
    painted, photo = loupe.canvas.painted, loupe.photo
    return painted is not None and photo is not None and painted.photo_id == photo.id and painted.sharp


def name(loupe: Loupe) -> str:
    return Path(loupe.photo.path).stem if loupe.photo else ""


def wheel(canvas: Canvas, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at, QPointF(canvas.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


# -- opening and going on ------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["board", "grid"])
@pytest.mark.parametrize("back", [Key.Key_E, Key.Key_Escape, Key.Key_Return, Key.Key_G, Key.Key_B])
def test_e_shows_the_current_photo_and_goes_back(
    window: MainWindow, qtbot: QtBot, view: str, back: Qt.Key
) -> None:
    window.area.show_view(view)
    [chosen] = [i for i, p in window.session.snapshot.photos.items() if p.path.endswith("scene1_1.jpg")]
    window.area.shown.select_ids([chosen])
    window.area.focus_photos()
    press(qtbot, Key.Key_E)
    loupe = window.area.loupe
    assert window.area.stack.currentWidget() is loupe
    assert name(loupe) == "scene1_1"
    press(qtbot, Key.Key_Right)
    press(qtbot, back)
    expected = {Key.Key_G: "grid", Key.Key_B: "board"}.get(back, view)
    assert window.area.stack.currentWidget() is (window.board if expected == "board" else window.grid)
    photos = window.session.snapshot.photos
    assert [Path(photos[i].path).stem for i in window.area.shown.selected_ids()] == ["scene1_2"]


def test_keys_go_through_all_photos_and_the_selection_goes_along(window: MainWindow, qtbot: QtBot) -> None:
    select(window, "scene0_0")
    window.area.focus_photos()
    loupe = window.area.loupe
    press(qtbot, Key.Key_E, Key.Key_Space, Key.Key_Down, Key.Key_Left)
    assert name(loupe) == "scene0_1"
    qtbot.waitUntil(lambda: window.board.selected_ids() == [loupe.photo.id if loupe.photo else 0])
    press(qtbot, Key.Key_End)
    assert loupe.place.text().startswith("10 of 10")
    press(qtbot, Key.Key_Right)
    assert loupe.place.text().startswith("10 of 10")
    press(qtbot, Key.Key_Home)
    assert name(loupe) == "scene0_0"


def test_what_is_painted_is_the_photo_decoded_for_its_place(large: Desktop, qtbot: QtBot) -> None:
    loupe, canvas = large.window.area.loupe, large.window.area.loupe.canvas
    press(qtbot, Key.Key_Right)
    qtbot.waitUntil(lambda: is_sharp(loupe))
    photo = loupe.photo
    assert photo is not None
    own = app_frames.read_frame(photo, canvas.wish(photo).pixels_long, app_frames.fresh_image)
    corner = canvas.photo_rect().topLeft().toPoint()
    assert own.size() == canvas.photo_rect().size().toSize()
    grabbed = canvas.grab().toImage()
    for at in (QPoint(0, 0), QPoint(200, 150), QPoint(own.width() - 1, own.height() - 1)):
        assert grabbed.pixelColor(corner + at) == own.pixelColor(at)


def test_the_next_frames_are_decoded_ahead_in_both_directions(large: Desktop, qtbot: QtBot) -> None:
    loupe = large.window.area.loupe
    press(qtbot, Key.Key_Right, Key.Key_Right)
    photos = [p for p in large.session.snapshot.photos.values() if p.status == "ready"]
    qtbot.waitUntil(lambda: all(large.frames.has(loupe.canvas.wish(photo)) for photo in photos))
    press(qtbot, Key.Key_Right)
    loupe.canvas.repaint()
    assert is_sharp(loupe)


def test_a_judged_photo_that_a_search_hides_stays_until_one_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    select(window, "scene0_1")
    window.area.focus_photos()
    press(qtbot, Key.Key_E)
    loupe = window.area.loupe
    photos = window.session.snapshot.photos
    left = [i for i in window.session.snapshot.order if not photos[i].path.endswith("scene0_1.jpg")]
    loupe.show_walk(Walk(left), photos, {}, None)
    assert name(loupe) == "scene0_1"
    loupe.step(1)
    assert name(loupe) == "scene0_2"
    loupe.step(-1)
    assert name(loupe) == "scene0_0"


# -- zoom ----------------------------------------------------------------------------------------------------


def test_zoom_and_place_are_kept_from_photo_to_photo(large: Desktop, qtbot: QtBot) -> None:
    loupe, canvas, view = (
        large.window.area.loupe,
        large.window.area.loupe.canvas,
        large.window.area.loupe.viewpoint,
    )
    canvas.toggle_zoom(QPointF(40, 30))
    assert view.zoom == 1.0
    before = view.photo_point(canvas.pane(), QPointF(0, 0))
    press(qtbot, Key.Key_Right)
    assert view.zoom == 1.0
    assert view.photo_point(canvas.pane(), QPointF(0, 0)) == before
    qtbot.waitUntil(lambda: is_sharp(loupe))
    frame = canvas.frame()
    assert frame is not None
    assert frame.image.size() == QSize(1500, 1000)
    rect = canvas.photo_rect().topLeft().toPoint()
    assert canvas.grab().toImage().pixelColor(100, 90) == frame.image.pixelColor(QPoint(100, 90) - rect)
    press(qtbot, Key.Key_Z)
    assert view.zoom is None
    assert "Fit" in loupe.place.text()


@pytest.mark.parametrize("at", [QPointF(120, 90), QPointF(500, 300), QPointF(260, 210)])
def test_the_wheel_keeps_the_point_under_the_pointer(large: Desktop, at: QPointF) -> None:
    canvas, view = large.window.area.loupe.canvas, large.window.area.loupe.viewpoint
    wheel(canvas, at, 1)
    assert view.zoom == 1.0  # the photo fits at more than 50 %
    point = view.photo_point(canvas.pane(), at)
    wheel(canvas, at, 1)
    assert view.zoom == 2.0
    after = view.photo_point(canvas.pane(), at)
    assert abs(after.x() - point.x()) * 3000 < 2
    assert abs(after.y() - point.y()) * 2000 < 2
    wheel(canvas, at, 1)
    assert view.zoom == 2.0
    for _ in range(2):
        wheel(canvas, at, -1)
    assert view.zoom is None


def test_dragging_stops_at_the_edges(large: Desktop, qtbot: QtBot) -> None:
    canvas = large.window.area.loupe.canvas
    canvas.step_zoom(1)
    start = QPoint(300, 200)
    for to, reached in (
        (QPoint(5000, 5000), lambda r: r.left() == 0 and r.top() == 0),
        (QPoint(-5000, -5000), lambda r: r.right() == canvas.width() and r.bottom() == canvas.height()),
    ):
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(canvas, start + QPoint(30, 30))
        qtbot.mouseMove(canvas, to)
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=to)
        assert reached(canvas.photo_rect())
    assert large.window.area.loupe.viewpoint.zoom == 1.0  # a drag is no click


def test_a_click_zooms_there_and_a_double_click_goes_back(large: Desktop, qtbot: QtBot) -> None:
    canvas, view = large.window.area.loupe.canvas, large.window.area.loupe.viewpoint
    at = QPoint(480, 250)
    before = view.photo_point(canvas.pane(), QPointF(at))
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert view.zoom == 1.0
    assert (view.photo_point(canvas.pane(), QPointF(at)) - before).manhattanLength() < 0.002
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert view.zoom is None
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert view.zoom is None
    assert large.window.area.stack.currentWidget() is large.window.grid


def test_the_keys_for_size_zoom_the_large_photo_only(large: Desktop, qtbot: QtBot) -> None:
    window, view = large.window, large.window.area.loupe.viewpoint
    edge = window.grid.edge
    window.actions_.actions["larger"].trigger()
    window.actions_.actions["larger"].trigger()
    assert (view.zoom, window.grid.edge) == (2.0, edge)
    window.actions_.actions["smaller"].trigger()
    assert view.zoom == 1.0
    press(qtbot, Key.Key_Escape)
    window.actions_.actions["larger"].trigger()
    assert window.grid.edge > edge


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_viewpoint_keeps_to_whole_device_pixels(ratio: float) -> None:
    pane = Pane(QSizeF(801, 603), ratio, QSize(6000, 4000))
    view = Viewpoint()
    told: list[None] = []
    view.changed.connect(lambda: told.append(None))
    for act in (
        lambda: None,
        lambda: view.step(1, pane, QPointF(33, 71)),
        lambda: view.step(1, pane, QPointF(780, 600)),
        lambda: view.pan(QPointF(-13.7, 200.3), pane),
        lambda: view.toggle(pane),
    ):
        act()
        rect = view.rect(pane)
        for value in (rect.left(), rect.top(), rect.width(), rect.height()):
            assert abs(value * ratio - round(value * ratio)) < 1e-6
        longer = max(rect.width(), rect.height()) * ratio
        assert round(longer) == view.edge(pane)
        assert rect.width() * ratio >= pane.width or rect.left() >= 0
    assert len(told) == 4


# -- around it -----------------------------------------------------------------------------------------------


def test_the_filmstrip_shows_the_neighbours_and_a_click_goes_there(large: Desktop, qtbot: QtBot) -> None:
    loupe = large.window.area.loupe
    strip = loupe.strip
    press(qtbot, Key.Key_Right, Key.Key_Right)
    assert strip.currentIndex().row() == 2
    target = strip.photos.index(4)
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=strip.visualRect(target).center())
    assert name(loupe) == "large_4"
    assert QApplication.focusWidget() is loupe
    sha256 = loupe.photo.sha256 if loupe.photo else ""
    qtbot.waitUntil(lambda: large.loader.pixmap(sha256 or "") is not None)
    press(qtbot, Key.Key_T)
    assert not strip.isVisible()
    press(qtbot, Key.Key_T)
    assert strip.isVisible()


def test_the_current_tile_is_in_the_middle_and_only_those_in_sight_are_wanted(large: Desktop) -> None:
    strip = large.window.area.loupe.strip
    photos = large.session.snapshot.photos
    ids = list(range(1_000, 31_000))
    some = next(p for p in photos.values() if p.status == "ready")
    strip.show_photos(ids, {i: replace(some, id=i) for i in ids}, 5)
    strip.go_to(16_000)
    middle = strip.visualRect(strip.currentIndex()).center().x()
    assert abs(middle - strip.viewport().width() / 2) <= strip.tile_size().width() / 2
    assert strip.visible_photos()[0].id in (15_999, 16_000, 16_001)
    assert len(strip.visible_photos()) <= strip.width() // strip.tile_size().width() + 2


def test_facts_go_off_short_full_and_are_remembered(
    large: Desktop, open_window: Callable[[Path], Desktop], qtbot: QtBot, tmp_path: Path
) -> None:
    info = large.window.area.loupe.stage.info
    assert not info.isVisible()
    press(qtbot, Key.Key_I)
    assert info.text().splitlines()[0] == "large_0.jpg"
    short = info.text()
    press(qtbot, Key.Key_I, Key.Key_4)
    qtbot.waitUntil(lambda: "4 stars" in info.text())
    assert len(info.text()) > len(short)
    assert "1,500 × 1,000" in info.text()
    press(qtbot, Key.Key_T)
    close(qtbot, large)
    again = open_window(tmp_path / "library")
    assert again.window.area.loupe.stage.info.level == "full"
    assert again.window.area.loupe.strip.isHidden()
    qtbot.waitUntil(lambda: len(again.session.snapshot.order) == LARGE + 1)
    again.window.area.focus_photos()
    press(qtbot, Key.Key_E, Key.Key_I)
    assert not again.window.area.loupe.stage.info.isVisible()


def test_the_whole_screen_and_back(large: Desktop, qtbot: QtBot) -> None:
    window, loupe = large.window, large.window.area.loupe
    geometry, sizes = window.geometry(), window.parts.splitter.sizes()
    place = loupe.canvas.geometry()
    press(qtbot, Key.Key_F)
    whole = loupe.whole
    assert whole is not None
    qtbot.waitUntil(lambda: loupe.canvas.size() == whole.size())
    assert whole.isFullScreen()
    assert loupe.canvas.grab().toImage().pixelColor(0, 0).getRgb()[:3] == (0, 0, 0)
    qtbot.keyClick(whole, Key.Key_Right)
    assert name(loupe) == "large_1"
    qtbot.keyClick(whole, Key.Key_P)
    qtbot.waitUntil(lambda: loupe.stage.judgement.text() == "Pick")
    assert loupe.stage.judgement.isVisible()
    qtbot.keyClick(whole, Key.Key_Escape)
    assert loupe.whole is None
    assert window.area.stack.currentWidget() is loupe
    qtbot.waitUntil(lambda: loupe.canvas.geometry() == place)
    assert (window.geometry(), window.parts.splitter.sizes()) == (geometry, sizes)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is loupe)
    press(qtbot, Key.Key_F)
    assert loupe.whole is not None
    qtbot.keyClick(loupe.whole, Key.Key_F)
    assert loupe.whole is None
    assert not loupe.stage.judgement.isVisible()


def test_messages_are_seen_on_the_whole_screen_too(large: Desktop, qtbot: QtBot) -> None:
    window, loupe, messages = large.window, large.window.area.loupe, large.window.messages
    messages.warn("The drive is full.")
    press(qtbot, Key.Key_F)
    whole = loupe.whole
    assert whole is not None
    qtbot.waitUntil(lambda: loupe.canvas.size() == whole.size())
    assert messages.window() is whole
    assert messages.isVisible()
    messages.tell("Kept 4 photos, rejected the others.", "Undo", lambda: None)
    assert whole.rect().contains(messages.geometry())
    middle = messages.geometry().center()
    assert whole.childAt(middle) in (messages, *messages.findChildren(QWidget))
    qtbot.waitUntil(lambda: QApplication.activeWindow() is whole)
    messages.close_button.setFocus()
    qtbot.mouseClick(messages.close_button, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is whole
    messages.warn("The drive is full.")
    qtbot.keyClick(whole, Key.Key_Escape)
    assert loupe.whole is None
    assert messages.parentWidget() is window.area
    assert messages.isVisible()


def test_leaving_for_the_grid_or_closing_leaves_the_whole_screen(large: Desktop, qtbot: QtBot) -> None:
    loupe = large.window.area.loupe
    press(qtbot, Key.Key_F)
    assert loupe.whole is not None
    qtbot.keyClick(loupe.whole, Key.Key_G)
    assert loupe.whole is None
    assert large.window.area.stack.currentWidget() is large.window.grid
    press(qtbot, Key.Key_E, Key.Key_F)
    close(qtbot, large)
    assert loupe.whole is None


# -- what cannot be shown ------------------------------------------------------------------------------------


def test_a_failed_photo_tells_why_and_one_goes_on(large: Desktop, qtbot: QtBot) -> None:
    loupe = large.window.area.loupe
    press(qtbot, Key.Key_End)
    assert name(loupe) == "large_9"
    qtbot.waitUntil(lambda: is_sharp(loupe))
    empty = loupe.canvas.grab().toImage()
    colours = {empty.pixel(x, y) for x in range(0, empty.width(), 3) for y in range(0, empty.height(), 3)}
    assert len(colours) > 2  # a mark and a sentence
    press(qtbot, Key.Key_Z, Key.Key_Left)
    assert name(loupe) == f"large_{LARGE - 1}"
    assert loupe.viewpoint.zoom is None


def test_without_its_original_a_photo_is_its_thumbnail_and_says_so(large: Desktop, qtbot: QtBot) -> None:
    loupe = large.window.area.loupe
    photo = next(p for p in large.session.snapshot.photos.values() if "large_5" in p.path)
    Path(photo.path).rename(Path(photo.path).with_suffix(".gone"))
    large.frames.close()
    large.frames.wait(5)
    fresh = Frames(app_frames.read_frame, parent=large)
    canvas = Canvas(fresh, large.loader, Viewpoint(), loupe)
    canvas.resize(600, 400)
    canvas.show()
    canvas.show_photo(photo)
    qtbot.waitUntil(lambda: fresh.trouble(photo) != "")
    assert "cannot be read" in fresh.trouble(photo)
    qtbot.waitUntil(lambda: canvas.painted is not None and canvas.painted.edge == 512)
    assert canvas.painted is not None
    assert not canvas.painted.sharp
    fresh.close()
    assert fresh.wait(5)


# -- frames --------------------------------------------------------------------------------------------------


class Slow:
    """Decodes nothing until it is let go; notes what was begun."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, int]] = []
        self.go = threading.Event()

    def __call__(self, photo: Photo, edge: int, room: Callable[[int, int], QImage]) -> QImage:
        self.begun.append((photo.id, edge))
        assert self.go.wait(10)
        image = room(edge, edge)
        image.fill(photo.id)
        return image


def square(number: int) -> Photo:
    return Photo(
        id=number, sha256=str(number), status="ready", error=None, path=f"/{number}", width=100, height=100
    )


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def frames(slow: Slow, qtbot: QtBot) -> Iterator[Frames]:
    """One worker, and room for ten squares of 100 pixels."""
    made = Frames(slow, budget=10 * 40_000, threads=1)
    yield made
    slow.go.set()
    made.close()
    assert made.wait(5)


def test_what_nobody_wants_any_more_is_never_begun(frames: Frames, slow: Slow, qtbot: QtBot) -> None:
    owner = QObject()
    for number in range(1, 20):
        frames.want(owner, [Wish(square(number))])
        if number == 1:
            qtbot.waitUntil(lambda: slow.begun == [(1, 100)])
    assert frames.waiting == 1
    slow.go.set()
    qtbot.waitUntil(lambda: frames.best(square(19)) is not None)
    assert slow.begun == [(1, 100), (19, 100)]
    frames.want(owner, [Wish(square(30))])
    frames.forget(owner)
    assert frames.waiting == 0


def test_what_is_looked_at_comes_before_guesses(frames: Frames, slow: Slow, qtbot: QtBot) -> None:
    guesser, one, other = QObject(), QObject(), QObject()
    frames.want(guesser, [Wish(square(9)), Wish(square(10))], ahead=True)
    qtbot.waitUntil(lambda: len(slow.begun) == 1)
    frames.want(one, [Wish(square(1)), Wish(square(2))])
    frames.want(other, [Wish(square(3))])
    slow.go.set()
    qtbot.waitUntil(lambda: len(slow.begun) == 5)
    assert [number for number, _ in slow.begun] == [9, 1, 3, 2, 10]


def test_the_budget_holds_and_what_is_wanted_stays(frames: Frames, slow: Slow, qtbot: QtBot) -> None:
    slow.go.set()
    owner, guesser = QObject(), QObject()
    kept = square(1)
    frames.want(owner, [Wish(kept)])
    for number in range(2, 40):
        frames.want(guesser, [Wish(square(number))], ahead=True)
        qtbot.waitUntil(lambda number=number: frames.best(square(number)) is not None)  # type: ignore[misc]
        assert frames.bytes <= frames.budget
        assert frames.best(kept) is not None
    assert frames.best(square(2)) is None
    assert frames.best(square(38)) is not None  # left a moment ago, and still there
    frames.want(guesser, [Wish(square(number)) for number in range(100, 200)], ahead=True)
    qtbot.waitUntil(lambda: frames.waiting == 0)
    qtbot.wait(50)
    assert frames.bytes <= frames.budget
    assert frames.best(square(104)) is not None or frames.best(square(103)) is not None
    assert frames.best(square(150)) is None


def test_more_than_the_budget_is_kept_only_while_it_is_looked_at(
    frames: Frames, slow: Slow, qtbot: QtBot
) -> None:
    slow.go.set()
    owner = QObject()
    photos = [square(number) for number in range(1, 15)]
    frames.want(owner, [Wish(photo) for photo in photos])
    qtbot.waitUntil(lambda: all(frames.best(photo) is not None for photo in photos))
    assert frames.bytes > frames.budget
    frames.want(owner, [Wish(photos[0])])
    assert frames.bytes <= frames.budget


def test_the_best_frame_is_the_one_for_its_size(frames: Frames, slow: Slow, qtbot: QtBot) -> None:
    slow.go.set()
    owner, photo = QObject(), square(1)
    frames.want(owner, [Wish(photo, 20), Wish(photo, 60), Wish(photo, 500)])
    qtbot.waitUntil(lambda: frames.has(Wish(photo)))
    edges = [(found.edge, found.scale) for e in (10, 20, 30, 90, None) if (found := frames.best(photo, e))]
    assert edges == [(20, 0.2), (20, 0.2), (60, 0.6), (100, 1.0), (100, 1.0)]
    changed = replace(photo, sha256="other bytes")
    assert frames.best(changed) is None


def test_memory_that_is_used_again_does_not_shine_through(frames: Frames, slow: Slow, qtbot: QtBot) -> None:
    slow.go.set()
    owner = QObject()
    frames.want(owner, [Wish(square(1))])
    qtbot.waitUntil(lambda: frames.best(square(1)) is not None)
    held = frames.best(square(1))
    assert held is not None
    for number in range(2, 12):
        frames.want(owner, [Wish(square(number))])
        qtbot.waitUntil(lambda number=number: frames.best(square(number)) is not None)  # type: ignore[misc]
        found = frames.best(square(number))
        assert found is not None
        assert found.image.pixel(5, 5) & 0xFFFFFF == number
    assert held.image.pixel(5, 5) & 0xFFFFFF == 1
    assert held.pixmap.toImage().pixel(5, 5) & 0xFFFFFF == 1


def test_a_file_that_comes_back_is_tried_again(
    qtbot: QtBot, tmp_path: Path, large_shoot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "away.jpg"
    photo = Photo(
        id=1, sha256="1", status="ready", error=None, path=str(path), format="JPEG", width=1500, height=1000
    )
    frames, owner = Frames(app_frames.read_frame), QObject()
    frames.want(owner, [Wish(photo, 300)])
    qtbot.waitUntil(lambda: frames.trouble(photo) != "")
    path.write_bytes((large_shoot / "large_0.jpg").read_bytes())
    monkeypatch.setattr("pixsort_desktop.views.loupe.frames.RETRY_S", 0.0)
    frames.want(owner, [])
    frames.want(owner, [Wish(photo, 300)])
    qtbot.waitUntil(lambda: frames.best(photo) is not None)
    assert frames.trouble(photo) == ""
    frames.close()
    assert frames.wait(5)


# -- what comes next -----------------------------------------------------------------------------------------


def test_ahead_are_the_neighbours_and_the_first_frames_of_the_columns_beside() -> None:
    walk = Walk(range(100, 160), (0, 20, 40))
    onward = walk.ahead(25, 1)
    assert onward[:5] == [126, 127, 124, 140, 100]
    assert set(range(126, 134)) <= set(onward)
    assert set(onward) >= {124, 123, 122}
    assert 121 not in onward
    back = walk.ahead(25, -1)
    assert back[:4] == [124, 123, 126, 100]
    assert walk.ahead(59, 1)[0] == 158
    assert Walk().ahead(0, 1) == []
    assert Walk([7]).ahead(0, 1) == []


def test_a_raw_file_is_developed_by_a_key_and_says_what_is_shown(
    open_window: Callable[[Path], Desktop], tmp_path: Path, qtbot: QtBot
) -> None:
    cells = np.random.default_rng(2).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    upright = Image.fromarray(cells).resize((640, 480), Image.Resampling.BICUBIC)
    preview = io.BytesIO()
    Image.new("RGB", (640, 480), (255, 0, 0)).save(preview, "JPEG", quality=95)
    raw = tmp_path / "card" / "a.dng"
    raw.parent.mkdir()
    raw.write_bytes(make_dng(upright, preview=preview.getvalue()))
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="Raw")
        import_photos(library, project_id=project.id, paths=[raw])
    desktop = open_window(tmp_path / "library")
    window = desktop.window
    qtbot.waitUntil(lambda: len(desktop.session.snapshot.order) == 1, timeout=PATIENCE_MS)
    window.area.show_view("grid")
    window.grid.select_ids(list(desktop.session.snapshot.photos))
    window.area.focus_photos()
    press(qtbot, Key.Key_E)
    loupe = window.area.loupe
    qtbot.waitUntil(lambda: "camera’s preview" in loupe.place.text(), timeout=PATIENCE_MS)

    def middle() -> tuple[int, int, int]:
        frame = loupe.canvas.frame()
        assert frame is not None
        pixel = frame.image.pixelColor(frame.image.width() // 2, frame.image.height() // 2)
        return pixel.red(), pixel.green(), pixel.blue()

    assert middle() == pytest.approx((255, 0, 0), abs=3)
    window.actions_.actions["develop"].trigger()
    assert loupe.place.text().endswith("camera’s preview, developing …")
    qtbot.waitUntil(lambda: loupe.place.text().endswith("· developed"), timeout=PATIENCE_MS)
    assert middle() != pytest.approx((255, 0, 0), abs=20)
    window.actions_.actions["develop"].trigger()
    assert loupe.place.text().endswith("camera’s preview")
    assert middle() == pytest.approx((255, 0, 0), abs=3)
