"""How many new photos find their column, and how many a wrong one? A second card of the same shoot, played many times.

    PYTHONPATH=. python tests/benchmarks/new_photos.py [FOLDER] [--draws N] [--json]

FOLDER (default: ../shared/data/grouping) is as for tests/benchmarks/grouping.py. In each draw half of every scene's
photographs stand in columns, one a scene, and the others arrive with all singles; times are not used.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from pixsort_desktop.grouping import predict
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.calibrations import calibration_of
from pixsort_desktop.vision.descriptor import EMBEDDING_ID, describe
from tests.benchmarks.grouping import DEFAULT, read_truth

LONG_SIDE = 512


def vector_of(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    return describe(np.asarray(upright))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    paths, scene = read_truth(chosen.folder)
    vectors = np.stack([vector_of(path) for path in paths])
    single = np.bincount(scene)[scene] == 1
    columns = np.unique(np.where(single, -1, scene), return_inverse=True)[1] - int(single.any())
    counts = dict.fromkeys(("right", "wrong", "waiting", "singles joined", "singles"), 0)
    for draw in range(chosen.draws):
        arrived = single | (np.random.default_rng(draw).random(len(paths)) < 0.5)
        found = predict.clear_columns(
            vectors,
            np.full(len(paths), np.nan),
            columns,
            arrived,
            GroupingParameters(),
            calibration_of(EMBEDDING_ID),
        )
        known = arrived & ~single & np.isin(columns, columns[~arrived])  # of scenes that have a column
        counts["right"] += int((found[known] == columns[known]).sum())
        counts["waiting"] += int((found[known] < 0).sum())
        counts["wrong"] += int(((found[known] >= 0) & (found[known] != columns[known])).sum())
        counts["singles joined"] += int((found[single] >= 0).sum())
        counts["singles"] += int(single.sum())
    arrived_of_scenes = counts["right"] + counts["wrong"] + counts["waiting"]
    shares = {
        name: round(counts[name] / max(1, arrived_of_scenes), 4) for name in ("right", "wrong", "waiting")
    }
    shares["singles joined"] = round(counts["singles joined"] / max(1, counts["singles"]), 4)
    shares = {"photographs": len(paths), "draws": chosen.draws, **shares}
    print(
        json.dumps(shares) if chosen.json else "\n".join(f"{name}: {value}" for name, value in shares.items())
    )


if __name__ == "__main__":
    main()
