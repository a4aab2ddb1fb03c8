"""What the map costs: making it, painting it, and panning and zooming through it, by the number of photos.

The library is real: rows, thumbnails on disk (512 px JPEG), vectors. A frame is one movement of the mouse (dragging the whole
map, then a part of it from near) or one notch of the wheel, until it is painted and every event is answered, in processor
time of the window's thread, which other work on the machine does not change much; the longest stall is the longest gap in
the heartbeat of that thread meanwhile.

    python tests/benchmarks/map.py [3 3000 30000]

Exit code 1 if more than one frame of twenty takes longer than 33 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from board import Heartbeat, fill
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pixsort_desktop.app import Desktop, tune_interpreter
from pixsort_desktop.jobs.map_photos import map_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.projects import find_project
from pixsort_desktop.views import theme
from pixsort_desktop.views.map.map_view import MapView
from pixsort_desktop.vision.descriptor import EMBEDDING_ID

SIZE = 512
FRAME_MS = 33.0  # thirty pictures a second


def fill_with_vectors(folder: Path, photos: int) -> int:
    """A project whose photos lie in scenes of some twelve; answers its id."""
    fill(folder, "Map", photos, max(1, photos // 40))
    rng = np.random.default_rng(3)
    with Library.open(folder) as library:
        project = find_project(library, "Map")
        assert project is not None
        ids = [row[0] for row in library.rows("SELECT id FROM photos ORDER BY id")]
        scenes = rng.normal(size=(max(1, photos // 12), SIZE)) * rng.normal(size=SIZE) ** 2
        vectors = (
            scenes[np.arange(photos) * len(scenes) // photos] + rng.normal(size=(photos, SIZE))
        ).astype(np.float32)

        def write(transaction: object) -> None:
            for photo_id, vector in zip(ids, vectors, strict=True):
                put_embedding(transaction, photo_id, EMBEDDING_ID, vector)  # type: ignore[arg-type]

        library.write(write)
        return project.id


def settle(app: QApplication, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.001)


def measure(app: QApplication, photos: int) -> float:
    """Of the slowest kind of frames, what 95 % of them stay below."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project_id = fill_with_vectors(folder, photos)
        with Library.open(folder) as library:
            started = time.perf_counter()
            map_photos(library, project_id=project_id, method="pca")
            made = time.perf_counter() - started
            started = time.perf_counter()
            map_photos(library, project_id=project_id, method="pca")
            read = time.perf_counter() - started
        desktop = Desktop(folder, "Map")
        desktop.start()
        window = desktop.window
        window.resize(1600, 1000)
        window.area.show_view("map")
        view = window.area.map
        while view.points is None or view.snapshot.project is None:
            settle(app, 0.05)
        settle(app, 3)
        print(
            f"{photos:,} photos: made in {made:.2f} s, read in {read * 1000:.0f} ms, {len(view.pictures):,} thumbnails"
            " in sight of the whole map"
        )
        beat = Heartbeat()
        slowest = max(
            show("dragging the whole map", drag(app, view)),
            show("zooming in", turn(app, view, 120)),
            show("dragging from near", drag(app, view)),
            show("zooming out", turn(app, view, -120)),
        )
        gaps = beat.take()
        settle(app, 1)
        print(f"  longest stall meanwhile {max(gaps):.0f} ms", flush=True)
        window.close()
        while not desktop.ended or (desktop.library is not None and not desktop.centre.quiet):
            settle(app, 0.05)
        settle(app, 0.5)
    return slowest


def frame(app: QApplication, view: MapView) -> None:
    """What is to be painted is painted, and what came of it is answered."""
    view.repaint()
    app.processEvents()


def drag(app: QApplication, view: MapView) -> list[float]:
    """Milliseconds of each frame while the map is held and moved about."""
    at, found = QPoint(800, 400), []
    QTest.mousePress(view, Qt.MouseButton.MiddleButton, pos=at)
    for step in range(80):
        angle = step / 80 * 2 * np.pi
        to = at + QPoint(round(300 * np.sin(angle)), round(200 * np.sin(2 * angle)))
        began = time.thread_time()
        QTest.mouseMove(view, to)
        frame(app, view)
        found.append((time.thread_time() - began) * 1000)
        settle(app, 0.01)
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=at)
    return found


def turn(app: QApplication, view: MapView, notch: int) -> list[float]:
    """Milliseconds of each frame while the wheel is turned by eight notches, in quarters as a touch pad does."""
    at, found = QPointF(700, 350), []
    for _ in range(32):
        event = QWheelEvent(
            at, view.mapToGlobal(at), QPoint(), QPoint(0, notch // 4), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        began = time.thread_time()
        app.sendEvent(view, event)
        frame(app, view)
        found.append((time.thread_time() - began) * 1000)
        settle(app, 0.01)
    return found


def show(what: str, frames: list[float]) -> float:
    most = sorted(frames)[int(len(frames) * 0.95)]
    print(
        f"  {what:<24} median {statistics.median(frames):5.1f} ms, 95 % below {most:5.1f}, slowest {max(frames):5.1f}"
    )
    return most


def main() -> int:
    tune_interpreter()
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app, "dark", 100)
    slowest = max(measure(app, photos) for photos in [int(a) for a in sys.argv[1:]] or [3, 3_000, 30_000])
    return 0 if slowest <= FRAME_MS else 1


if __name__ == "__main__":
    sys.exit(main())
