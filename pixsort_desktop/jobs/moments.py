"""Photos -> the moments of a shoot, by the clocks of its cameras."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.grouping.moments import cut_moments, moment_tree
from pixsort_desktop.library.clocks import CameraKey, camera_key
from pixsort_desktop.library.records import Photo


@dataclass(frozen=True, slots=True)
class Moment:
    """`photo_ids` by time; `start_s` and `end_s` are seconds of the project's clock, as in `Photo.sorted_s`."""

    photo_ids: tuple[int, ...]
    start_s: float
    end_s: float


def by_time(grouping: Mapping[str, Any]) -> bool:
    """Whether a project's columns are moments, by what it remembers of its grouping."""
    parameters = grouping.get("parameters")
    return isinstance(parameters, dict) and parameters.get("selection") == "moments"


def moment_labels(photos: Sequence[Photo], granularity: float = 0.5) -> dict[int, int]:
    """Number of the moment by photo, -1 where nobody knows when it was taken; photos that failed are left out.

    In the order in which they are given. `granularity`: from whole events, 0, to the finest moments, 1.
    """
    ready, times, cameras = _clocks(photos)
    labels = cut_moments(times, cameras, granularity)
    return dict(zip((photo.id for photo in ready), labels.tolist(), strict=True))


def moment_hierarchy(
    photos: Sequence[Photo],
) -> tuple[tuple[int, ...], NDArray[np.float64], NDArray[np.float64]]:
    """All granularities at once: the readable photos, and `grouping.moments.moment_tree` of them."""
    ready, times, cameras = _clocks(photos)
    tree, holds = moment_tree(times, cameras) if ready else (np.zeros((0, 3)), np.zeros(0))
    return tuple(photo.id for photo in ready), tree, holds


def _clocks(photos: Sequence[Photo]) -> tuple[list[Photo], NDArray[np.float64], NDArray[np.intp]]:
    """The readable photos, when each was taken, and by which camera (a number)."""
    ready = [photo for photo in photos if photo.status == "ready"]
    numbers = {key: n for n, key in enumerate(sorted({camera_key(photo) for photo in ready}))}
    cameras = np.array([numbers[camera_key(photo)] for photo in ready], np.intp)
    return ready, np.array(steady_times(ready), np.float64), cameras


def moments_of(photos: Sequence[Photo], granularity: float = 0.5) -> tuple[list[Moment], list[int]]:
    """The moments, first to last, and the readable photos that are in none: nobody knows when they were taken."""
    found: dict[int, list[Photo]] = {}
    known = {photo.id: photo for photo in photos}
    for photo_id, number in moment_labels(photos, granularity).items():
        found.setdefault(number, []).append(known[photo_id])
    unknown = [photo.id for photo in found.pop(-1, [])]
    moments = []
    for number in sorted(found):
        frames = sorted(found[number], key=lambda p: (p.sorted_s or 0.0, p.path))
        times = [photo.sorted_s or 0.0 for photo in frames]
        moments.append(Moment(tuple(photo.id for photo in frames), times[0], times[-1]))
    return moments, unknown


def steady_times(photos: Sequence[Photo]) -> list[float]:
    """When each photo was taken, in seconds that run evenly; NaN where nobody knows.

    A clock that was set for summer time, or for another country, jumps by hours. Where a camera says how far its clock is
    from UTC, its times are brought to the zone in which it took most photos.
    """
    zones: dict[CameraKey, Counter[float]] = {}
    offsets = [_offset(photo) for photo in photos]
    for photo, offset in zip(photos, offsets, strict=True):
        if offset is not None:
            zones.setdefault(camera_key(photo), Counter())[offset] += 1
    times = []
    for photo, offset in zip(photos, offsets, strict=True):
        away = 0.0
        if offset is not None:
            counts = zones[camera_key(photo)]
            away = offset - max(counts, key=lambda zone: (counts[zone], -abs(zone), zone))
        times.append(photo.moment_s - away if photo.moment_s is not None else np.nan)
    return times


def _offset(photo: Photo) -> float | None:
    """Seconds by which the clock was ahead of UTC, where it said so."""
    if photo.moment_s is None or not photo.taken_at:
        return None
    try:
        offset = datetime.fromisoformat(photo.taken_at).utcoffset()
    except ValueError:
        return None
    return offset.total_seconds() if offset is not None else None
