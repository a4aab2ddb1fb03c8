"""Learn the codebook of `pixsort_desktop.vision.gradients` from photographs that no benchmark uses.

    python resources/training/train_codebook.py [FOLDER...]

Default folders: quality, faces and metadata of ../shared/data. Writes resources/codebook.npz. Seeded: the same
pictures give the same codebook, but for rounding in the last digit of float16.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pictures import Picture, photographs, retake

from pixsort_desktop.vision.gradients import Codebook, aggregate, local_descriptors

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PATCH_DIMENSIONS, WORDS, DIMENSIONS, RETAKES, SEED = 64, 32, 196, 24, 20

Floats = NDArray[np.float32]


def principal_axes(rows: Floats, count: int) -> tuple[Floats, Floats]:
    """Mean and the `count` strongest directions, (d,) and (d, count); signs fixed so that runs agree."""
    mean = rows.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov((rows - mean).T))
    axes = vectors[:, ::-1][:, :count]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return mean.astype(np.float32), axes.astype(np.float32)


def k_means(rows: Floats, count: int, generator: np.random.Generator, rounds: int = 30) -> Floats:
    """Lloyd's algorithm from a random start; an emptied word keeps its place."""
    words = rows[generator.choice(len(rows), count, replace=False)].copy()
    for _ in range(rounds):
        nearest = np.argmin((words * words).sum(axis=1) - 2 * rows @ words.T, axis=1)
        for word in range(count):
            if (nearest == word).any():
                words[word] = rows[nearest == word].mean(axis=0)
    return words


def train(pictures: list[Picture]) -> Codebook:
    generator = np.random.default_rng(SEED)
    samples = []
    for picture in pictures:
        patches = local_descriptors(picture)
        samples.append(patches[generator.permutation(len(patches))[:300]])
    patch_mean, patch_axes = principal_axes(np.concatenate(samples), PATCH_DIMENSIONS)
    words = k_means((np.concatenate(samples) - patch_mean) @ patch_axes, WORDS, generator)
    size = words.size
    raw = Codebook(patch_mean, patch_axes, words, np.zeros(size, np.float32), np.zeros((size, 1), np.float32))
    retakes = [retake(picture, generator, 0.4) for picture in pictures for _ in range(RETAKES)]
    mean, axes = principal_axes(
        np.array([aggregate(local_descriptors(one), raw) for one in retakes]), DIMENSIONS
    )
    return Codebook(patch_mean, patch_axes, words, mean, axes)


def main() -> None:
    folders = [Path(name) for name in sys.argv[1:]] or [
        DATA / name for name in ("quality", "faces", "metadata")
    ]
    pictures = photographs(folders)
    book = train(pictures)
    target = ROOT / "resources" / "codebook.npz"
    half = {name: getattr(book, name).astype(np.float16) for name in Codebook.__dataclass_fields__}
    np.savez_compressed(target, **half)
    print(f"{len(pictures)} photographs -> {target} ({target.stat().st_size} bytes)")


if __name__ == "__main__":
    main()
