"""Which photos of a project are looked at, and in what order: filters, sorts, and what a filter can offer.

Everything here is arithmetic on photos that have been read already, so that another filter costs no query.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from pixsort_desktop.library.records import Column, Group, Photo

FLAGS = ("pick", "reject", None)
LABELS = ("red", "yellow", "green", "blue", "purple", None)
COMPARISONS = ("least", "exactly", "most")
SORTS = ("arranged", "time", "name", "rating", "camera")


@dataclass(frozen=True, slots=True)
class Stars:
    """A comparison with a number of stars: `how` is 'least', 'exactly' or 'most'."""

    how: str
    number: int

    def holds(self, rating: int) -> bool:
        if self.how == "least":
            return rating >= self.number
        return rating <= self.number if self.how == "most" else rating == self.number

    @property
    def says_nothing(self) -> bool:
        """«At least 0» and «at most 5» are every photo."""
        return (self.how, self.number) in (("least", 0), ("most", 5))


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions of several kinds; a kind that is empty asks for nothing.

    A photo matches when it meets every kind, and a kind when it has any of its values. None among flags and
    labels is «without one», None among groups is Ungrouped, and "" is a photo without camera, lens or date.
    `days` are as the camera's clock had them, «2024-05-01».
    """

    flags: frozenset[str | None] = frozenset()
    stars: Stars | None = None
    labels: frozenset[str | None] = frozenset()
    cameras: frozenset[str] = frozenset()
    lenses: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    groups: frozenset[int | None] = frozenset()
    undecided: bool = False
    has_error: bool = False

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return any(getattr(self, each.name) for each in fields(self))

    def known(self, columns: Iterable[Column]) -> Filter:
        """Without the columns that are gone."""
        there = {column.group.id if column.group else None for column in columns}
        return self if self.groups <= there else replace(self, groups=self.groups & there)

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` makes the same filter of them."""
        found: dict[str, Any] = {
            name: sorted(values, key=lambda value: (value is None, value or ""))
            for name in ("flags", "labels", "cameras", "lenses", "days")
            if (values := getattr(self, name))
        }
        if self.groups:
            found["groups"] = sorted(self.groups, key=lambda value: (value is None, value or 0))
        if self.stars is not None:
            found["stars"] = [self.stars.how, self.stars.number]
        found |= {name: True for name in ("undecided", "has_error") if getattr(self, name)}
        return found

    @staticmethod
    def from_json(value: Any) -> Filter:
        """What `to_json` wrote; whatever else stands there, by damage or from a newer version, is passed over."""
        given = value if isinstance(value, dict) else {}
        return Filter(
            flags=_known(given.get("flags"), lambda v: v in FLAGS),
            stars=_stars(given.get("stars")),
            labels=_known(given.get("labels"), lambda v: v in LABELS),
            cameras=_known(given.get("cameras"), lambda v: isinstance(v, str)),
            lenses=_known(given.get("lenses"), lambda v: isinstance(v, str)),
            days=_known(given.get("days"), lambda v: isinstance(v, str) and bool(_DAY.fullmatch(v))),
            groups=_known(given.get("groups"), lambda v: v is None or _whole(v)),
            undecided=given.get("undecided") is True,
            has_error=given.get("has_error") is True,
        )


@dataclass(frozen=True, slots=True)
class Sort:
    """`by` 'arranged' is the board as it was arranged by hand and the grid by time, and has one direction only."""

    by: str = "arranged"
    descending: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"by": self.by, "descending": self.descending}

    @staticmethod
    def from_json(value: Any) -> Sort:
        """What `to_json` wrote; the usual order where that is not understood."""
        given = value if isinstance(value, dict) else {}
        by = given.get("by")
        if by not in SORTS or by == "arranged":
            return ARRANGED
        return Sort(by, given.get("descending") is True)


NO_FILTER = Filter()
ARRANGED = Sort()

# -- filtering -----------------------------------------------------------------------------------------------


def matches(photo: Photo, filter_: Filter, group_of: Mapping[int, int | None]) -> bool:
    """Whether one photo meets a filter; `group_of` gives the group of each photo that stands in a column."""
    return all(test(photo) for test in _tests(filter_, group_of))


def select(photos: Mapping[int, Photo], columns: Sequence[Column], filter_: Filter) -> frozenset[int]:
    """The ids of the photos that meet a filter. 10,000 photos take a few milliseconds."""
    left: Iterable[Photo] = photos.values()
    for test in _tests(filter_, _group_of(columns) if filter_.groups else {}):
        left = [photo for photo in left if test(photo)]
    return frozenset(photo.id for photo in left)


def _tests(filter_: Filter, group_of: Mapping[int, int | None]) -> list[Callable[[Photo], bool]]:
    """One for each kind that asks for something, the cheapest first."""
    found: list[Callable[[Photo], bool]] = []
    flags, labels, stars = filter_.flags, filter_.labels, filter_.stars
    cameras, lenses, days, groups = filter_.cameras, filter_.lenses, filter_.days, filter_.groups
    if flags:
        found.append(lambda photo: photo.flag in flags)
    if labels:
        found.append(lambda photo: photo.colour in labels)
    if stars is not None:
        ratings = frozenset(number for number in range(6) if stars.holds(number))
        found.append(lambda photo: photo.rating in ratings)
    if groups:
        found.append(lambda photo: group_of.get(photo.id, _NOWHERE) in groups)
    if lenses:
        found.append(lambda photo: (photo.lens or "") in lenses)
    if days:
        found.append(lambda photo: day_of(photo) in days)
    if cameras:
        found.append(lambda photo: camera_name(photo.make, photo.model) in cameras)
    if filter_.undecided:
        found.append(lambda photo: photo.status == "ready" and not photo.decided)
    if filter_.has_error:
        found.append(has_error)
    return found


def has_error(photo: Photo) -> bool:
    """Whether it could not be read, or not to its end."""
    return photo.error is not None or photo.status == "failed"


def day_of(photo: Photo) -> str:
    """The day on which it was taken, «2024-05-01», or nothing."""
    day = (photo.taken_at or "")[:10]
    return day if _DAY.fullmatch(day) else ""


@lru_cache(maxsize=1024)
def camera_name(make: str | None, model: str | None) -> str:
    """«Canon EOS R5», «SONY ILCE-7M3»: maker and model, the maker once; nothing where neither is known."""
    if make and model and model.casefold().startswith(make.casefold()):
        return model
    return " ".join(part for part in (make, model) if part)


def _group_of(columns: Iterable[Column]) -> dict[int, int | None]:
    return {i: column.group.id if column.group else None for column in columns for i in column.photo_ids}


# -- sorting -------------------------------------------------------------------------------------------------


def sort_photos(photos: Mapping[int, Photo], order: Sequence[int], sort: Sort) -> tuple[int, ...]:
    """`order` (by capture time) sorted otherwise; photos that are alike stay in the order of time.

    What is not known comes last in both directions: photos without time, without camera.
    """
    if sort.by == "arranged" or (sort.by == "time" and not sort.descending):
        return tuple(order)
    key = _KEYS[sort.by]
    keys = {photo_id: key(photos[photo_id]) for photo_id in order}
    known = [photo_id for photo_id in order if keys[photo_id] is not None]
    known.sort(key=keys.__getitem__, reverse=sort.descending)
    return tuple(known) + tuple(photo_id for photo_id in order if keys[photo_id] is None)


@lru_cache(maxsize=65_536)
def natural_key(name: str) -> tuple[str, str]:
    """A key by which IMG_9 comes before IMG_10, and capitals beside their small letters."""
    folded = name.casefold()
    return _DIGITS.sub(lambda run: run.group().lstrip("0").rjust(20, "0"), folded), folded


def file_name(path: str) -> str:
    """The last part of a path, whichever slashes it is written with."""
    return path.replace("\\", "/").rpartition("/")[2]


_FLAG_ORDER = {"reject": 0, None: 1, "pick": 2}  # among photos with the same stars
_KEYS: dict[str, Callable[[Photo], Any]] = {  # None where it is not known
    "time": lambda photo: photo.taken_seconds,
    "name": lambda photo: natural_key(file_name(photo.path)),
    "rating": lambda photo: (photo.rating, _FLAG_ORDER[photo.flag]),
    "camera": lambda photo: (
        natural_key(camera_name(photo.make, photo.model)) if photo.make or photo.model else None
    ),
}

# -- what can be chosen --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """What the photos of a project can be filtered by, each with its number of photos."""

    cameras: list[tuple[str, int]] = field(default_factory=list)
    lenses: list[tuple[str, int]] = field(default_factory=list)
    days: list[tuple[str, int]] = field(default_factory=list)
    groups: list[tuple[Group | None, int]] = field(default_factory=list)
    errors: int = 0


def offered(photos: Mapping[int, Photo], columns: Sequence[Column]) -> Offer:
    """Cameras and lenses by name, days from the first to the last, columns from left to right; "" comes last."""
    values = photos.values()
    return Offer(
        _by_name(Counter(camera_name(photo.make, photo.model) for photo in values)),
        _by_name(Counter(photo.lens or "" for photo in values)),
        _by_name(Counter(map(day_of, values))),
        [(column.group, len(column.photo_ids)) for column in columns],
        sum(map(has_error, values)),
    )


def _by_name(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (not item[0], natural_key(item[0])))


# -- reading what was saved ----------------------------------------------------------------------------------

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})?")
_DIGITS = re.compile(r"[0-9]+")
_NOWHERE = -1  # of photos that stand in no column: they failed


def _known(values: Any, fits: Callable[[Any], bool]) -> frozenset[Any]:
    listed = values if isinstance(values, list) else []
    return frozenset(
        value for value in listed if (value is None or isinstance(value, str | int)) and fits(value)
    )


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _stars(value: Any) -> Stars | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    how, number = value
    if how not in COMPARISONS or not _whole(number) or not 0 <= number <= 5:
        return None
    stars = Stars(how, number)
    return None if stars.says_nothing else stars
