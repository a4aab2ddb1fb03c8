"""Only here, and only to this machine, tests may speak to a server: one of their own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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
