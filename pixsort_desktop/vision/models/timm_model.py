"""Picture models without words through timm: DINOv2, DINOv3, ResNet-50, and architectures that the user chooses."""

from __future__ import annotations

import sys
from typing import Any

import timm
import torch
from timm.models import get_pretrained_cfg

from pixsort_desktop.vision.models.checkpoints import Weights, read_weights
from pixsort_desktop.vision.models.failures import ModelError
from pixsort_desktop.vision.models.installed import InstalledModel


class TimmModel:
    """A model with its weights and without its classifier, on the CPU in float32 as it is made."""

    def __init__(self, model: InstalledModel) -> None:
        self.module = build(model.architecture, model.input_px, model.architecture_config)
        _load(self.module, read_weights(model.weights), model.weights.name)
        self.module.eval()

    def encode_images(self, pictures: torch.Tensor) -> torch.Tensor:
        """(n, 3, px, px) normalised pixels to (n, d) vectors of any length: what the classifier would have seen."""
        vectors: torch.Tensor = self.module(pictures)
        return vectors

    def encode_texts(self, _texts: list[str]) -> torch.Tensor:
        """Raises ModelError."""
        raise ModelError("This model knows pictures only; for words, a CLIP model is needed.")

    def captions(self, _pictures: torch.Tensor) -> list[str]:
        """Raises ModelError."""
        raise ModelError("This model writes no captions; CoCa does.")


def build(architecture: str, input_px: int, config: dict[str, Any] | None) -> Any:
    """The model without weights; `config` are arguments of `timm.create_model`. Raises ModelError."""
    if not timm.is_model(architecture):
        raise ModelError(f"timm knows no architecture «{architecture}».")
    options = dict(config or {})
    known = get_pretrained_cfg(architecture)
    if known is not None and known.fixed_input_size and known.input_size[-1] != input_px:
        options.setdefault("img_size", input_px)
    try:
        return timm.create_model(architecture, pretrained=False, num_classes=0, **options)
    except (RuntimeError, TypeError, ValueError, KeyError, AssertionError) as error:
        raise ModelError(
            f"The architecture «{architecture}» cannot be built: {error}".rstrip(".") + "."
        ) from error


def _load(module: Any, weights: Weights, file: str) -> None:
    """What belongs to the classifier alone is left out; everything else has to be there and to fit."""
    fits = getattr(sys.modules[type(module).__module__], "checkpoint_filter_fn", None)
    try:
        if fits is not None:
            weights = fits(weights, module)
        result = module.load_state_dict(weights, strict=False)
    except (RuntimeError, KeyError, ValueError, AssertionError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        reason = lines[min(1, len(lines) - 1)] if lines else type(error).__name__
        raise ModelError(f"{file} does not fit the architecture: {reason[:300]}") from error
    heads = module.pretrained_cfg.get("classifier") or ()
    heads = (heads,) if isinstance(heads, str) else tuple(heads)
    odd = [
        key
        for key in result.unexpected_keys
        if not key.startswith((*(f"{h}." for h in heads), "head.", "fc."))
    ]
    if result.missing_keys or odd:
        what = f"{result.missing_keys[0]} is missing" if result.missing_keys else f"{odd[0]} is unknown"
        raise ModelError(f"{file} does not fit the architecture: {what}.")
