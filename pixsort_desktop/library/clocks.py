"""The cameras of a project, and by how much the clock of each is shifted there.

A shift holds for sorting and grouping in one project; what a file said of its time stays as it is. A camera is its
make, model and serial number, each empty where its files do not tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.filters import camera_name
from pixsort_desktop.library.records import Photo

CameraKey = tuple[str, str, str]  # make, model, serial

SHIFT_OF = (
    " LEFT JOIN clock_shifts ON clock_shifts.project_id = {project}"
    " AND clock_shifts.make = coalesce(photos.make, '') AND clock_shifts.model = coalesce(photos.model, '')"
    " AND clock_shifts.serial = coalesce(photos.serial, '')"
)
SHIFT_JOIN = SHIFT_OF.format(project="project_photos.project_id")
SHIFTED_TIME = "photos.taken_seconds + coalesce(clock_shifts.seconds, 0)"


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of a project; `name` tells it from the project's others."""

    key: CameraKey
    name: str
    photos: int
    shift_s: float  # what is added to its times


def camera_key(photo: Photo) -> CameraKey:
    """Which camera took a photo."""
    return photo.make or "", photo.model or "", photo.serial or ""


def cameras_of(photos: Iterable[Photo]) -> list[Camera]:
    """The cameras that took photos of a known time, by name. Those that are not named anywhere count as one."""
    counts: dict[CameraKey, int] = {}
    shifts: dict[CameraKey, float] = {}
    for photo in photos:
        if photo.taken_seconds is not None:
            key = camera_key(photo)
            counts[key] = counts.get(key, 0) + 1
            shifts[key] = photo.clock_shift_s
    names = {key: camera_name(key[0], key[1]) or "Unknown camera" for key in counts}
    several = {name for name in names.values() if list(names.values()).count(name) > 1}
    found = []
    for key, name in names.items():
        if name in several:
            name = f"{name} · {key[2] or 'no serial number'}"
        found.append(Camera(key, name, counts[key], shifts[key]))
    return sorted(found, key=lambda camera: camera.name.casefold())


def clock_shifts(library: Library, project_id: int) -> dict[CameraKey, float]:
    """Camera -> seconds that are added to its times, for the cameras of a project that are shifted."""
    rows = library.rows(
        "SELECT make, model, serial, seconds FROM clock_shifts WHERE project_id = ?", (project_id,)
    )
    return {(row["make"], row["model"], row["serial"]): row["seconds"] for row in rows}
