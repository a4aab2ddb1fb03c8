"""`pixsort models`, as a child process; `test_no_network` brings one in and runs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.vision.models.catalogue import CATALOGUE
from tests.test_cli import Pixsort

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def pixsort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pixsort:
    monkeypatch.setenv("PIXSORT_MODELS", str(tmp_path / "models"))
    return Pixsort(tmp_path / "library")


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


def test_every_command_and_option_is_documented() -> None:
    from pixsort_desktop.cli.models import models_group

    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8").split("### `models")[1]
    section = text.split("\n### ")[0]
    for name, command in models_group.commands.items():
        assert f"`models {name}" in section or f"`{name}" in section, name
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else []:
                assert option in section or option == "--json", f"{option} of models {name}"
