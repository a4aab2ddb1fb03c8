"""Prompt columns among the columns of the board: how they are told apart, and which photos they show.

A prompt column is a view: its photos stand in their own columns, too, and nothing about a photo depends on it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from pixsort_desktop.library.records import Column, Group, Prompt
from pixsort_desktop.views.meaning.functions import Matches
from pixsort_desktop.views.snapshot import Snapshot

UNGROUPED_KEY = 1 << 40  # what stands for Ungrouped where columns are told apart by their group's id
_PROMPT_KEYS = 1 << 41  # prompts by their id come after this


@dataclass(frozen=True, slots=True)
class PromptColumn:
    """A prompt and the photos that it shows, best first."""

    prompt: Prompt
    photo_ids: tuple[int, ...]


Head = Group | Prompt | None
"""What stands over a column; None for Ungrouped."""


def head_of(column: Column | PromptColumn) -> Head:
    return column.prompt if isinstance(column, PromptColumn) else column.group


def key_of(head: Head) -> int:
    """What a column is told apart by on the board."""
    if head is None:
        return UNGROUPED_KEY
    return head.id if isinstance(head, Group) else key_of_prompt(head.id)


def key_of_prompt(prompt_id: int) -> int:
    return _PROMPT_KEYS + prompt_id


def prompt_of(key: int | None) -> int | None:
    """The id of the prompt that a column of that key shows; None for any other column."""
    return key - _PROMPT_KEYS if key is not None and key > _PROMPT_KEYS else None


def matching(matches: Matches, threshold: float, snapshot: Snapshot) -> tuple[int, ...]:
    """The photos of at least that score, as far as search and filter left them."""
    count = bisect_right(matches.scores, -threshold, key=lambda score: -score)
    return snapshot.shown_of(matches.ids[:count])
