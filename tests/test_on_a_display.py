"""The window on a real X display, with a real mouse and keyboard: what `QDrag` does, no simulated event shows.

Needs Xvfb and xdotool (Debian: `apt install xvfb xdotool`); skipped with that reason where they are missing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pixsort_desktop.library.database import Library
from tests.views.conftest import _sorted_template as _sorted_template
from tests.views.conftest import arrangement, shoot, sorted_library

__all__ = ["shoot", "sorted_library"]

PROGRAM = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication
from pixsort_desktop import app

def tell():
    window = next(w for w in QApplication.topLevelWidgets() if w.windowTitle().startswith("Trip"))
    places = {}
    for column in window.board.columns_in_sight():
        photos, header = column.photos, column.header
        label = header.label
        places[label] = [header.mapToGlobal(QPoint(60, header.height() // 2)).toTuple()]
        for row in range(photos.model().rowCount(photos.rootIndex())):
            cell = photos.visualRect(photos.model().index(row, 0, photos.rootIndex()))
            places[label].append(photos.viewport().mapToGlobal(cell.center()).toTuple())
    print(json.dumps(places), flush=True)

def look():
    windows = [w for w in QApplication.topLevelWidgets() if w.windowTitle().startswith("Trip")]
    if windows and len(windows[0].board.columns_in_sight()) == 4:
        windows[0].setGeometry(0, 0, 1200, 800)
        windows[0].activateWindow()
        QTimer.singleShot(500, tell)
    else:
        QTimer.singleShot(50, look)

start = app.Desktop.start
app.Desktop.start = lambda desktop: (start(desktop), QTimer.singleShot(50, look))
sys.exit(app.main(["--library", sys.argv[1]]))
"""


@pytest.fixture
def display() -> Iterator[str]:
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        if not number:
            server.terminate()
            pytest.skip("Xvfb did not start")
        yield f":{number}"
        server.terminate()


class Hand:
    """A hand on mouse and keyboard."""

    def __init__(self, display: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display}

    def do(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self._environment, check=True, timeout=20)
        time.sleep(0.12)

    def drag(self, start: list[int], end: list[int]) -> None:
        self.do("mousemove", *start)
        self.do("mousedown", 1)
        for part in (0.1, 0.3, 0.6, 0.9, 1.0, 1.0):
            at = [round(a + (b - a) * part) for a, b in zip(start, end, strict=True)]
            self.do("mousemove", *at)
        self.do("mouseup", 1)


def settles(folder: Path, wanted: dict[str, list[str]]) -> dict[str, list[str]]:
    """The arrangement in the library, once it is `wanted` or after some seconds."""
    found: dict[str, list[str]] = {}
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        with Library.open(folder) as library:
            found = arrangement(library, 1)
        if list(found.items()) == list(wanted.items()):
            break
        time.sleep(0.1)
    return found


@pytest.fixture
def program(display: str, sorted_library: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-c", PROGRAM, str(sorted_library)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


def places_of(program: subprocess.Popen[str]) -> dict[str, list[list[int]]]:
    """Label -> where its header and its photos are on the screen, as the program tells it."""
    assert program.stdout is not None
    assert program.stderr is not None
    told = program.stdout.readline()
    if told:
        return dict(json.loads(told))
    complaint = program.stderr.read()
    if "platform plugin" in complaint:
        pytest.skip(f"Qt cannot use X here: {complaint.splitlines()[0]}")
    raise AssertionError(complaint)


def test_photos_and_columns_are_dragged_by_hand(
    display: str, program: subprocess.Popen[str], sorted_library: Path
) -> None:
    places, hand = places_of(program), Hand(display)
    start = {
        "Coast": ["scene0_0", "scene0_1", "scene0_2", "scene0_3"],
        "Forest": ["scene1_0", "scene1_1", "scene1_2"],
        "City": ["scene2_0", "scene2_1"],
        "Ungrouped": ["scene2_2"],
    }
    hand.drag(places["Coast"][2], [places["Forest"][0][0], places["Forest"][0][1] + 450])
    moved = {**start, "Coast": ["scene0_0", "scene0_2", "scene0_3"]}
    moved["Forest"] = ["scene1_0", "scene1_1", "scene1_2", "scene0_1"]
    assert settles(sorted_library, moved) == moved

    hand.do("key", "ctrl+z")
    assert settles(sorted_library, start) == start

    hand.drag(places["Coast"][0], [places["Forest"][0][0] + 180, places["Forest"][0][1] + 450])
    order = {label: start[label] for label in ("Forest", "Coast", "City", "Ungrouped")}
    assert list(settles(sorted_library, order)) == list(order)

    hand.do("key", "ctrl+q")
    assert program.wait(timeout=15) == 0
