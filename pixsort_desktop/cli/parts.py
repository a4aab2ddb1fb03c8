"""What the commands of the command line share: progress, and options that several of them take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from pixsort_desktop import terminal
from pixsort_desktop.jobs.file_errands import settle_files
from pixsort_desktop.jobs.limit import apply_limit
from pixsort_desktop.library import groups as groups_of
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_files
from pixsort_desktop.listing import label_of, project_named
from pixsort_desktop.terminal import TerminalProgress, print_json

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def project_option(function: F) -> F:
    return click.option("--project", "name", required=True, metavar="NAME", help="The project.")(function)


paths_argument = click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=str, readable=False)
)


@contextmanager
def opened_library(folder: Path) -> Iterator[Library]:
    """The library, with its limit for decoding in force, and at one with files that a kill had left on their way."""
    with terminal.opened_library(folder) as library:
        apply_limit(library)
        settle_files(library)
        yield library


@contextmanager
def shown_progress() -> Iterator[TerminalProgress]:
    """Progress on stderr, which is cleared at the end."""
    progress = TerminalProgress()
    try:
        yield progress
    finally:
        progress.end()


def done(as_json: bool, sentence: str, **values: Any) -> None:
    if as_json:
        print_json(values)
    else:
        click.echo(sentence)


def print_reasons(pairs: Iterable[tuple[str, str]]) -> None:
    """What went wrong, a line a path."""
    for path, reason in pairs:
        click.echo(f"  {path}: {reason}")


def print_groups(library: Library, name: str, *, with_photos: bool = False) -> None:
    project = project_named(library, name)
    files = project_files(library, project.id) if with_photos else {}
    for column in groups_of.board(library, project.id):
        click.echo(f"{label_of(column):<40} {len(column.photo_ids):>6,}")
        for photo_id in column.photo_ids if with_photos else ():
            click.echo(f"    {files.get(photo_id, [''])[0]}")
