"""A map is made once, kept, completed, and made anew when too much has changed."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pixsort_desktop.commands.projects import create_project, remove_photos
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs import map_photos as job
from pixsort_desktop.jobs.map_photos import PhotoMap, kept_map, map_photos
from pixsort_desktop.jobs.umap_process import umap_places
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.photos import add_to_project, put_photo
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.vision.descriptor import EMBEDDING_ID


def fill(library: Library, count: int, first: int = 0, project_id: int | None = None) -> int:
    """A project with vectors in three scenes."""
    project = project_id or create_project(library, name="Shoot").id
    rng = np.random.default_rng(first + 1)
    scenes = np.random.default_rng(5).normal(size=(3, 24)) * 5

    def write(transaction: Transaction) -> None:
        for number in range(first, first + count):
            facts = {"sha256": f"{number:016x}" * 4, "status": "ready"}
            photo_id = put_photo(transaction, f"/shoot/{number:03}.jpg", 1, 1, facts)
            add_to_project(transaction, project, photo_id)
            vector = (scenes[number % 3] + rng.normal(size=24)).astype(np.float32)
            put_embedding(transaction, photo_id, EMBEDDING_ID, vector)

    library.write(write)
    return project


def places(made: PhotoMap) -> dict[int, tuple[int, int]]:
    return dict(zip(made.ids.tolist(), map(tuple, made.cells.tolist()), strict=True))


def refuse(*_: Any, **__: Any) -> None:
    raise AssertionError("made again")


def test_a_map_is_made_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    project = fill(library, 60)
    assert kept_map(library, project_id=project, method="pca") is None
    made = map_photos(library, project_id=project, method="pca")
    assert len(set(places(made).values())) == 60
    monkeypatch.setattr(job, "principal_places", refuse)
    assert places(map_photos(library, project_id=project, method="pca")) == places(made)
    kept = kept_map(library, project_id=project, method="pca")
    assert kept is not None
    assert places(kept) == places(made)


def test_photos_that_come_stand_beside_their_like_and_those_that_go_leave(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = fill(library, 60)
    before = places(map_photos(library, project_id=project, method="pca"))
    monkeypatch.setattr(job, "principal_places", refuse)
    fill(library, 9, 60, project)
    gone = list(before)[:5]
    remove_photos(library, project_id=project, photo_ids=gone)
    after = places(map_photos(library, project_id=project, method="pca"))
    assert {i: after[i] for i in before if i not in gone} == {i: before[i] for i in before if i not in gone}
    assert len(after) == len(set(after.values())) == 64
    scene = {photo_id: n % 3 for n, photo_id in enumerate([*before, *(i for i in after if i not in before)])}
    for late in after.keys() - before.keys():
        near = sorted(before.keys() - set(gone), key=lambda i: np.hypot(*np.subtract(after[i], after[late])))
        assert sum(scene[i] == scene[late] for i in near[:5]) >= 3
    assert places(map_photos(library, project_id=project, method="pca")) == after


def test_many_new_photos_or_other_pixels_make_it_anew(library: Library) -> None:
    project = fill(library, 30)
    map_photos(library, project_id=project, method="pca")
    fill(library, 30, 30, project)
    assert kept_map(library, project_id=project, method="pca") is None
    before = places(map_photos(library, project_id=project, method="pca"))
    library.write(lambda t: t.connection.execute("UPDATE photos SET sha256 = 'f' || substr(sha256, 2)"))
    assert kept_map(library, project_id=project, method="pca") is None
    assert places(map_photos(library, project_id=project, method="pca")) == before


def test_nothing_lacking_and_broken_are_told(library: Library) -> None:
    project = fill(library, 0)
    assert not len(map_photos(library, project_id=project).ids)
    fill(library, 3, 0, project)
    made = map_photos(library, project_id=project, embedding_id="another")
    assert (len(made.ids), len(made.lacking)) == (0, 3)
    with pytest.raises(PixsortError, match="«tsne»"):
        map_photos(library, project_id=project, method="tsne")
    map_photos(library, project_id=project, method="pca")
    library.write(lambda t: t.connection.execute("UPDATE maps SET cells = x'00'"))
    assert len(map_photos(library, project_id=project, method="pca").ids) == 3


def test_a_map_that_was_cancelled_is_not_kept(library: Library) -> None:
    project, progress = fill(library, 20), Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        map_photos(library, project_id=project, method="pca", progress=progress)
    assert kept_map(library, project_id=project, method="pca") is None


def test_umap_that_is_not_installed_is_named(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "umap_installed", lambda: False)
    project = fill(library, 20)
    assert map_photos(library, project_id=project).method == "pca"
    with pytest.raises(PixsortError, match="pip install umap-learn"):
        map_photos(library, project_id=project, method="umap")


def test_a_umap_that_breaks_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of that name that cannot do it; the child process is real."""
    (tmp_path / "umap.py").write_text("raise ImportError('numba is too old')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with pytest.raises(PixsortError, match="numba is too old"):
        umap_places(np.zeros((20, 4), np.float32), Progress())


def test_a_umap_that_takes_too_long_is_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "umap.py").write_text("import time; time.sleep(600)")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        umap_places(np.zeros((20, 4), np.float32), progress)


@pytest.mark.skipif(importlib.util.find_spec("umap") is None, reason="umap-learn is an extra («map»)")
def test_umap_keeps_scenes_together(library: Library) -> None:
    project = fill(library, 90)
    made = map_photos(library, project_id=project)
    assert made.method == "umap"
    cells, scene = made.cells.astype(float), np.arange(90) % 3
    for own in range(90):
        apart = np.hypot(*(cells - cells[own]).T)
        near = np.argsort(apart)[1:6]
        assert (scene[near] == scene[own]).sum() >= 4
    assert places(map_photos(library, project_id=project)) == places(made)
