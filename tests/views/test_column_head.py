"""What column heads tell at a glance, and how photos stand in columns."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.organise import colour_group
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.records import Photo
from pixsort_desktop.views.board.column import ColumnHeader
from pixsort_desktop.views.board.column_face import face_of
from pixsort_desktop.views.main_window import MainWindow
from pixsort_desktop.views.spans import time_span
from tests.views.conftest import PATIENCE_MS, key_of_label
from tests.views.test_relatives import _no_popups, entry  # noqa: F401 - a fixture

NOON = 1714564800.0  # 1 May 2024, 12:00


def photo(number: int, at: float | None, **facts: object) -> Photo:
    taken = None if at is None else "2024-05-01T12:00:00"
    return Photo(
        number, f"{number:064x}", "ready", None, f"/{number}.jpg", taken_at=taken, taken_seconds=at, **facts
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ((), ""),
        ((None,), ""),
        ((NOON,), "1 May 2024, 12:00:00"),
        ((NOON, NOON + 9, None), "1 May 2024, 12:00:00–12:00:09"),
        ((NOON + 600, NOON), "1 May 2024, 12:00–12:10"),
        ((NOON, NOON + 2 * 86400), "1–3 May 2024"),
        ((NOON, NOON + 40 * 86400), "1 May 2024 – 10 June 2024"),
        ((1e18, NOON), ""),
    ],
)
def test_spans_are_as_short_as_they_can_be(seconds: tuple[float | None, ...], told: str) -> None:
    assert time_span(photo(n, at) for n, at in enumerate(seconds)) == told


def test_without_the_year_it_is_shorter_still() -> None:
    assert time_span([photo(1, NOON), photo(2, NOON + 300)], year=False) == "1 May 12:00–12:05"
    assert time_span([photo(1, NOON), photo(2, NOON + 400 * 86400)], year=False) == "1 May 2024 – 5 June 2025"


def test_a_pick_stands_for_the_column_then_stars_then_the_first() -> None:
    plain = [photo(n, NOON) for n in range(4)]
    assert face_of(plain).cover == plain[0]
    starred = [replace(plain[0], flag="reject", rating=5), plain[1], replace(plain[2], rating=3)]
    assert face_of(starred).cover == starred[2]
    assert face_of([*starred, replace(plain[3], flag="pick")]).cover.id == 3  # type: ignore[union-attr]
    assert face_of(starred).line == "3 photos · 1 undecided · 1 May 12:00"
    assert face_of([starred[0]]).line == "1 photo · ✓ all decided · 1 May 12:00"
    assert face_of([]).line == "Empty"


def header(window: MainWindow, label: str) -> ColumnHeader:
    column = window.board.column(key_of_label(window, label))
    assert column is not None
    return column.header


def test_heads_show_count_span_and_cover(window: MainWindow, qtbot: QtBot) -> None:
    head = header(window, "Coast")
    assert head.face.line == "4 photos · 1 May 12:00"
    assert head.face.brief == "4 · 1 May 12:00"
    assert head.face.cover is not None
    assert head.face.cover.path.endswith("scene0_0.jpg")
    key = head.face.cover.sha256
    assert key is not None
    qtbot.waitUntil(lambda: window.loader.pixmap(key) is not None, timeout=PATIENCE_MS)
    picture = head.grab().toImage()
    middle = picture.pixelColor(8 + head.height() // 3, head.height() // 2)
    assert middle.saturation() > 0  # the only colour in a head is the photo's


def test_a_column_has_the_users_colour_until_undo(desktop: Desktop, qtbot: QtBot) -> None:
    window = desktop.window
    window.board.column_menu_wanted.emit(key_of_label(window, "Coast"), QPoint(10, 10))
    entry(qtbot, window, "Colour")
    actions = [a for menu in window.board.findChildren(QMenu) for a in menu.actions()]
    next(action for action in actions if action.text() == "Green").trigger()
    qtbot.waitUntil(lambda: header(window, "Coast").face.colour == "green", timeout=PATIENCE_MS)
    window.session.undo()
    qtbot.waitUntil(lambda: header(window, "Coast").face.colour is None, timeout=PATIENCE_MS)
    assert desktop.library is not None
    with pytest.raises(PixsortError, match="not «pink»"):
        colour_group(desktop.library, group_id=key_of_label(window, "Coast"), colour="pink")


def test_density_moves_photos_closer_and_is_remembered(window: MainWindow) -> None:
    column = window.board.columns_in_sight()[0]
    try:
        usual, tall = column.photos.tile_size(), window.grid.gridSize().height()
        window.actions_.densities["dense"].trigger()
        assert column.photos.gridSize().width() < usual.width()
        assert window.grid.gridSize().height() == window.grid.tile_size().height() < tall
        assert window.memory.density == "dense"
        window.actions_.densities["airy"].trigger()
        assert column.photos.gridSize().width() > usual.width()
    finally:
        window.actions_.densities["usual"].trigger()
