"""What a search for duplicates hands to the review. Sets and copies are those of the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rules:
    """What a keeper shall be: (name, in words) of every rule, the most important first; names that do not count."""

    order: tuple[tuple[str, str], ...] = ()
    off: frozenset[str] = frozenset()
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """Sets of copies; of each why the suggested keeper is ahead ('' where only paths tell); the rules of that; and the
    names of the learned models whose vectors helped to find them."""

    sets: tuple[Any, ...]
    reasons: tuple[str, ...]
    rules: Rules = Rules()
    models: tuple[str, ...] = ()
