"""Which photos of a project show the same thing, point by point: the costly look, for few pairs and only once.

`grouping.evidence` says round by round which pairs are worth it. What was found is kept in the library, so that
grouping again compares only what is new. The pixels are the thumbnails'; where one is missing, nothing is claimed.
"""

from __future__ import annotations

import io
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL import Image

from pixsort_desktop.grouping import evidence
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import Neighbours
from pixsort_desktop.grouping.evidence import Matches
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.matches import Pair, known_matches, put_matches
from pixsort_desktop.library.photos import get_photos
from pixsort_desktop.progress import Progress
from pixsort_desktop.thumbnails.store import ThumbnailStore
from pixsort_desktop.vision.local_features import METHOD, LocalFeatures, local_features, verified_matches

_BATCH = 512  # pairs compared between two looks at the progress
_KEPT = 6000  # pictures whose key points are kept in memory: some 50 kB each, and 30 ms to find again


def compare_photos(
    library: Library,
    project_id: int,
    ids: list[int],
    neighbours: Neighbours,
    calibration: Calibration,
    reach: float,
    progress: Progress,
) -> Matches:
    """The matches that grouping asks for, for rows in the order of `ids`. Raises `Cancelled`; what was found stays."""
    known = known_matches(library, project_id, METHOD)
    found = Matches.none()
    pictures = Pictures(library, ids)
    with ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="compare") as pool:
        for turn in range(evidence.rounds_of_comparison()):
            pairs = evidence.worth_comparing(neighbours, calibration, reach, found, turn)
            wanted = [_pair(ids, one, other) for one, other in pairs.tolist()]
            new = [pair for pair in wanted if pair not in known]
            for start in range(0, len(new), _BATCH):
                progress.check()
                progress.report("Comparing", start, len(new))
                batch = new[start : start + _BATCH]
                for _ in pool.map(
                    pictures.features, sorted({photo_id for pair in batch for photo_id in pair})
                ):
                    progress.check()  # each picture once, not by two threads that are at two of its pairs
                counts = dict(zip(batch, pool.map(pictures.compare, batch), strict=True))
                known.update(counts)
                library.write(partial(put_matches, method=METHOD, counts=counts))
            counted = np.array([known[pair] for pair in wanted], dtype=np.intp)
            found = found.joined_with(Matches(pairs[:, 0], pairs[:, 1], counted))
    return found


def _pair(ids: list[int], one: int, other: int) -> Pair:
    return min(ids[one], ids[other]), max(ids[one], ids[other])


class Pictures:
    """Key points by photo, of those that were asked for last. For several threads."""

    def __init__(self, library: Library, ids: Sequence[int]) -> None:
        self._store = ThumbnailStore(library.folder / "thumbnails")
        self._hashes = {photo.id: photo.sha256 for photo in get_photos(library, ids)}
        self._kept: OrderedDict[int, LocalFeatures] = OrderedDict()
        self._lock = threading.Lock()

    def compare(self, pair: Pair) -> int:
        one, other = (self.features(photo_id) for photo_id in pair)
        return verified_matches(one, other)

    def features(self, photo_id: int) -> LocalFeatures:
        """Of a photo whose thumbnail is missing or damaged: none."""
        with self._lock:
            kept = self._kept.get(photo_id)
            if kept is not None:
                self._kept.move_to_end(photo_id)
                return kept
        features = local_features(self._grey(photo_id))
        with self._lock:
            self._kept[photo_id] = features
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return features

    def _grey(self, photo_id: int) -> npt.NDArray[np.uint8]:
        sha256 = self._hashes.get(photo_id)
        thumbnail = self._store.read(sha256) if sha256 else None
        if not thumbnail:
            return np.zeros((1, 1), np.uint8)
        try:
            with Image.open(io.BytesIO(thumbnail)) as picture:
                picture.draft("L", picture.size)  # the colours are not even decoded
                return np.asarray(picture.convert("L"))
        except (OSError, ValueError):  # a damaged thumbnail claims nothing
            return np.zeros((1, 1), np.uint8)
