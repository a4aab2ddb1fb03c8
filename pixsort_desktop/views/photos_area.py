"""The middle of the window: tools, and below them the board, the grid, the map, one large photo, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from pixsort_desktop.library.records import Photo, Prompt
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views.compare.contest import MOST
from pixsort_desktop.views.empty_state import EmptyState
from pixsort_desktop.views.first_use import first_use
from pixsort_desktop.views.loupe.frames import Frames
from pixsort_desktop.views.loupe.loupe import Loupe
from pixsort_desktop.views.loupe.sequence import Walk
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.middle import empty_words
from pixsort_desktop.views.photo_views import PhotoViews
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.timers import single_shot
from pixsort_desktop.views.toolbar import Toolbar
from pixsort_desktop.views.walks import column_with, labels, summary, walk

if TYPE_CHECKING:
    from pixsort_desktop.views.compare.compare import Compare
    from pixsort_desktop.views.map.map_view import MapView
    from pixsort_desktop.views.photo_views import View

AFTER_PAINTING_MS = 30
MANY_SELECTED = 1000


class PhotosArea(QWidget):
    """Shows board, grid or map, with the same photos selected when one gives way to another, or one of their photos large."""

    # The selected photos, the current one or None, frames by closed stack's cover.
    selected = Signal(list, object, object)
    large_changed = Signal(bool)  # whether photos are shown large, in place of the board or the grid
    flag_wanted = Signal(str)  # for the active one of several side by side

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
        self._loader, self._frames = loader, frames
        self._large: Loupe | Compare | None = None  # what covers the board or the grid
        self.trouble = ""
        self.toolbar = Toolbar()
        self.empty = EmptyState()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.views = PhotoViews(self.stack, loader, memory)
        self.grid, self.board = self.views.grid, self.views.board
        self.loupe = Loupe(loader, frames, memory)
        self.stack.addWidget(self.loupe)
        self._showing = False
        self._telling = single_shot(self, self.tell_selection, AFTER_PAINTING_MS)
        self._follow_timer = single_shot(
            self, self._follow
        )  # the photo is painted first, then the selection goes along
        self.messages = MessageBar(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.toolbar)
        layout.addWidget(self.stack, 1)
        self.toolbar.show_view(self.view, memory.edge(self.view))
        self._connect()

    def _connect(self) -> None:
        self.toolbar.view_wanted.connect(self.show_view)
        self.toolbar.edge_wanted.connect(self.views.set_edge)
        self.toolbar.search_changed.connect(self._session.search)
        self.views.opened.connect(self.open_loupe)
        self.views.selection_changed.connect(self._selection_changed)
        self.loupe.closed.connect(self.close_large)
        self.loupe.moved.connect(lambda _: self._follow_timer.start(0))
        self.loupe.whole_changed.connect(lambda whole: self.messages.lie_over(whole or self))
        self.messages.left.connect(self.focus_photos)

    @first_use
    def compare(self) -> Compare:
        from pixsort_desktop.views.compare.compare import Compare

        compare = Compare(self._frames, self._loader)
        self.stack.addWidget(compare)
        compare.closed.connect(self.close_large)
        compare.opened.connect(self.open_loupe)
        compare.active_changed.connect(lambda: self._follow_timer.start(0))
        compare.flag_wanted.connect(self.flag_wanted)
        return compare

    @property
    def map(self) -> MapView:
        """Built when it is asked for."""
        return self.views.map

    @property
    def view(self) -> str:
        """The name of the view in use."""
        return self.views.name

    @property
    def shown(self) -> View:
        """The view in use, also while it is covered by the large photo."""
        return self.views.shown

    @property
    def large(self) -> bool:
        """Whether photos are shown large, in place of the board or the grid."""
        return self._large is not None

    def add_bar(self, bar: QWidget, *, below: QWidget | None = None, above: QWidget | None = None) -> None:
        """Put a bar between the toolbar and the photos: right below another one, right above one or the photos' `stack`, or
        else right below the toolbar."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(
            layout.indexOf(above) if above else layout.indexOf(below or self.toolbar) + 1, bar
        )

    # -- showing ---------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what differs. What is selected afterwards is told by `tell_selection_soon`, once."""
        project = snapshot.project
        other = (project.id if project else None) != self.board.board.project_id
        self._showing = True
        self.views.show_snapshot(snapshot)
        self._showing = False
        self.views.show_behind(snapshot, now=other)
        self.toolbar.show_summary(summary(snapshot))
        if other and project is not None:
            self._memory.restore_scroll(project.id, self.grid, self.board)
        compare = self.side_by_side
        if compare is not None and not other:
            compare.show_photos(snapshot.photos, self.sequence(), settled=self._session.settled)
        if self._large is not None and (other or self._has_gone(snapshot)):
            self._put_away()
        if self._large is self.loupe:
            self._show_walk()

    def _has_gone(self, snapshot: Snapshot) -> bool:
        """Whether what is shown large is not in the project any more. Side by side, nobody left is an answer: it stays."""
        if (compare := self.side_by_side) is not None:
            return not compare.candidates & snapshot.photos.keys()
        seen = self.loupe.photo
        return seen is None or seen.id not in snapshot.photos

    def show_page(self, *, busy: bool) -> None:
        """Photos, the large photo, or the reason why there are none."""
        reason = empty_words(self._session, trouble=self.trouble, busy=busy)
        if reason is not None:
            self._show_reason(reason)
        else:
            self._show_photos()
        self.toolbar.set_usable(self._session.snapshot.project is not None)

    def _show_reason(self, reason: dict[str, Any]) -> None:
        """In place of the photos. Nothing is large behind it, which keys would judge unseen; the keyboard stays here."""
        focus = QApplication.focusWidget()
        held = focus is not None and self.stack.isAncestorOf(focus)
        self._put_away()
        self.empty.say(**reason)
        self.stack.setCurrentWidget(self.empty)
        self.large_changed.emit(False)
        if held:
            self.empty.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_photos(self) -> None:
        self.stack.setCurrentWidget(self._large or self.shown)
        self.large_changed.emit(self._large is not None)

    def show_view(self, name: str) -> None:
        """Board, grid or map, with the same photos selected."""
        self.views.catch_up()
        self._put_away()
        selected, current = self.shown.selected_ids(), self.shown.current_id()
        changed = name != self.view
        self.views.use(name)
        if self.stack.currentWidget() is not self.empty:
            self._show_photos()
        if changed:
            self.shown.select_ids(selected, current)
        self.toolbar.show_view(name, self.shown.edge)
        self.tell_selection()
        self.focus_photos()

    def focus_photos(self) -> None:
        page = self.loupe.whole or self.stack.currentWidget()
        nowhere = self.shown.current_id() is None  # with the keyboard, Qt goes to a photo and selects none
        if page is self.board:
            self.board.focus_photos()
        elif page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        if page is self.shown and page is not self.board and nowhere:
            self.shown.select_ids(self.sequence()[:1])

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        self.toolbar.refresh_icons()
        self.messages.refresh_icons()
        self.views.refresh_looks()
        self.loupe.refresh_looks()
        if (compare := PhotosArea.compare.built(self)) is not None:
            compare.refresh_looks()

    # -- selection and the large photo -----------------------------------------------------------------

    def _selection_changed(self) -> None:
        if not self._showing:
            self.tell_selection()

    def tell_selection_soon(self) -> None:
        """Now; but what many selected photos share is worked out after they have been painted."""
        self._telling.start() if len(self.shown.selected_ids()) > MANY_SELECTED else self.tell_selection()

    def tell_selection(self) -> None:
        self._telling.stop()
        selected = [p for i in self.shown.selected_ids() if (p := self._photo(i)) is not None]
        behind = {cover: len(stack) for cover, stack in self._session.snapshot.closed_stacks.items()}
        self.selected.emit(selected, self._photo(self.shown.current_id()), behind)

    def chosen_ids(self) -> list[int]:
        """What is moved to other columns: the large photo, or the selected ones."""
        photo = self._large.photo if self._large is not None else None
        return [photo.id] if photo is not None else self.shown.selected_ids()

    def judged(self) -> list[Photo]:
        """What a judgement is about: the large photo or the active one of several, or else the selected ones that could
        be read, the current first."""
        if self._large is not None:
            seen = self._large.photo
            photo = self._photo(seen.id if seen is not None else None)
            return [photo] if photo is not None and photo.status == "ready" else []
        current = self.shown.current_id()
        photos = [p for i in self.shown.selected_ids() if (p := self._photo(i)) is not None]
        return sorted((p for p in photos if p.status == "ready"), key=lambda p: p.id != current)

    def _photo(self, photo_id: int | None) -> Photo | None:
        return self._session.snapshot.photos.get(photo_id) if photo_id is not None else None

    def sequence(self) -> list[int]:
        """Ids of the photos in the order in which the view shows them: left by search and filter, of closed stacks the
        covers."""
        return list(self._walk().ids)

    def _walk(self) -> Walk:
        """The same, with the places where columns begin."""
        if (prompt := self.prompt) is not None:
            return Walk(list(self.board.prompts.photos(prompt.id)))
        return walk(self._session.snapshot, by_column=self.view == "board")

    @property
    def prompt(self) -> Prompt | None:
        """The prompt in whose column the current photo is, on the board: from there one goes on in that column."""
        return self.board.prompts.of_current() if self.view == "board" else None

    def _show_walk(self) -> None:
        snapshot = self._session.snapshot
        project_id = snapshot.project.id if snapshot.project else None
        self.loupe.show_walk(self._walk(), snapshot.photos, labels(snapshot), project_id)

    def toggle_loupe(self) -> None:
        """The current photo large, or back to where it was."""
        if self._large is self.loupe:
            self.close_large()
            return
        ids = [self.current_photo_id(), *self.shown.selected_ids(), *self._walk().ids]
        photo_id = next((i for i in ids if i is not None and self._photo(i) is not None), None)
        if photo_id is not None:
            self.open_loupe(photo_id)

    def open_loupe(self, photo_id: int) -> None:
        """Show a photo of the view large, in place of the view."""
        walk = self._walk()
        if photo_id not in walk:
            return
        if self._large is not self.loupe:
            self._large = self.loupe
            self._show_walk()
        self.loupe.open_photo(photo_id)
        if photo_id not in self.shown.selected_ids():
            self._follow_timer.start(0)
        self._show_photos()
        self.loupe.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_side_by_side(self, *, two: bool) -> None:
        """Compare (`two`) or survey the selected photos and others of their column, or back to where it was."""
        if (compare := self.side_by_side) is not None and compare.two is two:
            self.close_large()
            return
        here = self.current_photo_id()
        chosen = self.shown.selected_ids() if self._large is None else []
        if here is not None:
            chosen = [here, *(i for i in chosen if i != here)] if here in chosen else [here]
        self._begin_side_by_side(chosen, two=two)

    def _begin_side_by_side(self, chosen: Sequence[int], *, two: bool) -> None:
        snapshot = self._session.snapshot
        chosen = [i for i in chosen if (p := self._photo(i)) is not None and p.status == "ready"][:MOST]
        label, column = self._column_with(chosen[0] if chosen else None)
        if snapshot.project is None or len({*chosen, *column}) < 2:
            self.messages.tell("Select photos to put side by side, or go to a column with more than one.")
            return
        self._large = self.compare
        self.compare.begin(chosen, column, snapshot.photos, label, snapshot.project.id, two=two)
        self._show_photos()
        self.compare.setFocus(Qt.FocusReason.OtherFocusReason)

    def _column_with(self, photo_id: int | None) -> tuple[str, Sequence[int]]:
        """The label and photos of the column where a photo is looked at; ('', ()) where it is in none."""
        prompt = self.prompt
        if prompt is not None and photo_id in (found := self.board.prompts.photos(prompt.id)):
            return prompt.text, found
        return column_with(self._session.snapshot, photo_id)

    @property
    def side_by_side(self) -> Compare | None:
        """The frames side by side, while they are what is shown."""
        compare = PhotosArea.compare.built(self)
        return compare if compare is not None and self._large is compare else None

    def current_photo_id(self) -> int | None:
        """The large photo, or the one that has the keyboard in the view."""
        seen = self._large.photo if self._large is not None else None
        return seen.id if seen is not None else self.shown.current_id()

    def current_group_id(self) -> int | None:
        """The column whose header or photo has the keyboard on the board."""
        return self.board.current_group() if self.view == "board" and self._large is None else None

    def go_to(self, photo_id: int) -> None:
        """Select a photo, and show it large where one is shown large."""
        self.shown.select_ids([photo_id])
        if self._large is self.loupe:
            self.open_loupe(photo_id)
        elif (compare := self.side_by_side) is not None and not compare.go_to(photo_id):
            self._begin_side_by_side([photo_id], two=compare.two)

    def close_large(self) -> None:
        """Back to the board, the grid or the map."""
        self._put_away()
        self._show_photos()
        self.focus_photos()

    def _put_away(self) -> None:
        if self._large is not None:
            if self._follow_timer.isActive():
                self._follow()
            self.loupe.leave_whole_screen()
        self._large = None

    def _follow(self) -> None:
        """What is shown large is what is selected; of several put side by side, the active one is the current one."""
        self._follow_timer.stop()
        photo = self._large.photo if self._large is not None else None
        if photo is None:
            return
        stand_in = self._session.snapshot.stand_in(photo.id)  # its stack may have been closed meanwhile
        target, selected = photo.id if stand_in is None else stand_in, self.shown.selected_ids()
        if self.side_by_side is not None and target in selected:
            self.shown.select_ids(selected, target)
        elif selected != [target]:
            self.shown.select_ids([target], target)

    def when_loupe(self, act: Callable[[], None]) -> None:
        """Do it while a photo is shown large; else these keys mean nothing."""
        if self._large is self.loupe:
            act()

    def toggle_zoom(self) -> None:
        """Fit or 100 %, while photos are shown large."""
        if self._large is not None:
            self._large.toggle_zoom()

    def zoom(self, by: int) -> None:
        """One step larger or smaller: the large photo, or the thumbnails."""
        if self._large is not None:
            self._large.step_zoom(by)
        else:
            self.toolbar.step_size(by)

    def reveal(self, photo_id: int) -> None:
        """Show a failed file in the grid: it stands in no column."""
        self.show_view("grid")
        self.grid.select_ids([photo_id])
