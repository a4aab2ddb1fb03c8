"""What every test relies on: no network, no display, a library of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import pytest
from PIL import Image

from pixsort_desktop.library.database import Library

pytest_plugins = ["tests.small_models"]

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """The whole suite takes all cores; tests that are named run here, where their output and a debugger are."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    return 0 if named else os.cpu_count()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program never speaks to a network on its own; a test in which it tries fails."""

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            raise AssertionError(f"a connection to {address} was attempted")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photographs that stands beside the checkout where there is one."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the shared test photographs are not on this machine")
    return SHARED / "data"


@pytest.fixture
def make_jpeg(tmp_path: Path) -> Callable[..., Path]:
    """Write a small JPEG whose picture depends on `seed`: make_jpeg("a/b.jpg", seed=3)."""

    def make(
        name: str, seed: int = 0, size: tuple[int, int] = (96, 64), exif: Image.Exif | None = None
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(seed)
        cells = rng.integers(0, 256, (5 + seed % 4, 7, 3), dtype=np.uint8)
        cells[..., 0] = (seed * 157) % 256  # one hue a seed, far from its neighbours'
        cells[..., 1] |= 160
        kind = Image.Resampling.NEAREST if seed % 2 else Image.Resampling.BICUBIC
        picture = Image.fromarray(cells, mode="HSV").resize(size, kind).convert("RGB")
        picture.save(path, quality=90, exif=exif or Image.Exif())
        return path

    return make


@pytest.fixture
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trash of the test's own: the folder that the freedesktop.org trash would be."""
    if sys.platform in ("win32", "darwin"):
        pytest.skip("this system's trash cannot be moved aside for a test")
    from send2trash import plat_other

    home = tmp_path / "home"
    data = home / ".local" / "share"
    data.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    monkeypatch.setattr(
        "send2trash.send2trash", plat_other.send2trash
    )  # not GIO's, which asks the session's bus
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", os.fsencode(data))
    monkeypatch.setattr(plat_other, "HOMETRASH_B", os.fsencode(data / "Trash"))
    return data / "Trash"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB of its own."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs Linux and its administrator")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
