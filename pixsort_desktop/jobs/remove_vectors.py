"""What embeddings take in a library, what making them again would cost, and removing them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pixsort_desktop.errors import LibraryError, NotFoundError, PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import photos_a_second
from pixsort_desktop.library.kept_vectors import forget_vectors, kept_vectors
from pixsort_desktop.vision.descriptor import EMBEDDING_ID as BUILT_IN
from pixsort_desktop.vision.models.catalogue import CATALOGUE
from pixsort_desktop.vision.models.installed import installed_models


@dataclass(frozen=True, slots=True)
class KeptEmbedding:
    """The vectors of an embedding. `here`: whether it could make them again; `seconds` for that, None where not known."""

    id: str
    name: str
    photos: int
    size: int  # bytes
    here: bool
    seconds: float | None


@dataclass(frozen=True, slots=True)
class RemovedVectors:
    """`photos` lost their vector; `stayed`: photos of the project that are in others too and kept theirs.

    `freed` bytes came back to the disk; none where it was too full to make the file smaller, which is used again then.
    """

    photos: int
    stayed: int
    freed: int


def embedding_names(folder: Path) -> dict[str, str]:
    """Id -> name of the built-in embedding, of models in their `folder` and of those in the catalogue."""
    here = {model.id: model.name for model in installed_models(folder)}
    return {BUILT_IN: "Built in", **{spec.id: spec.name for spec in CATALOGUE}, **here}


def kept_embeddings(library: Library, folder: Path, project_id: int | None = None) -> list[KeptEmbedding]:
    """The embeddings of which there are vectors, in a project or in the library: built in, by models, by models that
    are gone from their `folder`."""
    here, names = {model.id for model in installed_models(folder)}, embedding_names(folder)
    found = []
    for each in kept_vectors(library, project_id):
        rate = photos_a_second(library, each.embedding_id)
        able = each.embedding_id == BUILT_IN or each.embedding_id in here
        seconds = each.photos / rate if rate else None
        name = names.get(each.embedding_id, each.embedding_id)
        found.append(KeptEmbedding(each.embedding_id, name, each.photos, each.size, able, seconds))
    return sorted(found, key=lambda each: (each.id != BUILT_IN, not each.here))


def remove_vectors(library: Library, embedding_id: str, project_id: int | None = None) -> RemovedVectors:
    """Take the vectors of an embedding out of the library, with a project out of that one, and make its file smaller.

    What was suggested by them and not decided goes too; columns, keywords and captions stay. Raises PixsortError for the
    built-in embedding, NotFoundError where there are none.
    """
    if embedding_id == BUILT_IN:
        raise PixsortError(
            "The built-in embedding stays: grouping new photos and finding duplicates need it, and the next start would"
            " make it again."
        )
    if all(each.embedding_id != embedding_id for each in kept_vectors(library, project_id)):
        raise NotFoundError(f"No photo has the embedding «{embedding_id}».")
    gone, stayed = library.write(lambda t: forget_vectors(t, embedding_id, project_id))
    try:
        freed = library.give_back_space() if gone else 0
    except LibraryError:  # a full disk: the vectors are gone all the same
        freed = 0
    return RemovedVectors(gone, stayed, freed)
