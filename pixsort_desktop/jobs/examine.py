"""One file -> everything the library wants to know of it, from bytes that are read once."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pixsort_desktop import logs
from pixsort_desktop.errors import LibraryError, PhotoError
from pixsort_desktop.jobs.sidecars import read_judgement
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.judgements import receive_judgement
from pixsort_desktop.library.photos import is_finished, put_photo
from pixsort_desktop.library.sidecars import SidecarState, note_sidecars
from pixsort_desktop.library.transaction import Transaction
from pixsort_desktop.photo.reading import KnownBytes, PhotoReading, UndecodableError, read_photo
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision import descriptor


@dataclass(frozen=True, slots=True)
class Examined:
    """What was learnt of one file. `facts` are columns of its photo row; None when the bytes are known already."""

    path: str
    size: int | None
    mtime_ns: int | None
    sha256: str | None
    facts: dict[str, Any] | None
    vector: npt.NDArray[np.float32] | None = None
    judgement: dict[str, Any] | None = None  # what its XMP says: rating, flag, colour
    sidecars: tuple[SidecarState, ...] = ()  # those that were read

    @property
    def reason(self) -> str | None:
        """Why the file is no photo that can be shown, or None."""
        return self.facts["error"] if self.facts and self.facts["status"] == "failed" else None

    def at(self, other: Examined) -> Examined:
        """The same finding for another path with the same bytes."""
        return replace(self, path=other.path, size=other.size, mtime_ns=other.mtime_ns)


class Claims:
    """Which bytes are being worked on in this run, so that a second copy is not done twice."""

    def __init__(self, library: Library, store: ThumbnailStore) -> None:
        self._library = library
        self._store = store
        self._claimed: set[str] = set()
        self._lock = threading.Lock()

    def taken(self, sha256: str) -> bool:
        """True if the photo is finished or another thread has it; else it is the caller's from now on."""
        with self._lock:
            if sha256 in self._claimed:
                return True
            self._claimed.add(sha256)
        return self._store.has(sha256) and is_finished(self._library, sha256, descriptor.EMBEDDING_ID)


def examine(path: str, store: ThumbnailStore, is_known: Callable[[str], bool]) -> Examined:
    """Hash, read, shrink and describe one file, and write its thumbnail. Safe in several threads.

    A file that cannot be read or decoded is a result with the reason, never an exception. Raises
    `LibraryError` when the thumbnail cannot be kept (a full disk): that is no fault of the file.
    """
    try:
        reading = read_photo(path, is_known=is_known)
        if isinstance(reading, KnownBytes):
            return Examined(path, reading.size, reading.mtime_ns, reading.sha256, None)
        vector = descriptor.describe(reading.pixels)
    except UndecodableError as error:
        return Examined(path, error.size, error.mtime_ns, error.sha256, _failed(error.sha256, str(error)))
    except PhotoError as error:
        return Examined(path, None, None, None, _failed(None, str(error)))
    except LibraryError:
        raise
    except Exception as error:  # one file must never cost the others
        logging.getLogger(logs.NAME).exception("examining a file")
        reason = f"Something unexpected happened while this file was read ({type(error).__name__})."
        return Examined(path, None, None, None, _failed(None, reason))
    try:
        store.write(reading.sha256, reading.thumbnail_jpeg)
    except OSError as error:
        raise _not_kept(store, error) from error
    judgement, sidecars = read_judgement(path, reading.xmp)
    return Examined(
        path, reading.size, reading.mtime_ns, reading.sha256, _facts(reading), vector, judgement, sidecars
    )


def _not_kept(store: ThumbnailStore, error: OSError) -> LibraryError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LibraryError(
            f"The disk that holds {store.folder} is full; make room and try again, nothing was lost."
        )
    return LibraryError(
        f"A thumbnail could not be kept in {store.folder} ({error.strerror}); check that the folder can be written."
    )


def keep(transaction: Transaction, found: Examined) -> int:
    """Write what `examine` found into the library; returns the photo's id."""
    assert found.facts is not None
    photo_id = put_photo(transaction, found.path, found.size, found.mtime_ns, found.facts)
    if found.vector is not None:
        put_embedding(transaction, photo_id, descriptor.EMBEDDING_ID, found.vector)
    if found.judgement is not None:
        receive_judgement(transaction, photo_id, found.judgement)
    note_sidecars(transaction, found.sidecars)
    return photo_id


def _facts(reading: PhotoReading) -> dict[str, Any]:
    return {
        **asdict(reading.metadata),
        "sha256": reading.sha256,
        "status": "ready",
        "error": reading.warning,
        "format": reading.format,
        "width": reading.width,
        "height": reading.height,
    }


def _failed(sha256: str | None, reason: str) -> dict[str, Any]:
    return {"sha256": sha256, "status": "failed", "error": reason}
