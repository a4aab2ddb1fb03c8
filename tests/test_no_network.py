"""Learned models from import to columns without a network: nothing asks for one, in any of the processes."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")

WITNESS = """
import os, sys

def notice(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        address = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments
        if not isinstance(address, (str, bytes)):
            with open(os.environ["WITNESS"], "a") as file:
                file.write(f"{os.getpid()} {sys.argv[:2]} {event} {address!r}\\n")

sys.addaudithook(notice)
with open(os.environ["WITNESS"] + ".there", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""
"""Runs at the start of every Python of these tests, the models' process too; an audit hook cannot be taken off again."""


@pytest.fixture
def alone(tmp_path: Path) -> Callable[..., Any]:
    """Run a Python program in a network namespace that has no network, where the system lets us, and with a witness."""
    place = tmp_path / "witness"
    place.mkdir()
    (place / "sitecustomize.py").write_text(WITNESS, encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.upper().startswith("HF_")},
        "PYTHONPATH": os.pathsep.join([str(place), str(ROOT)]), "WITNESS": str(place / "seen"),
        "PIXSORT_MODELS": str(tmp_path / "models"), "PIXSORT_LIBRARY": str(tmp_path / "library"),
    }  # fmt: skip
    apart = ["unshare", "-rn"] if _can_unshare() else []

    def run(*arguments: object) -> str:
        done = subprocess.run(
            [*apart, sys.executable, *map(str, arguments)],
            capture_output=True, text=True, env=environment, timeout=180, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        seen = place / "seen"
        assert not seen.exists(), seen.read_text(encoding="utf-8")
        return done.stdout

    return run


def _can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, timeout=20).returncode == 0


def test_a_model_from_import_to_removal_needs_no_network(
    alone: Callable[..., Any], make_jpeg: Callable[..., Path], tmp_path: Path
) -> None:
    def pixsort(*arguments: object) -> Any:
        return json.loads(alone("-m", "pixsort_desktop.cli", *arguments, "--json"))

    for scene in range(3):
        for frame in range(3):
            path = make_jpeg(f"card/{scene}{frame}.jpg", seed=scene, size=(320, 240))
            path.write_bytes(path.read_bytes() + bytes([frame]))
    alone("tests/vision/models/small_models.py", tmp_path / "small")
    config = tmp_path / "clip.json"
    config.write_text(alone("-c", SMALL_CLIP), encoding="utf-8")
    file = tmp_path / "small" / "small-clip.safetensors"
    model = pixsort("models", "import", file, "--config", config, "--name", "clip", "--device", "cpu")
    assert model["words"]
    pixsort("import", tmp_path / "card", "--project", "Shoot")
    pixsort("embed", "--project", "Shoot", "--embedding", model["id"], "--device", "cpu")
    pixsort("group", "--project", "Shoot", "--embedding", model["id"])
    assert sum(len(column["photos"]) for column in pixsort("groups", "--project", "Shoot")) == 9
    trial = pixsort("models", "test", model["id"], "--device", "cpu", "--picture", path)
    assert (trial["kind"], trial["dimensions"]) == ("cpu", 48)
    assert [row["id"] for row in pixsort("models", "list")["models"] if row["installed"]] == [model["id"]]
    assert pixsort("models", "remove", model["id"])["freed_bytes"] > file.stat().st_size
    processes = (tmp_path / "witness" / "seen.there").read_text(encoding="utf-8").split()
    assert len(set(processes)) > 7  # the commands, and the models' own processes among them


def test_the_witness_sees_a_connection(alone: Callable[..., Any]) -> None:
    code = "import socket; s = socket.socket(); s.settimeout(0.1); s.connect_ex(('127.0.0.1', 9))"
    with pytest.raises(AssertionError, match=r"socket.connect \('127.0.0.1', 9\)"):
        alone("-c", code)


SMALL_CLIP = (
    "import json; from tests.vision.models.small_models import CLIP_CONFIG as c; print(json.dumps(c))"
)
