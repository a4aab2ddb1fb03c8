"""`pixsort models`, as a child process, and the promise that it opens no connection by itself."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.vision.models.catalogue import CATALOGUE
from tests.test_cli import Pixsort

ROOT = Path(__file__).resolve().parents[1]

no_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")


@pytest.fixture
def pixsort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pixsort:
    monkeypatch.setenv("PIXSORT_MODELS", str(tmp_path / "models"))
    return Pixsort(tmp_path / "library")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small ResNet-50, and its description."""
    folder = tmp_path_factory.mktemp("small")
    code = (
        "import json, pathlib; from tests.vision.models.small_models import make_timm;"
        f"m = make_timm(pathlib.Path({str(folder)!r}), 'resnet50'); print(json.dumps(m.config))"
    )
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    config = folder / "arguments.json"
    config.write_text(made.stdout, encoding="utf-8")
    return folder / "small-resnet50.safetensors", config


def listed(pixsort: Pixsort) -> dict[str, Any]:
    return {row["id"]: row for row in pixsort.json("models", "list")["models"]}


def test_the_catalogue_is_listed_with_what_one_agrees_to(pixsort: Pixsort) -> None:
    rows = listed(pixsort)
    assert list(rows) == [spec.id for spec in CATALOGUE]
    assert not any(row["installed"] for row in rows.values())
    assert rows["clip-vit-b-32"]["licence"] == "MIT"
    assert "research" in rows["mobileclip2-b"]["licence_note"]
    text = pixsort.run("models", "list").stdout.decode()
    assert "605 MB  MIT" in text and str(Path(os.environ["PIXSORT_MODELS"])) in text


def test_nothing_is_fetched_before_one_agreed(pixsort: Pixsort) -> None:
    said = pixsort.refused("models", "download", "mobileclip2-s0")
    assert "with --yes you agree" in said and "300 MB" in said and "Apple" in said
    assert "no model «gpt»" in pixsort.refused("models", "download", "gpt", "--yes")
    assert "pixsort models download resnet50" in pixsort.refused("models", "test", "resnet50")
    assert "no model" in pixsort.refused("models", "remove", "resnet50")
    assert not Path(os.environ["PIXSORT_MODELS"]).exists()


@no_torch
def test_a_model_of_ones_own_from_import_to_removal(pixsort: Pixsort, small: tuple[Path, Path]) -> None:
    file, config = small
    model = pixsort.json(
        "models", "import", file, "--architecture", "resnet50", "--config", config, "--name", "mine", "--device", "cpu"
    )  # fmt: skip
    assert model["id"].startswith("mine-") and not model["words"]
    assert listed(pixsort)[model["id"]]["installed"]
    trial = pixsort.json("models", "test", model["id"], "--device", "cpu")
    assert (trial["kind"], trial["dimensions"]) == ("cpu", model["dimensions"])
    assert pixsort.json("models", "remove", model["id"])["freed_bytes"] > file.stat().st_size
    assert model["id"] not in listed(pixsort)
    assert "There is no file" in pixsort.refused("models", "import", file.with_name("no.pt"))


def test_every_command_and_option_is_documented() -> None:
    from pixsort_desktop.cli.models import models_group

    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8").split("### `models")[1]
    section = text.split("\n### ")[0]
    for name, command in models_group.commands.items():
        assert f"`models {name}" in section or f"`{name}" in section, name
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else []:
                assert option in section or option == "--json", f"{option} of models {name}"
