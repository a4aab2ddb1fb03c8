"""The commands by which photos come in and are found again, as child processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MakeJpeg = Callable[..., Path]


class Pixsort:
    def __init__(self, folder: Path) -> None:
        self.command = [sys.executable, "-m", "pixsort_desktop.cli", "--library", str(folder)]
        self.environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}

    def run(self, *arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*self.command, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=60,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def json(self, *arguments: object, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code).stdout)


@pytest.fixture
def pixsort(tmp_path: Path) -> Pixsort:
    return Pixsort(tmp_path / "library")


def test_copying_a_card(pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    for n in range(3):
        make_jpeg(f"card/DCIM/{n}.jpg", seed=n)
    (tmp_path / "one").mkdir()
    (tmp_path / "one/1.jpg").write_bytes(b"another one")
    arguments = [
        "copy",
        tmp_path / "card",
        "--to",
        tmp_path / "one",
        "--and-to",
        tmp_path / "two",
        "--template",
        "{name}",
    ]
    plan = pixsort.json(*arguments, "--preview")
    assert sorted((f["target"], f["state"]) for f in plan["files"]) == [
        ("0.jpg", "new"),
        ("1 (2).jpg", "renamed"),
        ("2.jpg", "new"),
    ]
    assert not (tmp_path / "two").exists()
    report = pixsort.json(*arguments, "--project", "Card")
    assert (report["complete"], report["copied"], report["imported"]["added"]) == (True, 3, 3)
    assert pixsort.json(*arguments)["there"] == 3
    said = pixsort.run(*arguments).stdout
    assert "3 there already" in said
    assert "SHA-256" in said
    assert len(pixsort.json("photos", "--project", "Card")) == 3
    assert "no folder" in pixsort.run("copy", tmp_path / "gone", "--to", tmp_path / "one", code=1).stderr
    wrong = pixsort.run(*arguments[:-1], "{colour}", "--project", "Other", code=1)
    assert "no field «{colour}»" in wrong.stderr
    assert [p["name"] for p in pixsort.json("projects")] == ["Card"]


def test_a_copy_that_is_not_complete_is_no_success(
    pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    make_jpeg("card/1.jpg")
    make_jpeg("card/2.jpg", seed=2)
    (tmp_path / "one").mkdir()
    (tmp_path / "one/no jpg").write_bytes(b"in the way of a folder")
    arguments = ["copy", tmp_path / "card", "--to", tmp_path / "one", "--template", "no {ext}/{name}"]
    assert pixsort.json(*arguments, code=1)["complete"] is False
    assert "in the way" in pixsort.run(*arguments, code=1).stdout


def test_a_takeout(pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    sidecar = json.dumps(
        {"title": "a.jpg", "photoTakenTime": {"timestamp": "1561975927"}, "people": [{"name": "Ann"}]}
    )
    with zipfile.ZipFile(tmp_path / "takeout-1.zip", "w") as archive:
        archive.write(make_jpeg("a.jpg"), "Takeout/Google Photos/Photos from 2019/a.jpg")
        archive.writestr("Takeout/Google Photos/Photos from 2019/a.jpg.supplemental-metadata.json", sidecar)
    arguments = ["takeout", tmp_path / "takeout-1.zip", "--project", "Google"]
    assert "Name a folder" in pixsort.run(*arguments, code=1).stderr
    assert pixsort.json("projects") == []
    report = pixsort.json(*arguments, "--unpack-to", tmp_path / "originals")
    assert (report["unpacked"], report["imported"]["added"], report["filled"]) == (2, 1, 1)
    (photo,) = pixsort.json("photos", "--project", "Google")
    assert (photo["taken_at"], photo["archive_people"]) == ("2019-07-01T10:12:07+00:00", ["Ann"])
    assert photo["paths"][0].startswith(str(tmp_path / "originals"))
    assert "0 added" in pixsort.run(*arguments, "--unpack-to", tmp_path / "originals").stdout


def test_locating(pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    make_jpeg("shoot/1.jpg", seed=1)
    make_jpeg("shoot/2.jpg", seed=2)
    pixsort.run("import", tmp_path / "shoot", "--project", "Shoot")
    shutil.move(tmp_path / "shoot", tmp_path / "moved")
    report = pixsort.json("locate", tmp_path / "moved", "--project", "Shoot")
    assert (report["missing"], len(report["found"]), report["left"]) == (2, 2, [])
    assert "0 photos without a file" in pixsort.run("locate", tmp_path / "moved", "--project", "Shoot").stdout
    assert "no folder" in pixsort.run("locate", tmp_path / "gone", "--project", "Shoot", code=1).stderr
    assert "no project" in pixsort.run("locate", tmp_path / "moved", "--project", "Other", code=1).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_watching_until_ctrl_c(pixsort: Pixsort, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    (tmp_path / "tether").mkdir()
    command = [*pixsort.command, "watch", str(tmp_path / "tether"), "--project", "Studio", "--settle", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=pixsort.environment) as child:
        assert child.stdout is not None
        assert "Ctrl+C" in child.stdout.readline()
        make_jpeg("tether/1.jpg", seed=1)
        assert child.stdout.readline() == "1 photo so far.\n"
        time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        assert child.stdout.read() == "1 photo added, 0 failed.\n"
        assert child.wait(10) == 0
    assert "no folder" in pixsort.run("watch", tmp_path / "gone", "--project", "Other", code=1).stderr
    assert [p["name"] for p in pixsort.json("projects")] == ["Studio"]
