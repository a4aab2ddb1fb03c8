"""The whole program: drop, get columns, arrange, close, and find it all as it was left."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pixsort_desktop import app_frames
from pixsort_desktop.app import Desktop, open_library
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.settings import Settings
from pixsort_desktop.views.main_window import MainWindow
from tests.views.conftest import (
    PATIENCE_MS,
    arrangement,
    close,
    drag_over,
    files,
    key_of_label,
    layout_of,
    open_window,
    select,
    shoot,
    shown,
    sorted_library,
)
from tests.views.conftest import _sorted_template as _sorted_template

__all__ = ["open_window", "shoot", "sorted_library"]

Open = Callable[..., Desktop]


def ready(qtbot: QtBot, desktop: Desktop) -> MainWindow:
    qtbot.waitUntil(
        lambda: desktop.library is not None and not desktop.session.queries.busy, timeout=PATIENCE_MS
    )
    return desktop.window


def drop(window: MainWindow, *paths: Path) -> None:
    event = drag_over(window, QPoint(500, 400), files(*paths), drop=True)
    assert event.isAccepted()


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_drop_columns_arrange_close_and_find_it_all(
    open_window: Open, tmp_path: Path, shoot: Path, qtbot: QtBot
) -> None:
    originals = hashes(shoot)
    desktop = open_window(tmp_path / "library")
    window = ready(qtbot, desktop)
    assert window.area.empty.title.text() == "Drop a shoot here"
    drop(window, shoot)
    qtbot.waitUntil(lambda: window.session.snapshot.project is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(shown(window)) > 2 and not window.centre.busy, timeout=PATIENCE_MS)
    assert window.area.view == "board"
    assert sorted(name for names in shown(window).values() for name in names) == sorted(
        Path(n).stem for n in originals
    )

    first, second = list(shown(window))[:2]
    moved = shown(window)[first][0]
    ids = select(window, moved)
    window.organiser.move_photos(ids, key_of_label(window, second), 0)
    qtbot.waitUntil(lambda: shown(window)[second][0] == moved)
    window.organiser.rename_column(key_of_label(window, second), "Kept")
    qtbot.waitUntil(lambda: "Kept" in shown(window))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: second in shown(window))
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Kept" in shown(window))
    left, order = layout_of(desktop), list(shown(window))
    close(qtbot, desktop)

    again = open_window(tmp_path / "library")
    window = ready(qtbot, again)
    qtbot.waitUntil(lambda: list(shown(window)) == order, timeout=PATIENCE_MS)
    assert shown(window) == left
    assert layout_of(again) == left
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Kept" not in shown(window))  # undo reaches back over the restart
    assert hashes(shoot) == originals


def test_what_the_window_remembers(open_window: Open, sorted_library: Path, qtbot: QtBot) -> None:
    desktop = open_window(sorted_library)
    window = ready(qtbot, desktop)
    qtbot.waitUntil(lambda: len(shown(window)) == 4)
    window.area.show_view("grid")
    window.area.toolbar.step_size(3)
    window.set_theme("light")
    window.resize(900, 620)
    edge = window.grid.edge
    close(qtbot, desktop)
    window = ready(qtbot, open_window(sorted_library))
    qtbot.waitUntil(lambda: window.grid.photos.rowCount() == 10)
    assert window.area.view == "grid"
    assert window.grid.edge == edge
    assert window.memory.theme == "light"
    window.set_theme("dark")


@pytest.mark.parametrize("view", ["board", "grid", "map"])
def test_the_first_key_after_a_start_judges_the_first_photo(
    open_window: Open, sorted_library: Path, qtbot: QtBot, view: str
) -> None:
    remembered = Settings(sorted_library)
    remembered.set("view", view)
    assert remembered.save()
    window = open_window(sorted_library, "Trip").window
    window.activateWindow()
    qtbot.waitUntil(lambda: window.area.stack.currentWidget() is window.area.shown, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(window.area.shown.selected_ids()) == 1, timeout=PATIENCE_MS)
    window.actions_.actions["pick"].trigger()
    qtbot.waitUntil(
        lambda: [p.flag for p in window.session.snapshot.photos.values()].count("pick") == 1,
        timeout=PATIENCE_MS,
    )


def test_the_window_shows_before_the_library_is_open(open_window: Open, sorted_library: Path) -> None:
    desktop = open_window(sorted_library)
    assert desktop.window.isVisible()
    assert desktop.library is None
    assert desktop.window.area.empty.title.text() == "Opening the library …"


def test_a_drop_while_the_library_opens_is_not_lost(
    open_window: Open, tmp_path: Path, shoot: Path, qtbot: QtBot
) -> None:
    desktop = open_window(tmp_path / "library")
    drop(desktop.window, shoot)
    qtbot.waitUntil(lambda: desktop.window.grid.photos.rowCount() == 10, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not desktop.centre.busy, timeout=PATIENCE_MS)


def test_what_is_typed_while_the_library_opens_stays_in_its_field(
    open_window: Open, sorted_library: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the word must not judge the first photo."""
    typed = threading.Event()

    def slowly(folder: Path, project: str | None) -> tuple[Library, int | None]:
        typed.wait(PATIENCE_MS / 1000)
        return open_library(folder, project)

    monkeypatch.setattr("pixsort_desktop.app.open_library", slowly)
    window = open_window(sorted_library, "Trip").window
    search = window.area.toolbar.search
    window.activateWindow()
    window.actions_.actions["find"].trigger()
    qtbot.waitUntil(search.hasFocus, timeout=PATIENCE_MS)
    qtbot.keyClicks(search, "for")
    typed.set()
    qtbot.waitUntil(lambda: len(window.session.snapshot.found or ()) == 3, timeout=PATIENCE_MS)
    keyboard = QApplication.focusWidget()
    assert keyboard is search
    qtbot.keyClicks(keyboard, "x")
    qtbot.waitUntil(lambda: window.session.snapshot.found == frozenset(), timeout=PATIENCE_MS)


def test_a_damaged_library_is_a_sentence_and_stays_as_it_is(
    open_window: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        path = library.path
    path.write_bytes(b"this is no database at all" * 400)
    before = path.read_bytes()
    desktop = open_window(folder)
    window = desktop.window
    qtbot.waitUntil(lambda: window.area.trouble != "", timeout=PATIENCE_MS)
    assert window.isVisible()
    assert window.area.empty.title.text() == "The library cannot be opened"
    assert len(window.area.empty.text.text()) > 20
    assert path.read_bytes() == before
    event = drag_over(window, QPoint(300, 300), files(tmp_path), drop=True)
    assert not event.isAccepted()


def test_a_library_from_a_newer_version_is_a_sentence(
    open_window: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        path = library.path
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " SELECT migration_set, 'm9999_from_the_future', applied_at FROM _sqlite_migrations LIMIT 1"
    )
    connection.commit()
    connection.close()
    window = open_window(folder).window
    qtbot.waitUntil(lambda: window.area.trouble != "", timeout=PATIENCE_MS)
    assert "newer" in window.area.trouble


def test_failed_files_are_listed_and_can_be_tried_again(
    open_window: Open, tmp_path: Path, shoot: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    good = sorted(shoot.iterdir())
    for path in good[:3]:
        (folder / path.name).write_bytes(path.read_bytes())
    broken = folder / "broken.jpg"
    broken.write_bytes(good[3].read_bytes()[:300])
    desktop = open_window(tmp_path / "library")
    window = ready(qtbot, desktop)
    drop(window, folder)
    qtbot.waitUntil(lambda: window.job_bar.activity.text() == "1 failed file", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.centre.busy, timeout=PATIENCE_MS)
    window.parts.show_activity()
    model = window.parts.activity.failed.model()
    assert model.index(0, 0).data() == "broken.jpg"
    assert len(str(model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole))) > len("broken.jpg\n")
    failed_id = next(p.id for p in window.session.snapshot.photos.values() if p.status == "failed")
    assert failed_id not in [i for c in window.session.snapshot.columns for i in c.photo_ids]
    window.area.reveal(failed_id)
    assert "Failed: " in window.panel.note.text()

    broken.write_bytes(good[3].read_bytes())
    qtbot.waitUntil(lambda: window.parts.activity.retry.height() > 8)
    qtbot.mouseClick(window.parts.activity.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.job_bar.activity.text() == "Jobs", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: all(p.status == "ready" for p in window.session.snapshot.photos.values()))


def test_closing_during_an_import_keeps_what_is_done(
    open_window: Open, tmp_path: Path, shoot: Path, qtbot: QtBot
) -> None:
    source = next(shoot.iterdir()).read_bytes()
    many = tmp_path / "many"
    many.mkdir()
    for number in range(400):
        (many / f"{number:03}.jpg").write_bytes(source + bytes([number // 256, number % 256]))
    desktop = open_window(tmp_path / "library")
    window = ready(qtbot, desktop)
    drop(window, many)
    qtbot.waitUntil(lambda: window.grid.photos.rowCount() > 0, timeout=PATIENCE_MS)
    assert desktop.centre.busy
    started = time.monotonic()
    close(qtbot, desktop)
    assert time.monotonic() - started < 15
    with Library.open(tmp_path / "library") as library:
        kept = project_photos(library, 1)
        jobs = [tuple(row) for row in library.rows("SELECT kind, state FROM jobs")]
    assert 0 < len(kept) <= 400
    assert all(photo.status == "ready" for photo in kept)
    assert ("import", "cancelled") in jobs


def test_cancel_keeps_what_is_done_and_the_window_goes_on(
    open_window: Open, tmp_path: Path, shoot: Path, qtbot: QtBot
) -> None:
    source = next(shoot.iterdir()).read_bytes()
    many = tmp_path / "many"
    many.mkdir()
    for number in range(400):
        (many / f"{number:03}.jpg").write_bytes(source + bytes([number // 256, number % 256]))
    desktop = open_window(tmp_path / "library")
    window = ready(qtbot, desktop)
    drop(window, many)
    qtbot.waitUntil(
        lambda: window.job_bar.progress.maximum() > 1 and window.job_bar.cancel.isVisible(),
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(lambda: window.grid.photos.rowCount() > 0, timeout=PATIENCE_MS)
    qtbot.mouseClick(window.job_bar.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not desktop.centre.busy, timeout=PATIENCE_MS)
    assert "stopped" in window.messages.text.text()
    assert desktop.library is not None
    done = len(project_photos(desktop.library, 1))
    assert 0 < done <= 400
    qtbot.waitUntil(lambda: window.grid.photos.rowCount() == done, timeout=PATIENCE_MS)


def test_what_was_killed_is_finished_at_the_next_start(
    open_window: Open, sorted_library: Path, qtbot: QtBot
) -> None:
    with Library.open(sorted_library) as library:
        library.write(lambda t: t.connection.execute("DELETE FROM embeddings WHERE photo_id < 4"))
    window = ready(qtbot, open_window(sorted_library))
    qtbot.waitUntil(
        lambda: window.messages.text.text() == "What was interrupted is finished.", timeout=PATIENCE_MS
    )


def test_thumbnails_that_the_cache_let_go_are_made_again_when_they_are_seen(
    open_window: Open, sorted_library: Path, qtbot: QtBot
) -> None:
    thumbnails = sorted((sorted_library / "thumbnails").rglob("*.jpg"))
    for path in thumbnails[:4]:
        path.unlink()
    window = ready(qtbot, open_window(sorted_library))
    window.area.show_view("grid")
    qtbot.waitUntil(lambda: all(path.exists() for path in thumbnails[:4]), timeout=PATIENCE_MS)
    with_picture = [p.sha256 for p in window.session.snapshot.photos.values() if p.sha256]
    qtbot.waitUntil(
        lambda: all(window.loader.pixmap(sha) is not None for sha in with_picture), timeout=PATIENCE_MS
    )


def test_what_another_process_writes_is_shown(
    open_window: Open, sorted_library: Path, shoot: Path, qtbot: QtBot
) -> None:
    window = ready(qtbot, open_window(sorted_library))
    qtbot.waitUntil(lambda: len(shown(window)) == 4)
    with Library.open(sorted_library) as other:
        project = create_project(other, name="From elsewhere")
        import_photos(other, project_id=project.id, paths=[str(sorted(shoot.iterdir())[0])])
        expected = arrangement(other, project.id)
    qtbot.waitUntil(lambda: window.projects.model.rowCount() == 2, timeout=PATIENCE_MS)
    line = window.projects.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert line == "From elsewhere, 1 photo · 1 new"
    assert list(expected) == ["Ungrouped"]


def test_a_project_named_at_the_start_is_opened(
    open_window: Open, sorted_library: Path, qtbot: QtBot
) -> None:
    with Library.open(sorted_library) as library:
        create_project(library, name="Second")
    window = ready(qtbot, open_window(sorted_library, "Trip"))
    qtbot.waitUntil(lambda: window.windowTitle() == "Trip – PixSort", timeout=PATIENCE_MS)


def test_frames_are_upright_and_keep_their_colours(tmp_path: Path, make_jpeg: Callable[..., Path]) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    path = make_jpeg("turned.jpg", seed=3, size=(96, 64), exif=exif)
    photo = Photo(id=1, sha256=None, status="ready", error=None, path=str(path))
    image = app_frames.read_frame(photo, 48, app_frames.fresh_image)
    assert (image.width(), image.height()) == (32, 48)
    whole = app_frames.read_frame(photo, 96, app_frames.fresh_image)
    with Image.open(path) as opened:
        upright = opened.transpose(Image.Transpose.ROTATE_270).convert("RGB")
    for x, y in ((0, 0), (63, 95), (17, 40), (5, 33)):  # also below the first strip
        assert whole.pixelColor(x, y).getRgb()[:3] == upright.getpixel((x, y))
    gone = Photo(id=2, sha256=None, status="ready", error=None, path=str(tmp_path / "card taken out.jpg"))
    with pytest.raises(FileNotFoundError):
        app_frames.read_frame(gone, 48, app_frames.fresh_image)


def test_the_window_starts_as_a_program_and_ends_by_signal(tmp_path: Path) -> None:
    """In a process of its own: `main`, the event loop, and the orderly end."""
    code = (
        "import os, signal, sys, threading\n"
        "from pixsort_desktop import app\n"
        "threading.Timer(2.5, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()\n"
        f"sys.exit(app.main(['--library', {str(tmp_path / 'library')!r}]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "library" / "window.json").is_file()
