"""What a committed change touched, so that a view repaints just that."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Ids of the rows that one transaction (or several, joined with `|`) added, changed or removed.

    `boards` holds ids of projects whose photos, groups or arrangement changed; `projects` those whose own
    row (name, status, settings, existence) changed; `photos` those whose facts or status changed.
    """

    projects: frozenset[int] = frozenset()
    boards: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    photos: frozenset[int] = frozenset()
    jobs: frozenset[int] = frozenset()
    history: bool = False

    def __or__(self, other: ChangeSet) -> ChangeSet:
        return ChangeSet(**{f.name: getattr(self, f.name) | getattr(other, f.name) for f in fields(self)})

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))
