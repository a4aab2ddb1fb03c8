"""Searching a project while one types: over file names, columns, and what the cameras wrote down.

The index (see `migrations.add_search`) keeps runs of three letters, so any part of a word of three letters or more
is found by it; one or two letters are looked for in the text that it keeps. Capitals do not matter.
"""

from __future__ import annotations

import unicodedata
from itertools import product

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import UNGROUPED

MOST_WORDS = 32  # more of them than anyone types: the rest of a pasted page is not looked at
_INDEXED = 3  # letters that the index needs


def words_of(text: str) -> list[str]:
    """The words that a text asks for, each once, without what no name can hold (NUL, halves of surrogate pairs)."""
    legible = text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
    return list(dict.fromkeys(legible.split()))[:MOST_WORDS]


def search(library: Library, project_id: int, text: str) -> frozenset[int] | None:
    """The photos of a project that have every word of `text`, or stand in a column that has it.

    None where `text` has no word, and so asks for nothing.
    """
    words = words_of(text)
    if not words:
        return None
    found: frozenset[int] | None = None
    for word in sorted(words, key=len, reverse=True):  # long words leave few photos
        hits = _photos_with(library, project_id, word)
        found = hits if found is None else found & hits
        if not found:
            break
    return found


def _photos_with(library: Library, project_id: int, word: str) -> frozenset[int]:
    ungrouped = "group_id IS NULL OR " if word.casefold() in UNGROUPED.casefold() else ""
    tests = _tests(word)
    photos, groups = (
        " UNION ".join(f"SELECT rowid FROM {table} WHERE {test}" for test, _ in tests)
        for table in ("photo_search", "group_search")
    )
    values = [value for _, value in tests]
    rows = library.rows(
        f"SELECT photo_id FROM project_photos WHERE project_id = ?"
        f" AND ({ungrouped}photo_id IN ({photos}) OR group_id IN ({groups}))",
        [project_id, *values, *values],
    )
    return frozenset(row[0] for row in rows)


def _tests(word: str) -> list[tuple[str, str]]:
    """Conditions on the column `text`, each with its value, any of which finds the word.

    Several where accents can be written in two ways: file systems differ in that.
    """
    found: list[tuple[str, str]] = []
    for spelling in sorted({word, *(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))}):
        if len(spelling) >= _INDEXED:
            found.append(("text MATCH ?", '"' + spelling.replace('"', '""') + '"'))
            continue
        for case in _cases(spelling):
            plain = case.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            found.append(("text LIKE ? ESCAPE '\\'", f"%{plain}%"))
    return found


def _cases(word: str) -> list[str]:
    """The word in small and capital letters: SQLite's LIKE knows of capitals in ASCII only."""
    if word.isascii():
        return [word]
    letters = ({c} | {each for each in (c.lower(), c.upper()) if len(each) == 1} for c in word)
    return ["".join(case) for case in product(*map(sorted, letters))]
