"""The library as a whole, and a sample shoot to try it with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from pixsort_desktop.cli.parts import (
    done,
    json_option,
    opened_library,
    print_groups,
    shown_progress,
)
from pixsort_desktop.commands import projects as project_commands
from pixsort_desktop.errors import PixsortError
from pixsort_desktop.jobs.limit import apply_limit, keep_limit
from pixsort_desktop.terminal import print_json, print_report

DEMO_PROJECT = "Demo shoot"


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (demo_command, limit_command, cache_command, doctor_command):
        group.add_command(command)


@click.command("demo")
@click.option("--no-window", is_flag=True, help="Print the groups, even where there is a display.")
@json_option
@click.pass_obj
def demo_command(folder: Path, no_window: bool, as_json: bool) -> None:
    """Render a sample shoot, import and group it, and open the window (without a display: print the groups)."""
    from pixsort_desktop.demo import render_demo
    from pixsort_desktop.jobs.group_photos import group_photos
    from pixsort_desktop.jobs.import_photos import import_photos

    with opened_library(folder) as library, shown_progress() as progress:
        shoot = library.folder / "demo shoot"
        render_demo(shoot, progress)
        project = project_commands.open_project(library, name=DEMO_PROJECT)
        report = import_photos(library, project_id=project.id, paths=[shoot], progress=progress)
        if report.added:
            group_photos(library, project_id=project.id, progress=progress)
    if as_json:
        print_json(report.to_dict())
    elif no_window or not _has_display():
        with opened_library(folder) as library:
            print_groups(library, DEMO_PROJECT)
    else:
        from pixsort_desktop.app import run

        sys.exit(run(folder, DEMO_PROJECT))


@click.command("limit")
@click.argument("size", required=False)
@json_option
@click.pass_obj
def limit_command(folder: Path, size: str | None, as_json: bool) -> None:
    """Print how much memory decoding one picture may take, or set it: «pixsort limit 4GB»."""
    from pixsort_desktop.photo.limits import in_words

    with opened_library(folder) as library:
        limit = keep_limit(library, size) if size else apply_limit(library)
    done(as_json, f"Decoding one picture may take {in_words(limit)} of memory.", bytes=limit)


@click.command("cache")
@click.option("--limit", "size", metavar="SIZE", help="What thumbnails may take on disk, such as 4GB.")
@click.option("--wipe", is_flag=True, help="Empty it; thumbnails are made again when they are seen.")
@json_option
@click.pass_obj
def cache_command(folder: Path, size: str | None, wipe: bool, as_json: bool) -> None:
    """Print what the thumbnails take on disk, set their limit, or empty the cache."""
    from pixsort_desktop.jobs.cache import keep_cache_limit, measure_cache, trim_cache, wipe_cache

    with opened_library(folder) as library:
        if size:
            keep_cache_limit(library, size)
        report = wipe_cache(library) if wipe else trim_cache(library) or measure_cache(library)
    done(as_json, report.in_words(), **report.to_dict())


@click.command("doctor")
@json_option
@click.pass_obj
def doctor_command(folder: Path, as_json: bool) -> None:
    """Check the program and the library: versions, devices, health, cache sizes, formats."""
    from pixsort_desktop.jobs.health import check_library, check_program

    report = check_program()
    problem = None
    try:
        with opened_library(folder) as library:
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


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
