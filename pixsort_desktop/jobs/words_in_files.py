"""Keywords and descriptions that stand in photos' files and sidecars, before these go to the trash."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pixsort_desktop.jobs.wishes import KEYWORD_ROOT
from pixsort_desktop.library.keywords import clean_word
from pixsort_desktop.library.written import LONGEST_CAPTION, clean_caption
from pixsort_desktop.photo import xmp
from pixsort_desktop.photo.metadata import iptc_words

LARGEST = 256_000_000  # bytes of a file that is read whole for its few words


def words_in(paths: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """(keywords, description) of the XMP in these files, sidecars among them, and where a file's XMP says nothing of the
    kind, of its IPTC records; the first description counts.

    The words of PixSort's own columns are left out: they say where a photo stood when it was written. A file that cannot
    be read, or is damaged, says nothing.
    """
    keywords: dict[str, None] = {}
    description = ""
    for path in paths:
        words, described = _said(path)
        keywords |= dict.fromkeys(filter(None, map(clean_word, words)))
        description = description or clean_caption(described)[:LONGEST_CAPTION]
    return tuple(keywords), description


def _said(path: str) -> tuple[list[str], str]:
    try:
        if Path(path).stat().st_size > LARGEST:
            return [], ""
        data = Path(path).read_bytes()
        is_sidecar = path.lower().endswith(".xmp")
        facts = xmp.read_xmp(data) if is_sidecar else xmp.read_embedded(data)
    except (OSError, xmp.XmpError):
        return [], ""
    # Programs that write both keep them alike, but for what was taken out of the XMP alone (Metadata Working Group, 2010).
    told, caption = ((), "") if is_sidecar else iptc_words(data)
    keywords = [*_own_words(facts)] if facts is not None and facts.keywords else [*told]
    return keywords, (facts.description if facts is not None else None) or caption


def _own_words(facts: xmp.XmpFacts) -> Iterable[str]:
    ours = [path.split("|") for path in facts.hierarchy if path.split("|")[0] == KEYWORD_ROOT]
    from_columns = {path[-1] for path in ours if path[1:2] != ["Tags"]}
    theirs = {path.rpartition("|")[2] for path in facts.hierarchy if path.split("|")[0] != KEYWORD_ROOT}
    return (word for word in facts.keywords if word not in from_columns - theirs)
