"""The rooms stay apart: what needs no window or model does not bring one in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.small_models import Small
from tests.vision.models.installing import of_row, put_into

HEAVY = ("torch", "torchvision", "open_clip", "timm", "safetensors")
ROOMS = ["photo", "vision", "grouping", "library", "jobs", "commands"]


MODELS = "pixsort_desktop.vision.models."
THEIRS = {"checkpoints", "generation", "inspecting", "open_clip_model", "products", "runtime", "timm_model"}
"""The modules of the models' own process that import torch; `lint-imports` sees to it that nobody else imports them."""


@pytest.mark.parametrize("room", ROOMS)
def test_no_window_and_no_model_comes_in(room: str) -> None:
    code = (
        "import importlib, pkgutil, sys\n"
        f"room = importlib.import_module('pixsort_desktop.{room}')\n"
        "for module in pkgutil.walk_packages(room.__path__, room.__name__ + '.'):\n"
        f"    if module.name.removeprefix({MODELS!r}) not in {THEIRS}:\n"
        "        importlib.import_module(module.name)\n"
        f"heavy = {{'PySide6', *{HEAVY}}} & {{name.split('.')[0] for name in sys.modules}}\n"
        "sys.exit(', '.join(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_window_brings_no_model_in_and_starts_without_numpy() -> None:
    code = (
        "import sys, pixsort_desktop.app\n"
        f"heavy = {{*{HEAVY}, 'numpy'}} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_embedding_with_a_model_brings_no_torch_into_the_program(
    small: Small, make_jpeg: Callable[..., Path], tmp_path: Path
) -> None:
    put_into(tmp_path / "models", of_row(small.rows["resnet50"], id="my-resnet"))
    make_jpeg("card/1.jpg", size=(320, 240))
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pixsort_desktop.commands.projects import create_project\n"
        "from pixsort_desktop.jobs.embed_with_model import embed_project\n"
        "from pixsort_desktop.jobs.group_photos import group_photos\n"
        "from pixsort_desktop.jobs.import_photos import import_photos\n"
        "from pixsort_desktop.library.database import Library\n"
        "from pixsort_desktop.vision.models.client import ModelProcess\n"
        "from pixsort_desktop.vision.models.installed import find_installed\n"
        "folder = Path(sys.argv[1])\n"
        "with Library.open(folder / 'library') as library, ModelProcess() as models:\n"
        "    project = create_project(library, name='Shoot').id\n"
        "    import_photos(library, project_id=project, paths=[folder / 'card'])\n"
        "    model = find_installed(folder / 'models', 'my-resnet')\n"
        "    report = embed_project(library, project_id=project, model=model, models=models)\n"
        "    assert report.done == 1, report\n"
        "    group_photos(library, project_id=project, embedding_id='my-resnet')\n"
        f"heavy = {{'PySide6', *{HEAVY}}} & {{name.split('.')[0] for name in sys.modules}}\n"
        "sys.exit(', '.join(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, pixsort_desktop.cli\n"
        "heavy = {'PySide6', 'torch', 'hdbscan', 'cv2', 'scipy', 'numpy'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
