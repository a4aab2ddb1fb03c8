"""Learn what a distance and verified matches mean: the constants of `pixsort_desktop.grouping.calibration`.

    python resources/training/train_calibration.py

Scenes come from ../shared/data/grouping; singles from there and from quality, faces and metadata. Every photo is
compared point by point with its 12 nearest by looks. A logistic regression says how likely such a pair shows one scene,

    logit p = intercept - slope * share(matches) * distance²

with a share between 0 and 1 for each step of matches, falling. Groups are joined from p = 0.7, which is not tuned.
Prints the constants, what each part is worth when all constants are learned on one half of scenes and singles and
scored on the other, and the score of all photographs together. Seeded.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pictures import Picture, decode, photographs
from PIL import Image
from scenes import labelled_photographs
from scipy.optimize import minimize
from sklearn.metrics import adjusted_rand_score

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters, group
from pixsort_desktop.grouping.evidence import COMPARED, Matches
from pixsort_desktop.grouping.neighbours import nearest
from pixsort_desktop.vision.descriptor import COLOUR_WEIGHT, GRADIENT_WEIGHT, describe_parts
from pixsort_desktop.vision.local_features import local_features, verified_matches

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
STEPS = (4, 6, 8, 12)  # verified matches
SAME = 12  # extra photographs that agree in so many points are one motif, and only the first is used
JOINS, SPLITS, RIDGE = 0.7, 12, 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Photos:
    """Vectors (n, d) of one mix of colour and edges, scenes (n,), times (n,) or NaN, verified matches (n, n)."""

    vectors: NDArray[np.float32]
    scenes: NDArray[np.int_]
    times: Floats
    matches: NDArray[np.int_]

    def part(self, rows: NDArray[np.intp]) -> Photos:
        return Photos(
            self.vectors[rows], self.scenes[rows], self.times[rows], self.matches[np.ix_(rows, rows)]
        )

    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
        """Each photo with its nearest by looks: rows, rows, distances."""
        indices, distances = nearest(self.vectors, min(COMPARED, len(self.vectors) - 1))
        rows = np.repeat(np.arange(len(indices)), indices.shape[1])
        one, other = np.minimum(rows, indices.ravel()), np.maximum(rows, indices.ravel())
        _, first = np.unique(one * len(indices) + other, return_index=True)
        return one[first], other[first], distances.ravel()[first]


def thumbnail(picture: Picture) -> Picture:
    """The picture as the program keeps it: a JPEG."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=85)
    with Image.open(file) as image:
        return np.array(image.convert("RGB"))


def capture_time(path: Path) -> float:
    with Image.open(path) as image:
        said = image.getexif().get_ifd(0x8769).get(0x9003)
    return datetime.strptime(str(said), "%Y:%m:%d %H:%M:%S").timestamp() if said else math.nan


def gather() -> tuple[NDArray[np.float32], NDArray[np.float32], Photos]:
    """Colours, edges, and the photographs with the program's own vectors; those of one motif are dropped."""
    paths, names = labelled_photographs(DATA / "grouping")
    extra = photographs([DATA / name for name in ("quality", "faces", "metadata")])
    pictures = [thumbnail(picture) for picture in [decode(path) for path in paths] + extra]
    names += [f"extra {i}" for i in range(len(extra))]
    parts = [describe_parts(picture) for picture in pictures]
    colours, edges = (np.array(rows) for rows in zip(*parts, strict=True))
    points = [local_features(np.asarray(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), np.uint8)) for p in pictures]
    vectors = np.hstack([math.sqrt(COLOUR_WEIGHT) * colours, math.sqrt(GRADIENT_WEIGHT) * edges])
    times = [capture_time(path) for path in paths] + [math.nan] * len(extra)
    total = len(pictures)
    matches = np.zeros((total, total), dtype=int)
    compared = np.zeros((total, total), dtype=bool)
    for mix in (vectors, colours, edges):  # for the ablation, the nearest by each
        indices, _ = nearest(mix.astype(np.float32), COMPARED)
        compared[np.arange(total)[:, None], indices] = True
    for one, other in np.argwhere(np.triu(compared | compared.T)):
        matches[one, other] = matches[other, one] = verified_matches(points[one], points[other])
    again = [row for row in range(len(paths), total) if (matches[row, len(paths) : row] >= SAME).any()]
    kept = np.setdiff1d(np.arange(total), again)
    scenes = np.unique(names, return_inverse=True)[1]
    all_photos = Photos(vectors.astype(np.float32), scenes, np.array(times), matches)
    return colours[kept], edges[kept], all_photos.part(kept)


def learn(photos: Photos, with_matches: bool) -> tuple[float, float, tuple[float, ...]]:
    """Intercept, slope and shares that fit the pairs best."""
    one, other, distances = photos.pairs()
    same = photos.scenes[one] == photos.scenes[other]
    steps = np.searchsorted(STEPS, photos.matches[one, other], side="right")
    if not with_matches:
        steps[:] = 0

    def loss(values: Floats) -> float:
        logits = values[0] - np.exp(values[1]) * shares(values)[steps] * distances**2
        fit = np.logaddexp(0, np.where(same, -logits, logits)).sum()
        return float(fit + RIDGE * (values[2:] ** 2).sum())

    def shares(values: Floats) -> Floats:
        return np.append(1, np.cumprod(1 / (1 + np.exp(-values[2:]))))

    start = np.array([4.5, 1.5] + [1.0] * len(STEPS))
    found = minimize(loss, start, method="Powell", options={"maxiter": 80, "ftol": 1e-7}).x
    return float(found[0]), float(np.exp(found[1])), tuple(shares(found)[1:].tolist())


def calibration(learned: tuple[float, float, tuple[float, ...]], with_matches: bool) -> Calibration:
    intercept, slope, shares = learned
    distance = math.sqrt(max(0.05, intercept - math.log(JOINS / (1 - JOINS))) / slope)
    return Calibration(distance, tuple(zip(STEPS, shares, strict=True)) if with_matches else ())


def score(photos: Photos, measured: Calibration | None, time: str) -> float:
    one, other, _ = photos.pairs()
    counts = photos.matches[one, other].astype(np.intp)
    parameters = GroupingParameters(time=time)
    found = group(
        photos.vectors, photos.times, parameters, measured, matches=Matches(one, other, counts)
    ).labels
    alone = np.where(found < 0, len(found) + np.arange(len(found)), found)
    return float(adjusted_rand_score(photos.scenes, alone))


def halves(scenes: NDArray[np.int_], seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of half of the scenes and half of the singles, and the others."""
    generator = np.random.default_rng(seed)
    names, sizes = np.unique(scenes, return_counts=True)
    many, single = generator.permutation(names[sizes > 1]), generator.permutation(names[sizes == 1])
    cut = (len(many) + seed % 2) // 2
    half = np.isin(scenes, np.concatenate([many[:cut], single[: len(single) // 2]]))
    return np.flatnonzero(half), np.flatnonzero(~half)


def main() -> None:
    colours, edges, photos = gather()
    mixes = {
        "colour": np.ascontiguousarray(colours),
        "edges": np.ascontiguousarray(edges),
        "both": photos.vectors,
    }
    print(f"{len(photos.scenes)} photographs, {len(np.unique(photos.scenes))} scenes and singles")
    print("looks   matches times  | learned on one half: mean, worst | learned on all: all")
    for name, vectors in mixes.items():
        mixed = Photos(vectors, photos.scenes, photos.times, photos.matches)
        sides = [mixed.part(rows) for seed in range(SPLITS) for rows in halves(photos.scenes, seed)]
        for with_matches in (False, True):
            learned = [calibration(learn(side, with_matches), with_matches) for side in sides]
            whole = calibration(learn(mixed, with_matches), with_matches)
            for time in ("none", "some", "strong"):
                scores = [score(sides[place ^ 1], learned[place], time) for place in range(len(sides))]
                print(
                    f"{name:7} {'yes' if with_matches else 'no':7} {time:6} | {np.mean(scores):.3f} {np.min(scores):.3f}"
                    f" | {score(mixed, whole, time):.3f}",
                    flush=True,
                )
    print(f"plain HDBSCAN on the same vectors, all: {score(photos, None, 'none'):.3f}")
    intercept, slope, shares = learn(photos, True)
    print(f"intercept {intercept:.2f}, slope {slope:.2f}, shares {[round(share, 2) for share in shares]}")
    print(calibration((intercept, slope, shares), True))


if __name__ == "__main__":
    main()
