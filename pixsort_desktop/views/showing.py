"""How a project is looked at: search, filter, order, closed stacks. What of it lasts is kept with the library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pixsort_desktop.library.database import Library
from pixsort_desktop.library.filters import ARRANGED, NO_FILTER, Filter, Sort
from pixsort_desktop.library.settings import get_setting, set_setting
from pixsort_desktop.library.stacks import ALL_OPEN, OpenStacks


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Photos best first, by words or by likeness to one of them; `words` says by what, `text` what was typed."""

    words: str
    ids: tuple[int, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Showing:
    """`filter` is kept while it is switched off (`on`); search and `ranked` are not kept from one time to the next.

    `ranked` is the grid's order in place of `sort`, until it is left.
    """

    search: str = ""
    filter: Filter = NO_FILTER
    on: bool = True
    sort: Sort = ARRANGED
    stacks: OpenStacks = ALL_OPEN
    ranked: Ranked | None = None

    @property
    def active(self) -> Filter:
        """The filter that is at work now."""
        return self.filter if self.on else NO_FILTER

    @property
    def hides(self) -> bool:
        """Whether a filter or a search may leave photos out."""
        return bool(self.search.split() or self.active)

    @property
    def place_matters(self) -> bool:
        """Whether columns show the order made by hand, so that photos can be put between two others."""
        return not self.hides and self.sort.by == "arranged"

    def without_conditions(self) -> Showing:
        """Nothing hidden: no search, no filter; order and stacks as they are."""
        return replace(self, search="", filter=NO_FILTER, on=True)


EVERYTHING = Showing()


def read_showing(library: Library, project_id: int) -> Showing:
    """How a project was looked at the last time."""
    kept: Any = get_setting(library, _key(project_id))
    given = kept if isinstance(kept, dict) else {}
    return Showing(
        filter=Filter.from_json(given.get("filter")),
        on=given.get("on") is not False,
        sort=Sort.from_json(given.get("sort")),
        stacks=OpenStacks.from_json(given.get("stacks")),
    )


def save_showing(library: Library, project_id: int, showing: Showing) -> None:
    """Keep all but the search."""
    value = {
        "filter": showing.filter.to_json(),
        "on": showing.on,
        "sort": showing.sort.to_json(),
        "stacks": showing.stacks.to_json(),
    }
    set_setting(library, _key(project_id), value)


def _key(project_id: int) -> str:
    return f"showing:{project_id}"
