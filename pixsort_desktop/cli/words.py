"""Photos by what they show, in words, and photos that are like another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pixsort_desktop.cli.models import DEVICES, running_models
from pixsort_desktop.cli.parts import json_option, opened_library, project_option, shown_progress
from pixsort_desktop.cli.select import chosen_photos, condition_options
from pixsort_desktop.library.photos import get_photos, project_photos
from pixsort_desktop.listing import project_named
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.word_search import Ranking
    from pixsort_desktop.library.records import Photo

MOST = 20  # photos that are printed where nobody says how many

count_option = click.option(
    "--count", type=click.IntRange(min=1), default=MOST, show_default=True, help="So many of the best."
)
words_option = click.option(
    "--embedding",
    "model_id",
    metavar="ID",
    help="The model (usual: the one that reads words and has most photos).",
)


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    for command in (search_command, similar_command):
        group.add_command(command)


@click.command("search")
@click.argument("words", metavar="TEXT")
@project_option
@words_option
@count_option
@condition_options
@json_option
@click.pass_obj
def search_command(
    folder: Path,
    /,
    words: str,
    name: str,
    model_id: str | None,
    count: int,
    as_json: bool,
    text: str,
    **conditions: Any,
) -> None:
    """Print the photos of a project that show what TEXT says, best first; «-crowd» is what they should not show.

    They are searched by the vectors of a learned model that reads words. The other options are those of
    `pixsort list`.
    """
    from pixsort_desktop.jobs.embed_with_model import chosen_device
    from pixsort_desktop.jobs.word_search import TextVectors, asked_query, model_for_words, search_by_words
    from pixsort_desktop.library.embeddings import embedding_counts
    from pixsort_desktop.library.vectors import VectorTables
    from pixsort_desktop.vision.models.installed import models_folder

    asked_query(words)  # before a model is started
    with opened_library(folder) as library:
        project = project_named(library, name)
        model = model_for_words(library, models_folder(), project.id, model_id)
        photos = {photo.id: photo for photo in project_photos(library, project.id)}
        left = frozenset(chosen_photos(library, project, conditions, text))
        with running_models(chosen_device(library)) as models:
            ranking = search_by_words(
                library, VectorTables(library), TextVectors(models), project_id=project.id, text=words, model=model,
                only=left, count=count,
            )  # fmt: skip
        ready, has = embedding_counts(library, project.id, model.id)
    print_ranking([photos[i] for i in ranking.ids if i in photos], ranking, as_json)
    if ready > has and not as_json:
        click.echo(
            f"{counted(ready - has, 'photo')} without the embedding «{model.id}» stayed out; `pixsort embed` makes it.",
            err=True,
        )


@click.command("similar")
@click.argument("path", type=click.Path(path_type=str, readable=False))
@click.option("--project", "name", metavar="NAME", help="Look in this project only (usual: everywhere).")
@click.option(
    "--embedding", "embedding_id", metavar="ID", help="By this model (usual: as the project's columns)."
)
@click.option("--device", type=click.Choice(DEVICES), default="auto", help="Where a model runs, if it must.")
@count_option
@json_option
@click.pass_obj
def similar_command(
    folder: Path,
    path: str,
    name: str | None,
    embedding_id: str | None,
    device: str,
    count: int,
    as_json: bool,
) -> None:
    """Print the photos that are most like the one at PATH, which may be any picture on the disk, best first."""
    from pixsort_desktop.jobs.hierarchy import remembered_grouping
    from pixsort_desktop.jobs.picture_vector import picture_of, vector_of_file
    from pixsort_desktop.jobs.word_search import similar_photos
    from pixsort_desktop.library.vectors import VectorTables
    from pixsort_desktop.vision.descriptor import EMBEDDING_ID

    with opened_library(folder) as library:
        project = project_named(library, name) if name is not None else None
        usual = remembered_grouping(library, project.id)[1] if project else EMBEDDING_ID
        embedding = embedding_id or usual
        asked: dict[str, Any] = {
            "project_id": project.id if project else None, "embedding_id": embedding, "count": count,
        }  # fmt: skip
        tables = VectorTables(library)
        photo_id, vector = picture_of(library, path, embedding)
        if vector is None:
            with running_models(device) as models, shown_progress() as progress:
                vector = vector_of_file(path, embedding, models, progress)
        ranking = similar_photos(library, tables, photo_id=photo_id, vector=vector, **asked)
        photos = get_photos(library, ranking.ids)
    print_ranking(photos, ranking, as_json)


def print_ranking(photos: Sequence[Photo], ranking: Ranking, as_json: bool) -> None:
    """Photos with their scores, in the order given."""
    scores = dict(zip(ranking.ids, ranking.scores, strict=True))
    rows = [{"path": photo.path, "score": round(scores[photo.id], 4)} for photo in photos]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['score']:7.4f}  {row['path']}")
