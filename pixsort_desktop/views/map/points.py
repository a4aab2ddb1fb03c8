"""Which photos are where on the map, and which of them are seen at a given zoom. Imported by workers: it needs numpy.

Of a few hundred photos all are seen. Of more, one for each cell of a lattice that lies still on the map; the lattice is
halved from one level of zoom to the next, and of several photos in a cell always the same one comes first. So whatever is
seen stays when one zooms in, and panning changes nothing. The others are dots.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.views.map.viewport import Viewport

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_OVERLAP = 0.9  # a cell is at most that much of a thumbnail's edge wide, and at least half of it
FEW = 400  # photos that are all seen, also where they lie over each other
_ASIDE = 2.5  # how much worse a photo to the side is than one straight ahead, for the arrow keys


class MapPoints:
    """Photos by row, the ones that come first in their cell before the others. A unit is the least distance of two."""

    def __init__(self, ids: NDArray[np.int64], places: Floats, lacking: Collection[int] = ()) -> None:
        """`ids` (n,), `places` (n, 2); those of `lacking` photos are a block to the right of all others."""
        aside = _block(places, len(lacking))
        everyone = np.concatenate([ids, np.array([*lacking], np.int64)])
        order = np.argsort((everyone.astype(np.uint64) * np.uint64(2654435761)) % np.uint64(2**32))
        self.ids = everyone[order]
        self.places = np.concatenate([places, aside])[order].astype(np.float64)
        self.aside = (float(aside[:, 0].min()), float(aside[:, 1].min())) if len(aside) else None
        self._leads: tuple[float, Mask, Mask] | None = None
        self._rows = {photo_id: row for row, photo_id in enumerate(self.ids.tolist())}

    def __len__(self) -> int:
        return len(self.ids)

    def row_of(self, photo_id: int | None) -> int | None:
        return self._rows.get(photo_id) if photo_id is not None else None

    def photo_id(self, row: int) -> int:
        return int(self.ids[row])

    def place(self, row: int) -> tuple[float, float]:
        return float(self.places[row, 0]), float(self.places[row, 1])

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of everything; nothing has no extent."""
        if not len(self):
            return 0.0, 0.0, 0.0, 0.0
        low, high = self.places.min(axis=0), self.places.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def mask(self, photo_ids: Collection[int]) -> Mask:
        """(n,) whether each photo is one of these."""
        mask = np.zeros(len(self), np.bool_)
        mask[[row for row in map(self._rows.get, photo_ids) if row is not None]] = True
        return mask

    def numbers(self, by_photo: Mapping[int, int]) -> NDArray[np.int32]:
        """(n,) a number for each photo, -1 where there is none."""
        return np.fromiter((by_photo.get(i, -1) for i in self._rows), np.int32, len(self))

    # -- what is seen ----------------------------------------------------------------------------------

    def seen(self, view: Viewport, edge: float, among: Mask) -> tuple[Rows, Rows]:
        """Rows in sight of those in `among`: the ones with a thumbnail of `edge` pixels, and the others.

        Thumbnails that reach into the picture from outside are among the first.
        """
        margin = edge / 2 / view.scale
        x, y = self.places.T
        right, bottom = view.on_map(view.width, view.height)
        rows = np.flatnonzero(
            among
            & (x >= view.left - margin)
            & (x <= right + margin)
            & (y >= view.top - margin)
            & (y <= bottom + margin)
        )
        leads = self.leads(view.scale, edge, among)[rows]
        return rows[leads], rows[~leads]

    def leads(self, scale: float, edge: float, among: Mask) -> Mask:
        """(n,) whether a photo has a thumbnail at this scale, in sight or not. Kept for the same `among`, the very object,
        so that dragging the map costs no more than what is in sight."""
        cell = 2.0 ** math.floor(math.log2(_OVERLAP * edge / scale))
        if self._leads is not None and self._leads[0] == cell and self._leads[1] is among:
            return self._leads[2]
        leads = among
        if int(among.sum()) > FEW and cell > 1:  # no two photos are nearer than a unit
            rows = np.flatnonzero(among)
            cells = np.floor(self.places[rows] / cell).astype(np.int64)
            _, first = np.unique(cells[:, 0] * (1 << 32) + cells[:, 1], return_index=True)
            leads = np.zeros(len(self), np.bool_)
            leads[rows[first]] = True
        self._leads = (cell, among, leads)
        return leads

    def back_to_front(
        self, view: Viewport, rows: Rows, top: Sequence[int], marks: Sequence[Mask]
    ) -> list[tuple[int, float, float]]:
        """Row and place on the screen of each thumbnail: from the top of the map down, over these the rows that have a
        mark, the first of `marks` highest, and over all the rows of `top`."""
        rows = np.union1d(rows, np.array(top, np.intp))
        ahead = np.isin(rows, np.array(top, np.intp))
        order = rows[np.lexsort((self.places[rows, 1], *(mark[rows] for mark in reversed(marks)), ahead))]
        x = (self.places[order, 0] - view.left) * view.scale
        y = (self.places[order, 1] - view.top) * view.scale
        return list(zip(order.tolist(), x.tolist(), y.tolist(), strict=True))

    # -- finding ---------------------------------------------------------------------------------------

    def nearest(self, x: float, y: float, among: Rows) -> tuple[int, float] | None:
        """The row of `among` nearest to a point of the map, and how far it is."""
        if not len(among):
            return None
        apart = np.hypot(self.places[among, 0] - x, self.places[among, 1] - y)
        best = int(apart.argmin())
        return int(among[best]), float(apart[best])

    def towards(self, row: int, dx: int, dy: int, among: Mask) -> int | None:
        """The photo that an arrow leads to: the nearest one in that direction, rather ahead than aside."""
        x, y = (self.places - self.places[row]).T
        ahead, aside = x * dx + y * dy, np.abs(x * dy + y * dx)
        cost = np.where(among & (ahead > 0) & (aside <= ahead), ahead + _ASIDE * aside, np.inf)
        best = int(cost.argmin())
        return best if np.isfinite(cost[best]) else None

    def inside(self, outline: Iterable[tuple[float, float]], among: Mask) -> Rows:
        """The rows of `among` within a closed line on the map, by crossings of a ray (Shimrat 1962)."""
        corners = np.array([*outline], np.float64)
        if len(corners) < 3:
            return np.zeros(0, np.intp)
        low, high = corners.min(axis=0), corners.max(axis=0)
        rows = np.flatnonzero(among & ((self.places >= low) & (self.places <= high)).all(axis=1))
        x, y = self.places[rows].T
        odd = np.zeros(len(rows), np.bool_)
        before = corners[-1]
        for corner in corners:
            (x1, y1), (x2, y2) = before, corner
            before = corner
            if y1 != y2:
                crosses = (y1 > y) != (y2 > y)
                odd ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
        return rows[odd]

    def outline(self, rows: Rows, margin: float) -> list[tuple[float, float]]:
        """The corners of the smallest convex outline around squares that reach `margin` from the places of these."""
        rim = _hull({(float(x), float(y)) for x, y in self.places[rows]})
        steps = (-margin, margin)
        return _hull({(x + across, y + down) for x, y in rim for across in steps for down in steps})

    # -- dots ------------------------------------------------------------------------------------------

    def dots(
        self, view: Viewport, ratio: float, ground: int, layers: Iterable[tuple[Rows, int]], size: int
    ) -> NDArray[np.uint32]:
        """A picture (h, w) of RGB32 pixels with a square dot of `size` device pixels for each row of each layer (rows,
        colour) on a ground, later layers over earlier ones. A margin of `size` pixels around it is not to be shown."""
        height, width = max(1, round(view.height * ratio)), max(1, round(view.width * ratio))
        padded = np.full((height + 2 * size, width + 2 * size), ground, np.uint32)
        for rows, colour in layers:
            x = ((self.places[rows, 0] - view.left) * view.scale * ratio).astype(np.int64) + size - size // 2
            y = ((self.places[rows, 1] - view.top) * view.scale * ratio).astype(np.int64) + size - size // 2
            inside = (x >= 0) & (y >= 0) & (x <= width + size) & (y <= height + size)
            x, y = x[inside], y[inside]
            for across in range(size):
                for down in range(size):
                    padded[y + down, x + across] = colour
        return padded


def _hull(corners: set[tuple[float, float]]) -> list[tuple[float, float]]:
    """Those on the rim, in turn (Andrew 1979)."""
    ordered = sorted(corners)
    if len(ordered) < 3:
        return ordered
    return _chain(ordered)[:-1] + _chain(ordered[::-1])[:-1]


def _chain(corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """One side of the hull of points that are sorted."""
    chain: list[tuple[float, float]] = []
    for x, y in corners:
        while len(chain) > 1:
            (x1, y1), (x2, y2) = chain[-2:]
            if (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain


def _block(places: Floats, count: int) -> Floats:
    """(count, 2) places in rows beside the map, of its height at most."""
    if not count:
        return np.zeros((0, 2))
    low, high = (places.min(axis=0), places.max(axis=0)) if len(places) else (np.zeros(2), np.zeros(2))
    extent = max(float((high - low).max()), 8.0)
    down = max(1, math.ceil(math.sqrt(2 * count)))
    step = max(1.0, extent / max(down, 12))
    number = np.arange(count)
    return np.column_stack([high[0] + extent / 8 + number // down * step, low[1] + number % down * step])
