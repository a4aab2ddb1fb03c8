"""The prompt columns of the board: what they found, the threshold in the user's hand, and what is wanted of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal

from pixsort_desktop.library.records import Prompt
from pixsort_desktop.views.meaning.functions import NOT_YET, Matches
from pixsort_desktop.views.meaning.prompt_columns import PromptColumn, key_of_prompt, matching, prompt_of
from pixsort_desktop.views.snapshot import Snapshot

if TYPE_CHECKING:
    from pixsort_desktop.views.board.column import ColumnWidget
    from pixsort_desktop.views.board.group_board import GroupBoard
    from pixsort_desktop.views.board.prompt_strip import PromptStrip


class BoardPrompts(QObject):
    """Prompts are told by their ids in signals, and positions count the project's prompts."""

    threshold_settled = Signal(int, float)
    remedy_wanted = Signal(int)  # what a column needs is to be brought
    removed = Signal(int)
    moved = Signal(int, int)
    menu_wanted = Signal(int, QPoint)
    taken_out = Signal()  # photos cannot be

    def __init__(self, board: GroupBoard) -> None:
        super().__init__(board)
        self._board = board
        self._matches: Mapping[int, Matches] = {}
        self._held: dict[int, float] = {}  # thresholds that the user has chosen and no snapshot knows yet
        self._in_hand: int | None = None  # the prompt whose slider is being moved
        self._strips: list[PromptStrip] = []

    # -- what is shown ---------------------------------------------------------------------------------

    def columns(self, snapshot: Snapshot) -> list[PromptColumn]:
        """The prompt columns of a snapshot with what they found; they stand before all others."""
        return [PromptColumn(prompt, self._shown(prompt, snapshot)) for prompt in snapshot.prompts]

    def show_matches(self, matches: Mapping[int, Matches]) -> None:
        """What each prompt found, by its id."""
        self._matches = matches
        self._board.show_snapshot(self._board.snapshot)

    def hold(self, prompt_id: int, threshold: float) -> None:
        """Show a column with that threshold until it is let go; only this column changes."""
        self._held[prompt_id], self._in_hand = threshold, prompt_id
        self._show_again(prompt_id)

    def settle(self) -> None:
        """Nobody waits for sliders to rest any more: where they are is where they stay."""
        for strip in self._strips:
            strip.slider.settle()

    def _settle(self, prompt_id: int, threshold: float) -> None:
        if self._in_hand == prompt_id:
            self._in_hand = None
        if self._prompt(prompt_id) is None:  # removed while the slider rested
            self._held.pop(prompt_id, None)
        else:
            self.threshold_settled.emit(prompt_id, threshold)

    def let_go(self, prompt_id: int) -> None:
        """The library's threshold counts again."""
        if self._in_hand == prompt_id:
            self._in_hand = None
        if self._held.pop(prompt_id, None) is not None:
            self._show_again(prompt_id)

    def released(self) -> dict[int, float]:
        """Prompt id -> the threshold that is shown in place of the library's, where the slider rests."""
        return {i: threshold for i, threshold in self._held.items() if i != self._in_hand}

    def _show_again(self, prompt_id: int) -> None:
        prompt = self._prompt(prompt_id)
        if prompt is not None:
            self._board.show_photos(key_of_prompt(prompt_id), self._shown(prompt, self._board.snapshot))
            self.dress(self._board.column(key_of_prompt(prompt_id)))

    def _shown(self, prompt: Prompt, snapshot: Snapshot) -> tuple[int, ...]:
        return matching(self.matches(prompt.id), self._threshold(prompt), snapshot)

    def _threshold(self, prompt: Prompt) -> float:
        return self._held.get(prompt.id, prompt.threshold)

    def matches(self, prompt_id: int) -> Matches:
        """What a prompt found, whatever its threshold; nothing where that is not known yet."""
        return self._matches.get(prompt_id, NOT_YET)

    def _prompt(self, prompt_id: int) -> Prompt | None:
        return next((prompt for prompt in self._board.snapshot.prompts if prompt.id == prompt_id), None)

    # -- where somebody is -----------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many columns, from the left, are prompts'."""
        return sum(prompt_of(key) is not None for key in self._board.board.keys)

    def here(self) -> Prompt | None:
        """The prompt whose column has the keyboard, else the current photo."""
        board = self._board
        focused = board.focused_key()
        key = focused if focused is not None else board.board.key_of_index(board.selection.currentIndex())
        return board.board.prompt(key) if key is not None else None

    def of_current(self) -> Prompt | None:
        """The prompt in whose column the current photo is."""
        key = self._board.board.key_of_index(self._board.selection.currentIndex())
        return self._board.board.prompt(key) if key is not None else None

    def photos(self, prompt_id: int) -> Sequence[int]:
        """What the column shows, best first."""
        return self._board.board.members(key_of_prompt(prompt_id))

    def select(self, prompt_id: int) -> None:
        """Select the photos that a column shows."""
        self._board.select_column(key_of_prompt(prompt_id))

    def show_column(self, prompt_id: int) -> None:
        """Scroll to the column."""
        self._board.show_column(key_of_prompt(prompt_id))

    # -- widgets ---------------------------------------------------------------------------------------

    def dress(self, column: ColumnWidget | None) -> None:
        """Give a column the strip with its threshold, or take it away, as its key asks for."""
        prompt = self._board.board.prompt(column.key) if column is not None else None
        if column is None or (prompt is None and column.strip is None):
            return
        if prompt is None:
            column.show_strip(None)
            return
        strip = column.strip or self._build(column)
        shown = bool(self._board.board.members(column.key))
        strip.show_prompt(prompt, self.matches(prompt.id), self._threshold(prompt), shown=shown)
        column.show_strip(strip)

    def _build(self, column: ColumnWidget) -> PromptStrip:
        from pixsort_desktop.views.board.prompt_strip import PromptStrip

        strip = PromptStrip(column)
        self._strips.append(strip)
        strip.moved.connect(self.hold)
        strip.settled.connect(self._settle)
        strip.cancelled.connect(self.let_go)
        strip.remedy_wanted.connect(self.remedy_wanted)
        return strip

    def drop(self, key: int, place: int) -> None:
        """A column was dropped before that place."""
        prompt_id, own = prompt_of(key), self._board.board.place(key)
        if prompt_id is not None:
            self.moved.emit(prompt_id, place - (own < place))
