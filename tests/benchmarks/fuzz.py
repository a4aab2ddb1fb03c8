"""Damaged files by the thousand: none may crash the program, hang it, or end as anything but a picture or a sentence.

    python tests/benchmarks/fuzz.py [--inputs 10000] [--seed 1] [--seconds 1800] [--keep FOLDER]

Real files of every kind (and RAW files written for the tests) are mutated by a seeded generator: bytes, bits, numbers at
their limits, stretches left out, doubled or taken from another file, ends cut off. Each mutant is written to disk and
goes through scan, SHA-256, metadata, XMP and decode, as an import would do it, in a child process that the parent watches:
a crash of the child is counted and the mutant kept, and the run goes on behind it. A decoder's own process may break down;
that costs one sentence and is counted apart.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
FOLDERS = ("broken", "metadata", "raw", "xmp")
LARGEST = 400_000  # bytes of a file that is mutated: large ones are slow and no odder
SLOW_S = 10.0
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def corpus(largest: int = LARGEST) -> list[tuple[str, bytes]]:
    """(name, bytes) of every photo and sidecar that is small enough, kinds in turn so that no kind is drowned;
    every second one is just the next of all."""
    from pixsort_desktop.photo.formats import is_photo

    kinds: dict[str, list[tuple[str, bytes]]] = {}
    for folder in FOLDERS:
        for path in sorted((SHARED / folder).rglob("*")):
            wanted = is_photo(str(path)) or path.suffix.lower() == ".xmp"
            if path.is_file() and wanted and 0 < path.stat().st_size < largest:
                kinds.setdefault(path.suffix.lower(), []).append((path.name, path.read_bytes()))
    kinds[".dng"] = [(f"made-{number}.dng", data) for number, data in enumerate(raw_files())]
    everything = [file for files in kinds.values() for file in files]
    in_turn = (files[n % len(files)] for n in range(len(everything)) for files in kinds.values())
    return [file for pair in zip(everything, in_turn, strict=False) for file in pair]


def raw_files() -> list[bytes]:
    """DNGs with and without a preview, and their bytes under other RAW formats' beginnings."""
    import numpy as np
    from PIL import Image

    from tests.photo.dng import make_dng

    picture = Image.fromarray(np.random.default_rng(1).integers(0, 256, (120, 160, 3), dtype=np.uint8))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    plain, with_preview = make_dng(picture), make_dng(picture, orientation=6, preview=buffer.getvalue())
    starts = (
        b"IIRO",
        b"IIU\0",
        b"II*\0\x10\0\0\0CR\x02\0",
        b"FUJIFILMCCD-RAW 0201",
        b"\0\0\0\x18ftypcrx ",
        b"FOVb\0\0\3\0",
    )
    return [plain, with_preview, *(start + with_preview[len(start) :] for start in starts)]


def mutant(number: int, seed: int, files: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The same for the same number and seed."""
    dice = random.Random(f"{seed}-{number}")
    name, original = files[number % len(files)]
    data = bytearray(original)
    kinds = dice.choice((4, 4, 8))  # most keep every byte in its place: what is shifted is not read far
    for _ in range(dice.choice((1, 1, 2, 4, 12))):
        if not data:
            break
        end = min(len(data), dice.choice((64, 600, 6000, len(data))))  # what matters stands at the beginning
        _mutate(data, dice.randrange(end), dice.randrange(kinds), dice, files)
    return name, bytes(data)


def _mutate(
    data: bytearray, place: int, kind: int, dice: random.Random, files: list[tuple[str, bytes]]
) -> None:
    if kind == 0:
        data[place] = dice.randrange(256)
    elif kind == 1:
        data[place] ^= 1 << dice.randrange(8)
    elif kind in (2, 3):
        size = dice.choice((1, 2, 4, 8))
        order = dice.choice(("little", "big"))
        data[place : place + size] = (dice.choice(EXTREMES) % (1 << 8 * size)).to_bytes(size, order)
    elif kind == 4:
        del data[place : place + dice.choice((1, 4, 100, 5000))]
    elif kind == 5:
        data[place:place] = data[place : place + dice.choice((1, 4, 100, 2000))]
    elif kind == 6:
        other = dice.choice(files)[1]
        start = dice.randrange(len(other))
        data[place : place + 500] = other[start : start + dice.choice((4, 50, 500))]
    elif dice.randrange(4) == 0:
        del data[place:]


# -- the child ----------------------------------------------------------------------------------------------


def work(options: argparse.Namespace) -> None:
    """Run mutants from `--begin` on; say before each which one it is, and afterwards how it ended."""
    from pixsort_desktop.terminal import prepare_streams

    prepare_streams()
    files = corpus()
    folder = Path(options.child)
    deadline = time.monotonic() + options.seconds
    for number in range(options.begin, options.inputs):
        if time.monotonic() > deadline:
            break
        name, data = mutant(number, options.seed, files)
        say({"begin": number, "name": name})
        path = folder / f"mutant-{Path(name).name}"
        path.write_bytes(data)
        start = time.perf_counter()
        ending = examine(path, data)
        seconds = time.perf_counter() - start
        peak = peak_mb() if number % 50 == 0 or seconds > 0.5 else 0.0  # it looks through all processes
        say({"end": number, "ending": ending, "seconds": seconds, "peak_mb": peak})
        path.unlink()


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def examine(path: Path, data: bytes) -> str:
    """«picture», «sentence», «broken decoder», «sidecar», or the traceback of what should not be."""
    import traceback

    from pixsort_desktop.errors import PhotoError
    from pixsort_desktop.photo.metadata import read_metadata
    from pixsort_desktop.photo.reading import read_photo
    from pixsort_desktop.photo.scan import scan
    from pixsort_desktop.photo.xmp.document import XmpError
    from pixsort_desktop.photo.xmp.embedded import read_embedded
    from pixsort_desktop.photo.xmp.judgement import read_xmp

    try:
        read_metadata(data)
        read_embedded(data)
        if path.suffix.lower() == ".xmp":
            try:
                read_xmp(data)
            except XmpError:
                return "sentence"
            return "sidecar"
        (found,) = list(scan([path]))
        read_photo(found.path)
        return "picture"
    except PhotoError as error:
        text = str(error)
        if not text.endswith(".") or "\n" in text or len(text) > 300:
            return f"a bad sentence: {text}"
        return "broken decoder" if "broke down" in text or "was stopped" in text else "sentence"
    except Exception:  # noqa: BLE001 - which is what is looked for
        return traceback.format_exc()


def peak_mb() -> float:
    """Most resident memory of this process so far, and of its decoders; 0 where the system does not say (not Linux)."""
    peaks = [0.0]
    for process in (psutil.Process(), *psutil.Process().children()):
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
            peaks.append(int(status.split("VmHWM:")[1].split()[0]) / 1024)
        except (OSError, IndexError, psutil.Error):
            continue
    return max(peaks)


# -- the parent ---------------------------------------------------------------------------------------------


def fuzz(inputs: int, seed: int, seconds: float, keep: Path | None = None) -> dict[str, Any]:
    """Run mutants in children until all are done or time is up; answers the figures."""
    endings: Counter[str] = Counter()
    findings: list[str] = []
    report: dict[str, Any] = {
        "seed": seed,
        "slowest_s": 0.0,
        "slowest": "",
        "peak_mb": 0.0,
        "broke_decoders": [],
    }
    started, begin = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="pixsort-fuzz-") as folder:
        while begin < inputs and (left := seconds - (time.monotonic() - started)) > 0:
            last, crash = watch(folder, begin, inputs, seed, left, endings, findings, report)
            if crash is None:
                break
            findings.append(f"crash ({crash}) on {last}")
            endings["crash of the program"] += 1
            begin = last["begin"] + 1
        if keep is not None:
            for path in Path(folder).iterdir():
                path.rename(keep / path.name)
    return {**report, "inputs": sum(endings.values()), "endings": dict(endings), "findings": findings,
            "seconds": round(time.monotonic() - started, 1)}  # fmt: skip


def watch(
    folder: str, begin: int, inputs: int, seed: int, seconds: float,
    endings: Counter[str], findings: list[str], report: dict[str, Any],
) -> tuple[dict[str, Any], int | None]:  # fmt: skip
    """One child's life; answers the mutant that it had begun last, and its exit code where it did not end well."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", folder, "--begin", str(begin)]
    command += ["--inputs", str(inputs), "--seed", str(seed), "--seconds", str(seconds)]
    last: dict[str, Any] = {"begin": begin}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        for text in child.stdout:
            line = json.loads(text)
            if "begin" in line:
                last = line
                continue
            known = ("picture", "sentence", "sidecar", "broken decoder")
            endings[line["ending"] if line["ending"] in known else "unexpected"] += 1
            if line["ending"] == "broken decoder":
                report["broke_decoders"].append(last)
            if line["ending"] not in known:
                findings.append(f"{last}: {line['ending']}")
            if line["seconds"] > SLOW_S:
                findings.append(f"{last}: took {line['seconds']:.1f} s")
            if line["seconds"] > report["slowest_s"]:
                report["slowest_s"], report["slowest"] = round(line["seconds"], 2), last
            report["peak_mb"] = max(report["peak_mb"], round(line["peak_mb"]))
    return last, child.returncode or None


def main() -> None:
    parser = argparse.ArgumentParser(description="Mutated files through scan, metadata, XMP and decode.")
    parser.add_argument("--inputs", type=int, default=10_000, help="how many mutants (default 10,000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other mutants (default 1)")
    parser.add_argument("--seconds", type=float, default=1800.0, help="stop after so long (default 1,800)")
    parser.add_argument("--keep", type=Path, help="a folder for mutants that crashed the program")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--begin", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"There are no files to mutate: {SHARED} is missing.")
    if options.child:
        work(options)
        return
    report = fuzz(options.inputs, options.seed, options.seconds, options.keep)
    print(json.dumps(report, indent=1))
    sys.exit(1 if report["findings"] else 0)


sys.path[:0] = [str(ROOT)]

if __name__ == "__main__":
    main()
