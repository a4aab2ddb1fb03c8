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
    with contextlib.suppress(OverflowError, ValueError):
        if metadata.taken_seconds is not None:
            return (_EPOCH + timedelta(seconds=metadata.taken_seconds)).replace(tzinfo=None)
    try:
        return datetime.fromtimestamp(mtime_ns / 1e9)
    except (OverflowError, ValueError, OSError):
        return _EPOCH.replace(tzinfo=None)
