"""A model on a device: which device, which precision, how many pictures at once, and what is done when memory runs out."""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from pixsort_desktop.vision.models.failures import ModelError
from pixsort_desktop.vision.models.installed import InstalledModel

EXACT = 0.999
"""The least cosine between a vector in low precision and the same in float32, for that precision to be used."""

MOST_PICTURES = 512
_TEXTS = 64
_LONGEST_BATCH_S = 1.0  # words wait for the batch that is being worked on
_TRYING_S = 4.0
_LOOK_S = 0.1
_LEAST = 4  # with fewer, reading the weights takes longer than working with them
_ENOUGH = 8  # below that, the messages count
_NEARLY, _LIKELY, _FALLING = 0.98, 0.9, 0.8  # of the fastest


class Network(Protocol):
    """What `open_clip_model` and `timm_model` make of a file."""

    module: Any

    def encode_images(self, pictures: torch.Tensor, /) -> torch.Tensor: ...

    def encode_texts(self, texts: list[str], /) -> torch.Tensor: ...

    def captions(self, pictures: torch.Tensor, /) -> list[str]: ...


def read_network(model: InstalledModel) -> Network:
    """The model with its weights, on the CPU in float32. Raises ModelError, and ImportError where a library is missing."""
    if model.library == "open_clip":
        from pixsort_desktop.vision.models.open_clip_model import OpenClipModel

        return OpenClipModel(model)
    if model.library == "timm":
        from pixsort_desktop.vision.models.timm_model import TimmModel

        return TimmModel(model)
    raise ModelError(f"PixSort runs models of open_clip and timm, not of «{model.library}».")


def choose_device(wish: str) -> torch.device:
    """'auto' takes CUDA before MPS before the CPU. Raises ModelError for a device that is not here."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wish == "auto":
        return torch.device(next(kind for kind, found in there.items() if found))
    if not there.get(wish):
        here = " and ".join(kind for kind, found in there.items() if found)
        raise ModelError(
            f"There is no device «{wish}» that PyTorch can use on this computer; there is {here}."
        )
    return torch.device(wish)


def device_name(device: torch.device) -> str:
    """What a person calls it."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    return "Apple GPU" if device.type == "mps" else "CPU"


def low_precisions(device: torch.device) -> list[torch.dtype]:
    """What is worth trying before float32: none on a CPU, where it is seldom faster."""
    if device.type == "cuda":
        return [torch.bfloat16, torch.float16] if torch.cuda.is_bf16_supported() else [torch.float16]
    return [torch.float16] if device.type == "mps" else []


class Runtime:
    """A model that answers uint8 pictures with vectors of unit length."""

    def __init__(
        self,
        model: InstalledModel,
        device: torch.device,
        *,
        read: Callable[[InstalledModel], Network] = read_network,
        precisions: list[torch.dtype] | None = None,
    ) -> None:
        self.model = model
        self._read = read
        self.most: int | None = None  # pictures at once, since memory ran out
        self.network = read(model)
        self.device = torch.device("cpu")
        self.dtype = torch.float32
        try:
            self._move(device)
            self._choose_precision(low_precisions(device) if precisions is None else precisions)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or device.type == "cpu":
                raise
            self._to_cpu()

    @property
    def precision(self) -> str:
        return {torch.bfloat16: "bf16", torch.float16: "fp16"}.get(self.dtype, "fp32")

    # -- answers ------------------------------------------------------------------------------------------

    def embed(self, pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """(n, px, px, 3) uint8 to (n, d) vectors of unit length. Raises ModelError where even one is too much."""
        return np.concatenate(list(self._in_parts(pictures, self._vectors)))

    def captions(self, pictures: npt.NDArray[np.uint8]) -> list[str]:
        """(n, px, px, 3) uint8 to n sentences."""
        parts = self._in_parts(pictures, lambda part: self.network.captions(self._prepare(part)))
        return [sentence for part in parts for sentence in part]

    def texts(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """(n, d) vectors of unit length."""
        with torch.inference_mode():
            starts = range(0, len(texts), _TEXTS)
            return np.concatenate([_unit(self.network.encode_texts(texts[n : n + _TEXTS])) for n in starts])

    def _vectors(self, pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        return _unit(self.network.encode_images(self._prepare(pictures)))

    def _prepare(self, pictures: npt.NDArray[np.uint8]) -> torch.Tensor:
        """Pixels as the model was trained to see them. Channels stay last in memory, where convolutions are fastest."""
        values = torch.from_numpy(pictures).to(self.device, non_blocking=True).permute(0, 3, 1, 2)
        mean = torch.tensor(self.model.mean, device=self.device).view(1, 3, 1, 1) * 255
        std = torch.tensor(self.model.std, device=self.device).view(1, 3, 1, 1) * 255
        return ((values.float() - mean) / std).to(self.dtype)

    # -- memory -------------------------------------------------------------------------------------------

    def _in_parts(
        self, pictures: npt.NDArray[np.uint8], work: Callable[[npt.NDArray[np.uint8]], Any]
    ) -> Iterator[Any]:
        """Halve the part when memory runs out; a single picture that is too much goes to the CPU, with all after it."""
        start = 0
        while start < len(pictures):
            count = min(self.most or len(pictures), len(pictures) - start)
            try:
                with torch.inference_mode():
                    answer = work(pictures[start : start + count])
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._make_room(count)
                continue
            yield answer
            start += count

    def _make_room(self, count: int) -> None:
        if count > 1:
            self.most = count // 2
        elif self.device.type != "cpu":
            self._to_cpu()
        else:
            raise ModelError("There is not enough memory for this model; a smaller one may fit.")
        give_back(self.device)

    def _to_cpu(self) -> None:
        """Read the weights again: those on the device may have lost precision, and the device may not hand them out."""
        del self.network
        give_back(self.device)
        self.most = None
        self.network = self._read(self.model)
        self.dtype = torch.float32
        self._move(torch.device("cpu"))

    def _move(self, device: torch.device) -> None:
        self.network.module.requires_grad_(False)
        self.network.module.to(device=device, memory_format=torch.channels_last)
        self.device = device

    # -- precision and size -------------------------------------------------------------------------------

    def _choose_precision(self, candidates: list[torch.dtype]) -> None:
        """The first in which the vectors of probe pictures are those of float32, but for a cosine of `EXACT`."""
        if not candidates:
            return
        probes = probe_pictures(self.model.input_px)
        with torch.inference_mode():
            exact = self._vectors(probes)
            kept = self.network.module
            for dtype in candidates:
                self.network.module = copy.deepcopy(kept).to(dtype)
                self.dtype = dtype
                with contextlib.suppress(
                    RuntimeError, TypeError
                ):  # an operator that does not exist in this precision
                    if float((self._vectors(probes) * exact).sum(axis=1).min()) > EXACT:
                        return
        self.network.module, self.dtype = kept, torch.float32

    def best_batch(self) -> int:
        """Pictures at once, found by trying: the smallest from which on more would hardly be faster.

        Sizes are doubled for as long as a batch does not take too long; those that may be best are tried once more.
        """
        self._rate(1)  # what is done only once: compiling, choosing algorithms
        rates = {1: self._rate(1)}
        count, began = 1, time.monotonic()
        while count * 2 <= (self.most or MOST_PICTURES) and time.monotonic() - began < _TRYING_S:
            fastest = max(rates.values())
            too_long = count >= _LEAST and 2 * count / fastest > _LONGEST_BATCH_S
            if too_long or (count >= _ENOUGH and rates[count] < _FALLING * fastest):
                break
            count *= 2
            rates[count] = self._rate(count)
        enough = {each: rate for each, rate in rates.items() if each >= _ENOUGH} or {count: rates[count]}
        likely = [each for each, rate in enough.items() if rate >= _LIKELY * max(enough.values())]
        for each in likely if len(likely) > 1 else ():
            enough[each] = max(enough[each], self._rate(each))
        fastest = max(enough.values())
        return min(each for each, rate in enough.items() if rate >= _NEARLY * fastest)

    def _rate(self, count: int) -> float:
        """Pictures a second, in batches of that size; the best of a few, as other work can only slow it down."""
        shape = (count, self.model.input_px, self.model.input_px, 3)
        pictures = np.random.default_rng(count).integers(0, 256, shape, np.uint8)
        fastest, until = 0.0, time.perf_counter() + _LOOK_S
        for _ in range(3):
            began = time.perf_counter()
            self.embed(pictures)
            fastest = max(fastest, count / (time.perf_counter() - began))
            if time.perf_counter() > until:
                break
        return fastest


def probe_pictures(px: int) -> npt.NDArray[np.uint8]:
    """Eight pictures (8, px, px, 3) that differ in light, colour and detail: slopes, stripes, noise at several scales."""
    rng = np.random.default_rng(8)
    across = np.linspace(0, 255, px)
    slope = np.broadcast_to(across[:, None, None], (px, px, 3))
    pictures = [slope, slope.transpose(1, 0, 2)[..., ::-1] * [1.0, 0.5, 0.2], 255 * (np.sin(slope / 9) > 0)]
    for cells in (2, 5, 14, px):
        noise = rng.uniform(0, 255, (cells, cells, 3))
        pictures.append(noise.repeat(-(-px // cells), 0)[:px].repeat(-(-px // cells), 1)[:, :px])
    pictures.append(np.full((px, px, 3), 110.0) + rng.normal(0, 12, (px, px, 3)))
    return np.clip(np.stack(pictures), 0, 255).astype(np.uint8)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out: CUDA's and MPS's own, and the CPU allocator's."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    words = str(error).lower()
    return any(
        each in words
        for each in ("out of memory", "can't allocate memory", "not enough memory", "alloc_failed")
    )


def give_back(device: torch.device) -> None:
    """Hand memory that is kept for later back to the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def _unit(vectors: torch.Tensor) -> npt.NDArray[np.float32]:
    found: npt.NDArray[np.float32] = functional.normalize(vectors.float(), dim=-1).cpu().numpy()
    return found
