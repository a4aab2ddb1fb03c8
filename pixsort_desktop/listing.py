"""What the command line says of a library: its projects, photos and columns as plain values."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library import groups as groups_of
from pixsort_desktop.library.clocks import Camera
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.keywords import photos_with_keywords
from pixsort_desktop.library.photos import photos_at, project_files, project_photos
from pixsort_desktop.library.projects import find_project
from pixsort_desktop.library.records import Column, Project
from pixsort_desktop.library.written import project_captions


def project_named(library: Library, name: str) -> Project:
    """The project of that name. Raises `NotFoundError`."""
    project = find_project(library, name)
    if project is None:
        raise NotFoundError(f"There is no project named «{name}».")
    return project


def photo_ids(library: Library, project: Project, paths: tuple[str, ...]) -> list[int]:
    """The photos at those paths, all of which the project must hold."""
    wanted = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - resolves no links
    known = photos_at(library, wanted)
    members = {photo.id for photo in project_photos(library, project.id)}
    for path in wanted:
        if known.get(path) not in members:
            raise NotFoundError(f"{path} is not in the project «{project.name}».")
    return list(dict.fromkeys(known[path] for path in wanted))


def label_of(column: Column) -> str:
    """The column's label; «Ungrouped» for the one without a group."""
    return column.group.label if column.group else groups_of.UNGROUPED


def photo_rows(library: Library, project: Project, only: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """One object a photo of a project, failed ones included; with `only`, of those photos in that order."""
    photos = project_photos(library, project.id)
    if only is not None:
        known = {photo.id: photo for photo in photos}
        photos = [known[photo_id] for photo_id in only]
    files = project_files(library, project.id)
    group_of = {
        photo_id: label_of(column)
        for column in groups_of.board(library, project.id)
        for photo_id in column.photo_ids
        if column.group
    }
    keywords = photos_with_keywords(library, project.id)
    captions = project_captions(library, project.id)
    names = ("sha256", "width", "height", "orientation", "taken_at", "taken_from", "clock_shift_s", "make", "model",
             "serial", "lens", "lens_serial", "iso", "exposure_s", "f_number", "focal_mm", "latitude", "longitude",
             "altitude_m", "burst_id", "burst_frame", "content_id", "status", "error", "rating", "flag", "colour",
             "description", "archive_people", "albums")  # fmt: skip
    return [
        {
            "paths": files.get(photo.id, []),
            "companions": [companion.path for companion in photo.companions],
            **{name: getattr(photo, name) for name in names},
            "people": json.loads(photo.people) if photo.people else [],
            "group": group_of.get(photo.id),
            "keywords": list(keywords.get(photo.id, ())),
            "caption": captions[photo.id].text if photo.id in captions else None,
        }
        for photo in photos
    ]


def camera_named(cameras: Sequence[Camera], name: str) -> Camera:
    """The camera whose name that is, or the only one whose name holds it. Raises `NotFoundError`."""
    wanted = name.casefold().strip()
    exact = [camera for camera in cameras if camera.name.casefold() == wanted]
    found = exact or [camera for camera in cameras if wanted in camera.name.casefold()]
    if len(found) != 1:
        problem = (
            f"«{name}» could be several cameras" if found else f"There is no camera «{name}» in the project"
        )
        names = ", ".join(camera.name for camera in found or cameras)
        raise NotFoundError(f"{problem}: {names}." if names else f"{problem}.")
    return found[0]


def camera_row(camera: Camera) -> dict[str, Any]:
    """A camera as `clock --json` prints it."""
    make, model, serial = camera.key
    return {
        "name": camera.name,
        "make": make or None,
        "model": model or None,
        "serial": serial or None,
        "photos": camera.photos,
        "shift_s": camera.shift_s,
    }


def project_row(project: Project) -> dict[str, Any]:
    """A project as `projects --json` prints it."""
    return {
        "name": project.name,
        "status": project.status,
        "photos": project.photo_count,
        "failed": project.failed_count,
        "created_at": project.created_at,
        "grouping": project.grouping,
    }
