"""What is laid over a large photo: found out in a worker, painted where it belongs, remembered."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.app_frames import inspection_functions, to_mask
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.records import Photo
from pixsort_desktop.views.loupe.histogram import percent
from pixsort_desktop.views.loupe.inspector import AF_POINT, CLIPPING, HISTOGRAM, PEAKING, AfArea, Levels, Mask
from pixsort_desktop.views.loupe.marks import (
    MaskPainter,
    af_box,
    clipping_colours,
    paint_af_areas,
    stripe,
    visible_part,
)
from pixsort_desktop.views.loupe.overlays import BLINK_MS, KINDS, Overlays
from tests.views.conftest import PATIENCE_MS, close

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {
    HISTOGRAM: (Qt.Key.Key_H, NONE),
    CLIPPING: (Qt.Key.Key_J, NONE),
    PEAKING: (Qt.Key.Key_F, SHIFT),
    AF_POINT: (Qt.Key.Key_A, SHIFT),
}
KINDS_OF_FUNCTIONS = ("histogram", "clipping", "peaking", "af_point")


def bright_left(width: int, height: int, seed: int) -> Image.Image:
    """The left quarter is white, the right quarter black, noise of large cells between them."""
    cells = np.random.default_rng(seed).integers(60, 200, (8, 12, 3), dtype=np.uint8)
    picture = Image.fromarray(cells, mode="RGB").resize((width, height), Image.Resampling.NEAREST)
    picture.paste((255, 255, 255), (0, 0, width // 4, height))
    picture.paste((0, 0, 0), (width * 3 // 4, 0, width, height))
    return picture


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Five photos of 1200 x 800, the first with an AF point of SubjectArea, and a broken one."""
    source = tmp_path / "photos"
    source.mkdir()
    for number in range(5):
        exif = Image.Exif()
        directory = exif.get_ifd(0x8769)
        directory[0x9003] = f"2024:05:01 12:00:0{number}"
        if number == 0:
            directory[0xA002], directory[0xA003] = 1200, 800
            directory[0x9214] = (900, 200, 120, 80)
        bright_left(1200, 800, number).save(source / f"{number}.jpg", quality=97, subsampling=0, exif=exif)
    (source / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    with Library.open(tmp_path / "library") as opened:
        project = create_project(opened, name="Shoot")
        import_photos(opened, project_id=project.id, paths=[str(source)])
    return tmp_path / "library"


@pytest.fixture
def desktop(open_window: Callable[[Path], Desktop], library: Path, qtbot: QtBot) -> Desktop:
    return opened(open_window, library, qtbot)


def opened(open_window: Callable[[Path], Desktop], library: Path, qtbot: QtBot) -> Desktop:
    desktop = open_window(library)
    window = desktop.window
    qtbot.waitUntil(lambda: len(window.session.snapshot.photos) == 6, timeout=PATIENCE_MS)
    window.area.show_view("grid")
    desktop.window.overlays.set_steady(True)
    return desktop


def show(desktop: Desktop, qtbot: QtBot, name: str) -> Photo:
    """Show a photo large, until it is sharp."""
    window = desktop.window
    photo = next(p for p in window.session.snapshot.photos.values() if Path(p.path).name == name)
    window.area.open_loupe(photo.id)
    canvas = window.area.loupe.canvas
    if photo.status != "failed":
        qtbot.waitUntil(lambda: window.overlays._frames.has(canvas.wish(photo)), timeout=PATIENCE_MS)
    return photo


def press(desktop: Desktop, qtbot: QtBot, *kinds: str) -> None:
    for kind in kinds:
        qtbot.keyClick(desktop.window, *KEYS[kind])


def finding(desktop: Desktop, kind: str, photo: Photo) -> object:
    frame = desktop.window.area.loupe.canvas.frame()
    return desktop.window.overlays.inspector.get(kind, photo, frame.edge if frame else 0)


def wait_for(desktop: Desktop, qtbot: QtBot, kind: str, photo: Photo) -> object:
    qtbot.waitUntil(lambda: finding(desktop, kind, photo) is not None, timeout=PATIENCE_MS)
    return finding(desktop, kind, photo)


def colour_at(desktop: Desktop, x: float, y: float) -> QColor:
    """What the canvas shows at a point of the photo, in parts of its width and height."""
    canvas = desktop.window.area.loupe.canvas
    rect = canvas.photo_rect()
    at = QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height())
    image = canvas.grab().toImage()
    return image.pixelColor(round(at.x()), round(at.y()))


def is_red(colour: QColor) -> bool:
    return colour.red() > 100 and colour.green() < 60 and colour.blue() < 60


def is_blue(colour: QColor) -> bool:
    return colour.blue() > 240 and colour.red() < 220


# -- clipping -----------------------------------------------------------------------------------------------


def test_clipped_parts_are_marked_where_they_are_at_fit_and_at_every_zoom(
    desktop: Desktop, qtbot: QtBot
) -> None:
    photo = show(desktop, qtbot, "0.jpg")
    press(desktop, qtbot, CLIPPING)
    assert isinstance(wait_for(desktop, qtbot, CLIPPING, photo), Mask)
    canvas, viewpoint = desktop.window.area.loupe.canvas, desktop.window.area.loupe.viewpoint
    marks = 0
    for zoom in (None, 0.5, 1.0, 2.0):
        for side in (0.25, 0.75):  # of the photo, where a clipped part ends
            viewpoint.fit()
            fit = canvas.photo_rect()
            viewpoint.zoom_to(zoom, canvas.pane(), QPointF(fit.x() + side * fit.width(), fit.center().y()))
            wait_for_its_mask(desktop, qtbot, photo)
            rect, seen = canvas.photo_rect(), QRectF(canvas.rect())
            for x, wanted in ((side - 0.02, side < 0.5), (side + 0.02, side > 0.5)):
                assert seen.contains(QPointF(rect.x() + x * rect.width(), rect.center().y()))
                colour = colour_at(desktop, x, 0.5)
                assert (is_red(colour) if side < 0.5 else is_blue(colour)) == wanted, (zoom, x, colour.name())
                marks += wanted
    assert marks == 8
    press(desktop, qtbot, CLIPPING)
    viewpoint.fit()
    assert not is_red(colour_at(desktop, 0.23, 0.5))


def wait_for_its_mask(desktop: Desktop, qtbot: QtBot, photo: Photo) -> None:
    """Until frame and mask are those of this zoom."""
    canvas = desktop.window.area.loupe.canvas

    def there() -> bool:
        mask = finding(desktop, CLIPPING, photo)
        has = desktop.window.overlays._frames.has(canvas.wish(photo))
        frame = canvas.frame()
        return (
            has and isinstance(mask, Mask) and frame is not None and mask.image.size() == frame.image.size()
        )

    qtbot.waitUntil(there, timeout=PATIENCE_MS)


def test_clipping_blinks_calmly_and_stands_still_where_the_system_asks_for_less(
    desktop: Desktop, qtbot: QtBot
) -> None:
    assert 1000 / (2 * BLINK_MS) < 3  # WCAG 2.3.1
    photo = show(desktop, qtbot, "0.jpg")
    overlays = desktop.window.overlays
    overlays.set_steady(False)
    press(desktop, qtbot, CLIPPING)
    wait_for(desktop, qtbot, CLIPPING, photo)
    qtbot.waitUntil(lambda: not overlays.lit, timeout=PATIENCE_MS)
    assert not is_red(colour_at(desktop, 0.1, 0.5))
    qtbot.waitUntil(lambda: overlays.lit, timeout=PATIENCE_MS)
    assert is_red(colour_at(desktop, 0.1, 0.5))
    overlays.set_steady(True)
    assert overlays.lit
    qtbot.wait(3 * BLINK_MS)
    assert overlays.lit
    assert not overlays._blinking.isActive()


def test_nothing_blinks_when_nothing_is_clipped_or_nothing_is_shown(desktop: Desktop, qtbot: QtBot) -> None:
    photo = show(desktop, qtbot, "0.jpg")
    overlays = desktop.window.overlays
    overlays.set_steady(False)
    press(desktop, qtbot, CLIPPING)
    wait_for(desktop, qtbot, CLIPPING, photo)
    qtbot.waitUntil(overlays._blinking.isActive, timeout=PATIENCE_MS)
    desktop.window.area.close_large()
    qtbot.waitUntil(lambda: not overlays._blinking.isActive(), timeout=PATIENCE_MS)


def test_highlights_and_shadows_differ_without_their_colours() -> None:
    values = np.zeros((64, 101), np.uint8)
    values[:, :40], values[:, 60:] = 1, 2
    mask = to_mask(values)
    assert mask.share == pytest.approx(81 / 101)
    stripe(mask.image)
    mask.image.setColorTable(clipping_colours())
    shown = mask.image.convertToFormat(QImage.Format.Format_ARGB32)
    tones = [[shown.pixelColor(x, y).lightness() for x in range(101)] for y in range(64)]
    assert {shown.pixelColor(50, y).alpha() for y in range(64)} == {0}
    for y in range(63):  # one pattern rises to the right, the other falls
        assert tones[y][1:39] == tones[y + 1][0:38]
        assert tones[y][61:99] == tones[y + 1][62:100]
    assert len({tones[0][x] for x in range(8)}) == 2
    assert len({tones[0][x] for x in range(60, 68)}) == 2


# -- focus peaking ------------------------------------------------------------------------------------------


def test_peaking_marks_the_sharp_half_of_a_photo(desktop: Desktop, qtbot: QtBot) -> None:
    photo = show(desktop, qtbot, "1.jpg")
    press(desktop, qtbot, PEAKING)
    mask = wait_for(desktop, qtbot, PEAKING, photo)
    assert isinstance(mask, Mask)
    assert 0.001 < mask.share < 0.2
    edge = colour_at(desktop, 0.25, 0.31)
    near = [colour_at(desktop, 0.25 + shift / 1200, 0.31) for shift in range(-4, 5)]
    assert any(c.red() > 220 and c.green() < 110 and c.blue() > 110 for c in near), edge.name()
    assert not any(c.red() > 240 and c.green() < 90 for c in [colour_at(desktop, 0.1, 0.5)])


# -- AF point -----------------------------------------------------------------------------------------------


def test_the_af_point_is_framed_and_a_photo_without_one_says_so(desktop: Desktop, qtbot: QtBot) -> None:
    photo = show(desktop, qtbot, "0.jpg")
    press(desktop, qtbot, AF_POINT)
    found = wait_for(desktop, qtbot, AF_POINT, photo)
    assert found == (AfArea(0.75, 0.25, 0.1, 0.1, True),)
    assert not desktop.window.overlays.note.isVisible()
    rect = desktop.window.area.loupe.canvas.photo_rect()
    on_line = colour_at(desktop, 0.8, 0.25)  # the middle of its right side
    assert on_line.blue() > on_line.red() + 60, on_line.name()
    assert af_box(AfArea(0.75, 0.25, 0.1, 0.1, True), rect).width() == pytest.approx(rect.width() / 10)
    without = show(desktop, qtbot, "1.jpg")
    assert wait_for(desktop, qtbot, AF_POINT, without) == ()
    qtbot.waitUntil(desktop.window.overlays.note.isVisible, timeout=PATIENCE_MS)
    show(desktop, qtbot, "0.jpg")
    qtbot.waitUntil(lambda: not desktop.window.overlays.note.isVisible(), timeout=PATIENCE_MS)


def test_selected_areas_are_told_from_focused_ones_and_mere_points_are_seen() -> None:
    shown = []
    for area in (
        AfArea(0.5, 0.5, 0.4, 0.4, True),
        AfArea(0.5, 0.5, 0.4, 0.4, False),
        AfArea(0.5, 0.5, 0, 0, True),
    ):
        image = QImage(100, 100, QImage.Format.Format_RGB32)
        image.fill(QColor("grey"))
        painter = QPainter(image)
        paint_af_areas(painter, [area], QRectF(0, 0, 100, 100))
        painter.end()
        shown.append(image)
    grey = QColor("grey").rgb()
    assert shown[0].pixel(50, 30) != grey  # the middle of the upper side
    assert shown[1].pixel(50, 30) == grey
    assert shown[1].pixel(31, 30) != grey  # a corner
    assert shown[2].pixel(50, 43) != grey
    assert shown[2].pixel(50, 30) == grey


# -- histogram ----------------------------------------------------------------------------------------------


def test_the_histogram_counts_the_photo_that_is_shown(desktop: Desktop, qtbot: QtBot) -> None:
    panel = desktop.window.overlays.histogram
    photo = show(desktop, qtbot, "0.jpg")
    assert not panel.isVisible()
    press(desktop, qtbot, HISTOGRAM)
    levels = wait_for(desktop, qtbot, HISTOGRAM, photo)
    assert isinstance(levels, Levels)
    qtbot.waitUntil(lambda: panel.levels is levels, timeout=PATIENCE_MS)
    assert panel.isVisible()
    assert levels.highlights == pytest.approx(0.25, abs=0.01)
    assert levels.shadows == pytest.approx(0.25, abs=0.01)
    assert "Clipped highlights 25 %" in panel.accessibleDescription()
    stage = desktop.window.area.loupe.stage
    assert panel.geometry().right() > stage.width() * 0.9
    assert panel.geometry().top() < stage.height() * 0.1
    other = show(desktop, qtbot, "2.jpg")
    qtbot.waitUntil(
        lambda: panel.levels is finding(desktop, HISTOGRAM, other) is not None, timeout=PATIENCE_MS
    )
    show(desktop, qtbot, "broken.jpg")
    qtbot.waitUntil(lambda: not panel.isVisible(), timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0004, "<0.1 %"),
        (0.001, "0.1 %"),
        (0.0123, "1.2 %"),
        (0.0996, "10 %"),
        (0.25, "25 %"),
        (1, "100 %"),
    ],
)
def test_shares_read_well(share: float, text: str) -> None:
    assert percent(share) == text


# -- states, workers, caches --------------------------------------------------------------------------------


def test_each_key_turns_its_overlay_on_and_off_and_the_menu_shows_it(desktop: Desktop, qtbot: QtBot) -> None:
    show(desktop, qtbot, "0.jpg")
    overlays, actions = desktop.window.overlays, desktop.window.actions_.actions
    for kind in KINDS:
        assert not actions[kind].isChecked()
        press(desktop, qtbot, kind)
        assert kind in overlays.on
        assert actions[kind].isChecked()
    press(desktop, qtbot, CLIPPING)
    assert overlays.on == {HISTOGRAM, PEAKING, AF_POINT}
    desktop.window.area.close_large()
    actions[CLIPPING].trigger()  # without a large photo it means nothing
    assert CLIPPING not in overlays.on
    assert not actions[CLIPPING].isChecked()


def test_what_was_on_is_on_after_a_restart(
    open_window: Callable[[Path], Desktop], library: Path, qtbot: QtBot
) -> None:
    first = opened(open_window, library, qtbot)
    show(first, qtbot, "0.jpg")
    press(first, qtbot, HISTOGRAM, PEAKING)
    close(qtbot, first)
    second = opened(open_window, library, qtbot)
    assert second.window.overlays.on == {HISTOGRAM, PEAKING}
    assert second.window.actions_.actions[PEAKING].isChecked()
    photo = show(second, qtbot, "0.jpg")
    wait_for(second, qtbot, PEAKING, photo)


def test_everything_is_found_out_in_a_worker_and_once(desktop: Desktop, qtbot: QtBot) -> None:
    inspector = desktop.window.overlays.inspector
    asked: list[tuple[str, object]] = []
    in_window: list[bool] = []
    real = inspector._functions

    def counted(kind: str, work: Callable[..., object]) -> Callable[..., object]:
        def run(of: Photo | QImage) -> object:
            asked.append((kind, of.id if isinstance(of, Photo) else of.cacheKey()))
            in_window.append(threading.current_thread() is threading.main_thread())
            return work(of)

        return run

    inspector._functions = type(real)(*(counted(k, getattr(real, k)) for k in KINDS_OF_FUNCTIONS))  # type: ignore[arg-type]
    show(desktop, qtbot, "0.jpg")
    press(desktop, qtbot, *KINDS)
    for name in ("1.jpg", "0.jpg", "1.jpg", "0.jpg", "4.jpg"):
        photo = show(desktop, qtbot, name)
        for kind in KINDS:
            wait_for(desktop, qtbot, kind, photo)
    qtbot.waitUntil(lambda: not inspector._jobs and inspector._task is None, timeout=PATIENCE_MS)
    assert not any(in_window)
    assert len(asked) == len(set(asked))
    assert min(sum(k == kind for k, _ in asked) for kind in KINDS_OF_FUNCTIONS) >= 3


def test_the_next_photos_are_looked_at_before_they_are_shown(desktop: Desktop, qtbot: QtBot) -> None:
    show(desktop, qtbot, "0.jpg")
    press(desktop, qtbot, PEAKING, CLIPPING)
    window = desktop.window
    nearby = [p for p in window.session.snapshot.photos.values() if Path(p.path).name in ("1.jpg", "2.jpg")]
    edge = window.area.loupe.canvas.wish(nearby[0]).pixels_long
    qtbot.waitUntil(
        lambda: all(window.overlays.inspector.get(k, p, edge) for p in nearby for k in (PEAKING, CLIPPING)),
        timeout=PATIENCE_MS,
    )


def test_a_photo_that_cannot_be_judged_is_left_alone(desktop: Desktop, qtbot: QtBot) -> None:
    photo = show(desktop, qtbot, "3.jpg")
    inspector = desktop.window.overlays.inspector

    def refuse(_of: object) -> Mask:
        raise MemoryError

    real = inspector._functions
    inspector._functions = type(real)(real.histogram, refuse, real.peaking, real.af_point)
    press(desktop, qtbot, CLIPPING, HISTOGRAM)
    wait_for(desktop, qtbot, HISTOGRAM, photo)
    qtbot.waitUntil(lambda: inspector._task is None, timeout=PATIENCE_MS)
    assert finding(desktop, CLIPPING, photo) is None
    assert not is_red(colour_at(desktop, 0.1, 0.5))


def test_masks_of_every_width_survive_the_way_to_a_picture() -> None:
    functions = inspection_functions()
    for width in range(30, 42):
        picture = QImage(width, 20, QImage.Format.Format_RGB32)
        picture.fill(QColor(90, 90, 90))
        picture.setPixelColor(width - 1, 19, QColor(255, 0, 0))
        mask = functions.clipping(picture)
        assert mask.share == pytest.approx(1 / (width * 20))
        assert mask.image.pixelIndex(width - 1, 19) & 3 == 1
        assert mask.image.pixelIndex(0, 0) & 3 == 0
        assert functions.histogram(picture).counts[0][255] == 1
        assert functions.histogram(picture).counts[2][0] == 1


def test_only_the_part_of_a_mask_that_is_seen_is_painted() -> None:
    part, target = visible_part(6000, 4000, QRectF(-1000, -500, 6000, 4000), QRectF(0, 0, 800, 600))
    assert (part.x(), part.y(), part.width(), part.height()) == (1000, 500, 800, 600)
    assert target == QRectF(0, 0, 800, 600)
    part, target = visible_part(100, 50, QRectF(10, 10, 333, 166.5), QRectF(0, 0, 800, 600))
    assert (part.width(), part.height()) == (100, 50)
    assert target.width() == pytest.approx(333)
    assert visible_part(100, 50, QRectF(900, 0, 100, 50), QRectF(0, 0, 800, 600))[0].isEmpty()
    canvas = QImage(800, 600, QImage.Format.Format_RGB32)
    canvas.fill(QColor("grey"))
    values = np.ones((4000, 6000), np.uint8)
    painter = QPainter(canvas)
    MaskPainter([0, QColor("red").rgba()]).paint(
        painter, to_mask(values), QRectF(-1000, -500, 6000, 4000), QRectF(0, 0, 800, 600)
    )
    painter.end()
    assert canvas.pixelColor(0, 0) == canvas.pixelColor(799, 599) == QColor("red")


def test_a_real_photo_with_a_makers_note_shows_its_point(
    open_window: Callable[[Path], Desktop], tmp_path: Path, qtbot: QtBot
) -> None:
    source = DATA / "grouping" / "scenes" / "stitch" / "kayak_01.jpg"
    if not source.exists():
        pytest.skip("the shared photographs are not here")
    shutil.copy(source, tmp_path / "kayak.jpg")
    with Library.open(tmp_path / "library") as library:
        project = create_project(library, name="River")
        import_photos(library, project_id=project.id, paths=[str(tmp_path / "kayak.jpg")])
    desktop = open_window(tmp_path / "library")
    qtbot.waitUntil(lambda: len(desktop.window.session.snapshot.photos) == 1, timeout=PATIENCE_MS)
    photo = show(desktop, qtbot, "kayak.jpg")
    press(desktop, qtbot, AF_POINT)
    found = wait_for(desktop, qtbot, AF_POINT, photo)
    assert isinstance(found, tuple)
    assert [(a.x, a.y, a.in_focus) for a in found] == [(0.5, 0.5, True)]
    rect = desktop.window.area.loupe.canvas.photo_rect()
    line = colour_at(desktop, 0.5 + found[0].width / 2, 0.5)
    assert line.blue() > 200, (line.name(), rect)
    assert isinstance(desktop.window.overlays, Overlays)
