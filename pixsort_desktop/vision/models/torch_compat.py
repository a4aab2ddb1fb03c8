"""What has to be settled before torch's companions are imported; of use only in the models' own process.

PyPI's torchvision for Linux is built against CUDA's torch. Beside a torch for the CPU its compiled part cannot be
loaded, and `import torchvision` stops with «operator torchvision::nms does not exist», although open_clip and timm
need none of its operators. Declaring the schemas of `nms` and `qnms` is enough: torchvision then registers what it
wants to say about them, and nobody calls them.
"""

from __future__ import annotations

import os
from typing import Any

_SCHEMAS = (
    ("nms", "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"),
    ("qnms", "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"),
)
_kept: list[Any] = []  # a library that is collected takes its schemas with it


def prepare() -> None:
    """Make open_clip and timm importable, and the Hugging Face libraries stay off the network. Imports torch."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "HF_DATASETS_OFFLINE"):
        os.environ[name] = "1"
    if _kept:
        return
    from torch.library import Library

    library = Library("torchvision", "FRAGMENT")
    if not _torchvision_loads():
        for operator, schema in _SCHEMAS:
            if not _known(operator):
                library.define(schema)
    _kept.append(library)


def _torchvision_loads() -> bool:
    """Whether the compiled part of torchvision fits this torch, in which case it declares everything itself."""
    import importlib.util
    from pathlib import Path

    import torch

    found = importlib.util.find_spec("torchvision")
    if found is None or found.origin is None:
        return False
    compiled = next((each for each in Path(found.origin).parent.glob("_C*") if each.suffix != ".pyi"), None)
    if compiled is None:
        return False
    try:
        torch.ops.load_library(str(compiled))
    except (OSError, RuntimeError):
        return False
    return True


def _known(operator: str) -> bool:
    import torch

    return bool(hasattr(torch.ops.torchvision, operator))
