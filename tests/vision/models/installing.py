"""Small models as `InstalledModel`s, in memory or in a models' folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from pixsort_desktop.vision.models.installed import InstalledModel, complete, gathering

MEAN, STD = (0.5, 0.4, 0.6), (0.25, 0.3, 0.2)


def installed(
    library: str, architecture: str, config: dict[str, Any], weights: Path, input_px: int, **more: Any
) -> InstalledModel:
    """The model of a file, with preprocessing as in `directly`."""
    values: dict[str, Any] = {
        "id": architecture.replace("_", "-"),
        "name": architecture,
        "library": library,
        "architecture": architecture,
        "weights": weights,
        "sha256": "0" * 64,
        "dimensions": 48,
        "input_px": input_px,
        "mean": MEAN,
        "std": STD,
        "interpolation": "bicubic",
        "resize": "shortest",
        "crop_share": 1.0 if library == "open_clip" else 0.9,
        "reads_text": library == "open_clip",
        "captions": "multimodal_cfg" in config,
        "architecture_config": config,
    }
    return InstalledModel(**(values | more))


def of_row(row: dict[str, Any], form: str = "safetensors", **more: Any) -> InstalledModel:
    """The model of a row of `directly`'s models.json."""
    return installed(
        row["library"],
        row["architecture"],
        row["config"],
        Path(row["files"][form]),
        more.pop("input_px", row["input_px"]),
        **({"dimensions": row["dimensions"]} | more),
    )


def put_into(folder: Path, model: InstalledModel) -> InstalledModel:
    """Copy a model into a models' folder, where the program finds it."""
    from dataclasses import replace

    with gathering(folder) as place:
        copy = place / model.weights.name
        shutil.copy(model.weights, copy)
        return complete(place, folder, replace(model, weights=copy))
