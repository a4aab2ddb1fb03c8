"""Real architectures without their weights, on torch's meta device: no memory, no file, no network."""

from __future__ import annotations

from typing import Any

from pixsort_desktop.vision.models.catalogue import ModelSpec


def bare_model(spec: ModelSpec) -> Any:
    """The model as its library builds it, with tensors that have a shape and no content."""
    import torch

    declare_torchvision()
    if spec.library == "timm":
        import timm

        with torch.device("meta"):
            return timm.create_model(spec.architecture, num_classes=0, **image_size(spec))
    import open_clip

    config = dict(open_clip.get_model_config(spec.architecture))
    custom = config.pop("custom_text", False)
    kind = open_clip.CustomTextCLIP if custom else open_clip.CLIP
    if "multimodal_cfg" in config:
        kind = open_clip.CoCa
    with torch.device("meta"):
        return kind(**config)


def image_size(spec: ModelSpec) -> dict[str, int]:
    return {"img_size": spec.input_px} if "vit_" in spec.architecture else {}


def file_bytes(model: Any, spec: ModelSpec) -> int:
    """Bytes of the tensors that the publisher's file holds."""
    return sum(tensor.numel() * tensor.element_size() for tensor in model.state_dict().values())


_declared: list[Any] = []


def declare_torchvision() -> None:
    """torchvision's wheels are built against another torch; see `docs/architecture.md`."""
    import importlib.util

    import torch

    if _declared or importlib.util.find_spec("torchvision") is None:
        return
    library = torch.library.Library("torchvision", "FRAGMENT")
    for schema in (
        "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
        "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    ):
        try:
            library.define(schema)
        except RuntimeError:
            return
    _declared.append(library)
