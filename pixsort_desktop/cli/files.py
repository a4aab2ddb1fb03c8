"""What is done with the files of decided photos: to the trash, to another folder, copied, and back again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pixsort_desktop.cli.parts import (
    json_option,
    opened_library,
    print_reasons,
    project_option,
    shown_progress,
)
from pixsort_desktop.cli.select import chosen_photos, condition_options
from pixsort_desktop.commands.undo import files_to_put_back
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.records import Project
from pixsort_desktop.listing import photo_ids, project_named
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.file_errands import FilesReport
    from pixsort_desktop.jobs.files_plan import FilesPlan

F = TypeVar("F", bound=Callable[..., Any])


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (trash_command, move_command, copy_to_command, put_back_command):
        group.add_command(command)


def _which_photos(function: F) -> F:
    """Paths, or conditions as `list` takes them; and how to go about it."""
    for option in (
        json_option,
        click.option("--dry-run", is_flag=True, help="Touch nothing; say what would be done."),
        click.option("--yes", is_flag=True, help="Do not ask first."),
        condition_options,
        project_option,
        click.argument(
            "paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=str, readable=False)
        ),
    ):
        function = option(function)
    return function


_to_option = click.option(
    "--to", "target", required=True, metavar="DIR", help="The folder; it is made if need be."
)
_template_option = click.option(
    "--template",
    metavar="TEMPLATE",
    help="Folders and names below it, from fields as «pixsort copy» has them.",
)


@click.command("trash")
@_which_photos
@click.pass_obj
def trash_command(folder: Path, /, name: str, yes: bool, dry_run: bool, as_json: bool, **which: Any) -> None:
    """Move photos to the system's trash, each with all its files; nothing is deleted."""
    from pixsort_desktop.jobs.trash_photos import plan_trash, trash_photos

    with opened_library(folder) as library, shown_progress() as progress:
        project = project_named(library, name)
        ids = _chosen(library, project, which)
        plan = plan_trash(library, photo_ids=ids)
        if not agreed(plan, "to the trash", yes=yes, dry_run=dry_run, as_json=as_json):
            return
        report = trash_photos(library, project_id=project.id, photo_ids=ids, progress=progress)
    print_report(report, "in the trash", as_json)


@click.command("move")
@_to_option
@_template_option
@_which_photos
@click.pass_obj
def move_command(
    folder: Path,
    /,
    name: str,
    target: str,
    template: str | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    **which: Any,
) -> None:
    """Move photos into a folder, each with all its files; the library follows, and nothing is replaced."""
    from pixsort_desktop.jobs.move_photos import move_photos, plan_move

    with opened_library(folder) as library, shown_progress() as progress:
        project = project_named(library, name)
        ids = _chosen(library, project, which)
        plan = plan_move(library, photo_ids=ids, folder=target, template=template)
        if not agreed(plan, f"to {target}", yes=yes, dry_run=dry_run, as_json=as_json):
            return
        report = move_photos(
            library, project_id=project.id, photo_ids=ids, folder=target, template=template, progress=progress
        )
    print_report(report, "moved", as_json)


@click.command("copy-to")
@_to_option
@_template_option
@_which_photos
@click.pass_obj
def copy_to_command(
    folder: Path,
    /,
    name: str,
    target: str,
    template: str | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    **which: Any,
) -> None:
    """Copy photos into a folder, each with all its files and each verified by SHA-256; nothing is replaced."""
    from pixsort_desktop.jobs.copy_photos import copy_photos, plan_copy_photos

    with opened_library(folder) as library, shown_progress() as progress:
        project = project_named(library, name)
        ids = _chosen(library, project, which)
        if dry_run or not yes:
            plan = plan_copy_photos(library, photo_ids=ids, folder=target, template=template)
            if not agreed(plan, f"to {target}", yes=yes, dry_run=dry_run, as_json=as_json):
                return
        report = copy_photos(
            library, project_id=project.id, photo_ids=ids, folder=target, template=template, progress=progress
        )
    if as_json:
        print_json(report.to_dict())
    else:
        click.echo(
            f"{counted(report.copied, 'file')} copied and verified, {report.there:,} there already;"
            f" {report.seconds:.1f} s."
        )
        for source, new in report.renamed:
            click.echo(f"  {source} -> {new}: another file has its name")
        print_reasons(report.failed + report.left)
    stopped = report.destinations[0].stopped if report.destinations else None
    if stopped or report.failed:
        raise PixsortError(
            stopped or "Not every photo was copied; the same command goes on where this one stopped."
        )


@click.command("put-back")
@project_option
@json_option
@click.pass_obj
def put_back_command(folder: Path, name: str, as_json: bool) -> None:
    """Undo the last «trash» or «move» of a project: its files go back to where they were."""
    from pixsort_desktop.jobs.put_back import put_back

    with opened_library(folder) as library, shown_progress() as progress:
        project = project_named(library, name)
        step = files_to_put_back(library, project_id=project.id)
        if step is None:
            raise NotFoundError("The last thing done in this project moved no files.")
        report = put_back(library, project_id=project.id, job_id=step[0], progress=progress)
    print_report(report, "put back", as_json)


def _chosen(library: Library, project: Project, which: dict[str, Any]) -> list[int]:
    paths, text = which.pop("paths"), which.pop("text")
    if bool(paths) == (any(which.values()) or bool(text)):
        raise click.UsageError("Give the paths of photos, or conditions such as --flag reject; not both.")
    return photo_ids(library, project, paths) if paths else chosen_photos(library, project, which, text)


def agreed(plan: FilesPlan, where: str, *, yes: bool, dry_run: bool, as_json: bool) -> bool:
    """Say what would be done, and ask; False where that is all."""
    if as_json and not (yes or dry_run):
        raise click.UsageError("With --json nobody can be asked: add --yes or --dry-run.")
    if as_json:
        if dry_run:
            print_json(plan.to_dict())
        return not dry_run
    sentence = (
        f"{counted(plan.photos, 'photo')}, {counted(plan.files, 'file')}, {plan.bytes / 1e6:,.1f} MB {where}"
    )
    if dry_run:
        for source, target in plan.moves:
            click.echo(f"{source} -> {target}")
        for path, reason in plan.failed + plan.left:
            click.echo(f"! {path}: {reason}")
        click.echo(f"{sentence}.")
        return False
    if not yes and plan.photos:
        click.confirm(f"{sentence}?", abort=True, err=True)
    return True


def print_report(report: FilesReport, verb: str, as_json: bool) -> None:
    if as_json:
        print_json(report.to_dict())
    else:
        told = f"{counted(report.photos, 'photo')} {verb}: {counted(report.files, 'file')}, {report.bytes / 1e6:,.1f} MB."
        click.echo(told + (" «pixsort put-back» takes it back." if report.undoable else ""))
        if report.there:
            click.echo(f"  {counted(report.there, 'photo')} there already.")
        for source, target in report.renamed:
            click.echo(f"  {source} -> {target}: another file has its name")
        print_reasons(report.failed + report.left)
    if report.failed:
        raise PixsortError(
            report.stopped or f"{counted(len(report.failed), 'photo')} stayed, for the reasons above."
        )
