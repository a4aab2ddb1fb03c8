"""Pictures for comparing: from the thumbnail, and from the file where a thumbnail is lacking or does not do."""

from __future__ import annotations

import hashlib
import io
import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.jobs.examine import examine
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import photo_files
from pixsort_desktop.library.records import Photo
from pixsort_desktop.photo.decode import decode
from pixsort_desktop.photo.scan import mtime_ns
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision import likeness

_WHOLE = 1 << 24  # pixels of a side: no picture is longer
_READY = 400  # prepared pictures that are held, 0.3 MB each
_FOUND = (
    6000  # of pictures that are held no longer, the keypoints, 0.05 MB each: they cost most of a comparison
)


class Pictures:
    """Small pictures of photos, the last ones prepared for comparing. Safe in several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._store = ThumbnailStore(library.folder / "thumbnails")
        self._ready: OrderedDict[int, likeness.Prepared] = OrderedDict()
        self._found: OrderedDict[int, likeness.Keypoints] = OrderedDict()
        self._lock = Lock()

    def small(self, photo: Photo) -> NDArray[np.uint8] | None:
        """Upright sRGB (H, W, 3) of at most 512 pixels a side; None where neither thumbnail nor file can be read."""
        assert photo.sha256 is not None
        jpeg = self._store.read(photo.sha256)
        for file in () if jpeg else photo_files(self._library, photo.id):
            if examine(file.path, self._store, lambda _sha256: False).sha256 == photo.sha256:
                jpeg = self._store.read(photo.sha256)
                break
        if jpeg is None:
            return None
        with Image.open(io.BytesIO(jpeg)) as picture:
            return np.asarray(picture.convert("RGB"))

    def prepared(self, photo: Photo, pose: int) -> likeness.Prepared | None:
        """The small picture in a pose, ready to be compared."""
        with self._lock:
            if (found := self._ready.get(photo.id)) is not None:
                self._ready.move_to_end(photo.id)
                known = None
            else:
                known = self._found.pop(photo.id, None)
        if found is None:
            rgb = self.small(photo)
            if rgb is None:
                return None
            found = self._held(photo.id, likeness.prepare(rgb, known))
        return found.laid(pose)

    def _held(self, photo_id: int, prepared: likeness.Prepared) -> likeness.Prepared:
        with self._lock:
            found = self._ready.setdefault(photo_id, prepared)  # another thread may have been faster
            while len(self._ready) > _READY:
                key, old = self._ready.popitem(last=False)
                if old.found is not None:
                    self._found[key] = old.found
            while len(self._found) > _FOUND:
                self._found.popitem(last=False)
        return found

    def difference(self, one: Photo, other: Photo) -> float | None:
        """By how many grey levels the small pictures differ on average; None where their shapes do."""
        first, second = self.prepared(one, 0), self.prepared(other, 0)
        if first is None or second is None or first.grey.shape != second.grey.shape:
            return None
        return float(np.abs(first.grey.astype(np.int16) - second.grey).mean())


def digest_of_pixels(library: Library, photo: Photo) -> str | None:
    """SHA-256 of size and upright sRGB pixels of the whole picture; None where no file with its bytes can be decoded."""
    for file in photo_files(library, photo.id):
        try:
            with Path(file.path).open("rb") as source:
                found = os.fstat(source.fileno())
                if (found.st_size, mtime_ns(found)) != (file.size, file.mtime_ns):
                    continue  # it has changed since the import
                image = decode(source, _WHOLE, Path(file.path).name).image
        except (OSError, PhotoError):
            continue
        digest = hashlib.sha256(f"{image.width} x {image.height} ".encode())
        digest.update(image.tobytes())
        return digest.hexdigest()
    return None
