"""A user who remembers every move: what must stand together, what must not, and what every way to change a board says of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import combinations, product
from typing import Any
from unittest.mock import patch

import numpy as np

from pixsort_desktop.app_hierarchy import tree_functions
from pixsort_desktop.app_models import ModelsRoom
from pixsort_desktop.commands import organise, projects
from pixsort_desktop.commands.duplicates import merge_duplicates
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.grouping.calibration import Calibration
from pixsort_desktop.grouping.density import GroupingParameters
from pixsort_desktop.jobs.calibrations import calibrations
from pixsort_desktop.jobs.granularity import look_at_granularity, open_hierarchy, set_granularity
from pixsort_desktop.jobs.group_photos import group_photos
from pixsort_desktop.jobs.join_new import join_new
from pixsort_desktop.jobs.relatives import nearest_to_group, nearest_to_photos, parts_of_group
from pixsort_desktop.jobs.tree_parts import plan_part, read_parts
from pixsort_desktop.jobs.why import parts_at, why
from pixsort_desktop.library import groups
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.duplicates import Takeover
from pixsort_desktop.library.embeddings import put_embedding
from pixsort_desktop.library.photos import add_to_project, put_photo
from pixsort_desktop.library.records import Column
from pixsort_desktop.library.transaction import Transaction

PHOTOS, FIRST, SCENES = 24, 15, 4  # photos there are, and how many of them the project begins with
MODELS = ("measured", "another")
Pair = frozenset[int]


def scenes(seed: int, spread: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Four scenes of six photos, in an order of their own for each model."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(SCENES, 12)) * spread
    order = rng.permutation(PHOTOS) if seed else np.arange(PHOTOS)
    return (middles[order % SCENES] + rng.normal(size=(PHOTOS, 12)) * 0.08).astype(np.float32)


VECTORS = {"measured": scenes(0, 0.35), "another": scenes(7, 1.0)}


def measured() -> Any:
    """Distances of one of the two models mean something."""
    return patch.dict(calibrations(), {"measured": Calibration(distance=1.0)})


class Board:
    """A project on a real library, and what a user who remembers every move knows of it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.project = projects.create_project(library, name="Shoot").id
        self.waiting = list(range(FIRST + 1, PHOTOS + 1))
        self.must: set[Pair] = set()
        self.cannot: set[Pair] = set()
        self.carriers: dict[int, set[int]] = {}  # column -> who stood in it when it was named
        library.write(self._fill)

    def _fill(self, transaction: Transaction) -> None:
        for n in range(PHOTOS):
            seconds = (
                n // 5 * 86_400 + n % 5 * 100.0
            )  # five to a moment, and nothing near enough to count as one
            facts = {"sha256": f"{n:064x}", "status": "ready", "error": None, "taken_seconds": seconds}
            facts |= {"taken_at": "2024-05-17T10:00:00", "taken_from": "exif"}
            photo_id = put_photo(transaction, f"/photos/{n:02}.jpg", 1, 1, facts)
            for model, vectors in VECTORS.items():
                put_embedding(transaction, photo_id, model, vectors[n])
            if n < FIRST:
                add_to_project(transaction, self.project, photo_id)

    def columns(self) -> list[Column]:
        return groups.board(self.library, self.project)

    def home(self) -> dict[int, int | None]:
        return {i: c.group.id if c.group else None for c in self.columns() for i in c.photo_ids}

    def rows(self) -> list[Any]:
        return [
            [tuple(row) for row in self.library.rows(f"SELECT * FROM {table} ORDER BY 1, 2")]
            for table in ("groups", "project_photos", "apart", "projects", "prompts")
        ]

    def pick(self, n: int) -> int | None:
        """The n-th column; None is Ungrouped."""
        ids = [column.group.id if column.group else None for column in self.columns()]
        return ids[n % len(ids)]

    def column(self, n: int) -> int:
        ids = [column.group.id for column in self.columns() if column.group]
        if not ids:
            raise PixsortError("no column")
        return ids[n % len(ids)]

    def present(self, numbers: Collection[int]) -> list[int]:
        here = sorted(self.home())
        return list(dict.fromkeys(here[n % len(here)] for n in numbers))

    # -- what each move says ---------------------------------------------------------------------------

    def says_moved(self, moved: Collection[int], into: Collection[int] | None) -> None:
        """Call before the move; `into` are those who stand where they are put, None for Ungrouped."""
        home, moved = self.home(), set(moved)
        left = {i for i in moved if into is None or home[i] is None or i not in into}
        for one, other in product(left, home):
            if other not in moved and home[other] == home[one] is not None and other not in (into or ()):
                self.cannot.add(frozenset((one, other)))
        self.must = {pair for pair in self.must if not pair & left}
        for carriers in self.carriers.values():
            carriers -= moved
        if into is not None:
            together = {frozenset(pair) for pair in combinations(moved | {*into}, 2)}
            self.must |= together
            self.cannot -= together

    def attempt(self, act: Callable[[], None]) -> bool:
        """Whether it could be done; where not, nothing was said either."""
        said = ({*self.must}, {*self.cannot}, {row: {*ids} for row, ids in self.carriers.items()})
        before, waiting = self.rows(), [*self.waiting]
        try:
            with measured():
                act()
        except PixsortError:
            assert self.rows() == before
            (self.must, self.cannot, self.carriers), self.waiting = said, waiting
            return False
        return True

    # -- what can be done ------------------------------------------------------------------------------

    def move(self, numbers: list[int], n: int) -> None:
        ids, group_id = self.present(numbers), self.pick(n)
        standing = [i for i, home in self.home().items() if home == group_id]
        self.says_moved(ids, None if group_id is None else standing)
        organise.move_photos(self.library, project_id=self.project, photo_ids=ids, group_id=group_id)

    def new(self, numbers: list[int], label: str | None = None) -> None:
        """By lasso, by key, or of what a prompt column shows."""
        ids = self.present(numbers)
        self.says_moved(ids, [])
        organise.move_to_new_group(self.library, project_id=self.project, photo_ids=ids, label=label)

    def split(self, n: int, count: int) -> None:
        group_id = self.column(n)
        ids = [i for i, home in self.home().items() if home == group_id][:count]
        if not ids:
            raise PixsortError("nobody there")
        self.new([sorted(self.home()).index(i) for i in ids])

    def parted(self, group_id: int, parts: Sequence[Sequence[int]]) -> None:
        for part in parts[1:]:
            self.says_moved(part, [])
        organise.split_group(self.library, group_id=group_id, parts=parts)

    def into_parts(self, n: int) -> None:
        group_id = self.column(n)
        self.parted(group_id, parts_of_group(self.library, self.project, group_id))

    def part_here(self, n: int, m: int) -> None:
        """At one of the links that «Why are these together?» lists."""
        group_id = self.column(n)
        links = why(self.library, self.project, [], group_id).links
        if not links:
            raise PixsortError("no link")
        link = links[m % len(links)]
        self.parted(group_id, parts_at(self.library, self.project, group_id, (link.one, link.other)))

    def tree_part(self, n: int) -> None:
        """A double click on a part of the tree."""
        found = read_parts(self.library, self.project)
        if found is None or not len(found.icicle.first):
            raise PixsortError("no tree")
        parts, n = found.icicle, n % len(found.icicle.first)
        photos = [found.photo_ids[f : f + c] for f, c in zip(parts.first, parts.count, strict=True)]
        children = [photos[kid] for kid in range(len(photos)) if parts.parent[kid] == n]
        plan = plan_part(self.library, self.project, photos[n], children)
        for part in plan.parts[1:]:
            self.says_moved(part, [])
        if not plan.parts:
            home = self.home()
            self.says_moved(plan.moving, [i for i in home if home[i] == plan.group_id is not None])
        tree_functions(self.library, ModelsRoom()).settle(self.project, photos[n], children)

    def merge(self, n: int, m: int) -> None:
        into, other = self.column(n), self.column(m)
        if into == other:
            raise PixsortError("the same")
        self.merged(into, other)

    def merge_nearest(self, n: int) -> None:
        into = self.column(n)
        self.merged(into, nearest_to_group(self.library, self.project, into).id)

    def merged(self, into: int, other: int) -> None:
        home = self.home()
        self.says_moved([i for i in home if home[i] == other], [i for i in home if home[i] == into])
        self.carriers.pop(other, None)
        organise.merge_groups(self.library, group_ids=[into, other])

    def delete(self, n: int) -> None:
        group_id = self.column(n)
        self.says_moved([i for i, home in self.home().items() if home == group_id], None)
        self.carriers.pop(group_id, None)
        organise.delete_groups(self.library, group_ids=[group_id])

    def rename(self, n: int, label: str) -> None:
        group_id = self.column(n)
        if any(
            column.group and (column.group.id, column.group.label) == (group_id, label)
            for column in self.columns()
        ):
            raise PixsortError("it has that name")
        organise.rename_group(self.library, group_id=group_id, label=label)
        here = {i for i, home in self.home().items() if home == group_id}
        for carriers in self.carriers.values():
            carriers -= here
        self.carriers[group_id] = here

    def singles(self) -> None:
        """All that belongs nowhere, each to the column that is offered for it: this breaks no rule."""
        homes = {
            i: g.id for i, g in nearest_to_photos(self.library, self.project, self.singles_now()).items()
        }
        if not homes:
            raise PixsortError("nobody to move")
        home = self.home() | homes
        broken = [p for p in self.cannot if p & homes.keys() and len({home[i] for i in p}) == 1]
        assert not [p for p in broken if home[min(p)] is not None], (
            "a single is offered what it was taken out of"
        )
        for group_id in dict.fromkeys(homes.values()):
            home = self.home()
            moved = [i for i in homes if homes[i] == group_id]
            self.says_moved(moved, [i for i in home if home[i] == group_id])
        organise.move_each(self.library, project_id=self.project, homes=homes)

    def singles_now(self) -> list[int]:
        return [i for i, home in self.home().items() if home is None]

    def remove(self, numbers: list[int]) -> None:
        """Out of the project; they may come again."""
        ids = self.present(numbers)
        projects.remove_photos(self.library, project_id=self.project, photo_ids=ids)
        gone = {*ids}
        self.must = {pair for pair in self.must if not pair & gone}
        self.cannot = {pair for pair in self.cannot if not pair & gone}
        for carriers in self.carriers.values():
            carriers -= gone
        standing = {c.group.id for c in self.columns() if c.group}
        self.carriers = {row: carriers for row, carriers in self.carriers.items() if row in standing}
        self.waiting += ids

    def settle(self, numbers: list[int]) -> None:
        """As duplicates: the first is to stay, and takes the places of the others without breaking a rule."""
        keeper, *copies = self.present(numbers)
        if not copies:
            raise PixsortError("no copy")
        takeover = Takeover(keeper, tuple(copies))
        merge_duplicates(self.library, project_id=self.project, takeovers=[takeover])
        self.cannot = {
            pair for pair in self.cannot if not pair <= {keeper, *copies}
        }  # only one of them stays

    def colour(self, n: int, colour: str) -> None:
        organise.colour_group(self.library, group_id=self.column(n), colour=colour)

    def shift(self, n: int, m: int) -> None:
        organise.move_group(self.library, group_id=self.column(n), position=m)

    def lock(self, n: int, on: bool) -> None:
        organise.lock_groups(self.library, group_ids=[self.column(n)], locked=on)

    def group(self, model: str, size: int, selection: str, reach: float) -> None:
        parameters = GroupingParameters(min_group_size=size, selection=selection, reach=reach)
        embedding_id = MODELS[model == "b"]
        with measured():
            group_photos(
                self.library, project_id=self.project, parameters=parameters, embedding_id=embedding_id
            )

    def cut(self, granularity: float) -> None:
        """The slider: what is looked at is what is kept."""
        cuttable = open_hierarchy(self.library, self.project)
        if cuttable is None:
            raise PixsortError("never grouped")
        before = self.rows()
        looked = look_at_granularity(cuttable, granularity)
        assert self.rows() == before
        set_granularity(self.library, cuttable, granularity)
        assert self.columns() == looked

    def arrive(self, count: int) -> None:
        ids, self.waiting = self.waiting[:count], self.waiting[count:]
        self.library.write(lambda t: [add_to_project(t, self.project, i) for i in ids] and None)
        with measured():
            join_new(self.library, project_id=self.project, photo_ids=ids)
