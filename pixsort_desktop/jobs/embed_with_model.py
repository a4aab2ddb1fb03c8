"""Vectors of a learned model for the photos of a project that lack them, and where models run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pixsort_desktop.jobs.model_answers import AnswerReport, asked_of, keep_answers, readable_photos, take_up
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding, without_embedding
from pixsort_desktop.library.settings import get_setting, set_setting
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.client import DEVICES, DeviceInfo, ModelProcess
from pixsort_desktop.vision.models.failures import ModelError
from pixsort_desktop.vision.models.installed import InstalledModel

_WRITTEN_TOGETHER = 256
_DEVICE = "model_device"


@dataclass(slots=True)
class EmbedReport(AnswerReport):
    """How many photos got a vector, how many had one, and which could not; and where the model ran."""

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
    take_up(library, "embed_model", project_id, model)
    wanted = without_embedding(library, project_id, model.id)
    report = EmbedReport(had=len(readable_photos(library, project_id)) - len(wanted))
    if not wanted:
        return report

    def keep(transaction: Transaction, photo_id: int, vector: npt.NDArray[np.float32]) -> None:
        put_embedding(transaction, photo_id, model.id, vector)
        transaction.touch(projects=[project_id])  # prompt columns have it at once

    with recorded_job(library, "embed_model", project_id, None, asked_of(model, None)) as job_id:
        keep_answers(
            library,
            wanted,
            lambda pictures: models.embed(model, pictures, progress),
            keep,
            job_id=job_id,
            report=report,
            progress=progress,
            step="Embedding",
            together=_WRITTEN_TOGETHER,
        )
        report.device = models.describe_device()
    return report


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
