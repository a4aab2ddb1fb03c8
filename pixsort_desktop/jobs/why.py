"""Why photos stand together, or apart: the links that hold a column, where it is weakest, and what the user decided.

A column's links are the minimum spanning tree of its own photos, by the very distances that grouping knows: looks, matching
details, times. That also tells of columns that were put together by hand, and needs no stored hierarchy. One thing
differs by a little: which frames count as taken right after one another is asked among the column's photos alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.grouping.constraints import Apart
from pixsort_desktop.grouping.dendrogram import bridges_joining, path_between, sides_of
from pixsort_desktop.jobs.links import Link, Scale
from pixsort_desktop.library.constraints import partings
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.groups import UNGROUPED, board
from pixsort_desktop.library.records import Column

MOST_LINKS = 24  # of a column or a photo; a path is told whole


@dataclass(frozen=True, slots=True)
class Why:
    """The answer. `links` of photos that are `together`: the strongest first; of two photos, in the order of the chain."""

    together: bool
    columns: tuple[str, ...]
    group_id: int | None  # the column, where there is one
    photo_ids: tuple[int, ...]  # that were asked about
    summary: str
    notes: tuple[str, ...]
    links: tuple[Link, ...]
    weakest: int | None  # place of the weakest link


def why(library: Library, project_id: int, photo_ids: Sequence[int], group_id: int | None = None) -> Why:
    """Why these photos stand where they stand; without any, the column `group_id` as a whole.

    Of photos in several columns, the first and the first one that stands elsewhere are told about. Raises `NotFoundError`
    for what is not on the board, `PixsortError` where there is nothing to tell.
    """
    columns = board(library, project_id)
    asked = list(dict.fromkeys(photo_ids))
    home = {i: n for n, column in enumerate(columns) for i in column.photo_ids}
    if asked and not all(i in home for i in asked):
        raise NotFoundError(
            "A photo is on no column of this project; files that could not be read never are."
        )
    if not asked:
        place = next((n for n, c in enumerate(columns) if c.group and c.group.id == group_id), None)
        if place is None:
            raise NotFoundError("That column no longer exists.")
    else:
        place = home[asked[0]]
    here, scale = columns[place], Scale(library, project_id)
    elsewhere = next((i for i in asked if home[i] != place), None)
    if elsewhere is not None:
        return _apart(library, project_id, scale, (asked[0], here), (elsewhere, columns[home[elsewhere]]))
    if here.group is None:
        return _alone(scale, asked, columns)
    return _together(library, project_id, scale, asked, here)


def parts_at(library: Library, project_id: int, group_id: int, pair: tuple[int, int]) -> list[list[int]]:
    """The photos of a column in two parts, taken apart at the link of that pair: the larger part first, in the column's order.

    Raises `PixsortError` where the two are not linked any more or the column is locked, `NotFoundError` for one that is gone.
    """
    column = next((c for c in board(library, project_id) if c.group and c.group.id == group_id), None)
    if column is None:
        raise NotFoundError("That column no longer exists.")
    if column.group is not None and column.group.locked:
        raise PixsortError(f"«{column.group.label}» is locked; unlock it first.")
    scale = Scale(library, project_id)
    rows = scale.rows_of(column.photo_ids)
    tree = scale.tree(rows)
    ends = [{scale.ids[rows[int(a)]], scale.ids[rows[int(b)]]} for a, b in tree[:, :2]]
    if set(pair) not in ends:
        raise PixsortError("The column has changed meanwhile; look again why these are together.")
    smaller = min(sides_of(tree, ends.index(set(pair))), key=len)
    leaving = {scale.ids[rows[n]] for n in smaller}
    return [
        [i for i in column.photo_ids if i not in leaving],
        [i for i in column.photo_ids if i in leaving],
    ]


def _together(library: Library, project_id: int, scale: Scale, asked: list[int], column: Column) -> Why:
    """The links among the photos of one column that join those asked about."""
    assert column.group is not None
    rows = scale.rows_of(column.photo_ids)
    if len(column.photo_ids) < 2:
        raise PixsortError("This column has one photo only.")
    tree = scale.tree(rows)
    place = {scale.ids[row]: n for n, row in enumerate(rows)}
    wanted = [place[i] for i in asked if i in place]
    pairs = _pairs(tree, wanted, whole=not asked)
    links = [scale.link(rows[one], rows[other]) for one, other in pairs]
    more = 0
    if len(wanted) != 2:
        more = max(0, len(links) - MOST_LINKS)
        links.sort(key=lambda link: link.distance)
        links = (
            links[:MOST_LINKS] if len(wanted) == 1 else links[more:]
        )  # its nearest, or where it would part
    weakest = max(range(len(links)), key=lambda n: links[n].distance, default=None)
    notes = [*_by_hand(library, project_id, asked, column), *_lacking(scale, asked or column.photo_ids)]
    if more:
        which = "weaker" if len(wanted) == 1 else "stronger"
        notes.append(f"{more:,} {which} {'link is' if more == 1 else 'links are'} not listed.")
    summary = _told_of(column.group.label, len(wanted) if asked else None, links, weakest)
    label, group_id = (column.group.label,), column.group.id
    return Why(True, label, group_id, tuple(asked), summary, tuple(notes), tuple(links), weakest)


def _pairs(tree: npt.NDArray[np.float64], wanted: list[int], *, whole: bool) -> list[tuple[int, int]]:
    """Which links tell why: all, those of one photo, the chain between two, or what joins several."""
    ends = [(int(a), int(b)) for a, b in tree[:, :2]]
    if whole:
        return ends
    if len(wanted) == 1:
        return [(a, b) if a == wanted[0] else (b, a) for a, b in ends if wanted[0] in (a, b)]
    if len(wanted) == 2:
        return path_between(tree, wanted[0], wanted[1])
    return [ends[n] for n in bridges_joining(tree, wanted)]


def _told_of(label: str, compared: int | None, links: list[Link], weakest: int | None) -> str:
    """`compared`: how many photos were asked about and could be compared; None: the column as a whole."""
    if weakest is None:
        return f"In «{label}» these were not compared: they have no numbers to compare."
    if compared is None:
        return links[weakest].told_of(f"«{label}» hangs together by links; the weakest", many=False)
    if compared == 1:
        return links[0].told_of(f"It and the photo nearest to it in «{label}»")
    if compared == 2 and len(links) == 1:
        return links[0].told_of(f"In «{label}» they are linked directly: these two")
    return links[weakest].told_of(
        f"In «{label}» a chain of {_count(len(links), 'link')} joins them; the weakest", many=False
    )


def _apart(
    library: Library, project_id: int, scale: Scale, one: tuple[int, Column], other: tuple[int, Column]
) -> Why:
    """Two photos in different columns: how alike they are, and how near their columns come."""
    (here, mine), (there, theirs) = one, other
    pair = scale.rows_of([here, there])
    links = [scale.link(*pair)] if len(pair) == 2 else []
    nearest = scale.nearest(scale.rows_of(_side(here, mine)), scale.rows_of(_side(there, theirs)))
    if nearest is not None and sorted(nearest) != sorted(pair):
        links.append(scale.link(*nearest))
    label = tuple(column.group.label if column.group else UNGROUPED for column in (mine, theirs))
    notes = [
        f"«{c.group.label}» is locked: no grouping changes it."
        for c in (mine, theirs)
        if c.group and c.group.locked
    ]
    rules = [Apart(p.one, p.other) for p in partings(library.read(), project_id) if p.overruled is None]
    if any(rule.broken_by((here, there)) for rule in rules):
        notes.insert(0, "You took these two apart: no grouping puts them together again.")
    elif any(
        rule.broken_by({*mine.photo_ids, *theirs.photo_ids}) for rule in rules if mine.group and theirs.group
    ):
        notes.insert(0, "You took photos of these two columns apart.")
    notes += [n for i, c in (one, other) for n in _by_hand(library, project_id, [i], c)]
    notes += _lacking(scale, [here, there])
    weakest = max(range(len(links)), key=lambda n: links[n].distance, default=None)
    return Why(
        False, label, None, (here, there), _told_apart(scale, links, label), tuple(notes), tuple(links), weakest
    )  # fmt: skip


def _side(photo_id: int, column: Column) -> Sequence[int]:
    """What of a column stands for the photo: of Ungrouped itself alone."""
    return column.photo_ids if column.group is not None else (photo_id,)


def _told_apart(scale: Scale, links: list[Link], labels: tuple[str, ...]) -> str:
    if not links:
        return "These were not compared: they have no numbers to compare."
    told = links[0].told_of("These two")
    if len(links) == 1:
        return told + _limit(scale)
    nearest = links[1].told_of(f"The nearest photos of «{labels[0]}» and «{labels[1]}»")
    return f"{told} {nearest}{_limit(scale)}"


def _limit(scale: Scale) -> str:
    limit = scale.limit
    return "" if limit is None else f" At this fineness, columns hold together from {limit:.0%} on."


def _alone(scale: Scale, asked: list[int], columns: Sequence[Column]) -> Why:
    """Photos in Ungrouped: what is nearest to the first of them."""
    if len(asked) > 1:
        pair = scale.rows_of(asked[:2])
    else:
        here = scale.rows_of(asked)
        others = [row for column in columns for row in scale.rows_of(column.photo_ids) if row not in here]
        pair = list(scale.nearest(here, others) or ())
    links = (scale.link(*pair),) if len(pair) == 2 else ()
    told = "In Ungrouped every photo stands for itself."
    if links:
        what = "These two" if len(asked) > 1 else "It and the photo nearest to it"
        told += f" {links[0].told_of(what)}{_limit(scale)}"
    return Why(
        False, (UNGROUPED,), None, tuple(asked), told, tuple(_lacking(scale, asked)), links, 0 if links else None
    )  # fmt: skip


def _by_hand(library: Library, project_id: int, asked: Sequence[int], column: Column) -> list[str]:
    """What the user decided about these photos (none: about the column)."""
    some = asked or column.photo_ids
    rows = library.rows(
        "SELECT photo_id, placed, arrived FROM project_photos WHERE project_id = ?", (project_id,)
    )
    of = {row["photo_id"]: row for row in rows}
    put = sum(of[i]["placed"] == "hand" for i in some if i in of)
    kept = sum(of[i]["placed"] == "kept" for i in some if i in of)
    new = sum(of[i]["arrived"] == 1 for i in some if i in of)
    notes = []
    if column.group is not None and column.group.locked and column.photo_ids and not asked:
        notes.append("The column is locked: no grouping changes it.")
    if put:
        notes.append(f"{_were(put, len(some))} put here by you; no grouping moves {_them(put)} away.")
    if kept:
        notes.append(
            f"{_were(kept, len(some))} here when you put others to {_them(kept)}: they belong together by that."
        )
    if new:
        notes.append(f"{_were(new, len(some))} new and joined after the import.")
    return notes


def _lacking(scale: Scale, photo_ids: Sequence[int]) -> list[str]:
    lacking = len(photo_ids) - len(scale.rows_of(photo_ids))
    return (
        [f"{_count(lacking, 'photo')} could not be compared: no numbers were made for {_them(lacking)} yet."]
        if lacking
        else []
    )


def _were(number: int, of: int) -> str:
    if number == of:
        return "It was" if of == 1 else "All were"
    return f"{_count(number, 'photo')} {'was' if number == 1 else 'were'}"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
