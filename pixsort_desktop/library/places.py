"""Where the bytes of a photo have been seen, asked by the bytes."""

from __future__ import annotations

from collections.abc import Iterable

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import shown_path

_CHUNK = 500  # SQLite binds at most 999 values in older builds


def places_by_hash(library: Library, hashes: Iterable[str]) -> dict[str, list[str]]:
    """SHA-256 -> all paths of the readable photo, those that were missing when last looked for at the end.

    Hashes that no readable photo has are left out.
    """
    wanted = list(hashes)
    places: dict[str, list[str]] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        for row in library.rows(
            "SELECT sha256, path FROM photos JOIN files ON files.photo_id = photos.id WHERE status = 'ready'"
            f" AND sha256 IN ({','.join('?' * len(part))}) ORDER BY role = 'missing', files.id",
            part,
        ):
            places.setdefault(row["sha256"], []).append(shown_path(row["path"]))
    return places
