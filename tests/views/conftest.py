"""A real window on a real library, without a display."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget
from pytestqt.qtbot import QtBot

from pixsort_desktop.app import Desktop
from pixsort_desktop.commands.organise import move_to_new_group
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.views import theme
from pixsort_desktop.views.main_window import MainWindow

PATIENCE_MS = 20_000
SHOOT = ((0, 4), (1, 3), (2, 3))  # (scene, frames)


@pytest.fixture(scope="session")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten photos of three scenes: noise of few large cells, framed a little differently each time."""
    folder = tmp_path_factory.mktemp("shoot")
    for scene, frames in SHOOT:
        rng = np.random.default_rng(scene + 40)
        cells = rng.integers(0, 256, (6, 9, 3), dtype=np.uint8)
        whole = Image.fromarray(cells, mode="RGB").resize((360, 240), Image.Resampling.BICUBIC)
        for frame in range(frames):
            picture = whole.crop((frame * 4, frame * 3, 336 + frame * 4, 224 + frame * 3))
            exif = Image.Exif()
            exif.get_ifd(0x8769)[0x9003] = f"2024:05:0{scene + 1} 12:00:0{frame}"
            exif[0x010F], exif[0x0110] = "Kamera", f"K{scene}"
            picture.save(folder / f"scene{scene}_{frame}.jpg", quality=92, exif=exif)
    return folder


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[Path], Desktop]]:
    """open_window(folder) shows the window on a library; all of them are closed in order at the end."""
    opened: list[Desktop] = []
    theme.apply(qapp, "dark", 100)
    qapp.setQuitOnLastWindowClosed(False)

    def start(folder: Path, project: str | None = None) -> Desktop:
        desktop = Desktop(folder, project)
        opened.append(desktop)
        desktop.start()
        desktop.window.resize(1200, 800)
        return desktop

    yield start
    for desktop in opened:
        close(qtbot, desktop)
        desktop.window.deleteLater()
        desktop.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def close(qtbot: QtBot, desktop: Desktop) -> None:
    """As a user closes it, until the library is closed."""
    if not desktop.ended:
        with qtbot.waitSignal(desktop.finished, timeout=PATIENCE_MS):
            desktop.window.close()


@pytest.fixture(scope="session")
def _sorted_template(tmp_path_factory: pytest.TempPathFactory, shoot: Path) -> Path:
    folder = tmp_path_factory.mktemp("template") / "library"
    with Library.open(folder) as library:
        project = create_project(library, name="Trip")
        import_photos(library, project_id=project.id, paths=[str(shoot)])
        ids = [photo.id for photo in project_photos(library, project.id)]
        for first, last, label in ((0, 4, "Coast"), (4, 7, "Forest"), (7, 9, "City")):
            move_to_new_group(library, project_id=project.id, photo_ids=ids[first:last], label=label)
    return folder


@pytest.fixture
def sorted_library(tmp_path: Path, _sorted_template: Path) -> Path:
    """A library with the project «Trip»: the scenes in three columns, the last photo ungrouped."""
    return Path(shutil.copytree(_sorted_template, tmp_path / "library"))


@pytest.fixture
def desktop(open_window: Callable[[Path], Desktop], sorted_library: Path, qtbot: QtBot) -> Desktop:
    """A window on `sorted_library` that shows its board."""
    opened = open_window(sorted_library)
    qtbot.waitUntil(lambda: len(opened.window.board.columns_in_sight()) == 4, timeout=PATIENCE_MS)
    return opened


@pytest.fixture
def window(desktop: Desktop) -> MainWindow:
    return desktop.window


def layout_of(desktop: Desktop) -> dict[str, list[str]]:
    """Label -> file names, read from the library, not from the window."""
    assert desktop.library is not None
    assert desktop.session.project_id is not None
    return arrangement(desktop.library, desktop.session.project_id)


def arrangement(library: Library, project_id: int) -> dict[str, list[str]]:
    names = {photo.id: Path(photo.path).stem for photo in project_photos(library, project_id)}
    return {
        column.group.label if column.group else "Ungrouped": [names[i] for i in column.photo_ids]
        for column in board(library, project_id)
    }


def shown(window: MainWindow) -> dict[str, list[str]]:
    """Label -> file names, as the board's model shows them."""
    model = window.board.board
    photos = window.session.snapshot.photos
    return {model.label(key): [Path(photos[i].path).stem for i in model.members(key)] for key in model.keys}


def key_of_label(window: MainWindow, label: str) -> int:
    model = window.board.board
    return next(key for key in model.keys if model.label(key) == label)


def select(window: MainWindow, *names: str) -> list[int]:
    """Select photos on the board by file name."""
    photos = window.session.snapshot.photos
    by_name = {Path(photo.path).stem: photo.id for photo in photos.values()}
    ids = [by_name[name] for name in names]
    window.board.select_ids(ids)
    return ids


def drag_over(target: QWidget, at: QPoint, mime: QMimeData, *, drop: bool) -> QDropEvent:
    """What Qt sends to a widget when something is dragged in, over it and, with `drop`, let go there."""
    actions = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with (
        warnings.catch_warnings()
    ):  # whole points are deprecated in newer releases of Qt, the only way in older
        warnings.simplefilter("ignore", DeprecationWarning)
        enter = QDragEnterEvent(at, actions, mime, button, keys)
        last: QDropEvent = QDragMoveEvent(at, actions, mime, button, keys)
    QApplication.sendEvent(target, enter)
    QApplication.sendEvent(target, last)
    if drop:
        last = QDropEvent(QPointF(at), actions, mime, button, keys)
        QApplication.sendEvent(target, last)
    return last


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def menu_actions(menu: QMenu | QMenuBar) -> list[QAction]:
    """What stands in a menu and in the menus within it."""
    found = []
    for action in menu.actions():
        below = action.menu()
        found += menu_actions(below) if isinstance(below, QMenu) else [action]
    return found
