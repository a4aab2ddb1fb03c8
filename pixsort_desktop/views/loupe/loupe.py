"""The page with one photo as large as the window allows, its caption, and the filmstrip of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import theme, words
from pixsort_desktop.views.elided import ElidedLabel
from pixsort_desktop.views.loupe.filmstrip import Filmstrip
from pixsort_desktop.views.loupe.frames import Frames, Wish
from pixsort_desktop.views.loupe.info import next_level
from pixsort_desktop.views.loupe.sequence import Walk
from pixsort_desktop.views.loupe.stage import Stage, WholeScreen
from pixsort_desktop.views.loupe.viewpoint import Viewpoint
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.timers import single_shot

DWELL_MS = 250  # who stays that long on a photo may want to see it at 100 %

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Space: 1,
}
_LEAVE = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)

_RAW_WORDS = {"preview": "camera’s preview", "half": "developed, half size", "full": "developed"}


class Loupe(QWidget):
    """Goes through a `Walk` of photos; which one is shown is told by `moved`."""

    closed = Signal()
    moved = Signal(int)  # photo id: another photo is shown, by key or by the filmstrip
    whole_changed = Signal(object)  # the window on the whole screen that shows the photo from now on, or None

    def __init__(
        self, loader: ThumbnailLoader, frames: Frames, memory: Memory, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._frames, self._memory = frames, memory
        self._walk = Walk()
        self._photos: Mapping[int, Photo] = {}
        self._columns: Mapping[int, str] = {}
        self._place = 0
        self._direction = 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Large photo")
        self.setAccessibleDescription("Left and right arrows go to other photos, Escape goes back")
        self.viewpoint = Viewpoint(self)
        self.stage = Stage(frames, loader, self.viewpoint, self)
        self.stage.info.level = memory.info
        self.canvas = self.stage.canvas
        self.whole: WholeScreen | None = None
        self.caption = ElidedLabel()
        self.place = QLabel()
        self.place.setProperty("quiet", True)
        self.strip = Filmstrip(loader, self)
        self.strip.setVisible(memory.filmstrip)
        self._dwell = single_shot(self, self._preload, DWELL_MS)
        self._lay_out()
        self.canvas.opened.connect(self._back)
        self.strip.chosen.connect(self.go_to)
        self.viewpoint.changed.connect(self._view_changed)
        self._frames.arrived.connect(self._frame_arrived)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(theme.UNIT * 2, theme.UNIT // 2, theme.UNIT * 2, theme.UNIT // 2)
        line.setSpacing(theme.UNIT * 2)
        line.addWidget(self.caption, 1)
        line.addWidget(self.place)
        self._column.addWidget(self.stage, 1)
        self._column.addLayout(line)
        self._column.addWidget(self.strip)

    # -- what there is ---------------------------------------------------------------------------------

    @property
    def photo(self) -> Photo | None:
        """The one that is shown."""
        return self.canvas.photo

    def show_walk(
        self,
        walk: Walk,
        photos: Mapping[int, Photo],
        columns: Mapping[int, str],
        project_id: int | None,
    ) -> None:
        """The photos to go through, their facts, the labels of their columns. A photo that is shown and has left the
        walk (a filter hides it now that it is judged) stays until one goes on."""
        self._walk, self._photos, self._columns = walk, photos, columns
        self.strip.show_photos(walk.ids, photos, project_id)
        if self.photo is not None and self.photo.id in photos:
            self._show(photos[self.photo.id])

    def open_photo(self, photo_id: int) -> None:
        """Show that photo of the walk."""
        place = self._walk.place(photo_id)
        if place is None or photo_id not in self._photos:
            return
        if place != self._place:
            self._direction = 1 if place > self._place else -1
        self._place = place
        self._show(self._photos[photo_id])

    def _show(self, photo: Photo) -> None:
        place = self._walk.place(photo.id)
        self._place = place if place is not None else self._place
        self.canvas.show_photo(photo)
        self.strip.go_to(photo.id)
        self._show_words()
        self._preload()
        self._dwell.start()

    def _show_words(self) -> None:
        photo = self.photo
        if photo is None:
            return
        parts = [words.file_name(photo), words.judgement(photo)]
        self.caption.setText(" · ".join(part for part in parts if part))
        percent = f"{round(self.viewpoint.scale(self.canvas.pane()) * 100)} %"
        zoom = f"Fit, {percent}" if self.viewpoint.zoom is None else percent
        where = f"{self._place + 1:,} of {len(self._walk):,}" if photo.id in self._walk else ""
        self.place.setText(" · ".join(part for part in (where, zoom, self._shown_of_raw(photo)) if part))
        self.stage.show_words(photo, self._columns.get(photo.id, ""))

    def _shown_of_raw(self, photo: Photo) -> str:
        """Which picture of a RAW file is seen, in words; '' for other files."""
        frame = self.canvas.frame()
        if photo.format != "RAW" or frame is None:
            return ""
        shown = _RAW_WORDS.get(frame.shown, "")
        waiting = frame.shown != "full" and not self._frames.has(self.canvas.wish(photo))
        if self._frames.is_developed(photo) and waiting and not self._frames.trouble(photo):
            return f"{shown}, developing …"
        return shown

    def _frame_arrived(self, photo_id: int) -> None:
        if self.photo is not None and self.photo.id == photo_id:
            self._show_words()

    def toggle_developed(self) -> None:
        """A RAW file developed whole from its sensor's data, or as usual again."""
        photo = self.photo
        if photo is not None and photo.format == "RAW":
            self._frames.develop(photo, not self._frames.is_developed(photo))

    def _preload(self) -> None:
        """What will probably be looked at next, as it would be looked at; after a while this photo's every pixel."""
        photo = self.photo
        if photo is None or not self._open():
            self._frames.forget(self)
            return
        ids = self._walk.ahead(self._place, self._direction)
        wishes = [self.canvas.wish(self._photos[i]) for i in ids if i in self._photos]
        if not self._dwell.isActive():
            wishes.append(Wish(photo))
        self._frames.want(self, wishes, ahead=True)

    def _open(self) -> bool:
        return self.isVisible() or self.whole is not None

    def _view_changed(self) -> None:
        self._show_words()
        self._preload()

    def toggle_zoom(self) -> None:
        """Fit or 100 %."""
        self.canvas.toggle_zoom()

    def step_zoom(self, by: int) -> None:
        """One step larger (1) or smaller (-1)."""
        self.canvas.step_zoom(by)

    # -- going on --------------------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """So many photos on or back; at the ends nothing happens."""
        here = self.photo is not None and self.photo.id in self._walk
        if not here and by > 0:
            by -= 1  # the photo has left the walk: the one after it has its place
        self.go(self._place + by)

    def go(self, place: int) -> None:
        """To that place of the walk."""
        if 0 <= place < len(self._walk):
            self.go_to(self._walk.ids[place])

    def go_to(self, photo_id: int) -> None:
        if self.photo is None or photo_id != self.photo.id:
            self.open_photo(photo_id)
            self.moved.emit(photo_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.step(_STEPS[key])
        elif key == Qt.Key.Key_Home:
            self.go(0)
        elif key == Qt.Key.Key_End:
            self.go(len(self._walk) - 1)
        elif key in _LEAVE:
            self._back()
        else:
            event.ignore()

    def _back(self, *_: object) -> None:
        """From the whole screen into the window, from there to where one came from."""
        if self.whole is not None:
            self.leave_whole_screen()
        else:
            self.closed.emit()

    # -- what is around it -----------------------------------------------------------------------------

    def cycle_info(self) -> None:
        """Facts over the photo: off, short, full."""
        self.stage.info.level = self._memory.info = next_level(self.stage.info.level)
        self._show_words()

    def toggle_filmstrip(self) -> None:
        self._memory.filmstrip = not self._memory.filmstrip
        self.strip.setVisible(self._memory.filmstrip)

    def toggle_whole_screen(self) -> None:
        """Just the photo, on the whole screen, and back."""
        if self.whole is not None:
            self.leave_whole_screen()
            return
        self.whole = WholeScreen(self)
        self.whole.key_pressed.connect(self.keyPressEvent)
        self.whole.left.connect(self.leave_whole_screen)
        self.whole.open(self.stage, self.window())
        self.whole_changed.emit(self.whole)

    def leave_whole_screen(self) -> None:
        """The stage goes back into the page; nothing else has moved."""
        whole, self.whole = self.whole, None
        if whole is None:
            return
        self._column.insertWidget(0, self.stage, 1)
        self.stage.stand_alone(False)
        self.stage.show()
        self.whole_changed.emit(None)
        whole.hide()
        whole.deleteLater()
        self.window().activateWindow()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh_looks(self) -> None:
        """Another theme, text size or density."""
        self.strip.refresh_looks()
        self.stage.info.setFont(theme.font())
        self._show_words()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_words()
        self._preload()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._preload()
