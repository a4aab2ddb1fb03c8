"""A drive that hangs holds up its own files: the import says so, can be cancelled, and the library stays usable."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs import import_photos as importing
from pixsort_desktop.jobs.examine import Examined
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.progress import Cancelled, Progress

MakeJpeg = Callable[..., Path]


class Impatient(Progress):
    """Cancels when it is told that a drive does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        self.said.append(step)
        if "has not answered" in step:
            self.cancel()


@pytest.mark.parametrize("hanging", ["file", "folder"])
def test_an_import_from_a_drive_that_hangs_can_be_cancelled(
    library: Library, make_jpeg: MakeJpeg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hanging: str
) -> None:
    for n in range(3):
        make_jpeg(f"shoot/{n}.jpg", seed=n)
    make_jpeg("shoot/nas/9.jpg", seed=9)
    released = threading.Event()
    examine, scandir = importing.examine, os.scandir

    def slow_examine(path: str, *more: Any) -> Examined:
        if hanging == "file" and path.endswith("9.jpg"):
            released.wait(20)
        return examine(path, *more)

    def slow_scandir(path: Any = ".") -> Any:
        if hanging == "folder" and str(path).endswith("nas") and not released.is_set():
            released.wait(20)
        return scandir(path)

    monkeypatch.setattr(importing, "examine", slow_examine)
    monkeypatch.setattr(os, "scandir", slow_scandir)
    monkeypatch.setattr(importing, "WAKE_S", 0.05)
    monkeypatch.setattr(importing, "PATIENCE_S", 1.5)
    project_id = create_project(library, name="Shoot").id
    progress = Impatient()
    if hanging == "folder":
        threading.Timer(1.5, progress.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        import_photos(library, project_id=project_id, paths=[tmp_path / "shoot"], progress=progress)
    assert time.monotonic() - started < 8
    assert len(project_photos(library, project_id)) == 3  # what was read is kept
    assert recent_jobs(library)[0].state == "cancelled"
    released.set()
    assert import_photos(library, project_id=project_id, paths=[tmp_path / "shoot"]).added == 1
