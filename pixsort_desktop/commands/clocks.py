"""Setting a camera's clock right after the fact, in one project: for sorting and grouping, never in the photos."""

from __future__ import annotations

import math
import re

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.library.clocks import SHIFT_JOIN, SHIFTED_TIME, CameraKey
from pixsort_desktop.library.database import Library, change_set
from pixsort_desktop.library.filters import camera_name
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.transaction import Transaction

MOST_S = 100 * 366 * 86400.0  # a camera that lost its date is decades away

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_PARTS = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*d(?:ays?)?)?\s*(?:(\d+(?:\.\d+)?)\s*h(?:ours?)?)?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*m(?:in(?:utes?)?)?)?\s*(?:(\d+(?:\.\d+)?)\s*s(?:ec(?:onds?)?)?)?",
    re.I,
)
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):([0-5]?\d(?:\.\d+)?)")


def shift_clock(library: Library, *, project_id: int, camera: CameraKey, seconds: float) -> ChangeSet:
    """Add `seconds` to the times of a camera's photos in a project, in place of an earlier shift; 0 takes it away.

    The photos that nobody placed by hand are put in order of time again within their columns. Raises `PixsortError`
    for a shift of more than a century, and `NotFoundError` where the project has no photo of that camera.
    """
    if not math.isfinite(seconds) or abs(seconds) > MOST_S:
        raise PixsortError("A clock can be shifted by a hundred years at most.")

    def act(transaction: Transaction) -> ChangeSet:
        taken = transaction.connection.execute(
            "SELECT photos.id FROM photos JOIN project_photos ON photo_id = photos.id WHERE project_id = ?"
            " AND coalesce(make, '') = ? AND coalesce(model, '') = ? AND coalesce(serial, '') = ?",
            (project_id, *camera),
        ).fetchall()
        if not taken:
            raise NotFoundError("The project has no photo of that camera.")
        for row in transaction.connection.execute(
            "SELECT id FROM clock_shifts WHERE project_id = ? AND make = ? AND model = ? AND serial = ?",
            (project_id, *camera),
        ).fetchall():
            transaction.delete("clock_shifts", (row["id"],))
        if seconds:
            make, model, serial = camera
            row = {"project_id": project_id, "make": make, "model": model, "serial": serial}
            transaction.insert("clock_shifts", {**row, "seconds": float(seconds)})
        _sort_columns(transaction, project_id)
        transaction.touch(photos=[row["id"] for row in taken])
        return change_set(transaction)

    name = camera_name(camera[0], camera[1]) or "unknown camera"
    return library.write(act, undo=f"Set the clock of {name}", project_id=project_id)


def shift_between(right: Photo, other: Photo) -> float:
    """Seconds to shift the other photo's camera by, so that both photos show the same moment.

    Raises `PixsortError` where one has no time, or both are of one camera.
    """
    if right.taken_seconds is None or other.taken_seconds is None:
        raise PixsortError("Both photos must have a time to be compared.")
    if (right.make, right.model, right.serial) == (other.make, other.model, other.serial):
        raise PixsortError("Both photos were taken with the same camera.")
    return right.taken_seconds + right.clock_shift_s - other.taken_seconds


def read_shift(text: str) -> float:
    """«+3m20s», «-1h», «2 d 4 h», «3:20», «-1:00:00» or plain seconds, as seconds. Raises `PixsortError`."""
    written = text.strip().replace("−", "-").replace(",", "")
    sign = -1 if written.startswith("-") else 1
    written = written.lstrip("+-").strip()
    clock = _CLOCK.fullmatch(written)
    if clock:
        return sign * (float(clock[1] or 0) * 3600 + float(clock[2]) * 60 + float(clock[3]))
    if re.fullmatch(r"\d+(\.\d+)?", written):
        return sign * float(written)
    parts = _PARTS.fullmatch(written)
    if not written or parts is None:
        raise PixsortError(f"«{text.strip()}» is no length of time; write it like 3m20s, 1h or 3:20.")
    return sign * sum(
        float(part) * unit for part, unit in zip(parts.groups(), _UNITS.values(), strict=True) if part
    )


def length(seconds: float) -> str:
    """«3 min 20 s», «2 d 1 h», exactly, without its sign; `read_shift` reads it back."""
    whole, parts = abs(round(seconds, 3)), []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        count, whole = divmod(whole, size)
        if count:
            parts.append(f"{int(count):,} {unit}")
    if whole or not parts:
        parts.append(f"{whole:.3f}".rstrip("0").rstrip(".") + " s")
    return " ".join(parts)


def _sort_columns(transaction: Transaction, project_id: int) -> None:
    """Within each column that is not locked, deal the positions of photos that nobody placed by hand out again, in order
    of time."""
    columns: dict[int | None, list[tuple[int, int]]] = {}
    for row in transaction.connection.execute(
        "SELECT photo_id, group_id, position FROM project_photos JOIN photos ON photos.id = photo_id"
        + SHIFT_JOIN
        + " WHERE project_photos.project_id = ? AND placed != 'hand'"
        " AND NOT EXISTS (SELECT 1 FROM groups WHERE id = group_id AND locked)"
        f" ORDER BY taken_seconds IS NULL, {SHIFTED_TIME},"
        " (SELECT path FROM files WHERE photo_id = photos.id ORDER BY role = 'missing', files.id LIMIT 1), photos.id",
        (project_id,),
    ):
        columns.setdefault(row["group_id"], []).append((row["photo_id"], row["position"]))
    for photos in columns.values():
        places = sorted(position for _, position in photos)
        for (photo_id, standing), position in zip(photos, places, strict=True):
            if standing != position:
                transaction.update("project_photos", (project_id, photo_id), {"position": position})
