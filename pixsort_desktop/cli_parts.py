"""What the commands of the command line share: the library, progress, and options that several of them take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from pixsort_desktop import logs
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import mark_interrupted
from pixsort_desktop.terminal import TerminalProgress

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def project_option(function: F) -> F:
    return click.option("--project", "name", required=True, metavar="NAME", help="The project.")(function)


paths_argument = click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=str, readable=False)
)


@contextmanager
def open_library(folder: Path) -> Iterator[Library]:
    """The library of a command, with its log, and with the projects of killed jobs freed."""
    with Library.open(folder) as library:
        logs.start(library.folder)
        mark_interrupted(library)
        yield library


@contextmanager
def shown_progress() -> Iterator[TerminalProgress]:
    """Progress on stderr, which is cleared at the end."""
    progress = TerminalProgress()
    try:
        yield progress
    finally:
        progress.end()
