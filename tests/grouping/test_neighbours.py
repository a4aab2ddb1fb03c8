from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import cdist, squareform

from pixsort_desktop.grouping import comparison, neighbours
from pixsort_desktop.grouping.neighbours import nearest, spanning_tree


def blobs(rows: int, places: int, seed: int, spread: float = 0.3) -> NDArray[np.float32]:
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(places, 24))
    vectors = centres[generator.integers(0, places, rows)] + spread * generator.normal(size=(rows, 24))
    return vectors.astype(np.float32)


def true_heights(vectors: NDArray[np.float32], min_samples: int) -> NDArray[np.float64]:
    """Single linkage of mutual reachability, by scipy on the full matrix."""
    full = cdist(vectors.astype(np.float64), vectors.astype(np.float64))
    core = np.sort(full, axis=1)[:, min_samples]
    reach = np.maximum(full, np.maximum(core[:, None], core[None]))
    np.fill_diagonal(reach, 0)
    return np.sort(linkage(squareform(reach, checks=False), "single")[:, 2])


@pytest.mark.parametrize(("rows", "count"), [(2, 1), (17, 3), (17, 16), (900, 15)])
def test_nearest_is_exact(rows: int, count: int) -> None:
    vectors = blobs(rows, 5, rows)
    indices, distances = nearest(vectors, count)
    full = cdist(vectors.astype(np.float64), vectors.astype(np.float64))
    np.fill_diagonal(full, np.inf)
    assert np.allclose(distances, np.sort(full, axis=1)[:, :count], atol=1e-6)
    assert np.allclose(full[np.arange(rows)[:, None], indices], distances, atol=1e-6)


def test_nearest_lists_each_copy_of_a_row_once() -> None:
    vectors = np.repeat(blobs(10, 3, 1), 8, axis=0)
    indices, distances = nearest(vectors, 12)
    assert (distances[:, :7] == 0).all()
    assert all(len(set(row)) == 12 for row in indices.tolist())
    assert (indices != np.arange(80)[:, None]).all()


@pytest.mark.parametrize("min_samples", [1, 2, 5])
@pytest.mark.parametrize("places", [1, 6, 300])
@pytest.mark.parametrize("clusters", [2_000, 3])
def test_spanning_tree_is_exact(
    min_samples: int, places: int, clusters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where lists are far too short, in many blocks, and by either way of finishing."""
    monkeypatch.setattr(comparison, "_BLOCK_CELLS", 40_000)
    monkeypatch.setattr(comparison, "_BLOCK_ROWS", 1)
    monkeypatch.setattr(neighbours, "_MOST_CLUSTERS", clusters)
    vectors = blobs(600, places, places, spread=0.05)
    indices, distances = nearest(vectors, 5)
    tree = spanning_tree(vectors, indices, distances, distances[:, min_samples - 1])
    assert tree.shape == (599, 3)
    assert np.allclose(tree[:, 2], true_heights(vectors, min_samples), atol=2e-5)


def test_spanning_tree_joins_all_copies() -> None:
    vectors = np.repeat(blobs(6, 6, 2), 40, axis=0)
    indices, distances = nearest(vectors, 15)
    tree = spanning_tree(vectors, indices, distances, distances[:, 0])
    assert (tree[:, 2] < 1e-3).sum() == 6 * 39
    assert (tree[-5:, 2] > 0.1).all()
