"""The memory of decoded photos: the frames that are kept, which of them go first, and what their memory serves for next."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QImage, QPixmap

SPARES = 4

Key = tuple[int, str | None, bool]
"""Id, content (a file edited in place is another picture), and whether it was developed from the sensor's data."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One photo decoded. `scale` is pixels of the frame per pixel of the photo: 1.0 is all there is."""

    image: QImage
    pixmap: QPixmap  # shares its memory with `image`
    scale: float

    @property
    def edge(self) -> int:
        return max(self.image.width(), self.image.height())

    @property
    def shown(self) -> str:
        """Of a RAW file: 'preview', 'half' or 'full'; else ''."""
        return self.image.text("shown")

    @property
    def bytes(self) -> int:
        return int(self.image.sizeInBytes())


class Kept:
    """Frames by photo and edge; of those that nobody wants, the least recently used go first.

    They may take a third of the limit: more of them would seldom be seen again, and their memory serves for the next
    frames (see `Spares`).
    """

    def __init__(self, limit: int, give_back: Callable[[QImage], None]) -> None:
        self.limit = limit
        self._give_back = give_back
        self.bytes = 0
        self._frames: OrderedDict[tuple[Key, int], Frame] = OrderedDict()
        self._edges: dict[Key, set[int]] = {}
        self._wanted: set[tuple[Key, int]] = set()

    def has(self, key: Key, edge: int) -> bool:
        return (key, edge) in self._frames

    def best(self, key: Key, edge: int | None) -> Frame | None:
        edges = self._edges.get(key)
        if not edges:
            return None
        enough = [each for each in edges if edge is not None and each >= edge]
        place = (key, min(enough) if enough else max(edges))
        self._frames.move_to_end(place)
        return self._frames[place]

    def put(self, key: Key, edge: int, frame: Frame) -> None:
        self._drop((key, edge))
        self._frames[key, edge] = frame
        self._edges.setdefault(key, set()).add(edge)
        self.bytes += frame.bytes
        self._shed()

    def protect(self, wanted: set[tuple[Key, int]]) -> None:
        self._wanted = wanted
        self._shed()

    def _shed(self) -> None:
        needed = sum(self._frames[place].bytes for place in self._wanted if place in self._frames)
        allowed = min(self.limit, needed + self.limit // 3)
        if self.bytes <= allowed:
            return
        for place in [each for each in self._frames if each not in self._wanted]:
            self._drop(place)
            if self.bytes <= allowed:
                return

    def _drop(self, place: tuple[Key, int]) -> None:
        frame = self._frames.pop(place, None)
        if frame is not None:
            self.bytes -= frame.bytes
            self._edges[place[0]].discard(place[1])
            if not self._edges[place[0]]:
                del self._edges[place[0]]
            self._give_back(QImage(frame.image))  # whoever still holds the frame keeps its pixels


class Spares:
    """Memory of frames that were dropped, for the next ones of their size.

    Fresh memory costs a page fault for every 4 KB: from a fourth of a decode to several, by the machine.
    """

    def __init__(self) -> None:
        self._images: deque[QImage] = deque(maxlen=SPARES)
        self._lock = threading.Lock()

    def give(self, image: QImage) -> None:
        with self._lock:
            self._images.append(image)

    def take(self, width: int, height: int) -> QImage:
        """An image of that size; what it shows is to be overwritten. Called in workers."""
        with self._lock:
            for place, image in enumerate(self._images):
                if image.width() == width and image.height() == height:
                    del self._images[place]
                    return image  # when it is written, Qt parts it from whoever still shows it
        return QImage(width, height, QImage.Format.Format_RGB32)
