"""Learn what a distance and verified matches mean, for `resources/calibration.toml`.

    python resources/training/train_calibration.py [--write]

Two collections count alike. Photographs: the scenes of ../shared/data/grouping, and singles from there and from quality, faces
and metadata. Views: every single eight times, as if photographed again from a little aside; so many look-alike strangers
as a large project has. Every photo is compared point by point with its 12 nearest by looks, and a logistic regression

    logit p = intercept - slope * distance² + gain(matches)

says how likely such a pair shows one scene, with a gain for each step of matches, rising. Photos are joined from p = 0.7, which
is not tuned. Looks alone may join up to the farthest distance that costs neither collection anything in the adjusted
Rand index of finished groups. Prints the numbers, and writes them with `--write`; `ablation.py` says what each part is
worth. Seeded.
"""

from __future__ import annotations

import argparse
import functools
import io
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pictures import Picture, decode, photographs, view
from PIL import Image
from scenes import labelled_photographs
from scipy.optimize import minimize
from sklearn.metrics import adjusted_rand_score

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters, group
from pixsort_desktop.grouping.evidence import COMPARED, Matches
from pixsort_desktop.grouping.neighbours import nearest
from pixsort_desktop.photo.header import read_header
from pixsort_desktop.vision.descriptor import describe_parts, load_weights
from pixsort_desktop.vision.local_features import WAYS, agreements, local_features

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
STEPS = (6, 8, 12)  # verified matches
SAME = 12  # extra photographs that agree in so many points are one motif, and only the first is used
JOINS, RIDGE, FARTHEST = 0.7, 0.05, 2.0
VIEWS, SEED = 8, 3
LOOKS = np.arange(0.3, 1.01, 0.05)  # distances that looks alone may bridge
ALIKE = 0.002  # adjusted Rand indices closer than this are the same

Floats = NDArray[np.float64]
Counts = NDArray[np.int16]
Weights = tuple[float, float]  # of colour and of edges


@dataclass(frozen=True)
class Photos:
    """Vectors (n, d) of one mix of colour and edges, scenes (n,), times (n,) or NaN, verified matches (n, n)."""

    vectors: NDArray[np.float32]
    scenes: NDArray[np.int_]
    times: Floats
    matches: Counts

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
    """Seconds by the clock of the camera, to the second at least (as `Photo.moment_s`); else NaN."""
    read = read_header(path)
    told = read.taken_from not in ("modified", "file time") and len(read.taken_at or "") > 10
    return read.taken_seconds if told and read.taken_seconds is not None else math.nan


@dataclass(frozen=True)
class Collection:
    """Scenes (n,) and times (n,) or NaN; the parts of which vectors are mixed, colours (n, 300) and edges (n, 196); and how
    many points each way to verify counts, (n, n) each."""

    scenes: NDArray[np.int_]
    times: Floats
    colours: NDArray[np.float32]
    edges: NDArray[np.float32]
    counts: Mapping[str, Counts]

    def part(self, rows: NDArray[np.intp]) -> Collection:
        counts = {way: table[np.ix_(rows, rows)] for way, table in self.counts.items()}
        return Collection(self.scenes[rows], self.times[rows], self.colours[rows], self.edges[rows], counts)

    def photos(self, weights: Weights | None = None, ways: Sequence[str] = WAYS) -> Photos:
        """With vectors of so much colour and edges, and of the ways to verify the one that counts most."""
        none = np.zeros((len(self.scenes), len(self.scenes)), dtype=np.int16)
        matches = functools.reduce(np.maximum, (self.counts[way] for way in ways), none)
        return Photos(mixed(self.colours, self.edges, weights), self.scenes, self.times, matches)


def mixed(
    colours: NDArray[np.float32], edges: NDArray[np.float32], weights: Weights | None = None
) -> NDArray[np.float32]:
    """Vectors (n, 496) of the parts; without weights the program's own."""
    colour, edge = weights or load_weights()
    return np.hstack([np.sqrt(colour) * colours, np.sqrt(edge) * edges]).astype(np.float32)


def collection(
    pictures: list[Picture], scenes: NDArray[np.int_], times: Floats, mixes: Sequence[Weights | None]
) -> Collection:
    """Described, and compared with the nearest by each of the mixes."""
    total = len(pictures)
    with ThreadPoolExecutor() as pool:
        parts = list(pool.map(describe_parts, pictures))
        greys = [np.asarray(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), np.uint8) for p in pictures]
        points = list(pool.map(local_features, greys))
        colours, edges = (np.array(rows, dtype=np.float32) for rows in zip(*parts, strict=True))
        compared = np.zeros((total, total), dtype=bool)
        for weights in mixes:
            near, _ = nearest(mixed(colours, edges, weights), min(COMPARED, total - 1))
            compared[np.arange(total)[:, None], near] = True
        pairs = np.argwhere(np.triu(compared | compared.T))
        found = pool.map(lambda pair: agreements(points[pair[0]], points[pair[1]]), pairs.tolist())
        rows = np.array([[each[way].count for way in WAYS] for each in found], dtype=np.int16)
    counts = {way: np.zeros((total, total), dtype=np.int16) for way in WAYS}
    for table, column in zip(counts.values(), rows.T, strict=True):
        table[pairs[:, 0], pairs[:, 1]] = table[pairs[:, 1], pairs[:, 0]] = column
    return Collection(scenes, times, colours, edges, counts)


def gather(mixes: Sequence[Weights | None] = (None,)) -> tuple[Collection, Collection]:
    """The photographs, those of one motif left out, and the views of the singles among them, of the same scenes.

    Photos are compared with the nearest by each mix of the parts; None: the program's.
    """
    paths, names = labelled_photographs(DATA / "grouping")
    extra = photographs([DATA / name for name in ("quality", "faces", "metadata")])
    pictures = [decode(path) for path in paths] + extra
    names += [f"extra {i}" for i in range(len(extra))]
    times = np.array([capture_time(path) for path in paths] + [math.nan] * len(extra))
    scenes = np.unique(names, return_inverse=True)[1]
    found = collection([thumbnail(picture) for picture in pictures], scenes, times, mixes)
    matches = found.photos().matches
    again = [row for row in range(len(paths), len(names)) if (matches[row, len(paths) : row] >= SAME).any()]
    kept = np.setdiff1d(np.arange(len(names)), again)
    singles = [row for row in kept.tolist() if (scenes[kept] == scenes[row]).sum() == 1]
    generator = np.random.default_rng(SEED)
    views = [thumbnail(view(pictures[row], generator)) for row in singles for _ in range(VIEWS)]
    unknown = np.full(len(views), math.nan)
    return found.part(kept), collection(views, np.repeat(scenes[singles], VIEWS), unknown, mixes)


def learn(
    collections: Sequence[Photos], thresholds: Sequence[int] = STEPS
) -> tuple[float, float, tuple[float, ...], Calibration]:
    """Intercept, slope and gains that fit the pairs best, all collections counting alike, and what follows from them."""
    rows = [photos.pairs() for photos in collections]
    squares = np.concatenate([distances for _, _, distances in rows]) ** 2
    weight = np.concatenate(
        [np.full(len(r[0]), 1 / len(p.scenes)) for p, r in zip(collections, rows, strict=True)]
    )
    weight *= len(weight) / weight.sum()
    same = np.concatenate([p.scenes[r[0]] == p.scenes[r[1]] for p, r in zip(collections, rows, strict=True)])
    counts = np.concatenate([p.matches[r[0], r[1]] for p, r in zip(collections, rows, strict=True)])
    steps = np.searchsorted(thresholds, counts, side="right")

    def gains(values: Floats) -> Floats:
        return np.append(0, np.cumsum(np.exp(values[2:])))

    def loss(values: Floats) -> float:
        logits = values[0] - np.exp(values[1]) * squares + gains(values)[steps]
        fit = (weight * np.logaddexp(0, np.where(same, -logits, logits))).sum()
        return float(fit + RIDGE * (np.exp(values[2:]) ** 2).sum())

    start = np.array([2.0, 1.0] + [0.0] * len(thresholds))
    found = minimize(loss, start, method="Powell", options={"maxiter": 200, "ftol": 1e-7}).x
    intercept, slope, gain = float(found[0]), float(np.exp(found[1])), gains(found)
    reach = np.sqrt(np.maximum(0, intercept + gain - math.log(JOINS / (1 - JOINS))) / slope)
    farthest = list(zip(thresholds, np.minimum(reach[1:], FARTHEST), strict=True))
    measured = by_looks(collections, farthest, round(slope, 2))
    return intercept, slope, tuple(gain[1:].tolist()), measured


def by_looks(collections: Sequence[Photos], reach: Sequence[tuple[int, float]], slope: float) -> Calibration:
    """The calibration with the farthest distance for looks alone at which no collection scores worse than at its best.

    `reach`: (matches, distance up to which so many join); none of them joins less far than looks alone.
    """
    choices = [
        Calibration.from_values(
            {
                "distance": float(looks),
                "slope": slope,
                "matching": [[n, max(float(far), float(looks))] for n, far in reach],
            }
        )
        for looks in LOOKS
    ]
    scores = np.array([[score(photos, choice, "none") for photos in collections] for choice in choices])
    worth = scores.mean(axis=1)
    return choices[int(np.flatnonzero(worth >= worth.max() - ALIKE)[-1])]


def score(photos: Photos, measured: Calibration | None, time: str) -> float:
    """Adjusted Rand index of the finished groups."""
    one, other, _ = photos.pairs()
    counts = photos.matches[one, other].astype(np.intp)
    parameters = GroupingParameters(time=time)
    found = group(
        photos.vectors, photos.times, parameters, measured, matches=Matches(one, other, counts)
    ).labels
    alone = np.where(found < 0, len(found) + np.arange(len(found)), found)
    return float(adjusted_rand_score(photos.scenes, alone))


def matching(measured: Calibration) -> list[list[float]]:
    """[matches, distance up to which they join]."""
    return [[n, round(measured.distance / math.sqrt(share), 2)] for n, share in measured.evidence]


def write(measured: Calibration, said: str) -> None:
    """Into the file that is shipped, with the weights that stand there."""
    colour, edge = load_weights()
    text = f"""# What a distance between two photos means, by embedding; read by jobs/calibrations.py and vision/descriptor.py.
# Up to `distance` two photos are joined by looks alone, and with so many points that match up to the longer ones in `matching`.
# Learned by resources/training/train_calibration.py --write from shared/data/grouping, quality, faces and metadata:
{said}
# The weights of the descriptor's parts are by resources/training/train_weights.py; docs/grouping.md has the scores.

["builtin-1"]
weights = {{ colour = {colour}, edges = {edge} }}
distance = {measured.distance:.2f}
slope = {measured.slope:.2f}
matching = {matching(measured)}
"""
    (Path(__file__).resolve().parents[1] / "calibration.toml").write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    found, views = (each.photos() for each in gather())
    intercept, slope, gains, measured = learn([found, views])
    scores = [score(photos, measured, "none") for photos in (found, views)]
    rises = ", ".join(f"{gain:.2f} from {n}" for n, gain in zip(STEPS, gains, strict=True))
    said = (
        f"# {len(found.scenes)} photographs (adjusted Rand {scores[0]:.3f}) and {len(views.scenes)} views of the"
        f" singles among them ({scores[1]:.3f}), without times;\n"
        f"# logit p = {intercept:.2f} - {slope:.2f} distance² + gain, {rises}"
        f" matches; joined from p = {JOINS}."
    )
    print(said)
    print(f"distance = {measured.distance:.2f}, matching = {matching(measured)}")
    if arguments.write:
        write(measured, said)


if __name__ == "__main__":
    main()
