"""Board, grid and map: three views of the same photos, of which one is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views.board.group_board import GroupBoard
from pixsort_desktop.views.first_use import first_use
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.photo_grid import PhotoGrid
from pixsort_desktop.views.snapshot import EMPTY, Snapshot
from pixsort_desktop.views.timers import single_shot

if TYPE_CHECKING:
    from pixsort_desktop.views.map.map_view import MapView

    View = GroupBoard | PhotoGrid | MapView

CATCH_UP_MS = 60


class PhotoViews(QObject):
    """Pages of `stack`. The one in use shows a snapshot at once, the others when it has been painted; the map, which not
    everybody uses, is built when it comes into use."""

    opened = Signal(int)  # photo id
    selection_changed = Signal()

    def __init__(self, stack: QStackedWidget, loader: ThumbnailLoader, memory: Memory) -> None:
        super().__init__(stack)
        self._stack, self._loader, self._memory = stack, loader, memory
        self._built: dict[str, View] = {}
        self._snapshot = EMPTY
        self._behind: Snapshot | None = None  # what the views that are not in use do not show yet
        self._catching_up = single_shot(self, self.catch_up, CATCH_UP_MS)
        self.name = memory.view  # of the view in use
        self.grid = PhotoGrid(loader)
        self.board = GroupBoard(loader)
        self._take_in("grid", self.grid)
        self._take_in("board", self.board)

    @first_use
    def map(self) -> MapView:
        from pixsort_desktop.views.map.map_view import MapView

        view = MapView(self._loader)
        self._take_in("map", view)
        view.show_snapshot(self._snapshot)
        return view

    def _take_in(self, name: str, view: View) -> None:
        self._built[name] = view
        self._stack.addWidget(view)
        view.set_edge(self._memory.edge(name))
        view.opened.connect(self.opened)
        view.selection_changed.connect(self.selection_changed)

    @property
    def shown(self) -> View:
        """The view in use."""
        return self.map if self.name == "map" else self._built[self.name]

    def set_edge(self, edge: int) -> None:
        self.shown.set_edge(edge)
        self._memory.set_edge(self.name, edge)

    def use(self, name: str) -> None:
        """Another view comes into use."""
        self.name = self._memory.view = name

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what differs, in the view in use."""
        self._behind, self._snapshot = None, snapshot
        self.shown.show_snapshot(snapshot)

    def show_behind(self, snapshot: Snapshot, *, now: bool) -> None:
        """Show it in the views that are not in use, too: now, or when there is time."""
        if not now:
            self._behind = snapshot
            self._catching_up.start()
            return
        for name, view in self._built.items():
            if name != self.name:
                view.show_snapshot(snapshot)

    def catch_up(self) -> None:
        """Bring the views that are not in use up to date: after the other one has been painted, or before one is used."""
        snapshot, self._behind = self._behind, None
        if snapshot is not None:
            self.show_behind(snapshot, now=True)

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        self.board.refresh_looks()
        self.grid.update_tiles()
        if (shown := PhotoViews.map.built(self)) is not None:
            shown.refresh_looks()
