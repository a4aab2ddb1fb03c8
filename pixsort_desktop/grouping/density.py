"""Groups by density: HDBSCAN, with a limit to what may hold a group together.

HDBSCAN (Campello, Moulavi and Sander, PAKDD 2013; McInnes, Healy and Astels, JOSS 2017) joins photos by ever
longer distances and keeps those groups that live long. It has no notion of «too far»: two pictures of nothing in
common become a group if they are each other's nearest. Where an embedding's distances were measured
(`calibration`), frames farther apart than the measured distance hold nothing together, and groups that part only
a little below it are not split (the ε of Malzer and Baum, «A Hybrid Approach to Hierarchical Density-based Cluster
Selection», MFI 2020). For other embeddings it is HDBSCAN as published, label by label.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.comparison import Comparison
from pixsort_desktop.grouping.condensed import CondensedTree, condense, select
from pixsort_desktop.grouping.evidence import COMPARED, Matches, closer
from pixsort_desktop.grouping.granularity import MIDDLE, bounds_by_rank, checked_granularity, reach_factor
from pixsort_desktop.grouping.moments import TIME_WEIGHTS
from pixsort_desktop.grouping.neighbours import nearest, spanning_tree

_LISTED = 15  # neighbours listed for the spanning tree; more costs time, fewer costs a search
_SHORTEST = 1e-4  # distances below are the same picture; the density of 0 would be infinite
MOMENTS = "moments"


@dataclass(frozen=True, slots=True)
class GroupingParameters:
    """What a user may set. Raises PixsortError for values that make no sense.

    min_group_size: photos a group has at least; smaller ones stay ungrouped.
    min_samples: how many neighbours a photo needs nearby before it counts as dense; None lets the program choose (1).
    selection: 'eom' (groups that live longest), 'leaf' (the finest groups), or 'moments': by capture time alone.
    reach: how far apart the frames of a group may be, as a multiple of the embedding's measured distance; larger
    makes larger groups. time: how much frames that were taken a moment apart are closer: 'none', 'some' or 'strong'.
    keep: share of that distance, 0 to 1, below which nothing is split again.
    Reach and keep only matter to embeddings with a measured distance.
    granularity: from whole events, 0, to near-identical frames, 1 (`grouping.granularity`); multiplies the reach.
    """

    min_group_size: int = 2
    min_samples: int | None = None
    selection: str = "eom"
    reach: float = 1.0
    keep: float = 0.95
    time: str = "some"
    granularity: float = MIDDLE

    def __post_init__(self) -> None:
        if not _is_whole(self.min_group_size) or self.min_group_size < 2:
            raise PixsortError(
                f"A group has at least 2 photos; a smallest size of {self.min_group_size} is not possible."
            )
        if self.min_samples is not None and (not _is_whole(self.min_samples) or self.min_samples < 1):
            raise PixsortError(f"The number of samples is a whole number from 1, not {self.min_samples}.")
        if self.selection not in ("eom", "leaf", MOMENTS):
            raise PixsortError(
                f"The selection method is «eom», «leaf» or «{MOMENTS}», not «{self.selection}»."
            )
        if not _is_number(self.reach) or not 0 < self.reach <= 10:
            raise PixsortError(f"The reach of a group is a number above 0 and at most 10, not {self.reach}.")
        if not _is_number(self.keep) or not 0 <= self.keep <= 1:
            raise PixsortError(
                f"The share of the reach that is kept together lies between 0 and 1, not at {self.keep}."
            )
        if not isinstance(self.time, str) or self.time not in TIME_WEIGHTS:
            raise PixsortError(f"Times count «none», «some» or «strong», not «{self.time}».")
        checked_granularity(self.granularity)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> GroupingParameters:
        """From what `to_dict` gave, perhaps in another version: unknown names are passed over."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, slots=True)
class GroupingResult:
    """`labels` (n,): 0, 1, … by first row, -1 for ungrouped. `strengths` (n,): 0 to 1, how firmly a row belongs."""

    labels: NDArray[np.intp]
    strengths: NDArray[np.float32]


Neighbours = tuple[NDArray[np.intp], NDArray[np.float64]]


def group(
    vectors: NDArray[np.float32],
    times: NDArray[np.float64] | None = None,
    parameters: GroupingParameters | None = None,
    calibration: Calibration | None = None,
    neighbours: Neighbours | None = None,
    matches: Matches | None = None,
    comparison: Comparison | None = None,
) -> GroupingResult:
    """Groups of n photos from their vectors (n, d).

    `times` (n,): capture times in seconds, NaN where unknown. `calibration`: of the embedding the vectors are of, or
    None. `neighbours`: what `listed_neighbours` answered, where that is known already. `matches`: pairs that were
    compared point by point; they count where the calibration knows what they mean.
    `comparison`: who compares all with all; BLAS where it is None.
    Deterministic; another order of rows gives the same groups. Raises PixsortError for vectors that are not
    finite or of the wrong shape.
    """
    parameters = parameters or GroupingParameters()
    vectors = checked(vectors)
    if times is not None and np.shape(times) != (len(vectors),):
        raise PixsortError("Every photo needs one entry in the list of capture times, known or not.")
    if len(vectors) < max(2, parameters.min_group_size):
        return _ungrouped(len(vectors))
    tree = reachability_tree(vectors, times, parameters, calibration, neighbours, matches, comparison)
    return cut_tree(tree, parameters, calibration)


def checked(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors (n, d), laid out for the products. Raises PixsortError where they are not finite or of another shape."""
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise PixsortError("These photos' embeddings are damaged; making them again will help.")
    return vectors


def listed_neighbours(
    vectors: NDArray[np.float32], parameters: GroupingParameters, comparison: Comparison | None = None
) -> Neighbours:
    """As many nearest neighbours of n >= 2 vectors as grouping asks for: indices and distances, both (n, k)."""
    wanted = max(_LISTED, COMPARED, parameters.min_samples or 1)
    return nearest(vectors, min(len(vectors) - 1, wanted), comparison)


def reachability_tree(
    vectors: NDArray[np.float32],
    times: NDArray[np.float64] | None = None,
    parameters: GroupingParameters | None = None,
    calibration: Calibration | None = None,
    neighbours: Neighbours | None = None,
    matches: Matches | None = None,
    comparison: Comparison | None = None,
) -> NDArray[np.float64]:
    """Minimum spanning tree of mutual reachability of (n, d) vectors, n >= 2: (n - 1, 3) rows a, b, distance.

    Known `times` and `matches` bring photos closer (`evidence`); the tree is exact for these distances too. Of the
    parameters, min_samples and time matter here; the others can change from cut to cut.
    """
    parameters = parameters or GroupingParameters()
    indices, distances = neighbours or listed_neighbours(vectors, parameters, comparison)
    core = distances[:, min(parameters.min_samples or 1, len(vectors) - 1) - 1]
    tree = spanning_tree(vectors, indices, distances, core, comparison)
    weight = TIME_WEIGHTS[parameters.time]
    tree = closer(tree, vectors, core, times, weight, matches or Matches.none(), calibration)
    tree[:, 2] = np.maximum(tree[:, 2], _SHORTEST)
    return tree


def cut_tree(
    tree: NDArray[np.float64], parameters: GroupingParameters, calibration: Calibration | None
) -> GroupingResult:
    """The groups in a tree of `reachability_tree`; much cheaper than the tree, so a user can try values."""
    return cut_condensed(condense(tree, parameters.min_group_size), parameters, calibration)


def cut_condensed(
    tree: CondensedTree, parameters: GroupingParameters, calibration: Calibration | None
) -> GroupingResult:
    """The same, of a tree that is condensed already: cheap enough for every movement of a slider.

    The tree must have been condensed with the parameters' smallest group size.
    """
    total = len(tree.home)
    if total < parameters.min_group_size:
        return _ungrouped(total)
    if tree.lengths[-1] <= _SHORTEST:  # the same picture throughout: one group, not the root that is none
        return GroupingResult(np.zeros(total, dtype=np.intp), np.ones(total, dtype=np.float32))
    if calibration is None:
        floor, ceiling = bounds_by_rank(tree.lengths, parameters.granularity)
    else:
        ceiling = calibration.distance * parameters.reach * reach_factor(parameters.granularity)
        floor = ceiling * parameters.keep
    found, strengths = select(tree, parameters.selection, floor, ceiling)
    return GroupingResult(_by_first_row(found), strengths.astype(np.float32))


def _by_first_row(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Numbered in order of each group's first row."""
    found, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.full(len(found), -1, dtype=np.intp)
    groups = np.flatnonzero(found >= 0)
    rank[groups[np.argsort(first[groups])]] = np.arange(len(groups))
    return np.asarray(rank[inverse], dtype=np.intp)


def _ungrouped(total: int) -> GroupingResult:
    return GroupingResult(np.full(total, -1, dtype=np.intp), np.zeros(total, dtype=np.float32))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
