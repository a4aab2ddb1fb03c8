"""What a judgement will do to the filter, known before the library has said so.

A hand types faster than a snapshot is read: the key after a judgement that a filter takes out of sight is meant for the
next photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pixsort_desktop.library.filters import Filter, matches
from pixsort_desktop.library.records import Photo
from pixsort_desktop.views.keys.shortcuts import LABELS, STARS

_STEPS = {"more_stars": 1, "fewer_stars": -1}
_FLAGS = {"pick": "pick", "reject": "reject", "unflag": None}


def judged_as(identifier: str, photos: Sequence[Photo]) -> list[Photo]:
    """The photos as the judging key of that id will leave them; KeyError for another id."""
    if identifier in STARS:
        return [replace(photo, rating=int(identifier.removeprefix("stars_"))) for photo in photos]
    if identifier in _STEPS:
        return [replace(photo, rating=max(0, min(5, photo.rating + _STEPS[identifier]))) for photo in photos]
    if identifier in LABELS:
        colour = None if all(photo.colour == identifier for photo in photos) else identifier
        return [replace(photo, colour=colour) for photo in photos]
    return [replace(photo, flag=_FLAGS[identifier]) for photo in photos]


def all_leave(identifier: str, photos: Sequence[Photo], filter_: Filter) -> bool:
    """Whether the filter will hide all of these photos, which it shows now, once they are judged so.

    Only what a judgement can change is looked at, once for all photos that are judged alike now: there may be thousands.
    """
    kinds = Filter(
        flags=filter_.flags, stars=filter_.stars, labels=filter_.labels, undecided=filter_.undecided
    )
    alike = {(photo.rating, photo.flag, photo.colour): photo for photo in photos}
    after = judged_as(identifier, list(alike.values()))
    return bool(kinds) and not any(matches(photo, kinds, {}) for photo in after)
