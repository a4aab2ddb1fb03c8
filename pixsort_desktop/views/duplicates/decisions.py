"""What is decided of each set, until it is carried out; the last decision can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pixsort_desktop.views.duplicates.findings import Findings


@dataclass(slots=True)
class Decisions:
    """Of each set which copy stays, and what was decided: 'merge' (the others go) or 'kept' (all stay, for good)."""

    sets: list[Any]
    keepers: list[int]
    fate: dict[int, str] = field(default_factory=dict)
    _by_hand: set[int] = field(default_factory=set)
    _steps: list[tuple[int, ...]] = field(default_factory=list)

    @classmethod
    def of(cls, sets: Sequence[Any]) -> Decisions:
        """Nothing decided, the suggested copies marked."""
        return cls(list(sets), [each.keeper for each in sets])

    def choose(self, at: int, keeper: int) -> None:
        """The user's own choice: no rule changes it any more."""
        self.keepers[at] = keeper
        self._by_hand.add(at)

    def follow(self, findings: Findings) -> None:
        """Other rules suggest other keepers: undecided sets follow, but for those that the user has chosen in."""
        self.sets = list(findings.sets)
        for at, each in enumerate(self.sets):
            if at not in self.fate and at not in self._by_hand:
                self.keepers[at] = each.keeper

    def can_merge(self, at: int) -> bool:
        """Whether the copy that is to stay is there (what cannot be seen is no reason to let others go), and another."""
        return self.sets[at].copies[self.keepers[at]].absent is None and self.leaving(at) > 0

    def leaving(self, at: int) -> int:
        """How many copies of a set would go: those that are there, but for the one that stays."""
        return sum(
            copy.absent is None
            for index, copy in enumerate(self.sets[at].copies)
            if index != self.keepers[at]
        )

    def decide(self, fate: str, *places: int) -> None:
        """One step: of these sets, that; what was kept for good stays so until it is taken back."""
        new = tuple(at for at in places if self.fate.get(at) not in (fate, "kept"))
        self.fate |= dict.fromkeys(new, fate)
        if new:
            self._steps.append(new)

    def take_back(self) -> list[tuple[int, str]]:
        """Undo the last step; answers (set, what had been decided)."""
        while self._steps:
            if taken := [(at, self.fate.pop(at)) for at in self._steps.pop() if at in self.fate]:
                return taken
        return []

    @property
    def open(self) -> list[int]:
        """Sets without a decision."""
        return [at for at in range(len(self.sets)) if at not in self.fate]

    def after(self, at: int) -> int:
        """The next set without a decision, from the beginning again; this one where there is none."""
        return next(
            (each for each in (*range(at + 1, len(self.sets)), *range(at)) if each not in self.fate), at
        )

    @property
    def copies_going(self) -> int:
        """How many copies go by now."""
        return sum(self.leaving(at) for at, fate in self.fate.items() if fate == "merge")

    @property
    def going(self) -> list[tuple[Any, int]]:
        """(set, index of the copy that stays) of those whose other copies go."""
        return [
            (self.sets[at], self.keepers[at]) for at, fate in sorted(self.fate.items()) if fate == "merge"
        ]
