"""Between the tree over the board, the worker that lays it out, and the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from pixsort_desktop.progress import Progress
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views import words
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session, sentence
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.tree.drawing import TreeDrawing
from pixsort_desktop.views.tree.panel import TreePanel

NO_TREE = "Group the project to see its tree."
TOO_FEW = "There is no tree of so few photos."


class TreeFunctions(NamedTuple):
    """What `app` gives. `read` answers the tree of a project, made anew where photos came since, None where it has to be
    grouped first; `settle` makes columns of the photos of a part: project, photos, those of each part in it."""

    read: Callable[[int, Progress], TreeDrawing | None]
    settle: Callable[[int, Sequence[int], Sequence[Sequence[int]]], Any]


class TreeDesk(QObject):
    """The panel is filled while it is seen. `cut_moved` and `cut_settled`: the line was dragged, and let go."""

    shown = Signal(bool)
    cut_moved = Signal(float)
    cut_settled = Signal()

    def __init__(
        self,
        session: Session,
        area: PhotosArea,
        messages: MessageBar,
        loader: ThumbnailLoader,
        memory: Memory,
    ) -> None:
        super().__init__(area)
        self._session, self._area, self._messages, self._memory = session, area, messages, memory
        self._functions: TreeFunctions | None = None
        self.runner = Runner(1, self)
        self.panel = TreePanel(loader)
        self.runner.failed.connect(lambda error: self.panel.say(sentence(error)))
        self.panel.hide()
        self._room = False  # whether the board is what is seen
        self._of: tuple[Any, ...] | None = None  # what the tree that is shown was read for
        self._columns: dict[int, int] = {}  # by photo
        self._counts: dict[int, int] = {}  # photos by column
        self._snapshot = session.snapshot
        view = self.panel.view
        view.pointed.connect(self._show_part)
        view.chosen.connect(self._select)
        view.act_wanted.connect(self.act)
        view.menu_wanted.connect(self._menu)
        view.left.connect(area.focus_photos)
        view.cut_moved.connect(self.cut_moved)
        view.cut_settled.connect(self.cut_settled)
        self.panel.act.clicked.connect(self._act_on_pointed)
        area.board.selection.currentChanged.connect(lambda *_: self._mark_current())

    def attach(self, functions: TreeFunctions) -> None:
        """The library is open."""
        self._functions = functions
        self._fill()

    def close(self) -> None:
        self.runner.close()
        self.runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        return self.runner.wait(seconds)

    # -- showing ---------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Show the tree with the keyboard in it, or hide it."""
        wanted = not self._memory.tree
        self._memory.tree = wanted
        if not wanted and self.panel.isAncestorOf(self.panel.window().focusWidget() or self.panel.window()):
            self._area.focus_photos()
        self._show_panel()
        if wanted and self.panel.isVisible():
            self.panel.view.setFocus()

    def make_room(self, there: bool) -> None:
        """Whether the board is seen, over which the tree stands."""
        self._room = there
        self._show_panel()

    def _show_panel(self) -> None:
        seen = self._room and self._memory.tree
        self.panel.setVisible(seen)
        self.shown.emit(self._memory.tree)
        if seen:
            self._fill()
            self._mark_columns()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The library's state, or what the slider is looking at."""
        self._snapshot = snapshot
        if self.panel.isVisible():
            self._mark_columns()

    def look_again(self) -> None:
        """The library has changed: the tree may be another one."""
        if self.panel.isVisible():
            self._fill()

    def show_cut(self, value: float) -> None:
        """Where the slider is."""
        self.panel.view.show_cut(value)

    def refresh_looks(self) -> None:
        self.panel.refresh_looks()

    def _fill(self) -> None:
        """Read the tree, unless it is the one that is shown: photos, columns and grouping are what it hangs on."""
        snapshot, functions = self._session.snapshot, self._functions
        project = snapshot.project
        if functions is None or project is None or not self.panel.isVisible():
            return
        wanted = (project.id, snapshot.columns, project.grouping, project.status)
        if self._of is not None and all(
            one is other or one == other for one, other in zip(self._of, wanted, strict=True)
        ):
            return
        self._of = wanted
        self.runner.cancel_all()
        progress = Progress()
        self.runner.run(
            lambda: functions.read(project.id, progress),
            lambda drawing: self._show_tree(wanted, drawing),
            progress=progress,
        )

    def _show_tree(self, of: tuple[Any, ...], drawing: TreeDrawing | None) -> None:
        if of is not self._of:
            return
        few = drawing is not None and not drawing.first
        self.panel.say(NO_TREE if drawing is None else TOO_FEW if few else "")
        self.panel.view.show_drawing(drawing or TreeDrawing())
        self._mark_columns()

    def _mark_columns(self) -> None:
        if not self.panel.isVisible():
            return
        columns = [c for c in self._snapshot.columns if c.group is not None]
        self._columns = {i: c.group.id for c in columns if c.group for i in c.photo_ids}
        self._counts = {c.group.id: len(c.photo_ids) for c in columns if c.group}
        self.panel.view.show_columns(self._columns, self._counts)
        self._mark_current()
        self._show_part(self.panel.view.pointed_at)

    def _mark_current(self) -> None:
        if self.panel.isVisible():
            self.panel.view.show_current(self._columns.get(self._area.board.current_id() or 0, 0))

    # -- one part --------------------------------------------------------------------------------------

    def _show_part(self, part: int | None) -> None:
        photos = self._session.snapshot.photos
        drawing = self.panel.view.drawing
        if part is None or part >= len(drawing.first):
            self.panel.show_part((), "Point at a part, or walk with the arrow keys", "")
            return
        found = [photo for i in drawing.ids(part) if (photo := photos.get(i)) is not None]
        self.panel.show_part(found, self._where(part), self._does(part))

    def _homes(self, part: int) -> dict[int, int]:
        """Column -> how many of the part's photos stand there; 0 for none."""
        found: dict[int, int] = {}
        for photo_id in self.panel.view.drawing.ids(part):
            home = self._columns.get(photo_id, 0)
            found[home] = found.get(home, 0) + 1
        return found

    def _where(self, part: int) -> str:
        """«The column «Coast»», «In «Coast»», «In 3 columns»."""
        homes = self._homes(part)
        if len(homes) > 1:
            return f"In {words.count(len(homes.keys() - {0}), 'column')}" + (
                " and Ungrouped" if 0 in homes else ""
            )
        home = next(iter(homes), 0)
        label = words.short(self._area.board.board.label(home)) if home else words.UNGROUPED
        return f"The column «{label}»" if homes[home] == self._counts.get(home) else f"In «{label}»"

    def _does(self, part: int) -> str:
        """What Enter would do with the part; nothing where it would do nothing."""
        homes, drawing = self._homes(part), self.panel.view.drawing
        if len(homes) > 1:
            return "Join in one column"
        home = next(iter(homes), 0)
        if not home:
            return "Make a column"
        kids = len(drawing.kids[part])
        whole = self._counts[home] == drawing.count[part]
        if kids > 1 or (kids and not whole):
            return f"Split into its {words.count(kids, 'part')}" if kids > 1 else "Split off its part"
        return "" if whole else "Split off"

    def _select(self, part: int) -> None:
        """Its photos on the board, scrolled to the first of them."""
        self._area.board.select_ids(self._snapshot_covers(self.panel.view.drawing.ids(part)))

    def _snapshot_covers(self, ids: Sequence[int]) -> list[int]:
        """Of closed stacks the covers, which are what stands on the board."""
        return [stand if (stand := self._snapshot.stand_in(i)) is not None else i for i in ids]

    def _act_on_pointed(self) -> None:
        part = self.panel.view.pointed_at
        if part is not None:
            self.act(part)

    def act(self, part: int) -> None:
        """Join the part's photos, or divide the column that they are in."""
        functions, project_id, drawing = self._functions, self._session.project_id, self.panel.view.drawing
        if functions is None or project_id is None:
            return
        ids = list(drawing.ids(part))
        children = [list(drawing.ids(kid)) for kid in drawing.kids[part]]
        self._session.do(lambda _: functions.settle(project_id, ids, children), self._settled)

    def _settled(self, done: Any) -> None:
        moved = words.count(len(done.moving), "photo")
        if done.parts:
            told = f"Split «{words.short(done.label)}»: {moved} in columns beside it now."
        elif done.label is None:
            told = f"Put {moved} into a new column."
        else:
            told = f"Put {moved} into «{words.short(done.label)}»."
        if done.kept_apart:
            told += f" {words.count(done.kept_apart, 'photo')} that you had taken apart stay."
        if done.locked:
            told += f" {words.count(done.locked, 'photo')} in locked columns stay."
        self._messages.tell(told, "Undo", self._session.undo)

    def _menu(self, part: int, at: QPoint) -> None:
        menu = QMenu(self.panel)
        menu.aboutToHide.connect(menu.deleteLater)
        count = self.panel.view.drawing.count[part]
        menu.addAction(f"Select its {words.count(count, 'photo')}", lambda: self._select(part))
        does = self._does(part)
        if does:
            menu.addAction(does, lambda: self.act(part))
        menu.popup(at)
