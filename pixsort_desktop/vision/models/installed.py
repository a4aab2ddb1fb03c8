"""The models on this computer: a folder each, with the weights, their checksum, and what is needed to run them.

They lie beside the user's own library and serve all libraries. A folder is complete when it has its name: files are
gathered in a folder whose name begins with a dot, which is then renamed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pixsort_desktop.errors import NotFoundError, PixsortError
from pixsort_desktop.paths import default_library
from pixsort_desktop.vision.models.catalogue import CATALOGUE, ModelSpec, size_in_words

RECORD = "model.json"
TOKENIZER = "tokenizer.json"
_FORMAT = 1
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


class ModelError(PixsortError):
    """A model could not be fetched, imported or run."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model whose weights are on this computer. `id` is also the embedding under which its vectors are kept.

    `mean` and `std` are for values between 0 and 1; `resize` and `crop_share` as in `ModelSpec`.
    """

    id: str
    name: str
    library: str  # 'open_clip' or 'timm'
    architecture: str
    weights: Path
    sha256: str
    dimensions: int
    input_px: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: str
    resize: str
    crop_share: float
    reads_text: bool
    captions: bool
    architecture_config: dict[str, Any] | None = None  # an open_clip architecture of the user's own
    licence: str = ""
    tokenizer: Path | None = None


def models_folder() -> Path:
    """Where models are kept: PIXSORT_MODELS, else `models` beside the user's own library."""
    chosen = os.environ.get("PIXSORT_MODELS")
    return Path(chosen).expanduser() if chosen else default_library() / "models"


def installed_models(folder: Path) -> list[InstalledModel]:
    """The models that can be used, those of the catalogue first and in its order, then by name."""
    return [model for model in look_through(folder) if isinstance(model, InstalledModel)]


def damaged_models(folder: Path) -> dict[str, str]:
    """Ids of folders that do not hold what they should, and why."""
    return dict(found for found in look_through(folder) if isinstance(found, tuple))


def look_through(folder: Path) -> list[InstalledModel | tuple[str, str]]:
    """Each model of the folder, or its id and what is wrong with it."""
    order = {spec.id: number for number, spec in enumerate(CATALOGUE)}
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir() and _ID.fullmatch(entry.name)]
    except OSError:
        return []
    found: list[InstalledModel | tuple[str, str]] = []
    for name in sorted(names, key=lambda each: (order.get(each, len(order)), each)):
        try:
            found.append(_read(folder / name))
        except ModelError as error:
            found.append((name, str(error)))
    return found


def find_installed(folder: Path, model_id: str) -> InstalledModel:
    """The model of that id. Raises NotFoundError saying what would bring it, ModelError where its files are damaged."""
    if _ID.fullmatch(model_id) and (folder / model_id).is_dir():
        return _read(folder / model_id)
    for spec in CATALOGUE:
        if spec.id == model_id:
            raise NotFoundError(
                f"{model_id} is not on this computer; `pixsort models download {model_id}` fetches it"
                f" ({size_in_words(spec.file_bytes)}, {spec.licence})."
            )
    raise NotFoundError(f"There is no model «{model_id}» on this computer; `pixsort models list` shows all.")


def remove_model(folder: Path, model_id: str) -> int:
    """Delete a model's own folder, and what a stopped download of it left; answers the bytes freed.

    Raises NotFoundError where there is neither, ModelError where the folder cannot be deleted.
    """
    if not _ID.fullmatch(model_id):
        raise NotFoundError(f"There is no model «{model_id}» on this computer.")
    places = [place for place in (folder / model_id, partial_folder(folder, model_id)) if place.is_dir()]
    if not places:
        raise NotFoundError(f"There is no model «{model_id}» on this computer.")
    freed = sum(_size(place) for place in places)
    for place in places:
        try:
            shutil.rmtree(_aside(place))
        except OSError as error:
            raise ModelError(f"The files of {model_id} cannot be removed: {_reason(error)}.") from error
    return freed


def partial_folder(folder: Path, model_id: str) -> Path:
    """Where a download of that model gathers its files."""
    return folder / f".{model_id}.part"


def partial_bytes(folder: Path, model_id: str) -> int:
    """How much of a stopped download is there, without the notes about it."""
    place = partial_folder(folder, model_id)
    with suppress(OSError):
        return sum(file.stat().st_size for file in place.iterdir() if file.suffix not in (".note", ".owner"))
    return 0


@contextmanager
def gathering(folder: Path) -> Iterator[Path]:
    """A fresh folder inside `folder` that is deleted at the end where it was not renamed."""
    place = folder / f".{uuid.uuid4().hex}.new"
    try:
        place.mkdir(parents=True)
    except OSError as error:
        raise ModelError(f"The models' folder {folder} cannot be written: {_reason(error)}.") from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def complete(place: Path, folder: Path, model: InstalledModel) -> InstalledModel:
    """Write the record of a model whose files are gathered in `place`, and give the folder its name, all or nothing.

    An older model of that id is replaced. Answers the model with its files' new paths.
    """
    if not _ID.fullmatch(model.id):
        raise ModelError(
            f"«{model.id}» cannot be the name of a model: small letters, digits, dots and dashes."
        )
    values = {**asdict(model), "weights": model.weights.name, "format": _FORMAT}
    values["tokenizer"] = model.tokenizer.name if model.tokenizer else None
    values["bytes"] = model.weights.stat().st_size
    with (place / RECORD).open("w", encoding="utf-8") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    target = folder / model.id
    old = _aside(target) if target.exists() else None
    try:
        place.rename(target)
    except OSError as error:
        if old is not None:
            with suppress(OSError):
                old.rename(target)
        raise ModelError(f"The models' folder {folder} cannot be written: {_reason(error)}.") from error
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)
    return _read(target)


def of_spec(spec: ModelSpec, weights: Path, sha256: str, tokenizer: Path | None) -> InstalledModel:
    """The model of the catalogue with its files."""
    return InstalledModel(
        id=spec.id, name=spec.name, library=spec.library, architecture=spec.architecture, weights=weights, sha256=sha256,
        dimensions=spec.dimensions, input_px=spec.input_px, mean=spec.mean, std=spec.std, interpolation=spec.interpolation,
        resize=spec.resize, crop_share=spec.crop_share, reads_text=spec.reads_text, captions=spec.captions,
        licence=spec.licence, tokenizer=tokenizer,
    )  # fmt: skip


def _aside(place: Path) -> Path:
    """Rename a folder so that nobody finds it any more, and answer where it is now."""
    hidden = place.with_name(f".{uuid.uuid4().hex}.old")
    place.rename(hidden)
    return hidden


def _read(place: Path) -> InstalledModel:
    lost = f"The files of {place.name} are damaged; remove it and bring it in again."
    try:
        values = json.loads((place / RECORD).read_text(encoding="utf-8"))
        weights = place / Path(values["weights"]).name
        whole = weights.stat().st_size == values["bytes"] and values["format"] == _FORMAT
        tokenizer = place / Path(values["tokenizer"]).name if values["tokenizer"] else None
        chosen = {key: values[key] for key in InstalledModel.__dataclass_fields__}
        chosen |= {"weights": weights, "tokenizer": tokenizer, "id": place.name}
        chosen |= {key: tuple(map(float, values[key])) for key in ("mean", "std")}
        model = InstalledModel(**chosen)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ModelError(lost) from error
    if not whole or (tokenizer is not None and not tokenizer.is_file()):
        raise ModelError(lost)
    return model


def _size(place: Path) -> int:
    with suppress(OSError):
        return sum(file.stat().st_size for file in place.iterdir() if file.is_file())
    return 0


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
