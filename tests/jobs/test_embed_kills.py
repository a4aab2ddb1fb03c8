"""The models' process is killed at random while a real library's photos are embedded: nothing is lost or mixed up.

`PIXSORT_KILLS=20 pytest tests/jobs/test_embed_kills.py` kills it twenty times; most of that is starting torch.
"""

from __future__ import annotations

import io
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pixsort_desktop.commands import projects
from pixsort_desktop.jobs.embed_with_model import embed_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.progress import Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import InstalledModel
from tests.small_models import Small
from tests.vision.models.installing import of_row
from tests.vision.models.known_pictures import picture

KILLS = int(os.environ.get("PIXSORT_KILLS", "2"))
BATCH = 16
APART = (4 * BATCH, 7 * BATCH)
"""Photos between two kills: more than are on their way, so that no batch meets its second kill, after which it has failed."""
PHOTOS = APART[1] * (KILLS + 1)
WITHOUT_THUMBNAIL = 12  # whose vectors are known from the model's library itself: a thumbnail is another JPEG


class Killing(Progress):
    """Kills the models' process at random moments of the job."""

    def __init__(self, models: ModelProcess) -> None:
        super().__init__()
        self._models, self._dice = models, random.Random(5)
        self._next = self._dice.randrange(1, APART[0])
        self.pids: list[int] = []

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        if done < self._next or len(self.pids) == KILLS or not self._models.running:
            return
        pid = self._models.child().pid
        if pid in self.pids:
            return
        time.sleep(self._dice.uniform(0, 0.02))
        os.kill(pid, signal.SIGKILL)
        self.pids.append(pid)
        self._next = done + self._dice.randrange(*APART)


@pytest.fixture
def shoot(library: Library, tmp_path: Path) -> int:
    """A project of pictures that are all different; the first ones have no thumbnail any more."""
    (tmp_path / "card").mkdir()
    for n in range(PHOTOS):
        Image.fromarray(picture(n)).save(tmp_path / "card" / f"{n:05}.png", compress_level=1)
    project_id = projects.create_project(library, name="Shoot").id
    assert import_photos(library, project_id=project_id, paths=[tmp_path / "card"]).added == PHOTOS
    store = ThumbnailStore(library.folder / "thumbnails")
    for photo in project_photos(library, project_id):
        if number_of(photo.path) < WITHOUT_THUMBNAIL:
            store.path(photo.sha256 or "").unlink()
    return project_id


def number_of(path: str) -> int:
    return int(Path(path).stem)


def undisturbed(library: Library, project_id: int, models: ModelProcess, model: InstalledModel) -> Any:
    """(PHOTOS, d): the vectors of the thumbnails as they lie on the disk, asked of a process that nobody kills."""
    store, found = ThumbnailStore(library.folder / "thumbnails"), np.empty((PHOTOS, model.dimensions))

    def read(sha256: str) -> Any:
        with Image.open(io.BytesIO(store.read(sha256) or b"")) as jpeg:
            return jpeg.convert("RGB")

    pictures = [
        (number_of(photo.path), lambda sha256=photo.sha256: read(sha256))  # type: ignore[misc]
        for photo in project_photos(library, project_id)
        if number_of(photo.path) >= WITHOUT_THUMBNAIL
    ]
    for number, vector in models.embed(model, pictures):
        found[number] = vector
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
def test_killed_at_random_a_job_loses_no_photo_and_mixes_none_up(
    library: Library, shoot: int, small: Small, models: ModelProcess
) -> None:
    model = of_row(small.rows["resnet50"])
    known = undisturbed(library, shoot, models, model)
    known[:WITHOUT_THUMBNAIL] = small.direct["resnet50/vectors"]
    likeness = known @ known.T - 2 * np.eye(PHOTOS)
    assert likeness.max() < 0.9999  # each can be told from all others
    began = time.monotonic()
    with ModelProcess() as killed:
        killed._batches[model.id] = BATCH
        progress = Killing(killed)
        report = embed_project(library, project_id=shoot, model=model, models=killed, progress=progress)
    print(f"{KILLS} kills, {PHOTOS:,} photos: {time.monotonic() - began:.0f} s")
    assert len(set(progress.pids)) == KILLS
    assert (report.done, report.failed) == (PHOTOS, [])
    job = recent_jobs(library)[0]
    assert (job.kind, job.state, job.done, job.total) == ("embed_model", "done", PHOTOS, PHOTOS)
    paths = {photo.id: photo.path for photo in project_photos(library, shoot)}
    ids, _, vectors = project_vectors(library, shoot, model.id)
    assert len(ids) == PHOTOS
    own = known[[number_of(paths[photo_id]) for photo_id in ids]]
    assert (vectors * own).sum(axis=1).min() > 0.9999
