"""What benchmarks of the window share: a real window on a library, waiting for it, and how times are told."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from pixsort_desktop.app import Desktop, tune_interpreter
from pixsort_desktop.views import theme

Times = list[tuple[float, float]]  # milliseconds by the clock, and of the processor


def how_many(told: str, photos: int = 10_000) -> int:
    """The number of photos that the command line asks for; `told` is the benchmark's own words."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=photos)
    return int(parser.parse_args().photos)


@contextmanager
def window_on(folder: Path, project: str) -> Iterator[Desktop]:
    """The program's window on a library, of 1600 x 1000; closed as a user closes it."""
    tune_interpreter()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app, "dark", 100)
    desktop = Desktop(folder, project)
    desktop.start()
    desktop.window.resize(1600, 1000)
    yield desktop
    desktop.finished.connect(app.quit)
    QTimer.singleShot(0, desktop.window.close)
    app.exec()


def until(ready: Callable[[], bool], seconds: float = 120) -> float:
    """Let the window work until it is so; milliseconds that took. Raises TimeoutError."""
    began = time.perf_counter()
    while not ready():
        QApplication.processEvents()
        time.sleep(0.0005)
        if time.perf_counter() - began > seconds:
            raise TimeoutError("the window did not get there")
    return (time.perf_counter() - began) * 1000


def timed(act: Callable[[], object], clock: Callable[[], float]) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor as `clock` tells it."""
    began, worked = time.perf_counter(), clock()
    act()
    return (time.perf_counter() - began) * 1000, (clock() - worked) * 1000


def show(what: str, times: Times) -> float:
    """One line; answers the most processor time."""
    clock, worked = zip(*times, strict=True)
    print(
        f"{what:<36} median {statistics.median(clock):6.1f} ms, slowest {max(clock):6.1f} ms;"
        f" processor {statistics.median(worked):5.1f} ms, at most {max(worked):5.1f} ms",
        flush=True,
    )
    return max(worked)
