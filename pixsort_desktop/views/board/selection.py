"""Which photos of the board are selected, across its columns, and quick to ask for one photo after another."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject

from pixsort_desktop.views.board.model import BoardModel
from pixsort_desktop.views.differences import MANY

Flag = QItemSelectionModel.SelectionFlag


class BoardSelection(QItemSelectionModel):
    """One selection for all lists of the board.

    A filter leaves thousands of separate ranges behind, and Qt's own `isSelected` walks through them, asking the
    model for parents, for each tile that it paints. So the ids are kept, too. A photo that stands in prompt columns as
    well is selected everywhere or nowhere.
    """

    def __init__(self, board: BoardModel, parent: QObject) -> None:
        super().__init__(board, parent)
        self._board = board
        self._ordered: tuple[int, ...] | None = None
        self._ids: frozenset[int] | None = None
        self.selectionChanged.connect(self._forget)
        for moved in (board.rowsInserted, board.rowsRemoved, board.rowsMoved, board.layoutChanged):
            moved.connect(self._forget)

    def ordered_ids(self) -> tuple[int, ...]:
        """The selected photos, column by column."""
        if self._ordered is None:
            self._ordered = tuple(self._board.ids_in(self.selection()))
        return self._ordered

    def ids(self) -> frozenset[int]:
        """The same, to ask for one photo."""
        if self._ids is None:
            self._ids = frozenset(self.ordered_ids())
        return self._ids

    def select(self, what: QItemSelection | QModelIndex, command: Flag) -> None:  # type: ignore[override]
        """As Qt's, which comes through here with every selection that it makes."""
        if isinstance(what, QItemSelection) and self._board.has_prompts and not what.isEmpty():
            what = self._board.with_twins(what)
        super().select(what, command)

    def take_twins(self) -> None:
        """Photos may have come to prompt columns, or left them, while they are selected."""
        if self._board.has_prompts and self.hasSelection():
            self.select(self.selection(), Flag.ClearAndSelect)

    def replace(self, chosen: QItemSelection, ordered_ids: Iterable[int] | None = None) -> bool:
        """Select this and nothing else. True where the change was too large to be told.

        `ordered_ids` are the photos in it, where they are known. Many ranges are not told one by one: Qt compares each
        old with each new.
        """
        if self._board.has_prompts:
            chosen = self._board.with_twins(chosen)
        if chosen.count() <= MANY and len(self.ids()) <= MANY:
            self.select(chosen, Flag.ClearAndSelect)
            return False
        blocked = self.blockSignals(True)
        self.clearSelection()
        self.select(chosen, Flag.ClearAndSelect)
        self.blockSignals(blocked)
        self._forget()
        if ordered_ids is not None:
            self._ordered = tuple(ordered_ids)
        return True

    def _forget(self, *_: object) -> None:
        self._ordered = self._ids = None
