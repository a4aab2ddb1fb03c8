"""A project as it was at one moment, read in a worker and handed to the views whole.

Views never query: they are given a snapshot, compare it with what they show, and change only what differs.
A snapshot is made in two steps: reading the library, and arranging what was read as the user wants to look at it
(search, filter, sort, stacks). The second step alone is enough when only that changed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library.clocks import CameraKey, clock_shifts
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.filters import select, sort_photos
from pixsort_desktop.library.groups import arrived_photos, board
from pixsort_desktop.library.photos import get_photos, project_photos
from pixsort_desktop.library.projects import get_project
from pixsort_desktop.library.prompts import project_prompts
from pixsort_desktop.library.records import Column, Photo, Project, Prompt
from pixsort_desktop.library.search import search
from pixsort_desktop.library.stacks import Stack, cover_of, find_stacks
from pixsort_desktop.views import words
from pixsort_desktop.views.showing import EVERYTHING, Showing, read_showing

FEW = 200  # photos that changed: so many are read by themselves, more of them with the whole project


@dataclass(frozen=True)  # without slots: what is worked out from it is kept with it
class Snapshot:
    """`order` is by time; `columns` the board's as arranged by hand, Ungrouped last. `found` is what search and
    filter left, or None where nothing is hidden; `hits` what the search alone left."""

    project: Project | None = None
    photos: Mapping[int, Photo] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    columns: tuple[Column, ...] = ()
    showing: Showing = EVERYTHING
    found: frozenset[int] | None = None
    hits: frozenset[int] | None = None
    stacks: tuple[Stack, ...] = ()  # every burst, whether open, closed or filtered away
    shifts: Mapping[CameraKey, float] = field(default_factory=dict)  # of the cameras' clocks, seconds
    prompts: tuple[
        Prompt, ...
    ] = ()  # the board's prompt columns; what they show is found out later, for the board
    arrived: frozenset[int] = frozenset()  # that joined a column after an import and were not looked at

    @cached_property
    def failed(self) -> list[Photo]:
        """Files that could not be read."""
        return [photo for i in self.order if (photo := self.photos[i]).status == "failed"]

    @cached_property
    def sorted_order(self) -> tuple[int, ...]:
        """All photos in the grid's order; those that a ranking does not know come after it."""
        ranked = self.showing.ranked
        if ranked is None:
            return self._by_sort
        best = dict.fromkeys(i for i in ranked.ids if i in self.photos)
        return (*best, *(i for i in self._by_sort if i not in best))

    @cached_property
    def _by_sort(self) -> tuple[int, ...]:
        return sort_photos(self.photos, self.order, self.showing.sort)

    @cached_property
    def shown_order(self) -> tuple[int, ...]:
        """The grid's photos: those left by search and filter, of closed stacks just the covers."""
        return self._left(self.sorted_order)

    @cached_property
    def shown_columns(self) -> tuple[Column, ...]:
        """The board's columns with the photos that are left; where some are hidden, emptied columns are left out."""
        columns: Iterable[Column] = self.columns
        if self.showing.sort.by != "arranged":
            place = {photo_id: n for n, photo_id in enumerate(self._by_sort)}
            columns = [Column(c.group, tuple(sorted(c.photo_ids, key=place.__getitem__))) for c in columns]
        if self.found is None and not self._covered:
            return tuple(columns)
        thinned = [Column(column.group, self._left(column.photo_ids)) for column in columns]
        if self.found is None:
            return tuple(thinned)
        return tuple(column for column in thinned if column.photo_ids or column.group is None)

    @cached_property
    def column_names(self) -> dict[int, str]:
        """Photo -> the name of the column that it stands in."""
        named = ((words.UNGROUPED if c.group is None else c.group.label, c.photo_ids) for c in self.columns)
        return {photo_id: name for name, photo_ids in named for photo_id in photo_ids}

    @cached_property
    def shown_stacks(self) -> dict[int, tuple[Stack, bool]]:
        """Cover -> (the frames of its stack that search and filter left, whether it is closed)."""
        shown: dict[int, tuple[Stack, bool]] = {}
        for stack in self.stacks:
            left = stack if self.found is None else tuple(i for i in stack if i in self.found)
            if len(left) > 1:
                shown[cover_of(left, self.photos)] = (left, self.showing.stacks.is_closed(stack))
        return shown

    @cached_property
    def badges(self) -> dict[int, tuple[int, bool]]:
        """Cover -> (number of frames shown or stacked behind it, whether the stack is closed)."""
        return {cover: (len(stack), closed) for cover, (stack, closed) in self.shown_stacks.items()}

    @cached_property
    def closed_stacks(self) -> dict[int, Stack]:
        """Cover -> all frames, of the closed stacks."""
        return {cover: stack for cover, (stack, closed) in self.shown_stacks.items() if closed}

    def stack_of(self, photo_id: int | None) -> Stack | None:
        """The burst that a photo is one frame of."""
        return self._stack_by_frame.get(photo_id)

    @cached_property
    def _stack_by_frame(self) -> dict[int | None, Stack]:
        return {photo_id: stack for stack in self.stacks for photo_id in stack}

    def stand_in(self, photo_id: int) -> int | None:
        """The frame that is shown for a photo that went behind the cover of its closed stack, or out of what is left
        of it; None for any other."""
        stack = self.stack_of(photo_id)
        if stack is None or not self.showing.stacks.is_closed(stack):
            return None
        return next(iter(self._left(stack)), None)

    def with_stacks(self, photo_ids: Iterable[int]) -> list[int]:
        """The photos with all frames of the closed stacks that they are covers of: what moves as a whole."""
        closed = self.closed_stacks
        return list(dict.fromkeys(i for photo_id in photo_ids for i in closed.get(photo_id, (photo_id,))))

    def shown_of(self, photo_ids: Sequence[int]) -> tuple[int, ...]:
        """Those of the photos that search and filter left, and in place of frames of closed stacks their covers."""
        found = self.photos if self.found is None else self.found
        covers = self._cover_of
        if not covers:
            return tuple(i for i in photo_ids if i in found)
        return tuple(dict.fromkeys(covers.get(i, i) for i in photo_ids if i in found))

    @cached_property
    def _cover_of(self) -> dict[int, int]:
        """Frame -> cover, of the closed stacks."""
        return {i: cover for cover, stack in self.closed_stacks.items() for i in stack}

    @cached_property
    def _covered(self) -> frozenset[int]:
        """Frames of closed stacks that are not shown, because their cover is."""
        return frozenset(i for cover, stack in self.closed_stacks.items() for i in stack if i != cover)

    def _left(self, ids: Sequence[int]) -> tuple[int, ...]:
        found, covered = self.found, self._covered
        if found is None:
            return tuple(ids) if not covered else tuple(i for i in ids if i not in covered)
        return tuple(i for i in ids if i in found and i not in covered)


EMPTY = Snapshot()


def read_snapshot(
    library: Library,
    project_id: int | None,
    showing: Showing | None = None,
    previous: Snapshot = EMPTY,
    changed: frozenset[int] | None = None,
) -> Snapshot:
    """Read a project as it is at one moment; runs in a worker. A project that is gone gives the empty snapshot.

    `showing` None means as it was looked at the last time. With `previous` of the same project and the ids of
    `changed` photos, what did not change is taken over: an arrangement by hand costs two light queries, a judgement
    one more, not the reading of every photo.
    """
    if project_id is None:
        return EMPTY
    with library.at_one_moment():
        try:
            project = get_project(library, project_id)
        except NotFoundError:
            return EMPTY
        columns = tuple(board(library, project_id))
        shifts = clock_shifts(library, project_id)
        if shifts != previous.shifts:
            changed = None
        photos, order = _photos(library, project, columns, previous, changed)
        showing = showing if showing is not None else read_showing(library, project_id)
        if photos is previous.photos and columns == previous.columns:
            columns, stacks = previous.columns, previous.stacks
        else:
            stacks = find_stacks(columns, photos)
        arrived = arrived_photos(library, project_id)
        prompts = project_prompts(library, project_id)
        read = Snapshot(
            project, photos, order, columns, stacks=stacks, shifts=shifts, prompts=prompts, arrived=arrived
        )
        return arrange(library, read, showing)


def arrange(library: Library, snapshot: Snapshot, showing: Showing) -> Snapshot:
    """The same photos, looked at in another way; runs in a worker. Only a search asks the library.

    Conditions on columns that are gone are dropped from the filter.
    """
    project = snapshot.project
    if project is None:
        return replace(snapshot, showing=showing)
    showing = replace(showing, filter=showing.filter.known(snapshot.columns))
    same = snapshot.hits is not None and showing.search.split() == snapshot.showing.search.split()
    hits = snapshot.hits if same else search(library, project.id, showing.search)
    found = select(snapshot.photos, snapshot.columns, showing.active) if showing.active else None
    if hits is not None:
        found = (hits if found is None else hits & found) & snapshot.photos.keys()
    arranged = replace(snapshot, showing=showing, found=found, hits=hits)
    _ = arranged.shown_order, arranged.shown_columns  # worked out here rather than in the window's thread
    return arranged


def follower(before: Sequence[int], shown: Container[int], gone: int) -> int | None:
    """The photo to go on with after `gone`: the next one of the sequence `before` that is still shown, else the
    one before it; None where nothing is left."""
    try:
        place = before.index(gone)
    except ValueError:
        return None
    after = next((i for i in before[place:] if i in shown), None)
    return after if after is not None else next((i for i in reversed(before[:place]) if i in shown), None)


def _photos(
    library: Library,
    project: Project,
    columns: Sequence[Column],
    previous: Snapshot,
    changed: frozenset[int] | None,
) -> tuple[Mapping[int, Photo], tuple[int, ...]]:
    """The project's photos and their order by time, taken over from `previous` as far as that is known to hold."""
    known = previous.photos
    same = previous.project is not None and previous.project.id == project.id
    if same and changed is not None and _holds_all(previous, columns, project):
        touched = changed & known.keys()
        if not touched:
            return known, previous.order
        if len(touched) <= FEW:
            read = get_photos(library, touched, project.id)
            if len(read) == len(touched) and all(_same_place(photo, known[photo.id]) for photo in read):
                return {**known, **{photo.id: photo for photo in read}}, previous.order
    photos = _same_objects(project_photos(library, project.id), known)
    return photos, tuple(photos)


def _same_place(photo: Photo, before: Photo) -> bool:
    """Whether it stands where it stood in the order of time, and in a column or not."""
    return (photo.sorted_s, photo.path, photo.status) == (
        before.sorted_s,
        before.path,
        before.status,
    )


def _same_objects(read: list[Photo], known: Mapping[int, Photo]) -> dict[int, Photo]:
    """By id; a photo that is as it was is the very object it was, so that views see by `is` what changed."""
    return {photo.id: before if (before := known.get(photo.id)) == photo else photo for photo in read}


def _holds_all(previous: Snapshot, columns: Sequence[Column], project: Project) -> bool:
    """Whether the project still has exactly the photos of `previous`."""
    if project.photo_count != len(previous.order):
        return False
    known = previous.photos
    return all(photo_id in known for column in columns for photo_id in column.photo_ids)
