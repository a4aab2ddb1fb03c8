"""Thumbnails for whoever paints them: the visible ones first, decoded in workers, kept within a budget.

A view never asks for a file. It says which photos it shows (`want`) and takes what is there (`pixmap`);
`arrived` tells it when to paint again. What has scrolled out of every view before its turn is never decoded.

A thumbnail that is not on disk is made again by a thread of its own, if there is a way to: the cache has a limit, and
what was not seen for long had to go.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QImageReader, QPixmap

CACHE_BYTES = 192 * 1024 * 1024
LARGER = 1.5  # how much larger than wanted a kept picture may be
GUI_SLICE_S = 0.006  # the longest that new pixmaps may keep the GUI thread in one go
RETRY_S = 30.0  # what could not be made is tried again after so long, when it is wanted anew


class ThumbnailLoader(QObject):
    """Reads `path_of(key)` at the asked size; a key is a photo's SHA-256.

    `make(key)` puts a thumbnail there that is missing, and says whether it could; `used(key)` is told what was read.
    Both are called in workers.
    """

    arrived = Signal(object)  # a list of keys that can be painted now, or that turned out missing
    _decoded = Signal()

    def __init__(
        self,
        path_of: Callable[[str], Path],
        *,
        make: Callable[[str], bool] | None = None,
        used: Callable[[str], None] = lambda _key: None,
        cache_bytes: int = CACHE_BYTES,
        threads: int = 2,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        _meet_types()
        self._path_of = path_of
        self._make = make
        self._used = used
        self._cache = PixmapCache(cache_bytes)
        self._wanted: dict[int, tuple[int, list[str]]] = {}
        self._missing: dict[str, float] = {}  # since when
        self._to_make: set[str] = set()
        self._queue = _Queue()
        self._making = _Queue()
        self._results: deque[tuple[str, int, QImage, _Queue]] = deque()
        self._threads = [
            threading.Thread(target=self._work, name=f"thumbnails-{n}", daemon=True) for n in range(threads)
        ]
        if make is not None:
            self._threads.append(
                threading.Thread(target=self._make_again, name="thumbnails-made", daemon=True)
            )
        self._decoded.connect(self._take_results, Qt.ConnectionType.QueuedConnection)
        for thread in self._threads:
            thread.start()

    def want(self, owner: QObject, edge: int, keys: Iterable[str]) -> None:
        """`owner` now shows `keys`, most urgent first, in boxes of `edge` device pixels. Replaces what it
        wanted before: requests that no owner wants any more are dropped."""
        self._wanted[id(owner)] = (edge, list(keys))
        self._plan()

    def forget(self, owner: QObject) -> None:
        """`owner` shows nothing any more."""
        if self._wanted.pop(id(owner), None) is not None:
            self._plan()

    def pixmap(self, key: str) -> QPixmap | None:
        """The best picture in memory, perhaps smaller than wanted; None while there is none."""
        return self._cache.get(key)

    def missing(self, key: str) -> bool:
        """Whether there is no thumbnail on disk (yet)."""
        return key in self._missing

    def refresh(self, keys: Iterable[str]) -> None:
        """These photos changed: look again for the ones that were missing."""
        again = [key for key in keys if key in self._missing]
        for key in again:
            self._missing.pop(key, None)
        if again:
            self._plan()

    def close(self) -> None:
        """Stop the workers; returns within the time of one decode."""
        self._queue.close()
        self._making.close()
        for thread in self._threads:
            thread.join(timeout=2)

    def _plan(self) -> None:
        jobs: dict[str, int] = {}
        for edge, keys in self._wanted.values():
            for key in keys:
                jobs[key] = max(edge, jobs.get(key, 0))
        wanted = {k: e for k, e in jobs.items() if not self._given_up(k) and not self._cache.fits(k, e)}
        self._queue.replace({k: edge for k, edge in wanted.items() if k not in self._to_make})
        self._making.replace({k: edge for k, edge in wanted.items() if k in self._to_make})

    def _given_up(self, key: str) -> bool:
        since = self._missing.get(key)
        return since is not None and (self._make is None or time.monotonic() - since < RETRY_S)

    def _work(self) -> None:
        while (job := self._queue.take()) is not None:
            image = read_thumbnail(self._path_of(job[0]), job[1])
            if not image.isNull():
                self._used(job[0])
            if not self._hand_over((*job, image, self._queue)):
                return

    def _make_again(self) -> None:
        assert self._make is not None
        while (job := self._making.take()) is not None:
            key, edge = job
            try:
                made = self._make(key)
            except Exception:  # noqa: BLE001 - the library is being closed, its disk is gone: a grey box, no end
                made = False
            image = read_thumbnail(self._path_of(key), edge) if made else QImage()
            if not self._hand_over((key, edge, image, self._making)):
                return

    def _hand_over(self, result: tuple[str, int, QImage, _Queue]) -> bool:
        self._results.append(result)
        try:
            self._decoded.emit()
        except RuntimeError:  # the window is gone
            return False
        return True

    @Slot()
    def _take_results(self) -> None:
        """Make pixmaps until the slice of time is used up; the rest waits for the next turn of the loop."""
        started = time.perf_counter()
        keys: list[str] = []
        plan = False
        while self._results and time.perf_counter() - started < GUI_SLICE_S:
            key, edge, image, queue = self._results.popleft()
            queue.finished(key)
            if image.isNull() and queue is self._queue and self._make is not None:
                self._to_make.add(key)
                plan = True
                continue
            self._to_make.discard(key)
            if image.isNull():
                self._missing[key] = time.monotonic()
            else:
                self._missing.pop(key, None)
                self._cache.put(key, edge, QPixmap.fromImage(image))
            keys.append(key)
        if self._results:
            QTimer.singleShot(0, self._take_results)
        if plan or any(self._too_small(key) for key in keys):  # wanted larger while it was being read small
            self._plan()
        if keys:
            self.arrived.emit(keys)

    def _too_small(self, key: str) -> bool:
        have = self._cache.edge(key)
        return 0 < have < max((edge for edge, keys in self._wanted.values() if key in keys), default=0)


class PixmapCache:
    """Pixmaps by key, the least recently used ones given up when their bytes pass `limit`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._entries: OrderedDict[str, tuple[int, int, QPixmap]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> QPixmap | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[2]

    def fits(self, key: str, edge: int) -> bool:
        """Whether the kept picture is neither too small nor so large that shrinking it would flicker."""
        return edge <= self.edge(key) <= LARGER * edge

    def edge(self, key: str) -> int:
        """The size, in device pixels, that the kept picture was read for; 0 where none is kept."""
        entry = self._entries.get(key)
        return entry[0] if entry is not None else 0

    def put(self, key: str, edge: int, pixmap: QPixmap) -> None:
        size = pixmap.width() * pixmap.height() * max(1, pixmap.depth() // 8)
        if key in self._entries:
            self.bytes -= self._entries.pop(key)[1]
        self._entries[key] = (edge, size, pixmap)
        self.bytes += size
        while self.bytes > self.limit and len(self._entries) > 1:
            self.bytes -= self._entries.popitem(last=False)[1][1]


class _Queue:
    """What is to be decoded, in order; a new plan replaces the old one."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, int] = OrderedDict()
        self._running: set[str] = set()
        self._ready = threading.Condition()
        self._closed = False

    def replace(self, jobs: dict[str, int]) -> None:
        with self._ready:
            self._jobs = OrderedDict((k, e) for k, e in jobs.items() if k not in self._running)
            self._ready.notify_all()

    def take(self) -> tuple[str, int] | None:
        with self._ready:
            while not self._jobs and not self._closed:
                self._ready.wait()
            if self._closed:
                return None
            job = self._jobs.popitem(last=False)
            self._running.add(job[0])
            return job

    def finished(self, key: str) -> None:
        with self._ready:
            self._running.discard(key)

    def close(self) -> None:
        with self._ready:
            self._closed = True
            self._jobs.clear()
            self._ready.notify_all()


def read_thumbnail(path: Path, edge: int) -> QImage:
    """The picture at `path`, whole, no larger than `edge` x `edge` pixels; a null image where it cannot be
    read. Made for worker threads: Qt gives up the interpreter lock while it decodes."""
    reader = QImageReader(str(path))
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > edge:
        reader.setScaledSize(size.scaled(QSize(edge, edge), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return image
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _meet_types() -> None:
    """Touch, in the GUI thread, every Qt type that `read_thumbnail` uses.

    PySide (6.11 and before, at least) makes its classes at their first use, and two threads that meet one for
    the first time together crash the program.
    """
    reader = QImageReader("no such file")
    reader.setScaledSize(reader.size().scaled(QSize(1, 1), Qt.AspectRatioMode.KeepAspectRatio))
    QImage(1, 1, QImage.Format.Format_RGB888).convertToFormat(QImage.Format.Format_RGB32)
