"""What can be laid over a large photo: clipped pixels, edges in focus, the AF point, and the histogram beside it.

Each is on or off for all canvases at once, from photo to photo and from one start to the next. What is on is found
out for the photo that is shown and then, while the hand rests, for those that were decoded ahead, so that it is there
when they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import QLabel

from pixsort_desktop.library.records import Photo
from pixsort_desktop.views import theme
from pixsort_desktop.views.loupe.canvas import Canvas
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.histogram import HistogramPanel
from pixsort_desktop.views.loupe.inspector import (
    AF_POINT,
    CLIPPING,
    HISTOGRAM,
    PEAKING,
    Finding,
    InspectionFunctions,
    Inspector,
    Job,
    Levels,
    Mask,
)
from pixsort_desktop.views.loupe.marks import (
    MaskPainter,
    clipping_colours,
    paint_af_areas,
    peaking_colours,
)
from pixsort_desktop.views.loupe.stage import Stage
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.timers import single_shot

KINDS = (HISTOGRAM, AF_POINT, CLIPPING, PEAKING)
BLINK_MS = 333  # on as long as off: one and a half times a second; three would be the most (WCAG 2.3.1)
NO_AF = "No AF point in the file"


@dataclass
class _Layer:
    """A canvas, and the parts of masks that were painted on it last."""

    canvas: Canvas
    clipping: MaskPainter
    peaking: MaskPainter
    painted: tuple[Photo | None, int] = (None, 0)  # the photo, and the longer side of its frame


class Overlays(QObject):
    """Paints on every canvas that was given to `add`; `histogram` and `note` stand beside the photo of the first."""

    changed = Signal()  # a key or menu entry was used
    steadied = Signal(bool)  # whether the system was asked for less motion is known

    def __init__(
        self, frames: Frames, functions: InspectionFunctions, memory: Memory, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.inspector = Inspector(frames, functions, self)
        self.on = {kind for kind in KINDS if kind in memory.overlays}
        self.steady = False
        self.lit = True  # clipped pixels are shown at this moment
        self.histogram = HistogramPanel()
        self.note = QLabel(NO_AF)
        self._frames, self._memory = frames, memory
        self._layers: list[_Layer] = []
        self._dress_note()
        self._planning = single_shot(self, self._plan)
        self._blinking = QTimer(self)
        self._blinking.setInterval(BLINK_MS)
        self._blinking.timeout.connect(self._blink)
        self.inspector.arrived.connect(self._found)
        frames.arrived.connect(self._plan_soon)
        self.inspector.run(_wants_less_motion, self.set_steady)

    def lie_over(self, stage: Stage) -> None:
        """A canvas with room in its corners: the histogram and the note belong there."""
        self.add(stage.canvas)
        stage.put(self.histogram, Qt.Corner.TopRightCorner)
        stage.put(self.note, Qt.Corner.BottomRightCorner)

    def add(self, canvas: Canvas) -> None:
        """Lay what is on over this canvas, too."""
        layer = _Layer(canvas, MaskPainter(clipping_colours()), MaskPainter(peaking_colours()))
        self._layers.append(layer)
        canvas.photo_changed.connect(self._plan_soon)
        canvas.overlays.append(lambda painter, rect: self._paint(layer, painter, rect))
        canvas.update()

    def handlers(self, when: Callable[[Callable[[], None]], None]) -> dict[str, Callable[[], None]]:
        """What the keys do, by shortcut id; `when` decides whether they mean anything just now."""

        def handler(kind: str) -> Callable[[], None]:
            def act() -> None:
                when(lambda: self.toggle(kind))
                self.changed.emit()  # a menu's check mark has changed by itself

            return act

        return {kind: handler(kind) for kind in KINDS}

    def tick(self, actions: Mapping[str, QAction]) -> None:
        """Give the menu's entries their check marks."""

        def show() -> None:
            for kind in KINDS:
                actions[kind].setChecked(kind in self.on)

        for kind in KINDS:
            actions[kind].setCheckable(True)
        self.changed.connect(show)
        show()

    def toggle(self, kind: str) -> None:
        """Turn one of KINDS on or off."""
        self.on ^= {kind}
        self._memory.overlays = sorted(self.on)
        self.lit = True
        self._plan()
        for layer in self._layers:
            layer.canvas.update()

    def set_steady(self, steady: bool) -> None:
        """Whether clipped pixels are shown without blinking."""
        self.steady = steady
        self.steadied.emit(steady)
        self._blink_if_needed()

    def close(self) -> None:
        self._blinking.stop()
        self._planning.stop()
        self.inspector.close()

    def wait(self, seconds: float) -> bool:
        return self.inspector.wait(seconds)

    # -- finding out -----------------------------------------------------------------------------------

    def _plan_soon(self, *_: object) -> None:
        if not self._planning.isActive():
            self._planning.start(0)

    def _plan(self) -> None:
        """What is seen, then what was decoded ahead, as far as its frames are there."""
        photos = self._in_memory()
        self.inspector.want(
            Job(kind, photo, edge) for photo, edge in photos for kind in KINDS if kind in self.on
        )
        self._show_beside()
        self._blink_if_needed()

    def _in_memory(self) -> list[tuple[Photo, int]]:
        """Photos whose frames are there in the size that is looked at, with the longer side of those frames."""
        wishes = [
            layer.canvas.wish(photo) for layer in self._layers if (photo := _seen(layer.canvas)) is not None
        ]
        if wishes:
            canvas = self._layers[0].canvas
            guesses = self._frames.ahead()  # of the side panel, too, which shows photos smaller
            wishes += [w for w in guesses if w.pixels_long == canvas.wish(w.photo).pixels_long]
        found = []
        for wish in wishes:
            frame = self._frames.best(wish.photo, wish.pixels_long) if self._frames.has(wish) else None
            if frame is not None:
                found.append((wish.photo, frame.edge))
        return found

    def _found(self, photo_id: int) -> None:
        for layer in self._layers:
            if layer.canvas.photo is not None and layer.canvas.photo.id == photo_id:
                layer.canvas.update()
                self._show_beside()
                self._blink_if_needed()

    def _finding(self, kind: str, canvas: Canvas) -> Finding | None:
        photo, frame = _seen(canvas), canvas.frame()
        if kind not in self.on or photo is None or frame is None:
            return None
        return self.inspector.get(kind, photo, frame.edge)

    # -- showing ---------------------------------------------------------------------------------------

    def _paint(self, layer: _Layer, painter: QPainter, rect: QRectF) -> None:
        canvas = layer.canvas
        photo, frame = canvas.photo, canvas.frame()
        now = (photo, frame.edge if frame is not None else 0)
        if now != layer.painted:  # another photo, or a sharper frame of it
            layer.painted = now
            self._plan_soon()
        seen = QRectF(canvas.rect())
        peaking = self._finding(PEAKING, canvas)
        if isinstance(peaking, Mask):
            layer.peaking.paint(painter, peaking, rect, seen)
        clipping = self._finding(CLIPPING, canvas)
        if isinstance(clipping, Mask) and (self.lit or self.steady):
            layer.clipping.paint(painter, clipping, rect, seen)
        areas = self._finding(AF_POINT, canvas)
        if isinstance(areas, tuple):
            paint_af_areas(painter, areas, rect)

    def _show_beside(self) -> None:
        """The histogram, and the quiet line for a photo without an AF point, of the first canvas."""
        canvas = self._layers[0].canvas if self._layers else None
        photo = _seen(canvas) if canvas is not None else None
        if canvas is None or photo is None or HISTOGRAM not in self.on:
            self.histogram.hide()
        else:
            levels = self._finding(HISTOGRAM, canvas)
            self.histogram.show_levels(levels if isinstance(levels, Levels) else None)
        self.note.setVisible(
            canvas is not None and photo is not None and self._finding(AF_POINT, canvas) == ()
        )

    def _dress_note(self) -> None:
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.note.setFont(theme.font("small"))
        self.note.setStyleSheet(
            f"background: rgba(0, 0, 0, 215); color: #c8c8c8; border-radius: 4px; padding: {theme.UNIT // 2}px {theme.UNIT}px;"
        )
        self.note.adjustSize()
        self.note.hide()

    def refresh_looks(self) -> None:
        """Another text size."""
        self.note.setFont(theme.font("small"))
        self.note.adjustSize()
        self.histogram.resize(self.histogram.sizeHint())

    # -- blinking --------------------------------------------------------------------------------------

    def _clipped(self) -> list[Canvas]:
        """The canvases on which there is something to blink."""
        canvases = [layer.canvas for layer in self._layers if layer.canvas.isVisible()]
        return [c for c in canvases if isinstance(mask := self._finding(CLIPPING, c), Mask) and mask.share]

    def _blink_if_needed(self) -> None:
        if self.steady or not self._clipped():
            self._blinking.stop()
            self.lit = True
        elif not self._blinking.isActive():
            self._blinking.start()

    def _blink(self) -> None:
        canvases = self._clipped()
        self.lit = not self.lit or not canvases
        for canvas in canvases:
            canvas.update()
        if not canvases:
            self._blinking.stop()


def _seen(canvas: Canvas) -> Photo | None:
    """The photo that a canvas shows to somebody, if its file is a picture."""
    photo = canvas.photo
    return photo if canvas.isVisible() and photo is not None and photo.status != "failed" else None


def _wants_less_motion() -> bool:
    from pixsort_desktop.views.motion import (
        wants_less_motion,  # programs are run there: read by the worker that asks
    )

    return wants_less_motion()
