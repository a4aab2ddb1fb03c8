"""What the user has moved by hand stays true: which photos must stand together, and which must not.

Must-link and cannot-link are the terms of Wagstaff, Cardie, Rogers and Schroedl, «Constrained K-means Clustering with
Background Knowledge» (ICML 2001). Photos that must stand together are those that were dropped into, or stood in, one
column when something was dropped there: the column itself is their representative, so that a set of n photos costs n
marks and not n² pairs. What was taken out of a column is parted from what stayed by one rule of two sets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

Ids = frozenset[int]


@dataclass(frozen=True, slots=True)
class Apart:
    """No photo of `one` may share a column with a photo of `other`; the two have none in common."""

    one: Ids
    other: Ids

    def broken_by(self, together: Collection[int]) -> bool:
        """Whether photos that stand together stand on both sides."""
        return not self.one.isdisjoint(together) and not self.other.isdisjoint(together)


def overruled(rule: Apart, together: Ids) -> tuple[Apart, tuple[Apart, ...]]:
    """What of a rule is void when these photos were put together later, and what is left of it: at most two rules.

    Only for a rule that is `broken_by` them. one × other without the void pairs is (one without them) × other, and
    (those of one) × (other without them).
    """
    void = Apart(rule.one & together, rule.other & together)
    left = (Apart(rule.one - together, rule.other), Apart(void.one, rule.other - together))
    return void, tuple(part for part in left if part.one and part.other)


class Separation:
    """Answers who may join whom, in time that grows with the rules about one photo and not with the photos in them."""

    def __init__(self, rules: Sequence[Apart] = ()) -> None:
        self._sides: dict[int, list[int]] = {}
        for number, rule in enumerate(rules):
            for side, ids in ((2 * number, rule.one), (2 * number + 1, rule.other)):
                for photo_id in ids:
                    self._sides.setdefault(photo_id, []).append(side)

    def company(self, photo_ids: Iterable[int] = ()) -> Company:
        """Photos that stand together, to which others may be added."""
        return Company(self._sides, photo_ids)

    def alike(self, photo_ids: Iterable[int]) -> list[list[int]]:
        """The photos by what the rules say of them: those of one list may join the same companies, and each other."""
        found: dict[tuple[int, ...], list[int]] = {}
        for photo_id in photo_ids:
            found.setdefault(tuple(self._sides.get(photo_id, ())), []).append(photo_id)
        return list(found.values())

    def parts(self, photo_ids: Iterable[int]) -> list[list[int]]:
        """The photos in as few companies as adding each to the first that admits it gives; mostly one."""
        if not self._sides:
            return [list(photo_ids)]
        companies: list[tuple[Company, list[int]]] = []
        for photo_id in photo_ids:
            for company, members in companies:
                if company.add(photo_id):
                    members.append(photo_id)
                    break
            else:
                companies.append((self.company([photo_id]), [photo_id]))
        return [members for _, members in companies]


class Company:
    """Photos that stand together: which sides of which rules they are on."""

    def __init__(self, sides: dict[int, list[int]], photo_ids: Iterable[int]) -> None:
        self._of = sides
        self._here = {side for photo_id in photo_ids for side in sides.get(photo_id, ())}

    def admits(self, photo_id: int) -> bool:
        """Whether no rule parts the photo from one that is here."""
        return all(side ^ 1 not in self._here for side in self._of.get(photo_id, ()))

    def add(self, photo_id: int) -> bool:
        """Let a photo in, unless a rule parts it from one that is here; says whether it is in."""
        if not self.admits(photo_id):
            return False
        self._here.update(self._of.get(photo_id, ()))
        return True
