"""What the window may ask of learned models: callables that `app_words` makes, and what they answer and raise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.records import Prompt
from pixsort_desktop.progress import Progress


class NeedsError(PixsortError):
    """Something is missing: a model (`model_id` empty), or a model's vectors for so many photos."""

    def __init__(self, sentence: str, model_id: str = "", name: str = "", missing: int = 0) -> None:
        super().__init__(sentence)
        self.model_id, self.name, self.missing = model_id, name, missing


@dataclass(frozen=True, slots=True)
class EmbeddingRow:
    """What photos can be compared by; `has` of `ready` photos have its vectors, `seconds` for the others if that is known."""

    id: str
    name: str
    has: int
    ready: int
    seconds: float | None = None


class WordFunctions(NamedTuple):
    """What `app_words` gives the window; each runs in a worker and may raise NeedsError. The first argument is the project."""

    embeddings: Callable[[int], list[EmbeddingRow]]  # the built-in one first
    search: Callable[[int, str], tuple[int, ...]]
    similar: Callable[[int, int, str], tuple[int, ...]]  # photo, embedding ('': as the columns)
    forget: Callable[[], None]
    embed: Callable[[int, str, Progress], Any]
    tag: Callable[[int, Sequence[int] | None, Progress], Any]  # of these photos, None: of all
    caption: Callable[[int, Sequence[int] | None, Progress], Any]


@dataclass(frozen=True, slots=True)
class Matches:
    """What a prompt found: photos of the project that have a vector, best first, with their scores.

    `needs` says in a sentence what keeps it from looking at all photos, or at those that will come.
    """

    ids: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()
    needs: NeedsError | None = None

    def same(self, other: Matches) -> bool:
        """Whether a column of the other looks the same."""
        told = str(self.needs or ""), str(other.needs or "")
        return self.ids == other.ids and self.scores == other.scores and told[0] == told[1]


NOT_YET = Matches()
"""Of a prompt that nobody has looked at; told by `is`, as another may have found nothing."""


class PromptFunctions(NamedTuple):
    """What prompt columns need; each runs in a worker. The first argument is the project."""

    prepare: Callable[[int, str], dict[str, Any]]  # arguments of `pin_prompt`; may raise NeedsError
    find: Callable[[int, Sequence[Prompt]], dict[int, Matches]]  # by prompt; asks no model
