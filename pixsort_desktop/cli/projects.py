"""Projects, their photos and their columns."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pixsort_desktop.cli.parts import (
    done,
    json_option,
    opened_library,
    paths_argument,
    print_reasons,
    project_option,
    shown_progress,
)
from pixsort_desktop.commands import frames
from pixsort_desktop.commands import projects as project_commands
from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library.photos import photos_at, project_files
from pixsort_desktop.library.projects import all_projects, clean_name
from pixsort_desktop.listing import (
    photo_ids,
    photo_rows,
    project_named,
    project_row,
)
from pixsort_desktop.terminal import counted, print_json


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (
        import_command,
        photos_command,
        projects_command,
        rename_project_command,
        delete_project_command,
        remove_command,
        split_command,
        join_command,
    ):
        group.add_command(command)


@click.command("import")
@paths_argument
@project_option
@json_option
@click.pass_obj
def import_command(folder: Path, paths: tuple[str, ...], name: str, as_json: bool) -> None:
    """Import files and folders into a project, which is made if it does not exist."""
    from pixsort_desktop.jobs.import_photos import import_photos

    if not any(os.path.lexists(path) for path in paths):
        raise NotFoundError(f"There is nothing at {paths[0]}.")
    with opened_library(folder) as library, shown_progress() as progress:
        project = project_commands.open_project(library, name=name)
        report = import_photos(library, project_id=project.id, paths=paths, progress=progress)
    if as_json:
        print_json(report.to_dict())
        return
    others = report.ignored - report.sidecars
    beside = [f"{counted(report.sidecars, 'sidecar')}"] if report.sidecars else []
    beside += [f"{counted(others, 'other file')} ignored"] if others else []
    click.echo(
        "; ".join(
            [
                f"{counted(report.found, 'file')} found: {report.in_words()}",
                *beside,
                f"{report.seconds:.1f} s.",
            ]
        )
    )
    print_reasons(report.failed)


@click.command("photos")
@project_option
@json_option
@click.pass_obj
def photos_command(folder: Path, name: str, as_json: bool) -> None:
    """Print the photos of a project with what is known of each."""
    with opened_library(folder) as library:
        rows = photo_rows(library, project_named(library, name))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        size = f"{row['width']} × {row['height']}" if row["width"] else row["status"]
        click.echo(f"{row['paths'][0]}  {size}  {row['taken_at'] or '-'}  {row['group'] or '-'}")
        if row["error"]:
            click.echo(f"    {row['error']}")


@click.command("projects")
@json_option
@click.pass_obj
def projects_command(folder: Path, as_json: bool) -> None:
    """Print the projects of the library."""
    with opened_library(folder) as library:
        projects = all_projects(library)
    if as_json:
        print_json([project_row(project) for project in projects])
        return
    for project in projects:
        failed = f", {project.failed_count:,} failed" if project.failed_count else ""
        click.echo(f"{project.name}  {counted(project.photo_count, 'photo')}{failed}  {project.status}")
    if not projects:
        click.echo("There is no project yet; «pixsort import PATH --project NAME» makes one.")


@click.command("rename-project")
@click.argument("name")
@click.argument("new_name")
@json_option
@click.pass_obj
def rename_project_command(folder: Path, name: str, new_name: str, as_json: bool) -> None:
    """Give project NAME the name NEW_NAME."""
    with opened_library(folder) as library:
        project = project_named(library, name)
        project_commands.rename_project(library, project_id=project.id, name=new_name)
        done(as_json, f"«{name}» is now «{clean_name(new_name)}».", renamed=name, name=clean_name(new_name))


@click.command("delete-project")
@click.argument("name")
@json_option
@click.pass_obj
def delete_project_command(folder: Path, name: str, as_json: bool) -> None:
    """Delete project NAME; its photos stay in the library, and the originals where they are."""
    with opened_library(folder) as library:
        project_commands.delete_project(library, project_id=project_named(library, name).id)
        done(as_json, f"«{name}» is deleted; no photo was.", deleted=name)


@click.command("remove")
@paths_argument
@project_option
@json_option
@click.pass_obj
def remove_command(folder: Path, paths: tuple[str, ...], name: str, as_json: bool) -> None:
    """Take photos out of a project; the originals stay where they are."""
    with opened_library(folder) as library:
        project = project_named(library, name)
        ids = photo_ids(library, project, paths)
        project_commands.remove_photos(library, project_id=project.id, photo_ids=ids)
        done(as_json, f"{counted(len(ids), 'photo')} taken out of «{name}».", removed=len(ids))


@click.command("split")
@paths_argument
@project_option
@json_option
@click.pass_obj
def split_command(folder: Path, paths: tuple[str, ...], name: str, as_json: bool) -> None:
    """Make every file of these frames a photo of its own; PATH is any of a frame's files."""
    with opened_library(folder) as library:
        project = project_named(library, name)
        ids = photo_ids(library, project, paths)
        before = project.photo_count
        frames.split_frames(library, project_id=project.id, photo_ids=ids)
        count = project_named(library, name).photo_count - before + len(ids)
        done(
            as_json,
            f"{counted(len(ids), 'frame')} split into {counted(count, 'photo')}.",
            split=len(ids),
            photos=count,
        )


@click.command("join")
@paths_argument
@project_option
@json_option
@click.pass_obj
def join_command(folder: Path, paths: tuple[str, ...], name: str, as_json: bool) -> None:
    """Make one photo of several that are one frame, whatever their names and times say."""
    with opened_library(folder) as library:
        project = project_named(library, name)
        ids = photo_ids(library, project, paths)
        frames.join_frames(library, project_id=project.id, photo_ids=ids)
        face = photos_at(library, [os.path.abspath(paths[0])])  # noqa: PTH100 - resolves no links
        files = project_files(library, project.id)[next(iter(face.values()))]
        done(
            as_json,
            f"{counted(len(ids), 'photo')} joined as one, shown by {files[0]}.",
            joined=len(ids),
            files=files,
        )
