"""Tags that a model which reads words suggests for the photos of a project, where it has not looked yet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from pixsort_desktop.jobs.model_answers import AnswerReport, asked_of, keep_answers, readable_photos, take_up
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.jobs.word_search import some_vectors
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.keywords import Suggestion, put_suggestions, untagged_photos
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.library.vectors import VectorTables
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision import zero_shot
from pixsort_desktop.vision.models.client import Failure, ModelProcess
from pixsort_desktop.vision.models.installed import InstalledModel, ModelError
from pixsort_desktop.vision.neutral_pictures import neutral_pictures
from pixsort_desktop.vision.vocabulary import Vocabulary

_FORM = "2"  # of what is kept in that folder
FOLDER = "words"  # in the library's: vectors of vocabularies, which may be deleted at any time
_SENTENCES = 64  # at once
_BLOCK = 500  # photos

Floats = npt.NDArray[np.float32]


@dataclass(slots=True)
class TagReport(AnswerReport):
    """Photos looked at now and before, photos that have no vector of the model, and the suggestions that were made."""

    lacking: int = 0
    suggested: int = 0


def tag_project(
    library: Library,
    tables: VectorTables,
    *,
    project_id: int,
    model: InstalledModel,
    models: ModelProcess,
    vocabulary: Vocabulary,
    progress: Progress | None = None,
    only: Sequence[int] | None = None,
) -> TagReport:
    """Let a model look at the photos that it has not looked at by this vocabulary; their vectors are there already.

    With `only`, at those photos. What was accepted or rejected is not touched. Raises NotFoundError where no photo has a
    vector of the model, ModelError, and `Cancelled` with what is done kept.
    """
    progress = progress or Progress()
    if only is None:
        take_up(library, "tag", project_id, model)
    table = some_vectors(library, tables, project_id, model.id)
    meant = readable_photos(library, project_id, only)
    place = {photo_id: n for n, photo_id in enumerate(table.ids.tolist()) if photo_id in meant}
    missing = untagged_photos(library, project_id, model.id, vocabulary.digest)
    wanted = [photo_id for photo_id in missing if photo_id in place]
    report = TagReport(had=len(place) - len(wanted), lacking=len(meant) - len(place))

    def keep(transaction: Transaction, photo_id: int, found: list[Suggestion]) -> None:
        put_suggestions(transaction, photo_id, model.id, vocabulary.digest, found)
        transaction.touch(photos=[photo_id])
        report.suggested += len(found)

    if wanted:
        with recorded_job(library, "tag", project_id, None, asked_of(model, only)) as job_id:
            judge = _Judge(vocabulary, judged_words(library.folder, model, models, vocabulary, progress))
            rows = [place[photo_id] for photo_id in wanted]
            keep_answers(
                library,
                wanted,
                lambda _: zip(wanted, judge.suggestions(table.vectors, rows), strict=True),
                keep,
                job_id=job_id,
                report=report,
                progress=progress,
                step="Tagging",
                together=_BLOCK,
            )
    return report


@dataclass(frozen=True, slots=True)
class Judged:
    """What a model makes of a vocabulary: vectors (t, d) of its words, and (d,) of what pictures have that show nothing."""

    words: Floats
    background: Floats


class _Judge:
    """What a vocabulary says of vectors of photos."""

    def __init__(self, vocabulary: Vocabulary, judged: Judged) -> None:
        self._judged = judged
        self._tags = [tag.word for tag in vocabulary.tags]
        self._category = np.array(
            [n for n, category in enumerate(vocabulary.categories) for _ in category.tags], np.intp
        )
        self._exclusive = frozenset(n for n, category in enumerate(vocabulary.categories) if category.one)

    def suggestions(self, vectors: Floats, rows: Sequence[int]) -> Iterator[list[Suggestion]]:
        """For the photo of each row of `vectors`, best first."""
        for start in range(0, len(rows), _BLOCK):
            block = vectors[rows[start : start + _BLOCK]]
            known = self._judged
            for row in zero_shot.confidences(block, known.words, self._category, known.background):
                yield [Suggestion(self._tags[n], round(float(row[n]), 3)) for n in self._places(row)]

    def _places(self, row: Floats) -> Sequence[int]:
        return zero_shot.offered(row, self._category, self._exclusive)


def judged_words(
    folder: Path, model: InstalledModel, models: ModelProcess, vocabulary: Vocabulary, progress: Progress
) -> Judged:
    """What a model makes of a vocabulary; kept in a file, as a thousand sentences take a minute. Raises ModelError."""
    sentences = vocabulary.sentences()
    told = hashlib.sha256("\0".join([_FORM, model.sha256, str(sentences)]).encode()).hexdigest()[:16]
    path = folder / FOLDER / f"{model.id}-{told}.npy"
    with suppress(OSError, ValueError, EOFError):
        kept = np.load(path, allow_pickle=False)
        if kept.dtype == np.float32 and kept.ndim == 2 and len(kept) == len(sentences) + 1:
            return Judged(kept[:-1], kept[-1])
    found = Judged(_word_vectors(model, models, sentences, progress), _background(model, models, progress))
    with suppress(OSError):  # a comfort for the next time
        path.parent.mkdir(parents=True, exist_ok=True)
        for older in path.parent.glob(f"{model.id}-*.npy"):
            older.unlink()
        temporary = path.with_suffix(".new")
        with temporary.open("wb") as file:
            np.save(file, np.vstack([found.words, found.background]))
        os.replace(temporary, path)  # noqa: PTH105
    return found


def _word_vectors(
    model: InstalledModel, models: ModelProcess, sentences: list[list[str]], progress: Progress
) -> Floats:
    texts = [text for each in sentences for text in each]
    parts = []
    for start in range(0, len(texts), _SENTENCES):
        progress.check()
        progress.report("Reading the vocabulary", start, len(texts))
        parts.append(models.embed_texts(model, texts[start : start + _SENTENCES]))
    return zero_shot.ensemble(np.concatenate(parts), [len(each) for each in sentences])


def _background(model: InstalledModel, models: ModelProcess, progress: Progress) -> Floats:
    """The mean of what the model makes of pictures that show nothing."""
    pictures = [(n, partial(Image.fromarray, each)) for n, each in enumerate(neutral_pictures())]
    vectors = []
    for _, answer in models.embed(model, pictures, progress):
        if isinstance(answer, Failure):
            raise ModelError(answer.reason)
        vectors.append(answer)
    return np.asarray(np.mean(vectors, axis=0), np.float32)
