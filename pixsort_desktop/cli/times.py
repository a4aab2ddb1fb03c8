"""What capture times say of a shoot: its moments, and the bursts within columns."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pixsort_desktop.cli.parts import json_option, opened_library, project_option
from pixsort_desktop.library import groups as groups_of
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.stacks import cover_of, find_stacks
from pixsort_desktop.listing import project_named
from pixsort_desktop.terminal import counted, print_json


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    group.add_command(moments_command)
    group.add_command(stacks_command)


@click.command("moments")
@project_option
@click.option(
    "--granularity", metavar="FINENESS", help="events, moments (usual), frames, or a number from 0 to 1."
)
@json_option
@click.pass_obj
def moments_command(folder: Path, name: str, granularity: str | None, as_json: bool) -> None:
    """Print the moments of a shoot: where its capture times pause, whatever its pace."""
    from pixsort_desktop.grouping.granularity import checked_granularity
    from pixsort_desktop.jobs.moments import moments_of

    fineness = checked_granularity(granularity or "moments")
    with opened_library(folder) as library:
        photos = project_photos(library, project_named(library, name).id)
    paths = {photo.id: photo.path for photo in photos}
    moments, unknown = moments_of(photos, fineness)
    rows: list[dict[str, Any]] = [
        {"start": _clock(m.start_s), "end": _clock(m.end_s), "photos": [paths[i] for i in m.photo_ids]}
        for m in moments
    ]
    if unknown:
        rows.append({"start": None, "end": None, "photos": [paths[i] for i in unknown]})
    if as_json:
        print_json(rows)
        return
    for moment in moments:
        start, end = _clock(moment.start_s), _clock(moment.end_s)
        until = end[11:19] if end[:10] == start[:10] else end[:19].replace("T", " ")
        click.echo(f"{start[:19].replace('T', ' ')} – {until:<19}  {counted(len(moment.photo_ids), 'photo')}")
    if unknown:
        click.echo(f"{counted(len(unknown), 'photo')}: nobody knows when they were taken.")


@click.command("stacks")
@project_option
@json_option
@click.pass_obj
def stacks_command(folder: Path, name: str, as_json: bool) -> None:
    """Print the bursts of a project, each with the frame that stands for it."""
    with opened_library(folder) as library:
        project = project_named(library, name)
        photos = {photo.id: photo for photo in project_photos(library, project.id)}
        stacks = find_stacks(groups_of.board(library, project.id), photos)
    rows = [
        {"cover": photos[cover_of(stack, photos)].path, "photos": [photos[i].path for i in stack]}
        for stack in stacks
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{len(row['photos']):>5,}  {row['cover']}")
    click.echo(f"{counted(len(rows), 'burst')} of {counted(sum(len(r['photos']) for r in rows), 'photo')}.")


def _clock(seconds: float) -> str:
    """The project's clock as ISO 8601: no offset, for it is the camera's."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()
