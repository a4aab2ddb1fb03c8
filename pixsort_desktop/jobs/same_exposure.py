"""What the facts of two photos say about whether one press of the shutter made both. They may say nothing."""

from __future__ import annotations

from pathlib import Path

from pixsort_desktop.library.records import Photo

_CLOCKS = (
    "original",
    "digitised",
    None,
)  # None: imported before the source of a time was noted; it was EXIF's
_ZONE_S = 900.0  # time zones lie quarters of an hour apart
_FARTHEST_ZONES_S = 26 * 3600.0
_SAME_INSTANT_S = 0.006  # programs round fractions of a second to hundredths


def other_exposure(one: Photo, other: Photo) -> bool:
    """Whether two photos were surely taken apart: by other cameras, at other moments, as other frames of a burst.

    An edited copy keeps the time of its original, or has none. A difference of whole quarters of an hour says nothing:
    a program may have told the time in another zone. False where the facts do not tell.
    """
    for name in ("make", "model", "serial"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine and theirs and mine.casefold() != theirs.casefold():
            return True
    if one.burst_id and one.burst_id == other.burst_id and one.burst_frame != other.burst_frame:
        return one.burst_frame is not None and other.burst_frame is not None
    first, second = _clock_s(one), _clock_s(other)
    if first is None or second is None:
        return False
    if first.is_integer() or second.is_integer():  # a program may have dropped the fraction
        first, second = float(int(first)), float(int(second))
    gap = abs(first - second)
    beside_zone = abs(gap - round(gap / _ZONE_S) * _ZONE_S)
    if gap > 1 and gap < _FARTHEST_ZONES_S and beside_zone < 1:
        return False
    return gap > _SAME_INSTANT_S


def same_frame(one: Photo, other: Photo) -> bool:
    """Whether they are the RAW file and the JPEG of one frame: one name, one folder."""
    if (one.format == "RAW") == (other.format == "RAW"):
        return False
    stems = [str(Path(photo.path).with_suffix("")).casefold() for photo in (one, other)]
    return stems[0] == stems[1]


def _clock_s(photo: Photo) -> float | None:
    """When a camera's clock says that it was taken, to the second or better."""
    return photo.moment_s if photo.taken_from in _CLOCKS else None
