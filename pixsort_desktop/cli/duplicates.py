"""Copies among the photos of a library."""

from __future__ import annotations

from pathlib import Path

import click

from pixsort_desktop.cli.parts import json_option, opened_library, shown_progress
from pixsort_desktop.listing import project_named
from pixsort_desktop.terminal import counted, print_json

_IN_WORDS = {"exact": "same bytes", "pixels": "same pixels", "near": "edited copies"}


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    group.add_command(duplicates_command)


@click.command("duplicates")
@click.option("--project", "name", metavar="NAME", help="Only among the photos of this project.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(["exact", "pixels", "near"]),
    help="Which copies; may be given several times (at first: all).",
)
@click.option(
    "--keep-rule",
    "order",
    multiple=True,
    metavar="RULE",
    help="What a keeper shall be, most important first; several times: protected, raw, larger, judged, metadata,"
    " lossless, bytes, earlier. Remembered.",
)
@click.option(
    "--protect",
    "protected",
    multiple=True,
    metavar="DIR",
    help="A folder whose files rather stay; several times. Remembered, in place of those before; «» for none.",
)
@json_option
@click.pass_obj
def duplicates_command(
    folder: Path,
    /,
    name: str | None,
    kinds: tuple[str, ...],
    order: tuple[str, ...],
    protected: tuple[str, ...],
    as_json: bool,
) -> None:
    """Find copies of photos: the same bytes, the same pixels, or edited; frames of a burst are none."""
    from pixsort_desktop.jobs.find_duplicates import KINDS, find_duplicates
    from pixsort_desktop.jobs.keepers import set_keep_rules

    with opened_library(folder) as library, shown_progress() as progress:
        project_id = project_named(library, name).id if name else None
        if order or protected:
            folders = [each for each in protected if each] if protected else None
            set_keep_rules(library, order=order or None, protected=folders)
        found = find_duplicates(library, project_id=project_id, kinds=kinds or KINDS, progress=progress)
    if as_json:
        print_json([each.to_dict() for each in found])
        return
    for each in found:
        click.echo(f"{_IN_WORDS[each.kind]}:")
        for at, copy in enumerate(each.copies):
            size = f"{copy.photo.width} × {copy.photo.height}, {copy.size:,} bytes"
            click.echo(f"  {'keep' if at == each.keeper else '    '}  {copy.path}  ({size})")
    copies = sum(len(each.copies) - 1 for each in found)
    click.echo(f"{counted(len(found), 'set')}; {counted(copies, 'photo')} could go. Nothing was changed.")
