"""The thumbnails' cache: within its limit, least recently shown out first, made again when they are seen.

What can be made again goes first. A photo whose drive is away, or whose file is gone, keeps its thumbnail to the last:
it is all there is to see of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.jobs.limit import parse_size
from pixsort_desktop.jobs.whereabouts import absent_paths
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.places import places_by_hash
from pixsort_desktop.library.settings import get_setting, set_setting
from pixsort_desktop.photo.limits import in_words
from pixsort_desktop.photo.reading import thumbnail_of
from pixsort_desktop.thumbnails.store import Kept, ThumbnailStore

USUAL_CACHE = 10_000_000_000
"""Bytes, unless the user says otherwise: some 200,000 photos, more than most shoots of many years together."""

LEAST_CACHE, MOST_CACHE = 50_000_000, 100_000_000_000_000

_KEY = "thumbnail_cache"
_LEFT = 0.9  # trimming goes so far below the limit that it is not needed again at once
_AT_ONCE = 2_000  # photos whose files are looked for in one go


@dataclass(slots=True)
class CacheReport:
    """Thumbnails and their bytes now, the limit, and what was removed to get there.

    `kept_away` are those that were spared because no file of their photo is there to make them from.
    """

    thumbnails: int = 0
    bytes: int = 0
    limit: int = USUAL_CACHE
    removed: int = 0
    removed_bytes: int = 0
    kept_away: int = 0

    def in_words(self) -> str:
        """What became of it, in a sentence or three."""
        take = "thumbnail takes" if self.thumbnails == 1 else "thumbnails take"
        told = f"{self.thumbnails:,} {take} {in_words(self.bytes)} of {in_words(self.limit)}."
        if self.removed:
            told += f" Removed: {self.removed:,} ({in_words(self.removed_bytes)}), to be made again when their photos are seen."
        if self.kept_away:
            told += f" Kept: {self.kept_away:,} of photos whose files are not there to make them from."
        return told

    def to_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return asdict(self)


def thumbnail_store(library: Library) -> ThumbnailStore:
    """The library's."""
    return ThumbnailStore(library.folder / "thumbnails")


def cache_limit(library: Library) -> int:
    """Bytes that thumbnails may take."""
    kept = get_setting(library, _KEY)
    return kept if isinstance(kept, int) and LEAST_CACHE <= kept <= MOST_CACHE else USUAL_CACHE


def keep_cache_limit(library: Library, size: str) -> int:
    """Keep another limit («4GB»); answers it in bytes. Raises PixsortError for what is no size.

    Nothing is removed by this: `trim_cache` does.
    """
    count = parse_size(size, LEAST_CACHE, MOST_CACHE)
    set_setting(library, _KEY, count)
    return count


def measure_cache(library: Library) -> CacheReport:
    """Count what is there; a second for 100,000 thumbnails."""
    count, size = thumbnail_store(library).size()
    return CacheReport(count, size, cache_limit(library))


def trim_cache(library: Library, *, check: Callable[[], None] = lambda: None) -> CacheReport | None:
    """Bring the cache below its limit where it is over; None where a sample says that it is not.

    `check` is called now and then, and may raise to stop; what is removed by then is removed.
    """
    limit = cache_limit(library)
    if thumbnail_store(library).estimate() <= limit:
        return None
    return _Trimming(library, check).run(limit, round(limit * _LEFT), spare_away=False)


def wipe_cache(library: Library, *, check: Callable[[], None] = lambda: None) -> CacheReport:
    """Remove every thumbnail that can be made again."""
    return _Trimming(library, check).run(0, 0, spare_away=True)


def make_thumbnail(library: Library, sha256: str) -> bool:
    """Make one again that was removed, from any file that still has the photo's bytes. False where none has."""
    store = thumbnail_store(library)
    for path in places_by_hash(library, [sha256]).get(sha256, ()):
        with contextlib.suppress(PhotoError, OSError):
            jpeg = thumbnail_of(path, sha256)
            if jpeg is not None:
                store.write(sha256, jpeg)
                return True
    return False


class _Trimming:
    """One go over the cache."""

    def __init__(self, library: Library, check: Callable[[], None]) -> None:
        self.library = library
        self.check = check
        self.store = thumbnail_store(library)
        self.report = CacheReport(limit=cache_limit(library))

    def run(self, limit: int, goal: int, *, spare_away: bool) -> CacheReport:
        """Remove down to `goal` bytes where there are more than `limit`; photos that are away, only to `limit`."""
        report = self.report
        kept = sorted(self.store.entries(), key=lambda each: each.used)
        report.thumbnails, report.bytes = len(kept), sum(each.size for each in kept)
        if report.bytes <= limit and not spare_away:
            return report
        away: list[Kept] = []
        for chunk in _chunks(kept):
            if report.bytes <= goal and not spare_away:
                return report
            self.check()
            gone = self._away(chunk)
            away += [each for each in chunk if each.sha256 in gone]
            self._remove([each for each in chunk if each.sha256 not in gone], -1 if spare_away else goal)
        if not spare_away:
            self._remove(away, limit)
        report.kept_away = sum(self.store.has(each.sha256) for each in away)
        return report

    def _away(self, chunk: Sequence[Kept]) -> set[str]:
        """Photos of the library none of whose files is there; strangers to the library are not among them."""
        places = places_by_hash(self.library, (each.sha256 for each in chunk))
        absent = absent_paths({path for paths in places.values() for path in paths})
        return {sha256 for sha256, paths in places.items() if all(path in absent for path in paths)}

    def _remove(self, those: Sequence[Kept], goal: int) -> None:
        report = self.report
        for each in those:
            if report.bytes <= goal:
                return
            if self.store.remove(each.sha256):
                report.bytes -= each.size
                report.thumbnails -= 1
                report.removed += 1
                report.removed_bytes += each.size


def _chunks(kept: Sequence[Kept]) -> Iterator[Sequence[Kept]]:
    for start in range(0, len(kept), _AT_ONCE):
        yield kept[start : start + _AT_ONCE]
