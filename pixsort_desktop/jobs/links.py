"""Links between photos: how far apart two are as grouping sees it, and what brings them closer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import checked, reachability_tree
from pixsort_desktop.grouping.evidence import Matches
from pixsort_desktop.grouping.granularity import reach_factor
from pixsort_desktop.grouping.moments import TIME_WEIGHTS, time_shares
from pixsort_desktop.jobs.calibrations import calibration_of
from pixsort_desktop.jobs.compare_photos import Pictures
from pixsort_desktop.jobs.hierarchy import remembered_grouping
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import project_vectors
from pixsort_desktop.library.hierarchies import get_hierarchy
from pixsort_desktop.library.matches import Pair, known_matches
from pixsort_desktop.vision.local_features import METHOD, agreement

_BLOCK = 1000  # rows compared at a time
_LOOKED_AT = 200  # pairs of two columns that look most alike
_VERDICTS = (
    (0.97, "almost certainly the same scene"),
    (0.9, "very likely the same scene"),
    (0.7, "likely the same scene"),
    (0.4, "perhaps the same scene"),
    (0.15, "rather two scenes"),
    (0.0, "two different scenes"),
)
Line = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Link:
    """Two photos, and what speaks for their standing together."""

    one: int
    other: int
    distance: float  # as grouping sees it, with times and details counted in
    probability: float | None  # of one scene; None where the embedding's distances were not measured
    nearer_than: float | None  # then: the share of the project's links that are longer
    seconds: float | None  # between the two; None where a time is unknown
    details: int | None  # matching details that were verified; None where nobody compared the two
    by_details: bool  # whether these brought the two closer
    by_time: bool  # whether the time did

    @property
    def verdict(self) -> str:
        """«very likely the same scene»; of what was not measured, «closer than 83 % of this project's links»."""
        if self.probability is not None:
            p = self.probability
            return next(told for least, told in _VERDICTS if p >= least)
        if self.nearer_than is None:
            return "nothing to compare their likeness with"
        return f"closer than {self.nearer_than:.0%} of this project’s links"

    def told_of(self, subject: str, *, many: bool = True) -> str:
        """«These two show very likely the same scene.»"""
        measured = self.probability is not None
        verb = ("show" if measured else "are") if many else ("shows" if measured else "is")
        return f"{subject} {verb} {self.verdict}."


class Scale:
    """What grouping knows of a project's photos: vectors, times, matches, and what a distance means."""

    def __init__(self, library: Library, project_id: int) -> None:
        self.parameters, embedding_id = remembered_grouping(library, project_id)
        self.calibration: Calibration | None = calibration_of(embedding_id)
        self.ids, self.times, vectors = project_vectors(library, project_id, embedding_id)
        self.vectors = checked(vectors)
        self._row = {photo_id: row for row, photo_id in enumerate(self.ids)}
        evidence = self.calibration is not None and bool(self.calibration.evidence)
        self._matches: dict[Pair, int] = known_matches(library, project_id, METHOD) if evidence else {}
        one, other, left = time_shares(self.times, TIME_WEIGHTS[self.parameters.time])
        pairs = zip(
            np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), left.tolist(), strict=True
        )
        self._time_shares = {(a, b): share for a, b, share in pairs}
        kept = get_hierarchy(library, project_id)
        self._lengths = kept.tree[:, 2] if kept is not None and len(kept.tree) else None

    @property
    def limit(self) -> float | None:
        """The probability from which photos hold together at the project's granularity, where it was measured."""
        if self.calibration is None:
            return None
        factor = reach_factor(self.parameters.granularity) * self.parameters.reach
        return self.calibration.probability(self.calibration.distance * factor)

    def rows_of(self, photo_ids: Collection[int]) -> list[int]:
        """Rows of those that have a vector."""
        return [self._row[i] for i in photo_ids if i in self._row]

    def tree(self, rows: Sequence[int]) -> npt.NDArray[np.float64]:
        """The links of these rows, (m - 1, 3): places in `rows`, distance; the shortest first."""
        if len(rows) < 2:
            return np.zeros((0, 3))
        parameters = replace(self.parameters, min_samples=None)  # so that a link is between the two it names
        place = {self.ids[row]: n for n, row in enumerate(rows)}
        known = [
            (*sorted((place[a], place[b])), count)
            for (a, b), count in self._matches.items()
            if a in place and b in place
        ]
        found = np.array(known, dtype=np.intp).reshape(-1, 3)
        matches = Matches(found[:, 0], found[:, 1], found[:, 2])
        times = self.times[rows]
        return reachability_tree(
            self.vectors[rows], times, parameters, self.calibration, neighbours=None, matches=matches
        )

    def link(self, one: int, other: int) -> Link:
        """Of two rows."""
        a, b = self.ids[one], self.ids[other]
        details = self._matches.get((min(a, b), max(a, b)))
        by_details, share = 1.0, self._time_shares.get((min(one, other), max(one, other)), 1.0)
        if self.calibration is not None and details is not None:
            by_details = float(self.calibration.shares(np.array([details]))[0])
        look = float(np.linalg.norm(self.vectors[one].astype(np.float64) - self.vectors[other]))
        distance = look * float(np.sqrt(share * by_details))
        gap = abs(float(self.times[one] - self.times[other]))
        longer = None if self._lengths is None else float((self._lengths > distance).mean())
        return Link(
            a,
            b,
            distance,
            None if self.calibration is None else self.calibration.probability(distance, by_details),
            longer,
            None if np.isnan(gap) else gap,
            details,
            by_details < 1,
            share < 1,
        )

    def nearest(self, here: Sequence[int], there: Sequence[int]) -> tuple[int, int] | None:
        """The two rows of `here` and `there` that are nearest: of those that look most alike, with all counted in."""
        if not len(here) or not len(there):
            return None
        others = self.vectors[list(there)]
        squares = np.einsum("ij,ij->i", others, others)
        alike: list[tuple[float, int, int]] = []
        for start in range(0, len(here), _BLOCK):
            rows = np.array(here[start : start + _BLOCK])
            left = squares - 2 * (self.vectors[rows] @ others.T)  # but for the row's own square
            column = left.argmin(axis=1)
            own = np.einsum("ij,ij->i", self.vectors[rows], self.vectors[rows])
            found = left[np.arange(len(rows)), column] + own
            alike += zip(found.tolist(), rows.tolist(), column.tolist(), strict=True)
        alike.sort()
        pairs = [(row, there[column]) for _, row, column in alike[:_LOOKED_AT]]
        return min(pairs, key=lambda pair: self.link(*pair).distance)


def matching_details(library: Library, one: int, other: int) -> tuple[int, tuple[Line, ...]]:
    """How many details of two photos were verified to match, and all that agree: (x, y) in the one, (x, y) in the other, as
    parts of width and height. From the thumbnails; some 40 ms."""
    pictures = Pictures(library, [one, other])
    here, there = pictures.features(one), pictures.features(other)
    found = agreement(here, there)
    lines = np.column_stack([here.places[found.one], there.places[found.other]])
    return found.count, tuple((x, y, u, v) for x, y, u, v in lines.tolist())
