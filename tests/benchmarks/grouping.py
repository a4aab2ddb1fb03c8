"""How good are the default groups? Adjusted Rand index, pair precision, recall and F1 of the real program.

    python tests/benchmarks/grouping.py [FOLDER...] [--json]

Each FOLDER (default: ../shared/data/grouping) holds photographs and truth.tsv files with the columns file and scene,
or file and group; photographs no table names are singles. All of one FOLDER go into one project by `pixsort import`,
`pixsort group` and `pixsort groups`, once with their capture times and once as copies without any metadata.
Every single, and every photograph left ungrouped, counts as a cluster of its own. For comparison, dHash and pHash of the
same files, grouped by plain HDBSCAN (smallest group 2) and by the best distance limit there is for them; and, where
`imagededup` can be imported (pip install imagededup), its four hash methods in the same two ways.
"""

from __future__ import annotations

import argparse
import csv
import functools
import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import hdbscan
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / ".." / "shared" / "data" / "grouping"
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".avif"}
Labels = NDArray[np.int_]


def read_truth(folder: Path) -> tuple[list[Path], Labels]:
    """Every photograph under the folder, absolute, and the number of its scene."""
    scenes: dict[Path, str] = {}
    for table in sorted(folder.rglob("truth.tsv")):
        with table.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                name = row.get("scene") or row.get("group") or ""
                scenes[(table.parent / row["file"]).resolve()] = f"{table.parent}/{name}"
    paths = sorted(p.resolve() for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    names = [scenes.get(path) or f"single {path}" for path in paths]
    return paths, np.unique(names, return_inverse=True)[1]


def measures(found: Labels, truth: Labels) -> dict[str, float]:
    """Scores of labels, -1 being a cluster of its own."""
    found = np.where(found < 0, len(found) + np.arange(len(found)), found)
    upper = np.triu_indices(len(truth), 1)
    same, joined = (truth[:, None] == truth[None])[upper], (found[:, None] == found[None])[upper]
    right = float((same & joined).sum())
    precision, recall = right / max(1, joined.sum()), right / max(1, same.sum())
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {
        "adjusted_rand": float(adjusted_rand_score(truth, found)),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "singles_joined": singles_joined(found, truth),
    }


def singles_joined(found: Labels, truth: Labels) -> float:
    """The share of all pairs of singles that stand in one group."""
    single = np.bincount(truth)[truth] == 1
    size = np.bincount(np.unique(found[single], return_inverse=True)[1])
    return float((size * (size - 1)).sum() / max(1, single.sum() * (single.sum() - 1)))


def pixsort(library: Path, *arguments: str) -> Any:
    """Run the program in a process of its own and answer its JSON."""
    command = [sys.executable, "-m", "pixsort_desktop.cli", "--library", str(library), *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return json.loads(done.stdout)


def program_labels(paths: list[Path], folder: Path) -> Labels:
    """What the real program makes of the files under `folder`, with default settings, in a new library."""
    with tempfile.TemporaryDirectory(prefix="pixsort-benchmark-") as library:
        pixsort(Path(library), "import", str(folder), "--project", "Benchmark")
        pixsort(Path(library), "group", "--project", "Benchmark")
        columns = pixsort(Path(library), "groups", "--project", "Benchmark")
    numbers = dict.fromkeys(paths, -1)
    for number, column in enumerate(columns):
        for photo in column["photos"]:
            if column["label"] != "Ungrouped":
                numbers[Path(photo).resolve()] = number
    return np.array([numbers[path] for path in paths])


def strip_copies(paths: list[Path], folder: Path, target: Path) -> list[Path]:
    """The same pictures as upright PNG files without any metadata."""
    copies = []
    for path in paths:
        copy = (target / path.relative_to(folder.resolve())).with_suffix(".png")
        copy.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as image:
            pixels = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        Image.fromarray(pixels).save(copy, compress_level=1)
        copies.append(copy.resolve())
    return copies


def grey(path: Path, size: tuple[int, int]) -> NDArray[np.float32]:
    with Image.open(path) as image:
        small = ImageOps.exif_transpose(image).convert("L").resize(size, Image.Resampling.LANCZOS)
    return np.asarray(small, dtype=np.float32)


def dhash(path: Path) -> NDArray[np.bool_]:
    """64 bits: is each of 8 x 8 pixels darker than its right neighbour?"""
    return (np.diff(grey(path, (9, 8)), axis=1) > 0).ravel()


def phash(path: Path) -> NDArray[np.bool_]:
    """64 bits: is each of the 8 x 8 lowest cosine coefficients above their median?"""
    low = cv2.dct(grey(path, (32, 32)))[:8, :8]
    return (low > np.median(low)).ravel()


Hash = Callable[[Path], NDArray[np.bool_]]


def hashes() -> dict[str, Hash]:
    """dHash and pHash as above, and imagededup's methods where it is installed."""
    found: dict[str, Hash] = {"dHash": dhash, "pHash": phash}
    try:
        methods = importlib.import_module("imagededup.methods")
    except (ImportError, RuntimeError) as error:  # it imports torchvision, which needs a torch it fits
        print(f"imagededup is left out: {error}", file=sys.stderr)
        return found
    for name in ("AHash", "DHash", "PHash", "WHash"):
        method = getattr(methods, name)(verbose=False)
        found[f"imagededup {name}"] = functools.partial(imagededup_hash, method)
    return found


def imagededup_hash(method: Any, path: Path) -> NDArray[np.bool_]:
    """The 64 bits that one of imagededup's methods makes of a file."""
    return np.array([bit == "1" for bit in f"{int(method.encode_image(image_file=path), 16):064b}"])


def hash_labels(paths: list[Path], truth: Labels, hashed: Hash) -> tuple[Labels, Labels]:
    """Labels by plain HDBSCAN, and by the limit that scores best on this very truth."""
    bits = np.array([hashed(path) for path in paths], dtype=np.float64)
    model = hdbscan.HDBSCAN(min_cluster_size=2, metric="hamming", algorithm="generic", core_dist_n_jobs=1)
    tree = linkage(bits, "average", metric="hamming")
    cuts = [fcluster(tree, limit, "distance") for limit in np.arange(0.5, 32) / 64]
    return model.fit_predict(bits), max(cuts, key=lambda cut: adjusted_rand_score(truth, cut))


def evaluate(folder: Path) -> dict[str, dict[str, float]]:
    paths, truth = read_truth(folder)
    result = {"PixSort": measures(program_labels(paths, folder), truth)}
    with tempfile.TemporaryDirectory(prefix="pixsort-benchmark-") as bare:
        copies = strip_copies(paths, folder, Path(bare))
        order = np.argsort([str(copy) for copy in copies])
        labels = program_labels([copies[i] for i in order], Path(bare))
        result["PixSort, without times"] = measures(labels, truth[order])
    for name, hashed in hashes().items():
        dense, limit = hash_labels(paths, truth, hashed)
        result[f"{name}, HDBSCAN"] = measures(dense, truth)
        result[f"{name}, best limit"] = measures(limit, truth)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, default=[DEFAULT], metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for folder in arguments.folders:
        if not any(folder.rglob("truth.tsv")):
            raise SystemExit(f"«{folder}» holds no truth.tsv; name a folder that does.")
        result = evaluate(folder)
        if arguments.json:
            print(json.dumps({"folder": str(folder), **result}))
            continue
        paths, truth = read_truth(folder)
        print(
            f"{folder.resolve()}: {len(paths)} photographs, {len(np.unique(truth))} clusters counting singles"
        )
        print(f"{'':30}{'adjusted Rand':>14}{'precision':>11}{'recall':>8}{'F1':>7}{'singles joined':>16}")
        for name, score in result.items():
            print(
                f"{name:30}{score['adjusted_rand']:14.3f}{score['precision']:11.3f}{score['recall']:8.3f}{score['f1']:7.3f}"
                f"{score['singles_joined']:16.2%}"
            )


if __name__ == "__main__":
    main()
