"""The rooms stay apart: what needs no window or model does not bring one in."""

from __future__ import annotations

import subprocess
import sys

import pytest

ROOMS = ["photo", "vision", "grouping", "library", "jobs", "commands"]
OWN_PROCESS = tuple(
    f"pixsort_desktop.vision.models.{name}"
    for name in (
        "worker", "runtime", "checkpoints", "inspecting", "open_clip_model", "timm_model", "generation", "torch_compat",
    )
)  # fmt: skip
"""The modules of the models' own process: only its child imports them, and with them torch."""


@pytest.mark.parametrize("room", ROOMS)
def test_no_window_and_no_model_comes_in(room: str) -> None:
    code = (
        "import importlib, pkgutil, sys\n"
        f"room = importlib.import_module('pixsort_desktop.{room}')\n"
        "for module in pkgutil.walk_packages(room.__path__, room.__name__ + '.'):\n"
        f"    module.name in {OWN_PROCESS!r} or importlib.import_module(module.name)\n"
        "heavy = {'PySide6', 'torch'} & {name.split('.')[0] for name in sys.modules}\n"
        "sys.exit(', '.join(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, pixsort_desktop.cli\n"
        "heavy = {'PySide6', 'torch', 'hdbscan', 'cv2', 'scipy'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
