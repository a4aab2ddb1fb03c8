"""Captions of a project's photos by a model that writes them (CoCa), where it has written none yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.jobs.model_answers import AnswerReport, asked_of, keep_answers, readable_photos, take_up
from pixsort_desktop.jobs.record import recorded_job
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.written import clean_caption, put_model_caption, without_caption
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.catalogue import CATALOGUE, size_in_words
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.installed import InstalledModel, find_installed, installed_models

_WRITTEN_TOGETHER = 8


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
    only: Sequence[int] | None = None,
) -> AnswerReport:
    """Write the captions that a project's readable photos lack of that model; with `only`, of those photos.

    The user's own captions stay and go before. Raises ModelError, and `Cancelled` with what is written kept.
    """
    progress = progress or Progress()
    if only is None:
        take_up(library, "caption", project_id, model)
    meant = readable_photos(library, project_id, only)
    wanted = [photo_id for photo_id in without_caption(library, project_id, model.id) if photo_id in meant]
    report = AnswerReport(had=len(meant) - len(wanted))
    if wanted:
        with recorded_job(library, "caption", project_id, None, asked_of(model, only)) as job_id:
            keep_answers(
                library,
                wanted,
                lambda pictures: models.caption(model, pictures, progress),
                lambda t, photo_id, told: put_model_caption(t, photo_id, model.id, clean_caption(told)),
                job_id=job_id,
                report=report,
                progress=progress,
                step="Captioning",
                together=_WRITTEN_TOGETHER,
            )
    return report
