"""Only here, and only to this machine, tests may speak to a server: one of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.vision.models.serving import Publisher, allow_this_machine, publishing


@pytest.fixture
def loopback(_no_network: None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Connections to 127.0.0.1 work; any other is refused as everywhere. Answers the list of those made."""
    return allow_this_machine(monkeypatch)


@pytest.fixture
def publisher(loopback: list[Any]) -> Iterator[Publisher]:
    with publishing(Publisher()) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"
