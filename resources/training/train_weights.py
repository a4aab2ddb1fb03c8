"""Learn how much each part of the descriptor counts, and which distance still joins.

    python resources/training/train_weights.py

Scenes come from ../shared/data/grouping; singles from there and from quality, faces and metadata. The measure is
the one that matters: the adjusted Rand index of the finished groups, averaged over random projects that hold some
of the scenes and some of the singles. Weights are scaled so that the distance that still joins by looks is 1. Prints the
weights for `resources/calibration.toml`, and what a choice made on half of the scenes scores on the other half. Seeded.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pictures import decode, photographs
from scenes import labelled_photographs
from sklearn.metrics import adjusted_rand_score

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters, cut_tree, reachability_tree
from pixsort_desktop.vision.descriptor import describe_parts

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
RATIOS = (0.0, 0.2, 1 / 3, 0.5, 1.0)  # share of the edges' part, of both parts' median distance
LIMITS = np.arange(0.16, 0.52, 0.02)  # distance² that still joins, the median of all pairs being 1
SEED, PROJECTS, SPLITS, ALIKE = 5, 24, 12, 0.005

Floats = NDArray[np.float64]


def squares(rows: NDArray[np.float32]) -> Floats:
    norms = (rows.astype(np.float64) ** 2).sum(axis=1)
    return np.maximum(0, norms[:, None] + norms[None] - 2 * (rows @ rows.T))


def random_projects(truth: NDArray[np.int_], generator: np.random.Generator) -> list[NDArray[np.int_]]:
    """Row numbers of projects with at least four (or all) of the scenes and a fifth to all of the singles."""
    sizes = np.bincount(truth)
    scenes, singles = np.flatnonzero(sizes > 1), np.flatnonzero(sizes == 1)
    found = []
    for _ in range(PROJECTS):
        some = generator.permutation(scenes)[: generator.integers(min(4, len(scenes)), len(scenes) + 1)]
        few = generator.permutation(singles)[: generator.integers(len(singles) // 5, len(singles) + 1)]
        found.append(np.flatnonzero(np.isin(truth, np.concatenate([some, few]))))
    return found


def score(labels: NDArray[np.int_], truth: NDArray[np.int_]) -> float:
    alone = np.where(labels < 0, len(labels) + np.arange(len(labels)), labels)
    return float(adjusted_rand_score(truth, alone))


def curves(
    vectors: list[NDArray[np.float32]], truth: NDArray[np.int_], projects: list[NDArray[np.int_]]
) -> Floats:
    """Mean score, (ratios, limits)."""
    result = np.zeros((len(vectors), len(LIMITS)))
    for ratio, rows in enumerate(vectors):
        for project in projects:
            tree = reachability_tree(rows[project])
            for place, limit in enumerate(LIMITS):
                found = cut_tree(tree, GroupingParameters(), Calibration(float(np.sqrt(limit)))).labels
                result[ratio, place] += score(found, truth[project]) / len(projects)
    return result


def best(means: Floats) -> tuple[int, int]:
    """The best ratio and limit. A plateau is safer than a peak, so each limit is judged with its two neighbours; where
    ratios score alike, the most even mix is taken, so that a fault in one part hurts least."""
    smooth = np.stack([np.convolve(row, np.ones(3) / 3, mode="same") for row in means])
    smooth[:, [0, -1]] = 0
    alike = np.flatnonzero(smooth.max(axis=1) > smooth.max() - ALIKE)
    ratio = int(alike[np.abs(np.array(RATIOS)[alike] - 0.5).argmin()])
    return ratio, int(smooth[ratio].argmax())


def main() -> None:
    paths, names = labelled_photographs(DATA / "grouping")
    extra = photographs([DATA / name for name in ("quality", "faces", "metadata")])
    names += [f"extra {i}" for i in range(len(extra))]
    truth = np.unique(names, return_inverse=True)[1]
    parts = [describe_parts(picture) for picture in [decode(path) for path in paths] + extra]
    colours, edges = (np.array(rows) for rows in zip(*parts, strict=True))
    medians = np.median(squares(colours)), np.median(squares(edges))
    vectors = []
    for ratio in RATIOS:
        shares = (1 - ratio) / medians[0], ratio / medians[1]
        vectors.append(np.concatenate([np.sqrt(shares[0]) * colours, np.sqrt(shares[1]) * edges], axis=1))
    generator = np.random.default_rng(SEED)
    cross_validate(vectors, truth, generator)
    means = curves(vectors, truth, random_projects(truth, generator))
    for ratio, row in zip(RATIOS, means, strict=True):
        print(f"edges' share {ratio:.2f}: " + " ".join(f"{value:.3f}" for value in row))
    ratio, place = best(means)
    limit = LIMITS[place]
    print(f"share {RATIOS[ratio]:.2f}, limit {limit:.2f}: mean adjusted Rand {means[ratio, place]:.3f}")
    colour, edges = ((1 - RATIOS[ratio]) / medians[0] / limit, RATIOS[ratio] / medians[1] / limit)
    print(f"weights = {{ colour = {colour:.3f}, edges = {edges:.3f} }}")


def cross_validate(
    vectors: list[NDArray[np.float32]], truth: NDArray[np.int_], generator: np.random.Generator
) -> None:
    """Choose on one half of scenes and singles, score on the other half."""
    scores = []
    for _ in range(SPLITS):
        half = generator.permutation(truth.max() + 1)[: (truth.max() + 1) // 2]
        means = [
            curves([rows[side] for rows in vectors], truth[side], random_projects(truth[side], generator)[:8])
            for side in (np.isin(truth, half), ~np.isin(truth, half))
        ]
        scores += [means[1][best(means[0])], means[0][best(means[1])]]
    print(
        f"left-out scenes: adjusted Rand {np.mean(scores):.3f}, worst of {len(scores)} {np.min(scores):.3f}"
    )


if __name__ == "__main__":
    main()
