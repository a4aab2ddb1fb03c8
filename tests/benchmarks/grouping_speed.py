"""How long does grouping 10,000 vectors take, and how much memory?

    python tests/benchmarks/grouping_speed.py [--rows 10000] [--dimensions 512] [--compare] [--once]

Three kinds of vectors, seeded: many small scenes, a few large ones, and no scenes at all. A new cut is timed at 21
granularities, by the measured distance of which half of the bridges are shorter. `--compare` also runs
hdbscan.HDBSCAN(min_cluster_size=3) with the same settings and says whether the labels agree (minutes).
"""

from __future__ import annotations

import argparse
import resource
import time

import hdbscan
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.condensed import condense
from pixsort_desktop.grouping.density import GroupingParameters, cut_condensed, group, reachability_tree

LEAST_3 = GroupingParameters(min_group_size=3)


def scenes(rows: int, dimensions: int, count: int) -> NDArray[np.float32]:
    """Rows scattered around `count` places, all of length 1; as many places as rows: no scenes."""
    generator = np.random.default_rng(count)
    places = generator.normal(size=(count, dimensions))
    vectors = places[generator.integers(0, count, rows)] + 0.4 * generator.normal(size=(rows, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def time_cuts(vectors: NDArray[np.float32]) -> list[float]:
    """Milliseconds of a cut at each of many granularities, the tree being condensed, as it is while a slider moves."""
    tree = condense(reachability_tree(vectors), GroupingParameters().min_group_size)
    calibration = Calibration(float(np.median(tree.lengths)))
    taken = []
    for granularity in np.linspace(0, 1, 21):
        parameters = GroupingParameters(granularity=float(granularity))
        started = time.perf_counter()
        cut_condensed(tree, parameters, calibration)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--dimensions", type=int, default=512)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--once", action="store_true", help="many small scenes only, and once")
    arguments = parser.parse_args()
    for count in (arguments.rows // 8,) if arguments.once else (arguments.rows // 8, 40, arguments.rows):
        vectors = scenes(arguments.rows, arguments.dimensions, count)
        seconds = []
        for _ in range(1 if arguments.once else 3):
            started = time.perf_counter()
            labels = group(vectors, parameters=LEAST_3).labels
            seconds.append(time.perf_counter() - started)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        spread = " ".join(f"{value:.2f}" for value in sorted(seconds))
        print(f"{count:6} places: {spread} s, {labels.max() + 1} groups, peak {peak:.0f} MB", flush=True)
        cuts = sorted(time_cuts(vectors))
        print(
            f"        a new cut: median {cuts[len(cuts) // 2]:.0f} ms, slowest {cuts[-1]:.0f} ms", flush=True
        )
        if arguments.compare:
            started = time.perf_counter()
            theirs = (
                hdbscan.HDBSCAN(min_cluster_size=3, min_samples=1, approx_min_span_tree=False)
                .fit(vectors)
                .labels_
            )
            took = time.perf_counter() - started
            print(
                f"        hdbscan: {took:.1f} s, adjusted Rand of the labels {adjusted_rand_score(theirs, labels):.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
