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
    """Wait for a process; returns the most memory it was seen to hold, with its decoders."""
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            family = [watched, *watched.children(recursive=True)]
            peak = max(peak, sum(each.memory_info().rss for each in family))
        except psutil.Error:
            break
        time.sleep(0.02)
    return peak


def test_every_broken_file_is_accounted_for(shared_data: Path, tmp_path: Path) -> None:
    """All odd files, cameras' files and RAW files there are, in one import."""
    sources = [shared_data / name for name in ("broken", "metadata", "raw")]
    before = {path: found for source in sources for path, found in fingerprints(source).items()}
    kinds = [item.kind for item in scan(sources)]
    command = [sys.executable, "-m", "pixsort_desktop.cli", "--library", str(tmp_path / "library")]
    command += ["import", *map(str, sources), "--project", "Broken", "--json"]
    with (tmp_path / "report.json").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, env=os.environ)
        peak = peak_bytes(process)
        assert process.stderr is not None
        errors = process.stderr.read()
        process.stderr.close()
    assert (process.wait(), errors) == (0, b"")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["found"] == kinds.count("photo")
    accounted = report["added"] + report["duplicates"] + report["companions"] + len(report["failed"])
    assert report["found"] == accounted
    assert report["ignored"] == kinds.count("other")
    assert all(f["reason"].endswith(".") and "\n" not in f["reason"] for f in report["failed"])
    assert 0 < peak < 1_500_000_000
    assert report["added"] > 900
    after = {path: found for source in sources for path, found in fingerprints(source).items()}
    assert after == before
    print(
        f"{len(before)} files: {report['found']} photos, {len(report['failed'])} failed, {report['ignored']} ignored; "
        f"peak {peak / 1e6:.0f} MB, {report['seconds']:.0f} s"
    )
