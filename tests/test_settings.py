"""Preferences survive, and never stand in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixsort_desktop.settings import FILE_NAME, Settings


def test_what_is_set_is_there_next_time(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "new" / "library")
    settings.set("theme", "light")
    settings.set("places", {"3": [1, 2]})
    assert settings.save()
    again = Settings(tmp_path / "new" / "library")
    assert again.get("theme", "dark") == "light"
    assert again.get("places") == {"3": [1, 2]}
    assert [p.name for p in (tmp_path / "new" / "library").iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"\xff\xfe\x00", b"null", b"[" * 100_000])
def test_a_damaged_file_means_defaults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    settings = Settings(tmp_path)
    assert settings.get("theme", "dark") == "dark"
    settings.set("theme", "light")
    assert settings.save()
    assert json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8")) == {"theme": "light"}


@given(
    kept=st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()))
)
def test_a_value_of_another_kind_means_the_default(
    kept: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    (folder / FILE_NAME).write_text(json.dumps({"text_size": kept}), encoding="utf-8")
    found = Settings(folder).get("text_size", 100)
    assert type(found) is int


def test_a_folder_that_refuses_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "library")
    settings.set("theme", "light")
    assert not settings.save()
    assert settings.get("theme", "dark") == "light"


def test_nothing_is_written_where_nothing_changed(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.set("a", 1)
    settings.save()
    before = settings.path.stat().st_mtime_ns
    settings.set("a", 1)
    assert settings.save()
    assert settings.path.stat().st_mtime_ns == before
