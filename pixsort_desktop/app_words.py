"""What the window does with learned models, as plain callables; each imports what it needs in the worker that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pixsort_desktop.app_models import ModelsRoom
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.progress import Progress
from pixsort_desktop.views.left_work import LeftFunctions
from pixsort_desktop.views.meaning.functions import (
    EmbeddingRow,
    Matches,
    NeedsError,
    PromptFunctions,
    WordFunctions,
)

if TYPE_CHECKING:
    from pixsort_desktop.jobs.model_recovery import LeftWork
    from pixsort_desktop.jobs.prompts import PromptScores
    from pixsort_desktop.jobs.word_search import TextVectors
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.library.records import Prompt
    from pixsort_desktop.library.vectors import VectorTables
    from pixsort_desktop.vision.models.installed import InstalledModel


class WordsRoom:
    """Keeps the vectors of the words and photos that were searched last."""

    def __init__(self, library: Library, room: ModelsRoom) -> None:
        self._library, self._room = library, room
        self._tables: VectorTables | None = None
        self._texts: TextVectors | None = None
        self._scores: PromptScores | None = None

    @property
    def tables(self) -> VectorTables:
        from pixsort_desktop.library.vectors import VectorTables

        if self._tables is None:
            self._tables = VectorTables(self._library)
        return self._tables

    @property
    def texts(self) -> TextVectors:
        from pixsort_desktop.jobs.word_search import TextVectors

        if self._texts is None:
            self._texts = TextVectors(self._room.process())
        return self._texts

    def forget(self) -> None:
        if self._tables is not None:
            self._tables.forget()

    def embeddings(self, project_id: int) -> list[EmbeddingRow]:
        from pixsort_desktop.library.embeddings import embedding_counts
        from pixsort_desktop.library.jobs import photos_a_second
        from pixsort_desktop.vision.descriptor import EMBEDDING_ID
        from pixsort_desktop.vision.models.installed import installed_models

        models = [(EMBEDDING_ID, "Built in"), *((m.id, m.name) for m in installed_models(self._room.folder))]
        rows = []
        for model_id, name in models:
            ready, has = embedding_counts(self._library, project_id, model_id)
            rate = photos_a_second(self._library, model_id)
            rows.append(EmbeddingRow(model_id, name, has, ready, (ready - has) / rate if rate else None))
        return rows

    def reader(self, project_id: int, what: str) -> InstalledModel:
        """The model for words, with vectors of the project. Raises NeedsError."""
        from pixsort_desktop.errors import NotFoundError
        from pixsort_desktop.jobs.word_search import model_for_words

        try:
            model = model_for_words(self._library, self._room.folder, project_id)
        except NotFoundError as error:
            raise NeedsError(
                f"{what} needs a learned model that reads words, and none is on this computer."
            ) from error
        self._needs_vectors(project_id, model, what)
        return model

    def _needs_vectors(self, project_id: int, model: InstalledModel, what: str) -> None:
        from pixsort_desktop.library.embeddings import embedding_counts

        ready, has = embedding_counts(self._library, project_id, model.id)
        _needs_photos(ready, what)
        if not has:
            raise NeedsError(
                f"{what} needs the photos' vectors by {model.name}, which this project has not got yet.",
                model.id, model.name, ready,
            )  # fmt: skip

    def search(self, project_id: int, text: str) -> tuple[int, ...]:
        from pixsort_desktop.jobs.word_search import search_by_words

        model = self.reader(project_id, "Search by meaning")
        return search_by_words(
            self._library, self.tables, self.texts, project_id=project_id, text=text, model=model
        ).ids

    def prepare_prompt(self, project_id: int, text: str) -> dict[str, Any]:
        """The arguments of `commands.prompts.pin_prompt`. Raises NeedsError."""
        from dataclasses import asdict

        from pixsort_desktop.jobs.prompts import prepare_prompt

        model = self.reader(project_id, "Pinning a search")
        return asdict(
            prepare_prompt(
                self._library, self.tables, self.texts, project_id=project_id, text=text, model=model
            )
        )

    def find_prompts(self, project_id: int, prompts: Sequence[Prompt]) -> dict[int, Matches]:
        """What each prompt finds; no model is asked."""
        from pixsort_desktop.jobs.prompts import PromptScores

        if self._scores is None:
            self._scores = PromptScores(self._library, self.tables)
        found = self._scores.get(project_id, prompts)
        needs = {each: self._needs(project_id, each) for each in {p.embedding_id for p in prompts}}
        return {
            prompt.id: Matches(found[prompt.id].ids, found[prompt.id].scores, needs[prompt.embedding_id])
            for prompt in prompts
        }

    def _needs(self, project_id: int, model_id: str) -> NeedsError | None:
        """What keeps prompts of a model from looking at every photo."""
        from pixsort_desktop.library.embeddings import embedding_counts
        from pixsort_desktop.vision.models.catalogue import CATALOGUE
        from pixsort_desktop.vision.models.installed import installed_models

        model = next((m for m in installed_models(self._room.folder) if m.id == model_id), None)
        if model is None:
            name = next((spec.name for spec in CATALOGUE if spec.id == model_id), model_id)
            return NeedsError(f"{name} is not on this computer: new photos stay out.")
        ready, has = embedding_counts(self._library, project_id, model_id)
        if has >= ready:
            return None
        lack = "1 photo has" if ready - has == 1 else f"{ready - has:,} photos have"
        return NeedsError(f"{lack} no vector of {model.name} yet.", model_id, model.name, ready - has)

    def similar(self, project_id: int, photo_id: int, embedding_id: str) -> tuple[int, ...]:
        from pixsort_desktop.jobs.hierarchy import remembered_grouping
        from pixsort_desktop.jobs.word_search import similar_photos
        from pixsort_desktop.vision.models.installed import installed_models

        chosen = embedding_id or remembered_grouping(self._library, project_id)[1]
        model = next((each for each in installed_models(self._room.folder) if each.id == chosen), None)
        if model is not None:
            self._needs_vectors(project_id, model, f"Likeness by {model.name}")
        return similar_photos(
            self._library, self.tables, project_id=project_id, embedding_id=chosen, photo_id=photo_id
        ).ids

    def embed(self, project_id: int, model_id: str, progress: Progress) -> Any:
        from pixsort_desktop.jobs.embed_with_model import embed_project
        from pixsort_desktop.vision.models.installed import find_installed

        model = find_installed(self._room.folder, model_id)
        return embed_project(
            self._library, project_id=project_id, model=model, models=self._room.process(), progress=progress
        )

    def tag(self, project_id: int, only: Sequence[int] | None, progress: Progress) -> Any:
        from pixsort_desktop.jobs.tag_photos import tag_project
        from pixsort_desktop.vision.vocabulary import read_vocabulary

        model = self.reader(project_id, "Suggesting tags")
        return tag_project(
            self._library, self.tables, project_id=project_id, model=model, models=self._room.process(),
            vocabulary=read_vocabulary(self._library.folder), progress=progress, only=only,
        )  # fmt: skip

    def caption(self, project_id: int, only: Sequence[int] | None, progress: Progress) -> Any:
        from pixsort_desktop.errors import NotFoundError
        from pixsort_desktop.jobs.caption_photos import caption_project, model_for_captions
        from pixsort_desktop.library.embeddings import embedding_counts

        try:
            model = model_for_captions(self._room.folder)
        except NotFoundError as error:
            raise NeedsError(
                "Writing captions needs a learned model that writes them (CoCa), and none is on this computer."
            ) from error
        _needs_photos(embedding_counts(self._library, project_id, model.id)[0], "Writing captions")
        return caption_project(
            self._library, project_id=project_id, model=model, models=self._room.process(), progress=progress, only=only
        )  # fmt: skip

    def left_work(self) -> list[LeftWork]:
        from pixsort_desktop.jobs.model_recovery import left_work

        return left_work(self._library, self._room.folder)

    def go_on(self, left: LeftWork, progress: Progress) -> Any:
        from pixsort_desktop.jobs.model_recovery import go_on

        return go_on(self._library, left, self._room.process(), self.tables, progress)

    def forgo(self, left: LeftWork) -> None:
        from pixsort_desktop.jobs.model_recovery import forgo

        forgo(self._library, [left.job_id])


def _needs_photos(ready: int, what: str) -> None:
    if not ready:
        raise PixsortError(f"{what} needs photos, and this project has none that can be read.")


def word_functions(words: WordsRoom) -> WordFunctions:
    """What `views.meaning.words_desk` may do."""
    return WordFunctions(
        words.embeddings, words.search, words.similar, words.forget, words.embed, words.tag, words.caption
    )


def prompt_functions(words: WordsRoom) -> PromptFunctions:
    """What `views.meaning.prompts_desk` may do."""
    return PromptFunctions(words.prepare_prompt, words.find_prompts)


def left_functions(words: WordsRoom) -> LeftFunctions:
    """What `views.left_work` may do."""
    return LeftFunctions(words.left_work, words.go_on, words.forgo)
