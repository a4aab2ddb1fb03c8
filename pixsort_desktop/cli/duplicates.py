"""Copies among the photos of a library: found, kept for good, or settled so that one of each set stays."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pixsort_desktop.cli.files import agreed, print_report
from pixsort_desktop.cli.parts import (
    done,
    json_option,
    opened_library,
    paths_argument,
    shown_progress,
)
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.frames import frame_files
from pixsort_desktop.library.photos import photos_at
from pixsort_desktop.listing import project_named
from pixsort_desktop.progress import Progress
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.find_duplicates import DuplicateSet
    from pixsort_desktop.jobs.keepers import KeepRules
    from pixsort_desktop.jobs.settle_duplicates import Settlement

F = TypeVar("F", bound=Callable[..., Any])
_IN_WORDS = {"exact": "same bytes", "pixels": "same pixels", "near": "edited copies"}


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (duplicates_command, settle_command, keep_command):
        group.add_command(command)


def _which_sets(function: F) -> F:
    for option in (
        click.option(
            "--kind",
            "kinds",
            multiple=True,
            type=click.Choice(["exact", "pixels", "near"]),
            help="Which copies; may be given several times (at first: all).",
        ),
        click.option(
            "--embedding",
            "embedding_id",
            metavar="ID",
            help="Photos that are near by this model are looked at, too (usual: the one that columns are made by).",
        ),
        click.option("--project", "name", metavar="NAME", help="Only among the photos of this project."),
    ):
        function = option(function)
    return function


@click.command("duplicates")
@_which_sets
@click.option(
    "--keep-rule",
    "order",
    multiple=True,
    metavar="RULE",
    help="What a keeper shall be, most important first; several times: protected, raw, larger, judged, metadata,"
    " lossless, bytes, earlier. Remembered.",
)
@click.option(
    "--skip-rule",
    "off",
    multiple=True,
    metavar="RULE",
    help="A rule that does not count; several times. Remembered, in place of those before; «» for none.",
)
@click.option(
    "--protect",
    "protected",
    multiple=True,
    metavar="DIR",
    help="A folder whose files rather stay; several times. Remembered, in place of those before; «» for none.",
)
@click.option("--rules", "only_rules", is_flag=True, help="Print the rules, and look for nothing.")
@json_option
@click.pass_obj
def duplicates_command(
    folder: Path,
    /,
    name: str | None,
    embedding_id: str | None,
    kinds: tuple[str, ...],
    order: tuple[str, ...],
    off: tuple[str, ...],
    protected: tuple[str, ...],
    only_rules: bool,
    as_json: bool,
) -> None:
    """Find copies of photos: the same bytes, the same pixels, or edited; frames of a burst are none."""
    from pixsort_desktop.jobs.keepers import keep_rules, set_keep_rules

    with opened_library(folder) as library, shown_progress() as progress:
        if order or off or protected:
            given = {"off": off, "protected": protected}
            set_keep_rules(
                library,
                order=order or None,
                **{key: [each for each in values if each] for key, values in given.items() if values},
            )
        rules = keep_rules(library)
        found = [] if only_rules else _found(library, name, kinds, embedding_id, progress)
    if only_rules:
        _print_rules(rules, as_json)
    elif as_json:
        print_json([each.to_dict() for each in found])
    else:
        _print_sets(found, rules)


@click.command("settle-duplicates")
@_which_sets
@click.option(
    "--keep",
    "keepers",
    multiple=True,
    metavar="PATH",
    help="A copy that stays, in place of the one that the rules suggest; several times.",
)
@click.option("--dry-run", is_flag=True, help="Touch nothing; say what would go to the trash.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=str, readable=False))
@click.pass_obj
def settle_command(
    folder: Path,
    /,
    name: str | None,
    embedding_id: str | None,
    kinds: tuple[str, ...],
    keepers: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
    paths: tuple[str, ...],
) -> None:
    """Of each set of copies let one stay, and move the others to the system's trash; with PATHs, only of their sets.

    Stars, flag, label, keywords, caption and places in columns go over to the one that stays.
    """
    from pixsort_desktop.commands.duplicates import merge_duplicates
    from pixsort_desktop.jobs.settle_duplicates import plan_settlement, settle_duplicates

    with opened_library(folder) as library, shown_progress() as progress:
        project_id = project_named(library, name).id if name else None
        sets = _sets_with(
            _found(library, name, kinds, embedding_id, progress), (*paths, *keepers), every=not paths
        )
        going = _settlements(sets, {_absolute(path) for path in keepers})
        plan = plan_settlement(library, sets=going)
        if dry_run and not as_json:
            _print_going(sets, going)
        if not agreed(plan, "to the trash", yes=yes, dry_run=dry_run, as_json=as_json):
            return
        report = settle_duplicates(
            library,
            project_id=project_id,
            sets=going,
            merge=lambda takeovers: merge_duplicates(library, project_id=project_id, takeovers=takeovers),
            progress=progress,
        )
    print_report(report, "in the trash", as_json)


@click.command("keep-duplicates")
@_which_sets
@click.option("--undo", "again", is_flag=True, help="Show the copies of these PATHs as duplicates again.")
@json_option
@paths_argument
@click.pass_obj
def keep_command(
    folder: Path,
    /,
    name: str | None,
    embedding_id: str | None,
    kinds: tuple[str, ...],
    again: bool,
    as_json: bool,
    paths: tuple[str, ...],
) -> None:
    """Keep all copies of the sets that hold these PATHs: they are not shown as duplicates again."""
    from pixsort_desktop.commands import duplicates

    with opened_library(folder) as library, shown_progress() as progress:
        project_id = project_named(library, name).id if name else None
        if again:
            pairs = _show_again(library, project_id, paths)
            done(as_json, f"{counted(pairs, 'pair')} of copies are shown again.", pairs=pairs)
            return
        sets = _sets_with(_found(library, name, kinds, embedding_id, progress), paths, every=False)
        for each in sets:
            duplicates.keep_set(library, project_id=project_id, ids=each.ids, files=each.kind == "exact")
    done(as_json, f"{counted(len(sets), 'set')} kept as they are.", sets=[each.to_dict() for each in sets])


def _show_again(library: Library, project_id: int | None, paths: Sequence[str]) -> int:
    from pixsort_desktop.commands.duplicates import show_as_duplicates

    wanted = {_absolute(path) for path in paths}
    known = photos_at(library, wanted)
    if lonely := wanted - known.keys():
        raise NotFoundError(f"{min(lonely)} is not in the library.")
    ids = sorted({*known.values()})
    files = [file.id for each in frame_files(library, ids).values() for file in each if file.path in wanted]
    return show_as_duplicates(library, project_id=project_id, photo_ids=ids, file_ids=files)


def _found(
    library: Library,
    name: str | None,
    kinds: Sequence[str],
    embedding_id: str | None,
    progress: Progress,
) -> list[DuplicateSet]:
    from pixsort_desktop.jobs.find_duplicates import KINDS, find_duplicates

    project_id = project_named(library, name).id if name else None
    return find_duplicates(
        library,
        project_id=project_id,
        kinds=kinds or KINDS,
        embedding_id=embedding_id,
        progress=progress,
    )


def _absolute(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - resolves no links


def _sets_with(found: Sequence[DuplicateSet], paths: Sequence[str], *, every: bool) -> list[DuplicateSet]:
    """The sets that hold any of the paths, or (`every`) all. Raises `NotFoundError` for a path that is in none."""
    wanted = {_absolute(path) for path in paths}
    lonely = wanted.difference(copy.path for each in found for copy in each.copies)
    if lonely:
        raise NotFoundError(f"{min(lonely)} is in no set of duplicates.")
    return [each for each in found if every or wanted & {copy.path for copy in each.copies}]


def _settlements(sets: Sequence[DuplicateSet], keepers: set[str]) -> list[Settlement]:
    """What each set comes to. Raises `PixsortError` where two of a set are to be kept."""
    going = []
    for each in sets:
        chosen = [at for at, copy in enumerate(each.copies) if copy.path in keepers]
        if len(chosen) > 1:
            raise PixsortError(
                f"{each.copies[chosen[0]].path} and {each.copies[chosen[1]].path} are copies of each other: name one of"
                " them, or keep both with «pixsort keep-duplicates»."
            )
        going.append(each.settled(chosen[0] if chosen else each.keeper))
    return going


def _print_sets(found: Sequence[DuplicateSet], rules: KeepRules) -> None:
    from pixsort_desktop.jobs.keepers import reason_for

    for each in found:
        click.echo(f"{_IN_WORDS[each.kind]}:")
        for at, copy in enumerate(each.copies):
            size = f"{copy.photo.width} × {copy.photo.height}, {copy.size:,} bytes"
            why = reason_for(each.copies, rules) if at == each.keeper else copy.absent
            click.echo(
                f"  {'keep' if at == each.keeper else '    '}  {copy.path}  ({size}{f'; {why}' if why else ''})"
            )
    copies = sum(len(each.copies) - 1 for each in found)
    click.echo(f"{counted(len(found), 'set')}; {counted(copies, 'photo')} could go. Nothing was changed.")


def _print_rules(rules: KeepRules, as_json: bool) -> None:
    from pixsort_desktop.jobs.keepers import RULES

    if as_json:
        print_json(rules.to_dict())
        return
    for name in rules.order:
        click.echo(f"  {'off' if name in rules.off else '   '}  {name:<10} {RULES[name].words}")
    for each in rules.protected:
        click.echo(f"  protected: {each}")


def _print_going(sets: Sequence[DuplicateSet], going: Sequence[Settlement]) -> None:
    for each, settlement in zip(sets, going, strict=True):
        for copy, copy_id in zip(each.copies, each.ids, strict=True):
            fate = "stays" if copy_id == settlement.keeper else copy.absent or "goes"
            click.echo(f"  {fate:<7}  {copy.path}")
