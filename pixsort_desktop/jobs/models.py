"""Models of the user's own: checked in the models' process, copied into the models' folder, tried on a picture.

Downloads are in `vision.models.download`; this is what needs a running model.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from pixsort_desktop.progress import Progress
from pixsort_desktop.vision.models.catalogue import ModelSpec, spec_with_weights
from pixsort_desktop.vision.models.installed import (
    TOKENIZER,
    InstalledModel,
    ModelError,
    complete,
    gathering,
    of_spec,
)

if TYPE_CHECKING:
    from pixsort_desktop.vision.models.client import ModelProcess

LIBRARIES = ("open_clip", "timm")
OWN = "custom"  # the architecture's name where only a JSON describes it
CONFIGS = ("open_clip_config.json", "config.json")  # what publishers put beside their weights
TRIED = 64  # pictures of a speed test, after a first one that warms the model up
_CHUNK = 4 << 20
_LARGEST_CONFIG = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user says of a file: all that is None is found out from the file and from what lies beside it."""

    library: str | None = None
    architecture: str | None = None
    name: str | None = None
    config: Path | None = (
        None  # JSON: open_clip's model, or a timm `config.json`, or arguments of `create_model`
    )
    tokenizer: Path | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model did with a picture here."""

    id: str
    device: str
    kind: str  # 'cuda', 'mps' or 'cpu'
    precision: str
    dimensions: int
    start_s: float  # until the first vector, the model's own start included
    pictures_a_second: float

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def import_model(
    folder: Path,
    file: Path,
    models: ModelProcess,
    *,
    wanted: Wanted | None = None,
    progress: Progress | None = None,
) -> InstalledModel:
    """Copy a checkpoint into the models' folder, once the models' process has loaded it. The file itself stays.

    A file whose checksum the catalogue knows becomes that model. Raises ModelError with one sentence: no such file, no
    checkpoint, a pickle that is more than weights, an architecture that does not fit or is not named.
    """
    wanted, progress = wanted or Wanted(), progress or Progress()
    if wanted.library not in (None, *LIBRARIES):
        raise ModelError(f"«{wanted.library}» is no library for models; there are {' and '.join(LIBRARIES)}.")
    if not file.is_file():
        raise ModelError(f"There is no file {file}.")
    with gathering(folder) as place:
        weights = place / f"weights{_suffix(file)}"
        sum_ = _copy(file, weights, f"Copying {file.name}, megabytes:", progress)
        spec = spec_with_weights(sum_)
        progress.report("Checking the model", 0, 1)
        if spec is not None and wanted.config is None:
            model = _known(spec, weights, sum_, wanted, file, models)
        else:
            model = _unknown(weights, sum_, wanted, file, models)
        progress.check()
        return complete(place, folder, model)


def try_model(
    model: InstalledModel,
    models: ModelProcess,
    *,
    picture: Image.Image | None = None,
    progress: Progress | None = None,
) -> Trial:
    """Run a model on an RGB picture, or on one that is made here. Raises ModelError."""
    progress = progress or Progress()
    shown = _sample() if picture is None else picture
    began = time.perf_counter()
    size = _one_pass(model, models, shown, 1, progress)
    first = time.perf_counter() - began
    began = time.perf_counter()
    _one_pass(model, models, shown, TRIED, progress)
    speed = TRIED / (time.perf_counter() - began)
    device = models.describe_device()
    return Trial(model.id, device.name, device.kind, device.precision, size, round(first, 2), round(speed, 1))


def _one_pass(
    model: InstalledModel, models: ModelProcess, picture: Image.Image, count: int, progress: Progress
) -> int:
    size = 0
    for _, vector in models.embed(model, [(number, lambda: picture) for number in range(count)], progress):
        if not isinstance(vector, np.ndarray):
            raise ModelError(f"{model.name} does not run: {vector.reason}")
        size = int(vector.size)
    return size


def _sample() -> Image.Image:
    """A landscape of sorts, 512 x 384: sky, hills, a sun."""
    down, along = np.mgrid[0:384, 0:512].astype(np.float32)
    picture = np.stack([90 + down / 4, 120 + down / 4, 220 - down / 4], axis=-1)
    picture[down > 230 + 30 * np.sin(along / 60)] = (60, 90, 50)
    picture[(down - 90) ** 2 + (along - 380) ** 2 < 900] = (255, 235, 170)
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


# -- finding out what a file is --------------------------------------------------------------------------


def _known(
    spec: ModelSpec, weights: Path, sum_: str, wanted: Wanted, file: Path, models: ModelProcess
) -> InstalledModel:
    tokenizer = _tokenizer(weights.parent, wanted, file) if spec.tokenizer_file else None
    found = models.inspect(weights, spec.library, spec.architecture, None, tokenizer)
    return replace(of_spec(spec, weights, sum_, tokenizer), reads_text=found.reads_text)


def _unknown(weights: Path, sum_: str, wanted: Wanted, file: Path, models: ModelProcess) -> InstalledModel:
    config = _read_config(wanted.config) if wanted.config else _config_beside(file)
    library, architecture, own = _what_it_is(wanted, config)
    if library is None or (architecture is None and own is None):
        raise ModelError(
            f"{file.name} does not say what it is; name its architecture as open_clip or timm does («ViT-B-32», «resnet50»)."
        )
    named = architecture or OWN
    tokenizer = _tokenizer(weights.parent, wanted, file) if library == "open_clip" else None
    found = models.inspect(weights, library, named, own, tokenizer)
    name = wanted.name or (file.stem if named == OWN else named)
    model = InstalledModel(
        id=f"{_plain(name)}-{sum_[:8]}", name=name, library=library, architecture=named, weights=weights, sha256=sum_,
        dimensions=found.dimensions, input_px=found.input_px, mean=found.mean, std=found.std,
        interpolation=found.interpolation, resize=found.resize, crop_share=found.crop_share,
        reads_text=found.reads_text, captions=found.captions, architecture_config=own, tokenizer=tokenizer,
    )  # fmt: skip
    return replace(model, **_own_preprocessing(config)) if library == "timm" else model


def _own_preprocessing(config: dict[str, Any] | None) -> dict[str, Any]:
    """What a timm `config.json` says of how its weights see pictures, where it differs from the architecture's usual way."""
    told = (config or {}).get("pretrained_cfg")
    found: dict[str, Any] = {}
    if not isinstance(told, dict):
        return found
    for key in ("mean", "std"):
        values = told.get(key)
        if isinstance(values, list) and len(values) == 3 and all(isinstance(v, (int, float)) for v in values):
            found[key] = tuple(map(float, values))
    if told.get("interpolation") in ("bilinear", "bicubic"):
        found["interpolation"] = told["interpolation"]
    if isinstance(told.get("crop_pct"), (int, float)) and 0.5 <= told["crop_pct"] <= 1:
        found["crop_share"] = float(told["crop_pct"])
    return found


def _what_it_is(
    wanted: Wanted, config: dict[str, Any] | None
) -> tuple[str | None, str | None, dict[str, Any] | None]:
    """Library, architecture by its name there, and the architecture's own description where it has none."""
    library, architecture = wanted.library, wanted.architecture
    if config is None:
        return library or _library_of(architecture), architecture, None
    if "embed_dim" in config or "model_cfg" in config:
        return library or "open_clip", architecture, config
    if "architecture" in config:  # timm's own file on Hugging Face
        arguments = config.get("model_args")
        own = arguments if isinstance(arguments, dict) and arguments else None
        return library or "timm", architecture or str(config["architecture"]), own
    if architecture is None:
        return library, None, None
    return library or "timm", architecture, config


def _library_of(architecture: str | None) -> str | None:
    """Names with capitals are open_clip's («ViT-B-32», «coca_ViT-L-14»), those without timm's."""
    if architecture is None:
        return None
    clip = architecture != architecture.lower() or "-" in architecture
    return "open_clip" if clip or architecture.startswith("convnext_base_w") else "timm"


def _config_beside(file: Path) -> dict[str, Any] | None:
    for name in CONFIGS:
        with suppress(ModelError):
            found = _read_config(file.with_name(name))
            if {"model_cfg", "architecture"} & set(found):
                return found
    return None


def _read_config(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as source:
            values = json.loads(source.read(_LARGEST_CONFIG))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} is no description of a model.") from error
    if not isinstance(values, dict):
        raise ModelError(f"{path} is no description of a model.")
    return values


def _tokenizer(place: Path, wanted: Wanted, file: Path) -> Path | None:
    source = wanted.tokenizer
    if source is None:
        beside = file.with_name(TOKENIZER)
        named_as_published = file.name.startswith("open_clip_")
        if not (named_as_published and beside.is_file()):
            return None
        source = beside
    _read_tokenizer(source)
    target = place / TOKENIZER
    _copy(source, target, f"Copying {source.name}", Progress())
    return target


def _read_tokenizer(path: Path) -> None:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} is no tokenizer: a tokenizer.json of Hugging Face is needed.") from error
    if not isinstance(values, dict) or "model" not in values:
        raise ModelError(f"{path} is no tokenizer: a tokenizer.json of Hugging Face is needed.")


# -- files -----------------------------------------------------------------------------------------------


def _copy(source: Path, target: Path, step: str, progress: Progress) -> str:
    """Copy, never link: what is in the models' folder does not change with the original. Answers the SHA-256."""
    sum_ = hashlib.sha256()
    try:
        size, done = source.stat().st_size, 0
        with source.open("rb") as read, target.open("wb") as write:
            while block := read.read(_CHUNK):
                progress.check()
                sum_.update(block)
                write.write(block)
                done += len(block)
                progress.report(step, done // 1_000_000, max(1, size // 1_000_000))
            write.flush()
            os.fsync(write.fileno())
    except OSError as error:
        raise ModelError(f"{source} cannot be copied to {target.parent.parent}: {error.strerror}.") from error
    if done == 0:
        raise ModelError(f"{source.name} is empty.")
    return sum_.hexdigest()


def _suffix(file: Path) -> str:
    return file.suffix.lower() if file.suffix.lower() in (".safetensors", ".pt", ".pth", ".bin") else ".pt"


def _plain(name: str) -> str:
    """A name as part of an id."""
    plain = re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-._")
    return plain[:60] or "model"
