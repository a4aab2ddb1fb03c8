"""What prompt columns show: photos by the score of their words, from vectors alone. No model is asked but to pin one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pixsort_desktop.grouping.threshold import starting_threshold
from pixsort_desktop.jobs.word_search import (
    Ranking,
    TextVectors,
    Vector,
    asked_query,
    ranking,
    some_vectors,
    word_scores,
)
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.prompts import query_vectors, vectors_state
from pixsort_desktop.library.records import Prompt
from pixsort_desktop.library.vectors import VectorTables
from pixsort_desktop.vision.models.installed import InstalledModel
from pixsort_desktop.vision.query import read_query

NOTHING = Ranking((), ())


@dataclass(frozen=True, slots=True)
class NewPrompt:
    """A search that is ready to be pinned (`commands.prompts.pin_prompt`)."""

    text: str
    embedding_id: str
    threshold: float
    vectors: dict[str, Vector]


def prepare_prompt(
    library: Library,
    tables: VectorTables,
    texts: TextVectors,
    *,
    project_id: int,
    text: str,
    model: InstalledModel,
    threshold: float | None = None,
) -> NewPrompt:
    """Ask the model what the words mean and, where no threshold is given, the project's scores where to begin.

    Raises PixsortError for a text without words and a project without such vectors.
    """
    query = asked_query(text)
    asked = texts.get(model, query.texts)
    if threshold is None:
        table = some_vectors(library, tables, project_id, model.id)
        threshold = starting_threshold(word_scores(query, asked, table.vectors))
    return NewPrompt(" ".join(text.split()), model.id, threshold, dict(zip(query.texts, asked, strict=True)))


class PromptScores:
    """Keeps what the prompts of a project found, and scores anew only where vectors came or went. Safe from any thread."""

    def __init__(self, library: Library, tables: VectorTables) -> None:
        self._library, self._tables = library, tables
        self._lock = threading.Lock()
        self._found: dict[tuple[int, str, str], tuple[tuple[int, ...], Ranking]] = {}

    def get(self, project_id: int, prompts: Sequence[Prompt]) -> dict[int, Ranking]:
        """By prompt id: all photos of the project that have a vector, best first. The same object where nothing changed."""
        with self._lock:
            states = {
                embedding: vectors_state(self._library, project_id, embedding)
                for embedding in {prompt.embedding_id for prompt in prompts}
            }
            wanted = {(project_id, prompt.embedding_id, prompt.text): prompt for prompt in prompts}
            kept = {key: found for key, found in self._found.items() if key in wanted}
            for key, prompt in wanted.items():
                state = states[prompt.embedding_id]
                if key not in kept or kept[key][0] != state:
                    kept[key] = state, self._score(project_id, prompt)
            self._found = kept
            return {prompt.id: kept[key][1] for key, prompt in wanted.items()}

    def _score(self, project_id: int, prompt: Prompt) -> Ranking:
        table = self._tables.get(project_id, prompt.embedding_id)
        query = read_query(prompt.text)
        known = query_vectors(self._library, prompt.embedding_id, query.texts)
        asked = [known[text] for text in query.texts if text in known]
        size = table.vectors.shape[1]
        if not len(table.ids) or len(asked) < len(query.texts) or any(len(each) != size for each in asked):
            return NOTHING  # a model of other vectors has taken the name of the one that read the words
        return ranking(table.ids, word_scores(query, np.stack(asked), table.vectors))
