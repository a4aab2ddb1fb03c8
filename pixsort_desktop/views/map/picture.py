"""What of the map is drawn, and in which order, from back to front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import words
from pixsort_desktop.views.map.painting import (
    Drawn,
    dot_colour,
    paint_dots,
    paint_name,
    paint_outline,
    paint_photos,
)
from pixsort_desktop.views.map.viewport import Viewport

if TYPE_CHECKING:
    from pixsort_desktop.views.map.map_view import MapView
    from pixsort_desktop.views.map.points import MapPoints

_DOT = 3  # logical pixels
_ASIDE = 0.6  # of a thumbnail: how far the outline of a column is from the places of its photos


class MapPicture:
    """Draws the points of a map as they are looked at."""

    def __init__(self, view: MapView, loader: ThumbnailLoader) -> None:
        self._map, self._loader = view, loader

    def paint(self, painter: QPainter, points: MapPoints) -> dict[int, QRect]:
        """Answers where the pictures of photos are, by id, the last on top."""
        view, shown = self._map.view(), self._map.shown_rows()
        seen, behind = points.seen(view, self._map.thumbnail, shown)
        chosen = points.mask(self._map.selection.ids)
        column = self._column_looked_at(points)
        columns = self._map.column_rows()
        emphasised = columns == column if column is not None else columns < -1
        layers = (
            ((~shown).nonzero()[0], dot_colour("hover")),
            (behind, dot_colour("faint")),
            (behind[emphasised[behind]], dot_colour("text")),
            (behind[chosen[behind]], dot_colour("accent")),
        )
        ratio = self._map.devicePixelRatioF()
        size = max(2, round(_DOT * ratio))
        pixels = points.dots(view, ratio, dot_colour("ground"), layers, size)
        paint_dots(painter, pixels, ratio, size)
        rows = (emphasised & shown).nonzero()[0]
        if column is not None:
            margin = self._map.thumbnail * _ASIDE / view.scale
            paint_outline(painter, points.outline(rows, margin), view)
        drawn = self._drawn(points, view, seen, chosen, emphasised)
        pictures = paint_photos(painter, drawn, self._loader, self._map.snapshot.badges)
        if column is not None:
            self._paint_name(painter, points, view, column, rows)
        return pictures

    def _drawn(
        self, points: MapPoints, view: Viewport, seen: Any, chosen: Any, emphasised: Any
    ) -> list[Drawn]:
        """The selected ones over the others, the current one and the one under the pointer on top."""
        shown, current = self._map.shown_rows(), self._map.selection.current
        over = [points.row_of(i) for i in (current, self._map.pointer.over)]
        top = [row for row in over if row is not None and shown[row]]
        edge, focused = self._map.thumbnail, self._map.hasFocus()
        found = []
        for row, x, y in points.back_to_front(view, seen, top, (chosen, emphasised)):
            photo = self._map.photo(points.photo_id(row))
            if photo is not None:
                box = QRect(round(x - edge / 2), round(y - edge / 2), edge, edge)
                here = focused and photo.id == current
                found.append(Drawn(photo, box, bool(chosen[row]), here, bool(emphasised[row])))
        return found

    def _column_looked_at(self, points: MapPoints) -> int | None:
        """The column of the photo under the pointer, else of the current one; Ungrouped is none."""
        for photo_id in (self._map.pointer.over, self._map.selection.current):
            row = points.row_of(photo_id)
            if row is not None:
                number = int(self._map.column_rows()[row])
                grouped = number >= 0 and self._map.snapshot.columns[number].group is not None
                return number if grouped else None
        return None

    def _paint_name(
        self, painter: QPainter, points: MapPoints, view: Viewport, column: int, rows: Any
    ) -> None:
        group = self._map.snapshot.columns[column].group
        if group is None or not len(rows):
            return
        x, y = points.places[rows].T
        above_x, above_y = view.on_screen(float(x.min() + x.max()) / 2, float(y.min()))
        text = f"{group.label} · {words.count(len(rows), 'photo')}"
        paint_name(painter, text, QPointF(above_x, above_y - self._map.thumbnail * _ASIDE), self._map.area())
