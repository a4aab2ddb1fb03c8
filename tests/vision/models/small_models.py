"""Real architectures made small, with seeded random weights: files of a few megabytes that every road can be tested on.

Each is built by its own library, from open_clip's own kind of JSON or timm's own arguments, and saved as a user has it
on disk. Imports torch in the process that calls it, so a test that must not have torch runs `python small_models.py
FOLDER` in another.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VOCABULARY = 49408
"""Of CLIP's own tokenizer, which comes with open_clip."""


@dataclass(frozen=True, slots=True)
class SmallModel:
    """`config`: open_clip's model_cfg, or arguments of `timm.create_model`. `files`: the same weights in several forms."""

    library: str
    architecture: str
    config: dict[str, Any]
    dimensions: int
    input_px: int
    files: dict[str, Path]


CLIP_CONFIG: dict[str, Any] = {
    "embed_dim": 48,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": VOCABULARY, "width": 32, "heads": 2, "layers": 2},
}
COCA_CONFIG: dict[str, Any] = {
    "embed_dim": 48,
    "vision_cfg": {
        "image_size": 64,
        "layers": 2,
        "width": 64,
        "head_width": 32,
        "patch_size": 16,
        "attentional_pool": True,
        "attn_pooler_heads": 2,
        "output_tokens": True,
    },
    "text_cfg": {
        "context_length": 76,
        "vocab_size": VOCABULARY,
        "width": 48,
        "heads": 2,
        "layers": 2,
        "embed_cls": True,
        "output_tokens": True,
    },
    "multimodal_cfg": {
        "context_length": 76,
        "vocab_size": VOCABULARY,
        "width": 48,
        "heads": 2,
        "layers": 2,
        "attn_pooler_heads": 2,
    },
    "custom_text": True,
}
TIMM_CONFIGS: dict[str, dict[str, Any]] = {
    "resnet50": {"layers": [1, 1, 1, 1], "channels": [8, 16, 24, 32], "base_width": 64, "stem_width": 16},
    "vit_small_patch14_dinov2": {"embed_dim": 48, "depth": 2, "num_heads": 2, "img_size": 56},
}


def make_open_clip(folder: Path, *, seed: int = 1) -> SmallModel:
    """A small CLIP as safetensors, as a plain state dict (.pt) and as a training checkpoint (wrapped, `module.`)."""
    model = _open_clip(CLIP_CONFIG, seed)
    return SmallModel("open_clip", "small-clip", CLIP_CONFIG, 48, 64, _save(model, folder, "small-clip"))


def make_coca(folder: Path, *, seed: int = 2) -> SmallModel:
    """A small CoCa, which also writes captions."""
    model = _open_clip(COCA_CONFIG, seed)
    return SmallModel("open_clip", "small-coca", COCA_CONFIG, 48, 64, _save(model, folder, "small-coca"))


def make_timm(folder: Path, architecture: str = "resnet50", *, seed: int = 3) -> SmallModel:
    """A small ResNet-50 or DINOv2 through timm; the ResNet's head is kept in the file, as publishers do."""
    _prepare(seed)
    import timm

    config = TIMM_CONFIGS[architecture]
    model = timm.create_model(architecture, pretrained=False, **config)
    settle(model)
    size = config.get("img_size", 64)
    files = _save(model, folder, f"small-{architecture}")
    return SmallModel("timm", architecture, config, model.num_features, size, files)


def _prepare(seed: int) -> None:
    from pixsort_desktop.vision.models.torch_compat import prepare

    prepare()
    import torch

    torch.manual_seed(seed)


def _open_clip(config: dict[str, Any], seed: int) -> Any:
    _prepare(seed)
    import open_clip
    from open_clip.model import CLIP

    kind = open_clip.CoCa if "multimodal_cfg" in config else CLIP
    model = kind(**{key: value for key, value in config.items() if key != "custom_text"})
    settle(model)
    return model


def settle(model: Any) -> None:
    """Weights at which pictures differ: fresh ones leave some branches at zero and batch norms without experience."""
    import torch

    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim > 1:
                parameter.normal_(0, parameter[0].numel() ** -0.5)
            elif "logit" not in name:
                parameter.add_(torch.randn_like(parameter) * 0.1)
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"):
                buffer.normal_(0, 0.1)
            elif name.endswith("running_var"):
                buffer.uniform_(0.5, 1.5)
    model.eval()


def _save(model: Any, folder: Path, name: str) -> dict[str, Path]:
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    weights = {key: value.contiguous().clone() for key, value in model.state_dict().items()}
    files = {
        "safetensors": folder / f"{name}.safetensors",
        "plain": folder / f"{name}.pt",
        "wrapped": folder / f"{name}-wrapped.pth",
    }
    save_file(weights, files["safetensors"])
    torch.save(weights, files["plain"])
    key = "state_dict" if name.startswith(("small-clip", "small-coca")) else "model"
    torch.save({"epoch": 3, key: {f"module.{k}": v for k, v in weights.items()}}, files["wrapped"])
    return files


def _main(folder: Path) -> None:
    """All of them into one folder, with a list of what they are on stdout."""
    models = [make_open_clip(folder), make_coca(folder), *(make_timm(folder, name) for name in TIMM_CONFIGS)]
    rows = [
        {
            "library": m.library,
            "architecture": m.architecture,
            "config": m.config,
            "dimensions": m.dimensions,
            "input_px": m.input_px,
            "files": {form: str(path) for form, path in m.files.items()},
        }
        for m in models
    ]
    print(json.dumps(rows))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
