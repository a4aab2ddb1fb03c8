"""The middle of the window: tools, and below them the board, the grid, one large photo, or why there is none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import words
from pixsort_desktop.views.empty_state import EmptyState
from pixsort_desktop.views.group_board import GroupBoard
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.loupe import Loupe
from pixsort_desktop.views.loupe.sequence import Walk
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.middle import empty_words
from pixsort_desktop.views.photo_grid import PhotoGrid
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.toolbar import Toolbar


class PhotosArea(QWidget):
    """Keeps board and grid at the same snapshot and, when one gives way to the other, the same selection."""

    selected = Signal(list, object)  # the selected photos, the current one or None

    def __init__(
        self,
        session: Session,
        loader: ThumbnailLoader,
        frames: Frames,
        memory: Memory,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._memory = memory
        self._loupe_open = False
        self.view = memory.view
        self.trouble = ""
        self.toolbar = Toolbar()
        self.empty = EmptyState()
        self.grid = PhotoGrid(loader)
        self.board = GroupBoard(loader)
        self.loupe = Loupe(loader, frames, memory)
        self._follow_timer = QTimer(self)  # the photo is painted first, then the selection goes along
        self._follow_timer.setSingleShot(True)
        self._follow_timer.timeout.connect(self._follow)
        self.stack = QStackedWidget()
        for page in (self.empty, self.grid, self.board, self.loupe):
            self.stack.addWidget(page)
        self.messages = MessageBar(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.toolbar)
        layout.addWidget(self.stack, 1)
        self.grid.set_edge(memory.edge("grid"))
        self.board.set_edge(memory.edge("board"))
        self.toolbar.show_view(self.view, memory.edge(self.view))
        self._connect()

    def _connect(self) -> None:
        self.toolbar.view_wanted.connect(self.show_view)
        self.toolbar.edge_wanted.connect(self._set_edge)
        self.toolbar.search_changed.connect(self._session.search)
        for view in (self.grid, self.board):
            view.opened.connect(self.open_loupe)
            view.selection_changed.connect(self.tell_selection)
        self.loupe.closed.connect(self.close_loupe)
        self.loupe.moved.connect(lambda _: self._follow_timer.start(0))

    @property
    def shown(self) -> GroupBoard | PhotoGrid:
        """The view in use, also while it is covered by the large photo."""
        return self.board if self.view == "board" else self.grid

    # -- showing ---------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        project = snapshot.project
        other = (project.id if project else None) != self.board.board.project_id
        self.grid.show_snapshot(snapshot)
        self.board.show_snapshot(snapshot)
        self.toolbar.summary.setText(_summary(snapshot))
        if other and project is not None:
            self._memory.restore_scroll(project.id, self.grid, self.board)
        seen = self.loupe.photo
        if self._loupe_open and (other or seen is None or seen.id not in snapshot.photos):
            self._put_loupe_away()
        elif self._loupe_open:
            self._show_walk()

    def show_page(self, *, busy: bool) -> None:
        """Photos, the large photo, or the reason why there are none."""
        reason = empty_words(self._session, trouble=self.trouble, busy=busy)
        if reason is not None:
            self.empty.say(**reason)
            self.stack.setCurrentWidget(self.empty)
        else:
            self._show_photos()
        usable = self._session.snapshot.project is not None
        for tool in (self.toolbar.board, self.toolbar.grid, self.toolbar.group, self.toolbar.edges):
            tool.setEnabled(usable)

    def _show_photos(self) -> None:
        self.stack.setCurrentWidget(self.loupe if self._loupe_open else self.shown)

    def show_view(self, name: str) -> None:
        """Board or grid, with the same photos selected."""
        self._put_loupe_away()
        selected, current = self.shown.selected_ids(), self.shown.current_id()
        changed = name != self.view
        self.view = self._memory.view = name
        if self.stack.currentWidget() is not self.empty:
            self._show_photos()
        if changed:
            self.shown.select_ids(selected, current)
        self.toolbar.show_view(name, self.shown.edge)
        self.tell_selection()
        self.focus_photos()

    def _set_edge(self, edge: int) -> None:
        self.shown.set_edge(edge)
        self._memory.set_edge(self.view, edge)

    def focus_photos(self) -> None:
        page = self.stack.currentWidget()
        if page is self.board:
            self.board.focus_photos()
        elif page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        self.toolbar.refresh_icons()
        self.messages.refresh_icons()
        self.board.refresh_looks()
        self.grid.update_tiles()
        self.loupe.refresh_looks()

    # -- selection and the large photo -----------------------------------------------------------------

    def tell_selection(self) -> None:
        selected = [p for i in self.shown.selected_ids() if (p := self._photo(i)) is not None]
        self.selected.emit(selected, self._photo(self.shown.current_id()))

    def judged(self) -> list[Photo]:
        """What a judgement is about: the large photo, or the selected ones that could be read, the current first."""
        if self._loupe_open:
            seen = self.loupe.photo
            photo = self._photo(seen.id if seen is not None else None)
            return [photo] if photo is not None else []
        current = self.shown.current_id()
        photos = [p for i in self.shown.selected_ids() if (p := self._photo(i)) is not None]
        return sorted((p for p in photos if p.status == "ready"), key=lambda p: p.id != current)

    def _photo(self, photo_id: int | None) -> Photo | None:
        return self._session.snapshot.photos.get(photo_id) if photo_id is not None else None

    def _walk(self) -> Walk:
        """The photos in the order in which the view shows them."""
        snapshot = self._session.snapshot
        if self.view == "grid":
            return Walk(snapshot.shown_order)
        ids: list[int] = []
        starts = []
        for column in snapshot.shown_columns:
            starts.append(len(ids))
            ids.extend(column.photo_ids)
        return Walk(ids, starts)

    def _show_walk(self) -> None:
        snapshot = self._session.snapshot
        labels = {
            i: c.group.label if c.group else words.UNGROUPED for c in snapshot.columns for i in c.photo_ids
        }
        project_id = snapshot.project.id if snapshot.project else None
        self.loupe.show_walk(self._walk(), snapshot.photos, labels, project_id)

    def toggle_loupe(self) -> None:
        """The current photo large, or back to where it was."""
        if self._loupe_open:
            self.close_loupe()
            return
        ids = [self.shown.current_id(), *self.shown.selected_ids(), *self._walk().ids]
        photo_id = next((i for i in ids if i is not None and self._photo(i) is not None), None)
        if photo_id is not None:
            self.open_loupe(photo_id)

    def open_loupe(self, photo_id: int) -> None:
        """Show a photo of the view large, in place of the view."""
        walk = self._walk()
        if photo_id not in walk:
            return
        if not self._loupe_open:
            self._loupe_open = True
            self._show_walk()
        self.loupe.open_photo(photo_id)
        if photo_id not in self.shown.selected_ids():
            self._follow_timer.start(0)
        self._show_photos()
        self.loupe.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_loupe(self) -> None:
        self._put_loupe_away()
        self._show_photos()
        self.focus_photos()

    def _put_loupe_away(self) -> None:
        if self._loupe_open:
            if self._follow_timer.isActive():
                self._follow()
            self.loupe.leave_whole_screen()
        self._loupe_open = False

    def _follow(self) -> None:
        """What is shown large is what is selected."""
        self._follow_timer.stop()
        photo = self.loupe.photo
        if self._loupe_open and photo is not None and self.shown.selected_ids() != [photo.id]:
            self.shown.select_ids([photo.id], photo.id)

    def when_large(self, act: Callable[[], None]) -> None:
        """Do it while a photo is shown large; else these keys mean nothing."""
        if self._loupe_open:
            act()

    def zoom(self, by: int) -> None:
        """One step larger or smaller: the large photo, or the thumbnails."""
        if self._loupe_open:
            self.loupe.canvas.step_zoom(by)
        else:
            self.toolbar.step_size(by)

    def reveal(self, photo_id: int) -> None:
        """Show a failed file in the grid: it stands in no column."""
        self.show_view("grid")
        self.grid.select_ids([photo_id])


def _summary(snapshot: Snapshot) -> str:
    """«57 photos in 12 columns», or what a search left of them."""
    if snapshot.project is None or not snapshot.order:
        return ""
    if snapshot.found is not None:
        return f"{len(snapshot.found):,} of {words.count(len(snapshot.order), 'photo')}"
    columns = len(snapshot.columns) - 1
    return words.count(len(snapshot.order), "photo") + (
        f" in {words.count(columns, 'column')}" if columns else ""
    )
