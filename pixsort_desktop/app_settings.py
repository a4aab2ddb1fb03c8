"""The cache and the settings as plain callables for the window; each imports what it needs in the worker that runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.views.settings_dialog import Limits, SettingsFunctions


def settings_functions(library: Library) -> SettingsFunctions:
    """What `views.settings_dialog` may do. Runs in the window's thread, and imports nothing heavy."""
    from pixsort_desktop.views.settings_dialog import SettingsFunctions

    return SettingsFunctions(
        read=lambda: _read(library),
        keep=lambda cache, memory: _keep(library, cache, memory),
        empty=lambda: _empty(library),
    )


def make_thumbnail(library: Library, sha256: str) -> bool:
    """Make a thumbnail again that the cache had let go; False where no file of the photo is there."""
    from pixsort_desktop.jobs.cache import make_thumbnail as make

    return make(library, sha256)


def trim_thumbnails(library: Library, check: Callable[[], None]) -> None:
    """Bring the cache below its limit; `check` may raise to stop."""
    from pixsort_desktop.jobs.cache import trim_cache

    trim_cache(library, check=check)


def _read(library: Library) -> Limits:
    from pixsort_desktop.jobs.cache import measure_cache
    from pixsort_desktop.photo.limits import in_words, memory_limit
    from pixsort_desktop.views.settings_dialog import Limits

    cache = measure_cache(library)
    return Limits(cache.in_words(), in_words(cache.limit), in_words(memory_limit()))


def _keep(library: Library, cache: str | None, memory: str | None) -> None:
    """Both or none: what is no size is said before anything is kept."""
    from pixsort_desktop.jobs.cache import LEAST_CACHE, MOST_CACHE, keep_cache_limit, trim_cache
    from pixsort_desktop.jobs.limit import keep_limit, parse_size

    if cache is not None:
        parse_size(cache, LEAST_CACHE, MOST_CACHE)
    if memory is not None:
        keep_limit(library, memory)
    if cache is not None:
        keep_cache_limit(library, cache)
        trim_cache(library)


def _empty(library: Library) -> str:
    from pixsort_desktop.jobs.cache import wipe_cache

    return wipe_cache(library).in_words()
