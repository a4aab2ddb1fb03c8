"""Frames side by side with one zoom and pan: compare has two, survey up to nine.

Picking or rejecting a frame, or setting it aside, gives its place to the next candidate of the group; the strip below
shows who is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.compare.contest import FEWEST, MOST, Contest
from pixsort_desktop.views.compare.frame_box import FrameBox
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.loupe.filmstrip import Filmstrip
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.viewpoint import Viewpoint

SURVEY = 6  # frames that survey begins with where fewer photos are selected
AHEAD = 2  # candidates that are decoded before their turn


class Compare(QWidget):
    """`begin` fills it; `photo` is what judging keys are about."""

    closed = Signal()
    opened = Signal(int)  # show that photo in the loupe
    active_changed = Signal()
    flag_wanted = Signal(str)  # for the active photo

    def __init__(self, frames: Frames, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.contest = Contest([0], [], FEWEST)
        self.contest.frames.clear()
        self.viewpoint = Viewpoint(self)
        self._frames, self._loader = frames, loader
        self._photos: Mapping[int, Photo] = {}
        self._flags: dict[int, str | None] = {}  # as they were when a photo was last seen here
        self._flagged: set[int] = set()  # who left for being picked or rejected
        self.two = True
        self._label = ""
        self._project_id = 0
        self._group: Sequence[int] = ()  # in the order of the column
        self.boxes: list[FrameBox] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.UNIT)
        self.viewpoint.changed.connect(self._tell)
        self.strip = Filmstrip(loader, self)
        self.strip.chosen.connect(self._candidate_chosen)
        self.caption = ElidedLabel()
        self.done = QLabel("No candidates are left here.")
        self.done.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.done.setProperty("quiet", True)
        foot = QHBoxLayout()
        foot.addWidget(self.caption, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.UNIT, theme.UNIT, theme.UNIT, theme.UNIT)
        layout.setSpacing(theme.UNIT)
        layout.addLayout(self._grid, 1)
        layout.addWidget(self.done, 1)
        layout.addLayout(foot)
        layout.addWidget(self.strip)

    # -- what is compared ------------------------------------------------------------------------------

    def begin(
        self,
        chosen: Sequence[int],
        group: Sequence[int],
        photos: Mapping[int, Photo],
        label: str,
        project_id: int,
        *,
        two: bool,
    ) -> None:
        """Compare (`two`) or survey the `chosen` photos, then the others of their `group` (a column of that label)."""
        self.two, self._label, self._project_id = two, label, project_id
        size = FEWEST if two else (len(chosen) if len(chosen) > 1 else SURVEY)
        self._photos = photos
        ready = [i for i in group if i in photos and photos[i].status == "ready"]
        self.contest = Contest(chosen, [i for i in ready if photos[i].flag != "reject" or i in chosen], size)
        self.contest.active = 1 if two and len(self.contest.frames) > 1 else 0
        self._group = ready if chosen[0] in ready else [*chosen, *ready]
        self._flags = {i: photos[i].flag for i in (*chosen, *ready) if i in photos}
        self._flagged.clear()
        self.viewpoint.fit()
        self._show()

    @property
    def photo(self) -> Photo | None:
        photo_id = self.contest.active_id
        return self._photos.get(photo_id) if photo_id is not None else None

    @property
    def candidates(self) -> set[int]:
        """Ids of all photos that this is about, also of those that have left."""
        return set(self._flags)

    @property
    def active_frame(self) -> FrameBox | None:
        """The widget of the active photo."""
        return self.boxes[self.contest.active] if self.contest.frames else None

    def show_photos(self, photos: Mapping[int, Photo], shown: Sequence[int], *, settled: bool) -> None:
        """The library changed: who was flagged since leaves, whose flag was undone comes back.

        Until the library is `settled`, a flag that was just given may not be there yet.
        """
        before, self._photos = self._flags, photos
        self._flags = {i: photos[i].flag for i in before if i in photos}
        stay = {*self.contest.frames, *self._flagged}  # though a filter may hide who was judged
        self.contest.keep_only({*shown, *(i for i in stay if i in photos)})
        for photo_id, flag in self._flags.items():
            if flag and flag != before[photo_id]:
                self.contest.leave(photo_id)
                self._flagged.add(photo_id)
            elif not flag and settled and photo_id in self._flagged:
                self._flagged.discard(photo_id)
                self.contest.bring_back(photo_id)
        self._show()

    # -- showing ---------------------------------------------------------------------------------------

    def _show(self) -> None:
        frames = [self._photos[i] for i in self.contest.frames]
        self._set_boxes(len(frames))
        for place, (box, photo) in enumerate(zip(self.boxes, frames, strict=True)):
            box.show_photo(photo, first=place == 0 and len(frames) > 1, active=place == self.contest.active)
        self.done.setVisible(not frames)
        waiting = self.contest.waiting()
        self._tell()
        left = {*self.contest.frames, *waiting}
        self.strip.show_photos([i for i in self._group if i in left], self._photos, self._project_id)
        if self.contest.active_id is not None:
            self.strip.go_to(self.contest.active_id)
        self._want_next(waiting)
        self.active_changed.emit()

    def _tell(self) -> None:
        self.caption.setText(self._caption(len(self.contest.waiting())))
        self.setAccessibleName(self.caption.text())

    def _caption(self, waiting: int) -> str:
        where = f"«{words.shown(self._label)}»" if self._label else "the photos shown"
        name = "Compare" if self.two else "Survey"
        left = f"{words.count(waiting, 'candidate')} left" if waiting else "no other candidate left"
        return f"{name} · {where} · {left} · {self._zoom()}"

    def _zoom(self) -> str:
        return "fit" if self.viewpoint.zoom is None else f"{self.viewpoint.zoom * 100:.0f} %"

    def _set_boxes(self, count: int) -> None:
        while len(self.boxes) < count:
            self.boxes.append(self._new_box())
        while len(self.boxes) > count:
            box = self.boxes.pop()
            self._grid.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._arrange()

    def _new_box(self) -> FrameBox:
        box = FrameBox(self._frames, self._loader, self.viewpoint, self)
        place = len(self.boxes)
        box.chosen.connect(lambda: self._activate(place))
        box.opened.connect(self.opened)
        box.promote_wanted.connect(self.promote)
        box.flag_wanted.connect(self.flag_wanted)
        return box

    def _arrange(self) -> None:
        """As many columns as make the photos largest."""
        below = self.strip.height() + self.caption.sizeHint().height() + 4 * theme.UNIT
        across = best_columns(len(self.boxes), self.width(), self.height() - below, self._shape())
        for place, box in enumerate(self.boxes):
            self._grid.addWidget(box, place // across, place % across)
        for line in range(MOST):
            self._grid.setColumnStretch(line, 1 if line < across else 0)
            self._grid.setRowStretch(line, 1 if line * across < len(self.boxes) else 0)

    def _shape(self) -> float:
        """Width over height of the first frame."""
        photo = self._photos.get(self.contest.frames[0]) if self.contest.frames else None
        return (photo.width or 3) / (photo.height or 2) if photo is not None else 1.5

    def _want_next(self, waiting: Sequence[int]) -> None:
        """The next candidates are decoded before they are needed."""
        box = self.boxes[0] if self.boxes else None
        ahead = [self._photos[i] for i in waiting[:AHEAD]]
        if box is None or not self.isVisible():
            self._frames.forget(self)
        else:
            self._frames.want(self, [box.canvas.wish(photo) for photo in ahead], ahead=True)

    # -- doing -----------------------------------------------------------------------------------------

    def promote(self) -> None:
        """The active frame is the one to beat; its beaten rival leaves for the next candidate."""
        self.contest.promote()
        self._show()

    def leave(self, photo_ids: Iterable[int], *, flagged: bool) -> None:
        """These frames make room; where they are being `flagged`, nobody waits for the library to say so."""
        for photo_id in photo_ids:
            self.contest.leave(photo_id)
            if flagged:
                self._flagged.add(photo_id)
        self._show()

    def set_aside(self) -> None:
        """The active frame leaves undecided; the next candidate takes its place."""
        if self.contest.active_id is not None:
            self.contest.leave(self.contest.active_id)
            self._show()

    def go_to(self, photo_id: int) -> bool:
        """Make that photo the active frame, or give it the place of the active one; False if it is no candidate."""
        known = photo_id in self._flags
        if known:
            self.contest.activate(photo_id)
            self._show()
        return known

    def toggle_zoom(self) -> None:
        box = self.active_frame
        if box is not None:
            box.canvas.toggle_zoom()

    def step_zoom(self, by: int) -> None:
        box = self.active_frame
        if box is not None:
            box.canvas.step_zoom(by)

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        for box in self.boxes:
            box.refresh_looks()
        self.strip.viewport().update()

    def _activate(self, place: int) -> None:
        self.contest.active = min(place, len(self.contest.frames) - 1)
        self._show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _candidate_chosen(self, photo_id: int) -> None:
        self.go_to(photo_id)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _along(self, by: int) -> None:
        """Compare: another rival for the one to beat. Survey: another frame is the active one."""
        (self.contest.exchange if self.two else self.contest.step)(by)
        self._show()

    def _step(self, by: int) -> None:
        self.contest.step(by)
        self._show()

    def _resize(self, by: int) -> None:
        self.contest.resize(self.contest.size + by)
        self.two = self.contest.size == FEWEST
        self._show()

    # -- events ----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, photo = event.key(), self.photo
        deeds: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Right: lambda: self._along(1),
            Qt.Key.Key_Left: lambda: self._along(-1),
            Qt.Key.Key_Up: self.promote,
            Qt.Key.Key_Down: self.set_aside,
            Qt.Key.Key_Space: lambda: self._step(1),
            Qt.Key.Key_Home: lambda: self._activate(0),
            Qt.Key.Key_End: lambda: self._activate(len(self.boxes) - 1),
            Qt.Key.Key_Plus: lambda: self._resize(1),
            Qt.Key.Key_Minus: lambda: self._resize(-1),
            Qt.Key.Key_Escape: self.closed.emit,
        }
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and photo is not None:
            self.opened.emit(photo.id)
        elif key in deeds:
            deeds[key]()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab goes round the frames: there is nothing else here that takes the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Tab:
                self._step(1)
                return True
            if event.key() == Qt.Key.Key_Backtab:
                self._step(-1)
                return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("ground"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def best_columns(count: int, width: int, height: int, shape: float) -> int:
    """How many columns show `count` photos of that width over height largest in a place of that size."""
    foot = theme.metrics().height() + 2 * theme.UNIT  # below each photo

    def edge(across: int) -> float:
        down = -(-count // across) or 1
        return min(width / across, (height / down - foot) * shape)

    return max(range(1, max(1, count) + 1), key=edge)
