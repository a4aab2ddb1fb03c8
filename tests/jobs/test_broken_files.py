"""Odd, truncated and hostile files: all of them are accounted for, none is changed, and memory stays bounded."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from pixsort_desktop.photo.scan import scan


def fingerprints(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def peak_bytes(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process; returns the most memory it was seen to hold."""
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.02)
    return peak


def test_every_broken_file_is_accounted_for(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "broken"
    before = fingerprints(source)
    kinds = [item.kind for item in scan([source])]
    command = [sys.executable, "-m", "pixsort_desktop.cli", "--library", str(tmp_path / "library")]
    command += ["import", str(source), "--project", "Broken", "--json"]
    with (tmp_path / "report.json").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, env=os.environ)
        peak = peak_bytes(process)
        assert process.stderr is not None
        errors = process.stderr.read()
        process.stderr.close()
    assert (process.wait(), errors) == (0, b"")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["found"] == kinds.count("photo")
    assert report["found"] == report["added"] + report["duplicates"] + len(report["failed"])
    assert report["ignored"] == kinds.count("other")
    assert all(f["reason"].endswith(".") and "\n" not in f["reason"] for f in report["failed"])
    assert 0 < peak < 1_500_000_000
    assert fingerprints(source) == before
