"""The cache and the settings as plain callables for the window; each imports what it needs in the worker that runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixsort_desktop.library.database import Library


def make_thumbnail(library: Library, sha256: str) -> bool:
    """Make a thumbnail again that the cache had let go; False where no file of the photo is there."""
    from pixsort_desktop.jobs.cache import make_thumbnail as make

    return make(library, sha256)


def trim_thumbnails(library: Library, check: Callable[[], None]) -> None:
    """Bring the cache below its limit; `check` may raise to stop."""
    from pixsort_desktop.jobs.cache import trim_cache

    trim_cache(library, check=check)
