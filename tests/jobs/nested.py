"""A project with scenes inside scenes: vectors at known distances, so that each granularity has one right answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from pixsort_desktop.commands.projects import create_project
from pixsort_desktop.jobs.import_photos import import_photos
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.vision.descriptor import EMBEDDING_ID

EVENTS, MOMENTS, FRAMES = 2, 3, 2  # the moments of an event are 0.6 apart, its frames 0.1, the events 1.1
PHOTOS = EVENTS * MOMENTS * FRAMES


def nested_project(library: Library, make_jpeg: Callable[..., Path], *, name: str = "Nested") -> int:
    """A project of PHOTOS photos, not yet grouped, and one more that looks like nothing else; returns its id."""
    paths = [make_jpeg(f"{name}/{n:02}.jpg", seed=n + 60) for n in range(PHOTOS + 1)]
    project_id = create_project(library, name=name).id
    import_photos(library, project_id=project_id, paths=paths)
    by_name = sorted(project_photos(library, project_id), key=lambda photo: photo.path)
    for number, photo in enumerate(by_name):
        vector = np.zeros(496, dtype=np.float32)
        event, rest = divmod(number, MOMENTS * FRAMES)
        moment, frame = divmod(rest, FRAMES)
        if number < PHOTOS:
            vector[:3] = 0.1 * frame, 0.6 * moment, 1.1 * event
        else:
            vector[7] = 9
        library.write(lambda t, p=photo.id, v=vector: put_embedding(t, p, EMBEDDING_ID, v))  # type: ignore[misc]
    return project_id


def named_columns(library: Library, project_id: int) -> dict[str, str]:
    """Label -> the numbers of its photos, as on the board."""
    from pixsort_desktop.library.groups import UNGROUPED, board

    number = {photo.id: Path(photo.path).stem for photo in project_photos(library, project_id)}
    return {
        column.group.label if column.group else UNGROUPED: " ".join(number[i] for i in column.photo_ids)
        for column in board(library, project_id)
    }
