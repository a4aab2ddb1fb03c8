"""How fast an import is, beside the tools a photographer would script: vipsthumbnail, sha256sum and exiftool.

    python tests/benchmarks/import_speed.py [--count 1000] [--rounds 2] [--photos FOLDER]

Distinct JPEGs of 8 megapixels are made from a few real photographs (enlarged, with grain as a sensor's, since
enlarging alone leaves files too small to be like a camera's; a trailing number makes each file's bytes
unique). In one run, in turn, the same files go through

  A    `pixsort import`: hash, metadata, thumbnail, built-in embedding, rows in the library
  B    `vipsthumbnail --size 512`, then `sha256sum`, then `exiftool -json`, each given all files at once
  B2   the same three, each over two processes (`xargs -P 2`)

and files a second, their ratio, processor time, the peak resident memory of A and the time until its first 24 thumbnails are
on disk are printed. The files are read once before, so that no side pays for a cold disk.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
from PIL import Image

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
WIDTH, HEIGHT = 3264, 2448
GRAIN = 5.0  # standard deviation, grey levels: files of 2 MB at quality 90
SCREEN = 24  # thumbnails on a first screen


@dataclass
class Run:
    """What one import showed."""

    seconds: float  # of the whole process, its start included
    job_seconds: float  # of the import itself
    peak_mb: float
    first_screen: float  # seconds from the process's start


def real_photographs(folder: Path | None, number: int = 12) -> list[Path]:
    """A few photographs, spread over what there is."""
    places = [folder] if folder else [SHARED / "quality" / "kodak", SHARED / "grouping" / "scenes"]
    found = [
        path
        for place in places
        for path in sorted(place.rglob("*"))
        if path.suffix.lower() in (".jpg", ".jpeg", ".png") and min(Image.open(path).size) >= 400
    ]
    if not found:
        sys.exit(
            f"No photographs to work with in {', '.join(map(str, places))}; name a folder with --photos."
        )
    return found[:: max(1, len(found) // number)][:number]


def make_shoot(sources: list[Path], folder: Path, count: int) -> list[Path]:
    """Write `count` distinct JPEGs with EXIF, WIDTH x HEIGHT."""
    masters = [make_master(source, seed) for seed, source in enumerate(sources)]
    files = []
    for number in range(count):
        path = folder / f"IMG_{number:05}.jpg"
        path.write_bytes(masters[number % len(masters)] + number.to_bytes(4, "big"))
        files.append(path)
    return files


def make_master(source: Path, seed: int) -> bytes:
    image = Image.open(source).convert("RGB")
    if image.height > image.width:
        image = image.transpose(Image.Transpose.ROTATE_90)
    pixels = np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), dtype=np.float32)
    grain = np.random.default_rng(seed).normal(0, GRAIN, (HEIGHT, WIDTH, 1)).astype(np.float32)
    noisy = Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))
    exif = Image.Exif()
    exif.update({0x010F: "Canon", 0x0110: "Canon EOS 80D", 0x0112: 1})
    exif.get_ifd(0x8769).update(
        {0x9003: f"2024:05:01 10:{seed:02}:00", 0x829A: 0.01, 0x829D: 2.8, 0x8827: 200}
    )
    with tempfile.TemporaryFile() as file:
        noisy.save(file, "JPEG", quality=90, exif=exif)
        file.seek(0)
        return file.read()


# -- A ------------------------------------------------------------------------------------------------------


def pixsort(files: list[Path], scratch: Path) -> Run:
    """Import the folder into a new library, in a process of its own."""
    library = Path(tempfile.mkdtemp(dir=scratch))
    command = [sys.executable, "-m", "pixsort_desktop.cli", "--library", str(library)]
    command += ["import", str(files[0].parent), "--project", "Speed", "--json"]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        watch = Watch(process.pid, library / "thumbnails", start)
        output, _ = process.communicate()
        seconds = time.perf_counter() - start
        watch.stop()
    report: dict[str, Any] = json.loads(output)
    if report["added"] != len(files):
        sys.exit(f"The import added {report['added']} of {len(files)} files: {report['failed'][:3]}")
    shutil.rmtree(library)
    return Run(seconds, report["seconds"], watch.peak / 2**20, watch.first_screen)


class Watch(threading.Thread):
    """Polls a process's resident memory and the thumbnails that it has written."""

    def __init__(self, pid: int, thumbnails: Path, start: float) -> None:
        super().__init__(daemon=True)
        self._process, self._thumbnails, self._start_time = psutil.Process(pid), thumbnails, start
        self._stopped = threading.Event()
        self.peak = 0
        self.first_screen = float("nan")
        self.start()

    def run(self) -> None:
        while not self._stopped.wait(0.02):
            try:
                family = [self._process, *self._process.children(recursive=True)]
                self.peak = max(self.peak, sum(each.memory_info().rss for each in family))
            except psutil.NoSuchProcess:
                pass
            if self.first_screen != self.first_screen and self._written() >= SCREEN:
                self.first_screen = time.perf_counter() - self._start_time

    def _written(self) -> int:
        try:
            return sum(len(list(shard.glob("*.jpg"))) for shard in self._thumbnails.iterdir())
        except OSError:
            return 0

    def stop(self) -> None:
        self._stopped.set()
        self.join()


# -- B ------------------------------------------------------------------------------------------------------


def tools(out: Path) -> list[list[str]]:
    return [["vipsthumbnail", "--size", "512", "-o", f"{out}/%s.jpg"], ["sha256sum"], ["exiftool", "-json"]]


def in_sequence(files: list[Path], scratch: Path) -> list[float]:
    """Seconds of each tool, given all files in one call."""
    with tempfile.TemporaryDirectory(dir=scratch) as out:
        return [timed(lambda tool=tool: quietly([*tool, *map(str, files)])) for tool in tools(Path(out))]  # type: ignore[misc]


def by_two(files: list[Path], scratch: Path) -> list[float]:
    """Seconds of each tool, its files dealt to two processes."""
    names = "\0".join(map(str, files)).encode()
    share = str(max(1, min(200, -(-len(files) // 2))))
    with tempfile.TemporaryDirectory(dir=scratch) as out:
        prefix = ["xargs", "-0", "-P", "2", "-n", share]
        return [timed(lambda tool=tool: quietly([*prefix, *tool], names)) for tool in tools(Path(out))]  # type: ignore[misc]


def quietly(command: list[str], stdin: bytes | None = None) -> None:
    subprocess.run(command, input=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def children_cpu() -> float:
    """Processor seconds of the processes that have ended so far: what a busy machine distorts least."""
    spent = os.times()
    return spent.children_user + spent.children_system


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# -- the figures --------------------------------------------------------------------------------------------


def compare(files: list[Path], rounds: int, scratch: Path) -> dict[str, Any]:
    ours: list[Run] = []
    theirs: list[list[float]] = []
    theirs_by_two: list[list[float]] = []
    our_cpu, their_cpu = [], []
    for _ in range(rounds):
        start = children_cpu()
        ours.append(pixsort(files, scratch))
        between = children_cpu()
        theirs.append(in_sequence(files, scratch))
        our_cpu.append(between - start)
        their_cpu.append(children_cpu() - between)
        theirs_by_two.append(by_two(files, scratch))
    rate = len(files) / median(run.seconds for run in ours)
    other, other_by_two = (
        len(files) / median(sum(each) for each in runs) for runs in (theirs, theirs_by_two)
    )
    startup = median(run.seconds - run.job_seconds for run in ours)
    return {
        "files": len(files),
        "megabytes_each": round(sum(path.stat().st_size for path in files) / len(files) / 1e6, 2),
        "rounds": rounds,
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "pixsort_files_per_s": round(rate, 1),
        "tools_files_per_s": round(other, 1),
        "tools_by_two_files_per_s": round(other_by_two, 1),
        "tools_seconds": dict(zip(("vipsthumbnail", "sha256sum", "exiftool"), theirs[-1], strict=True)),
        "ratio": round(rate / other, 2),
        "ratio_by_two": round(rate / other_by_two, 2),
        "pixsort_cpu_ms_per_file": round(median(our_cpu) / len(files) * 1000, 1),
        "tools_cpu_ms_per_file": round(median(their_cpu) / len(files) * 1000, 1),
        "peak_mb": round(max(run.peak_mb for run in ours)),
        "first_screen_s": round(median(run.first_screen for run in ours), 2),
        "first_screen_without_startup_s": round(median(run.first_screen for run in ours) - startup, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Files a second of an import, beside other tools.")
    parser.add_argument(
        "--count", type=int, default=1000, help="how many JPEGs of 8 megapixels (default 1000)"
    )
    parser.add_argument("--rounds", type=int, default=2, help="how often each side runs, in turn (default 2)")
    parser.add_argument("--photos", type=Path, help="a folder of photographs to make them from")
    options = parser.parse_args()
    missing = [name for name in ("vipsthumbnail", "sha256sum", "exiftool") if not shutil.which(name)]
    if missing:
        sys.exit(f"Needed for the comparison and not installed: {', '.join(missing)}.")
    with tempfile.TemporaryDirectory(prefix="pixsort-speed-") as scratch:
        folder = Path(scratch) / "shoot"
        folder.mkdir()
        files = make_shoot(real_photographs(options.photos), folder, options.count)
        for path in files:
            path.read_bytes()
        print(json.dumps(compare(files, options.rounds, Path(scratch)), indent=1))


if __name__ == "__main__":
    main()
