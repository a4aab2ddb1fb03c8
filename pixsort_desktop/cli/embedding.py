"""The command that makes a learned model's vectors for a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pixsort_desktop.cli.models import DEVICES, running_models
from pixsort_desktop.cli.parts import json_option, opened_library, project_option, shown_progress
from pixsort_desktop.listing import project_named
from pixsort_desktop.terminal import counted, print_json


def add_commands(group: click.Group) -> None:
    """Give this command to `pixsort`."""
    group.add_command(embed_command)


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
        f"{counted(report.done, 'photo')} embedded with {model.id}{where}; {report.had:,} were before."
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
