"""Reading a checkpoint file, whoever saved it: safetensors, or a state dict of torch, plain or as training left it."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch

from pixsort_desktop.vision.models.failures import ModelError

_WRAPPERS = ("state_dict_ema", "model_ema", "ema", "state_dict", "model", "teacher")
_PREFIXES = ("module.", "_orig_mod.", "model.module.")

Weights = dict[str, torch.Tensor]


def read_weights(path: Path) -> Weights:
    """The tensors of a checkpoint by their names, on the CPU.

    A pickle is read with `weights_only=True`, so that it cannot run anything. Averaged weights are preferred where
    training kept both, as timm does. Raises ModelError.
    """
    found = _read(path)
    for _depth in range(2):  # {"model": {"state_dict": …}}
        inner = next((found[key] for key in _WRAPPERS if isinstance(found.get(key), dict)), None)
        if not isinstance(inner, dict):
            break
        found = inner
    weights = {str(key): value for key, value in found.items() if isinstance(value, torch.Tensor)}
    if not weights:
        raise ModelError(f"{path.name} holds no weights of a model.")
    for prefix in _PREFIXES:
        if all(key.startswith(prefix) for key in weights):
            weights = {key.removeprefix(prefix): value for key, value in weights.items()}
    return weights


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        if path.suffix == ".safetensors" or start[8:9] == b"{":  # eight bytes of length, then JSON
            from safetensors.torch import load_file

            return dict(load_file(path, device="cpu"))
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"{path.name} is more than weights (or no checkpoint at all) and was not read: a file that holds a program"
            " could do anything. Save its state dict, best as safetensors."
        ) from error
    except Exception as error:
        raise ModelError(f"{path.name} is damaged, or no checkpoint of PyTorch.") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path.name} holds no state dict.")
    return found
