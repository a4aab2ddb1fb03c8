"""Learned models for tests: small ones of the real architectures, and one process that runs them for everybody."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pixsort_desktop.vision.models.client import ModelProcess


@dataclass(frozen=True, slots=True)
class Small:
    """Small models, and what their libraries say of the known pictures; see `directly`."""

    rows: dict[str, dict[str, Any]]
    direct: dict[str, Any]
    runtime: dict[str, Any]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    folder = tmp_path_factory.mktemp("small models")
    command = [sys.executable, "-m", "tests.vision.models.directly", str(folder)]
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    rows = {row["architecture"]: row for row in json.loads((folder / "models.json").read_text())}
    with np.load(folder / "direct.npz") as arrays:
        direct = dict(arrays)
    return Small(rows, direct, json.loads((folder / "runtime.json").read_text()))


@pytest.fixture(scope="session")
def models() -> Iterator[ModelProcess]:
    """One process for all tests: starting one takes seconds."""
    with ModelProcess() as process:
        yield process
