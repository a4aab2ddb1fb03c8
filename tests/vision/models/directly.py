"""What open_clip and timm say when they are called directly: the measure for the models' process. A program: FOLDER.

It makes the small models in FOLDER, asks the libraries for vectors by their own road from a picture to a vector, and
leaves `models.json` and `direct.npz` there. It is run once for all tests, in a process of its own, as it imports torch.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.vision.models.known_pictures import picture
from tests.vision.models.small_models import TIMM_CONFIGS, SmallModel, make_coca, make_open_clip, make_timm

PICTURES = 12
TEXTS = ["a bride laughing", "boats in a harbour at night", "", "a very long sentence " * 40]
MEAN, STD = (0.5, 0.4, 0.6), (0.25, 0.3, 0.2)


def main(folder: Path) -> None:
    small = [make_open_clip(folder), make_coca(folder), *(make_timm(folder, name) for name in TIMM_CONFIGS)]
    arrays: dict[str, Any] = {}
    for each in small:
        own = _open_clip(each, folder) if each.library == "open_clip" else _timm(each)
        arrays |= {f"{each.architecture}/{key}": value for key, value in own.items()}
    arrays |= _squares()
    np.savez(folder / "direct.npz", **arrays)
    (folder / "models.json").write_text(json.dumps([_row(each) for each in small]))
    (folder / "runtime.json").write_text(json.dumps(_runtime(small)))


def _row(each: SmallModel) -> dict[str, Any]:
    return {
        "library": each.library,
        "architecture": each.architecture,
        "config": each.config,
        "dimensions": each.dimensions,
        "input_px": each.input_px,
        "files": {form: str(path) for form, path in each.files.items()},
    }


def _open_clip(small: SmallModel, folder: Path) -> dict[str, Any]:
    import open_clip
    import torch
    from PIL import Image

    config = folder / f"{small.architecture}.json"
    config.write_text(json.dumps(small.config))
    open_clip.add_model_config(config)
    model, _, transform = open_clip.create_model_and_transforms(
        small.architecture, pretrained=str(small.files["safetensors"]), image_mean=MEAN, image_std=STD
    )
    model.eval()
    with torch.no_grad():
        seen = torch.stack([transform(Image.fromarray(picture(n))) for n in range(PICTURES)])
        found: dict[str, Any] = {"vectors": model.encode_image(seen, normalize=True).numpy()}
        tokens = open_clip.get_tokenizer(small.architecture)(TEXTS)
        found["texts"] = model.encode_text(tokens, normalize=True).numpy()
        if hasattr(model, "generate"):
            found["captions"] = np.array([_likeliest(model, seen[n : n + 1]) for n in range(4)])
    return found


def _likeliest(model: Any, seen: Any) -> str:
    """The likeliest token after another, what was said before being 1.1 times less likely: written out plainly."""
    import open_clip
    import torch

    tokens = [49406]
    while len(tokens) < 29:
        scores = model(seen, torch.tensor([tokens]), output_labels=False)["logits"][0, -1]
        for said in set(tokens):
            scores[said] = scores[said] / 1.1 if scores[said] > 0 else scores[said] * 1.1
        if len(tokens) < 5:
            scores[49407] = -torch.inf
        tokens.append(int(scores.argmax()))
        if tokens[-1] in (49407, 0):
            break
    text = open_clip.decode(torch.tensor(tokens)).replace("<start_of_text>", "").split("<end_of_text>")[0]
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def _timm(small: SmallModel) -> dict[str, Any]:
    import timm
    import torch
    from PIL import Image

    model = timm.create_model(
        small.architecture, pretrained=False, checkpoint_path=str(small.files["wrapped"]), **small.config
    )
    model.eval()
    size = (3, small.input_px, small.input_px)
    transform = timm.data.create_transform(
        input_size=size, mean=MEAN, std=STD, interpolation="bicubic", crop_pct=0.9
    )
    with torch.no_grad():
        seen = torch.stack([transform(Image.fromarray(picture(n))) for n in range(PICTURES)])
        vectors = model.forward_head(model.forward_features(seen), pre_logits=True)
    return {"vectors": torch.nn.functional.normalize(vectors, dim=-1).numpy()}


def _squares() -> dict[str, Any]:
    """What the libraries' own transforms cut out of the pictures, as uint8."""
    from open_clip.transform import image_transform
    from PIL import Image
    from timm.data.transforms_factory import transforms_imagenet_eval

    found: dict[str, Any] = {}
    for resize in ("shortest", "squash", "longest"):
        for px in (64, 96):
            own = image_transform(px, is_train=False, mean=(0.0,) * 3, std=(1.0,) * 3, resize_mode=resize)
            for number in range(6):
                seen = own(Image.fromarray(picture(number))).permute(1, 2, 0).numpy()
                found[f"square/open_clip/{resize}/{px}/1.0/{number}"] = np.round(seen * 255).astype(np.uint8)
    for mode, resize in (("center", "shortest"), ("squash", "squash"), ("border", "longest")):
        own = transforms_imagenet_eval(
            64, crop_pct=0.9, crop_mode=mode, interpolation="bicubic", mean=MEAN, normalize=False
        )
        for number in range(6):
            seen = own(Image.fromarray(picture(number))).permute(1, 2, 0).numpy()
            found[f"square/timm/{resize}/64/0.9/{number}"] = seen
    return found


# -- how a model is run, where that can be tried without a GPU -----------------------------------------------


def _runtime(small: list[SmallModel]) -> dict[str, Any]:
    from tests.vision.models import trying_products, trying_runtime

    return {**trying_runtime.facts(small), "products": trying_products.facts()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
