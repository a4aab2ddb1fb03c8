"""The command line's columns: grouping, and what is done with a column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pixsort_desktop.cli.models import accelerator_of
from pixsort_desktop.cli.parts import (
    done,
    json_option,
    opened_library,
    paths_argument,
    print_groups,
    project_option,
    shown_progress,
)
from pixsort_desktop.commands import organise
from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library import groups as groups_of
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_files
from pixsort_desktop.library.projects import clean_name
from pixsort_desktop.library.records import Group, Project
from pixsort_desktop.listing import (
    label_of,
    photo_ids,
    project_named,
)
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.group_photos import GroupReport


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (
        group_command,
        groups_command,
        label_command,
        split_group_command,
        merge_group_command,
        lock_command,
    ):
        group.add_command(command)


@click.command("group")
@project_option
@click.option(
    "--min-group-size", type=click.IntRange(min=2), help="Photos that make a group, at least (usual: 2)."
)
@click.option(
    "--min-samples",
    type=click.IntRange(min=1),
    help="Neighbours that make a place dense; more is stricter (usual: 1).",
)
@click.option(
    "--selection",
    type=click.Choice(["eom", "leaf", "moments"]),
    help="Which clusters of the tree: eom, the most persistent (usual); leaf, the finest. moments: by time alone.",
)
@click.option(
    "--reach",
    type=click.FloatRange(min=0, min_open=True, max=10),
    help="How far apart frames of a group may be, 1 being usual; larger makes larger groups.",
)
@click.option(
    "--time",
    type=click.Choice(["none", "some", "strong"]),
    help="How much frames taken a moment apart are drawn together (usual: some).",
)
@click.option(
    "--granularity",
    metavar="FINENESS",
    help="How fine the columns are: events, moments (usual), frames, or a number from 0 (whole events) to 1"
    " (near-identical frames).",
)
@click.option("--embedding", "embedding_id", metavar="ID", help="The embedding to group by.")
@click.option(
    "--from-scratch", is_flag=True, help="Give up what was moved and named by hand, too; locked columns stay."
)
@json_option
@click.pass_obj
def group_command(
    folder: Path,
    /,
    name: str,
    embedding_id: str | None,
    from_scratch: bool,
    as_json: bool,
    **parameters: Any,
) -> None:
    """Group a project's photos into columns; what was done by hand stays."""
    from pixsort_desktop.grouping.density import GroupingParameters
    from pixsort_desktop.grouping.granularity import checked_granularity
    from pixsort_desktop.jobs.group_photos import group_photos
    from pixsort_desktop.vision.descriptor import EMBEDDING_ID

    given = {key: value for key, value in parameters.items() if value is not None}
    if "granularity" in given:
        given["granularity"] = checked_granularity(given["granularity"])
    with (
        opened_library(folder) as library,
        shown_progress() as progress,
        accelerator_of(library) as accelerator,
    ):
        report = group_photos(
            library,
            project_id=project_named(library, name).id,
            parameters=GroupingParameters(**given),
            embedding_id=embedding_id or EMBEDDING_ID,
            progress=progress,
            from_scratch=from_scratch,
            accelerator=accelerator,
        )
        if as_json:
            print_json(_as_json(report))
            return
        _tell(report, embedding_id or EMBEDDING_ID)
        print_groups(library, name)


def _as_json(report: GroupReport) -> dict[str, Any]:
    return {
        "groups": report.groups,
        "ungrouped": report.ungrouped,
        "photos": report.photos,
        "embedded": report.embedded,
        "lacking": report.lacking,
        "notes": list(report.notes),
        "seconds": round(report.seconds, 3),
    }


def _tell(report: GroupReport, embedding_id: str) -> None:
    """What is worth knowing before one looks at the columns."""
    from pixsort_desktop.jobs.calibrations import calibration_of

    if report.embedded:
        click.echo(f"{counted(report.embedded, 'photo')} had no embedding or thumbnail; it was made first.")
    if report.lacking:
        click.echo(
            f"{counted(report.lacking, 'photo')} without the embedding «{embedding_id}» stayed ungrouped;"
            " `pixsort embed` makes it."
        )
    if calibration_of(embedding_id) is None:
        click.echo(
            f"How far apart photos of a group may be was not measured for «{embedding_id}»:"
            " some that belong nowhere may stand in one."
        )
    for note in report.notes:
        click.echo(note)


@click.command("groups")
@project_option
@json_option
@click.pass_obj
def groups_command(folder: Path, name: str, as_json: bool) -> None:
    """Print the columns of a project and their photos, Ungrouped last."""
    with opened_library(folder) as library:
        if not as_json:
            print_groups(library, name, with_photos=True)
            return
        project = project_named(library, name)
        files = project_files(library, project.id)
        print_json(
            [
                {
                    "label": label_of(column),
                    "origin": column.group.origin if column.group else "automatic",
                    "locked": column.group is not None and column.group.locked,
                    "photos": [files[i][0] for i in column.photo_ids if i in files],
                    "files": [files[i] for i in column.photo_ids if i in files],
                }
                for column in groups_of.board(library, project.id)
            ]
        )


@click.command("label")
@paths_argument
@project_option
@click.option(
    "--group", "label", required=True, metavar="LABEL", help="The column; made if it does not exist."
)
@json_option
@click.pass_obj
def label_command(folder: Path, paths: tuple[str, ...], name: str, label: str, as_json: bool) -> None:
    """Move photos into the column LABEL («Ungrouped»: out of any)."""
    label = clean_name(label)
    with opened_library(folder) as library:
        project = project_named(library, name)
        ids = photo_ids(library, project, paths)
        columns = {label_of(column): column.group for column in groups_of.board(library, project.id)}
        if label in columns:
            group = columns[label]
            organise.move_photos(
                library, project_id=project.id, photo_ids=ids, group_id=group.id if group else None
            )
        else:
            organise.move_to_new_group(library, project_id=project.id, photo_ids=ids, label=label)
        done(as_json, f"{counted(len(ids), 'photo')} moved to «{label}».", label=label, moved=len(ids))


def _group_named(library: Library, project: Project, label: str) -> Group:
    for column in groups_of.board(library, project.id):
        if column.group is not None and column.group.label == label:
            return column.group
    raise NotFoundError(f"There is no column «{label}» in «{project.name}».")


group_option = click.option("--group", "label", required=True, metavar="LABEL", help="The column.")


@click.command("split-group")
@project_option
@group_option
@json_option
@click.pass_obj
def split_group_command(folder: Path, name: str, label: str, as_json: bool) -> None:
    """Split a column into its parts, where the project's hierarchy parts next."""
    from pixsort_desktop.jobs.relatives import parts_of_group

    with opened_library(folder) as library:
        project = project_named(library, name)
        group = _group_named(library, project, label)
        parts = parts_of_group(library, project.id, group.id)
        organise.split_group(library, group_id=group.id, parts=parts)
        columns = groups_of.board(library, project.id)
        made = [label_of(c) for c in columns if any(set(part) == set(c.photo_ids) for part in parts)]
        told = ", ".join(f"«{each}»" for each in made)
        done(as_json, f"«{label}» is split into {told}.", split=label, groups=made)


@click.command("merge-group")
@project_option
@group_option
@click.option("--with", "other", metavar="LABEL", help="The column to merge with (usual: its nearest).")
@json_option
@click.pass_obj
def merge_group_command(folder: Path, name: str, label: str, other: str | None, as_json: bool) -> None:
    """Merge a column with its nearest, or with another; its name and place stay."""
    from pixsort_desktop.jobs.relatives import nearest_to_group

    with opened_library(folder) as library:
        project = project_named(library, name)
        group = _group_named(library, project, label)
        nearest = (
            _group_named(library, project, other)
            if other is not None
            else nearest_to_group(library, project.id, group.id)
        )
        organise.merge_groups(library, group_ids=[group.id, nearest.id])
        done(as_json, f"«{nearest.label}» is merged into «{label}».", group=label, merged=nearest.label)


@click.command("lock")
@click.argument("column")
@project_option
@click.option("--off", is_flag=True, help="Unlock it again.")
@json_option
@click.pass_obj
def lock_command(folder: Path, column: str, name: str, off: bool, as_json: bool) -> None:
    """Lock a column: no grouping and no new photo changes it."""
    label = clean_name(column)
    with opened_library(folder) as library:
        project = project_named(library, name)
        columns = {label_of(each): each.group for each in groups_of.board(library, project.id)}
        group = columns.get(label)
        if group is None:
            why = "cannot be locked" if label in columns else "is no column of this project"
            raise NotFoundError(f"«{label}» {why}.")
        organise.lock_groups(library, group_ids=[group.id], locked=not off)
        done(as_json, f"«{label}» is {'unlocked' if off else 'locked'}.", label=label, locked=not off)
