"""Paths that something went wrong with, each with a sentence that says what: how reports spell them as JSON."""

from __future__ import annotations

from collections.abc import Iterable


def with_reasons(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """(path, reason) as objects."""
    return [{"path": path, "reason": reason} for path, reason in pairs]
