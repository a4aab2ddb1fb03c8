"""What the map costs: making it, painting it, and panning and zooming through it, by the number of photos.

The library is real: rows, thumbnails on disk (512 px JPEG), vectors. Painting is `repaint()` of the whole map, in processor
time of the window's thread, which other work on the machine does not change much; the longest stall is the longest gap in the
heartbeat of that thread while the mouse drags and the wheel turns.

    python tests/benchmarks/map.py [3 3000 30000]
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
from pixsort_desktop.vision.descriptor import EMBEDDING_ID

SIZE = 512


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


def measure(app: QApplication, photos: int) -> None:
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
        whole = paint_ms(view)
        beat = Heartbeat()
        drag_and_turn(app, view)
        gaps = beat.take()
        settle(app, 2)
        print(
            f"{photos:>6,} photos: made in {made:.2f} s, read in {read * 1000:.0f} ms; painted whole"
            f" {whole[0]:.1f} ms ({whole[1]} thumbnails), after zooming in {paint_ms(view)[0]:.1f} ms;"
            f" stalls while dragging and zooming: longest {max(gaps):.0f} ms, 95 % below"
            f" {sorted(gaps)[int(len(gaps) * 0.95)]:.1f} ms"
        )
        window.close()
        while not desktop.ended or (desktop.library is not None and not desktop.centre.quiet):
            settle(app, 0.05)
        settle(app, 0.5)


def paint_ms(view: object) -> tuple[float, int]:
    """The median of a whole painting in processor time, and how many thumbnails it has."""
    found = []
    for _ in range(15):
        started = time.thread_time()
        view.repaint()  # type: ignore[attr-defined]
        found.append((time.thread_time() - started) * 1000)
    return statistics.median(found), len(view.pictures)  # type: ignore[attr-defined]


def drag_and_turn(app: QApplication, view: object) -> None:
    """Zoom in by eight notches and drag the map about, as fast as the window paints."""
    at = QPoint(400, 300)
    for _ in range(8):
        event = QWheelEvent(
            QPointF(at), view.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,  # type: ignore[attr-defined]
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        app.sendEvent(view, event)  # type: ignore[arg-type]
        settle(app, 0.03)
    QTest.mousePress(view, Qt.MouseButton.MiddleButton, pos=at)
    for step in range(60):
        QTest.mouseMove(view, at + QPoint(step * 5, step * 3))
        settle(app, 0.01)
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=at)


def main() -> None:
    tune_interpreter()
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app, "dark", 100)
    for photos in [int(a) for a in sys.argv[1:]] or [3, 3_000, 30_000]:
        measure(app, photos)


if __name__ == "__main__":
    main()
