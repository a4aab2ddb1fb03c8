"""How soon the board follows the granularity slider, in a project of 10,000 photos.

First without a window: opening the kept hierarchy, then a look at each of 21 granularities (the cut, and the plan of the
board around what was done by hand). Then in the real window: from the slider's step until the board that it leads to is
painted.
The library is real; its hierarchy is that of seeded random scenes of eight photos, with lengths spread over the slider's
whole scale, so that each of its steps changes much. There are no thumbnails to show.

    python tests/benchmarks/granularity.py [--photos 10000]

Processor time is that of the looking thread, and in the window that of all threads: on a machine that does other work too,
it says more than the clock. Exit code 1 if a look takes more than 100 ms of it, or a step until it is painted more than 300.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from pixsort_desktop.app import Desktop
from pixsort_desktop.grouping.density import GroupingParameters, reachability_tree
from pixsort_desktop.jobs.calibrations import calibration_of
from pixsort_desktop.jobs.granularity import look_at_granularity, open_hierarchy
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.hierarchy import _made_for
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors, put_embedding
from pixsort_desktop.library.hierarchies import StoredHierarchy, put_hierarchy
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.views.board.granularity_bar import STEPS
from pixsort_desktop.vision.descriptor import EMBEDDING_ID
from tests.benchmarks.filters import fill
from tests.benchmarks.grouping_speed import scenes
from tests.benchmarks.window import Times, how_many, show, timed, until, window_on

LOOK_MS, PAINT_MS = 100.0, 300.0
SPREAD = (
    0.3,
    2.2,
)  # shortest and longest bridge, of the measured distance: the slider reaches from 0.35 to 1.9
PROJECT = 1


def make(folder: Path, photos: int) -> None:
    """A library with a grouped project."""
    fill(folder, photos)
    with Library.open(folder) as library:
        vectors = scenes(photos, 496, photos // 8)
        ready = [photo.id for photo in project_photos(library, PROJECT) if photo.status == "ready"]

        def write(transaction: Transaction) -> None:
            for photo_id, vector in zip(ready, vectors, strict=False):
                put_embedding(transaction, photo_id, EMBEDDING_ID, vector)

        library.write(write)
        ids, _, vectors = project_vectors(library, PROJECT, EMBEDDING_ID)
        tree, calibration = reachability_tree(vectors), calibration_of(EMBEDDING_ID)
        assert calibration is not None
        tree[:, 2] = calibration.distance * np.geomspace(*SPREAD, len(tree))
        made_for = _made_for(library, PROJECT, EMBEDDING_ID, GroupingParameters())
        library.write(lambda t: put_hierarchy(t, PROJECT, StoredHierarchy(tuple(ids), tree, made_for)))
        group_photos(library, project_id=PROJECT)


def look(folder: Path) -> float:
    """Time the looks; the slowest, of the processor."""
    with Library.open(folder) as library:
        cuttable = open_hierarchy(library, PROJECT)
        assert cuttable is not None
        show("opened", [timed(lambda: open_hierarchy(library, PROJECT), time.thread_time) for _ in range(5)])
        columns = [len(look_at_granularity(cuttable, g)) for g in (0.0, 0.5, 1.0)]
        print(f"columns: {columns[0]} to {columns[1]} to {columns[2]}")
        every = [
            timed(lambda g=g: look_at_granularity(cuttable, g), time.thread_time)  # type: ignore[misc]
            for g in np.linspace(0, 1, 21).tolist()
        ]
        cuts = [
            timed(lambda g=g: cuttable.labels(g), time.thread_time)  # type: ignore[misc]
            for g in np.linspace(0, 1, 21).tolist()
        ]
    show("the cut alone", cuts)
    return show("a look at a granularity", every)


def drag(desktop: Desktop) -> Times:
    """Steps of the slider to and fro, near and far, each until the board with it is painted."""
    desk, board = desktop.window.granularity, desktop.window.board
    slider = desk.bar.slider

    def step(at: int) -> None:
        slider.setSliderPosition(at)
        until(lambda: desk._looked is not None and desk._looked[0] == at / STEPS)
        board.repaint()
        QApplication.processEvents()

    slider.setSliderDown(True)
    step(STEPS // 2 + 1)  # the first one opens the hierarchy
    steps = (*range(STEPS // 2, STEPS, 12), *range(STEPS, 0, -24), 0, STEPS, STEPS // 2)
    found = [timed(lambda at=at: step(at), time.process_time) for at in steps]  # type: ignore[misc]
    slider.cancel()
    slider.setSliderDown(False)
    return found


def main() -> int:
    photos = how_many(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="pixsort-granularity-") as place:
        folder = Path(place) / "library"
        make(folder, photos)
        looked = look(folder)
        with window_on(folder, "Large") as desktop:
            until(lambda: len(desktop.session.snapshot.order) == photos)
            until(lambda: not desktop.session.background.busy and desktop.window.granularity.bar.isVisible())
            painted = show("from the step to the painted board", drag(desktop))
    return 0 if looked <= LOOK_MS and painted <= PAINT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
