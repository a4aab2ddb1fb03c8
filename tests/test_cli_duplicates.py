"""`pixsort duplicates`, `settle-duplicates` and `keep-duplicates`, as child processes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.test_cli_files import names
from tests.test_cli_ways_in import Pixsort

MakeJpeg = Callable[..., Path]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into the freedesktop.org trash")


@pytest.fixture
def shoot(make_jpeg: MakeJpeg, tmp_path: Path) -> Path:
    for seed in range(1, 4):
        make_jpeg(f"shoot/{seed}.jpg", seed=seed, size=(360, 240))
    shutil.copy(tmp_path / "shoot/1.jpg", tmp_path / "shoot/1 copy.jpg")
    with Image.open(tmp_path / "shoot/2.jpg") as image:
        image.save(tmp_path / "shoot/2.png")
    return tmp_path / "shoot"


@pytest.fixture
def pixsort(shoot: Path, tmp_path: Path) -> Pixsort:
    made = Pixsort(tmp_path / "library")
    made.environment |= {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    made.run("import", shoot, "--project", "Shoot")
    return made


def test_all_sets_are_settled_and_put_back(pixsort: Pixsort, shoot: Path, tmp_path: Path) -> None:
    whole = names(shoot)
    planned = pixsort.run("settle-duplicates", "--dry-run").stdout
    assert f"goes     {shoot / '2.jpg'}" in planned
    assert "2 files" in planned
    assert "2 files" in pixsort.run("settle-duplicates", code=1).stderr  # nobody to say yes
    assert "add --yes" in pixsort.run("settle-duplicates", "--json", code=2).stderr
    assert names(shoot) == whole
    done = pixsort.json("settle-duplicates", "--project", "Shoot", "--yes")
    assert (done["files"], done["failed"]) == (2, [])
    assert len(names(tmp_path / "data/Trash/files")) == 2
    assert len(names(shoot)) == 3
    assert pixsort.json("duplicates") == []
    assert "moved no files" not in pixsort.run("put-back", "--project", "Shoot").stdout


def test_one_set_and_another_keeper(pixsort: Pixsort, shoot: Path) -> None:
    pixsort.run("settle-duplicates", shoot / "2.png", "--keep", shoot / "2.jpg", "--yes")
    assert names(shoot) == {"1.jpg", "1 copy.jpg", "2.jpg", "3.jpg"}
    twice = pixsort.run(
        "settle-duplicates", "--keep", shoot / "1.jpg", "--keep", shoot / "1 copy.jpg", code=1
    )
    assert "are copies of each other" in twice.stderr
    assert "in no set" in pixsort.run("settle-duplicates", shoot / "3.jpg", code=1).stderr


def test_sets_are_kept(pixsort: Pixsort, shoot: Path) -> None:
    assert "1 set kept" in pixsort.run("keep-duplicates", shoot / "1.jpg").stdout
    assert [each["kind"] for each in pixsort.json("duplicates")] == ["pixels"]
    assert "in no set" in pixsort.run("keep-duplicates", shoot / "1.jpg", code=1).stderr
    assert pixsort.json("keep-duplicates", shoot / "1.jpg", "--undo") == {"pairs": 1}
    assert len(pixsort.json("duplicates")) == 2
    assert "not in the library" in pixsort.run("keep-duplicates", "--undo", shoot / "x.jpg", code=1).stderr


def test_rules_are_remembered(pixsort: Pixsort, shoot: Path) -> None:
    assert pixsort.json("duplicates", "--kind", "pixels")[0]["keeper"].endswith("2.png")
    rules = pixsort.json(
        "duplicates", "--rules", "--skip-rule", "lossless", "--keep-rule", "judged", "--protect", shoot
    )
    assert rules["order"][:2] == ["judged", "protected"]
    assert (rules["off"], rules["protected"]) == (["lossless"], [str(shoot)])
    pixsort.run("judge", shoot / "2.jpg", "--project", "Shoot", "--rating", "4")
    assert pixsort.json("duplicates", "--kind", "pixels")[0]["keeper"].endswith("2.jpg")
    printed = pixsort.run("duplicates", "--rules").stdout
    assert "off  lossless" in printed
    assert pixsort.json("duplicates", "--rules", "--skip-rule", "", "--protect", "")["off"] == []
    assert "no rule «prettier»" in pixsort.run("duplicates", "--skip-rule", "prettier", code=1).stderr
