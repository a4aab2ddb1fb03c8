"""Prompt columns in the window: pinning a search, looking what it finds, its threshold, and a column made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QMenu

from pixsort_desktop.commands import prompts as commands
from pixsort_desktop.commands.organise import move_to_new_group
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.records import Prompt
from pixsort_desktop.tasks.runner import Runner
from pixsort_desktop.views import words
from pixsort_desktop.views.meaning.functions import NOT_YET, Matches, PromptFunctions
from pixsort_desktop.views.meaning.words_desk import WordsDesk
from pixsort_desktop.views.message_bar import MessageBar
from pixsort_desktop.views.photos_area import PhotosArea
from pixsort_desktop.views.session import Session
from pixsort_desktop.views.snapshot import Snapshot
from pixsort_desktop.views.timers import single_shot

LOOK_MS = 300  # after a change: while photos are embedded, changes come in a row
LONGEST_LABEL = 60  # characters of a column that is named after a prompt


class PromptsDesk(QObject):
    """Between the board's prompt columns, the library and the worker that knows what they find.

    Nothing is looked at before a board with a prompt column is shown, and no model is asked but to pin.
    """

    def __init__(
        self, session: Session, area: PhotosArea, desk: WordsDesk, messages: MessageBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._area, self._desk, self._messages = session, area, desk, messages
        self._board = area.board.prompts
        self._functions: PromptFunctions | None = None
        self.runner = Runner(1, self)
        self.runner.failed.connect(desk.say)
        self._stale = True  # whether something may have changed since the last look
        self._show_next: int | None = None  # the prompt that was pinned, until its column is there
        self._timer = single_shot(self, self._look)
        area.stack.currentChanged.connect(lambda _: self._timer.start(0))
        QGuiApplication.instance().focusWindowChanged.connect(self._back)  # type: ignore[union-attr]
        columns = self._board
        columns.threshold_settled.connect(self._keep_threshold)
        session.leaving.connect(columns.settle)
        columns.remedy_wanted.connect(self._bring)
        columns.removed.connect(self.remove)
        columns.moved.connect(self.move)
        columns.menu_wanted.connect(self._menu)
        columns.taken_out.connect(
            lambda: messages.tell("These photos are here because the words find them: raise the threshold instead.")
        )  # fmt: skip

    def attach(self, functions: PromptFunctions) -> None:
        """The library is open."""
        self._functions = functions
        self._timer.start(0)

    def close(self) -> None:
        """Accept nothing new."""
        self.runner.close()
        self.runner.cancel_all()

    def wait(self, seconds: float) -> bool:
        """Whether nothing runs any more."""
        return self.runner.wait(seconds)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Shortcut id -> what it does."""
        return {"pin_prompt": self.pin}

    # -- what they find --------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The board shows another state of the library: thresholds that arrived are let go, what is found is looked at."""
        known = {prompt.id: prompt.threshold for prompt in snapshot.prompts}
        for prompt_id, threshold in self._board.released().items():
            if known.get(prompt_id) == threshold or self._session.settled:
                self._board.let_go(prompt_id)
        if self._show_next in known:
            self._board.show_column(self._show_next or 0)
            self._show_next = None
        self._stale = True
        if snapshot.prompts and not self._timer.isActive():
            unseen = any(not self._board.matches(prompt_id).ids for prompt_id in known)
            self._timer.start(0 if unseen else LOOK_MS)

    def _back(self, window: QWindow | None) -> None:
        """Somebody comes back from another window, where they may have brought a model that is needed here."""
        prompts = self._session.snapshot.prompts
        if window is self._area.window().windowHandle() and any(
            self._board.matches(prompt.id).needs is not None for prompt in prompts
        ):
            self._stale = True
            self._timer.start(LOOK_MS)

    def _look(self) -> None:
        """What the prompts find now, if anybody sees it."""
        snapshot, functions = self._session.snapshot, self._functions
        seen = self._area.stack.currentWidget() is self._area.board
        if functions is None or snapshot.project is None or not (self._stale and seen and snapshot.prompts):
            return
        if self.runner.busy:  # once more when that is done: what is being looked at may be old by now
            self._timer.start(LOOK_MS)
            return
        self._stale = False
        project_id, prompts = snapshot.project.id, snapshot.prompts
        self.runner.run(
            lambda: functions.find(project_id, prompts), lambda found: self._found(project_id, found)
        )

    def _found(self, project_id: int, found: dict[int, Matches]) -> None:
        self._desk.forget_later()
        if project_id == self._session.project_id and any(self._is_news(*each) for each in found.items()):
            self._board.show_matches(found)

    def _is_news(self, prompt_id: int, matches: Matches) -> bool:
        known = self._board.matches(prompt_id)
        return known is NOT_YET or not known.same(matches)

    # -- commands --------------------------------------------------------------------------------------

    def pin(self) -> None:
        """Make the words that the grid is sorted by a column of the board."""
        ranked, functions, project_id = (
            self._session.showing.ranked, self._functions, self._session.project_id
        )  # fmt: skip
        if ranked is None or not ranked.text or functions is None or project_id is None:
            self._messages.tell(
                "Search by meaning first; what the words find can then be pinned as a column."
            )
            return
        text = " ".join(ranked.text.split())
        there = next((p for p in self._session.snapshot.prompts if p.text == text), None)
        if there is not None:
            self._show_board(there.id)
            return

        def pin(new: dict[str, object]) -> None:
            self._session.do(
                lambda library: commands.pin_prompt(library, project_id=project_id, **new),  # type: ignore[arg-type]
                lambda prompt_id: (
                    self._show_board(prompt_id) if self._session.project_id == project_id else None
                ),
            )

        self.runner.run(lambda: functions.prepare(project_id, text), pin)

    def _show_board(self, prompt_id: int) -> None:
        """The words stand over their column now: the search field is free again."""
        self._area.toolbar.clear_search()
        self._desk.leave()
        self._area.show_view("board")
        if any(prompt.id == prompt_id for prompt in self._session.snapshot.prompts):
            self._board.show_column(prompt_id)
        else:
            self._show_next = prompt_id

    def _keep_threshold(self, prompt_id: int, threshold: float) -> None:
        self._session.do(
            lambda library: commands.set_threshold(library, prompt_id=prompt_id, threshold=threshold),
            lambda changes: None if changes else self._board.let_go(prompt_id),
            lambda error: self._not_kept(prompt_id, error),
        )

    def _not_kept(self, prompt_id: int, error: Exception) -> None:
        self._board.let_go(prompt_id)
        self._desk.say(error)

    def remove(self, prompt_id: int) -> None:
        """Take a prompt column off the board."""
        name = self._name(prompt_id)
        self._session.do(
            lambda library: commands.remove_prompt(library, prompt_id=prompt_id),
            lambda _: self._tell(f"Removed the prompt column «{name}»; its photos stay in their columns."),
        )

    def move(self, prompt_id: int, position: int) -> None:
        self._session.do(
            lambda library: commands.move_prompt(library, prompt_id=prompt_id, position=position)
        )

    def shift(self, by: int, other: Callable[[int | None, int], None]) -> None:
        """The prompt column that has the keyboard, one place to the left (-1) or to the right (+1); with a column of another
        kind, `other` does it."""
        here = self._board.here()
        if here is None:
            other(self._area.board.current_group(), by)
            return
        order = [prompt.id for prompt in self._session.snapshot.prompts]
        position = order.index(here.id) + by if here.id in order else -1
        if 0 <= position < len(order):
            self.move(here.id, position)

    def make_column(self, prompt_id: int) -> None:
        """A column of the selected photos of a prompt column, or of all that it shows, named after it."""
        project_id, ids = self._session.project_id, self._chosen(prompt_id)
        if project_id is None or not ids:
            self._messages.tell("No photo is found; lower the threshold to make a column.")
            return
        whole = self._session.snapshot.with_stacks(ids)
        wanted = words.short(self._text(prompt_id), LONGEST_LABEL)

        def act(library: Library) -> str:
            label = _free_label(library, project_id, wanted)
            move_to_new_group(library, project_id=project_id, photo_ids=whole, label=label, position=0)
            return label

        many = words.count(len(whole), "photo")
        self._session.do(act, lambda label: self._tell(f"Made the column «{words.short(label)}» of {many}."))

    def _chosen(self, prompt_id: int) -> Sequence[int]:
        """The selected ones among the photos of a column, best first; all where none is selected."""
        shown, selected = self._board.photos(prompt_id), set(self._area.board.selected_ids())
        return [i for i in shown if i in selected] or list(shown)

    def _bring(self, prompt_id: int) -> None:
        needs = self._board.matches(prompt_id).needs
        if needs is not None:
            self._desk.bring(needs)

    def _prompt(self, prompt_id: int) -> Prompt | None:
        return next((prompt for prompt in self._session.snapshot.prompts if prompt.id == prompt_id), None)

    def _text(self, prompt_id: int) -> str:
        prompt = self._prompt(prompt_id)
        return prompt.text if prompt is not None else ""

    def _name(self, prompt_id: int) -> str:
        return words.short(self._text(prompt_id))

    def _tell(self, sentence: str) -> None:
        self._messages.tell(sentence, "Undo", self._session.undo)

    def _menu(self, prompt_id: int, at: QPoint) -> None:
        menu = QMenu(self._area.board)
        menu.aboutToHide.connect(menu.deleteLater)
        order = [prompt.id for prompt in self._session.snapshot.prompts]
        place = order.index(prompt_id) if prompt_id in order else 0
        some = len(self._chosen(prompt_id))
        menu.addAction(
            f"Make a column of these {words.count(some, 'photo')}" if some > 1 else "Make a column of this",
            lambda: self.make_column(prompt_id),
        ).setEnabled(some > 0)
        menu.addAction("Select its photos", lambda: self._board.select(prompt_id))
        menu.addSeparator()
        left = menu.addAction("Move left", lambda: self.move(prompt_id, place - 1))
        right = menu.addAction("Move right", lambda: self.move(prompt_id, place + 1))
        left.setEnabled(place > 0)
        right.setEnabled(place + 1 < len(order))
        menu.addSeparator()
        menu.addAction("Remove prompt column", lambda: self.remove(prompt_id))
        menu.popup(at)


def _free_label(library: Library, project_id: int, wanted: str) -> str:
    """The label, or «label 2», «label 3» … where a column has it."""
    taken = {
        (column.group.label if column.group else words.UNGROUPED).casefold()
        for column in board(library, project_id)
    }
    label, number = wanted, 1
    while label.casefold() in taken:
        number += 1
        label = f"{wanted} {number}"
    return label
