"""Where something dropped on the board goes in the project: what a search or a stack hides is counted, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pixsort_desktop.views.meaning.prompt_columns import UNGROUPED_KEY, key_of
from pixsort_desktop.views.snapshot import Snapshot


def position_before(snapshot: Snapshot, keys: Sequence[int], place: int, moved: int | None = None) -> int:
    """The position, among the project's groups without `moved`, of what is dropped before place `place` of the shown
    columns `keys`; columns that a search hides are counted."""
    every = [key_of(c.group) for c in snapshot.columns if c.group is not None and c.group.id != moved]
    shown = [key for key in keys[:place] if key not in (moved, UNGROUPED_KEY)]
    return every.index(shown[-1]) + 1 if shown and shown[-1] in every else 0


def row_in_column(
    snapshot: Snapshot, key: int, members: Sequence[int], shown_row: int, moved: Iterable[int]
) -> int:
    """The place among the column's photos without `moved` of what is dropped before row `shown_row` of its shown
    `members`; frames behind the covers of closed stacks are counted, and no stack is torn apart."""
    gone = set(snapshot.with_stacks(moved))
    column = next(c for c in snapshot.columns if key_of(c.group) == key)
    place = {i: n for n, i in enumerate(i for i in column.photo_ids if i not in gone)}
    before = next((i for i in reversed(members[:shown_row]) if i in place), None)
    after = next((i for i in members[shown_row:] if i in place), None)
    least = place[before] + 1 if before is not None else 0
    if after is None:
        return len(place)
    return max(least, min(place[i] for i in snapshot.with_stacks([after])))
