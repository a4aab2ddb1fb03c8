"""`pixsort models`, as a child process; `test_no_network` brings one in and runs it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.vision.models.catalogue import CATALOGUE, size_in_words, spec_of
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


NEEDS = {
    "search x --project Shoot": "clip-vit-b-32",
    "search x --project Shoot --embedding siglip-vit-b-16": "siglip-vit-b-16",
    "tag --project Shoot": "clip-vit-b-32",
    "caption --project Shoot": "coca-vit-b-32",
    "embed --project Shoot --embedding dinov2-vit-s-14": "dinov2-vit-s-14",
    "group --project Shoot --embedding resnet50": "resnet50",
    "similar PHOTO --embedding resnet50": "resnet50",
    "models test resnet50": "resnet50",
}


def test_without_a_model_each_command_says_what_it_needs_and_changes_nothing(
    pixsort: Pixsort, make_jpeg: Callable[..., Path]
) -> None:
    """One sentence with the command that fetches it, its size and its licence; what needs no model works."""
    photo = make_jpeg("1.jpg")
    pixsort.json("import", photo, "--project", "Shoot")
    before = pixsort.json("photos", "--project", "Shoot")
    for command, needs in NEEDS.items():
        said = pixsort.refused(*(photo if word == "PHOTO" else word for word in command.split()))
        spec = spec_of(needs)
        assert "\n" not in said and said.endswith("."), command
        assert f"`pixsort models download {needs}` fetches" in said, command
        assert f"({size_in_words(spec.file_bytes)}, {spec.licence})" in said, command
    assert pixsort.json("photos", "--project", "Shoot") == before
    assert pixsort.json("tag", photo, "--project", "Shoot", "--accept", "dog")[0]["keywords"] == ["dog"]
    pixsort.json("caption", photo, "--project", "Shoot", "--set", "Mine.")
    assert pixsort.json("similar", photo) == []
