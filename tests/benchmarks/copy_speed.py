"""How fast a card is copied and verified, beside `cp` and `sha256sum`, in one run.

    python tests/benchmarks/copy_speed.py [--files 200] [--megabytes 8] [--rounds 3] [--folder DIR]

One side is `copy_card` to one destination: read, write, fsync, read back, SHA-256 of both. The other is
`cp --preserve`, `sync` of the copies, `sha256sum` of the card and of the copies, compared. Both start with the card
out of memory's cache (where the system lets a program ask), and run in turn. With --two, both write to two folders.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from pixsort_desktop.jobs.copy_card import copy_card


def make_card(folder: Path, files: int, size: int) -> None:
    block = os.urandom(1_000_000)
    for n in range(files):
        path = folder / "DCIM" / f"{100 + n // 100}CANON" / f"IMG_{n:04}.CR2"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(n.to_bytes(8, "big"))
            for _ in range(size // len(block)):
                file.write(block)


def forget(folder: Path) -> None:
    """Give up what memory keeps of the files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def ours(card: Path, targets: list[Path], work: Path) -> float:
    started = time.perf_counter()
    report = copy_card(card, targets, template="{folder}/{name}", journals=work / "journals")
    seconds = time.perf_counter() - started
    assert report.complete, report
    return seconds


def theirs(card: Path, targets: list[Path]) -> float:
    started = time.perf_counter()
    for target in targets:
        subprocess.run(["cp", "-r", "--preserve=timestamps", f"{card / 'DCIM'}/.", target], check=True)
        copies = sorted(path for path in target.rglob("*") if path.is_file())
        subprocess.run(["sync", *copies], check=True)
    sums = {sums_of(card / "DCIM"), *(sums_of(target) for target in targets)}
    assert len(sums) == 1
    return time.perf_counter() - started


def sums_of(folder: Path) -> str:
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return subprocess.run(
        ["sha256sum", *names], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--two", action="store_true", help="to two destinations")
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    chosen = parser.parse_args()
    megabytes = chosen.files * chosen.megabytes
    ratios = []
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        work = Path(name)
        make_card(work / "card", chosen.files, chosen.megabytes * 1_000_000)
        for number in range(chosen.rounds):
            seconds = {}
            for who in ("PixSort", "cp and sha256sum")[:: 1 if number % 2 else -1]:
                targets = [work / "one", work / "two"][: 2 if chosen.two else 1]
                forget(work / "card")
                for target in targets:
                    target.mkdir()
                seconds[who] = (
                    ours(work / "card", targets, work) if who == "PixSort" else theirs(work / "card", targets)
                )
                for target in targets:
                    shutil.rmtree(target)
                shutil.rmtree(work / "journals", ignore_errors=True)
            ratios.append(seconds["cp and sha256sum"] / seconds["PixSort"])
            print(
                f"round {number + 1}: "
                + ", ".join(
                    f"{who} {s:.2f} s ({megabytes / s:.0f} MB/s)" for who, s in sorted(seconds.items())
                )
                + f"; ratio {ratios[-1]:.2f}"
            )
    print(f"{chosen.files} files of {chosen.megabytes} MB: ratio {statistics.median(ratios):.2f} (median)")


if __name__ == "__main__":
    main()
