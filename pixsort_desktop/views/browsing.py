"""Keys and buttons that change what is shown: the filter bar, the filter as a whole, stacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from pixsort_desktop.views import filter_words
from pixsort_desktop.views.column_chooser import Choice, ColumnChooser
from pixsort_desktop.views.first_use import first_use
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot

if TYPE_CHECKING:
    from pixsort_desktop.views.filter_bar import FilterBar


class Browsing:
    """Puts the filter bar into the middle of the window, and turns keys into wishes of the session."""

    def __init__(self, session: Session, area: PhotosArea, chooser: ColumnChooser, memory: Memory) -> None:
        self._session = session
        self._area = area
        self._memory = memory
        self._chooser = chooser
        if memory.filter_bar:
            self.bar.show()
        area.toolbar.filter_wanted.connect(self.toggle_bar)
        session.snapshot_changed.connect(self._show_hidden)
        session.showing_changed.connect(lambda _: self._show_hidden(session.snapshot))
        self._show_hidden(session.snapshot)

    @first_use
    def bar(self) -> FilterBar:
        from pixsort_desktop.views.filter_bar import FilterBar

        def choose(title: str, choices: list[Choice], take: Callable[[Any], None]) -> None:
            self._chooser.open(title, choices, take)

        bar = FilterBar(self._session, choose)
        self._area.add_bar(bar, above=self._area.stack)
        bar.left.connect(self._area.focus_photos)
        return bar

    @property
    def _shows_bar(self) -> bool:
        bar = Browsing.bar.built(self)
        return bar is not None and not bar.isHidden()

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {
            "filter_bar": self.toggle_bar,
            "filters": self.toggle_filter,
            "stack": self.toggle_stack,
            "all_stacks": self.toggle_all_stacks,
        }

    def toggle_bar(self) -> None:
        """Show the bar, with the keyboard in it; or hide it, and give the keyboard to the photos."""
        shown = self._shows_bar
        if shown:
            focus = QApplication.focusWidget()
            if focus is not None and self.bar.isAncestorOf(focus):
                self._area.focus_photos()
            self.bar.hide()
        else:
            self.bar.open()
        self._memory.filter_bar = not shown
        self._show_hidden(self._session.snapshot)

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        if (bar := Browsing.bar.built(self)) is not None:
            bar.refresh_icons()

    def toggle_filter(self) -> None:
        """Off without losing it, or on again."""
        showing = self._session.showing
        if not showing.filter:
            self._area.messages.tell("There is no filter to switch; the filter bar makes one.")
            return
        self._session.toggle_filter()
        said = filter_words.sentence(showing.filter, self._session.snapshot.columns)
        self._area.messages.tell(f"Filter off: {said}." if showing.on else f"Filter on: {said}.")

    def toggle_stack(self) -> None:
        photo_id = self._area.current_photo_id()
        if photo_id is None or not self._session.toggle_stack(photo_id):
            self._area.messages.tell("This photo is in no stack: no other of its column follows so closely.")

    def toggle_all_stacks(self) -> None:
        if not self._session.toggle_all_stacks():
            self._area.messages.tell(
                "There are no stacks here: no frames of a column follow each other so closely."
            )

    def _show_hidden(self, snapshot: Snapshot) -> None:
        """That photos are hidden is seen with the bar hidden, too."""
        conditions = filter_words.conditions(snapshot.showing.active, snapshot.columns)
        said = [condition.text for condition in conditions]
        self._area.toolbar.show_filter(said, bar=self._shows_bar)
