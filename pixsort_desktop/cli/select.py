"""`pixsort list`: the photos of a project that meet a filter and a search, in an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from pixsort_desktop.cli.parts import opened_library
from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library import groups as groups_of
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.filters import ARRANGED, SORTS, Filter, Sort, Stars, offered, select, sort_photos
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.records import Column, Photo, Project
from pixsort_desktop.library.search import search
from pixsort_desktop.listing import label_of, photo_rows, project_named
from pixsort_desktop.terminal import counted, print_json

F = TypeVar("F", bound=Callable[..., Any])
COLOURS = ["red", "yellow", "green", "blue", "purple", "none"]
_STARS = re.compile(r"(>=|<=)?\s*([0-5])\s*([+-])?")


def _read_stars(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Stars | None:
    if value is None:
        return None
    found = _STARS.fullmatch(value.strip())
    if found is None or (found[1] and found[3]):
        raise click.BadParameter("give a number from 0 to 5, as 3 (exactly), 3+ (at least) or 3- (at most).")
    how = {">=": "least", "+": "least", "<=": "most", "-": "most"}.get(found[1] or found[3] or "", "exactly")
    stars = Stars(how, int(found[2]))
    return None if stars.says_nothing else stars


def _read_days(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Nothing stands for photos without a date, as in `Filter`."""
    for value in values:
        try:
            known = not value or date.fromisoformat(value).isoformat() == value
        except ValueError:
            known = False
        if not known:
            raise click.BadParameter(f"«{value}» is no day; write it as YYYY-MM-DD, like 2024-05-01.")
    return values


_CONDITIONS = (
    click.option(
        "--flag",
        "flags",
        multiple=True,
        type=click.Choice(["pick", "reject", "none"]),
        help="With this flag.",
    ),
    click.option(
        "--stars", metavar="N", callback=_read_stars, help="Stars: 3 exactly, 3+ at least, 3- at most."
    ),
    click.option(
        "--label", "labels", multiple=True, type=click.Choice(COLOURS), help="With this colour label."
    ),
    click.option(
        "--camera", "cameras", multiple=True, metavar="TEXT", help="Of a camera whose name has TEXT."
    ),
    click.option("--lens", "lenses", multiple=True, metavar="TEXT", help="With a lens whose name has TEXT."),
    click.option(
        "--day", "days", multiple=True, metavar="YYYY-MM-DD", callback=_read_days, help="Taken on that day."
    ),
    click.option(
        "--group", "groups", multiple=True, metavar="LABEL", help="In that column (Ungrouped: in none)."
    ),
    click.option("--undecided", is_flag=True, help="Without a flag and without stars."),
    click.option("--has-error", is_flag=True, help="Not read, or not to the end."),
    click.option(
        "--search",
        "text",
        default="",
        metavar="TEXT",
        help="With every word of TEXT, as the window searches.",
    ),
)


def condition_options(function: F) -> F:
    """The options that choose photos by what they are, for `list` and whatever acts on a choice."""
    for option in reversed(_CONDITIONS):
        function = option(function)
    return function


@click.command("list")
@click.option("--project", "name", required=True, metavar="NAME", help="The project.")
@condition_options
@click.option("--sort", "by", type=click.Choice(SORTS[1:]), default="time", help="The order (usual: time).")
@click.option("--descending", is_flag=True, help="The other way round.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_command(
    folder: Path, /, name: str, text: str, by: str, descending: bool, as_json: bool, **conditions: Any
) -> None:
    """Print the photos of a project that meet every kind of condition; several of one kind: any of them."""
    with opened_library(folder) as library:
        project = project_named(library, name)
        chosen = chosen_photos(library, project, conditions, text, Sort(by, descending))
        rows = photo_rows(library, project, chosen)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(row["paths"][0])
    click.echo(f"{counted(len(rows), 'photo')} of {project.photo_count:,}", err=True)


def chosen_photos(
    library: Library, project: Project, conditions: dict[str, Any], text: str, sort: Sort = ARRANGED
) -> list[int]:
    """The ids of the photos that meet the options of `condition_options`, in that order (usual: time)."""
    photos = {photo.id: photo for photo in project_photos(library, project.id)}
    columns = groups_of.board(library, project.id)
    found = select(photos, columns, _filter(photos, columns, conditions))
    hits = search(library, project.id, text)
    left = found if hits is None else found & hits
    return [photo_id for photo_id in sort_photos(photos, list(photos), sort) if photo_id in left]


def _filter(photos: dict[int, Photo], columns: list[Column], given: dict[str, Any]) -> Filter:
    """Raises `NotFoundError` for a camera, lens or column that the project does not have."""
    offer = offered(photos, columns)
    by_label = {label_of(column): column.group.id if column.group else None for column in columns}
    for label in given["groups"]:
        if label not in by_label:
            raise NotFoundError(f"There is no column named «{label}».")
    return Filter(
        flags=frozenset(None if flag == "none" else flag for flag in given["flags"]),
        stars=given["stars"],
        labels=frozenset(None if label == "none" else label for label in given["labels"]),
        cameras=_named("camera", given["cameras"], (name for name, _ in offer.cameras)),
        lenses=_named("lens", given["lenses"], (name for name, _ in offer.lenses)),
        days=frozenset(given["days"]),
        groups=frozenset(by_label[label] for label in given["groups"]),
        undecided=given["undecided"],
        has_error=given["has_error"],
    )


def _named(what: str, wanted: Iterable[str], there: Iterable[str]) -> frozenset[str]:
    """The names that have any of the wanted texts in them, capitals or not."""
    names = [name for name in there if name]
    found: set[str] = set()
    for text in wanted:
        hits = {name for name in names if text.casefold() in name.casefold()}
        if not hits:
            raise NotFoundError(f"There is no {what} «{text}» here; there is {', '.join(names) or 'none'}.")
        found |= hits
    return frozenset(found)
