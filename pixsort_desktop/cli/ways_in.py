"""The commands by which photos come in other than by dropping a folder, and by which lost ones are found."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pixsort_desktop.cli.parts import (
    json_option,
    opened_library,
    paths_argument,
    print_reasons,
    project_option,
    shown_progress,
)
from pixsort_desktop.commands import projects as project_commands
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.listing import project_named
from pixsort_desktop.photo.naming import DEFAULT_TEMPLATE
from pixsort_desktop.progress import Progress
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.copy_plan import CopyPlan
    from pixsort_desktop.jobs.copy_report import CopyReport
    from pixsort_desktop.jobs.watch_folder import WatchState

_MARKS = {"new": "+", "there": "=", "renamed": "~"}


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (copy_command, takeout_command, locate_command, watch_command):
        group.add_command(command)


@click.command("copy")
@click.argument("source", type=click.Path(path_type=str, readable=False))
@click.option("--to", "first", required=True, metavar="DIR", help="Where to copy to.")
@click.option("--and-to", "second", metavar="DIR", help="A second drive; each file is read once for both.")
@click.option(
    "--template",
    default=DEFAULT_TEMPLATE,
    show_default=True,
    metavar="TEMPLATE",
    help="Folders and names, from fields.",
)
@click.option("--project", "name", metavar="NAME", help="Import the copies into this project.")
@click.option("--preview", is_flag=True, help="Write nothing; say what would go where.")
@json_option
@click.pass_obj
def copy_command(
    folder: Path,
    /,
    source: str,
    first: str,
    second: str | None,
    template: str,
    name: str | None,
    preview: bool,
    as_json: bool,
) -> None:
    """Copy a memory card, each file verified by SHA-256; nothing is replaced, and the card is not touched."""
    from pixsort_desktop.jobs.copy_card import copy_card, copy_into_project, journal_folder
    from pixsort_desktop.jobs.copy_plan import check_folders, plan_copy
    from pixsort_desktop.photo.naming import Template

    folders = [first, second] if second else [first]
    Template(template)  # a wrong one is refused before a project is made for it
    with opened_library(folder) as library, shown_progress() as progress:
        journals = journal_folder(library.folder)
        if preview:
            plan = plan_copy(source, folders, template=template, journals=journals, progress=progress)
        elif name is None:
            report = copy_card(source, folders, template=template, journals=journals, progress=progress)
        else:
            check_folders(source, folders)
            project = project_commands.open_project(library, name=name)
            report = copy_into_project(
                library,
                project_id=project.id,
                source=source,
                destinations=folders,
                template=template,
                progress=progress,
            )
    if preview:
        _print_plan(plan, as_json)
        return
    _print_copy(report, as_json)
    if not report.complete:
        raise PixsortError(
            "Not every file is verified everywhere; the same command goes on where this one stopped."
        )


def _print_plan(plan: CopyPlan, as_json: bool) -> None:
    if as_json:
        print_json(plan.to_dict())
        return
    for each in plan.files:
        click.echo(f"{_MARKS[each.state]} {each.source} -> {each.target}")
    for path, reason in plan.unreadable:
        click.echo(f"! {path}: {reason}")
    for problem in plan.problems:
        click.echo(f"! {problem}")
    click.echo(
        f"{counted(len(plan.files), 'file')}, {plan.new_bytes / 1e6:,.1f} MB to copy. + new, = there already,"
        " ~ another file has that name, so this one gets a number."
    )


def _print_copy(report: CopyReport, as_json: bool) -> None:
    if as_json:
        print_json(report.to_dict())
        return
    click.echo(
        f"{counted(report.found, 'file')} found: {report.copied:,} copied, {report.there:,} there already,"
        f" {len(report.failed):,} failed; {report.seconds:.1f} s."
    )
    for each in report.destinations:
        click.echo(
            f"  {each.folder}: {each.stopped or f'{each.copied:,} copied, {each.there:,} there already'}"
        )
    for source, target in report.renamed:
        click.echo(f"  {source} -> {target}: another file has its name")
    print_reasons(report.failed)
    if report.stopped:
        click.echo(f"  {report.stopped}")
    click.echo(report.verification)
    if report.imported:
        click.echo(f"The project: {report.imported.in_words()}.")


@click.command("takeout")
@paths_argument
@project_option
@click.option(
    "--unpack-to", "target", metavar="DIR", help="Where archives are unpacked; the photos stay there."
)
@json_option
@click.pass_obj
def takeout_command(
    folder: Path, paths: tuple[str, ...], name: str, target: str | None, as_json: bool
) -> None:
    """Bring in a Google Takeout: its folders, or its zip or .tgz files, all parts together."""
    from pixsort_desktop.jobs.takeout import check_paths, import_takeout

    check_paths(paths, target)
    with opened_library(folder) as library, shown_progress() as progress:
        project = project_commands.open_project(library, name=name)
        report = import_takeout(
            library, project_id=project.id, paths=paths, unpack_to=target, progress=progress
        )
    if as_json:
        print_json(report.to_dict())
        return
    if report.unpacked or report.there:
        click.echo(f"{counted(report.unpacked, 'file')} unpacked, {report.there:,} there already.")
    done = report.imported
    click.echo(
        f"{counted(done.found, 'file')} found: {done.in_words()};"
        f" {report.with_json:,} have JSON, {counted(report.filled, 'photo')} learnt from it;"
        f" {counted(len(report.albums), 'album')}."
    )
    print_reasons(report.failed + done.failed)
    if report.without_json or report.left_json:
        click.echo(
            f"  {len(report.without_json):,} files without JSON, {len(report.left_json):,} JSON without a file."
        )


@click.command("locate")
@click.argument(
    "folders", nargs=-1, required=True, metavar="DIR...", type=click.Path(path_type=str, readable=False)
)
@project_option
@json_option
@click.pass_obj
def locate_command(folder: Path, folders: tuple[str, ...], name: str, as_json: bool) -> None:
    """Find photos whose files have moved, by their content, under folders."""
    from pixsort_desktop.jobs.locate import locate

    with opened_library(folder) as library, shown_progress() as progress:
        project = project_named(library, name)
        report = locate(library, project_id=project.id, folders=folders, progress=progress)
    if as_json:
        print_json(report.to_dict())
        return
    click.echo(f"{counted(report.missing, 'photo')} without a file: {len(report.found):,} found again.")
    for old, new in report.found:
        click.echo(f"  {old} -> {new}")
    for path in report.left:
        click.echo(f"  {path}: not found")


@click.command("watch")
@click.argument("watched", metavar="DIR", type=click.Path(path_type=str, readable=False))
@project_option
@click.option(
    "--settle",
    "settle_s",
    type=click.FloatRange(min=0, max=3600),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file must not have changed.",
)
@json_option
@click.pass_obj
def watch_command(folder: Path, watched: str, name: str, settle_s: float, as_json: bool) -> None:
    """Import what arrives in a folder (tethered shooting), until Ctrl+C."""
    from pixsort_desktop.jobs.copy_plan import require_folder
    from pixsort_desktop.jobs.watch_folder import watch_folder

    require_folder(watched)
    progress = Progress()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: progress.cancel())
    shown = {"added": 0, "there": True}

    def tell(state: WatchState) -> None:
        if as_json:
            return
        if state.there != shown["there"]:
            click.echo(f"{state.folder} is {'there again' if state.there else 'not there; waiting for it'}.")
        if state.added != shown["added"]:
            click.echo(f"{counted(state.added, 'photo')} so far.")
        shown.update(added=state.added, there=state.there)

    with opened_library(folder) as library:
        project = project_commands.open_project(library, name=name)
        if not as_json:
            click.echo(f"Watching {watched}; Ctrl+C ends it.")
        state = watch_folder(
            library, project_id=project.id, folder=watched, settle_s=settle_s, progress=progress, told=tell
        )
    if as_json:
        print_json(state.to_dict())
        return
    click.echo(f"{counted(state.added, 'photo')} added, {len(state.failed):,} failed.")
    print_reasons(state.failed)
