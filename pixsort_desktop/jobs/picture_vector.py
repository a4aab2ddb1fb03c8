"""The vector of a picture on the disk, whether the library knows it or not."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from pixsort_desktop.errors import PhotoError, PixsortError
from pixsort_desktop.jobs.model_answers import LONG_SIDE
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import photo_vector
from pixsort_desktop.library.photos import photos_at
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision import descriptor
from pixsort_desktop.vision.models.client import Failure, ModelProcess
from pixsort_desktop.vision.models.installed import find_installed, models_folder

Vector = npt.NDArray[np.float32]


def picture_of(library: Library, path: str, embedding_id: str) -> tuple[int | None, Vector | None]:
    """The photo at a path, if the library knows it, and its vector: kept, or, of the built-in kind, made now.

    Raises PixsortError for no path, and PhotoError for what cannot be read.
    """
    if not path:
        raise PixsortError("Name the picture that the others should be like.")
    whole = os.path.abspath(path)  # noqa: PTH100 - resolves no links
    photo_id = photos_at(library, [whole]).get(whole)
    vector = photo_vector(library, photo_id, embedding_id) if photo_id is not None else None
    if vector is None and embedding_id == descriptor.EMBEDDING_ID:
        vector = descriptor.describe(np.asarray(read_picture(path)))
    return photo_id, vector


def vector_of_file(path: str, model_id: str, models: ModelProcess, progress: Progress) -> Vector:
    """The vector of a file by a learned model. Raises PixsortError: no such model, no picture."""
    model = find_installed(models_folder(), model_id)
    for _, answer in models.embed(model, [(0, partial(read_picture, path))], progress):
        if isinstance(answer, Failure):
            raise PhotoError(answer.reason)
        return answer
    raise PhotoError(f"{path} has no vector.")


def read_picture(path: str) -> Image:
    """A picture at the size that vectors are made of. Raises PhotoError."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise PhotoError(f"{path} cannot be read: {error.strerror}.") from error
    return decode(data, LONG_SIDE, path).image
