"""Looking at a checkpoint that a user brings: does it fit the architecture, and how does that see pictures?"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import torch

from pixsort_desktop.vision.models.client_types import Inspected
from pixsort_desktop.vision.models.failures import ModelError
from pixsort_desktop.vision.models.installed import InstalledModel


def inspect(
    path: Path, library: str, architecture: str, config: dict[str, Any] | None, tokenizer: Path | None
) -> Inspected:
    """Load the checkpoint into the architecture and see one picture through. Raises ModelError where it does not fit."""
    from pixsort_desktop.vision.models.runtime import Runtime, read_network

    facts = (
        _open_clip_facts(architecture, config)
        if library == "open_clip"
        else _timm_facts(architecture, config)
    )
    model = InstalledModel(
        id="inspected",
        name=architecture,
        library=library,
        architecture=architecture,
        weights=path,
        sha256="",
        dimensions=0,
        reads_text=library == "open_clip",
        captions=False,
        architecture_config=config,
        tokenizer=tokenizer,
        **facts,
    )
    network = read_network(model)
    runtime = Runtime(model, torch.device("cpu"), read=lambda _model: network)
    from pixsort_desktop.vision.models.runtime import probe_pictures

    vector = runtime.embed(probe_pictures(model.input_px)[:1])
    reads_text = library == "open_clip" and (tokenizer is not None or not _foreign_words(network))
    if reads_text:
        runtime.texts(["a photo"])
    return Inspected(
        dimensions=vector.shape[1],
        reads_text=reads_text,
        captions=hasattr(network.module, "generate") and library == "open_clip",
        **facts,
    )


def _foreign_words(network: Any) -> bool:
    """Whether words need a tokenizer that does not come with open_clip."""
    return bool(network.config["text_cfg"].get("hf_tokenizer_name"))


def _open_clip_facts(architecture: str, config: dict[str, Any] | None) -> dict[str, Any]:
    from open_clip.transform import PreprocessCfg, merge_preprocess_dict

    from pixsort_desktop.vision.models import open_clip_model

    name = open_clip_model.known_name(architecture, config)
    size = open_clip_model.architecture_config(name, architecture)["vision_cfg"].get("image_size", 224)
    given = merge_preprocess_dict(PreprocessCfg(), (config or {}).get("preprocess_cfg", {}))
    if "siglip" in architecture.lower() and not (config or {}).get("preprocess_cfg"):
        given |= {"mean": (0.5,) * 3, "std": (0.5,) * 3, "resize_mode": "squash"}
    elif "mobileclip" in architecture.lower() and not (config or {}).get("preprocess_cfg"):
        given |= {"mean": (0.0,) * 3, "std": (1.0,) * 3, "interpolation": "bilinear"}
    return {
        "input_px": int(size if isinstance(size, int) else size[0]),
        "mean": tuple(given["mean"]),
        "std": tuple(given["std"]),
        "interpolation": given["interpolation"],
        "resize": given["resize_mode"],
        "crop_share": 1.0,
    }


def _timm_facts(architecture: str, config: dict[str, Any] | None) -> dict[str, Any]:
    import timm
    from timm.data import resolve_data_config
    from timm.models import get_pretrained_cfg

    if not timm.is_model(architecture):
        raise ModelError(f"timm knows no architecture «{architecture}».")
    known = get_pretrained_cfg(architecture)
    wanted = {"img_size": config["img_size"]} if config and "img_size" in config else {}
    found = resolve_data_config(wanted, pretrained_cfg=dataclasses.asdict(known) if known else {})
    modes = {"center": "shortest", "squash": "squash", "border": "longest"}
    return {
        "input_px": int(found["input_size"][-1]),
        "mean": tuple(found["mean"]),
        "std": tuple(found["std"]),
        "interpolation": found["interpolation"],
        "resize": modes.get(found["crop_mode"], "shortest"),
        "crop_share": float(found["crop_pct"]),
    }
