"""How long does grouping 10,000 vectors take, and how much memory?

    python tests/benchmarks/grouping_speed.py [--rows 10000] [--dimensions 512] [--compare] [--once] [--device auto]

Three kinds of vectors, seeded: many small scenes, a few large ones, and no scenes at all. A new cut is timed at 21
granularities, by the measured distance of which half of the bridges are shorter. `--compare` also runs
hdbscan.HDBSCAN(min_cluster_size=3) with the same settings and says whether the labels agree (minutes). `--device` compares
the vectors in the models' process, too, on that device («auto»: a GPU, where there is one; «cpu»: to see that it
works), and says how many times faster grouping as a whole is than by BLAS, the process being there.
"""

from __future__ import annotations

import argparse
import resource
import time
from contextlib import ExitStack

import hdbscan
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.condensed import condense
from pixsort_desktop.grouping.density import GroupingParameters, cut_condensed, group, reachability_tree
from pixsort_desktop.jobs.comparing import GPUS, Accelerator, Comparing
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.client import DEVICES, ModelProcess

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


def started(models: ModelProcess, wish: str) -> Accelerator | None:
    """The models' process on a device of that kind, told how long it took to start; None where there is no such device."""
    kinds = GPUS if wish == "auto" else (wish,)
    if not models.possible_kinds() & {*kinds}:
        print("There is no GPU that models could run on.")
        return None
    began = time.perf_counter()
    device = models.describe_device()
    print(f"{device.name} ({device.kind}), started in {time.perf_counter() - began:.1f} s", flush=True)
    return Accelerator(lambda: models, kinds, idle=0, running=0) if device.kind in kinds else None


def time_device(
    vectors: NDArray[np.float32], accelerator: Accelerator, blas: float, labels: NDArray[np.intp]
) -> str:
    """Grouping on the device beside `blas` seconds for the same `labels`; best of three."""
    seconds = []
    for _ in range(3):
        comparing = Comparing(accelerator, Progress())
        began = time.perf_counter()
        found = group(vectors, parameters=LEAST_3, comparison=comparing).labels
        seconds.append(time.perf_counter() - began)
    same = adjusted_rand_score(labels, found)
    return f"{min(seconds):.2f} s, {blas / min(seconds):.1f} times as fast as BLAS, adjusted Rand of the labels {same:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--dimensions", type=int, default=512)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--once", action="store_true", help="many small scenes only, and once")
    parser.add_argument("--device", choices=DEVICES, help="compare on that device, too")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        accelerator = None
        if arguments.device:
            accelerator = started(stack.enter_context(ModelProcess(arguments.device)), arguments.device)
        measure(arguments, accelerator)


def measure(arguments: argparse.Namespace, accelerator: Accelerator | None) -> None:
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
        if accelerator is not None:
            print(
                f"        on the device: {time_device(vectors, accelerator, min(seconds), labels)}",
                flush=True,
            )
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
