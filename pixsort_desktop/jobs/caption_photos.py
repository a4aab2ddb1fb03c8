"""Captions of a project's photos by a model that writes them (CoCa), where it has written none yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.jobs.embed_with_model import pixels_of
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import note_progress
from pixsort_desktop.library.photos import get_photos
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.library.written import clean_caption, put_model_caption, without_caption
from pixsort_desktop.progress import Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.models.catalogue import CATALOGUE, size_in_words
from pixsort_desktop.vision.models.client import Failure, ModelProcess
from pixsort_desktop.vision.models.installed import InstalledModel, find_installed, installed_models

_WRITTEN_TOGETHER = 8


@dataclass(slots=True)
class CaptionReport:
    """How many photos got a caption, how many had one, and which could not: (path, reason)."""

    done: int = 0
    had: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def model_for_captions(folder: Path, wanted: str | None = None) -> InstalledModel:
    """The model that is asked for, else the first here that writes captions.

    Raises NotFoundError saying in a sentence what is missing and what would bring it.
    """
    spec = min((spec for spec in CATALOGUE if spec.captions), key=lambda spec: spec.file_bytes)
    if wanted is not None:
        model = find_installed(folder, wanted)
        if not model.captions:
            raise NotFoundError(f"{wanted} writes no captions; one that does is needed, such as {spec.id}.")
        return model
    writers = [model for model in installed_models(folder) if model.captions]
    if not writers:
        raise NotFoundError(
            "Captions need a learned model that writes them, and none is on this computer;"
            f" `pixsort models download {spec.id}` fetches one ({size_in_words(spec.file_bytes)}, {spec.licence})."
        )
    return writers[0]


def caption_project(
    library: Library,
    *,
    project_id: int,
    model: InstalledModel,
    models: ModelProcess,
    progress: Progress | None = None,
    only: list[int] | None = None,
) -> CaptionReport:
    """Write the captions that a project's readable photos lack of that model; with `only`, of those photos.

    The user's own captions stay and go before. Raises ModelError, and `Cancelled` with what is written kept.
    """
    progress = progress or Progress()
    missing = without_caption(library, project_id, model.id)
    wanted = missing if only is None else [photo_id for photo_id in missing if photo_id in set(only)]
    ready = library.rows(
        "SELECT count(*) FROM project_photos JOIN photos ON photos.id = photo_id"
        " WHERE project_id = ? AND status = 'ready'",
        (project_id,),
    )[0][0]
    report = CaptionReport(had=ready - len(missing))
    if wanted:
        with recorded_job(library, "caption", project_id, None, {"embedding": model.id}) as job_id:
            _caption(library, get_photos(library, wanted), model, models, job_id, report, progress)
    return report


def _caption(
    library: Library,
    photos: list[Photo],
    model: InstalledModel,
    models: ModelProcess,
    job_id: int,
    report: CaptionReport,
    progress: Progress,
) -> None:
    store = ThumbnailStore(library.folder / "thumbnails")
    by_id = {photo.id: photo for photo in photos}
    waiting: list[tuple[Photo, str]] = []

    def write() -> None:
        found, waiting[:] = waiting[:], []
        library.write(partial(_keep, model_id=model.id, found=found, report=report))
        library.write(lambda t: note_progress(t, job_id, report.done, len(photos), len(report.failed)))

    try:
        progress.report("Captioning", 0, len(photos))
        pictures = ((photo.id, partial(pixels_of, library, store, photo)) for photo in photos)
        for photo_id, answer in models.caption(model, pictures, progress):
            if isinstance(answer, Failure):
                report.failed.append((by_id[photo_id].path, answer.reason))
            else:
                waiting.append((by_id[photo_id], clean_caption(answer)))
            if len(waiting) >= _WRITTEN_TOGETHER:
                write()
            progress.report("Captioning", report.done + len(waiting), len(photos), len(report.failed))
    finally:
        write()  # also what a cancelled job has


def _keep(
    transaction: Transaction, model_id: str, found: list[tuple[Photo, str]], report: CaptionReport
) -> None:
    """A photo that has gone meanwhile, or has other bytes by now, gets none."""
    for photo, caption in found:
        same = transaction.connection.execute(
            "SELECT 1 FROM photos WHERE id = ? AND sha256 IS ?", (photo.id, photo.sha256)
        ).fetchone()
        if same is None:
            report.failed.append((photo.path, "It was changed or removed meanwhile."))
            continue
        put_model_caption(transaction, photo.id, model_id, caption)
        report.done += 1
