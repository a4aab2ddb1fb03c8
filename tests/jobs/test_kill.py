"""Killed at any instant, the library opens, is sound, and the next run ends as if nothing had happened."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pixsort_desktop.jobs.recovery import finish, unfinished
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.places import places_by_hash
from pixsort_desktop.library.projects import all_projects
from pixsort_desktop.thumbnails.store import ThumbnailStore

SEED = 20261120
ROUNDS = 4
KILLS = 5  # in each round, so 20 in all

# The whole work in a child process; it says when it is warm, so that kills fall into the work itself.
CHILD = """
import sys
from pathlib import Path
from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.projects import find_project
import hdbscan
print("warm", flush=True)
with Library.open(Path(sys.argv[1])) as library:
    project = find_project(library, "Shoot") or create_project(library, name="Shoot")
    import_photos(library, project_id=project.id, paths=[sys.argv[2]])
    group_photos(library, project_id=project.id)
"""


def start(library: Path, shoot: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(library), str(shoot)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "warm\n"
    return child


def run_whole(library: Path, shoot: Path) -> float:
    """Run to the end; returns the seconds it took."""
    with start(library, shoot) as child:
        began = time.monotonic()
        assert child.wait(120) == 0
        return time.monotonic() - began


def outcome(folder: Path) -> dict[str, Any]:
    """Photos, groups and thumbnails, by content."""
    with Library.open(folder) as library:
        (project,) = all_projects(library)
        photos = {photo.id: photo for photo in project_photos(library, project.id)}
        store = ThumbnailStore(folder / "thumbnails")
        vectors = library.rows(
            "SELECT vector FROM embeddings JOIN photos ON photos.id = photo_id ORDER BY sha256"
        )
        return {
            "photos": {(p.sha256, p.status, p.path, p.width, p.height) for p in photos.values()},
            "groups": [
                (c.group.label if c.group else None, [photos[i].path for i in c.photo_ids])
                for c in board(library, project.id)
            ],
            "thumbnails": {
                p.sha256: store.read(p.sha256) for p in photos.values() if p.sha256 and p.status == "ready"
            },
            "files": len(library.rows("SELECT id FROM files")),
            "vectors": np.array([np.frombuffer(row["vector"], "<f4") for row in vectors]),
        }


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Equal but for the last bits of float32 sums, which depend on where in memory their terms stood."""
    vectors = one.pop("vectors"), other["vectors"]
    assert one == {key: value for key, value in other.items() if key != "vectors"}
    np.testing.assert_allclose(*vectors, atol=1e-6)


def is_sound(folder: Path) -> bool:
    file = folder / "library.db"
    if not file.exists():
        return True  # killed before there was one
    connection = sqlite3.connect(file)
    try:
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        connection.close()


@pytest.fixture
def shoot(make_jpeg: Callable[..., Path], tmp_path: Path) -> Path:
    """Ten scenes of five frames, a copy, and a file that is broken."""
    for scene in range(10):
        for frame in range(5):
            path = make_jpeg(f"shoot/{scene}-{frame}.jpg", seed=scene, size=(1200, 900))
            path.write_bytes(path.read_bytes() + bytes([frame]))
    (tmp_path / "shoot" / "copy.jpg").write_bytes((tmp_path / "shoot" / "3-3.jpg").read_bytes())
    (tmp_path / "shoot" / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    return tmp_path / "shoot"


def test_twenty_random_kills_leave_no_trace(shoot: Path, tmp_path: Path) -> None:
    seconds = run_whole(tmp_path / "undisturbed", shoot)
    expected = outcome(tmp_path / "undisturbed")
    assert len(expected["groups"]) > 4
    moments = random.Random(SEED)
    for n in range(ROUNDS):
        folder = tmp_path / f"killed {n}"
        for _ in range(KILLS):
            with start(folder, shoot) as child:
                time.sleep(moments.uniform(0, seconds))
                child.kill()
            assert is_sound(folder)
        run_whole(folder, shoot)
        assert is_sound(folder)
        assert_same(outcome(folder), expected)


def test_the_next_start_takes_up_what_was_killed(shoot: Path, tmp_path: Path) -> None:
    run_whole(tmp_path / "undisturbed", shoot)
    folder = tmp_path / "killed"
    with start(folder, shoot) as child:
        while not list(folder.glob("thumbnails/*/*.jpg")):
            time.sleep(0.005)
        child.kill()
    with Library.open(folder) as library:
        left = unfinished(library)
        assert [job.kind for job in left.jobs] == ["import"]
        assert all_projects(library)[0].status in ("new", "ready")
        finish(library, left)
        assert not unfinished(library)
        assert all_projects(library)[0].status == "complete"
    assert_same(outcome(folder), outcome(tmp_path / "undisturbed"))


def test_photos_that_lost_their_embedding_are_completed(shoot: Path, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    run_whole(folder, shoot)
    expected = outcome(folder)
    with Library.open(folder) as library:
        ids = [row["photo_id"] for row in library.rows("SELECT photo_id FROM embeddings LIMIT 7")]
        library.write(
            lambda t: t.connection.executemany(
                "DELETE FROM embeddings WHERE photo_id = ?", [(i,) for i in ids]
            )
        )
        lost = places_by_hash(
            library,
            [row["sha256"] for row in library.rows("SELECT sha256 FROM photos WHERE id = ?", (ids[0],))],
        )
        ThumbnailStore(folder / "thumbnails").remove(*lost)
        left = unfinished(library)
        assert left.jobs == ()
        assert sum(len(photos) for photos in left.photos.values()) == 7
        finish(library, left)
        assert not unfinished(library)
    assert_same(outcome(folder), expected)
