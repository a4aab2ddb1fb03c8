"""Models of the user's own, brought in through the real models' process: small ones of real architectures."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pixsort_desktop.jobs import models as jobs_models
from pixsort_desktop.jobs.models import Wanted, import_model, try_model
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.vision.models.catalogue import spec_of
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import ModelError, find_installed, installed_models

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")

MAKE = """
import sys
from pathlib import Path
from tests.vision.models.small_models import _main
_main(Path(sys.argv[1]))
import timm
from safetensors.torch import save_file
save_file(timm.create_model("resnet10t").state_dict(), Path(sys.argv[1]) / "known.safetensors")
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Small models by architecture: config, files. torch stays in another process."""
    folder = tmp_path_factory.mktemp("small")
    made = subprocess.run(
        [sys.executable, "-c", MAKE, folder], capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    assert made.returncode == 0, made.stderr
    rows = json.loads(made.stdout)
    found = {row["architecture"]: row for row in rows}
    return found | {"known": {"files": {"safetensors": str(folder / "known.safetensors")}}}


@pytest.fixture(scope="module")
def models() -> Iterator[ModelProcess]:
    with ModelProcess(device="cpu") as process:
        yield process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def clip(small: dict[str, Any], tmp_path: Path) -> tuple[Path, Path]:
    """A small CLIP and its open_clip JSON."""
    config = tmp_path / "small.json"
    config.write_text(json.dumps(small["small-clip"]["config"]), encoding="utf-8")
    return Path(small["small-clip"]["files"]["safetensors"]), config


def test_a_clip_of_the_users_own_is_copied_and_runs(
    folder: Path, clip: tuple[Path, Path], models: ModelProcess
) -> None:
    file, config = clip
    before = file.stat()
    model = import_model(folder, file, models, wanted=Wanted(config=config, name="My CLIP!"))
    assert model == find_installed(folder, model.id)
    assert model.id == f"my-clip-{model.sha256[:8]}"
    assert (model.library, model.dimensions, model.input_px) == ("open_clip", 48, 64)
    assert (model.reads_text, model.captions) == (True, False)
    assert model.weights.read_bytes() == file.read_bytes()
    assert model.weights.stat().st_ino != before.st_ino and file.stat().st_nlink == 1
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert [each.name for each in folder.iterdir()] == [model.id]
    trial = try_model(model, models)
    assert (trial.kind, trial.dimensions, trial.precision) == ("cpu", 48, "fp32")
    assert trial.pictures_a_second > 0 and trial.to_dict()["id"] == model.id
    assert models.embed_texts(model, ["a horse", "the sea"]).shape == (2, 48)


@pytest.mark.parametrize("form", ["plain", "wrapped", "safetensors"])
def test_every_form_of_a_checkpoint_gives_the_same_vectors(
    folder: Path, small: dict[str, Any], models: ModelProcess, form: str
) -> None:
    row = small["vit_small_patch14_dinov2"]
    config = folder.parent / "arguments.json"
    config.write_text(json.dumps(row["config"]), encoding="utf-8")
    picture = np.random.default_rng(1).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    vectors = []
    for each in (form, "safetensors"):
        wanted = Wanted(library="timm", architecture="vit_small_patch14_dinov2", config=config, name=each)
        model = import_model(folder, Path(row["files"][each]), models, wanted=wanted)
        assert not model.reads_text and model.tokenizer is None
        vectors.append(dict(models.embed(model, [(1, lambda: Image.fromarray(picture))]))[1])
    assert np.allclose(vectors[0], vectors[1], atol=1e-6)


def test_what_publishers_put_beside_a_file_says_what_it_is(
    folder: Path, small: dict[str, Any], models: ModelProcess, tmp_path: Path
) -> None:
    place = tmp_path / "downloads"
    place.mkdir()
    row = small["resnet50"]
    (place / "model.safetensors").write_bytes(Path(row["files"]["safetensors"]).read_bytes())
    told = {
        "architecture": "resnet50", "model_args": row["config"],
        "pretrained_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "crop_pct": 0.875, "interpolation": "bilinear"},
    }  # fmt: skip
    (place / "config.json").write_text(json.dumps(told), encoding="utf-8")
    model = import_model(folder, place / "model.safetensors", models)
    assert (model.library, model.architecture, model.name) == ("timm", "resnet50", "resnet50")
    assert (model.mean, model.interpolation, model.crop_share) == ((0.5, 0.5, 0.5), "bilinear", 0.875)
    config = {"model_cfg": small["small-coca"]["config"], "preprocess_cfg": {"mean": [0.1, 0.2, 0.3]}}
    (place / "open_clip_config.json").write_text(json.dumps(config), encoding="utf-8")
    coca = place / "open_clip_pytorch_model.bin"
    coca.write_bytes(Path(small["small-coca"]["files"]["plain"]).read_bytes())
    model = import_model(folder, coca, models)
    assert (model.captions, model.reads_text, model.mean) == (True, True, (0.1, 0.2, 0.3))
    assert len(installed_models(folder)) == 2


def test_weights_whose_checksum_the_catalogue_knows_become_that_model(
    folder: Path, small: dict[str, Any], models: ModelProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = replace(spec_of("resnet50"), architecture="resnet10t", dimensions=512)
    monkeypatch.setattr(jobs_models, "spec_with_weights", lambda _: spec)
    model = import_model(folder, Path(small["known"]["files"]["safetensors"]), models)
    assert (model.id, model.licence, model.crop_share) == ("resnet50", "Apache-2.0", 0.95)


class _Hostile:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("hostile",)


@pytest.mark.parametrize("name", ["evil.pt", "evil.safetensors", "evil.bin"])
def test_a_pickle_that_would_run_something_is_refused(
    folder: Path, models: ModelProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / name
    file.write_bytes(pickle.dumps({"weight": _Hostile()}))
    with pytest.raises(ModelError, match=r"more than weights|damaged"):
        import_model(folder, file, models, wanted=Wanted(architecture="resnet50"))
    assert not (tmp_path / "hostile").exists() and not (Path.cwd() / "hostile").exists()
    assert list(folder.iterdir()) == []


def test_each_wrong_file_has_its_sentence(
    folder: Path, clip: tuple[Path, Path], models: ModelProcess, tmp_path: Path
) -> None:
    file, config = clip
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(file.read_bytes()[:50_000])
    empty = tmp_path / "empty.pt"
    empty.touch()
    noise = tmp_path / "noise.json"
    noise.write_text("[1", encoding="utf-8")
    for wrong, wanted, says in (
        (file, Wanted(architecture="ViT-B-32"), "does not fit the architecture"),
        (file, Wanted(architecture="resnet50"), "does not fit the architecture"),
        (file, Wanted(architecture="ViT-Z-99"), "open_clip knows no architecture"),
        (file, Wanted(architecture="resnet9999"), "timm knows no architecture"),
        (file, Wanted(), "name its architecture"),
        (file, Wanted(library="keras", architecture="x"), "no library for models"),
        (file, Wanted(config=noise), "no description of a model"),
        (file, Wanted(config=config, tokenizer=noise), "no tokenizer"),
        (cut, Wanted(config=config), "damaged"),
        (empty, Wanted(config=config), "is empty"),
        (tmp_path / "nowhere.pt", Wanted(), "There is no file"),
        (tmp_path, Wanted(), "There is no file"),
    ):
        with pytest.raises(ModelError, match=says) as told:
            import_model(folder, wrong, models, wanted=wanted)
        assert "\n" not in str(told.value) and len(str(told.value)) < 500
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_cancelled_import_leaves_nothing(
    folder: Path, clip: tuple[Path, Path], models: ModelProcess
) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        import_model(folder, clip[0], models, wanted=Wanted(config=clip[1]), progress=progress)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written(
    clip: tuple[Path, Path], models: ModelProcess, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(ModelError, match="cannot be written"):
        import_model(blocked / "models", clip[0], models, wanted=Wanted(config=clip[1]))
