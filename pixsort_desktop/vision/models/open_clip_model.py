"""CLIP and its kin through open_clip: pictures and words to vectors, and CoCa's captions."""

from __future__ import annotations

import contextlib
import json
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip import factory
from open_clip.convert import convert_state_dict
from open_clip.model import CLIP, convert_to_custom_text_state_dict, resize_pos_embed, resize_text_pos_embed

from pixsort_desktop.vision.models.checkpoints import Weights, read_weights
from pixsort_desktop.vision.models.failures import ModelError, not_installed
from pixsort_desktop.vision.models.installed import InstalledModel


class OpenClipModel:
    """A model with its weights, on the CPU in float32 as it is made."""

    def __init__(self, model: InstalledModel) -> None:
        name = known_name(model.architecture, model.architecture_config)
        self.config = architecture_config(name, model.architecture)
        self.module = _build(name, self.config, model)
        _load(self.module, read_weights(model.weights), model.weights.name)
        self.module.eval()
        self._tokenizer_file = model.tokenizer
        self._tokenize: Any = None

    def encode_images(self, pictures: torch.Tensor) -> torch.Tensor:
        """(n, 3, px, px) normalised pixels to (n, d) vectors of any length."""
        vectors: torch.Tensor = self.module.encode_image(pictures)
        return vectors

    def encode_texts(self, texts: list[str]) -> torch.Tensor:
        """(n, d) vectors of any length. Raises ModelError for a model whose tokenizer is not at hand."""
        if self._tokenize is None:
            self._tokenize = _tokenizer(self.config, self._tokenizer_file)
        tokens = self._tokenize(texts).to(next(self.module.parameters()).device)
        with _without_padding(self.module, tokens) as words:
            vectors: torch.Tensor = self.module.encode_text(words)
        return vectors

    def captions(self, pictures: torch.Tensor) -> list[str]:
        """A sentence for each picture, by open_clip's own `generate`. Raises ModelError for a model that has none."""
        if not hasattr(self.module, "generate"):
            raise ModelError("This model writes no captions; CoCa does.")
        from pixsort_desktop.vision.models.generation import captions

        return captions(self.module, pictures)


@contextlib.contextmanager
def _without_padding(module: Any, tokens: torch.Tensor) -> Iterator[torch.Tensor]:
    """Tokens (n, 77) as far as the longest text goes, and a text tower that takes so many.

    CLIP's text tower looks back only (a causal mask) and is read at the end of the text, the token of the highest
    number: what stands behind it changes nothing, and is most of the work for a few words.
    """
    looks_back = (
        isinstance(module, CLIP) and module.attn_mask is not None and module.text_pool_type == "argmax"
    )
    if not looks_back:
        yield tokens
        return
    length = int(tokens.argmax(dim=-1).max()) + 1
    positions, mask = module.positional_embedding.data, module.attn_mask
    module.positional_embedding.data, module.attn_mask = positions[:length], mask[:length, :length]
    try:
        yield tokens[:, :length]
    finally:
        module.positional_embedding.data, module.attn_mask = positions, mask


def known_name(architecture: str, config: dict[str, Any] | None) -> str:
    """The name under which open_clip knows the architecture; one of the user's own is made known to it."""
    if config is None:
        return architecture
    name = f"pixsort-{uuid.uuid4().hex}"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"{name}.json"
        place.write_text(json.dumps(config.get("model_cfg", config)), encoding="utf-8")
        open_clip.add_model_config(place)
    return name


def architecture_config(name: str, architecture: str) -> dict[str, Any]:
    config = open_clip.get_model_config(name)
    if not isinstance(config, dict):
        raise ModelError(f"open_clip knows no architecture «{architecture}».")
    if config["text_cfg"].get("hf_model_name"):
        raise ModelError(
            f"«{architecture}» reads words with a model of the transformers library, which PixSort does not use."
        )
    return config


def _build(name: str, config: dict[str, Any], model: InstalledModel) -> Any:
    own = config["vision_cfg"].get("image_size", model.input_px)
    options = {} if own in (model.input_px, [model.input_px] * 2) else {"force_image_size": model.input_px}
    try:
        return factory.create_model(
            name,
            pretrained=None,
            load_weights=False,
            pretrained_image=False,
            pretrained_text=False,
            **options,
        )
    except (RuntimeError, TypeError, ValueError, KeyError, AssertionError) as error:
        raise ModelError(
            f"The architecture «{model.architecture}» cannot be built: {_line(error)}"
        ) from error


def _load(module: Any, weights: Weights, file: str) -> None:
    """As `open_clip.load_checkpoint` does, from weights that are read already."""
    weights = convert_state_dict(module, weights)
    if "positional_embedding" in weights and not hasattr(module, "positional_embedding"):
        weights = convert_to_custom_text_state_dict(weights)
    for key in ("logit_scale", "logit_bias"):
        own = getattr(module, key, None)
        if own is None:
            weights.pop(key, None)
        elif key in weights:
            weights[key] = weights[key].reshape(own.shape)
        else:
            weights[key] = own.detach().clone()
    weights.pop("text.transformer.embeddings.position_ids", None)
    try:
        resize_pos_embed(weights, module)
        resize_text_pos_embed(weights, module)
        module.load_state_dict(weights, strict=True)
    except (RuntimeError, KeyError, ValueError, AssertionError) as error:
        raise ModelError(f"{file} does not fit the architecture: {_line(error)}") from error


def _tokenizer(config: dict[str, Any], file: Path | None) -> Any:
    words = config["text_cfg"]
    length = words.get("context_length", 77)
    if not words.get("hf_tokenizer_name"):
        return open_clip.SimpleTokenizer(context_length=length, **words.get("tokenizer_kwargs", {}))
    if file is None:
        raise ModelError(
            "This model's words need its `tokenizer.json`, which did not come with it; import the model again with it."
        )
    return _JsonTokenizer(file, words, length)


class _JsonTokenizer:
    """A Hugging Face tokenizer from its file, as open_clip's `HFTokenizer` uses it, without the transformers library."""

    def __init__(self, file: Path, words: dict[str, Any], length: int) -> None:
        try:
            from tokenizers import Tokenizer
        except ModuleNotFoundError as error:
            raise ModelError(not_installed("tokenizers")) from error
        from open_clip.tokenizer import get_clean_fn

        try:
            self._tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:
            raise ModelError(f"{file.name} is no tokenizer: {_line(error)}") from error
        pad = (
            0 if "siglip2" in words["hf_tokenizer_name"].lower() else 1
        )  # as open_clip's SigLipTokenizer has it
        self._tokenizer.enable_truncation(length)
        self._tokenizer.enable_padding(length=length, pad_id=pad, pad_token=self._tokenizer.id_to_token(pad))
        self._clean = get_clean_fn(words.get("tokenizer_kwargs", {}).get("clean", "whitespace"))

    def __call__(self, texts: list[str]) -> torch.Tensor:
        rows = self._tokenizer.encode_batch([self._clean(text) for text in texts])
        return torch.tensor([row.ids for row in rows], dtype=torch.long)


def _line(error: Exception) -> str:
    """The first telling line of what a library says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Error(s) in loading"):
        lines = lines[1:]
    return (lines[0] if lines else type(error).__name__)[:300].rstrip(".") + "."
