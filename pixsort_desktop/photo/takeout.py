"""Google Takeout: what the JSON beside a photo says. Pure: bytes in, facts out.

Nobody documents the format; it is what people who unpacked many archives have written down (the issues of immich-go, of
GooglePhotosTakeoutHelper and of ente). Which JSON is whose: `takeout_names`.

- The `title` has the photo's name as it was, with HTML entities.
- Albums are folders with a `metadata.json` (in the user's language), which has a title and no time.
"""

from __future__ import annotations

import html
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LARGEST_SIDECAR = 4_000_000  # bytes; a real one has some thousand


@dataclass(frozen=True, slots=True)
class TakeoutFacts:
    """What a photo's JSON says. `taken` is in seconds since 1970, UTC; a place of 0, 0 is none."""

    title: str
    taken: int | None = None
    description: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    people: tuple[str, ...] = ()
    favourite: bool = False
    trashed: bool = False

    @property
    def taken_at(self) -> str | None:
        """ISO 8601 in UTC: the archive does not say in which zone the camera was."""
        if self.taken is None:
            return None
        return datetime.fromtimestamp(self.taken, UTC).isoformat()


@dataclass(frozen=True, slots=True)
class TakeoutAlbum:
    """What an album's `metadata.json` says."""

    title: str


def read_sidecar(raw: bytes) -> TakeoutFacts | TakeoutAlbum | None:
    """Facts of a photo or the title of an album; None for other or damaged JSON. A bad field costs itself only."""
    try:
        values = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    if "photoTakenTime" not in values:
        album = values.get("albumData", values)
        is_album = isinstance(album, dict) and ("albumData" in values or {"date", "access"} & album.keys())
        return TakeoutAlbum(_text(album.get("title"))) if is_album else None
    latitude, longitude, altitude = (
        _place(values.get("geoData")) or _place(values.get("geoDataExif")) or (None,) * 3
    )
    return TakeoutFacts(
        title=_text(values.get("title")),
        taken=_timestamp(values.get("photoTakenTime")),
        description=_text(values.get("description")) or None,
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude,
        people=_people(values.get("people")),
        favourite=values.get("favorited") is True,
        trashed=values.get("trashed") is True,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return html.unescape(value).encode("utf-8", "replace").decode().strip()


def _timestamp(value: Any) -> int | None:
    try:
        seconds = int(value["timestamp"])
        datetime.fromtimestamp(seconds, UTC)
    except (TypeError, KeyError, ValueError, OverflowError, OSError):
        return None
    return seconds or None  # 0 is what Google writes where it does not know


def _place(value: Any) -> tuple[float, float, float | None] | None:
    if not isinstance(value, dict):
        return None
    numbers = [value.get(name) for name in ("latitude", "longitude", "altitude")]
    known = [float(n) if isinstance(n, (int, float)) and math.isfinite(n) else None for n in numbers]
    latitude, longitude, altitude = known
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return (latitude, longitude, altitude or None) if latitude or longitude else None


def _people(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    names = (_text(each.get("name")) for each in value if isinstance(each, dict))
    return tuple(dict.fromkeys(name for name in names if name))
