"""What an archive said of a photo: words, people, albums, and the time and place that its file lacks."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from pixsort_desktop.library.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Caption:
    """Facts from outside a photo's file. Latitude and longitude are given both or not at all."""

    description: str | None = None
    people: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    taken_at: str | None = None
    taken_seconds: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None


def receive_caption(transaction: Transaction, photo_id: int, caption: Caption) -> bool:
    """Add what an archive says to what is known; what was known first stays. Says whether anything is new."""
    connection = transaction.connection
    row = connection.execute("SELECT * FROM captions WHERE photo_id = ?", (photo_id,)).fetchone()
    old: dict[str, Any] = dict(row) if row else {}
    new = {
        "photo_id": photo_id,
        "description": old.get("description") or caption.description,
        "people": _joined(old.get("people"), caption.people),
        "albums": _joined(old.get("albums"), caption.albums),
    }
    for name in ("taken_at", "taken_seconds", "latitude", "longitude", "altitude_m"):
        known = old.get(name)
        new[name] = known if known is not None else getattr(caption, name)
    if new != old:
        marks = ", ".join("?" * len(new))
        connection.execute(
            f"INSERT OR REPLACE INTO captions ({', '.join(new)}) VALUES ({marks})", list(new.values())
        )
        transaction.touch(photos=[photo_id])
    return fill_from_caption(connection, photo_id) or new != old


def fill_from_caption(connection: sqlite3.Connection, photo_id: int) -> bool:
    """Give a photo the time and the place of its caption, where its file told none. Says whether it did.

    A time by which the file was copied or last changed is none: the archive knows better.
    """
    filled = 0
    for columns, lacks in (
        (
            "taken_at = captions.taken_at, taken_seconds = captions.taken_seconds, taken_from = 'archive'",
            "captions.taken_at IS NOT NULL AND (photos.taken_at IS NULL OR photos.taken_from IN ('modified', 'file time'))",
        ),
        (
            "latitude = captions.latitude, longitude = captions.longitude, altitude_m = captions.altitude_m",
            "captions.latitude IS NOT NULL AND photos.latitude IS NULL",
        ),
    ):
        filled += connection.execute(
            f"UPDATE photos SET {columns} FROM captions"
            f" WHERE captions.photo_id = photos.id AND photos.id = ? AND {lacks}",
            (photo_id,),
        ).rowcount
    return filled > 0


def _joined(known: str | None, names: tuple[str, ...]) -> str:
    before = json.loads(known) if known else []
    return json.dumps(list(dict.fromkeys([*before, *names])), ensure_ascii=False)
