"""Thumbnails by need: visible first, nothing for what has gone, a budget in bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QObject
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from pixsort_desktop.thumbnails import loader as loader_module
from pixsort_desktop.thumbnails.loader import PixmapCache, ThumbnailLoader, read_thumbnail

Make = Callable[..., ThumbnailLoader]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(12):
        size = (512, 340) if number % 2 == 0 else (340, 512)
        Image.new("RGB", size, (number * 20, 90, 200)).save(tmp_path / f"{number}.jpg", quality=90)
    return tmp_path


@pytest.fixture
def make(qtbot: QtBot, folder: Path) -> Iterator[Make]:
    made: list[ThumbnailLoader] = []

    def build(**options: object) -> ThumbnailLoader:
        made.append(ThumbnailLoader(lambda key: folder / f"{key}.jpg", **options))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for each in made:
        each.close()


def test_a_wanted_picture_arrives_at_the_size_that_was_asked_for(make: Make, qtbot: QtBot) -> None:
    loader, owner = make(), QObject()
    assert loader.pixmap("0") is None
    with qtbot.waitSignal(loader.arrived):
        loader.want(owner, 128, ["0"])
    found = loader.pixmap("0")
    assert found is not None
    assert (found.width(), found.height()) == (128, 85)
    with qtbot.waitSignal(loader.arrived):
        loader.want(owner, 256, ["0"])
    assert loader.pixmap("0").width() == 256  # type: ignore[union-attr]


def test_a_much_smaller_wish_is_read_again_a_little_smaller_one_is_not(make: Make, qtbot: QtBot) -> None:
    loader, owner = make(), QObject()
    with qtbot.waitSignal(loader.arrived):
        loader.want(owner, 300, ["1"])
    with qtbot.assertNotEmitted(loader.arrived, wait=80):
        loader.want(owner, 250, ["1"])
    with qtbot.waitSignal(loader.arrived):
        loader.want(owner, 100, ["1"])
    assert loader.pixmap("1").height() == 100  # type: ignore[union-attr]


def test_the_first_wished_come_first_and_what_has_gone_is_never_read(
    make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    busy, go = threading.Event(), threading.Event()

    def slowly(path: Path, edge: int) -> object:
        order.append(path.stem)
        busy.set()
        go.wait(5)
        return read_thumbnail(path, edge)

    monkeypatch.setattr(loader_module, "read_thumbnail", slowly)
    loader, owner = make(threads=1), QObject()
    loader.want(owner, 64, ["0", "1", "2", "3"])
    assert busy.wait(5)
    loader.want(owner, 64, ["9", "8", "2"])  # scrolled on: 1 and 3 are out of sight before their turn
    go.set()
    qtbot.waitUntil(lambda: all(loader.pixmap(key) is not None for key in ("9", "8", "2")))
    assert order == ["0", "9", "8", "2"]


def test_two_views_may_want_the_same_photo(make: Make, qtbot: QtBot) -> None:
    loader, small, large = make(), QObject(), QObject()
    loader.want(small, 100, ["4"])
    loader.want(large, 200, ["4"])
    qtbot.waitUntil(lambda: (p := loader.pixmap("4")) is not None and p.width() == 200)
    loader.forget(large)
    qtbot.waitUntil(lambda: loader.pixmap("4").width() == 100)  # type: ignore[union-attr]


def test_a_missing_thumbnail_is_asked_for_again_when_its_photo_changed(
    make: Make, folder: Path, qtbot: QtBot
) -> None:
    loader, owner = make(), QObject()
    with qtbot.waitSignal(loader.arrived) as signal:
        loader.want(owner, 64, ["late"])
    assert signal.args == [["late"]]
    assert loader.missing("late")
    (folder / "0.jpg").rename(folder / "late.jpg")
    with qtbot.waitSignal(loader.arrived):
        loader.refresh(["late"])
    assert loader.pixmap("late") is not None
    assert not loader.missing("late")


def test_a_missing_thumbnail_is_made_again_when_it_is_seen(make: Make, folder: Path, qtbot: QtBot) -> None:
    asked: list[str] = []
    used: list[str] = []

    def again(key: str) -> bool:
        asked.append(key)
        if key == "broken":
            raise OSError("the disk is gone")
        if key == "away":
            return False
        (folder / f"{key}.jpg").write_bytes((folder / "0.jpg").read_bytes())
        return True

    loader, owner = make(make=again, used=used.append), QObject()
    loader.want(owner, 64, ["0", "away", "broken", "lost"])
    qtbot.waitUntil(lambda: loader.pixmap("lost") is not None and loader.missing("broken"))
    assert loader.pixmap("0") is not None
    assert loader.missing("away") and not loader.missing("lost")
    assert sorted(asked) == ["away", "broken", "lost"]
    assert used == ["0"]
    loader.want(owner, 64, ["away", "lost"])
    with qtbot.assertNotEmitted(loader.arrived, wait=80):
        loader.want(owner, 64, ["away"])
    assert len(asked) == 3  # not at every turn of the wheel


def test_what_could_not_be_made_is_tried_again_later(
    make: Make, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive: list[bool] = []
    loader, owner = (
        make(make=lambda key: bool(drive) and bool((folder / "0.jpg").rename(folder / f"{key}.jpg"))),
        QObject(),
    )
    with qtbot.waitSignal(loader.arrived):
        loader.want(owner, 64, ["card"])
    assert loader.missing("card")
    drive.append(True)
    monkeypatch.setattr(loader_module, "RETRY_S", 0.0)
    with qtbot.waitSignal(loader.arrived):
        loader.want(owner, 64, ["card"])
    assert loader.pixmap("card") is not None and not loader.missing("card")


@pytest.mark.qt_log_ignore("jpeg|JPEG")  # libjpeg complains, too
def test_a_damaged_thumbnail_is_missing_not_a_crash(make: Make, folder: Path, qtbot: QtBot) -> None:
    (folder / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    loader, owner = make(), QObject()
    with qtbot.waitSignal(loader.arrived):
        loader.want(owner, 64, ["bad"])
    assert loader.missing("bad")


def test_the_cache_keeps_to_its_bytes_and_to_what_was_used_last(qtbot: QtBot) -> None:
    cache = PixmapCache(limit=4 * 100 * 100 * 4)
    for key in "abcd":
        cache.put(key, 100, QPixmap(100, 100))
    assert cache.bytes == cache.limit
    assert cache.get("a") is not None
    cache.put("e", 100, QPixmap(100, 100))
    assert cache.get("b") is None
    assert cache.get("a") is not None
    assert cache.bytes <= cache.limit
    cache.put("a", 50, QPixmap(50, 50))
    assert len(cache) == 4
    assert cache.bytes == 3 * 40_000 + 10_000


def test_pictures_are_never_made_larger_than_they_are(folder: Path) -> None:
    Image.new("RGB", (40, 30)).save(folder / "tiny.jpg")
    assert read_thumbnail(folder / "tiny.jpg", 500).width() == 40
