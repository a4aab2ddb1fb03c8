"""Making a learned model's vectors for a project, and what vectors take in a library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pixsort_desktop.cli.models import DEVICES, running_models
from pixsort_desktop.cli.parts import done, json_option, opened_library, project_option, shown_progress
from pixsort_desktop.listing import project_named
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.remove_vectors import KeptEmbedding


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    group.add_command(embed_command)
    group.add_command(embeddings_group)


@click.command("embed")
@project_option
@click.option(
    "--embedding", "model_id", required=True, metavar="ID", help="The model; «pixsort models list»."
)
@click.option("--device", type=click.Choice(DEVICES), help="Where it runs, from now on (usual: auto).")
@json_option
@click.pass_obj
def embed_command(folder: Path, name: str, model_id: str, device: str | None, as_json: bool) -> None:
    """Make a learned model's vectors for the photos of a project that have none of it yet."""
    from pixsort_desktop.jobs.embed_with_model import chosen_device, embed_project, keep_device
    from pixsort_desktop.vision.models.installed import find_installed, models_folder

    model = find_installed(models_folder(), model_id)
    with opened_library(folder) as library:
        project = project_named(library, name)
        if device:
            keep_device(library, device)
        with shown_progress() as progress, running_models(chosen_device(library)) as models:
            report = embed_project(
                library, project_id=project.id, model=model, models=models, progress=progress
            )
    if as_json:
        print_json(_values(model.id, report))
        return
    where = f" on {report.device.name} ({report.device.precision})" if report.device else ""
    click.echo(
        f"{counted(report.done, 'photo')} of «{project.name}» embedded with {model.id}{where};"
        f" {report.had:,} were before."
    )
    if report.device and report.device.note:
        click.echo(report.device.note)
    for path, reason in report.failed:
        click.echo(f"  {path}: {reason}")


def _values(model_id: str, report: Any) -> dict[str, Any]:
    device = report.device
    return {
        "embedding": model_id,
        "embedded": report.done,
        "had": report.had,
        "failed": [{"path": path, "reason": reason} for path, reason in report.failed],
        "device": {
            "name": device.name,
            "kind": device.kind,
            "precision": device.precision,
            "note": device.note,
        }
        if device
        else None,
    }


some_project = click.option(
    "--project", "name", metavar="NAME", help="Of this project only (usual: the library)."
)


@click.group("embeddings")
def embeddings_group() -> None:
    """The vectors that the library keeps: what they take, removing them."""


@embeddings_group.command("list")
@some_project
@json_option
@click.pass_obj
def list_embeddings(folder: Path, name: str | None, as_json: bool) -> None:
    """The embeddings of which there are vectors, of how many photos, and what they take."""
    from pixsort_desktop.jobs.remove_vectors import kept_embeddings
    from pixsort_desktop.vision.models.catalogue import size_in_words
    from pixsort_desktop.vision.models.installed import models_folder

    with opened_library(folder) as library:
        project = project_named(library, name) if name is not None else None
        kept = kept_embeddings(library, models_folder(), project.id if project else None)
    if as_json:
        print_json(
            [
                {
                    "embedding": each.id, "name": each.name, "photos": each.photos, "bytes": each.size,
                    "installed": each.here, "seconds": round(each.seconds) if each.seconds is not None else None,
                }
                for each in kept
            ]
        )  # fmt: skip
        return
    width = max((len(each.id) for each in kept), default=0)
    for each in kept:
        gone = "" if each.here else "  its model is not here"
        click.echo(
            f"{each.id:<{width}} {counted(each.photos, 'photo'):>16}  {size_in_words(each.size):>7}{gone}"
        )
    if not kept:
        click.echo("No photo has a vector yet.")


@embeddings_group.command("remove")
@click.argument("embedding_id", metavar="ID")
@some_project
@click.option("--yes", is_flag=True, help="Without being asked.")
@json_option
@click.pass_obj
def remove_embedding(folder: Path, embedding_id: str, name: str | None, yes: bool, as_json: bool) -> None:
    """Remove the vectors of an embedding; `embed` makes them again. Columns, keywords and captions stay."""
    from pixsort_desktop.jobs.remove_vectors import kept_embeddings, remove_vectors
    from pixsort_desktop.vision.models.catalogue import size_in_words
    from pixsort_desktop.vision.models.installed import models_folder

    with opened_library(folder) as library:
        project_id = project_named(library, name).id if name is not None else None
        kept = kept_embeddings(library, models_folder(), project_id)
        found = next((each for each in kept if each.id == embedding_id), None)
        if found is not None and not (yes or as_json) and sys.stdin.isatty():
            click.confirm(f"{_cost(found)} Remove them?", abort=True, err=True)
        removed = remove_vectors(library, embedding_id, project_id)
    told = (
        f"{counted(removed.photos, 'vector')} removed; the library is {size_in_words(removed.freed)} smaller."
    )
    if removed.stayed:
        told += f" {counted(removed.stayed, 'photo')} kept theirs, being in another project too."
    done(
        as_json,
        told,
        embedding=embedding_id,
        removed=removed.photos,
        stayed=removed.stayed,
        freed_bytes=removed.freed,
    )


def _cost(kept: KeptEmbedding) -> str:
    """What making the vectors again would take."""
    from pixsort_desktop.vision.models.catalogue import size_in_words

    told = f"{counted(kept.photos, 'photo')}, {size_in_words(kept.size)};"
    time = f" about {max(1, round(kept.seconds / 60)):,} min" if kept.seconds else ""
    if kept.here:
        return f"{told} making them again takes{time or ' its time'}."
    return (
        f"{told} making them again takes the model, which is not here{' any more,' + time if time else ''}."
    )
