"""Photos that share points but hardly their looks meet in one column, and are compared only once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs import compare_photos
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.matches import known_matches
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.local_features import METHOD

EVENING = np.array([0.95, 0.92, 0.88])
TINTS = np.array([[0.95, 0.97, 1], [0.97, 1, 0.95], [1, 0.95, 0.98], [0.9, 0.9, 0.95]])


def wall(seed: int) -> NDArray[np.uint8]:
    """A wide weathered wall: enough blotches of all sizes to recognise any part of it."""
    generator = np.random.default_rng(seed)
    blotches = sum(
        cv2.GaussianBlur(generator.normal(0, 1, (360, 900)), (0, 0), size) * size for size in (2, 4, 8, 16)
    )
    shade = np.clip(130 + 45 * blotches, 0, 255)
    return np.asarray(np.repeat(shade[..., None], 3, axis=2), dtype=np.uint8)


def save(pixels: NDArray[np.uint8], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(path, quality=92)


@pytest.fixture
def shoot(library: Library, tmp_path: Path) -> int:
    """Two frames of one wall, in other light, and four other walls."""
    whole, folder = wall(0), tmp_path / "shoot"
    save(whole[:, :520], folder / "left.jpg")
    save((whole[:, 260:780] * EVENING).astype(np.uint8), folder / "evening.jpg")
    for seed, tint in enumerate(TINTS, 1):
        save((wall(seed)[:, :520] * tint).astype(np.uint8), folder / f"other {seed}.jpg")
    project_id = create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[folder])
    return project_id


def columns(library: Library, project: int) -> list[set[str]]:
    names: dict[int, set[str]] = {}
    for row in library.rows("SELECT photo_id, group_id FROM project_photos WHERE group_id IS NOT NULL"):
        photo = next(p for p in project_photos(library, project) if p.id == row["photo_id"])
        names.setdefault(row["group_id"], set()).add(Path(photo.path).stem)
    return list(names.values())


def refuse(*_: Any) -> int:
    raise AssertionError("compared again")


def test_points_join_what_looks_alone_would_not(
    library: Library, shoot: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(compare_photos, "verified_matches", lambda _one, _other: 0)
        group_photos(library, project_id=shoot)
    assert {"left", "evening"} not in columns(library, shoot)
    for table in ("matches", "hierarchies"):
        library.write(lambda t, table=table: t.connection.execute(f"DELETE FROM {table}") and None)
    group_photos(library, project_id=shoot)
    assert {"left", "evening"} in columns(library, shoot)
    assert max(known_matches(library, shoot, METHOD).values()) >= 12


def test_what_was_compared_is_not_compared_again(
    library: Library, shoot: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    group_photos(library, project_id=shoot)
    once, known = columns(library, shoot), known_matches(library, shoot, METHOD)
    monkeypatch.setattr(compare_photos, "verified_matches", refuse)
    group_photos(library, project_id=shoot, from_scratch=True)
    assert columns(library, shoot) == once
    assert known_matches(library, shoot, METHOD) == known
    assert known_matches(library, shoot, "another method") == {}


def test_the_points_of_a_picture_are_found_once(
    library: Library, shoot: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where several threads are at pairs of one picture at the same time."""
    found: list[tuple[int, ...]] = []
    usual = compare_photos.local_features

    def slowly(grey: NDArray[np.uint8]) -> Any:
        found.append(grey.shape)
        time.sleep(0.05)
        return usual(grey)

    monkeypatch.setattr(compare_photos, "local_features", slowly)
    group_photos(library, project_id=shoot)
    compared = {photo_id for pair in known_matches(library, shoot, METHOD) for photo_id in pair}
    assert len(compared) > 3
    assert len(found) == len(compared)


def test_pixels_that_changed_are_compared_anew(library: Library, shoot: int) -> None:
    group_photos(library, project_id=shoot)
    left = next(p for p in project_photos(library, shoot) if p.path.endswith("left.jpg"))
    assert any(left.id in pair for pair in known_matches(library, shoot, METHOD))
    statement = "UPDATE photos SET sha256 = ? WHERE id = ?"
    library.write(lambda t: t.connection.execute(statement, ("0" * 64, left.id)) and None)
    known = known_matches(library, shoot, METHOD)
    assert known
    assert not any(left.id in pair for pair in known)


def test_a_cancelled_comparison_leaves_the_board_and_is_taken_up(
    library: Library, shoot: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_photos, "_BATCH", 1)

    class Impatient(Progress):
        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            if step == "Comparing" and done == 2:
                self.cancel()

    with pytest.raises(Cancelled):
        group_photos(library, project_id=shoot, progress=Impatient())
    assert columns(library, shoot) == []
    assert len(known_matches(library, shoot, METHOD)) == 2
    group_photos(library, project_id=shoot)
    assert {"left", "evening"} in columns(library, shoot)


def test_a_damaged_thumbnail_claims_nothing(library: Library, shoot: int) -> None:
    store = ThumbnailStore(library.folder / "thumbnails")
    for photo in project_photos(library, shoot):
        assert photo.sha256
        store.write(photo.sha256, b"\xff\xd8 not a picture \xff\xd9")
    group_photos(library, project_id=shoot)
    assert set(known_matches(library, shoot, METHOD).values()) <= {0}
