"""Prompt columns on the command line: searches by meaning that are pinned to a project's board."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pixsort_desktop.cli.models import running_models
from pixsort_desktop.cli.parts import done, json_option, opened_library, project_option
from pixsort_desktop.cli.words import print_ranking, words_option
from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.library.photos import get_photos
from pixsort_desktop.library.prompts import project_prompts
from pixsort_desktop.listing import project_named
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.word_search import Ranking
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.library.records import Prompt


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    group.add_command(prompts_group)


@click.group("prompts")
def prompts_group() -> None:
    """Prompt columns: searches by meaning that are pinned to the board."""


text_argument = click.argument("text", metavar="TEXT")


@prompts_group.command("list")
@project_option
@json_option
@click.pass_obj
def list_prompts(folder: Path, name: str, as_json: bool) -> None:
    """Print a project's prompt columns from left to right, and how many photos each shows."""
    with opened_library(folder) as library:
        project = project_named(library, name)
        rows = [_row(*each) for each in _found(library, project_prompts(library, project.id))]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(
            f"{row['text']:<40} {row['photos']:>6,} of {row['compared']:,}  from {row['threshold']:.4f}"
        )


@prompts_group.command("add")
@text_argument
@project_option
@words_option
@click.option(
    "--threshold", type=float, metavar="SCORE", help="Show photos from this score on (usual: by the scores)."
)
@json_option
@click.pass_obj
def add_prompt(
    folder: Path, text: str, name: str, model_id: str | None, threshold: float | None, as_json: bool
) -> None:
    """Pin TEXT as a column of a project's board; «-crowd» is what its photos should not show."""
    from dataclasses import asdict

    from pixsort_desktop.commands.prompts import pin_prompt
    from pixsort_desktop.jobs.embed_with_model import chosen_device
    from pixsort_desktop.jobs.prompts import prepare_prompt
    from pixsort_desktop.jobs.word_search import TextVectors, model_for_words
    from pixsort_desktop.library.vectors import VectorTables
    from pixsort_desktop.vision.models.installed import models_folder

    with opened_library(folder) as library:
        project = project_named(library, name)
        model = model_for_words(library, models_folder(), project.id, model_id)
        with running_models(chosen_device(library)) as models:
            new = prepare_prompt(
                library, VectorTables(library), TextVectors(models), project_id=project.id, text=text, model=model,
                threshold=threshold,
            )  # fmt: skip
        prompt_id = pin_prompt(library, project_id=project.id, **asdict(new))
        pinned = [prompt for prompt in project_prompts(library, project.id) if prompt.id == prompt_id]
        ((prompt, ranking),) = _found(library, pinned)
    row = _row(prompt, ranking)
    done(
        as_json,
        f"Pinned «{prompt.text}»: {counted(row['photos'], 'photo')} from {prompt.threshold:.4f} on.",
        **row,
    )


@prompts_group.command("show")
@text_argument
@project_option
@json_option
@click.pass_obj
def show_prompt(folder: Path, text: str, name: str, as_json: bool) -> None:
    """Print the photos that a prompt column shows, best first."""
    with opened_library(folder) as library:
        ((prompt, ranking),) = _found(library, [_named(library, name, text)])
        photos = get_photos(library, ranking.ids[: _count(prompt, ranking)])
    print_ranking(photos, ranking, as_json)


@prompts_group.command("threshold")
@text_argument
@click.argument("score", type=float)
@project_option
@json_option
@click.pass_obj
def set_threshold_command(folder: Path, text: str, score: float, name: str, as_json: bool) -> None:
    """Let a prompt column show photos that score at least SCORE."""
    from pixsort_desktop.commands.prompts import set_threshold

    with opened_library(folder) as library:
        set_threshold(library, prompt_id=_named(library, name, text).id, threshold=score)
        ((prompt, ranking),) = _found(library, [_named(library, name, text)])
    row = _row(prompt, ranking)
    done(as_json, f"«{prompt.text}» shows {counted(row['photos'], 'photo')}.", **row)


@prompts_group.command("remove")
@text_argument
@project_option
@json_option
@click.pass_obj
def remove_prompt_command(folder: Path, text: str, name: str, as_json: bool) -> None:
    """Take a prompt column off the board; its photos stay where they are."""
    from pixsort_desktop.commands.prompts import remove_prompt

    with opened_library(folder) as library:
        prompt = _named(library, name, text)
        remove_prompt(library, prompt_id=prompt.id)
    done(as_json, f"Removed «{prompt.text}».", text=prompt.text)


def _named(library: Library, name: str, text: str) -> Prompt:
    """The prompt of a project with that text. Raises NotFoundError."""
    project, wanted = project_named(library, name), " ".join(text.split())
    for prompt in project_prompts(library, project.id):
        if prompt.text == wanted:
            return prompt
    raise NotFoundError(
        f"«{project.name}» has no prompt column «{wanted}»; `pixsort prompts list` shows its prompts."
    )


def _found(library: Library, prompts: list[Prompt] | tuple[Prompt, ...]) -> list[tuple[Prompt, Ranking]]:
    """Each prompt with all photos that have a vector, best first."""
    from pixsort_desktop.jobs.prompts import PromptScores
    from pixsort_desktop.library.vectors import VectorTables

    if not prompts:
        return []
    found = PromptScores(library, VectorTables(library)).get(prompts[0].project_id, prompts)
    return [(prompt, found[prompt.id]) for prompt in prompts]


def _count(prompt: Prompt, ranking: Ranking) -> int:
    return sum(score >= prompt.threshold for score in ranking.scores)


def _row(prompt: Prompt, ranking: Ranking) -> dict[str, Any]:
    return {
        "text": prompt.text, "embedding": prompt.embedding_id, "threshold": prompt.threshold,
        "photos": _count(prompt, ranking), "compared": len(ranking.ids),
        "lowest": round(ranking.scores[-1], 4) if ranking.scores else None,
        "highest": round(ranking.scores[0], 4) if ranking.scores else None,
    }  # fmt: skip
