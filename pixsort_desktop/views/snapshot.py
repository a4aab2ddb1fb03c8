"""A project as it was at one moment, read in a worker and handed to the views whole.

Views never query: they are given a snapshot, compare it with what they show, and change only what differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import board
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.records import Column, Photo, Project


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`order` is the grid's; `columns` the board's, Ungrouped last. `found` is what the search left, or None
    where nothing is searched for."""

    project: Project | None = None
    photos: Mapping[int, Photo] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    columns: tuple[Column, ...] = ()
    search: str = ""
    found: frozenset[int] | None = None

    @property
    def shown_order(self) -> tuple[int, ...]:
        """The grid's photos that the search left."""
        if self.found is None:
            return self.order
        return tuple(photo_id for photo_id in self.order if photo_id in self.found)

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The board's columns with the photos that the search left; emptied columns are left out."""
        if self.found is None:
            return self.columns
        thinned = [Column(c.group, tuple(i for i in c.photo_ids if i in self.found)) for c in self.columns]
        return tuple(column for column in thinned if column.photo_ids or column.group is None)


EMPTY = Snapshot()


def read_snapshot(
    library: Library,
    project_id: int | None,
    search: str = "",
    previous: Snapshot = EMPTY,
    changed: frozenset[int] | None = None,
) -> Snapshot:
    """Read a project; runs in a worker. A project that is gone gives the empty snapshot.

    With `previous` of the same project and the ids of `changed` photos, its facts are taken over where none
    of them changed: an arrangement by hand then costs two light queries, not the reading of every photo.
    """
    if project_id is None:
        return EMPTY
    try:
        project = get_project(library, project_id)
    except NotFoundError:
        return EMPTY
    columns = tuple(board(library, project_id))
    same = previous.project is not None and previous.project.id == project_id
    if same and changed is not None and _holds_all(previous, columns, project, changed):
        photos, order = previous.photos, previous.order
    else:
        photos = _same_objects(project_photos(library, project_id), previous.photos)
        order = tuple(photos)
    found = _search(photos, columns, search)
    return Snapshot(project, photos, order, columns, search, found)


def _same_objects(read: list[Photo], known: Mapping[int, Photo]) -> dict[int, Photo]:
    """By id; a photo that is as it was is the very object it was, so that views see by `is` what changed."""
    return {photo.id: before if (before := known.get(photo.id)) == photo else photo for photo in read}


def _holds_all(
    previous: Snapshot, columns: tuple[Column, ...], project: Project, changed: frozenset[int]
) -> bool:
    """Whether the project still has exactly the photos of `previous`, none of them with other facts."""
    if project.photo_count != len(previous.order) or changed & previous.photos.keys():
        return False
    known = previous.photos
    return all(photo_id in known for column in columns for photo_id in column.photo_ids)


def _search(photos: Mapping[int, Photo], columns: tuple[Column, ...], text: str) -> frozenset[int] | None:
    """Photos whose file name, camera, lens, date, column, words or people hold every word of `text`."""
    words = text.casefold().split()
    if not words:
        return None
    labels = {i: c.group.label for c in columns if c.group is not None for i in c.photo_ids}
    return frozenset(
        photo_id
        for photo_id, photo in photos.items()
        if _matches(photo, labels.get(photo_id, "ungrouped"), words)
    )


def _matches(photo: Photo, label: str, words: list[str]) -> bool:
    name = photo.path.replace("\\", "/").rpartition("/")[2]
    said = (photo.description or "", *photo.people, *photo.albums)
    text = " ".join(
        (name, photo.make or "", photo.model or "", photo.lens or "", photo.taken_at or "", label, *said)
    )
    text = text.casefold()
    return all(word in text for word in words)
