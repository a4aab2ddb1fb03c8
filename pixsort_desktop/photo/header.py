"""What a file says of itself in its first pages, for naming it: no pixel is decoded."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pixsort_desktop.photo.metadata import Metadata, read_metadata

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_header(path: Path) -> Metadata:
    """The metadata of a picture or RAW file; empty for what is none. Raises OSError where it cannot be read at all."""
    with path.open("rb") as file:
        return read_metadata(file)


def taken_time(metadata: Metadata, mtime_ns: int) -> datetime:
    """The capture time as the camera's clock said it; else when the file was written, in this computer's zone."""
    return wall_time(metadata.taken_seconds, mtime_ns)


def wall_time(taken_s: float | None, mtime_ns: int) -> datetime:
    """A clock's local time, given as seconds; else when the file was written, in this computer's zone."""
    with contextlib.suppress(OverflowError, ValueError):
        if taken_s is not None:
            return (_EPOCH + timedelta(seconds=taken_s)).replace(tzinfo=None)
    try:
        return datetime.fromtimestamp(mtime_ns / 1e9)
    except (OverflowError, ValueError, OSError):
        return _EPOCH.replace(tzinfo=None)
