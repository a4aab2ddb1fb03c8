"""Decoded photos in memory: what is looked at, what will be looked at next, and what there was room to keep.

Whoever shows photos says so (`want`), takes what is there (`best`) and paints again when more has `arrived`.
What nobody wants any more is dropped before it begins, so a hand that runs through a shoot never waits for the
frames it has left behind.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.records import Photo
from pixsort_desktop.views.loupe.frame_memory import Frame, Kept, Key, Spares

LONGEST_EDGE = 32_000  # Qt's painter counts pixels in 16 bits
MOST_BYTES = 1_500_000_000
RETRY_S = 3.0  # a file that could not be read is tried again after so long, when it is wanted anew
_UNKNOWN_PIXELS = 24_000_000  # of a photo whose size is not known

Room = Callable[[int, int], QImage]
"""(width, height) -> an RGB32 image of that size whose pixels are to be written."""

DecodeFunction = Callable[[Photo, int, Room], QImage]
"""(photo, longest side in pixels, where to write it) -> RGB32, upright, never enlarged. Runs in a worker. Raises
PhotoError or OSError."""

_Job = tuple[Photo, int, bool]


@dataclass(frozen=True, slots=True)
class Wish:
    """A photo, and the length of its longer side in device pixels; None is its full size."""

    photo: Photo
    edge: int | None = None

    @property
    def pixels_long(self) -> int:
        """The edge to decode: never more than the photo has, where that is known."""
        longest = max(self.photo.width or 0, self.photo.height or 0) or LONGEST_EDGE
        return max(1, min(self.edge or longest, longest, LONGEST_EDGE))


class Frames(QObject):
    """Decodes wishes in workers, the most urgent first, and keeps the frames within `budget` bytes."""

    arrived = Signal(int)  # a photo's id: there is a sharper frame of it, or the reason why there is none
    _decoded = Signal()

    def __init__(
        self,
        decode: DecodeFunction,
        *,
        develop: DecodeFunction | None = None,
        budget: int | None = None,
        threads: int = 2,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._decode = decode
        self._develop = develop or decode
        self._developed: set[int] = set()
        self._wishes: dict[int, tuple[bool, list[_Job]]] = {}
        self._spares = Spares()
        self._budget = budget
        self._troubles: dict[Key, dict[int, tuple[str, float]]] = {}
        self._queue = _Queue()
        self._results: deque[tuple[_Job, QImage | None, str]] = deque()
        self._decoded.connect(self._take_results, Qt.ConnectionType.QueuedConnection)
        self._threads = [
            threading.Thread(target=self._work, name=f"frames-{n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @cached_property
    def _kept(self) -> Kept:
        return Kept(self._budget if self._budget is not None else usual_budget(), self._spares.give)

    # -- asking ----------------------------------------------------------------------------------------

    def want(self, owner: QObject, wishes: Iterable[Wish], *, ahead: bool = False) -> None:
        """`owner` now shows these photos, most urgent first; that replaces what it wanted before.

        Wishes `ahead` are guesses at what will be looked at next: they come after all others, and only as
        many as the budget has room for.
        """
        jobs = [
            (w.photo, w.pixels_long, self.is_developed(w.photo)) for w in wishes if w.photo.status != "failed"
        ]
        before = self._wishes.get(id(owner))
        if before == (ahead, jobs):
            return
        if not ahead:
            self._forgive([job[0] for job in jobs], before[1] if before else [])
        self._wishes[id(owner)] = (ahead, jobs)
        self._plan()

    def forget(self, owner: QObject) -> None:
        """`owner` shows nothing any more."""
        if self._wishes.pop(id(owner), None) is not None:
            self._plan()

    def best(self, photo: Photo, edge: int | None = None) -> Frame | None:
        """The sharpest frame in memory; with `edge`, the smallest one that is at least so long, if there is one."""
        found = self._kept.best(self._now(photo), edge)
        return found if found is not None else self._kept.best(_key(photo, False), edge)

    def develop(self, photo: Photo, on: bool) -> None:
        """From now on show the photo developed whole from its sensor's data, or no longer."""
        if on is self.is_developed(photo):
            return
        (self._developed.add if on else self._developed.discard)(photo.id)
        for owner, (ahead, jobs) in self._wishes.items():
            self._wishes[owner] = (ahead, [(p, edge, self.is_developed(p)) for p, edge, _ in jobs])
        self._plan()
        self.arrived.emit(photo.id)

    def is_developed(self, photo: Photo) -> bool:
        """Whether that is wanted for this photo."""
        return photo.id in self._developed

    def _now(self, photo: Photo) -> Key:
        return _key(photo, self.is_developed(photo))

    def has(self, wish: Wish) -> bool:
        """Whether the frame of exactly that size is in memory."""
        return self._kept.has(self._now(wish.photo), wish.pixels_long)

    def ahead(self) -> list[Wish]:
        """The guesses at what will be looked at next, the likeliest first."""
        return [Wish(*job[:2]) for guessed, jobs in self._wishes.values() if guessed for job in jobs]

    def trouble(self, photo: Photo) -> str:
        """Why the original cannot be decoded now, in one sentence, or ''."""
        found = self._troubles.get(self._now(photo))
        return next(iter(found.values()))[0] if found else ""

    @property
    def bytes(self) -> int:
        """What the frames in memory take."""
        return self._kept.bytes

    @property
    def budget(self) -> int:
        return self._kept.limit

    @property
    def waiting(self) -> int:
        """How many decodes have not begun."""
        return len(self._queue)

    def close(self) -> None:
        """Accept nothing new; what is being decoded is finished and thrown away."""
        self._queue.close()

    def wait(self, seconds: float) -> bool:
        """Whether the workers have ended within so many seconds."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    # -- planning --------------------------------------------------------------------------------------

    def _forgive(self, photos: list[Photo], before: list[_Job]) -> None:
        """A photo that is come back to may have its file again: a card was put back, a disk mounted."""
        had = {_key(photo, developed) for photo, _, developed in before}
        now = time.monotonic()
        for key in {self._now(photo) for photo in photos} - had:
            found = self._troubles.get(key, {})
            if found and now - max(when for _, when in found.values()) > RETRY_S:
                del self._troubles[key]

    def _plan(self) -> None:
        """Wishes of all owners by urgency, in turn; then the guesses, for which half the budget is meant."""
        wanted: OrderedDict[tuple[Key, int], _Job] = OrderedDict()
        room = self._kept.limit // 2
        for ahead in (False, True):
            lists = [jobs for guessed, jobs in self._wishes.values() if guessed is ahead]
            for job in (job for rank in zip_longest(*lists) for job in rank if job is not None):
                place = _place(job)
                if place not in wanted:
                    room -= _estimate(job[0], job[1])
                    if ahead and room < 0:
                        break
                    wanted[place] = job
        self._kept.protect(set(wanted))
        self._queue.replace([job for place, job in wanted.items() if not self._settled(*place)])

    def _settled(self, key: Key, edge: int) -> bool:
        return self._kept.has(key, edge) or edge in self._troubles.get(key, {})

    # -- decoding --------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (job := self._queue.take()) is not None:
            image, trouble = self._attempt(job)
            self._results.append((job, image, trouble))
            try:
                self._decoded.emit()
            except RuntimeError:  # the window is gone
                return

    def _attempt(self, job: _Job) -> tuple[QImage | None, str]:
        try:
            photo, edge, developed = job
            return (self._develop if developed else self._decode)(photo, edge, self._spares.take), ""
        except PixsortError as error:
            return None, str(error)
        except OSError as error:
            return None, f"The file cannot be read ({error.strerror or type(error).__name__})."
        except Exception as error:  # noqa: BLE001 - a worker that dies would leave the window without frames
            return None, f"The photo cannot be shown ({type(error).__name__}: {error})."

    @Slot()
    def _take_results(self) -> None:
        arrived = []
        while self._results:
            job, image, trouble = self._results.popleft()
            self._queue.finished(job)
            photo, edge = job[0], job[1]
            key = _key(photo, job[2])
            if image is None or image.isNull():
                found = (trouble or "The photo cannot be shown.", time.monotonic())
                self._troubles.setdefault(key, {})[edge] = found
            else:
                self._troubles.pop(key, None)
                whole = max(photo.width or 0, photo.height or 0)
                sides = max(image.width(), image.height())
                scale = min(1.0, sides / whole) if whole else 1.0
                self._kept.put(key, edge, Frame(image, QPixmap.fromImage(image), scale))
            arrived.append(photo.id)
        if arrived:
            self._plan()
        for photo_id in arrived:
            self.arrived.emit(photo_id)


def usual_budget() -> int:
    """Bytes for frames: an eighth of the machine's memory, at most MOST_BYTES."""
    import psutil

    return int(min(MOST_BYTES, psutil.virtual_memory().total // 8))


def _key(photo: Photo, developed: bool) -> Key:
    return photo.id, photo.sha256, developed


def _place(job: _Job) -> tuple[Key, int]:
    return _key(job[0], job[2]), job[1]


def _estimate(photo: Photo, edge: int) -> int:
    """What decoding to that edge will take, in bytes."""
    if not photo.width or not photo.height:
        return min(_UNKNOWN_PIXELS, edge * edge) * 4
    part = min(1.0, edge / max(photo.width, photo.height))
    return round(photo.width * part) * round(photo.height * part) * 4


class _Queue:
    """What is to be decoded, in order; a new plan replaces the old one."""

    def __init__(self) -> None:
        self._jobs: deque[_Job] = deque()
        self._running: set[tuple[Key, int]] = set()
        self._ready = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._jobs)

    def replace(self, jobs: list[_Job]) -> None:
        with self._ready:
            if not self._closed:
                self._jobs = deque(j for j in jobs if _place(j) not in self._running)
                self._ready.notify_all()

    def take(self) -> _Job | None:
        """The next one; waits for it. None when closed."""
        with self._ready:
            while not self._jobs and not self._closed:
                self._ready.wait()
            if self._closed:
                return None
            job = self._jobs.popleft()
            self._running.add(_place(job))
            return job

    def finished(self, job: _Job) -> None:
        with self._ready:
            self._running.discard(_place(job))

    def close(self) -> None:
        with self._ready:
            self._closed = True
            self._jobs.clear()
            self._ready.notify_all()
