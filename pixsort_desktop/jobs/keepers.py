"""Which photo of a set of duplicates to keep: rules in an order that the user chooses, kept with the library."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.whereabouts import State
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
LOSSLESS = ("PNG", "TIFF", "BMP", "DIB", "PSD")


@dataclass(frozen=True, slots=True)
class Copy:
    """One member of a set: a photo at one of its places."""

    photo: Photo
    path: str
    size: int  # bytes
    modified_ns: int
    file_id: int | None = None  # in a set of files with the same bytes
    absent: State | None = None  # it was not there when it was last looked for


@dataclass(frozen=True, slots=True)
class KeepRules:
    """`order` are the names of all `RULES`, the most important first, and `off` those that do not count.

    `protected` are folders whose files rather stay.
    """

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
    off: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """The rules that count, in their order."""
        return tuple(name for name in self.order if name not in self.off)

    def to_dict(self) -> dict[str, Any]:
        """As they are kept, and as the command line prints them."""
        return {"order": list(self.order), "off": list(self.off), "protected": list(self.protected)}


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
    "raw": Rule("RAW over other formats", lambda copy, _: float(has_raw(copy.photo))),
    "larger": Rule(
        "more pixels", lambda copy, _: float((copy.photo.width or 0) * (copy.photo.height or 0)), 0.3
    ),
    "judged": Rule("picked, or with more stars", lambda copy, _: _merit(copy.photo)),
    "metadata": Rule("more facts of its capture", lambda copy, _: float(_facts(copy.photo))),
    "lossless": Rule("a format without losses", lambda copy, _: float(copy.photo.format in LOSSLESS)),
    "bytes": Rule("a larger file", lambda copy, _: float(copy.size), 0.3),
    "earlier": Rule("the older file", lambda copy, _: -float(copy.modified_ns)),
}


def choose_keeper(copies: Sequence[Copy], rules: KeepRules) -> int:
    """Index of the copy to keep: one that is there; the best of these by the first rule, among those the best by the
    next; then the shortest path."""
    left = _there(copies)
    for name in rules.used:
        left = _best(copies, left, name, rules)
    return min(left, key=lambda at: (len(copies[at].path), at))


def reason_for(copies: Sequence[Copy], rules: KeepRules) -> str:
    """In words, by which rule the keeper is ahead of all others; '' where only paths tell."""
    left = _there(copies)
    if len(left) == 1:
        return "the only one that is there"
    for name in rules.used:
        left = _best(copies, left, name, rules)
        if len(left) == 1:
            return RULES[name].words
    return ""


def has_raw(photo: Photo) -> bool:
    """Whether a RAW file is, or goes with, the photo: of a frame the RAW stands behind its JPEG."""
    return "RAW" in (photo.format, *(companion.format for companion in photo.companions))


def _there(copies: Sequence[Copy]) -> list[int]:
    """The copies that can be kept: those that are there, or all where none is."""
    return [at for at, copy in enumerate(copies) if copy.absent is None] or list(range(len(copies)))


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
    usual = KeepRules().order
    order, off = ([name for name in _texts(kept.get(key)) if name in RULES] for key in ("order", "off"))
    return KeepRules(tuple(dict.fromkeys([*order, *usual])), tuple(_texts(kept.get("protected"))), tuple(off))


def set_keep_rules(
    library: Library,
    *,
    order: Sequence[str] | None = None,
    off: Sequence[str] | None = None,
    protected: Sequence[str] | None = None,
) -> KeepRules:
    """Keep another order of rules, other rules switched off, or other protected folders; None leaves each as it is.

    Rules that are not named follow in their usual order. Raises PixsortError for a rule that there is not.
    """
    old = keep_rules(library)
    for name in (*(order or ()), *(off or ())):
        if name not in RULES:
            raise PixsortError(f"There is no rule «{name}»; there are {', '.join(RULES)}.")
    rules = KeepRules(
        old.order if order is None else tuple(dict.fromkeys([*order, *KeepRules().order])),
        old.protected if protected is None else _folders(protected),
        old.off if off is None else tuple(dict.fromkeys(off)),
    )
    set_setting(library, _KEY, rules.to_dict())
    return rules


def _texts(values: object) -> list[str]:
    return [each for each in values if isinstance(each, str)] if isinstance(values, list) else []


def _folders(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(Path(os.path.normpath(path)).absolute()) for path in paths))


def _is_protected(path: str, folders: Sequence[str]) -> bool:
    return any(path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _merit(photo: Photo) -> float:
    return {"pick": 10.0, None: 0.0, "reject": -10.0}[photo.flag] + photo.rating


def _facts(photo: Photo) -> int:
    told = photo.taken_from not in ("modified", "file time", "file name") and photo.taken_at is not None
    return int(told) + sum(getattr(photo, name) not in (None, "", "[]") for name in _FACTS)
