"""What arrives in a watched folder becomes photos once it has settled, and not before."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.jobs.watch_folder import WatchState, watch_folder
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.progress import Progress

MakeJpeg = Callable[..., Path]
SETTLE_S = 0.25


class Watching:
    """A watch that runs in a thread of its own."""

    def __init__(self, library: Library, project_id: int, folder: Path) -> None:
        self.library, self.project_id = library, project_id
        self.progress = Progress()
        self.told: list[tuple[bool, int]] = []
        self.result: WatchState | None = None
        self.thread = threading.Thread(target=self._run, args=(folder,))
        self.thread.start()

    def _run(self, folder: Path) -> None:
        self.result = watch_folder(
            self.library,
            project_id=self.project_id,
            folder=folder,
            settle_s=SETTLE_S,
            poll_s=0.03,
            progress=self.progress,
            told=lambda state: self.told.append((state.there, state.settling)),
        )

    def names(self) -> set[str]:
        return {
            Path(p.path).name for p in project_photos(self.library, self.project_id) if p.status == "ready"
        }

    def until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not reached():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def stop(self) -> WatchState:
        self.progress.cancel()
        self.thread.join(10)
        assert not self.thread.is_alive()
        assert self.result is not None
        return self.result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tether").mkdir()
    return tmp_path / "tether"


@pytest.fixture
def watching(library: Library, folder: Path, make_jpeg: MakeJpeg) -> Iterator[Watching]:
    make_jpeg("tether/before.jpg", seed=50)
    watch = Watching(library, create_project(library, name="Studio").id, folder)
    yield watch
    watch.progress.cancel()
    watch.thread.join(10)


def test_files_come_in_when_they_have_settled(watching: Watching, make_jpeg: MakeJpeg, folder: Path) -> None:
    watching.until(lambda: watching.names() == {"before.jpg"})
    whole = make_jpeg("made.jpg", seed=1).read_bytes()
    growing = folder / "slow.jpg"
    with growing.open("wb") as file:
        for start in range(0, len(whole), len(whole) // 6 + 1):
            file.write(whole[start : start + len(whole) // 6 + 1])
            file.flush()
            time.sleep(SETTLE_S / 2)
            assert "slow.jpg" not in watching.names()
    (folder / "sub").mkdir()
    (folder / "sub/two.jpg.tmp").write_bytes(make_jpeg("made.jpg", seed=2).read_bytes())
    watching.until(lambda: "slow.jpg" in watching.names())
    (folder / "sub/two.jpg.tmp").rename(folder / "sub/two.jpg")  # as programs do that write a file in one go
    watching.until(lambda: "two.jpg" in watching.names())
    state = watching.stop()
    assert (state.added, state.duplicates, state.failed) == (3, 0, [])


def test_a_file_that_was_cut_off_is_read_again_when_it_is_complete(
    watching: Watching, make_jpeg: MakeJpeg, folder: Path
) -> None:
    whole = make_jpeg("made.jpg", seed=3).read_bytes()
    (folder / "late.jpg").write_bytes(whole[:20])
    watching.until(
        lambda: any(p.status == "failed" for p in project_photos(watching.library, watching.project_id))
    )
    (folder / "late.jpg").write_bytes(whole)
    watching.until(lambda: "late.jpg" in watching.names())
    watching.until(lambda: len(project_photos(watching.library, watching.project_id)) == 2)  # one row again


def test_a_folder_that_vanishes_is_waited_for(watching: Watching, make_jpeg: MakeJpeg, folder: Path) -> None:
    watching.until(lambda: watching.names() == {"before.jpg"})
    away = folder.with_name("unplugged")
    folder.rename(away)
    watching.until(lambda: (False, 0) in watching.told)
    make_jpeg("unplugged/new.jpg", seed=4)
    away.rename(folder)
    watching.until(lambda: watching.names() == {"before.jpg", "new.jpg"})
    assert watching.told[-1][0]
    state = watching.stop()
    assert (state.added, state.duplicates) == (2, 0)


def test_what_is_known_is_not_read_again(
    library: Library, folder: Path, make_jpeg: MakeJpeg, watching: Watching
) -> None:
    watching.until(lambda: watching.names() == {"before.jpg"})
    watching.stop()
    again = Watching(library, watching.project_id, folder)
    make_jpeg("tether/after.jpg", seed=9)
    again.until(lambda: "after.jpg" in again.names())
    state = again.stop()
    assert (state.added, state.duplicates) == (1, 0)


def test_a_folder_that_was_never_there_is_refused(library: Library, tmp_path: Path) -> None:
    project_id = create_project(library, name="Studio").id
    with pytest.raises(NotFoundError, match="no folder"):
        watch_folder(library, project_id=project_id, folder=tmp_path / "nowhere")
