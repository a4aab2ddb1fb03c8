"""The catalogue says what the libraries' own tables say; every architecture is built, without its weights, and measured."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.vision.models.catalogue import (
    CATALOGUE,
    ModelSpec,
    size_in_words,
    spec_of,
    spec_with_weights,
)

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "models.md"


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.vision.models.bare"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("spec", CATALOGUE, ids=lambda spec: spec.id)
def test_what_the_catalogue_says_is_what_the_library_says(spec: ModelSpec, facts: dict[str, Any]) -> None:
    told = facts[spec.id]
    assert told["dimensions"] == spec.dimensions
    assert told["repository"].strip("/") == spec.repository
    assert told["captions"] == spec.captions
    assert abs(told["bytes"] / spec.file_bytes - 1) < 0.001
    assert told["interpolation"] == spec.interpolation
    assert told["mean"] == pytest.approx(spec.mean)
    assert told["std"] == pytest.approx(spec.std)
    if spec.library == "timm":
        assert told["crop_share"] == spec.crop_share
        assert told["licence"].casefold() == spec.licence.casefold().replace(" ", "-")
        assert not spec.reads_text
    else:
        assert (told["input_px"], told["resize"]) == (spec.input_px, spec.resize)
        assert bool(told["tokenizer"]) == bool(spec.tokenizer_file)
        assert told["tokenizer"] in (None, spec.repository)
        assert spec.reads_text
    assert spec.memory_bytes > spec.file_bytes


def test_every_entry_is_whole() -> None:
    assert len({spec.id for spec in CATALOGUE}) == len(CATALOGUE)
    for spec in CATALOGUE:
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", spec.id)
        assert spec.url.startswith("https://huggingface.co/") and spec.page.startswith("https://")
        assert spec.sha256 is None or re.fullmatch("[0-9a-f]{64}", spec.sha256)
        assert spec.good_for.endswith(".") and spec.licence
        free = spec.licence in ("MIT", "Apache-2.0")
        assert bool(spec.licence_note) != free, f"{spec.id} does not say what its licence asks for"


def test_an_unknown_model_is_answered_with_those_that_there_are() -> None:
    assert spec_of("resnet50").dimensions == 2048
    with pytest.raises(NotFoundError, match=r"no model «resnet99».*clip-vit-b-32"):
        spec_of("resnet99")
    assert spec_with_weights(spec_of("resnet50").sha256 or "") is spec_of("resnet50")
    assert spec_with_weights("0" * 64) is None


def test_a_publisher_who_asks_for_a_consent_is_named_among_the_conditions() -> None:
    assert spec_of("resnet50").conditions == ""
    assert "HF_TOKEN" in replace(spec_of("resnet50"), gated=True).conditions
    assert spec_of("mobileclip2-b").conditions == spec_of("mobileclip2-b").licence_note


def test_sizes_in_words() -> None:
    assert [size_in_words(each) for each in (1, 40_960, 605_143_316, 999_600_000, 2_553_800_708)] == [
        "1 KB", "41 KB", "605 MB", "1.0 GB", "2.6 GB",
    ]  # fmt: skip


def table() -> str:
    """The table of docs/models.md."""
    rows = [
        "| id | what it is good for | numbers | file | memory | licence | SHA-256 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for spec in CATALOGUE:
        licence = f"[{spec.licence}]({spec.page})" + (
            " †" if "Apple" in spec.licence_note else " ‡" if spec.licence_note else ""
        )
        sum_ = f"`{spec.sha256[:12]}…`" if spec.sha256 else "told at the download"
        rows.append(
            f"| `{spec.id}` | {spec.good_for} | {spec.dimensions} | {size_in_words(spec.file_bytes)}"
            f" | {size_in_words(spec.memory_bytes)} | {licence} | {sum_} |"
        )
    return "\n".join(rows)


def test_the_documentation_has_the_table() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert table() in text, "run: python tests/vision/models/test_catalogue.py"


if __name__ == "__main__":  # rewrites the table
    written = DOCUMENT.read_text(encoding="utf-8")
    start, end = written.index("| id |"), written.index("\n\n", written.index("| id |"))
    DOCUMENT.write_text(written[:start] + table() + written[end:], encoding="utf-8")
