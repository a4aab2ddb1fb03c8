"""Every odd, damaged and hostile file there is: each ends as a picture, a sentence, or no photo."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# In a process of its own: for an honest peak of memory, and to see what decoders print behind Python's back.
READ_ALL = """
import json, sys, time, warnings
from pathlib import Path
warnings.simplefilter("error")
from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo.reading import read_photo
from pixsort_desktop.photo.scan import scan

found = []
for each in scan(sys.argv[1:]):
    start, outcome = time.perf_counter(), each.kind
    if each.kind == "photo":
        try:
            reading = read_photo(each.path)
            outcome = "read" if reading.pixels.shape[2] == 3 and reading.thumbnail_jpeg else "nothing"
        except PhotoError as error:
            outcome = str(error)
    found.append((each.path, outcome, time.perf_counter() - start))
try:  # not getrusage: Linux counts there what the process that started this one held
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 2**10
except OSError:
    import psutil
    used = psutil.Process().memory_info()
    peak = getattr(used, "peak_wset", used.rss) / 2**20
print(json.dumps({"files": found, "peak_mb": peak}))
"""


def hashes(folders: list[Path]) -> dict[str, str]:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def outcome(shared_data: Path) -> dict[str, Any]:
    folders = [shared_data / "broken", shared_data / "metadata", shared_data / "raw"]
    before = hashes(folders)
    run = subprocess.run(
        [sys.executable, "-c", READ_ALL, *map(str, folders)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert hashes(folders) == before
    return {**json.loads(run.stdout), "stderr": run.stderr, "on disk": set(before)}


def test_every_file_is_accounted_for(outcome: dict[str, Any]) -> None:
    assert {path for path, _outcome, _seconds in outcome["files"]} == outcome["on disk"]
    endings = [ending for _path, ending, _seconds in outcome["files"]]
    assert endings.count("read") > 1000
    for ending in set(endings) - {"read", "other"}:
        assert ending[0].isupper() and ending.endswith(".") and "\n" not in ending and len(ending) < 300


def test_no_file_takes_long_and_memory_stays_bounded(outcome: dict[str, Any]) -> None:
    slowest = max(outcome["files"], key=lambda file: file[2])
    print(f"peak {outcome['peak_mb']:.0f} MB, slowest {slowest[2]:.2f} s: {slowest[0]}")
    assert slowest[2] < 20
    assert outcome["peak_mb"] < 1500


def test_nothing_is_printed(outcome: dict[str, Any]) -> None:
    assert outcome["stderr"] == ""
