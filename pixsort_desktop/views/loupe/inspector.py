"""What can be said of a frame by looking at its pixels or into its file, found out in a worker and kept.

The work itself comes as plain functions from `app`; here is only the order in which it is done. Whoever shows
something asks by a list of jobs, the most urgent first, and that list replaces the one before: a hand that runs
through a shoot leaves nothing behind it to be computed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from pixsort_desktop.library.records import Photo
from pixsort_desktop.tasks.runner import Runner, Task
from pixsort_desktop.views.loupe.frames import Frames

BUDGET = 160_000_000  # bytes of masks; a screen's frame takes 2 million
HISTOGRAM, CLIPPING, PEAKING, AF_POINT = "histogram", "clipping", "peaking", "af_point"
_OF_THE_FILE = (HISTOGRAM, AF_POINT)  # once a photo, whatever the size it is seen in


@dataclass(frozen=True, slots=True)
class Levels:
    """A histogram: 256 counts each of red, green, blue and luminance; shares (0 to 1) that are clipped."""

    counts: tuple[tuple[int, ...], ...]
    highlights: float
    shadows: float


@dataclass(frozen=True, slots=True)
class Mask:
    """One byte a pixel of the frame (Indexed8), 0 where nothing is to be marked; `share` of the others."""

    image: QImage
    share: float


@dataclass(frozen=True, slots=True)
class AfArea:
    """In fractions of the upright photo: centre and size (0: a mere point). Not `in_focus`: only selected."""

    x: float
    y: float
    width: float
    height: float
    in_focus: bool


class InspectionFunctions(NamedTuple):
    """How each kind is found out; all run in a worker. Frames are RGB32."""

    histogram: Callable[[QImage], Levels]
    clipping: Callable[[QImage], Mask]  # 1: highlights, 2: shadows
    peaking: Callable[[QImage], Mask]  # 1: an edge in focus
    af_point: Callable[[Photo], tuple[AfArea, ...]]  # () where the file does not say


Finding = Levels | Mask | tuple[AfArea, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of finding for a photo; `edge` is the longer side of the frame that it is asked for."""

    kind: str
    photo: Photo
    edge: int

    @property
    def key(self) -> _Key:
        size = 0 if self.kind in _OF_THE_FILE else self.edge
        return self.kind, self.photo.id, self.photo.sha256, size


_Key = tuple[str, int, str | None, int]


class Inspector(QObject):
    """One worker; `arrived(photo id)` tells of a new finding."""

    arrived = Signal(int)

    def __init__(self, frames: Frames, functions: InspectionFunctions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        meet_types()
        self._frames = frames
        self._functions = functions
        self._runner = Runner(1, self)
        self._task: Task | None = None
        self._jobs: list[Job] = []
        self._kept: OrderedDict[_Key, Finding | None] = OrderedDict()  # None: it could not be found out
        self._bytes = 0

    def get(self, kind: str, photo: Photo, edge: int) -> Finding | None:
        """The finding, if it is there; of masks the one for that size, else the largest."""
        key = Job(kind, photo, edge).key
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        others = [other for other in self._kept if other[:3] == key[:3]]
        return self._kept[max(others, key=lambda other: other[3])] if others else None

    def want(self, jobs: Iterable[Job]) -> None:
        """These are needed now, most urgent first; what was wanted before and has not begun is dropped."""
        self._jobs = [job for job in jobs if job.key not in self._kept]
        self._begin()

    def run(self, work: Callable[[], bool], done: Callable[[bool], None]) -> None:
        """Something small to find out beside the photos."""
        self._runner.run(work, done, lambda _error: None)

    def close(self) -> None:
        self._jobs = []
        self._runner.close()
        self._runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        return self._runner.wait(seconds)

    def _begin(self) -> None:
        if self._task is not None or not self._jobs:
            return
        job = self._jobs.pop(0)
        work = self._work(job)
        if work is None:  # its frame is gone; whoever shows it asks again when it is back
            self._begin()
            return
        self._task = self._runner.run(
            work,
            lambda found: self._keep(job, found),
            lambda _error: self._keep(job, None),
            ended=self._ended,
        )

    def _work(self, job: Job) -> Callable[[], Finding] | None:
        functions = self._functions
        if job.kind == AF_POINT:
            return lambda: functions.af_point(job.photo)
        frame = self._frames.best(job.photo, job.edge)
        if frame is None:
            return None
        look: dict[str, Callable[[QImage], Finding]] = {
            HISTOGRAM: functions.histogram,
            CLIPPING: functions.clipping,
            PEAKING: functions.peaking,
        }
        find = look[job.kind]
        image = QImage(
            frame.image
        )  # shares the pixels and keeps them: `Frames` writes the next photo into its own
        return lambda: find(image)

    def _keep(self, job: Job, found: Finding | None) -> None:
        self._kept[job.key] = found
        self._bytes += _size(found)
        while self._bytes > BUDGET and len(self._kept) > 1:
            self._bytes -= _size(self._kept.popitem(last=False)[1])
        self.arrived.emit(job.photo.id)

    def _ended(self) -> None:
        self._task = None
        self._jobs = [job for job in self._jobs if job.key not in self._kept]
        self._begin()


def _size(found: Finding | None) -> int:
    return int(found.image.sizeInBytes()) if isinstance(found, Mask) else 4000


def meet_types() -> None:
    """Touch, in the window's thread, what workers use of Qt; see `thumbnails.loader` for why."""
    image = QImage(1, 1, QImage.Format.Format_Indexed8)
    image.bits()
    image.constBits()
    image.sizeInBytes()
