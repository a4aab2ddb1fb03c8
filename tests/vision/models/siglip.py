"""A small SigLIP with a tokenizer of its own, and what open_clip says with it when it is called directly. A program: FOLDER.

It leaves in FOLDER what a publisher has there (weights, `open_clip_config.json`, `tokenizer.json`) and `direct.npz`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.vision.models.known_pictures import picture
from tests.vision.models.small_models import settle

PICTURES = 12
TEXTS = [
    "a bride laughing",
    "Boats in a HARBOUR, at night!",
    "crowd of people",
    "",
    "a very long sentence about light " * 20,
    "naïve café – straße 東京",
]
LENGTH, VOCABULARY = 64, 400
PREPROCESS = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic", "resize_mode": "squash"}
# ViT-B-16-SigLIP's own configuration, with a small picture tower of timm's and narrow, few layers for words.
CONFIG: dict[str, Any] = {
    "embed_dim": 64,
    "init_logit_bias": -10,
    "custom_text": True,
    "vision_cfg": {
        "image_size": 160,
        "timm_model_name": "test_vit",
        "timm_model_pretrained": False,
        "timm_pool": "map",
        "timm_proj": "none",
    },
    "text_cfg": {
        "context_length": LENGTH,
        "vocab_size": VOCABULARY,
        "hf_tokenizer_name": "timm/ViT-B-16-SigLIP",
        "tokenizer_kwargs": {"clean": "canonicalize"},
        "width": 64,
        "heads": 2,
        "layers": 2,
        "no_causal_mask": True,
        "proj_bias": True,
        "pool_type": "last",
        "norm_kwargs": {"eps": 1e-6},
    },
}


def main(folder: Path) -> None:
    from pixsort_desktop.vision.models.torch_compat import prepare

    prepare()
    import open_clip
    import torch
    from PIL import Image
    from safetensors.torch import save_file

    torch.manual_seed(7)
    told = {"model_cfg": CONFIG, "preprocess_cfg": PREPROCESS}
    (folder / "open_clip_config.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "small-siglip.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    make_tokenizer(folder / "tokenizer.json")
    open_clip.add_model_config(folder / "small-siglip.json")
    model, _, transform = open_clip.create_model_and_transforms(
        "small-siglip",
        image_mean=PREPROCESS["mean"],
        image_std=PREPROCESS["std"],
        image_resize_mode="squash",
        image_interpolation="bicubic",
    )
    settle(model)
    save_file(
        {k: v.contiguous().clone() for k, v in model.state_dict().items()},
        folder / "open_clip_model.safetensors",
    )
    with torch.no_grad():
        seen = torch.stack([transform(Image.fromarray(picture(n))) for n in range(PICTURES)])
        tokens = torch.tensor([ids_of(folder / "tokenizer.json", text) for text in TEXTS])
        np.savez(
            folder / "direct.npz",
            vectors=model.encode_image(seen, normalize=True).numpy(),
            texts=model.encode_text(tokens, normalize=True).numpy(),
        )


def make_tokenizer(file: Path) -> None:
    """As SigLIP's: pieces of words by their likelihood (Unigram), blanks as «▁», `</s>` at the end of each text."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    own = Tokenizer(models.Unigram())
    own.normalizer = normalizers.NFKC()
    own.pre_tokenizer = pre_tokenizers.Metaspace()
    own.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<pad>", "</s>", "<unk>"],
        unk_token="<unk>",
        show_progress=False,
    )
    docs = Path(__file__).resolve().parents[3] / "docs"
    own.train_from_iterator(
        (docs / "user-guide.md").read_text(encoding="utf-8").lower().splitlines(), trainer
    )
    own.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    own.save(str(file))


def ids_of(file: Path, text: str) -> list[int]:
    """The token ids of a text, written out plainly: cleaned by open_clip, cut before the end's mark, filled up with it."""
    from open_clip.tokenizer import get_clean_fn
    from tokenizers import Tokenizer

    ids = Tokenizer.from_file(str(file)).encode(get_clean_fn("canonicalize")(text)).ids
    assert ids[-1] == 1
    ids = [*ids[:-1][: LENGTH - 1], 1]
    return [*ids, *[1] * (LENGTH - len(ids))]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
