"""Tags and captions: what models suggest and write, and what the user makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pixsort_desktop.cli.models import running_models
from pixsort_desktop.cli.parts import (
    done,
    json_option,
    opened_library,
    print_reasons,
    project_option,
    shown_progress,
)
from pixsort_desktop.cli.words import words_option
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.keywords import PhotoTags, clean_word, project_tags
from pixsort_desktop.library.photos import project_photos
from pixsort_desktop.library.records import Project
from pixsort_desktop.listing import photo_ids, project_named
from pixsort_desktop.terminal import counted, print_json

some_paths = click.argument(
    "paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=str, readable=False)
)


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (tag_command, caption_command):
        group.add_command(command)


@click.command("tag")
@some_paths
@project_option
@words_option
@click.option(
    "--accept", "accepted", multiple=True, metavar="TAG", help="Make TAG a keyword, where it is suggested."
)
@click.option(
    "--reject", "rejected", multiple=True, metavar="TAG", help="Never suggest TAG again for these photos."
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Accept and reject suggestions from this score on, 0 to 1.",
)
@json_option
@click.pass_obj
def tag_command(
    folder: Path,
    /,
    paths: tuple[str, ...],
    name: str,
    model_id: str | None,
    accepted: tuple[str, ...],
    rejected: tuple[str, ...],
    least: float,
    as_json: bool,
) -> None:
    """Let a model suggest tags where it has not yet, and accept or reject them.

    With PATHs, --accept and --reject are about those photos whether the tag was suggested or not; without, about every
    photo that it is suggested for. Accepted tags are keywords.
    """
    with opened_library(folder) as library:
        project = project_named(library, name)
        chosen = photo_ids(library, project, paths) if paths else None
        if chosen is None or not (accepted or rejected):
            _suggest(folder, library, project, model_id, as_json, quiet=bool(accepted or rejected))
        for words, state in ((accepted, "accepted"), (rejected, "rejected")):
            if words:
                _decide(library, project, chosen, words, state, least)
        tags = project_tags(library, project.id, model_id)
        photos = [p for p in project_photos(library, project.id) if chosen is None or p.id in chosen]
    nothing = PhotoTags()
    rows = [_tag_row(photo.path, tags.get(photo.id, nothing)) for photo in photos if photo.status == "ready"]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        told = [*(f"[{word}]" for word in row["keywords"])]
        told += [f"{each['tag']} {100 * each['confidence']:.0f}" for each in row["suggested"]]
        click.echo(f"{row['path']}  {', '.join(told) or '-'}")


def _suggest(
    folder: Path, library: Library, project: Project, model_id: str | None, as_json: bool, *, quiet: bool
) -> None:
    from pixsort_desktop.errors import NotFoundError
    from pixsort_desktop.jobs.embed_with_model import chosen_device
    from pixsort_desktop.jobs.tag_photos import tag_project
    from pixsort_desktop.jobs.word_search import model_for_words
    from pixsort_desktop.library.vectors import VectorTables
    from pixsort_desktop.vision.models.installed import models_folder
    from pixsort_desktop.vision.vocabulary import read_vocabulary

    try:
        model = model_for_words(library, models_folder(), project.id, model_id)
        with shown_progress() as progress, running_models(chosen_device(library)) as models:
            report = tag_project(
                library, VectorTables(library), project_id=project.id, model=model, models=models,
                vocabulary=read_vocabulary(folder), progress=progress,
            )  # fmt: skip
    except NotFoundError:
        if quiet and model_id is None:  # what was suggested before can be decided without a model
            return
        raise
    if not as_json:
        without = f"; {report.lacking:,} have no vector of it yet" if report.lacking else ""
        click.echo(
            f"{counted(report.done, 'photo')} looked at by {model.id}, {report.had:,} before{without}.",
            err=True,
        )


def _decide(
    library: Library,
    project: Project,
    chosen: list[int] | None,
    words: tuple[str, ...],
    state: str,
    least: float,
) -> None:
    from pixsort_desktop.commands.words import decide_tags

    if chosen is not None:
        decisions = {photo_id: list(words) for photo_id in chosen}
    else:
        wanted = set(map(clean_word, words))
        decisions = {
            photo_id: [s.word for s in tags.suggested if s.word in wanted and s.confidence >= least]
            for photo_id, tags in project_tags(library, project.id).items()
        }
    decide_tags(library, project_id=project.id, decisions=decisions, state=state)


def _tag_row(path: str, tags: PhotoTags) -> dict[str, Any]:
    return {
        "path": path,
        "keywords": list(tags.accepted),
        "rejected": list(tags.rejected),
        "suggested": [{"tag": each.word, "confidence": each.confidence} for each in tags.suggested],
    }


@click.command("caption")
@some_paths
@project_option
@click.option(
    "--embedding", "model_id", metavar="ID", help="The model (usual: the first that writes captions)."
)
@click.option(
    "--set", "text", metavar="TEXT", help="The caption of the one PATH, in your words; '' for none."
)
@json_option
@click.pass_obj
def caption_command(
    folder: Path,
    /,
    paths: tuple[str, ...],
    name: str,
    model_id: str | None,
    text: str | None,
    as_json: bool,
) -> None:
    """Let a model write captions where it has written none, or set one in your own words.

    With PATHs, for those photos alone.
    """
    from pixsort_desktop.library.written import project_captions

    with opened_library(folder) as library:
        project = project_named(library, name)
        chosen = photo_ids(library, project, paths) if paths else None
        if text is not None:
            _set_caption(library, project, chosen, text, as_json)
            return
        report = _write_captions(library, project, model_id, chosen)
        captions = project_captions(library, project.id)
        photos = [p for p in project_photos(library, project.id) if chosen is None or p.id in chosen]
    rows = [
        {"path": photo.path, "caption": found.text, "source": found.source}
        for photo in photos
        if (found := captions.get(photo.id)) is not None
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['path']}  {row['caption']}")
    click.echo(f"{counted(report.done, 'caption')} written; {report.had:,} were there.", err=True)
    print_reasons(report.failed)


def _write_captions(
    library: Library, project: Project, model_id: str | None, chosen: list[int] | None
) -> Any:
    from pixsort_desktop.jobs.caption_photos import caption_project, model_for_captions
    from pixsort_desktop.jobs.embed_with_model import chosen_device
    from pixsort_desktop.vision.models.installed import models_folder

    model = model_for_captions(models_folder(), model_id)
    with shown_progress() as progress, running_models(chosen_device(library)) as models:
        return caption_project(
            library, project_id=project.id, model=model, models=models, progress=progress, only=chosen
        )


def _set_caption(
    library: Library, project: Project, chosen: list[int] | None, text: str, as_json: bool
) -> None:
    from pixsort_desktop.commands.words import write_caption

    if chosen is None or len(chosen) != 1:
        raise click.UsageError("--set gives a caption to one photo: name its PATH.")
    write_caption(library, project_id=project.id, photo_id=chosen[0], caption=text)
    done(as_json, "Its caption is set." if text.strip() else "Its caption is taken away.", set=1)
