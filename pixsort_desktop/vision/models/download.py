"""Fetching a model of the catalogue, because somebody asked for it: the only place of the program that uses a network."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from pixsort_desktop.errors import NotFoundError
from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models import fetch
from pixsort_desktop.vision.models.catalogue import ModelSpec
from pixsort_desktop.vision.models.installed import (
    TOKENIZER,
    InstalledModel,
    ModelError,
    complete,
    find_installed,
    of_spec,
    partial_bytes,
    partial_folder,
)

_MEGABYTE = 1_000_000
_OWNER = "download.owner"
_busy: set[Path] = set()
_busy_lock = threading.Lock()


def download_model(
    folder: Path,
    spec: ModelSpec,
    *,
    progress: Progress,
    token: str | None = None,
    pause_s: float = fetch.PAUSE_S,
) -> InstalledModel:
    """Fetch a model into the models' folder, or answer it where it is there already.

    `token` is the user's own of Hugging Face (usual: HF_TOKEN of the environment), shown only where a publisher asks for
    one. A fetch that was stopped, by `progress`, the network or a kill, is gone on with the next time. Raises ModelError
    with one sentence.
    """
    with suppress(NotFoundError, ModelError):
        return find_installed(folder, spec.id)
    place = partial_folder(folder, spec.id)
    with _owned(place, spec):
        try:
            return _fetch_into(place, folder, spec, progress, token or os.environ.get("HF_TOKEN"), pause_s)
        except fetch.ConsentError as error:
            raise fetch.ConsentError(
                f"{spec.name} is given only to those who agreed to its licence on {spec.page}: agree there and set HF_TOKEN to"
                " a token of yours, or download the file there yourself and import it."
            ) from error


def _fetch_into(
    place: Path, folder: Path, spec: ModelSpec, progress: Progress, token: str | None, pause_s: float
) -> InstalledModel:
    step = f"Downloading {spec.name}, megabytes:"

    def told(done: int, total: int) -> None:
        whole = total or spec.file_bytes
        progress.report(step, min(done, whole) // _MEGABYTE, max(1, whole // _MEGABYTE))
        progress.check()

    def brief(_done: int, _total: int) -> None:
        progress.check()

    token = token.strip() if token else None
    tokenizer = None
    if spec.tokenizer_url:
        tokenizer = place / TOKENIZER
        fetch.fetch(spec.tokenizer_url, tokenizer, sha256=None, token=token, told=brief, pause_s=pause_s)
    weights = place / spec.file_name
    sum_ = fetch.fetch(spec.url, weights, sha256=spec.sha256, token=token, told=told, pause_s=pause_s)
    with weights.open("rb") as file:
        os.fsync(file.fileno())
    (place / _OWNER).unlink(missing_ok=True)
    return complete(place, folder, of_spec(spec, weights, sum_, tokenizer))


@contextmanager
def _owned(place: Path, spec: ModelSpec) -> Iterator[None]:
    """Two downloads of one model, in one process or in two, would write into one file."""
    with _busy_lock:
        if place in _busy:
            raise ModelError(f"{spec.name} is being downloaded already.")
        _busy.add(place)
    try:
        try:
            place.mkdir(parents=True, exist_ok=True)
            if _somebody_at(place):
                raise ModelError(f"{spec.name} is being downloaded by another window or command.")
            mine = {"pid": os.getpid(), "since": psutil.Process().create_time()}
            (place / _OWNER).write_text(json.dumps(mine), encoding="utf-8")
        except OSError as error:
            raise ModelError(
                f"The models' folder {place.parent} cannot be written: {error.strerror}."
            ) from error
        try:
            yield
        finally:
            (place / _OWNER).unlink(missing_ok=True)
            if place.is_dir() and not partial_bytes(place.parent, spec.id):
                shutil.rmtree(place, ignore_errors=True)  # nothing arrived
    finally:
        with _busy_lock:
            _busy.discard(place)


def _somebody_at(place: Path) -> bool:
    try:
        owner = json.loads((place / _OWNER).read_text(encoding="utf-8"))
        return bool(abs(psutil.Process(owner["pid"]).create_time() - owner["since"]) < 1.0)
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return False
