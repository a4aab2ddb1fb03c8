"""Keywords and descriptions that stand in photos' files and sidecars, before these go to the trash."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from pixsort_desktop.jobs.wishes import KEYWORD_ROOT
from pixsort_desktop.library.keywords import clean_word
from pixsort_desktop.library.written import LONGEST_CAPTION, clean_caption
from pixsort_desktop.photo import xmp

LARGEST = 256_000_000  # bytes of a file that is read whole for its few words


def words_in(paths: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """(keywords, description) of the XMP in these files, sidecars among them; the first description counts.

    The words of PixSort's own columns are left out: they say where a photo stood when it was written. A file that cannot
    be read, or is damaged, says nothing.
    """
    keywords: dict[str, None] = {}
    description = ""
    for path in paths:
        facts = _facts(path)
        if facts is None:
            continue
        keywords |= dict.fromkeys(filter(None, map(clean_word, _own_words(facts))))
        description = description or clean_caption(facts.description or "")[:LONGEST_CAPTION]
    return tuple(keywords), description


def _facts(path: str) -> xmp.XmpFacts | None:
    with contextlib.suppress(OSError, xmp.XmpError):
        if Path(path).stat().st_size > LARGEST:
            return None
        data = Path(path).read_bytes()
        return xmp.read_xmp(data) if path.lower().endswith(".xmp") else xmp.read_embedded(data)
    return None


def _own_words(facts: xmp.XmpFacts) -> Iterable[str]:
    ours = [path.split("|") for path in facts.hierarchy if path.split("|")[0] == KEYWORD_ROOT]
    from_columns = {path[-1] for path in ours if path[1:2] != ["Tags"]}
    theirs = {path.rpartition("|")[2] for path in facts.hierarchy if path.split("|")[0] != KEYWORD_ROOT}
    return (word for word in facts.keywords if word not in from_columns - theirs)
