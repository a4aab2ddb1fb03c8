"""The command line, `pixsort`: the same jobs and commands as the window, without one.

Exit codes: 0 done, 1 could not (one sentence on stderr says why), 2 wrong use.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from pixsort_desktop import __version__
from pixsort_desktop.cli_list import list_command
from pixsort_desktop.cli_parts import json_option as _json_option
from pixsort_desktop.cli_parts import opened_library as _library
from pixsort_desktop.cli_parts import paths_argument as _paths_argument
from pixsort_desktop.cli_parts import project_option as _project_option
from pixsort_desktop.cli_parts import shown_progress as _progress
from pixsort_desktop.cli_ways_in import add_commands
from pixsort_desktop.commands import organise
from pixsort_desktop.commands import projects as project_commands
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.jobs.limit import apply_limit, keep_limit
from pixsort_desktop.library import groups as groups_of
from pixsort_desktop.library.clocks import camera_key, cameras_of
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.photos import project_files
from pixsort_desktop.library.projects import all_projects, clean_name
from pixsort_desktop.listing import (
    camera_named,
    camera_row,
    label_of,
    photo_ids,
    photo_rows,
    project_named,
    project_row,
)
from pixsort_desktop.paths import default_library
from pixsort_desktop.progress import Cancelled
from pixsort_desktop.terminal import counted, prepare_streams, print_json, print_report

DEMO_PROJECT = "Demo shoot"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pixsort")
@click.option(
    "--library",
    "folder",
    metavar="DIR",
    envvar="PIXSORT_LIBRARY",
    type=click.Path(path_type=Path),
    help="Folder of the library, before the command (default: PIXSORT_LIBRARY, else the user's own).",
)
@click.pass_context
def pixsort(context: click.Context, folder: Path | None) -> None:
    """Drop a shoot, get columns of photographs that belong together."""
    context.obj = folder or default_library()


@pixsort.command("import")
@_paths_argument
@_project_option
@_json_option
@click.pass_obj
def import_command(folder: Path, paths: tuple[str, ...], name: str, as_json: bool) -> None:
    """Import files and folders into a project, which is made if it does not exist."""
    from pixsort_desktop.jobs.import_photos import import_photos

    if not any(os.path.lexists(path) for path in paths):
        raise NotFoundError(f"There is nothing at {paths[0]}.")
    with _library(folder) as library, _progress() as progress:
        project = project_commands.open_project(library, name=name)
        report = import_photos(library, project_id=project.id, paths=paths, progress=progress)
    if as_json:
        print_json(report.to_dict())
        return
    click.echo(
        f"{counted(report.found, 'photo')} found: {report.added:,} added, {counted(report.duplicates, 'duplicate')},"
        f" {len(report.failed):,} failed; {counted(report.ignored, 'other file')} ignored; {report.seconds:.1f} s."
    )
    for path, reason in report.failed:
        click.echo(f"  {path}: {reason}")


@pixsort.command("group")
@_project_option
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
    type=click.Choice(["eom", "leaf"]),
    help="Which clusters of the tree: eom, the most persistent (usual); leaf, the finest.",
)
@click.option(
    "--reach",
    type=click.FloatRange(min=0, min_open=True, max=10),
    help="How far apart frames of a group may be, 1 being usual; larger makes larger groups.",
)
@click.option("--embedding", "embedding_id", metavar="ID", help="The embedding to group by.")
@click.option("--from-scratch", is_flag=True, help="Give up what was arranged by hand, too.")
@_json_option
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
    """Group a project's photos into columns; what was arranged by hand stays."""
    from pixsort_desktop.grouping.density import GroupingParameters
    from pixsort_desktop.jobs.group_photos import group_photos
    from pixsort_desktop.vision.descriptor import EMBEDDING_ID

    given = {key: value for key, value in parameters.items() if value is not None}
    with _library(folder) as library, _progress() as progress:
        report = group_photos(
            library,
            project_id=project_named(library, name).id,
            parameters=GroupingParameters(**given),
            embedding_id=embedding_id or EMBEDDING_ID,
            progress=progress,
            from_scratch=from_scratch,
        )
        if as_json:
            print_json(
                {
                    "groups": report.groups,
                    "ungrouped": report.ungrouped,
                    "photos": report.photos,
                    "embedded": report.embedded,
                    "seconds": round(report.seconds, 3),
                }
            )
            return
        if report.embedded:
            click.echo(
                f"{counted(report.embedded, 'photo')} had no embedding or thumbnail; it was made first."
            )
        _print_groups(library, name)


@pixsort.command("groups")
@_project_option
@_json_option
@click.pass_obj
def groups_command(folder: Path, name: str, as_json: bool) -> None:
    """Print the columns of a project and their photos, Ungrouped last."""
    with _library(folder) as library:
        if not as_json:
            _print_groups(library, name, with_photos=True)
            return
        project = project_named(library, name)
        files = project_files(library, project.id)
        print_json(
            [
                {
                    "label": label_of(column),
                    "origin": column.group.origin if column.group else "automatic",
                    "photos": [files[i][0] for i in column.photo_ids if i in files],
                }
                for column in groups_of.board(library, project.id)
            ]
        )


@pixsort.command("photos")
@_project_option
@_json_option
@click.pass_obj
def photos_command(folder: Path, name: str, as_json: bool) -> None:
    """Print the photos of a project with what is known of each."""
    with _library(folder) as library:
        rows = photo_rows(library, project_named(library, name))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        size = f"{row['width']} × {row['height']}" if row["width"] else row["status"]
        click.echo(f"{row['paths'][0]}  {size}  {row['taken_at'] or '-'}  {row['group'] or '-'}")
        if row["error"]:
            click.echo(f"    {row['error']}")


pixsort.add_command(list_command)


@pixsort.command("projects")
@_json_option
@click.pass_obj
def projects_command(folder: Path, as_json: bool) -> None:
    """Print the projects of the library."""
    with _library(folder) as library:
        projects = all_projects(library)
    if as_json:
        print_json([project_row(project) for project in projects])
        return
    for project in projects:
        failed = f", {project.failed_count:,} failed" if project.failed_count else ""
        click.echo(f"{project.name}  {counted(project.photo_count, 'photo')}{failed}  {project.status}")
    if not projects:
        click.echo("There is no project yet; «pixsort import PATH --project NAME» makes one.")


@pixsort.command("rename-project")
@click.argument("name")
@click.argument("new_name")
@_json_option
@click.pass_obj
def rename_project_command(folder: Path, name: str, new_name: str, as_json: bool) -> None:
    """Give project NAME the name NEW_NAME."""
    with _library(folder) as library:
        project = project_named(library, name)
        project_commands.rename_project(library, project_id=project.id, name=new_name)
        _done(as_json, f"«{name}» is now «{clean_name(new_name)}».", renamed=name, name=clean_name(new_name))


@pixsort.command("delete-project")
@click.argument("name")
@_json_option
@click.pass_obj
def delete_project_command(folder: Path, name: str, as_json: bool) -> None:
    """Delete project NAME; its photos stay in the library, and the originals where they are."""
    with _library(folder) as library:
        project_commands.delete_project(library, project_id=project_named(library, name).id)
        _done(as_json, f"«{name}» is deleted; no photo was.", deleted=name)


@pixsort.command("remove")
@_paths_argument
@_project_option
@_json_option
@click.pass_obj
def remove_command(folder: Path, paths: tuple[str, ...], name: str, as_json: bool) -> None:
    """Take photos out of a project; the originals stay where they are."""
    with _library(folder) as library:
        project = project_named(library, name)
        ids = photo_ids(library, project, paths)
        project_commands.remove_photos(library, project_id=project.id, photo_ids=ids)
        _done(as_json, f"{counted(len(ids), 'photo')} taken out of «{name}».", removed=len(ids))


@pixsort.command("label")
@_paths_argument
@_project_option
@click.option(
    "--group", "label", required=True, metavar="LABEL", help="The column; made if it does not exist."
)
@_json_option
@click.pass_obj
def label_command(folder: Path, paths: tuple[str, ...], name: str, label: str, as_json: bool) -> None:
    """Move photos into the column LABEL («Ungrouped»: out of any)."""
    label = clean_name(label)
    with _library(folder) as library:
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
        _done(as_json, f"{counted(len(ids), 'photo')} moved to «{label}».", label=label, moved=len(ids))


@pixsort.command("judge")
@_paths_argument
@_project_option
@click.option("--rating", type=click.IntRange(0, 5), help="Stars, 0 to 5.")
@click.option("--flag", type=click.Choice(["pick", "reject", "none"]), help="The flag.")
@click.option(
    "--colour",
    type=click.Choice(["red", "yellow", "green", "blue", "purple", "none"]),
    help="The colour label.",
)
@_json_option
@click.pass_obj
def judge_command(
    folder: Path,
    /,
    paths: tuple[str, ...],
    name: str,
    rating: int | None,
    flag: str | None,
    colour: str | None,
    as_json: bool,
) -> None:
    """Judge photos: stars, a flag, a colour label."""
    from pixsort_desktop.commands import judge

    if rating is None and flag is None and colour is None:
        raise click.UsageError("Give at least one of --rating, --flag and --colour.")
    with _library(folder) as library:
        project = project_named(library, name)
        ids = photo_ids(library, project, paths)
        if rating is not None:
            judge.rate_photos(library, project_id=project.id, photo_ids=ids, rating=rating)
        if flag is not None:
            judge.flag_photos(
                library, project_id=project.id, photo_ids=ids, flag=None if flag == "none" else flag
            )
        if colour is not None:
            judge.colour_photos(
                library, project_id=project.id, photo_ids=ids, colour=None if colour == "none" else colour
            )
        _done(as_json, f"{counted(len(ids), 'photo')} judged.", judged=len(ids))


@pixsort.command("clock")
@_project_option
@click.option(
    "--camera", metavar="NAME", help="The camera, or enough of its name to tell it from the others."
)
@click.option(
    "--shift",
    metavar="LENGTH",
    help="What to add to its times, like +1h or -3m20s (for a clock that was 3 min 20 s ahead); 0 for nothing.",
)
@click.option(
    "--match",
    nargs=2,
    metavar="RIGHT OTHER",
    type=click.Path(path_type=str),
    help="Two photos of the same moment: shift the camera of OTHER to agree with RIGHT.",
)
@_json_option
@click.pass_obj
def clock_command(
    folder: Path,
    /,
    name: str,
    camera: str | None,
    shift: str | None,
    match: tuple[str, str] | None,
    as_json: bool,
) -> None:
    """Set a camera's clock right in one project, for sorting and grouping; without a shift, list the cameras."""
    from pixsort_desktop.commands import clocks
    from pixsort_desktop.library.photos import project_photos

    if (camera is None) != (shift is None) or (match and camera):
        raise click.UsageError("Give --camera with --shift, or --match, or none of them.")
    with _library(folder) as library:
        project = project_named(library, name)
        photos = project_photos(library, project.id)
        if match:
            right, other = (photo_ids(library, project, (path,))[0] for path in match)
            shifted = {photo.id: photo for photo in photos}
            seconds = clocks.shift_between(shifted[right], shifted[other])
            key = camera_key(shifted[other])
            clocks.shift_clock(library, project_id=project.id, camera=key, seconds=seconds)
        elif camera is not None and shift is not None:
            key = camera_named(cameras_of(photos), camera).key
            clocks.shift_clock(library, project_id=project.id, camera=key, seconds=clocks.read_shift(shift))
        cameras = cameras_of(project_photos(library, project.id))
    if as_json:
        print_json([camera_row(each) for each in cameras])
        return
    for each in cameras:
        click.echo(f"{each.name}  {counted(each.photos, 'photo')}  {each.shift_s:+g} s")
    if not cameras:
        click.echo("No photo of this project has a time.")


@pixsort.command("write-xmp")
@_project_option
@click.option(
    "--profile",
    metavar="PROGRAM",
    help="Who shall read it: lightroom (at first), darktable, bridge, digikam, captureone; remembered.",
)
@click.option(
    "--keywords/--no-keywords",
    default=None,
    help="Columns go along as keywords «PixSort|project|column», or not (at first); remembered.",
)
@click.option("--force", is_flag=True, help="Patch sidecars that another program has changed meanwhile, too.")
@click.option(
    "--into-jpegs",
    is_flag=True,
    help="Write into the JPEGs themselves instead; that cannot be undone. Only their XMP changes.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; say which properties would change.")
@_json_option
@click.pass_obj
def write_xmp_command(
    folder: Path,
    /,
    name: str,
    profile: str | None,
    keywords: bool | None,
    force: bool,
    into_jpegs: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write the judgements of a project into sidecars, or into its JPEGs."""
    from pixsort_desktop.jobs.sidecars import write_sidecars
    from pixsort_desktop.jobs.write_jpegs import write_into_jpegs

    if into_jpegs and force:
        raise click.UsageError(
            "--force is about sidecars; a JPEG that was changed elsewhere is imported again."
        )
    with _library(folder) as library, _progress() as progress:
        project_id = project_named(library, name).id
        options: dict[str, Any] = {
            "profile": profile, "keywords": keywords, "dry_run": dry_run, "progress": progress,
        }  # fmt: skip
        report: Any
        if into_jpegs:
            report = write_into_jpegs(library, project_id=project_id, **options)
        else:
            report = write_sidecars(library, project_id=project_id, over_changes=force, **options)
    if as_json:
        print_json(report.to_dict())
        return
    verb = "would be written" if dry_run else "written"
    noun = "JPEG" if into_jpegs else "sidecar"
    click.echo(f"{counted(report.written, noun)} {verb}; {report.unchanged:,} said it already.")
    for edit in report.edits:
        click.echo(f"  {edit['path']}  {edit['name']}: {edit['old'] or '-'} -> {edit['new'] or '-'}")
    for path, reason in report.failed:
        click.echo(f"  {path}: {reason}")
    if into_jpegs:
        return
    for path, reason in report.changed_elsewhere + report.shared:
        click.echo(f"  {path}: {reason}")
    if report.changed_elsewhere:
        click.echo("  --force patches those that were changed elsewhere; «pixsort read-xmp» reads them in.")
    if report.note:
        click.echo(f"  {report.note}")


@pixsort.command("read-xmp")
@_project_option
@_json_option
@click.pass_obj
def read_xmp_command(folder: Path, name: str, as_json: bool) -> None:
    """Take over what other programs have changed in a project's sidecars since."""
    from pixsort_desktop.jobs.read_sidecars import read_sidecars

    with _library(folder) as library, _progress() as progress:
        report = read_sidecars(library, project_id=project_named(library, name).id, progress=progress)
    if as_json:
        print_json(report.to_dict())
        return
    click.echo(
        f"{counted(report.sidecars, 'sidecar')} changed or new; {counted(len(report.photos), 'photo')} judged anew."
    )
    for news in report.photos:
        said = ", ".join(
            f"{key} {value if value is not None else 'none'}" for key, value in news.values.items()
        )
        click.echo(f"  {news.photo.path}: {said}")
    for path, reason in report.failed:
        click.echo(f"  {path}: {reason}")


@pixsort.command("demo")
@click.option("--no-window", is_flag=True, help="Print the groups, even where there is a display.")
@_json_option
@click.pass_obj
def demo_command(folder: Path, no_window: bool, as_json: bool) -> None:
    """Render a sample shoot, import and group it, and open the window (without a display: print the groups)."""
    from pixsort_desktop.demo import render_demo
    from pixsort_desktop.jobs.group_photos import group_photos
    from pixsort_desktop.jobs.import_photos import import_photos

    with _library(folder) as library, _progress() as progress:
        shoot = library.folder / "demo shoot"
        render_demo(shoot, progress)
        project = project_commands.open_project(library, name=DEMO_PROJECT)
        report = import_photos(library, project_id=project.id, paths=[shoot], progress=progress)
        if report.added:
            group_photos(library, project_id=project.id, progress=progress)
    if as_json:
        print_json(report.to_dict())
    elif no_window or not _has_display():
        with _library(folder) as library:
            _print_groups(library, DEMO_PROJECT)
    else:
        from pixsort_desktop.app import run

        sys.exit(run(folder, DEMO_PROJECT))


@pixsort.command("limit")
@click.argument("size", required=False)
@_json_option
@click.pass_obj
def limit_command(folder: Path, size: str | None, as_json: bool) -> None:
    """Print how much memory decoding one picture may take, or set it: «pixsort limit 4GB»."""
    from pixsort_desktop.photo.limits import in_words

    with _library(folder) as library:
        limit = keep_limit(library, size) if size else apply_limit(library)
    _done(as_json, f"Decoding one picture may take {in_words(limit)} of memory.", bytes=limit)


@pixsort.command("doctor")
@_json_option
@click.pass_obj
def doctor_command(folder: Path, as_json: bool) -> None:
    """Check the program and the library: versions, devices, health, cache sizes, formats."""
    from pixsort_desktop.jobs.health import check_library, check_program

    report = check_program()
    problem = None
    try:
        with _library(folder) as library:
            report["library"] = check_library(library)
    except PixsortError as error:
        problem = str(error)
        report["library"] = {"folder": str(folder), "healthy": False, "problems": [problem]}
    if as_json:
        print_json(report)
    else:
        print_report(report)
    if not report["library"]["healthy"]:
        raise PixsortError(problem or f"The library in {folder} is damaged; the report says where.")


add_commands(pixsort)


# -- helpers -----------------------------------------------------------------------------------------


def _print_groups(library: Library, name: str, *, with_photos: bool = False) -> None:
    project = project_named(library, name)
    files = project_files(library, project.id) if with_photos else {}
    for column in groups_of.board(library, project.id):
        click.echo(f"{label_of(column):<40} {len(column.photo_ids):>6,}")
        for photo_id in column.photo_ids if with_photos else ():
            click.echo(f"    {files.get(photo_id, [''])[0]}")


def _done(as_json: bool, sentence: str, **values: Any) -> None:
    if as_json:
        print_json(values)
    else:
        click.echo(sentence)


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> None:
    """Entry point of the `pixsort` script."""
    prepare_streams()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as gently as Ctrl-C
    try:
        pixsort(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except PixsortError as error:
        _fail(str(error))
    except (Cancelled, KeyboardInterrupt, click.Abort):
        _fail("stopped; what was done is kept.")
    except BrokenPipeError:
        sys.exit(1)  # whoever read our output has gone; there is nobody to tell
    except Exception as error:
        logging.getLogger("pixsort").exception("unexpected")
        _fail(f"something unexpected happened ({type(error).__name__}: {error}); nothing was lost.")


def _fail(sentence: str) -> None:
    click.echo(f"pixsort: {sentence}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
