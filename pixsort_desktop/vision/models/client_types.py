"""What the models' process tells: plain values, without torch."""

from __future__ import annotations

from dataclasses import dataclass

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a picture has no answer: one sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Where models run: a person's name for it, 'cuda', 'mps' or 'cpu', and 'fp32', 'bf16' or 'fp16'.

    `note` says in a sentence why it is not the device that was asked for; else it is empty.
    """

    name: str
    kind: str
    precision: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a checkpoint turned out to be; the fields are those of `InstalledModel`."""

    dimensions: int
    input_px: int
    mean: Triple
    std: Triple
    interpolation: str
    resize: str
    crop_share: float
    reads_text: bool
    captions: bool
