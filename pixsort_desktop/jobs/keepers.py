"""Which photo of a set of duplicates to keep: rules in an order that the user chooses, kept with the library."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.records import Photo
from pixsort_desktop.library.settings import get_setting, set_setting

_KEY = "keepers"
_FACTS = (
    "make",
    "lens",
    "iso",
    "exposure_s",
    "f_number",
    "focal_mm",
    "latitude",
    "serial",
    "people",
    "description",
)
_LOSSLESS = ("PNG", "TIFF", "BMP", "DIB", "PSD")


@dataclass(frozen=True, slots=True)
class Copy:
    """One member of a set: a photo at one of its places."""

    photo: Photo
    path: str
    size: int  # bytes
    modified_ns: int
    file_id: int | None = None  # in a set of files with the same bytes


@dataclass(frozen=True, slots=True)
class KeepRules:
    """`order` are names of `RULES`, the most important first; `protected` are folders whose files rather stay."""

    order: tuple[str, ...] = (
        "protected",
        "raw",
        "larger",
        "judged",
        "metadata",
        "lossless",
        "bytes",
        "earlier",
    )
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`words` say what it prefers; the copy with the highest score stays, and with it those that are about as good.

    `slack`: by how much less than the best, as a part of it, counts as good. A frame or a caption makes a picture
    larger, and no better.
    """

    words: str
    score: Callable[[Copy, KeepRules], float]
    slack: float = 0.0


RULES: dict[str, Rule] = {
    "protected": Rule(
        "in a protected folder", lambda copy, rules: float(_is_protected(copy.path, rules.protected))
    ),
    "raw": Rule("RAW over other formats", lambda copy, _: float(copy.photo.format == "RAW")),
    "larger": Rule(
        "more pixels", lambda copy, _: float((copy.photo.width or 0) * (copy.photo.height or 0)), 0.3
    ),
    "judged": Rule("picked, or with more stars", lambda copy, _: _merit(copy.photo)),
    "metadata": Rule("more facts of its capture", lambda copy, _: float(_facts(copy.photo))),
    "lossless": Rule("a format without losses", lambda copy, _: float(copy.photo.format in _LOSSLESS)),
    "bytes": Rule("a larger file", lambda copy, _: float(copy.size), 0.3),
    "earlier": Rule("the older file", lambda copy, _: -float(copy.modified_ns)),
}


def choose_keeper(copies: Sequence[Copy], rules: KeepRules) -> int:
    """Index of the copy to keep: the best by the first rule, among those the best by the next; then the shortest path."""
    left = list(range(len(copies)))
    for name in rules.order:
        left = _best(copies, left, name, rules)
    return min(left, key=lambda at: (len(copies[at].path), at))


def reason_for(copies: Sequence[Copy], rules: KeepRules) -> str:
    """In words, by which rule the keeper is ahead of all others; '' where only paths tell."""
    left = list(range(len(copies)))
    for name in rules.order:
        left = _best(copies, left, name, rules)
        if len(left) == 1:
            return RULES[name].words
    return ""


def _best(copies: Sequence[Copy], left: list[int], name: str, rules: KeepRules) -> list[int]:
    rule = RULES[name]
    scores = {at: rule.score(copies[at], rules) for at in left}
    top = max(scores.values())
    return [at for at in left if scores[at] >= top - abs(top) * rule.slack]


def keep_rules(library: Library) -> KeepRules:
    """The library's rules; the usual ones where none were chosen."""
    kept = get_setting(library, _KEY)
    if not isinstance(kept, dict):
        return KeepRules()
    order = tuple(name for name in kept.get("order") or () if name in RULES)
    folders = tuple(folder for folder in kept.get("protected") or () if isinstance(folder, str))
    return KeepRules(order or KeepRules().order, folders)


def set_keep_rules(
    library: Library, *, order: Sequence[str] | None = None, protected: Sequence[str] | None = None
) -> KeepRules:
    """Keep another order of rules, or other protected folders. Rules that are not named follow in their usual order.

    Raises PixsortError for a rule that there is not.
    """
    old = keep_rules(library)
    if order is not None:
        unknown = [name for name in order if name not in RULES]
        if unknown:
            raise PixsortError(f"There is no rule «{unknown[0]}»; there are {', '.join(RULES)}.")
        order = tuple(dict.fromkeys([*order, *KeepRules().order]))
    folders = old.protected if protected is None else tuple(str(Path(each).absolute()) for each in protected)
    rules = KeepRules(tuple(order) if order is not None else old.order, folders)
    set_setting(library, _KEY, {"order": rules.order, "protected": rules.protected})
    return rules


def _is_protected(path: str, folders: Sequence[str]) -> bool:
    return any(path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _merit(photo: Photo) -> float:
    return {"pick": 10.0, None: 0.0, "reject": -10.0}[photo.flag] + photo.rating


def _facts(photo: Photo) -> int:
    told = photo.taken_from not in ("modified", "file time", "file name") and photo.taken_at is not None
    return int(told) + sum(getattr(photo, name) not in (None, "", "[]") for name in _FACTS)
