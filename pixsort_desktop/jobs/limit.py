"""How much memory decoding one picture may take: kept with the library, in force while it is open."""

from __future__ import annotations

import re

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.settings import get_setting, set_setting
from pixsort_desktop.photo import limits

_KEY = "decode_memory"
_UNITS = {"MB": 1_000_000, "GB": 1_000_000_000}


def apply_limit(library: Library) -> int:
    """Put the library's limit in force in this process; answers it in bytes."""
    kept = get_setting(library, _KEY)
    limits.set_memory_limit(kept if isinstance(kept, int) else limits.USUAL_MEMORY)
    return limits.memory_limit()


def keep_limit(library: Library, size: str) -> int:
    """Keep another limit («4GB», «1500 MB») and put it in force. Raises PixsortError for what is no size."""
    set_setting(library, _KEY, parse_size(size, limits.LEAST_MEMORY, limits.MOST_MEMORY))
    return apply_limit(library)


def parse_size(size: str, least: int, most: int) -> int:
    """«4GB», «1500 MB» in bytes. Raises PixsortError for what is no size, or none between these."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(MB|GB)\s*", size, re.IGNORECASE)
    if match is None and re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", size):
        raise PixsortError(
            f"«{size.strip()}» lacks its unit, MB or GB: write «{size.strip()}GB» for gigabytes."
        )
    count = round(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if not least <= count <= most:
        bounds = f"{limits.in_words(least)} and {limits.in_words(most)}"
        raise PixsortError(f"«{size}» is no size between {bounds}; «4GB» is one.")
    return count
