"""The mouse on the map: clicks, the lasso, dragging the map, the wheel, and the photo under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from pixsort_desktop.views.timers import single_shot

if TYPE_CHECKING:
    from pixsort_desktop.views.map.map_view import MapView

CARD_MS = 250  # the pointer rests so long before the larger photo comes
_DOT_REACH = 6  # pixels around a dot that count as the dot
_NOTCH = 1.2  # of zoom for a notch of the wheel
Modifier = Qt.KeyboardModifier


class MapPointer(QObject):
    """Handles the mouse events of the map; `over` is the photo under the pointer, `lasso` the line that is being drawn."""

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._map = view
        self.over: int | None = None
        self.lasso: list[QPointF] = []
        self._pressed: QPoint | None = None
        self._line: list[QPointF] = []  # since then
        self._dragged: QPointF | None = None  # where the map was held last
        self._timer = single_shot(self, self._show_card, CARD_MS)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._map:
            return False
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QWheelEvent):
            self._wheel(event)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
                return False
            self._map.zoom(1 + event.value(), event.position())
            return True
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        return False

    def give_up(self) -> bool:
        """Leave the lasso, or the map where it was dragged to; says whether there was anything to leave."""
        active = bool(self.lasso) or self._dragged is not None
        self.lasso, self._pressed, self._dragged = [], None, None
        self._map.unsetCursor()
        self._point_at(None)
        return active

    def photo_at(self, at: QPoint) -> int | None:
        """The photo whose picture, or else whose dot, is at a point of the map's widget."""
        view, points = self._map, self._map.points
        for photo_id, place in reversed(view.pictures.items()):
            if place.contains(at):
                return photo_id
        if points is None or not view.area().contains(at):
            return None
        seen = view.view()
        found = points.nearest(*seen.on_map(at.x(), at.y()), view.shown_rows().nonzero()[0])
        near = found is not None and found[1] * seen.scale <= _DOT_REACH
        return points.photo_id(found[0]) if near and found is not None else None

    # -- mouse -----------------------------------------------------------------------------------------

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, at = event.type(), event.position()
        if kind == QEvent.Type.MouseButtonDblClick and event.button() == Qt.MouseButton.LeftButton:
            photo_id = self.photo_at(at.toPoint())
            if photo_id is not None:
                self._map.opened.emit(photo_id)
            return True
        if kind == QEvent.Type.MouseButtonPress:
            return self._press(event)
        if kind == QEvent.Type.MouseMove:
            self._move(event)
            return True
        if kind == QEvent.Type.MouseButtonRelease and (
            self._pressed is not None or self._dragged is not None
        ):
            self._release(event)
            return True
        return False

    def _press(self, event: QMouseEvent) -> bool:
        left = event.button() == Qt.MouseButton.LeftButton
        self._map.card.hide()
        self._timer.stop()
        if event.button() == Qt.MouseButton.MiddleButton or (
            left and event.modifiers() & Modifier.AltModifier
        ):
            self._dragged = event.position()
            self._map.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left:
            self._pressed, self._line = event.position().toPoint(), [event.position()]
        else:
            return False
        self._map.setFocus(Qt.FocusReason.MouseFocusReason)
        return True

    def _move(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._dragged is not None:
            by = at - self._dragged
            self._dragged = at
            self._map.move_by(by.x(), by.y())
        elif self._pressed is not None:
            far = (at.toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            self._line.append(at)
            if self.lasso or far:
                self.lasso = self._line
                self._point_at(None)
                self._map.update()
        else:
            self._point_at(self.photo_at(at.toPoint()))

    def _release(self, event: QMouseEvent) -> None:
        line, pressed = self.lasso, self._pressed
        self.lasso, self._pressed, self._dragged = [], None, None
        self._map.unsetCursor()
        adding = bool(event.modifiers() & (Modifier.ControlModifier | Modifier.ShiftModifier))
        if line:
            self._take_inside(line, adding=adding)
        elif pressed is not None:
            self._click(self.photo_at(pressed), event.modifiers())

    def _click(self, photo_id: int | None, modifiers: Qt.KeyboardModifier) -> None:
        chosen = self._map.selection
        if modifiers & Modifier.ControlModifier and photo_id is not None:
            chosen.toggle(photo_id)
        elif modifiers & Modifier.ShiftModifier and photo_id is not None:
            chosen.add([photo_id], photo_id)
        elif photo_id is not None:
            chosen.set([photo_id])
        elif not modifiers & (Modifier.ControlModifier | Modifier.ShiftModifier):
            chosen.set([], chosen.current)
        self._map.tell_selected()

    def _take_inside(self, line: list[QPointF], *, adding: bool) -> None:
        """Select what the lasso encloses: photos whose place is inside."""
        points, seen, chosen = self._map.points, self._map.view(), self._map.selection
        if points is None:
            return
        corners = [seen.on_map(at.x(), at.y()) for at in line]
        ids = [points.photo_id(int(row)) for row in points.inside(corners, self._map.shown_rows())]
        if adding:
            chosen.add(ids)
        else:
            chosen.set(ids, ids[0] if ids else chosen.current)
        self._map.tell_selected()

    def _wheel(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        if turn:
            self._point_at(None)
            self._map.zoom(_NOTCH ** (turn / 120), event.position())

    # -- the photo under the pointer -------------------------------------------------------------------

    def _point_at(self, photo_id: int | None) -> None:
        if photo_id == self.over:
            return
        self.over = photo_id
        self._map.card.hide()
        self._timer.stop()
        if photo_id is not None:
            self._timer.start()
        self._map.update()

    def _show_card(self) -> None:
        photo = self._map.photo(self.over)
        place = self._map.pictures.get(self.over) if self.over is not None else None
        if photo is not None and place is not None:
            name = self._map.snapshot.column_names.get(photo.id, "")
            self._map.card.show_photo(photo, name, place, self._map.area())
