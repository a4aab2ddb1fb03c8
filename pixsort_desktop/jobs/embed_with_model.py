"""Vectors of a learned model for the photos of a project that lack them, and where models run."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding, without_embedding
from pixsort_desktop.library.jobs import note_progress
from pixsort_desktop.library.photos import get_photos, photo_files
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.settings import get_setting, set_setting
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.progress import Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.models.client import DEVICES, DeviceInfo, Failure, ModelProcess
from pixsort_desktop.vision.models.failures import ModelError
from pixsort_desktop.vision.models.installed import InstalledModel

LONG_SIDE = 512
"""Pixels of a photo's longer edge, of which its vector is made: those of its thumbnail."""

_WRITTEN_TOGETHER = 256
_DEVICE = "model_device"

Pixels = npt.NDArray[np.uint8]


@dataclass(slots=True)
class EmbedReport:
    """How many photos got a vector, how many had one, and which could not: (path, reason)."""

    done: int = 0
    had: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    device: DeviceInfo | None = None  # None where nothing was to do


def embed_project(
    library: Library,
    *,
    project_id: int,
    model: InstalledModel,
    models: ModelProcess,
    progress: Progress | None = None,
) -> EmbedReport:
    """Make the vectors that a project's readable photos lack of that model; what is there stays as it is.

    Pictures are the thumbnails, or come from the files where there is none. What was cancelled or killed is gone on
    with by doing it again. Raises ModelError where the model cannot be run, and `Cancelled`.
    """
    progress = progress or Progress()
    wanted = without_embedding(library, project_id, model.id)
    ready = library.rows(
        "SELECT count(*) FROM project_photos JOIN photos ON photos.id = photo_id"
        " WHERE project_id = ? AND status = 'ready'",
        (project_id,),
    )[0][0]
    report = EmbedReport(had=ready - len(wanted))
    if not wanted:
        return report
    with recorded_job(library, "embed_model", project_id, None, {"embedding": model.id}) as job_id:
        _embed(library, get_photos(library, wanted), model, models, job_id, report, progress)
        report.device = models.describe_device()
    return report


def _embed(
    library: Library,
    photos: list[Photo],
    model: InstalledModel,
    models: ModelProcess,
    job_id: int,
    report: EmbedReport,
    progress: Progress,
) -> None:
    store = ThumbnailStore(library.folder / "thumbnails")
    by_id = {photo.id: photo for photo in photos}
    waiting: list[tuple[Photo, npt.NDArray[np.float32]]] = []

    def write() -> None:
        found, waiting[:] = waiting[:], []
        library.write(partial(_keep, model_id=model.id, found=found, report=report))
        library.write(lambda t: note_progress(t, job_id, report.done, len(photos), len(report.failed)))

    try:
        progress.report("Embedding", 0, len(photos))
        pictures = ((photo.id, partial(pixels_of, library, store, photo)) for photo in photos)
        for photo_id, answer in models.embed(model, pictures, progress):
            if isinstance(answer, Failure):
                report.failed.append((by_id[photo_id].path, answer.reason))
            else:
                waiting.append((by_id[photo_id], answer))
            if len(waiting) >= _WRITTEN_TOGETHER:
                write()
            progress.report("Embedding", report.done + len(waiting), len(photos), len(report.failed))
            progress.check()
    finally:
        write()  # also what a cancelled job has


def pixels_of(library: Library, store: ThumbnailStore, photo: Photo) -> Pixels:
    """The thumbnail's pixels, else the file's at that size. Raises PhotoError."""
    thumbnail = store.read(photo.sha256) if photo.sha256 else None
    if thumbnail is not None:
        try:
            with Image.open(io.BytesIO(thumbnail)) as picture:
                return np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB"))
        except (OSError, ValueError, SyntaxError):
            pass  # a damaged thumbnail is as good as none
    reason = "Its file is not there, and there is no thumbnail of it."
    for file in photo_files(library, photo.id):
        try:
            with open(file.path, "rb") as opened:  # noqa: PTH123 - a path may be no valid text
                return np.asarray(decode(opened, LONG_SIDE, file.path).image)
        except PhotoError as error:
            reason = str(error)
        except OSError as error:
            reason = f"{file.path} cannot be read: {error.strerror}."
    raise PhotoError(reason)


def _keep(
    transaction: Transaction,
    model_id: str,
    found: list[tuple[Photo, npt.NDArray[np.float32]]],
    report: EmbedReport,
) -> None:
    """A photo that has gone meanwhile, or has other bytes by now, gets no vector."""
    for photo, vector in found:
        same = transaction.connection.execute(
            "SELECT 1 FROM photos WHERE id = ? AND sha256 IS ?", (photo.id, photo.sha256)
        ).fetchone()
        if same is None:
            report.failed.append((photo.path, "It was changed or removed meanwhile."))
            continue
        put_embedding(transaction, photo.id, model_id, vector)
        report.done += 1


# -- where models run ---------------------------------------------------------------------------------------


def chosen_device(library: Library) -> str:
    """What the user chose to run models on: 'auto', 'cuda', 'mps' or 'cpu'."""
    kept = get_setting(library, _DEVICE)
    return kept if kept in DEVICES else "auto"


def keep_device(library: Library, device: str) -> None:
    """Remember what to run models on. Raises ModelError for what is no device."""
    if device not in DEVICES:
        raise ModelError(f"«{device}» is no device; there are {', '.join(DEVICES)}.")
    set_setting(library, _DEVICE, device)
