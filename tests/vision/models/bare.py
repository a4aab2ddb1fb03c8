"""Real architectures without their weights, on torch's meta device: no memory, no file, no network.

Run as a program it prints, as JSON, what the libraries say of each model of the catalogue.
"""

from __future__ import annotations

import json
from typing import Any

from pixsort_desktop.vision.models.catalogue import CATALOGUE, ModelSpec


def bare_model(spec: ModelSpec, **more: Any) -> Any:
    """The model as its library builds it, with tensors that have a shape and no content. Imports torch."""
    from pixsort_desktop.vision.models.torch_compat import prepare

    prepare()
    import torch

    if spec.library == "timm":
        import timm

        with torch.device("meta"):
            return timm.create_model(spec.architecture, **more)
    import open_clip

    config = dict(open_clip.get_model_config(spec.architecture))
    custom = config.pop("custom_text", False)
    kind = open_clip.CustomTextCLIP if custom else open_clip.CLIP
    if "multimodal_cfg" in config:
        kind = open_clip.CoCa
    with torch.device("meta"):
        return kind(**config)


def seen_size(spec: ModelSpec) -> dict[str, int]:
    """The argument by which timm's transformers take pictures of the catalogue's size."""
    return {"img_size": spec.input_px} if spec.architecture.startswith("vit_") else {}


def facts(spec: ModelSpec) -> dict[str, Any]:
    model = bare_model(spec)
    found: dict[str, Any] = {"bytes": sum(t.numel() * t.element_size() for t in model.state_dict().values())}
    if spec.library == "timm":
        import timm

        tag = timm.models.get_pretrained_cfg(f"{spec.architecture}.{spec.pretrained}")
        return found | {
            "dimensions": model.num_features, "repository": tag.hf_hub_id, "licence": tag.license, "mean": tag.mean,
            "std": tag.std, "interpolation": tag.interpolation, "crop_share": tag.crop_pct, "captions": False,
        }  # fmt: skip
    import open_clip

    tag = open_clip.pretrained.get_pretrained_cfg(spec.architecture, spec.pretrained)
    config = open_clip.get_model_config(spec.architecture)
    return found | {
        "dimensions": config["embed_dim"], "input_px": config["vision_cfg"]["image_size"], "mean": tag["mean"],
        "std": tag["std"], "repository": tag["hf_hub"], "interpolation": tag["interpolation"],
        "resize": tag["resize_mode"], "captions": "multimodal_cfg" in config,
        "tokenizer": config["text_cfg"].get("hf_tokenizer_name"),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps({spec.id: facts(spec) for spec in CATALOGUE}))
