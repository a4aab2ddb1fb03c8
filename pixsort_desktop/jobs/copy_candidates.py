"""Which pairs of photos are looked at as copies: those whose fingerprints are close, and those whose embeddings are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.grouping import duplicates as pairing
from pixsort_desktop.grouping.duplicates import Candidate
from pixsort_desktop.jobs.hierarchy import remembered_grouping
from pixsort_desktop.jobs.lacking import lacks
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import Fingerprint
from pixsort_desktop.library.embeddings import has_embedding
from pixsort_desktop.library.projects import all_projects
from pixsort_desktop.library.vectors import VectorTables
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision import fingerprint
from pixsort_desktop.vision.descriptor import EMBEDDING_ID as BUILT_IN
from pixsort_desktop.vision.descriptor import GRADIENT_DIMENSIONS


def asked_embeddings(
    library: Library, project_id: int | None, embedding_id: str | None = None
) -> tuple[str, ...]:
    """The embeddings that propose copies: the built-in one and the given one, else the one that the project is grouped by,
    or (None) those that the library's projects are grouped by. No vectors are made.

    Raises `NotFoundError` for a given one of which there are no vectors; others that have none are left out.
    """
    if embedding_id is not None and not has_embedding(library, project_id, embedding_id):
        raise NotFoundError(lacks(library, project_id, embedding_id))
    if embedding_id is not None:
        chosen = [embedding_id]
    else:
        projects = [each.id for each in all_projects(library)] if project_id is None else [project_id]
        chosen = [remembered_grouping(library, each)[1] for each in projects]
    learned = {each for each in chosen if each != BUILT_IN and has_embedding(library, project_id, each)}
    return BUILT_IN, *sorted(learned)


def copy_candidates(
    library: Library,
    prints: Mapping[int, Fingerprint],
    *,
    project_id: int | None,
    embedding_ids: Sequence[str],
    progress: Progress,
) -> Iterator[Candidate]:
    """Pairs among the photos (ids) of these fingerprints, each once. Raises `Cancelled`."""
    owners = sorted(prints)
    found = [pairing.hash_candidates(_hashes([prints[i] for i in owners]), progress.check)]
    place = {owner: at for at, owner in enumerate(owners)}
    tables = VectorTables(library)
    for embedding_id in embedding_ids:
        table = tables.get(project_id, embedding_id)
        known = np.array([i in place for i in table.ids.tolist()], bool)
        rows = [place[i] for i in table.ids[known].tolist()]
        found += [
            [Candidate(rows[c.one], rows[c.other], 0, 0, c.bits) for c in pairs]
            for pairs in _near(embedding_id, table.vectors[known], progress)
        ]
    for each in pairing.merged(*found):
        yield Candidate(owners[each.one], owners[each.other], each.pose_one, each.pose_other, each.bits)


def _near(embedding_id: str, vectors: NDArray[np.float32], progress: Progress) -> Iterator[list[Candidate]]:
    if embedding_id == BUILT_IN:
        edges = np.ascontiguousarray(vectors[:, -GRADIENT_DIMENSIONS:])  # whatever the colours became
        yield pairing.sketch_candidates(edges, progress.check)
    yield pairing.neighbour_candidates(vectors, progress.check)


def _hashes(prints: Sequence[Fingerprint]) -> pairing.Hashes:
    rows = [np.frombuffer(each.hashes, fingerprint.HASHES) for each in prints]
    flat = np.concatenate(rows) if rows else np.zeros(0, fingerprint.HASHES)
    return pairing.Hashes(
        np.repeat(np.arange(len(rows)), [len(each) for each in rows]),
        flat["pose"],
        flat["canonical"],
        np.ascontiguousarray(flat["phash"]),
        np.ascontiguousarray(flat["dhash"]),
    )
