"""What is known of sidecars: how each was when it was read or written last."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import shown_path, stored_path
from pixsort_desktop.library.transaction import Transaction

Said = tuple[int | None, str | None, str | None]  # rating, flag, colour; None where nothing was said

SETTLED_S = 3.0  # a file system's clock may be as coarse as that: a younger file can change and look the same


@dataclass(frozen=True, slots=True)
class SidecarState:
    """A sidecar as it was: `size` and `mtime_ns` are None where they cannot prove that it still is."""

    path: str
    digest: str
    size: int | None = None
    mtime_ns: int | None = None
    said: Said | None = None


def note_sidecars(transaction: Transaction, states: Iterable[SidecarState]) -> None:
    """Remember sidecars as they were read or written."""
    now = time.time_ns()
    rows = []
    for state in states:
        settled = state.mtime_ns is not None and now - state.mtime_ns > SETTLED_S * 1e9
        rows.append(
            (
                stored_path(state.path),
                state.digest,
                state.size if settled else None,
                state.mtime_ns if settled else None,
                None if state.said is None else json.dumps(state.said),
            )
        )
    transaction.connection.executemany(
        "INSERT OR REPLACE INTO sidecars (path, digest, size, mtime_ns, said) VALUES (?, ?, ?, ?, ?)", rows
    )


def known_sidecars(library: Library) -> dict[str, SidecarState]:
    """Path -> how it was, for every sidecar that was read or written."""
    found = {}
    for row in library.rows("SELECT path, digest, size, mtime_ns, said FROM sidecars"):
        path = shown_path(row["path"])
        rating, flag, colour = json.loads(row["said"]) if row["said"] else (None, None, None)
        said = (rating, flag, colour) if row["said"] else None
        found[path] = SidecarState(path, row["digest"], row["size"], row["mtime_ns"], said)
    return found
