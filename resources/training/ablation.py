"""What each part of grouping is worth: without it, learned again where there is something to learn, on labelled photographs.

    python resources/training/ablation.py [FOLDER...] [--halves]

Each FOLDER (default: ../shared/data/grouping) holds photographs and truth.tsv tables, as for tests/benchmarks/grouping.py.
Prints a table of adjusted Rand indices, a row a form and a column a folder. Photographs that are in no group count as
groups of their own. Everything is learned from the two collections of `train_calibration.py`. With `--halves` the first
columns say what is learned from half of their scenes and scores on the photographs of the other half, twelve times: mean,
worst. Seeded. A thousand photographs take a minute or two.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pictures import decode
from scenes import labelled_photographs
from sklearn.metrics import adjusted_rand_score
from train_calibration import (
    DATA,
    STEPS,
    Collection,
    Photos,
    Weights,
    capture_time,
    collection,
    gather,
    learn,
    thumbnail,
)

from pixsort_desktop.grouping import evidence
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.condensed import condense, select
from pixsort_desktop.grouping.density import (
    GroupingParameters,
    Neighbours,
    cut_tree,
    listed_neighbours,
    reachability_tree,
)
from pixsort_desktop.grouping.evidence import Matches
from pixsort_desktop.vision.descriptor import load_weights
from pixsort_desktop.vision.local_features import WAYS

COLOUR, EDGES = load_weights()  # they share the usual squared distance two to one
MIXES = {"colour": (COLOUR, 0.0), "edges": (0.0, EDGES), "alike": (COLOUR * 3 / 4, EDGES * 3 / 2)}
SPLITS = 6
USUAL = GroupingParameters(time="none")


@dataclass(frozen=True)
class Form:
    """The program's grouping, but for what is said here: `ways` and `steps` are those of points; `cut` is by 'reach', by
    'epsilon' (what is nearer than the reach stays together, and nothing is too far), or by 'density' alone; with `sparing` only
    pairs are compared that do not hang together firmly already."""

    weights: Weights | None = None
    ways: tuple[str, ...] = WAYS
    steps: tuple[int, ...] = STEPS
    parameters: GroupingParameters = USUAL
    cut: str = "reach"
    sparing: bool = True


FORMS = {
    "as shipped": Form(),
    "colour alone": Form(MIXES["colour"]),
    "edges alone": Form(MIXES["edges"]),
    "colour and edges at equal shares": Form(MIXES["alike"]),
    "no points": Form(steps=()),
    "no points, colour alone": Form(MIXES["colour"], steps=()),
    "no points, edges alone": Form(MIXES["edges"], steps=()),
    "points by homography alone": Form(ways=("homography",)),
    "points by fundamental matrix alone": Form(ways=("fundamental",)),
    "points by both, no half of all matches": Form(ways=("homography", "fundamental")),
    "points by homography, half of all matches": Form(ways=("homography", "half")),
    "one step: 6 points": Form(steps=(6,)),
    "one step: 8 points": Form(steps=(8,)),
    "one step: 12 points": Form(steps=(12,)),
    "two steps: 8, 12 points": Form(steps=(8, 12)),
    "all 12 nearest compared": Form(sparing=False),
    "no reach: HDBSCAN on looks and points": Form(cut="density"),
    "no reach: the same on looks": Form(steps=(), cut="density"),
    "no reach, but ε": Form(cut="epsilon"),
    "keep 0": Form(parameters=replace(USUAL, keep=0.0)),
    "keep 0.8": Form(parameters=replace(USUAL, keep=0.8)),
    "keep 1: single linkage": Form(parameters=replace(USUAL, keep=1.0)),
    "the finest clusters («leaf»)": Form(parameters=replace(USUAL, selection="leaf")),
    "min samples 2": Form(parameters=replace(USUAL, min_samples=2)),
    "min samples 3": Form(parameters=replace(USUAL, min_samples=3)),
    "reach 0.8": Form(parameters=replace(USUAL, reach=0.8)),
    "reach 0.9": Form(parameters=replace(USUAL, reach=0.9)),
    "reach 1.1": Form(parameters=replace(USUAL, reach=1.1)),
    "reach 1.2": Form(parameters=replace(USUAL, reach=1.2)),
    "times: some": Form(parameters=replace(USUAL, time="some")),
    "times: strong": Form(parameters=replace(USUAL, time="strong")),
}


def folder_collection(folder: Path) -> Collection:
    """The labelled photographs of a folder, compared as every form may want it."""
    paths, names = labelled_photographs(folder)
    pictures = [thumbnail(decode(path)) for path in paths]
    times = np.array([capture_time(path) for path in paths])
    scenes = np.unique(names, return_inverse=True)[1]
    return collection(pictures, scenes, times, (None, *MIXES.values()))


class Learner:
    """What each form learns from the two collections, or from half of their scenes."""

    def __init__(self, found: Collection, views: Collection) -> None:
        self.found, self._views = found, views
        self.of = cache(self._learn)

    def _learn(self, form: Form, seed: int | None = None, side: int = 0) -> Calibration:
        found, views = self.found, self._views
        if seed is not None:
            found = found.part(halves(found.scenes, seed)[side])
            views = views.part(np.flatnonzero(np.isin(views.scenes, found.scenes)))
        return learn([each.photos(form.weights, form.ways) for each in (found, views)], form.steps)[3]

    def calibration(self, form: Form, seed: int | None = None, side: int = 0) -> Calibration:
        """Only what differs in vectors and points is learned again."""
        return self.of(Form(form.weights, form.ways, form.steps), seed, side)

    def on_other_half(self, form: Form) -> Iterator[float]:
        for seed in range(SPLITS):
            for side, rows in enumerate(halves(self.found.scenes, seed)):
                yield score(self.found.part(rows), form, self.calibration(form, seed, 1 - side))


def halves(scenes: NDArray[np.int_], seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of half of the scenes and half of the singles, and the others."""
    generator = np.random.default_rng(seed)
    names, sizes = np.unique(scenes, return_counts=True)
    many, single = generator.permutation(names[sizes > 1]), generator.permutation(names[sizes == 1])
    cut = (len(many) + seed % 2) // 2
    half = np.isin(scenes, np.concatenate([many[:cut], single[: len(single) // 2]]))
    return np.flatnonzero(half), np.flatnonzero(~half)


def score(given: Collection, form: Form, measured: Calibration) -> float:
    """Adjusted Rand index of the finished groups."""
    photos, parameters = given.photos(form.weights, form.ways), form.parameters
    neighbours = listed_neighbours(photos.vectors, parameters)
    matches = compared(photos, form, measured, neighbours)
    tree = reachability_tree(photos.vectors, photos.times, parameters, measured, neighbours, matches)
    if form.cut == "epsilon":
        labels, _ = select(condense(tree, 2), "eom", measured.distance * parameters.keep, math.inf)
    else:
        labels = cut_tree(tree, parameters, measured if form.cut == "reach" else None).labels
    alone = np.where(labels < 0, len(labels) + np.arange(len(labels)), labels)
    return float(adjusted_rand_score(photos.scenes, alone))


def compared(photos: Photos, form: Form, measured: Calibration, neighbours: Neighbours) -> Matches:
    """What is known of the pairs that the form compares."""
    if not form.sparing:
        one, other, _ = photos.pairs()
        return Matches(one, other, photos.matches[one, other].astype(np.intp))
    found = Matches.none()
    for turn in range(evidence.rounds_of_comparison()):
        pairs = evidence.worth_comparing(neighbours, measured, form.parameters.reach, found, turn)
        counts = photos.matches[pairs[:, 0], pairs[:, 1]].astype(np.intp)
        found = found.joined_with(Matches(pairs[:, 0], pairs[:, 1], counts))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, default=[DATA / "grouping"], metavar="FOLDER")
    parser.add_argument("--halves", action="store_true")
    arguments = parser.parse_args()
    for folder in arguments.folders:
        if not any(folder.rglob("truth.tsv")):
            raise SystemExit(f"«{folder}» holds no truth.tsv; name a folder that does.")
    learner = Learner(*gather((None, *MIXES.values())))
    given = [folder_collection(folder) for folder in arguments.folders]
    heads = ["half, mean", "worst"] if arguments.halves else []
    heads += [
        f"{folder.name}, {len(each.scenes)}" for folder, each in zip(arguments.folders, given, strict=True)
    ]
    print(f"| | {' | '.join(heads)} |\n|{' --- |' * (len(heads) + 1)}", flush=True)
    for name, form in FORMS.items():
        halved = list(learner.on_other_half(form)) if arguments.halves else []
        scores = [f"{np.mean(halved):.3f}", f"{np.min(halved):.3f}"] if halved else []
        for each in given:
            idle = form.parameters.time != "none" and bool(np.isnan(each.times).all())
            scores.append("" if idle else f"{score(each, form, learner.calibration(form)):.3f}")
        print(f"| {name} | {' | '.join(scores)} |", flush=True)


if __name__ == "__main__":
    main()
