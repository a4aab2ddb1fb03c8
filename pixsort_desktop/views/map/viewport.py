"""What of the map is on the screen, and how that changes by zooming and moving. Plain values; no Qt, no numpy."""

from __future__ import annotations

from dataclasses import dataclass, replace

Box = tuple[float, float, float, float]  # left, top, right, bottom, in units of the map
LARGEST = (
    1.25  # of a thumbnail's edge: the pixels that a unit of the map may become. Then no photo hides another
)


@dataclass(frozen=True, slots=True)
class Viewport:
    """The map's point (`left`, `top`) is in the upper left corner, a unit of the map is `scale` pixels."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    def on_screen(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    def on_map(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x / self.scale, self.top + y / self.scale

    def moved(self, dx: float, dy: float) -> Viewport:
        """The picture dragged by so many pixels."""
        return replace(self, left=self.left - dx / self.scale, top=self.top - dy / self.scale)

    def zoomed(self, factor: float, x: float, y: float, least: float, most: float) -> Viewport:
        """Larger or smaller around a point of the screen, which stays where it is."""
        scale = min(most, max(least, self.scale * factor))
        at_x, at_y = self.on_map(x, y)
        return replace(self, scale=scale, left=at_x - x / scale, top=at_y - y / scale)

    def showing(self, x: float, y: float, margin: float) -> Viewport:
        """Moved as little as needed for a point of the map to be in sight, `margin` pixels from the rim."""
        at_x, at_y = self.on_screen(x, y)
        dx = max(0.0, margin - at_x) - max(0.0, at_x - (self.width - margin))
        dy = max(0.0, margin - at_y) - max(0.0, at_y - (self.height - margin))
        return self.moved(dx, dy) if dx or dy else self

    def within(self, box: Box) -> Viewport:
        """Moved back where all of the map would be out of sight."""
        left, top, right, bottom = box
        wide, high = self.width / self.scale, self.height / self.scale
        return replace(
            self,
            left=min(right - wide / 4, max(left - wide * 3 / 4, self.left)),
            top=min(bottom - high / 4, max(top - high * 3 / 4, self.top)),
        )


def fitted(box: Box, width: int, height: int, edge: float, margin: float) -> Viewport:
    """All of the map, with room for thumbnails of `edge` at its rim; never larger than where no photo hides another."""
    left, top, right, bottom = box
    room_x, room_y = max(1.0, width - edge - 2 * margin), max(1.0, height - edge - 2 * margin)
    scales = [
        room / extent for room, extent in ((room_x, right - left), (room_y, bottom - top)) if extent > 0
    ]
    scale = min([LARGEST * edge, *scales])
    return Viewport(
        (left + right) / 2 - width / 2 / scale, (top + bottom) / 2 - height / 2 / scale, scale, width, height
    )
