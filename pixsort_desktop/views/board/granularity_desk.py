"""The slider's work: every position is looked at in a worker, the last one is kept in one undoable step.

While the slider moves, the board shows what would be, and the library does not change. Of the positions that come
faster than they can be looked at only the newest is. A project that was never grouped is grouped first; where photos
came since, the first look makes their hierarchy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.records import Column, Project
from pixsort_desktop.library.stacks import StackFinder
from pixsort_desktop.progress import Progress
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.thumbnails.loader import ThumbnailLoader
from pixsort_desktop.views.board.anchor import BoardAnchor
from pixsort_desktop.views.board.granularity_bar import MIDDLE, STEPS, GranularityBar
from pixsort_desktop.views.first_use import first_use
from pixsort_desktop.views.memory import Memory
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session, sentence
from pixsort_desktop.views.snapshot import Snapshot, arrange
from pixsort_desktop.views.timers import single_shot
from pixsort_desktop.views.walks import summary

if TYPE_CHECKING:
    from pixsort_desktop.views.tree.desk import TreeDesk

SAME = 0.0025  # half a step of the slider
PREPARE_MS = 1500  # after the slider is there: the board is painted first


class GranularityFunctions(NamedTuple):
    """What `app` gives. `prepare` reads the program's part that cuts, so that the first cut does not wait for it; `open`
    answers what a project can be cut by, None where it has to be grouped first; `look` the board at a granularity,
    without writing; `keep` writes it."""

    prepare: Callable[[], None]
    open: Callable[[int, Progress], Any]
    look: Callable[[Any, float], Sequence[Column]]
    keep: Callable[[Any, float], Any]


class GranularityDesk(QObject):
    """Between the slider, the worker and the board."""

    def __init__(
        self,
        session: Session,
        area: PhotosArea,
        messages: MessageBar,
        group: Callable[[int | None, dict[str, Any] | None], None],
        loader: ThumbnailLoader,
        memory: Memory,
    ) -> None:
        """`group` groups a project with parameters, as the window does."""
        super().__init__(area)
        self._session, self._area, self._messages, self._group = session, area, messages, group
        self._loader, self._memory = loader, memory
        self._functions: GranularityFunctions | None = None
        self._prepared = False
        self._preparing = single_shot(self, self._prepare, PREPARE_MS)
        self.runner = Runner(1, self)
        self.bar = GranularityBar()
        area.add_bar(self.bar)
        self.bar.hide()
        self._wanted: float | None = None  # where the slider is, from its first movement until that is kept
        self._opened: Any = None  # what can be cut
        self._bursts = StackFinder({})  # of the board as it was looked at last
        self._tried = False  # whether `_opened` is what the library answers now
        self._looked: tuple[float, Snapshot] | None = (
            None  # what the board shows in place of the session's snapshot
        )
        self._keeping: float | None = None  # being written
        self._project_id: int | None = None  # of which project all this is
        self._kept_value: float | None = None  # written; the session's snapshot is on its way
        self.bar.moved.connect(self._move)
        self.bar.settled.connect(self._move)
        self.bar.cancelled.connect(self._give_up)
        self.bar.tree_wanted.connect(lambda: self.tree.toggle())
        self.runner.failed.connect(self._failed)
        area.large_changed.connect(lambda _: self._show_bar())
        session.leaving.connect(self._keep_at_once)

    @first_use
    def tree(self) -> TreeDesk:
        from pixsort_desktop.views.tree.desk import TreeDesk

        tree = TreeDesk(self._session, self._area, self._messages, self._loader, self._memory)
        self._area.add_bar(tree.panel, below=self.bar)
        for signal in (self.bar.moved, self.bar.placed):
            signal.connect(tree.show_cut)
        tree.shown.connect(self.bar.tree.setChecked)
        tree.cut_moved.connect(self._drag_cut)
        tree.cut_settled.connect(lambda: self.bar.slider.setSliderDown(False))
        if self._looked is not None:
            tree.show_snapshot(self._looked[1])
        tree.show_cut(self.bar.value)
        tree.make_room(not self.bar.isHidden())
        return tree

    def attach(self, functions: GranularityFunctions) -> None:
        """The library is open."""
        self._functions = functions

    def _prepare(self) -> None:
        if self._functions is not None:
            self.runner.run(self._functions.prepare, ended=self._go_on)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        steps = {"finer": lambda: self._step(1), "coarser": lambda: self._step(-1)}
        return {**steps, "tree": self._toggle_tree}

    @property
    def value(self) -> float:
        """What the project shall be grouped with."""
        return self.bar.value

    def close(self) -> None:
        """Look at nothing any more."""
        self._preparing.stop()
        self.runner.close()
        self.runner.cancel_all()
        if (tree := GranularityDesk.tree.built(self)) is not None:
            tree.close()

    def wait(self, seconds: float) -> bool:
        tree = GranularityDesk.tree.built(self)
        return self.runner.wait(seconds) and (tree is None or tree.wait(seconds))

    def _step(self, by: int) -> None:
        if self._area.view == "board" and not self._area.large:
            self.bar.step(by)

    def _toggle_tree(self) -> None:
        """Over the board only: nowhere else is there a slider."""
        if self.bar.isVisible():
            self.tree.toggle()

    def take_back(self) -> bool:
        """Back to where the slider was, as by Escape; says whether it was anywhere else that is not kept yet."""
        pending = self._wanted is not None and self._wanted not in (self._keeping, self._kept_value)
        if pending:
            self.bar.slider.cancel()
            self._session.told.emit("Undone: Change granularity")
        return pending

    def _drag_cut(self, value: float) -> None:
        """The line of the tree is the slider, seen from elsewhere."""
        self.bar.slider.setSliderDown(True)
        self.bar.slider.setSliderPosition(round(value * STEPS))

    def refresh_looks(self) -> None:
        """Another theme or text size."""
        self.bar.refresh_icons()
        if (tree := GranularityDesk.tree.built(self)) is not None:
            tree.refresh_looks()

    # -- from a position to a board --------------------------------------------------------------------

    def _move(self, value: float) -> None:
        self._wanted = value
        self._go_on()

    def _go_on(self) -> None:
        """The next thing to be done, if it is not being done: look at the newest position, then keep it or group."""
        base, value = self._session.snapshot, self._wanted
        if value is None or base.project is None or self._functions is None:
            return
        if self.runner.busy or self._keeping is not None or self._kept_value is not None:
            return
        if not self._tried or (self._opened is not None and (self._looked or (None,))[0] != value):
            self._look(base, base.project.id, value)
        elif not self.bar.in_hand:
            self._decide(base.project, value)

    def _look(self, base: Snapshot, project_id: int, value: float) -> None:
        functions, library, opened = self._functions, self._session.library, self._opened
        if functions is None or library is None:
            return
        tried, progress = self._tried, Progress()

        def work() -> tuple[Any, Snapshot | None]:
            cuttable = opened if tried else functions.open(project_id, progress)
            if cuttable is None:
                return None, None
            return cuttable, self._arranged(library, base, functions.look(cuttable, value))

        self._tried = True
        self.runner.run(
            work, lambda found: self._show(base, value, *found), ended=self._go_on, progress=progress
        )

    def _arranged(self, library: Library, base: Snapshot, columns: Sequence[Column]) -> Snapshot:
        """The same photos in other columns, looked at as they are. In the worker."""
        if self._bursts.photos is not base.photos:
            self._bursts = StackFinder(base.photos)
        there = [Column(c.group, tuple(i for i in c.photo_ids if i in base.photos)) for c in columns]
        stacks = self._bursts.find(there)
        return arrange(library, replace(base, columns=tuple(there), stacks=stacks), base.showing)

    def _show(self, base: Snapshot, value: float, opened: Any, looked: Snapshot | None) -> None:
        if self._wanted is None or not self._tried or not _same_project(base, self._session.snapshot):
            return
        self._opened = opened
        if looked is not None:
            self._looked = (value, looked)
            self._show_on_board(looked)

    def _show_on_board(self, snapshot: Snapshot) -> None:
        anchor = BoardAnchor(self._area.board)
        self._area.board.show_snapshot(snapshot)
        self._area.toolbar.show_summary(summary(snapshot))
        if (tree := GranularityDesk.tree.built(self)) is not None:
            tree.show_snapshot(snapshot)
        anchor.restore()

    def _decide(self, project: Project, value: float) -> None:
        """Keep what is wanted; or group, where there is nothing to cut."""
        functions, opened = self._functions, self._opened
        if functions is None:
            return
        if opened is None:
            self._forget()
            kept = project.grouping.get("parameters")
            self._group(project.id, {**(kept if isinstance(kept, dict) else {}), "granularity": value})
        elif abs(value - granularity_of(self._session.snapshot)) < SAME:
            self._give_up()
        else:
            self._keeping = value
            self._session.do(
                lambda _: functions.keep(opened, value), lambda _: self._kept(value), self._not_kept
            )

    def _keep_at_once(self) -> None:
        """Nobody waits for a rest or a look any more: what the slider says is what the project is left with.

        Only a hierarchy that has to be made first, which may take minutes, is not waited for.
        """
        functions, project, value = self._functions, self._session.snapshot.project, self._wanted
        opened, hurried = self._opened, Progress()
        self.bar.slider.give_up()
        if functions is None or project is None or value is None:
            return
        if value in (self._keeping, self._kept_value):
            return
        hurried.cancel()

        def keep(_: Library) -> None:
            cuttable = opened if opened is not None else functions.open(project.id, hurried)
            if cuttable is not None:
                functions.keep(cuttable, value)

        self._forget()
        if abs(value - granularity_of(self._session.snapshot)) >= SAME:
            self._session.do(keep)

    def _kept(self, value: float) -> None:
        self._keeping = None
        if self._wanted is None:  # another project is shown meanwhile
            return
        self._kept_value = value
        if abs(granularity_of(self._session.snapshot) - value) < SAME:
            self._arrived()

    def _not_kept(self, error: Exception) -> None:
        self._keeping = None
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._messages.warn(sentence(error))
        self._give_up()

    def _give_up(self) -> None:
        """The board is as it was, and so is the slider."""
        looked = self._looked
        self._forget()
        if looked is not None:
            self._show_on_board(self._session.snapshot)
        self.bar.show_value(granularity_of(self._session.snapshot))

    def _forget(self) -> None:
        self._wanted = self._looked = self._opened = None
        self._tried = False

    # -- what the session shows ------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The window shows another state of the library: what is being looked at is looked at anew from there."""
        self._leave_other(snapshot.project.id if snapshot.project is not None else None)
        self._show_bar()
        if (tree := GranularityDesk.tree.built(self)) is not None:
            tree.show_snapshot(snapshot)
            tree.look_again()
        looked, kept = self._looked, self._kept_value
        if kept is not None and (
            abs(granularity_of(snapshot) - kept) < SAME or self._session.settled
        ):  # else this is from before
            self._arrived()
        elif self._wanted is None:
            self.bar.show_value(granularity_of(snapshot))
        else:
            if looked is not None:
                self._show_on_board(looked[1])
            if kept is None and self._keeping is None:
                self._look_anew()

    def _leave_other(self, project_id: int | None) -> None:
        """What was wanted of one project says nothing of another, also where the first look still takes its time."""
        if project_id != self._project_id:
            self._project_id, self._kept_value = project_id, None
            self.bar.slider.give_up()
            self.runner.cancel_all()
            self._forget()

    def _arrived(self) -> None:
        """What was kept is what the window shows; the slider may have moved on meanwhile."""
        kept, self._kept_value = self._kept_value, None
        if self._wanted == kept:
            self._forget()
            self.bar.show_value(granularity_of(self._session.snapshot))
        else:
            self._look_anew()

    def _look_anew(self) -> None:
        self._tried, self._opened = False, None
        self._go_on()

    def _show_bar(self) -> None:
        project = self._session.snapshot.project
        some = project is not None and len(self._session.snapshot.order) > 1
        there = some and self._area.stack.currentWidget() is self._area.board
        self.bar.setVisible(there)
        if there and not self._prepared:
            self._prepared = True
            self._preparing.start()
        tree = self.tree if there and self._memory.tree else GranularityDesk.tree.built(self)
        if tree is not None:
            tree.make_room(there)


def granularity_of(snapshot: Snapshot) -> float:
    """What the project was grouped with."""
    parameters = snapshot.project.grouping.get("parameters") if snapshot.project is not None else None
    value = parameters.get("granularity", MIDDLE) if isinstance(parameters, dict) else MIDDLE
    return float(value) if isinstance(value, int | float) else MIDDLE


def _same_project(one: Snapshot, other: Snapshot) -> bool:
    return (one.project.id if one.project else None) == (other.project.id if other.project else None)
