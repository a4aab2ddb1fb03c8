"""Asking a model about photos, one picture each, and keeping what it answers as it comes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import note_progress, settle_interrupted_like
from pixsort_desktop.library.photos import get_photos, photo_files
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.progress import Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.models.client import Failure
from pixsort_desktop.vision.models.installed import InstalledModel

if TYPE_CHECKING:
    from pixsort_desktop.vision.models.client import Pictures

LONG_SIDE = 512
"""Pixels of a photo's longer edge, of which its vector is made: those of its thumbnail."""

T = TypeVar("T")


def asked_of(model: InstalledModel, only: Sequence[int] | None) -> dict[str, Any]:
    """What a job remembers of what it was asked: the model, and the photos where these were chosen."""
    chosen = {"photos": list(only)} if only is not None else {}
    return {"embedding": model.id, **chosen}


def take_up(library: Library, kind: str, project_id: int, model: InstalledModel) -> None:
    """A job over a whole project begins: killed ones of its kind need not be offered any more."""
    library.write(lambda t: settle_interrupted_like(t, kind, project_id, model.id))


@dataclass(slots=True)
class AnswerReport:
    """How many photos got an answer, how many had one, and which could not: (path, reason)."""

    done: int = 0
    had: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def keep_answers(
    library: Library,
    photo_ids: Sequence[int],
    ask: Callable[[Pictures], Iterable[tuple[int, T | Failure]]],
    put: Callable[[Transaction, int, T], object],
    *,
    job_id: int,
    report: AnswerReport,
    progress: Progress,
    step: str,
    together: int,
) -> None:
    """Ask about the pictures of these photos, `put` each answer into the library, `together` in one transaction.

    What was answered is kept also where this is cancelled or fails. Raises `Cancelled`, and what `ask` raises.
    """
    store, photos = ThumbnailStore(library.folder / "thumbnails"), get_photos(library, list(photo_ids))
    by_id = {photo.id: photo for photo in photos}
    waiting: list[tuple[Photo, T]] = []

    def write() -> None:
        found, waiting[:] = waiting[:], []
        library.write(partial(_keep, found=found, put=put, report=report))
        library.write(lambda t: note_progress(t, job_id, report.done, len(photos), len(report.failed)))

    try:
        progress.report(step, 0, len(photos))
        for photo_id, answer in ask(
            (photo.id, partial(small_picture, library, store, photo)) for photo in photos
        ):
            if isinstance(answer, Failure):
                report.failed.append((by_id[photo_id].path, answer.reason))
            else:
                waiting.append((by_id[photo_id], answer))
            if len(waiting) >= together:
                write()
            progress.report(step, report.done + len(waiting), len(photos), len(report.failed))
            progress.check()
    finally:
        write()


def _keep(
    transaction: Transaction,
    found: Sequence[tuple[Photo, T]],
    put: Callable[[Transaction, int, T], object],
    report: AnswerReport,
) -> None:
    """A photo that has gone meanwhile, or has other bytes by now, gets none."""
    for photo, answer in found:
        same = transaction.connection.execute(
            "SELECT 1 FROM photos WHERE id = ? AND sha256 IS ?", (photo.id, photo.sha256)
        ).fetchone()
        if same is None:
            report.failed.append((photo.path, "It was changed or removed meanwhile."))
            continue
        put(transaction, photo.id, answer)
        report.done += 1


def readable_photos(library: Library, project_id: int, only: Iterable[int] | None = None) -> set[int]:
    """The photos of a project that can be asked about; with `only`, those of them."""
    rows = library.rows(
        "SELECT photos.id FROM project_photos JOIN photos ON photos.id = photo_id"
        " WHERE project_id = ? AND status = 'ready'",
        (project_id,),
    )
    found = {row[0] for row in rows}
    return found if only is None else found.intersection(only)


def small_picture(library: Library, store: ThumbnailStore, photo: Photo) -> Image.Image:
    """The thumbnail, else the file at that size, decoded. Raises PhotoError."""
    thumbnail = store.read(photo.sha256) if photo.sha256 else None
    if thumbnail is not None:
        try:
            with Image.open(io.BytesIO(thumbnail)) as picture:
                return picture.convert("RGB")
        except (OSError, ValueError, SyntaxError):
            pass  # a damaged thumbnail is as good as none
    reason = "Its file is not there, and there is no thumbnail of it."
    for file in photo_files(library, photo.id):
        try:
            with open(file.path, "rb") as opened:  # noqa: PTH123 - a path may be no valid text
                return decode(opened, LONG_SIDE, file.path).image
        except PhotoError as error:
            reason = str(error)
        except OSError as error:
            reason = f"{file.path} cannot be read: {error.strerror}."
    raise PhotoError(reason)
