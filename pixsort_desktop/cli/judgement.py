"""What is thought of photos, and what cameras and other programs say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
from pixsort_desktop.library.clocks import camera_key, cameras_of
from pixsort_desktop.listing import (
    camera_named,
    camera_row,
    photo_ids,
    project_named,
)
from pixsort_desktop.terminal import counted, print_json


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (judge_command, clock_command, write_xmp_command, read_xmp_command):
        group.add_command(command)


@click.command("judge")
@paths_argument
@project_option
@click.option("--rating", type=click.IntRange(0, 5), help="Stars, 0 to 5.")
@click.option("--flag", type=click.Choice(["pick", "reject", "none"]), help="The flag.")
@click.option(
    "--colour",
    type=click.Choice(["red", "yellow", "green", "blue", "purple", "none"]),
    help="The colour label.",
)
@json_option
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
    with opened_library(folder) as library:
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
        done(as_json, f"{counted(len(ids), 'photo')} judged.", judged=len(ids))


@click.command("clock")
@project_option
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
@json_option
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
    with opened_library(folder) as library:
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
        sign = "+" if each.shift_s > 0 else "-"
        shift = sign + clocks.length(each.shift_s) if each.shift_s else "not shifted"
        click.echo(f"{each.name}  {counted(each.photos, 'photo')}  {shift}")
    if not cameras:
        click.echo("No photo of this project has a time.")


def _read_profile(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from pixsort_desktop.jobs.wishes import PROFILES

    if value is not None and value not in PROFILES:
        raise click.BadParameter(f"there is no profile «{value}»; there are {', '.join(PROFILES)}.")
    return value


@click.command("write-xmp")
@project_option
@click.option(
    "--profile",
    metavar="PROGRAM",
    callback=_read_profile,
    help="Who shall read it: lightroom (at first), darktable, bridge, digikam, captureone; remembered.",
)
@click.option(
    "--keywords/--no-keywords",
    default=None,
    help="Columns go along as keywords «PixSort|project|column», or not (at first); remembered.",
)
@click.option(
    "--captions", is_flag=True, help="Captions go along as dc:description; not a model's over another."
)
@click.option("--force", is_flag=True, help="Patch sidecars that another program has changed meanwhile, too.")
@click.option(
    "--into-jpegs",
    is_flag=True,
    help="Write into the JPEGs themselves instead; that cannot be undone. Only their XMP changes.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; say which properties would change.")
@json_option
@click.pass_obj
def write_xmp_command(
    folder: Path,
    /,
    name: str,
    profile: str | None,
    keywords: bool | None,
    captions: bool,
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
    with opened_library(folder) as library, shown_progress() as progress:
        project_id = project_named(library, name).id
        options: dict[str, Any] = {
            "profile": profile, "keywords": keywords, "captions": captions, "dry_run": dry_run, "progress": progress,
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
    print_reasons(report.failed)
    if into_jpegs:
        return
    print_reasons(report.changed_elsewhere + report.shared)
    if report.changed_elsewhere:
        click.echo("  --force patches those that were changed elsewhere; «pixsort read-xmp» reads them in.")
    if report.note:
        click.echo(f"  {report.note}")


@click.command("read-xmp")
@project_option
@json_option
@click.pass_obj
def read_xmp_command(folder: Path, name: str, as_json: bool) -> None:
    """Take over what other programs have changed in a project's sidecars since."""
    from pixsort_desktop.jobs.read_sidecars import read_sidecars

    with opened_library(folder) as library, shown_progress() as progress:
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
    print_reasons(report.failed)
