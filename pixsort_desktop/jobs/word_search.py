"""Photos by what words mean, and photos that are like another: ranked by the vectors that the library keeps."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.grouping import similarity
from pixsort_desktop.jobs.lacking import lacks
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import embedding_counts
from pixsort_desktop.library.vectors import VectorTable, VectorTables
from pixsort_desktop.vision.descriptor import EMBEDDING_ID as BUILT_IN
from pixsort_desktop.vision.models.catalogue import CATALOGUE, size_in_words
from pixsort_desktop.vision.models.installed import InstalledModel, find_installed, installed_models
from pixsort_desktop.vision.query import Query, read_query

_TEXTS_KEPT = 512

Vector = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


class ReadsTexts(Protocol):
    """What is needed of a `ModelProcess`."""

    def embed_texts(self, model: InstalledModel, texts: list[str]) -> Vector: ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """Photos that have a vector, and their scores, best first."""

    ids: tuple[int, ...]
    scores: tuple[float, ...]


class TextVectors:
    """Vectors of words that were asked for lately, so that the same words cost nothing again."""

    def __init__(self, models: ReadsTexts) -> None:
        self._models = models
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, str], Vector] = OrderedDict()

    def get(self, model: InstalledModel, texts: list[str]) -> Vector:
        """(n, d) vectors of unit length. Raises ModelError."""
        keys = [(model.id, model.sha256, text) for text in texts]
        with self._lock:
            missing = [key for key in dict.fromkeys(keys) if key not in self._kept]
        fresh = self._models.embed_texts(model, [key[2] for key in missing]) if missing else ()
        with self._lock:
            self._kept.update(zip(missing, fresh, strict=True))
            found = [self._kept[key] for key in keys]
            for key in keys:
                self._kept.move_to_end(key)
            while len(self._kept) > max(_TEXTS_KEPT, len(keys)):
                self._kept.popitem(last=False)
        return np.stack(found)


def search_by_words(
    library: Library,
    tables: VectorTables,
    texts: TextVectors,
    *,
    project_id: int,
    text: str,
    model: InstalledModel,
    only: Container[int] | None = None,
    count: int | None = None,
) -> Ranking:
    """Rank a project's photos by how well they show what `text` says; see `vision.query` for words with a minus.

    Scores are cosines, lowered by what is not wanted (`grouping.similarity.without`). With `only`, no other photos; with
    `count`, so many of the best. Raises PixsortError for a text without words and a project without such vectors.
    """
    query = asked_query(text)
    asked = texts.get(model, query.texts)
    table = some_vectors(library, tables, project_id, model.id)
    return ranking(table.ids, word_scores(query, asked, table.vectors), only, count)


def asked_query(text: str) -> Query:
    """What is asked for. Raises PixsortError for a text without words."""
    if query := read_query(text):
        return query
    raise PixsortError("Say in words what the photos should show.")


def word_scores(query: Query, asked: Vector, vectors: Vector) -> Vector:
    """(n,) how well photos with these vectors (n, d) show what is asked; `asked` are the vectors of `query.texts`."""
    scores = [similarity.cosines(vectors, vector) for vector in asked]
    wanted = scores.pop(0) if query.wanted else np.zeros(len(vectors), np.float32)
    return similarity.without(wanted, np.stack(scores) if scores else np.empty((0, 0), np.float32))


def similar_photos(
    library: Library,
    tables: VectorTables,
    *,
    project_id: int | None,
    embedding_id: str,
    photo_id: int | None = None,
    vector: Vector | None = None,
    only: Container[int] | None = None,
    count: int | None = None,
) -> Ranking:
    """Rank the photos of a project (None: of the library) by how like they are to a photo, itself left out, or a vector.

    Raises PixsortError where the photo has no vector of that embedding, or nobody has.
    """
    table = some_vectors(library, tables, project_id, embedding_id)
    if vector is None:
        place = np.flatnonzero(table.ids == photo_id)
        if not len(place):
            raise NotFoundError(f"This photo has no embedding «{embedding_id}» yet.")
        vector = table.vectors[place[0]]
    measure = similarity.nearness if embedding_id == BUILT_IN else similarity.cosines
    others = np.flatnonzero(table.ids != photo_id) if photo_id is not None else slice(None)
    return ranking(table.ids[others], measure(table.vectors, vector)[others], only, count)


def some_vectors(
    library: Library, tables: VectorTables, project_id: int | None, embedding_id: str
) -> VectorTable:
    """The vectors of a project (None: of the library). Raises NotFoundError where there is none."""
    table = tables.get(project_id, embedding_id)
    if not len(table.ids):
        raise NotFoundError(lacks(library, project_id, embedding_id))
    return table


def ranking(
    ids: Ids, scores: Vector, only: Container[int] | None = None, count: int | None = None
) -> Ranking:
    """The photos in the order of their scores; with `only`, no others, with `count`, so many of the best."""
    if only is not None:
        left = np.fromiter((i for i, photo in enumerate(ids.tolist()) if photo in only), np.intp)
        ids, scores = ids[left], scores[left]
    order = similarity.best_first(scores, count)
    return Ranking(tuple(ids[order].tolist()), tuple(scores[order].tolist()))


# -- which model ---------------------------------------------------------------------------------------------


def model_for_words(
    library: Library, folder: Path, project_id: int, wanted: str | None = None
) -> InstalledModel:
    """The model that is asked for, else the one that reads words and has the most vectors of the project.

    Raises NotFoundError saying in a sentence what is missing and what would bring it.
    """
    if wanted is not None:
        model = find_installed(folder, wanted)
        if not model.reads_text:
            raise NotFoundError(
                f"{wanted} reads no words; one that does is needed, such as {smallest_reader()}."
            )
        return model
    readers = [model for model in installed_models(folder) if model.reads_text]
    if not readers:
        raise NotFoundError(
            f"Words need a learned model that reads them, and none is on this computer; {how_to_get_one()}"
        )
    counted = [(embedding_counts(library, project_id, model.id)[1], model) for model in readers]
    most = max(count for count, _ in counted)
    return next(model for count, model in counted if count == most)


def how_to_get_one() -> str:
    """What brings the smallest model that reads words and may be used for anything."""
    spec = next(spec for spec in CATALOGUE if spec.id == smallest_reader())
    return (
        f"`pixsort models download {spec.id}` fetches one ({size_in_words(spec.file_bytes)}, {spec.licence})."
    )


def smallest_reader() -> str:
    readers = [spec for spec in CATALOGUE if spec.reads_text and not spec.gated and not spec.licence_note]
    return min(readers, key=lambda spec: spec.file_bytes).id
