"""Prompt columns on the command line, with a small model in the real models' process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pixsort_desktop.cli.prompts import prompts_group
from pixsort_desktop.commands.undo import undo
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.projects import find_project
from tests.test_cli import Pixsort
from tests.test_cli_words import pixsort, place  # noqa: F401 - the library that was embedded

ROOT = Path(__file__).resolve().parents[1]
SHOOT = ("--project", "Shoot")


def test_a_prompt_is_added_shown_changed_and_removed(
    pixsort: Pixsort,  # noqa: F811
    place: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert pixsort.json("prompts", "list", *SHOOT) == []
    added = pixsort.json("prompts", "add", *SHOOT, "a bride  -crowd")
    assert added["text"] == "a bride -crowd" and added["embedding"] == "my-clip"
    assert 1 <= added["photos"] < 8 and added["compared"] == 8
    ranked = pixsort.json("search", *SHOOT, "a bride -crowd")
    assert (added["highest"], added["lowest"]) == (ranked[0]["score"], ranked[-1]["score"])
    monkeypatch.setenv("PIXSORT_MODELS", str(place / "none"))  # from here on, no model is needed
    assert pixsort.json("prompts", "show", *SHOOT, "a bride -crowd") == ranked[: added["photos"]]
    middle = (ranked[4]["score"] + ranked[5]["score"]) / 2
    done = pixsort.run("prompts", "threshold", *SHOOT, "--json", "--", "a bride -crowd", f"{middle:.6f}")
    changed = json.loads(done.stdout)
    assert changed["photos"] == 5 and changed["threshold"] == pytest.approx(middle, abs=1e-6)
    assert pixsort.json("prompts", "list", *SHOOT) == [changed]
    assert b"5 of 8" in pixsort.run("prompts", "list", *SHOOT).stdout
    assert pixsort.json("prompts", "remove", *SHOOT, "a bride -crowd") == {"text": "a bride -crowd"}
    assert pixsort.json("prompts", "list", *SHOOT) == []
    with Library.open(place / "library") as library:
        project = find_project(library, "Shoot")
        assert project is not None and undo(library, project_id=project.id) == "Remove prompt column"
    assert pixsort.json("prompts", "list", *SHOOT) == [changed]
    pixsort.json("prompts", "remove", *SHOOT, "a bride -crowd")


def test_what_cannot_be_is_said_in_a_sentence(pixsort: Pixsort) -> None:  # noqa: F811
    assert "has no prompt column «boats»" in pixsort.refused("prompts", "show", *SHOOT, "boats")
    assert "Say in words" in pixsort.refused("prompts", "add", *SHOOT, " ")
    pixsort.json("prompts", "add", *SHOOT, "boats", "--threshold", "0.2")
    assert "is pinned already" in pixsort.refused("prompts", "add", *SHOOT, " boats")
    for score in ("nan", "inf"):
        assert "A threshold is a score" in pixsort.refused("prompts", "threshold", *SHOOT, "boats", score)
        assert "A threshold is a score" in pixsort.refused(
            "prompts", "add", *SHOOT, "cats", "--threshold", score
        )
    assert pixsort.json("prompts", "list", *SHOOT)[0]["threshold"] == 0.2
    pixsort.json("prompts", "remove", *SHOOT, "boats")


def test_every_command_and_option_is_documented() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8").split("### `prompts")[1]
    section = text.split("\n### ")[0]
    for name, command in prompts_group.commands.items():
        assert f"`prompts {name}" in section, name
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else []:
                assert option in section or option == "--json", f"{option} of prompts {name}"
