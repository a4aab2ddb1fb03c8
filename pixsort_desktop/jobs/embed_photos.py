"""Filling in what photos lack: an embedding that was never finished, with its thumbnail.

A thumbnail that is missing is nothing unfinished: the cache has a limit, and makes it again when it is seen.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from PIL import Image

from pixsort_desktop.jobs.examine import Examined, examine, keep
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding, without_embedding
from pixsort_desktop.library.jobs import note_progress
from pixsort_desktop.library.photos import get_photos, photo_files
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.progress import Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision import descriptor

BATCH = 32


@dataclass(slots=True)
class EmbedReport:
    """How many photos were completed, and which could not be: (path, reason)."""

    done: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def unfinished_photos(library: Library, project_id: int) -> list[int]:
    """Ids of the readable photos of a project that lack their built-in embedding."""
    return sorted(without_embedding(library, project_id, descriptor.EMBEDDING_ID))


def embed_photos(
    library: Library, *, project_id: int, photo_ids: list[int], progress: Progress | None = None
) -> EmbedReport:
    """Make thumbnail and built-in embedding of these photos again, from their files.

    Where no file can be read (a drive that is away), the embedding is made from the thumbnail if there is one.
    """
    progress = progress or Progress()
    report = EmbedReport()
    store = ThumbnailStore(library.folder / "thumbnails")
    photos = get_photos(library, photo_ids)
    with recorded_job(library, "embed", project_id, "importing", {}) as job_id:
        for batch in _examined(library, store, photos, progress):
            library.write(partial(_keep, batch=batch, report=report))
            library.write(lambda t: note_progress(t, job_id, report.done, len(photos), len(report.failed)))
            progress.report("Completing", report.done, len(photos), len(report.failed))
    return report


def _examined(
    library: Library, store: ThumbnailStore, photos: list[Photo], progress: Progress
) -> Iterator[list[tuple[Photo, Examined]]]:
    with ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="embed") as pool:
        for start in range(0, len(photos), BATCH):
            progress.check()
            part = photos[start : start + BATCH]
            yield list(zip(part, pool.map(lambda photo: _examine(library, store, photo), part), strict=True))


def _examine(library: Library, store: ThumbnailStore, photo: Photo) -> Examined:
    """From the first of the photo's files that still has its bytes, else from its thumbnail."""
    found = Examined(photo.path, None, None, None, None)
    for file in photo_files(library, photo.id):
        found = examine(file.path, store, lambda _sha256: False)
        if found.sha256 == photo.sha256 and found.reason is None:
            return found
    thumbnail = store.read(photo.sha256) if photo.sha256 else None
    if thumbnail:
        with Image.open(io.BytesIO(thumbnail)) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        return replace(found, sha256=photo.sha256, facts=None, vector=descriptor.describe(pixels))
    return found


def _keep(transaction: Transaction, batch: list[tuple[Photo, Examined]], report: EmbedReport) -> None:
    for photo, found in batch:
        if found.facts is None and found.vector is not None:
            put_embedding(transaction, photo.id, descriptor.EMBEDDING_ID, found.vector)
        elif found.sha256 == photo.sha256 and found.reason is None:
            keep(transaction, found)
        else:
            report.failed.append((photo.path, found.reason or "The file has changed; import it again."))
            continue
        transaction.touch(photos=[photo.id])
        report.done += 1
