"""All rows of a matrix compared with each other on the models' device: block by block, in float32, by matrix products.

The answers are those of `grouping.comparison.Blas`, which says what they mean. TF32 stays off, and a device whose products err
by more than was allowed for is refused: an environment variable can tell a driver to round all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch

from pixsort_desktop.vision.models.failures import ModelError
from pixsort_desktop.vision.models.runtime import device_name, give_back, is_out_of_memory

_MOST_CELLS = 1 << 28  # distances at a time: 1 GB; with more, nothing is faster
_CPU_CELLS = 8_000_000
_BYTES_A_CELL = 16  # a distance, its mask, and what is made on the way
_MOST_PAIRS = 8_000_000  # answered at a time, 32 MB; only many copies of one row come to more
_PROBED = 64  # rows that are compared on the CPU as well

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int32]
Product = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
T = TypeVar("T")


def squared_distances(
    left: torch.Tensor, right: torch.Tensor, left_norms: torch.Tensor, right_norms: torch.Tensor
) -> torch.Tensor:
    """(a, b) from rows (a, d) and (b, d) and their squared lengths (a,) and (b,)."""
    return torch.addmm(right_norms[None, :], left, right.T, alpha=-2).add_(left_norms[:, None])


class Rows:
    """A matrix (n, d) on a device, and, where bridges are asked for, core distances (n,) and labels (n,) of its rows.

    `slack`: how much farther than wanted candidates are taken from, as a squared distance. `most`: rows that are compared
    at a time, fewer once memory ran out. Raises ModelError where the device has not enough memory or is too coarse.
    """

    def __init__(
        self,
        vectors: Floats,
        core: Floats,
        labels: Indices,
        device: torch.device,
        slack: float,
        *,
        product: Product = squared_distances,
        cells: int | None = None,
    ) -> None:
        torch.set_float32_matmul_precision("highest")
        self._device, self._slack, self._product = device, slack, product
        try:
            self._vectors = torch.from_numpy(vectors).to(device)
            self._norms = (self._vectors * self._vectors).sum(1)
            self._core = torch.from_numpy(core).to(device)
            self._labels = torch.from_numpy(labels).to(device)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise ModelError(self._no_room()) from error
        self.total = len(vectors)
        self.most = max(1, min(self.total, (cells or _cells(device)) // max(1, self.total)))
        self._sizes: list[int] = np.bincount(labels).tolist() if len(labels) else []
        self._between: torch.Tensor | None = None
        self._check(vectors)

    def nearest(self, first: int, stop: int, count: int) -> tuple[Indices, Indices]:
        """Of rows first … stop - 1 the `count` nearest others and those that may be as near: how many (r,), which (p,)."""
        parts = list(self._parts(first, stop, lambda rows: self._nearest(rows, count)))
        return np.concatenate([each[0] for each in parts]), np.concatenate([each[1] for each in parts])

    def outside(self, first: int, stop: int, passed: int) -> tuple[Floats, Indices]:
        """Mutual reachability (r,) to the nearest row of another label, and which (r,); infinite for the label `passed`."""
        parts = list(self._parts(first, stop, lambda rows: self._outside(rows, passed)))
        return np.concatenate([each[0] for each in parts]), np.concatenate([each[1] for each in parts])

    def between(self, first: int, stop: int) -> Floats | None:
        """The least mutual reachability between labels, (c, c), once the last rows are compared.

        Rows come in order, and are sorted by label.
        """
        for block, labels, start in self._parts(first, stop, self._bridges):
            if self._between is None:
                count = len(self._sizes)
                self._between = torch.full((count, count), torch.inf, device=self._device)
            part = self._between[labels, start:]
            self._between[labels, start:] = torch.minimum(part, block)
        if stop < self.total or self._between is None:
            return None
        self._between.fill_diagonal_(torch.inf)
        found: Floats = torch.minimum(self._between, self._between.T).cpu().numpy()
        return found

    # -- one block -----------------------------------------------------------------------------------------

    def _squares(self, rows: slice, columns: slice) -> torch.Tensor:
        return self._product(
            self._vectors[rows], self._vectors[columns], self._norms[rows], self._norms[columns]
        )

    def _nearest(self, rows: slice, count: int) -> tuple[Indices, Indices]:
        squares = self._squares(rows, slice(None))
        squares.diagonal(rows.start).fill_(torch.inf)
        parts = max(1, min(32, self.total // (4 * count)))
        even = self.total - self.total % parts
        least = squares[:, :even].reshape(len(squares), parts, -1).amin(1) if parts > 1 else squares
        bound = least.topk(count, dim=1, largest=False, sorted=False).values.amax(1, keepdim=True)
        near = squares <= bound + self._slack
        counts = near.sum(1, dtype=torch.int32).cpu().numpy()
        if int(counts.sum(dtype=np.int64)) > _MOST_PAIRS and len(counts) > 1:
            raise MemoryError("too many rows are as near as each other")
        return counts, near.nonzero()[:, 1].to(torch.int32).cpu().numpy()

    def _outside(self, rows: slice, passed: int) -> tuple[Floats, Indices]:
        reach = self._reach(rows, slice(None))
        own = self._labels[rows]
        reach.masked_fill_(own[:, None] == self._labels[None, :], torch.inf)
        reach[own == passed] = torch.inf
        length, target = reach.min(1)
        return length.cpu().numpy(), target.to(torch.int32).cpu().numpy()

    def _bridges(self, rows: slice) -> tuple[torch.Tensor, slice, int]:
        """The block of `between` that these rows add, the labels of its rows, and the first of its columns."""
        reach = self._reach(rows, slice(rows.start, None))  # rows before were compared with these already
        first, last = int(self._labels[rows.start]), int(self._labels[rows.stop - 1])
        ends = np.cumsum(self._sizes)
        wide = np.diff(ends[first:], prepend=rows.start).tolist()
        high = np.diff(np.minimum(ends[first : last + 1], rows.stop), prepend=rows.start).tolist()
        columns = torch.stack([part.amin(1) for part in reach.split(wide, 1)], 1)
        block = torch.stack([part.amin(0) for part in columns.split(high, 0)], 0)
        return block, slice(first, last + 1), first

    def _reach(self, rows: slice, columns: slice) -> torch.Tensor:
        reach = self._squares(rows, columns).clamp_min_(0).sqrt_()
        torch.maximum(reach, self._core[columns][None, :], out=reach)
        return torch.maximum(reach, self._core[rows][:, None], out=reach)

    # -- memory and exactness ------------------------------------------------------------------------------

    def _parts(self, first: int, stop: int, work: Callable[[slice], T]) -> Iterator[T]:
        """Halve the block when memory runs out."""
        while first < stop:
            end = min(stop, first + self.most)
            try:
                with torch.inference_mode():
                    answer = work(slice(first, end))
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                if self.most == 1:
                    raise ModelError(self._no_room()) from error
                self.most = max(1, (end - first) // 2)
                give_back(self._device)
                continue
            yield answer
            first = end

    def _no_room(self) -> str:
        return f"{device_name(self._device)} has not enough memory to compare these photos."

    def _check(self, vectors: Floats) -> None:
        """Compare some rows here and on the CPU, in float64."""
        some = np.unique(np.linspace(0, len(vectors) - 1, _PROBED).astype(int))
        exact = vectors[some].astype(np.float64)
        norms = np.einsum("ij,ij->i", exact, exact)
        expected = norms[:, None] + norms[None, :] - 2 * exact @ exact.T
        probes, lengths = self._vectors[some], self._norms[some]
        found = self._product(probes, probes, lengths, lengths).cpu().numpy()
        if np.abs(found - expected).max() > self._slack / 2:
            raise ModelError(f"{device_name(self._device)} multiplies too coarsely to compare photos.")


def _cells(device: torch.device) -> int:
    """Distances at a time that the device has room for."""
    if device.type == "cpu":
        return _CPU_CELLS
    if device.type == "cuda":
        free = int(torch.cuda.mem_get_info(device)[0])
    else:
        free = int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return max(1, min(_MOST_CELLS, free // _BYTES_A_CELL))
