"""Only here, and only to this machine, tests may speak to a server: one of their own."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pixsort_desktop.vision.models.client import ModelProcess
from tests.vision.models.serving import Publisher, publishing


@pytest.fixture
def loopback(_no_network: None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Connections to 127.0.0.1 work; any other is refused as everywhere. Answers the list of those made."""
    refuse, connect, made = socket.socket.connect, _CONNECT, list[Any]()

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_INET or address[0] not in ("127.0.0.1", "localhost"):
            refuse(self, address)
        made.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", _here)
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "HF_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.fixture
def publisher(loopback: list[Any]) -> Iterator[Publisher]:
    with publishing(Publisher()) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


_CONNECT = socket.socket.connect


def _here(host: str, port: Any, *_: Any, **__: Any) -> list[Any]:
    """Names are not looked up in tests: all that is asked for is this machine."""
    if host not in ("127.0.0.1", "localhost"):
        raise AssertionError(f"the address of {host} was looked up")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


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
    root = Path(__file__).resolve().parents[3]
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
