"""Learn what a distance and verified matches mean, for `resources/calibration.toml`.

    python resources/training/train_calibration.py [--write] [--ablation]

Two collections count alike. Photographs: the scenes of ../shared/data/grouping, and singles from there and from quality, faces
and metadata. Views: every single eight times, as if photographed again from a little aside; so many look-alike strangers
as a large project has. Every photo is compared point by point with its 12 nearest by looks, and a logistic regression

    logit p = intercept - slope * distance² + gain(matches)

says how likely such a pair shows one scene, with a gain for each step of matches, rising. Photos are joined from p = 0.7, which
is not tuned. Looks alone may join up to the farthest distance that costs neither collection anything in the adjusted
Rand index of finished groups. Prints the numbers, and writes them with `--write`; `--ablation` says what each part is worth
when all is learned on one half of scenes and singles and scored on the other half's photographs. Seeded.
"""

from __future__ import annotations

import argparse
import io
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
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
from pixsort_desktop.vision.descriptor import describe_parts, load_weights
from pixsort_desktop.vision.local_features import local_features, verified_matches

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
STEPS = (6, 8, 12)  # verified matches
SAME = 12  # extra photographs that agree in so many points are one motif, and only the first is used
JOINS, RIDGE, FARTHEST = 0.7, 0.05, 2.0
VIEWS, SEED, SPLITS = 8, 3, 6
LOOKS = np.arange(0.3, 1.01, 0.05)  # distances that looks alone may bridge
ALIKE = 0.002  # adjusted Rand indices closer than this are the same

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


@dataclass(frozen=True)
class Collection:
    """Photos with the parts of which their vectors are mixed: colours (n, 300) and edges (n, 196)."""

    photos: Photos
    colours: NDArray[np.float32]
    edges: NDArray[np.float32]

    def part(self, rows: NDArray[np.intp]) -> Collection:
        return Collection(self.photos.part(rows), self.colours[rows], self.edges[rows])

    def mixed(self, name: str) -> Photos:
        """With vectors of one part alone, weighted as in the sum, or of both."""
        photos, (colour, edge) = self.photos, load_weights()
        parts = {"colour": np.sqrt(colour) * self.colours, "edges": np.sqrt(edge) * self.edges}
        vectors = parts.get(name, photos.vectors).astype(np.float32)
        return Photos(vectors, photos.scenes, photos.times, photos.matches)


def collection(pictures: list[Picture], scenes: NDArray[np.int_], times: Floats) -> Collection:
    """Described, and compared with the nearest by each mix of the parts."""
    with ThreadPoolExecutor() as pool:
        parts = list(pool.map(describe_parts, pictures))
        greys = [np.asarray(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), np.uint8) for p in pictures]
        points = list(pool.map(local_features, greys))
        colours, edges = (np.array(rows, dtype=np.float32) for rows in zip(*parts, strict=True))
        vectors = describe_mix(colours, edges)
        total = len(pictures)
        compared = np.zeros((total, total), dtype=bool)
        for mix in (vectors, colours, edges):  # for the ablation, the nearest by each
            compared[np.arange(total)[:, None], nearest(mix, COMPARED)[0]] = True
        pairs = np.argwhere(np.triu(compared | compared.T))
        counts = list(
            pool.map(lambda pair: verified_matches(points[pair[0]], points[pair[1]]), pairs.tolist())
        )
    matches = np.zeros((total, total), dtype=int)
    matches[pairs[:, 0], pairs[:, 1]] = matches[pairs[:, 1], pairs[:, 0]] = counts
    return Collection(Photos(vectors, scenes, times, matches), colours, edges)


def describe_mix(colours: NDArray[np.float32], edges: NDArray[np.float32]) -> NDArray[np.float32]:
    """The program's own vectors."""
    colour, edge = load_weights()
    return np.hstack([np.sqrt(colour) * colours, np.sqrt(edge) * edges]).astype(np.float32)


def gather() -> tuple[Collection, Collection]:
    """The photographs, those of one motif left out, and the views of the singles among them, of the same scenes."""
    paths, names = labelled_photographs(DATA / "grouping")
    extra = photographs([DATA / name for name in ("quality", "faces", "metadata")])
    pictures = [decode(path) for path in paths] + extra
    names += [f"extra {i}" for i in range(len(extra))]
    times = np.array([capture_time(path) for path in paths] + [math.nan] * len(extra))
    scenes = np.unique(names, return_inverse=True)[1]
    found = collection([thumbnail(picture) for picture in pictures], scenes, times)
    matches = found.photos.matches
    again = [row for row in range(len(paths), len(names)) if (matches[row, len(paths) : row] >= SAME).any()]
    kept = np.setdiff1d(np.arange(len(names)), again)
    singles = [row for row in kept.tolist() if (scenes[kept] == scenes[row]).sum() == 1]
    generator = np.random.default_rng(SEED)
    views = [thumbnail(view(pictures[row], generator)) for row in singles for _ in range(VIEWS)]
    unknown = np.full(len(views), math.nan)
    return found.part(kept), collection(views, np.repeat(scenes[singles], VIEWS), unknown)


def learn(
    collections: Sequence[Photos], with_matches: bool
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
    steps = np.searchsorted(STEPS, counts, side="right") if with_matches else np.zeros(len(counts), dtype=int)

    def gains(values: Floats) -> Floats:
        return np.append(0, np.cumsum(np.exp(values[2:])))

    def loss(values: Floats) -> float:
        logits = values[0] - np.exp(values[1]) * squares + gains(values)[steps]
        fit = (weight * np.logaddexp(0, np.where(same, -logits, logits))).sum()
        return float(fit + RIDGE * (np.exp(values[2:]) ** 2).sum())

    start = np.array([2.0, 1.0] + [0.0] * len(STEPS))
    found = minimize(loss, start, method="Powell", options={"maxiter": 200, "ftol": 1e-7}).x
    intercept, slope, gain = float(found[0]), float(np.exp(found[1])), gains(found)
    reach = np.sqrt(np.maximum(0, intercept + gain - math.log(JOINS / (1 - JOINS))) / slope)
    measured = by_looks(collections, np.minimum(reach, FARTHEST) if with_matches else None)
    measured = replace(measured, slope=round(slope, 2))
    return intercept, slope, tuple(gain[1:].tolist()), measured


def by_looks(collections: Sequence[Photos], reach: Floats | None) -> Calibration:
    """The calibration with the farthest distance for looks alone at which no collection scores worse than at its best.

    `reach` (1 + steps,): distances up to which matches join; None: there are none.
    """
    choices = [
        Calibration.from_values({"distance": float(looks), "matching": rising(looks, reach)})
        for looks in LOOKS
    ]
    scores = np.array([[score(photos, choice, "none") for photos in collections] for choice in choices])
    worth = scores.mean(axis=1)
    return choices[int(np.flatnonzero(worth >= worth.max() - ALIKE)[-1])]


def rising(looks: float, reach: Floats | None) -> list[list[float]]:
    """[matches, distance], no distance below that of looks alone."""
    return (
        []
        if reach is None
        else [[n, max(float(r), float(looks))] for n, r in zip(STEPS, reach[1:], strict=True)]
    )


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


def halves(scenes: NDArray[np.int_], seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of half of the scenes and half of the singles, and the others."""
    generator = np.random.default_rng(seed)
    names, sizes = np.unique(scenes, return_counts=True)
    many, single = generator.permutation(names[sizes > 1]), generator.permutation(names[sizes == 1])
    cut = (len(many) + seed % 2) // 2
    half = np.isin(scenes, np.concatenate([many[:cut], single[: len(single) // 2]]))
    return np.flatnonzero(half), np.flatnonzero(~half)


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


def ablation(found: Collection, views: Collection) -> None:
    print("looks   matches times  | learned on one half: mean, worst | learned on all: all", flush=True)
    sides = [rows for seed in range(SPLITS) for rows in halves(found.photos.scenes, seed)]
    for name in ("colour", "edges", "both"):
        mixed, aside = found.mixed(name), views.mixed(name)
        for with_matches in (False, True):
            learned = []
            for rows in sides:
                scenes = found.photos.scenes[rows]
                half = aside.part(np.flatnonzero(np.isin(aside.scenes, scenes)))
                learned.append(learn([mixed.part(rows), half], with_matches)[3])
            whole = learn([mixed, aside], with_matches)[3]
            for time in ("none", "some", "strong"):
                scores = [score(mixed.part(sides[n ^ 1]), learned[n], time) for n in range(len(sides))]
                print(
                    f"{name:7} {'yes' if with_matches else 'no':7} {time:6} | {np.mean(scores):.3f} {np.min(scores):.3f}"
                    f" | {score(mixed, whole, time):.3f} views {score(aside, whole, time):.3f}",
                    flush=True,
                )
    print(f"plain HDBSCAN on the same vectors, all: {score(found.photos, None, 'none'):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--ablation", action="store_true")
    arguments = parser.parse_args()
    found, views = gather()
    intercept, slope, gains, measured = learn([found.photos, views.photos], True)
    scores = [score(photos, measured, "none") for photos in (found.photos, views.photos)]
    rises = ", ".join(f"{gain:.2f} from {n}" for n, gain in zip(STEPS, gains, strict=True))
    said = (
        f"# {len(found.photos.scenes)} photographs (adjusted Rand {scores[0]:.3f}) and {len(views.photos.scenes)} views of the"
        f" singles among them ({scores[1]:.3f}), without times;\n"
        f"# logit p = {intercept:.2f} - {slope:.2f} distance² + gain, {rises}"
        f" matches; joined from p = {JOINS}."
    )
    print(said)
    print(f"distance = {measured.distance:.2f}, matching = {matching(measured)}")
    if arguments.write:
        write(measured, said)
    if arguments.ablation:
        ablation(found, views)


if __name__ == "__main__":
    main()
