"""The commands for learned models: what there is, fetching one, importing one, trying one, removing one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pixsort_desktop.cli.parts import json_option, opened_library, shown_progress
from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.terminal import counted, print_json

if TYPE_CHECKING:
    from pixsort_desktop.jobs.comparing import Accelerator
    from pixsort_desktop.library.database import Library
    from pixsort_desktop.vision.models.catalogue import ModelSpec
    from pixsort_desktop.vision.models.client import ModelProcess
    from pixsort_desktop.vision.models.installed import InstalledModel

DEVICES = ("auto", "cuda", "mps", "cpu")

device_option = click.option(
    "--device", type=click.Choice(DEVICES), default="auto", show_default=True, help="Where the model runs."
)


def add_commands(group: click.Group) -> None:
    """Give these commands to `pixsort`."""
    group.add_command(models_group)


@click.group("models")
def models_group() -> None:
    """Learned models: what there is, download, import, try, remove."""


@contextmanager
def running_models(device: str) -> Iterator[ModelProcess]:
    """The models' process of a command, ended with it."""
    from pixsort_desktop.vision.models.client import ModelProcess

    with ModelProcess(device=device) as models:
        yield models


@contextmanager
def accelerator_of(library: Library) -> Iterator[Accelerator]:
    """Where a command compares many photos, as the window does; nothing is started before there are many."""
    from pixsort_desktop.jobs.comparing import Accelerator
    from pixsort_desktop.jobs.embed_with_model import chosen_device

    with running_models(chosen_device(library)) as models:
        yield Accelerator(lambda: models)


@models_group.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """What is on this computer, and what can be fetched."""
    from pixsort_desktop.vision.models.catalogue import CATALOGUE, size_in_words
    from pixsort_desktop.vision.models.installed import damaged_models, installed_models, models_folder

    folder = models_folder()
    here = {model.id: model for model in installed_models(folder)}
    damaged = damaged_models(folder)
    if as_json:
        rows = [_row(spec, here.get(spec.id), damaged.get(spec.id)) for spec in CATALOGUE]
        known = {spec.id for spec in CATALOGUE}
        rows += [_own_row(model) for model in here.values() if model.id not in known]
        rows += [
            {"id": each, "installed": False, "damaged": why}
            for each, why in damaged.items()
            if each not in known
        ]
        print_json({"folder": str(folder), "models": rows})
        return
    for model in here.values():
        _print_line("here", model.id, model.dimensions, _bytes_of(model), model.licence or "your own")
    for name, why in damaged.items():
        click.echo(f"{'damaged':<10} {name:<24} {why}")
    for spec in CATALOGUE:
        if spec.id in here or spec.id in damaged:
            continue
        _print_line("to fetch", spec.id, spec.dimensions, size_in_words(spec.file_bytes), spec.licence)
        click.echo(f"{'':<10} {spec.good_for}")
    click.echo(f"They are kept in {folder}.")


def _print_line(state: str, model_id: str, dimensions: int, size: str, licence: str) -> None:
    click.echo(f"{state:<10} {model_id:<24} {dimensions:>5} numbers  {size:>8}  {licence}")


def _bytes_of(model: InstalledModel) -> str:
    from pixsort_desktop.vision.models.catalogue import size_in_words

    return size_in_words(model.weights.stat().st_size)


def _row(spec: ModelSpec, model: InstalledModel | None, damaged: str | None) -> dict[str, Any]:
    return {
        "id": spec.id, "name": spec.name, "installed": model is not None, "damaged": damaged, "library": spec.library,
        "architecture": spec.architecture, "dimensions": spec.dimensions, "input_px": spec.input_px,
        "file_bytes": spec.file_bytes, "memory_bytes": spec.memory_bytes, "licence": spec.licence,
        "licence_note": spec.licence_note, "page": spec.page, "url": spec.url,
        "sha256": model.sha256 if model else spec.sha256, "words": spec.reads_text, "captions": spec.captions,
        "good_for": spec.good_for,
    }  # fmt: skip


def _own_row(model: InstalledModel) -> dict[str, Any]:
    return {
        "id": model.id, "name": model.name, "installed": True, "damaged": None, "library": model.library,
        "architecture": model.architecture, "dimensions": model.dimensions, "input_px": model.input_px,
        "file_bytes": model.weights.stat().st_size, "licence": model.licence, "sha256": model.sha256,
        "words": model.reads_text, "captions": model.captions,
    }  # fmt: skip


@models_group.command("download")
@click.argument("model_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Agree to the size and the licence, without being asked.")
@json_option
def download_command(model_id: str, yes: bool, as_json: bool) -> None:
    """Fetch a model from its publisher; the size and the licence are shown first."""
    from pixsort_desktop.vision.models.catalogue import size_in_words, spec_of
    from pixsort_desktop.vision.models.download import download_model
    from pixsort_desktop.vision.models.installed import models_folder

    spec, folder = spec_of(model_id), models_folder()
    if not as_json:
        click.echo(f"{spec.name}, {size_in_words(spec.file_bytes)}, from {spec.page}")
        click.echo(f"Licence: {spec.licence}. {spec.conditions}".rstrip())
    if not yes:
        if as_json or not sys.stdin.isatty():
            raise PixsortError(
                f"{spec.name} has {size_in_words(spec.file_bytes)}, licence {spec.licence}; with --yes you agree to it."
            )
        click.confirm("Fetch it, and agree to its licence?", abort=True, err=True)
    with shown_progress() as progress:
        model = download_model(folder, spec, progress=progress)
    if as_json:
        print_json(_row(spec, model, None))
    else:
        click.echo(f"{model.id} is on this computer; its checksum is right ({model.sha256[:16]}…).")


@models_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--architecture", metavar="A", help="As open_clip or timm calls it: ViT-B-32, resnet50.")
@click.option("--library", "kind", type=click.Choice(("open_clip", "timm")), help="Whose architecture it is.")
@click.option("--name", metavar="N", help="What it is called here.")
@click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE", help="JSON of an architecture of your own."
)
@click.option("--tokenizer", type=click.Path(path_type=Path), metavar="FILE", help="Its tokenizer.json.")
@device_option
@json_option
def import_command(
    file: Path,
    architecture: str | None,
    kind: str | None,
    name: str | None,
    config: Path | None,
    tokenizer: Path | None,
    device: str,
    as_json: bool,
) -> None:
    """Copy a checkpoint from disk: safetensors, or a state dict of open_clip or timm."""
    from pixsort_desktop.jobs.models import Wanted, import_model
    from pixsort_desktop.vision.models.installed import models_folder

    wanted = Wanted(kind, architecture, name, config, tokenizer)
    with shown_progress() as progress, running_models(device) as models:
        model = import_model(models_folder(), file, models, wanted=wanted, progress=progress)
    if as_json:
        print_json(_own_row(model))
    else:
        words = ", reads words" if model.reads_text else ""
        click.echo(f"{model.id}: {model.architecture}, {model.dimensions} numbers a photo{words}.")


@models_group.command("remove")
@click.argument("model_id", metavar="ID")
@click.option("--vectors", is_flag=True, help="Its vectors in this library, too.")
@json_option
@click.pass_obj
def remove_command(library_folder: Path, model_id: str, vectors: bool, as_json: bool) -> None:
    """Delete a model's files from this computer; vectors made by it stay in the libraries."""
    from pixsort_desktop.jobs.remove_vectors import remove_vectors
    from pixsort_desktop.vision.models.catalogue import size_in_words
    from pixsort_desktop.vision.models.installed import models_folder, remove_model

    freed, removed = remove_model(models_folder(), model_id), 0
    if vectors:
        with opened_library(library_folder) as library, suppress(NotFoundError):
            removed = remove_vectors(library, model_id).photos
    if as_json:
        print_json({"id": model_id, "freed_bytes": freed, "vectors": removed})
        return
    click.echo(f"{model_id} is removed; {size_in_words(freed)} are free again.")
    if vectors:
        click.echo(f"{counted(removed, 'vector')} by it removed.")


@models_group.command("test")
@click.argument("model_id", metavar="ID")
@click.option("--picture", type=click.Path(path_type=Path), metavar="PATH", help="A photo to try it on.")
@device_option
@json_option
def test_command(model_id: str, picture: Path | None, device: str, as_json: bool) -> None:
    """Run a model on a picture and say where it runs and how fast."""
    from pixsort_desktop.jobs.models import try_model
    from pixsort_desktop.jobs.picture_vector import read_picture
    from pixsort_desktop.vision.models.installed import find_installed, models_folder

    model = find_installed(models_folder(), model_id)
    shown = read_picture(str(picture)) if picture else None
    with shown_progress() as progress, running_models(device) as models:
        trial = try_model(model, models, picture=shown, progress=progress)
    if as_json:
        print_json(trial.to_dict())
        return
    click.echo(
        f"{trial.id} runs on {trial.device} ({trial.precision}): {trial.dimensions} numbers a photo,"
        f" {trial.pictures_a_second:,.1f} photos a second, {trial.start_s:.1f} s until the first."
    )
