"""`pixsort trash`, `move`, `copy-to` and `put-back`, as child processes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_cli_ways_in import Pixsort

MakeJpeg = Callable[..., Path]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into the freedesktop.org trash")


@pytest.fixture
def pixsort(make_jpeg: MakeJpeg, tmp_path: Path) -> Pixsort:
    for n in range(4):
        make_jpeg(f"shoot/{n}.jpg", seed=n)
    (tmp_path / "shoot/1.xmp").write_text("<x/>")
    made = Pixsort(tmp_path / "library")
    made.environment |= {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    made.run("import", tmp_path / "shoot", "--project", "Shoot")
    made.run(
        "judge", tmp_path / "shoot/1.jpg", tmp_path / "shoot/2.jpg", "--project", "Shoot", "--flag", "reject"
    )
    return made


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_rejects_to_the_trash_and_back(pixsort: Pixsort, tmp_path: Path) -> None:
    shoot, which = tmp_path / "shoot", ["--project", "Shoot", "--flag", "reject"]
    planned = pixsort.json("trash", *which, "--dry-run")
    assert (planned["photos"], planned["files"]) == (2, 3)
    assert "2 photos, 3 files" in pixsort.run("trash", *which, code=1).stderr  # nobody to say yes
    assert len(names(shoot)) == 5
    done = pixsort.run("trash", *which, "--yes")
    assert "2 photos in the trash: 3 files" in done.stdout
    assert names(shoot) == {"0.jpg", "3.jpg"}
    assert names(tmp_path / "data/Trash/files") == {"1.jpg", "1.xmp", "2.jpg"}
    assert len(pixsort.json("list", "--project", "Shoot")) == 2
    assert "2 photos put back" in pixsort.run("put-back", "--project", "Shoot").stdout
    assert len(names(shoot)) == 5
    assert len(pixsort.json("list", *which)) == 2
    assert "moved no files" in pixsort.run("put-back", "--project", "Shoot", code=1).stderr


def test_moving_and_copying(pixsort: Pixsort, tmp_path: Path) -> None:
    shoot, to = tmp_path / "shoot", tmp_path / "shoot/Rejected"
    project = ["--project", "Shoot"]
    moved = pixsort.json("move", "--flag", "reject", *project, "--to", to, "--yes")
    assert (moved["photos"], moved["files"], moved["undoable"]) == (2, 3, True)
    assert names(to) == {"1.jpg", "1.xmp", "2.jpg"}
    copied = pixsort.json(
        "copy-to", shoot / "0.jpg", to / "1.jpg", *project, "--to", tmp_path / "out", "--template", "x {number}", "--yes"
    )  # fmt: skip
    assert (copied["copied"], copied["complete"]) == (3, True)
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".jpg", ".xmp"}
    assert (to / "1.jpg").is_file()


def test_wrong_use_is_said(pixsort: Pixsort, tmp_path: Path) -> None:
    project = ["--project", "Shoot", "--yes"]
    assert "not both" in pixsort.run("trash", *project, code=2).stderr
    assert (
        "not both"
        in pixsort.run("trash", tmp_path / "shoot/1.jpg", "--flag", "pick", *project, code=2).stderr
    )
    assert (
        "--dry-run" in pixsort.run("trash", "--flag", "reject", "--project", "Shoot", "--json", code=2).stderr
    )
    assert (
        "is a file"
        in pixsort.run("move", "--flag", "reject", *project, "--to", tmp_path / "shoot/0.jpg", code=1).stderr
    )
