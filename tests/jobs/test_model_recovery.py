"""Models' jobs that were killed: found again, gone on with where they were, and settled where nothing is left."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from pixsort_desktop.commands import projects
from pixsort_desktop.jobs.caption_photos import caption_project
from pixsort_desktop.jobs.embed_with_model import embed_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.model_recovery import forgo, go_on, left_work
from pixsort_desktop.jobs.recovery import unfinished
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import without_embedding
from pixsort_desktop.library.jobs import interrupted_jobs, recent_jobs, start_job
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.vectors import VectorTables
from pixsort_desktop.library.written import project_captions
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import InstalledModel
from tests.small_models import Small
from tests.vision.models.installing import of_row, put_into

MakeJpeg = Callable[..., Path]

# Embeds, and kills itself, the models' process with it, when some photos are written and others are not.
CHILD = """
import os, signal, sys
from pathlib import Path
from pixsort_desktop.jobs import embed_with_model
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.projects import find_project
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import find_installed

embed_with_model._WRITTEN_TOGETHER = 4

class Killed(Progress):
    def report(self, step, done, total, failed=0):
        if done >= 6:
            os.kill(os.getpid(), signal.SIGKILL)

library, models = Library.open(Path(sys.argv[1])), ModelProcess()
model = find_installed(Path(sys.argv[2]), sys.argv[3])
project = find_project(library, "Shoot")
embed_with_model.embed_project(
    library, project_id=project.id, model=model, models=models, progress=Killed()
)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def coca(small: Small, folder: Path) -> InstalledModel:
    return put_into(folder, of_row(small.rows["small-coca"], id="my-coca"))


@pytest.fixture
def shoot(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> int:
    project_id = projects.create_project(library, name="Shoot").id
    for n in range(12):
        make_jpeg(f"card/{n:02}.jpg", seed=n, size=(160, 120))
    import_photos(library, project_id=project_id, paths=[tmp_path / "card"])
    return project_id


def died(library: Library, kind: str, project_id: int, **arguments: Any) -> int:
    """A job of a process that is gone."""
    job_id = library.write(lambda t: start_job(t, kind, project_id, arguments))
    library.write(
        lambda t: t.connection.execute("UPDATE jobs SET process_started = 1 WHERE id = ?", (job_id,))
    )
    return job_id


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
def test_a_killed_process_is_gone_before_anybody_took_notice(
    library: Library, shoot: int, coca: InstalledModel, folder: Path
) -> None:
    command = [sys.executable, "-c", CHILD, str(library.folder), str(folder), coca.id]
    with subprocess.Popen(command) as killed:
        child = psutil.Process(killed.pid)
        until = time.monotonic() + 120
        while child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
            time.sleep(0.02)
        (left,) = left_work(library, folder)
        assert left.kind == "embed_model"


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
def test_a_killed_embedding_is_found_and_only_what_is_missing_is_embedded(
    library: Library, shoot: int, coca: InstalledModel, folder: Path, models: ModelProcess
) -> None:
    command = [sys.executable, "-c", CHILD, str(library.folder), str(folder), coca.id]
    assert subprocess.run(command, timeout=120).returncode == -9
    missing = without_embedding(library, shoot, coca.id)
    assert 0 < len(missing) < 12
    assert not unfinished(library)  # it is offered, not begun
    (left,) = left_work(library, folder)
    assert (left.kind, left.project, left.model, left.photos) == ("embed_model", "Shoot", coca, len(missing))
    report = go_on(library, left, models, VectorTables(library), Progress())
    assert (report.done, report.had) == (len(missing), 12 - len(missing))
    assert without_embedding(library, shoot, coca.id) == []
    assert left_work(library, folder) == []
    assert [job.state for job in recent_jobs(library)[:2]] == ["done", "resumed"]


def test_tags_and_captions_go_on_for_the_photos_they_were_about(
    library: Library, shoot: int, coca: InstalledModel, folder: Path, models: ModelProcess
) -> None:
    (library.folder / "vocabulary.toml").write_text(
        '[a]\ntags = ["dog", "cat"]\n[b]\ntags = ["red", "blue"]\n'
    )
    embed_project(library, project_id=shoot, model=coca, models=models)
    ids = [photo.id for photo in project_photos(library, shoot)]
    died(library, "caption", shoot, embedding=coca.id, photos=ids[:3])
    died(library, "tag", shoot, embedding=coca.id)
    captions, tags = left_work(library, folder)
    assert (captions.kind, captions.photos, tags.kind, tags.photos) == ("caption", 3, "tag", 12)
    assert go_on(library, captions, models, VectorTables(library), Progress()).done == 3
    assert sorted(project_captions(library, shoot)) == sorted(ids[:3])
    assert go_on(library, tags, models, VectorTables(library), Progress()).done == 12
    assert left_work(library, folder) == interrupted_jobs(library) == []


def test_what_cannot_go_on_or_is_done_is_settled(
    library: Library, shoot: int, coca: InstalledModel, folder: Path, models: ModelProcess
) -> None:
    died(library, "embed_model", shoot, embedding="gone-1")
    died(library, "embed_model", shoot + 99, embedding=coca.id)
    died(library, "embed_model", shoot, embedding=coca.id)
    died(library, "embed_model", shoot, embedding=coca.id)
    (left,) = left_work(library, folder)
    assert [job.id for job in interrupted_jobs(library)] == [left.job_id]
    embed_project(library, project_id=shoot, model=coca, models=models)  # on the command line, say
    assert left_work(library, folder) == interrupted_jobs(library) == []
    chosen = [photo.id for photo in project_photos(library, shoot)][:2]
    died(library, "caption", shoot, embedding=coca.id, photos=chosen)
    caption_project(library, project_id=shoot, model=coca, models=models, only=chosen)
    assert left_work(library, folder) == interrupted_jobs(library) == []
    died(library, "caption", shoot, embedding=coca.id)
    (left,) = left_work(library, folder)
    forgo(library, [left.job_id])
    assert left_work(library, folder) == []
