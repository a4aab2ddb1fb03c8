"""Comparing rows on a device that has too little memory, or is too coarse: what `products` makes of it. Imports torch."""

from __future__ import annotations

from typing import Any

import numpy as np

_SLACK = 4e-6
_COUNT = 5


def facts() -> dict[str, Any]:
    """What `test_products` looks at."""
    return {
        "memory": {str(room): _with_room(room) for room in (1000, 100, 7, 1)},
        "none": _refused(lambda *_: _out_of_memory()),
        "coarse": _refused(_in_bf16),
        "copies": _copies(),
    }


def _vectors(count: int = 300) -> Any:
    found = np.random.default_rng(4).normal(size=(count, 16)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def _rows(vectors: Any, **more: Any) -> Any:
    import torch

    from pixsort_desktop.vision.models.products import Rows

    labels = np.sort(np.arange(len(vectors)) % 9).astype(np.int32)
    core = np.linspace(0.1, 1, len(vectors), dtype=np.float32)
    return Rows(vectors, core, labels, torch.device("cpu"), _SLACK, **more)


def _out_of_memory() -> Any:
    import torch

    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def _with_room(room: int) -> dict[str, Any]:
    """A device that has memory for so many rows; products of the rows with themselves, as at the start, are not counted."""
    from pixsort_desktop.vision.models.products import squared_distances

    asked: list[int] = []

    def cramped(left: Any, right: Any, *norms: Any) -> Any:
        if len(right) > 64:
            asked.append(len(left))
            if len(left) > room:
                return _out_of_memory()
        return squared_distances(left, right, *norms)

    found, same = _rows(_vectors(), product=cramped), _rows(_vectors())
    nearest = _lists(*found.nearest(0, 300, _COUNT)) >= _truly_nearest(_vectors())
    halves = found.between(0, 130), found.between(130, 300)
    outside, expected = found.outside(20, 300, 3), same.outside(20, 300, 3)
    return {
        "most": found.most,
        "largest": max(asked[-3:]),
        "nearest": nearest,
        "between": halves[0] is None and _close(halves[1], same.between(0, 300)),
        "outside": _close(outside[0], expected[0]) and bool(np.array_equal(outside[1], expected[1])),
    }


def _lists(counts: Any, columns: Any) -> set[tuple[int, int]]:
    return {*zip(np.repeat(np.arange(len(counts)), counts).tolist(), columns.tolist(), strict=True)}


def _truly_nearest(vectors: Any) -> set[tuple[int, int]]:
    exact = vectors.astype(np.float64)
    distances = np.linalg.norm(exact[:, None] - exact[None, :], axis=2)
    np.fill_diagonal(distances, np.inf)
    return _lists(np.full(len(exact), _COUNT), np.argsort(distances, axis=1)[:, :_COUNT].ravel())


def _close(one: Any, other: Any) -> bool:
    """But for rounding: a product of one row adds up in another order."""
    return bool(np.allclose(one, other, atol=2e-6))


def _refused(product: Any) -> str:
    from pixsort_desktop.vision.models.failures import ModelError
    from pixsort_desktop.vision.models.products import squared_distances

    def later(left: Any, right: Any, *norms: Any) -> Any:
        return (product if len(right) > 64 or product is _in_bf16 else squared_distances)(left, right, *norms)

    try:
        _rows(_vectors(), product=later).nearest(0, 300, _COUNT)
    except ModelError as error:
        return str(error)
    return "nothing was said"


def _in_bf16(left: Any, right: Any, left_norms: Any, right_norms: Any) -> Any:
    import torch

    product = (left.to(torch.bfloat16) @ right.T.to(torch.bfloat16)).float()
    return left_norms[:, None] + right_norms[None, :] - 2 * product


def _copies() -> dict[str, Any]:
    """More copies of a row than may be answered at a time."""
    from pixsort_desktop.vision.models import products

    usual, products._MOST_PAIRS = products._MOST_PAIRS, 5_000
    try:
        found = _rows(np.repeat(_vectors(1), 300, axis=0))
        counts, columns = found.nearest(0, 300, _COUNT)
    finally:
        products._MOST_PAIRS = usual
    return {"most": found.most, "counts": sorted({*counts.tolist()}), "columns": len(columns)}
