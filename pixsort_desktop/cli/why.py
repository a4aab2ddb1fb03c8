"""Why photos stand together, or apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pixsort_desktop.cli.parts import json_option, opened_library, project_option
from pixsort_desktop.commands.clocks import length
from pixsort_desktop.library.photos import project_files
from pixsort_desktop.listing import photo_ids, project_named
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.links import Link


def add_commands(group: click.Group) -> None:
    """Give this command to `pixsort`."""
    group.add_command(why_command)


@click.command("why")
@click.argument("paths", nargs=-1, required=True, metavar="PATH [PATH2...]", type=click.Path(path_type=str))
@project_option
@json_option
@click.pass_obj
def why_command(folder: Path, paths: tuple[str, ...], name: str, as_json: bool) -> None:
    """Tell why a photo stands in its column, what joins two photos there, or what keeps them apart."""
    from pixsort_desktop.jobs.why import why

    with opened_library(folder) as library:
        project = project_named(library, name)
        answer = why(library, project.id, photo_ids(library, project, paths))
        files = {
            photo_id: found[0] for photo_id, found in project_files(library, project.id).items() if found
        }
    if as_json:
        print_json(
            {
                "together": answer.together,
                "columns": list(answer.columns),
                "summary": answer.summary,
                "notes": list(answer.notes),
                "links": [_row(link, files) for link in answer.links],
                "weakest": answer.weakest,
            }
        )
        return
    click.echo(answer.summary)
    for note in answer.notes:
        click.echo(note)
    for n, link in enumerate(answer.links):
        weakest = "  ← the weakest" if n == answer.weakest and len(answer.links) > 1 else ""
        click.echo(f"  {files.get(link.one, '')}\n  {files.get(link.other, '')}")
        click.echo(f"    {', '.join(_told(link))}{weakest}")


def _told(link: Link) -> list[str]:
    """«very likely the same scene (95 %)», «3s apart», «41 matching details»."""
    told = [link.verdict + (f" ({link.probability:.0%})" if link.probability is not None else "")]
    if link.seconds is not None:
        told.append(f"{length(link.seconds)} apart" + (", which counts" if link.by_time else ""))
    if link.details is not None:
        told.append(counted(link.details, "matching detail"))
    return told


def _row(link: Link, files: dict[int, str]) -> dict[str, object]:
    return {
        "photos": [files.get(link.one), files.get(link.other)],
        "verdict": link.verdict,
        "probability": None if link.probability is None else round(link.probability, 4),
        "distance": round(link.distance, 4),
        "seconds": link.seconds,
        "matching_details": link.details,
        "details_count": link.by_details,
        "time_counts": link.by_time,
    }
