"""`pixsort embed`, as a user runs it: its output, its sentences, Ctrl+C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.small_models import Small
from tests.test_cli import Pixsort
from tests.vision.models.installing import of_row, put_into

MakeJpeg = Callable[..., Path]


@pytest.fixture
def pixsort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pixsort:
    monkeypatch.setenv("PIXSORT_MODELS", str(tmp_path / "models"))
    return Pixsort(tmp_path / "library")


def test_embed_then_group(pixsort: Pixsort, small: Small, make_jpeg: MakeJpeg, tmp_path: Path) -> None:
    put_into(tmp_path / "models", of_row(small.rows["resnet50"], id="my-resnet"))
    for n in range(6):
        make_jpeg(f"card/{n}.jpg", seed=n, size=(320, 240))
    pixsort.json("import", tmp_path / "card", "--project", "Shoot")
    sentence = pixsort.refused("embed", "--project", "Shoot", "--embedding", "resnet50")
    assert "pixsort models download resnet50" in sentence
    sentence = pixsort.refused("group", "--project", "Shoot", "--embedding", "my-resnet")
    assert "`pixsort embed --project Shoot --embedding my-resnet` makes it." in sentence

    report = pixsort.json("embed", "--project", "Shoot", "--embedding", "my-resnet", "--device", "cpu")
    assert report == {
        "embedding": "my-resnet",
        "embedded": 6,
        "had": 0,
        "failed": [],
        "device": {"name": "CPU", "kind": "cpu", "precision": "fp32", "note": ""},
    }
    again = pixsort.run("embed", "--project", "Shoot", "--embedding", "my-resnet")
    assert again.stdout.decode() == "0 photos of «Shoot» embedded with my-resnet; 6 were before.\n"
    grouped = pixsort.json("group", "--project", "Shoot", "--embedding", "my-resnet")
    assert (grouped["photos"], grouped["lacking"]) == (6, 0)
    asked = ("similar", tmp_path / "card" / "0.jpg", "--project", "Shoot")
    by_columns, by_model, built_in = (
        pixsort.json(*asked, *more)
        for more in ((), ("--embedding", "my-resnet"), ("--embedding", "builtin-1"))
    )
    assert by_columns == by_model != built_in
    assert (
        b"was not measured for"
        in pixsort.run("group", "--project", "Shoot", "--embedding", "my-resnet").stdout
    )


def test_vectors_are_listed_and_removed(
    pixsort: Pixsort, small: Small, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    model = put_into(tmp_path / "models", of_row(small.rows["resnet50"], id="my-resnet"))
    assert pixsort.json("embeddings", "list") == []
    for n in range(4):
        make_jpeg(f"card/{n}.jpg", seed=n, size=(320, 240))
    pixsort.json("import", tmp_path / "card", "--project", "Shoot")
    pixsort.json("embed", "--project", "Shoot", "--embedding", "my-resnet")
    built_in, own = pixsort.json("embeddings", "list", "--project", "Shoot")
    assert (built_in["embedding"], built_in["photos"]) == ("builtin-1", 4)
    seconds = own.pop("seconds")
    assert isinstance(seconds, int)
    assert own == {
        "embedding": "my-resnet", "name": "resnet50", "photos": 4, "bytes": 4 * model.dimensions * 4, "installed": True,
    }  # fmt: skip
    assert "The built-in embedding stays" in pixsort.refused("embeddings", "remove", "builtin-1")
    pixsort.json("models", "remove", "my-resnet")
    assert b"its model is not here" in pixsort.run("embeddings", "list").stdout
    removed = pixsort.json("embeddings", "remove", "my-resnet", "--project", "Shoot")
    assert (removed["removed"], removed["stayed"]) == (4, 0)
    assert "No photo has" in pixsort.refused("embeddings", "remove", "my-resnet")


def test_a_model_is_removed_with_its_vectors(
    pixsort: Pixsort, small: Small, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    put_into(tmp_path / "models", of_row(small.rows["resnet50"], id="my-resnet"))
    pixsort.json("import", make_jpeg("1.jpg", size=(320, 240)), "--project", "Shoot")
    pixsort.json("embed", "--project", "Shoot", "--embedding", "my-resnet")
    assert pixsort.json("models", "remove", "my-resnet", "--vectors")["vectors"] == 1
    assert [each["embedding"] for each in pixsort.json("embeddings", "list")] == ["builtin-1"]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_ends_the_models_process_too(
    pixsort: Pixsort, small: Small, make_jpeg: MakeJpeg, tmp_path: Path
) -> None:
    put_into(tmp_path / "models", of_row(small.rows["resnet50"], id="my-resnet"))
    pixsort.json("import", make_jpeg("1.jpg", size=(320, 240)), "--project", "Shoot")
    command = [sys.executable, "-m", "pixsort_desktop.cli", "--library", str(pixsort.folder), "embed"]
    running = subprocess.Popen(
        [*command, "--project", "Shoot", "--embedding", "my-resnet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # where tests ignore it
    )
    children: list[psutil.Process] = []
    until = time.monotonic() + 30
    while not children and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
        children = psutil.Process(running.pid).children()
    running.send_signal(signal.SIGINT)  # while torch is being imported
    _, stderr = running.communicate(timeout=30)
    assert running.returncode == 1
    assert stderr.decode().strip() == "pixsort: stopped; what was done is kept."
    assert psutil.wait_procs(children, timeout=5)[1] == []
    assert len(children) == 1
