"""A model that runs out of memory, and one in low precision: what `runtime` makes of them. Imports torch."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.vision.models.small_models import SmallModel


def facts(small: list[SmallModel]) -> dict[str, Any]:
    """What `test_runtime` looks at."""
    return {
        "memory": {str(room): _with_room(small[0], room) for room in (100, 8, 3, 1)},
        "none": _with_no_room(small[0]),
        "bf16": {each.architecture: _in_bf16(each) for each in small},
        "coarse": _coarse(small[0]),
        "batch": [_batch(small[2]), _batch(small[2], most=5)],
    }


def _model(small: SmallModel) -> Any:
    from tests.vision.models.installing import installed

    return installed(small.library, small.architecture, small.config, small.files["plain"], small.input_px)


def _pictures(count: int, px: int) -> Any:
    return np.random.default_rng(count).integers(0, 256, (count, px, px, 3), dtype=np.uint8)


class _Cramped:
    """A network that has memory for so many pictures."""

    def __init__(self, network: Any, room: int) -> None:
        self._network, self._room = network, room
        self.module = network.module
        self.asked: list[int] = []

    def encode_images(self, pictures: Any) -> Any:
        import torch

        self.asked.append(len(pictures))
        if len(pictures) > self._room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return self._network.encode_images(pictures)


def _with_room(small: SmallModel, room: int) -> dict[str, Any]:
    import torch

    from pixsort_desktop.vision.models import runtime

    model = _model(small)
    cramped = _Cramped(runtime.read_network(model), room)
    found = runtime.Runtime(model, torch.device("cpu"), read=lambda _model: cramped)
    pictures = _pictures(19, small.input_px)
    same = runtime.Runtime(model, torch.device("cpu")).embed(pictures)
    answer = found.embed(pictures)
    return {
        "asked": cramped.asked,
        "most": found.most,
        "cosine": float((answer * same).sum(axis=1).min()),
        "rows": len(answer),
    }


def _with_no_room(small: SmallModel) -> str:
    import torch

    from pixsort_desktop.vision.models import runtime
    from pixsort_desktop.vision.models.failures import ModelError

    model = _model(small)
    cramped = _Cramped(runtime.read_network(model), 0)
    found = runtime.Runtime(model, torch.device("cpu"), read=lambda _model: cramped)
    try:
        found.embed(_pictures(4, small.input_px))
    except ModelError as error:
        return str(error)
    return "nothing was said"


def _in_bf16(small: SmallModel) -> dict[str, Any]:
    import torch

    from pixsort_desktop.vision.models import runtime

    model = _model(small)
    exact = runtime.Runtime(model, torch.device("cpu"))
    found = runtime.Runtime(model, torch.device("cpu"), precisions=[torch.bfloat16])
    pictures = runtime.probe_pictures(small.input_px)
    cosine = float((exact.embed(pictures) * found.embed(pictures)).sum(axis=1).min())
    return {"precision": found.precision, "cosine": cosine, "exact": exact.precision}


def _coarse(small: SmallModel) -> dict[str, Any]:
    """A network whose vectors are differences of nearly the same numbers: in bf16 nothing is left of them."""
    import torch

    from pixsort_desktop.vision.models import runtime

    class Differences:
        def __init__(self, network: Any) -> None:
            self._network, self.module = network, network.module

        def encode_images(self, pictures: Any) -> Any:
            self._network.module = self.module
            return (self._network.encode_images(pictures) / 50 + 1000) - 1000

    model = _model(small)
    network = Differences(runtime.read_network(model))
    found = runtime.Runtime(
        model, torch.device("cpu"), read=lambda _model: network, precisions=[torch.bfloat16, torch.float16]
    )
    return {"precision": found.precision, "dtype": str(next(network.module.parameters()).dtype)}


def _batch(small: SmallModel, most: int | None = None) -> int:
    import torch

    from pixsort_desktop.vision.models import runtime

    found = runtime.Runtime(_model(small), torch.device("cpu"))
    found.most = most
    return found.best_batch()
