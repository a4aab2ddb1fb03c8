"""How much photos are like a vector: one matrix product over a whole project, best first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]


def cosines(vectors: Floats, query: Floats) -> Floats:
    """(n,) cosines of the rows of (n, d), which have unit length, with `query` (d,) of any length but 0."""
    return np.asarray(vectors @ (query / np.float32(np.linalg.norm(query))), np.float32)


def nearness(vectors: Floats, query: Floats) -> Floats:
    """(n,) 1 / (1 + Euclidean distance) of the rows of (n, d) from `query` (d,): 1 for the same, 0.5 at a distance of 1.

    For vectors whose distance was calibrated, like the built-in ones, where a length says something too.
    """
    squares = np.einsum("nd,nd->n", vectors, vectors) - 2 * (vectors @ query) + query @ query
    return np.asarray(1 / (1 + np.sqrt(np.maximum(squares, 0))), np.float32)


def without(wanted: Floats, unwanted: Floats) -> Floats:
    """Scores (n,) lowered where a photo shows what is not wanted, (k, n): by how far it is above the usual photo in it.

    Cosines with words have an offset of their own for each word, so that a plain difference would say more of the words
    than of the photos. The median of the photos at hand is what «does not show it» looks like, as long as fewer than half
    do; at or below it nothing is taken off.
    """
    if not len(unwanted):
        return wanted
    excess = unwanted - np.median(unwanted, axis=1, keepdims=True)
    return np.asarray(wanted - np.maximum(excess, 0).sum(axis=0), np.float32)


def best_first(scores: Floats, count: int | None = None) -> Indices:
    """Places of the `count` highest scores (None: of all), highest first; equal ones in the order given."""
    if count is None or count >= len(scores):
        return np.argsort(-scores, kind="stable")
    if count < 1:
        return np.empty(0, np.intp)
    bound = np.partition(scores, len(scores) - count)[len(scores) - count]
    left = np.flatnonzero(scores >= bound)
    return left[np.argsort(-scores[left], kind="stable")][:count]
