"""A project's vectors by a learned model: each photo once, gone on with after a stop, grouped by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pixsort_desktop.commands import projects
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.embed_photos import embed_photos
from pixsort_desktop.jobs.embed_with_model import chosen_device, embed_project, keep_device
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.word_search import similar_photos
from pixsort_desktop.library import groups
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors, put_embedding, without_embedding
from pixsort_desktop.library.jobs import recent_jobs
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.vectors import VectorTables
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import InstalledModel
from tests.small_models import Small
from tests.vision.models.installing import of_row, put_into

MakeJpeg = Callable[..., Path]


@pytest.fixture
def model(small: Small) -> InstalledModel:
    return of_row(small.rows["resnet50"])


@pytest.fixture
def shoot(library: Library, make_jpeg: MakeJpeg, tmp_path: Path) -> int:
    project_id = projects.create_project(library, name="Shoot").id
    for n in range(12):
        make_jpeg(f"card/{n:02}.jpg", seed=n, size=(320, 240))
    import_photos(library, project_id=project_id, paths=[tmp_path / "card"])
    return project_id


def vectors_of(library: Library, project_id: int, model_id: str) -> dict[int, Any]:
    ids, _, vectors = project_vectors(library, project_id, model_id)
    return dict(zip(ids, vectors, strict=True))


class Counting:
    """The shared process, with a count of the pictures that it was given."""

    def __init__(self, models: ModelProcess) -> None:
        self._models = models
        self.pictures = 0

    def embed(self, model: InstalledModel, pictures: Any, progress: Progress) -> Any:
        for answer in self._models.embed(model, pictures, progress):
            self.pictures += 1
            yield answer

    def describe_device(self) -> Any:
        return self._models.describe_device()


def test_each_photo_has_the_vector_of_its_thumbnail(
    library: Library, shoot: int, models: ModelProcess, model: InstalledModel
) -> None:
    report = embed_project(library, project_id=shoot, model=model, models=models)
    assert (report.done, report.had, report.failed) == (12, 0, [])
    assert report.device is not None
    assert report.device.kind == "cpu" or report.device.precision != "fp32"
    stored = vectors_of(library, shoot, model.id)
    store = ThumbnailStore(library.folder / "thumbnails")
    for photo in project_photos(library, shoot):
        import io

        from PIL import Image

        jpeg = store.read(photo.sha256 or "")
        assert jpeg is not None
        thumbnail = Image.open(io.BytesIO(jpeg))
        ((_, vector),) = models.embed(model, [(0, lambda thumbnail=thumbnail: thumbnail)])  # type: ignore[misc]
        assert isinstance(vector, np.ndarray)
        assert float(vector @ stored[photo.id]) > 0.9999
    job = recent_jobs(library)[0]
    assert (job.kind, job.state, job.done, job.total) == ("embed_model", "done", 12, 12)
    assert len(vectors_of(library, shoot, "builtin-1")) == 12  # side by side


def test_a_photo_is_embedded_once(
    library: Library,
    shoot: int,
    models: ModelProcess,
    model: InstalledModel,
    make_jpeg: MakeJpeg,
    tmp_path: Path,
) -> None:
    counting: Any = Counting(models)
    embed_project(library, project_id=shoot, model=model, models=counting)
    assert embed_project(library, project_id=shoot, model=model, models=counting).had == 12
    assert counting.pictures == 12
    make_jpeg("card/new.jpg", seed=40, size=(320, 240))
    import_photos(library, project_id=shoot, paths=[tmp_path / "card"])
    report = embed_project(library, project_id=shoot, model=model, models=counting)
    assert (report.done, report.had, counting.pictures) == (1, 12, 13)
    first = project_photos(library, shoot)[0]
    ThumbnailStore(library.folder / "thumbnails").path(first.sha256 or "").unlink()
    embed_photos(library, project_id=shoot, photo_ids=[first.id])
    assert without_embedding(library, shoot, model.id) == []  # read again, and its bytes are the same


def test_what_was_cancelled_is_gone_on_with(
    library: Library,
    shoot: int,
    models: ModelProcess,
    model: InstalledModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(models._batches, model.id, 4)

    class Stop(Progress):
        def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
            if done >= 5:
                self.cancel()

    counting: Any = Counting(models)
    with pytest.raises(Cancelled):
        embed_project(library, project_id=shoot, model=model, models=counting, progress=Stop())
    kept = len(vectors_of(library, shoot, model.id))
    assert kept >= 5
    assert recent_jobs(library)[0].state == "cancelled"
    report = embed_project(library, project_id=shoot, model=model, models=counting)
    assert (report.done, report.had) == (12 - kept, kept)


def test_a_photo_without_thumbnail_comes_from_its_file_or_fails_alone(
    library: Library, shoot: int, models: ModelProcess, model: InstalledModel
) -> None:
    store = ThumbnailStore(library.folder / "thumbnails")
    photos = project_photos(library, shoot)
    for photo in photos[:3]:
        store.path(photo.sha256 or "").unlink()
    Path(photos[0].path).unlink()
    Path(photos[1].path).write_bytes(b"\xff\xd8 no picture any more")
    report = embed_project(library, project_id=shoot, model=model, models=models)
    assert report.done == 10
    assert sorted(path for path, _ in report.failed) == sorted(photo.path for photo in photos[:2])
    assert all(reason.endswith(".") for _, reason in report.failed)
    assert without_embedding(library, shoot, model.id) == sorted(photo.id for photo in photos[:2])


def test_a_photo_that_was_changed_meanwhile_gets_no_vector(
    library: Library,
    shoot: int,
    models: ModelProcess,
    model: InstalledModel,
    make_jpeg: MakeJpeg,
    tmp_path: Path,
) -> None:
    first = project_photos(library, shoot)[0]

    class Meddling(Counting):
        def embed(self, model: InstalledModel, pictures: Any, progress: Progress) -> Any:
            yield from super().embed(model, pictures, progress)
            make_jpeg("card/" + Path(first.path).name, seed=77, size=(320, 240))
            import_photos(library, project_id=shoot, paths=[tmp_path / "card"])

    meddling: Any = Meddling(models)
    report = embed_project(library, project_id=shoot, model=model, models=meddling)
    assert report.done == 11
    assert [path for path, _ in report.failed] == [first.path]
    assert without_embedding(library, shoot, model.id) == [first.id]


def test_the_device_is_remembered(library: Library) -> None:
    assert chosen_device(library) == "auto"
    keep_device(library, "cpu")
    assert chosen_device(library) == "cpu"
    with pytest.raises(PixsortError, match="«abacus» is no device"):
        keep_device(library, "abacus")


# -- grouping by a model's vectors ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("embedding", "needs"),
    [
        (
            "clip-vit-b-32",
            (
                "; `pixsort models download clip-vit-b-32` fetches its model (605 MB, MIT), and then"
                " `pixsort embed --project Shoot --embedding clip-vit-b-32` makes it."
            ),
        ),
        ("my-resnet", "; `pixsort embed --project Shoot --embedding my-resnet` makes it."),
        ("nope", ", and no such model is on this computer; `pixsort models list` shows all."),
    ],
)
def test_an_embedding_that_no_photo_has_is_said_with_what_it_needs(
    library: Library,
    shoot: int,
    small: Small,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    embedding: str,
    needs: str,
) -> None:
    monkeypatch.setenv("PIXSORT_MODELS", str(tmp_path / "models"))
    put_into(tmp_path / "models", of_row(small.rows["resnet50"], id="my-resnet"))
    for act in (
        lambda: group_photos(library, project_id=shoot, embedding_id=embedding),
        lambda: similar_photos(
            library, VectorTables(library), project_id=shoot, embedding_id=embedding, photo_id=1
        ),
    ):
        with pytest.raises(PixsortError) as raised:
            act()
        assert str(raised.value) == f"No photo of «Shoot» has the embedding «{embedding}» yet{needs}"


def scenes(dimensions: int, spread: float) -> Any:
    """Twelve unit vectors: three scenes of three frames, and three that belong nowhere."""
    rng = np.random.default_rng(4)
    centres = rng.normal(size=(6, dimensions))
    rows = [centres[n // 3 if n < 9 else n - 6] for n in range(12)]
    found = np.stack(rows) / np.linalg.norm(rows, axis=1, keepdims=True)
    found = found + rng.normal(size=found.shape) * spread / dimensions**0.5
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(("dimensions", "spread"), [(384, 0.3), (512, 0.6), (2048, 0.5)])
def test_vectors_of_unit_length_group_sanely(
    library: Library, shoot: int, dimensions: int, spread: float
) -> None:
    ids = sorted(photo.id for photo in project_photos(library, shoot))
    vectors = scenes(dimensions, spread)
    library.write(
        lambda t: [put_embedding(t, i, "own-1", v) for i, v in zip(ids, vectors, strict=True)] and None
    )
    report = group_photos(library, project_id=shoot, embedding_id="own-1")
    board = groups.board(library, shoot)
    columns = [set(column.photo_ids) for column in board if column.group is not None]
    for scene in (ids[0:3], ids[3:6], ids[6:9]):  # together, and apart from each other
        assert [column & set(ids[:9]) for column in columns if column & set(scene)] == [set(scene)]
    assert (report.photos, report.lacking) == (12, 0)


def test_photos_without_the_embedding_stay_ungrouped_and_are_counted(library: Library, shoot: int) -> None:
    ids = sorted(photo.id for photo in project_photos(library, shoot))
    vectors = scenes(384, 0.3)
    library.write(
        lambda t: [put_embedding(t, i, "own-1", v) for i, v in zip(ids[:9], vectors, strict=False)] and None
    )
    report = group_photos(library, project_id=shoot, embedding_id="own-1")
    assert (report.photos, report.groups, report.ungrouped, report.lacking) == (12, 3, 3, 3)
    ungrouped = next(column for column in groups.board(library, shoot) if column.group is None)
    assert sorted(ungrouped.photo_ids) == ids[9:]


def test_vectors_are_announced_while_the_others_are_made(
    library: Library, shoot: int, models: ModelProcess, model: InstalledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixsort_desktop.jobs.embed_with_model._WRITTEN_TOGETHER", 4)
    told: list[int] = []

    def hear(changes: ChangeSet) -> None:
        if shoot in changes.projects:
            told.append(len(without_embedding(library, shoot, model.id)))

    stop = library.subscribe(hear)
    embed_project(library, project_id=shoot, model=model, models=models)
    stop()
    assert told == [8, 4, 0]
