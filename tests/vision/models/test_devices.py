from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from pixsort_desktop.vision.models import devices
from pixsort_desktop.vision.models.devices import possible_kinds


@pytest.mark.parametrize(
    ("library", "driver", "expected"),
    [
        ("libtorch_cuda.so", True, {"cpu", "cuda"}),
        ("libtorch_hip.so", True, {"cpu", "cuda"}),
        ("libtorch_cuda.so", False, {"cpu"}),
        ("libtorch_cpu.so", True, {"cpu"}),
    ],
)
def test_a_gpu_needs_a_driver_and_a_torch_for_it(
    library: str, driver: bool, expected: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torch" / "lib").mkdir(parents=True)
    (tmp_path / "torch" / "lib" / library).touch()
    (tmp_path / "nvidiactl").touch()
    spec = ModuleSpec("torch", None, origin=str(tmp_path / "torch" / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec if name == "torch" else None)
    monkeypatch.setattr(sys, "platform", "linux")
    place = tmp_path / ("nvidiactl" if driver else "none")
    monkeypatch.setattr(devices, "_DRIVERS", {"linux": (str(place),)})
    assert possible_kinds() == expected
    assert possible_kinds("cuda") == expected & {"cuda"}
    assert possible_kinds("cpu") == {"cpu"}


def test_without_torch_there_is_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert possible_kinds() == set()
