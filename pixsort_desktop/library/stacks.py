"""Bursts: frames that one press of the shutter made, found by their capture times and by what the camera said of them.

What a camera wrote is believed first: frames with the same burst id, or whose numbers go on, belong together even where a
full buffer made the camera slower, up to `LONGEST_TOLD_S` between two; another id, or a number that begins again, ends a
burst. Where it said nothing the clock decides: frames of one camera (make, model, serial number) in one column follow each
other in a burst when the pause between them, from the end of one exposure to the start of the next, is short:

- one second at most, for somebody who presses again takes longer, and no burst mode is slower than that;
- where the run has a rhythm (two frames are known to follow each other), four times the median of its intervals,
  but at least 0.4 s: two bursts of twenty frames a second, half a second apart, are two bursts;
- a camera that writes whole seconds only says «0» or «1» of everything up to two seconds: for it the limit is one
  whole second, without a rhythm.

That they look alike, the column says. The exposure is taken off because a bracket of long exposures is a burst, however
long its frames are.

Never stacked: frames without a capture time, or of an unknown camera (two phones are no burst), and frames of which
more than `MOST_AT_ONCE` share one instant. No camera makes that many without telling fractions of a second: such
stamps were written by a program, of an export or a scan.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pixsort_desktop.library.clocks import CameraKey, camera_key
from pixsort_desktop.library.records import Column, Photo

LONGEST_PAUSE_S = 1.0
LONGEST_TOLD_S = 10.0
SHORTEST_LIMIT_S = 0.4
RHYTHM = 4.0  # an interval so many times the run's median ends it
MOST_AT_ONCE = 40
_REMEMBERED = 8  # intervals of which the rhythm is the median

Stack = tuple[int, ...]  # photo ids by capture time, at least two


def find_stacks(columns: Iterable[Column], photos: Mapping[int, Photo]) -> tuple[Stack, ...]:
    """The bursts of every column, each by capture time. A photo is in one at most."""
    found: list[Stack] = []
    for column in columns:
        cameras: dict[CameraKey, list[Photo]] = {}
        for photo_id in column.photo_ids:
            photo = photos[photo_id]
            if photo.moment_s is not None and (photo.make or photo.model):
                cameras.setdefault(camera_key(photo), []).append(photo)
        for frames in cameras.values():
            if len(frames) > 1:
                found += _bursts(frames)
    return tuple(found)


def cover_of(stack: Sequence[int], photos: Mapping[int, Photo]) -> int:
    """Which frame stands for a stack: the picked one, else the one with the most stars, else the first.

    A rejected frame stands for others only where all are rejected.
    """
    rank = {"pick": 2, None: 1, "reject": 0}
    return max(stack, key=lambda i: (rank[photos[i].flag], photos[i].rating, -stack.index(i)))


def _bursts(frames: list[Photo]) -> list[Stack]:
    """The bursts among the frames of one camera in one column."""
    whole_seconds = all(float(photo.moment_s or 0).is_integer() for photo in frames)
    at_once: dict[float | None, int] = {}
    for photo in frames:
        at_once[photo.moment_s] = at_once.get(photo.moment_s, 0) + 1
    usable = [photo for photo in frames if at_once[photo.moment_s] <= MOST_AT_ONCE]
    usable.sort(key=lambda photo: (photo.moment_s, photo.path, photo.id))
    found: list[Stack] = []
    run: list[Photo] = usable[:1]
    intervals: list[float] = []
    for photo in usable[1:]:
        interval = (photo.moment_s or 0) - (run[-1].moment_s or 0)
        pause = interval - (run[-1].exposure_s or 0)
        told = _told(run[-1], photo)
        if told is not None:
            limit = LONGEST_TOLD_S if told else -math.inf
        else:
            limit = LONGEST_PAUSE_S if whole_seconds or not intervals else _limit(intervals)
        if pause <= limit:
            run.append(photo)
            intervals.append(interval)
            continue
        found += _stack(run)
        run, intervals = [photo], []
    return found + _stack(run)


def _told(before: Photo, photo: Photo) -> bool | None:
    """Whether the camera said that two frames are of one burst, or are not; None where it said neither."""
    if before.burst_id and photo.burst_id:
        return before.burst_id == photo.burst_id
    if before.burst_frame is None or photo.burst_frame is None:
        return None
    if photo.burst_frame == before.burst_frame + 1:
        return True
    return False if photo.burst_frame == 1 < before.burst_frame else None


def _limit(intervals: list[float]) -> float:
    from statistics import median  # brings fractions and decimals along, which a start has no use for

    rhythm = RHYTHM * median(intervals[-_REMEMBERED:])
    return min(LONGEST_PAUSE_S, max(SHORTEST_LIMIT_S, rhythm))


def _stack(run: list[Photo]) -> list[Stack]:
    return [tuple(photo.id for photo in run)] if len(run) > 1 else []


# -- which are open ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenStacks:
    """Which stacks of a project are closed: all of them or none, with exceptions.

    A stack is known by its first frame, so it stays as it is when others join it or are taken away.
    """

    closed: bool = False
    exceptions: frozenset[int] = frozenset()

    def is_closed(self, stack: Stack) -> bool:
        return self.closed != (stack[0] in self.exceptions)

    def toggled(self, stack: Stack) -> OpenStacks:
        """With that stack open instead of closed, or closed instead of open."""
        return OpenStacks(self.closed, self.exceptions ^ {stack[0]})

    def all_toggled(self, stacks: Collection[Stack]) -> OpenStacks:
        """Every stack open, where all are closed already; else every one closed."""
        return OpenStacks(not all(map(self.is_closed, stacks)))

    def to_json(self) -> dict[str, Any]:
        return {"closed": self.closed, "exceptions": sorted(self.exceptions)}

    @staticmethod
    def from_json(value: Any) -> OpenStacks:
        """What `to_json` wrote; all open where that is not understood."""
        given = value if isinstance(value, dict) else {}
        listed = given.get("exceptions")
        ids = (
            [i for i in listed if isinstance(i, int) and not isinstance(i, bool)]
            if isinstance(listed, list)
            else []
        )
        return OpenStacks(given.get("closed") is True, frozenset(ids))


ALL_OPEN = OpenStacks()
