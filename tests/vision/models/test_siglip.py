"""A SigLIP with its own `tokenizer.json`: imported as a publisher gives it, and searched by words as open_clip has it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pixsort_desktop.commands import projects
from pixsort_desktop.jobs.embed_with_model import embed_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.jobs.models import import_model
from pixsort_desktop.jobs.word_search import TextVectors, search_by_words
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.vectors import VectorTables
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.failures import ModelError
from tests.vision.models.known_pictures import picture
from tests.vision.models.siglip import PICTURES, TEXTS

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or importlib.util.find_spec("tokenizers") is None,
    reason="PyTorch or the package tokenizers is not installed",
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("siglip")
    command = [sys.executable, "-m", "tests.vision.models.siglip", str(folder)]
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def direct(published: Path) -> dict[str, Any]:
    with np.load(published / "direct.npz") as arrays:
        return dict(arrays)


def test_words_and_pictures_are_those_of_open_clip(
    published: Path,
    direct: dict[str, Any],
    folder: Path,
    models: ModelProcess,
    library: Library,
    tmp_path: Path,
) -> None:
    model = import_model(folder, published / "open_clip_model.safetensors", models)
    assert (model.reads_text, model.dimensions, model.input_px, model.resize) == (True, 64, 160, "squash")
    assert model.tokenizer is not None and model.tokenizer.parent == model.weights.parent
    texts = models.embed_texts(model, TEXTS)
    assert (texts * direct["texts"]).sum(axis=1).min() > 0.9999
    told_apart = texts @ direct["texts"].T - 2 * np.eye(len(TEXTS))
    assert told_apart.max() < 0.999
    again = models.embed_texts(model, TEXTS[1:2])  # alone, as a search asks
    assert float(again[0] @ direct["texts"][1]) > 0.9999

    (tmp_path / "card").mkdir()
    for n in range(PICTURES):
        Image.fromarray(picture(n)).save(tmp_path / "card" / f"{n:02}.png")
    project_id = projects.create_project(library, name="Shoot").id
    import_photos(library, project_id=project_id, paths=[tmp_path / "card"])
    photos = {photo.id: int(Path(photo.path).stem) for photo in project_photos(library, project_id)}
    for photo in project_photos(
        library, project_id
    ):  # a thumbnail is a JPEG, and open_clip saw the pixels themselves
        ThumbnailStore(library.folder / "thumbnails").path(photo.sha256 or "").unlink()
    assert embed_project(library, project_id=project_id, model=model, models=models).done == PICTURES
    for number, text in enumerate(TEXTS[:3]):
        ranking = search_by_words(
            library, VectorTables(library), TextVectors(models), project_id=project_id, text=text, model=model
        )
        expected = direct["vectors"] @ direct["texts"][number]
        numbers = [photos[photo_id] for photo_id in ranking.ids]
        assert sorted(numbers) == list(range(PICTURES))
        assert ranking.scores == pytest.approx(expected[numbers], abs=1e-4)
        assert numbers[0] == int(expected.argmax())


def test_without_its_tokenizer_it_says_what_is_missing(
    published: Path, folder: Path, models: ModelProcess, tmp_path: Path
) -> None:
    for name in ("open_clip_model.safetensors", "open_clip_config.json"):
        (tmp_path / name).write_bytes((published / name).read_bytes())
    model = import_model(folder, tmp_path / "open_clip_model.safetensors", models)
    assert not model.reads_text  # it still groups
    with pytest.raises(ModelError, match=r"need its `tokenizer\.json`"):
        models.embed_texts(model, ["a dog"])
