"""The models' process for real: small models of the real architectures, in the real child."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.progress import Cancelled, Progress
from pixsort_desktop.vision.models.child import SWITCH, Child
from pixsort_desktop.vision.models.client import Failure, ModelProcess
from pixsort_desktop.vision.models.failures import ModelError
from pixsort_desktop.vision.models.preprocess import square
from tests.small_models import Small
from tests.vision.models.installing import of_row
from tests.vision.models.known_pictures import picture

FORMS = ("safetensors", "plain", "wrapped")
ARCHITECTURES = ("small-clip", "small-coca", "resnet50", "vit_small_patch14_dinov2")


def image(number: int) -> Image.Image:
    return Image.fromarray(picture(number))


def known(count: int, start: int = 0) -> Iterator[tuple[int, Callable[[], Any]]]:
    """Pictures under ids that are not their numbers."""
    return ((1000 + n, lambda n=n: image(n)) for n in range(start, start + count))  # type: ignore[misc]


def cosines(found: Any, expected: Any) -> Any:
    return (np.asarray(found, np.float64) * np.asarray(expected, np.float64)).sum(axis=-1)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_vectors_are_those_of_the_library_itself(
    small: Small, models: ModelProcess, architecture: str, form: str
) -> None:
    model = of_row(small.rows[architecture], form)
    found = dict(models.embed(model, known(12)))
    assert list(found) == [1000 + n for n in range(12)]
    vectors = np.stack([found[1000 + n] for n in range(12)])
    assert vectors.dtype == np.float32
    assert vectors.shape == (12, model.dimensions)
    assert cosines(vectors, vectors) == pytest.approx(1, abs=1e-5)
    expected = small.direct[f"{architecture}/vectors"]
    assert cosines(vectors, expected).min() > 0.9999
    others = cosines(vectors[:, None], expected[None]) - 2 * np.eye(12)
    assert others.max() < 0.9999  # a vector on the wrong photo would be seen


@pytest.mark.parametrize("architecture", ["small-clip", "small-coca"])
def test_words_are_those_of_the_library_itself(small: Small, models: ModelProcess, architecture: str) -> None:
    from tests.vision.models.directly import TEXTS

    model = of_row(small.rows[architecture])
    vectors = models.embed_texts(model, TEXTS)
    assert vectors.shape == (len(TEXTS), model.dimensions)
    assert cosines(vectors, small.direct[f"{architecture}/texts"]).min() > 0.9999
    assert models.embed_texts(model, []).shape == (0, model.dimensions)


def test_captions_are_the_likeliest_words(small: Small, models: ModelProcess) -> None:
    found = dict(models.caption(of_row(small.rows["small-coca"]), known(4)))
    assert [found[1000 + n] for n in range(4)] == list(small.direct["small-coca/captions"])


def test_what_a_model_cannot_do_is_said(small: Small, models: ModelProcess) -> None:
    resnet = of_row(small.rows["resnet50"])
    with pytest.raises(ModelError, match="knows pictures only"):
        models.embed_texts(resnet, ["a dog"])
    ((_, answer),) = models.caption(of_row(small.rows["small-clip"]), known(1))
    assert isinstance(answer, Failure)
    assert "CoCa does" in answer.reason


def test_a_square_is_cut_as_the_libraries_cut_it(small: Small) -> None:
    looked = 0
    for key, expected in small.direct.items():
        if not key.startswith("square/"):
            continue
        _, library, resize, px, share, number = key.split("/")
        row = small.rows["small-clip" if library == "open_clip" else "resnet50"]
        model = of_row(row, input_px=int(px), resize=resize, crop_share=float(share))
        found = square(image(int(number)), model)
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, expected, err_msg=key)
        looked += 1
    assert looked == 54


def test_a_picture_that_cannot_be_read_fails_alone(small: Small, models: ModelProcess) -> None:
    def broken() -> Any:
        raise PhotoError("This file is cut off.")

    pictures = list(known(12))
    pictures[3:3] = [(7, broken)]
    pictures[9:9] = [(8, broken)]
    found = dict(models.embed(of_row(small.rows["resnet50"]), iter(pictures)))
    assert found.pop(7) == found.pop(8) == Failure("This file is cut off.")
    vectors = np.stack([found[1000 + n] for n in range(12)])
    assert cosines(vectors, small.direct["resnet50/vectors"]).min() > 0.9999


def test_pictures_are_decoded_ahead_but_not_without_bound(small: Small, models: ModelProcess) -> None:
    fetched: list[int] = []

    def endless() -> Iterator[tuple[int, Callable[[], Any]]]:
        for number in itertools.count():
            yield number, lambda number=number: (fetched.append(number), image(number % 12))[1]

    results = models.embed(of_row(small.rows["resnet50"]), endless())
    assert next(results)[0] == 0
    time.sleep(0.3)
    batch = models._batches["resnet50"]
    assert 1 < len(fetched) <= 6 * batch + 4 * (os.cpu_count() or 2) + 8
    results.close()  # type: ignore[attr-defined]
    assert len(dict(models.embed(of_row(small.rows["resnet50"]), known(3)))) == 3


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_on_a_cpu_pictures_and_model_take_turns_unless_pictures_are_slow(
    small: Small, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixsort_desktop.vision.models.stream.os.cpu_count", lambda: 2)  # threads that decode
    asked = most = 0

    def some() -> Iterator[tuple[int, Callable[[], Any]]]:
        nonlocal asked
        for asked in range(1, 41):
            yield asked, lambda number=asked: (time.sleep(seconds), image(number % 12))[1]

    with ModelProcess("cpu") as models:  # captions take long, and come by eights
        for done, (_number, caption) in enumerate(models.caption(of_row(small.rows["small-coca"]), some())):
            assert isinstance(caption, str)
            most = max(most, asked - done)
    assert (most > 2 * 8) == (seconds > 0)


def test_pictures_that_cannot_be_read_are_told_at_once(small: Small, models: ModelProcess) -> None:
    asked = 0

    def gone() -> Any:
        raise PhotoError("This file is not there.")

    def endless() -> Iterator[tuple[int, Callable[[], Any]]]:
        nonlocal asked
        for asked in itertools.count(1):
            yield asked, gone

    results = models.embed(of_row(small.rows["resnet50"]), endless())
    assert next(results) == (1, Failure("This file is not there."))
    assert asked <= 6 * models._batches["resnet50"] + 4 * (os.cpu_count() or 2) + 8
    results.close()  # type: ignore[attr-defined]


def test_what_the_model_answered_is_given_while_the_next_pictures_are_slow(
    small: Small, models: ModelProcess
) -> None:
    go_on, in_vain = threading.Event(), list[int]()

    def slow(number: int) -> Image.Image:
        if number >= 8 and not go_on.wait(10):
            in_vain.append(number)
        return image(number % 12)

    def stuck() -> Iterator[tuple[int, Callable[[], Any]]]:
        for number in range(16):
            yield number, partial(slow, number)

    results = models.caption(of_row(small.rows["small-coca"]), stuck())  # by eights
    assert [next(results)[0] for _ in range(8)] == list(range(8))
    go_on.set()
    assert len(dict(results)) == 8
    assert not in_vain


def test_cancelling_takes_effect_within_a_batch(small: Small, models: ModelProcess) -> None:
    progress = Progress()
    pictures = ((n, lambda n=n: image(n % 12)) for n in itertools.count())
    results = models.embed(of_row(small.rows["small-clip"]), pictures, progress)
    next(results)
    pid = models.child().pid
    progress.cancel()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        for _ in results:
            pass
    assert time.monotonic() - began < 15  # the pictures have no end
    found = dict(models.embed(of_row(small.rows["small-clip"]), known(12)))
    vectors = np.stack([found[1000 + n] for n in range(12)])
    assert cosines(vectors, small.direct["small-clip/vectors"]).min() > 0.9999
    assert models.child().pid == pid


def test_words_overtake_pictures_that_wait(small: Small, models: ModelProcess) -> None:
    model = of_row(small.rows["small-clip"])
    results = models.embed(model, ((n, lambda n=n: image(n % 12)) for n in range(2000)))
    next(results)
    assert models.embed_texts(model, ["a dog"]).shape == (1, 48)
    assert sum(1 for _ in results) == 1999


def test_inspecting_tells_what_a_checkpoint_is(small: Small, models: ModelProcess) -> None:
    for architecture, row in small.rows.items():
        found = models.inspect(
            Path(row["files"]["wrapped"]), row["library"], row["architecture"], row["config"]
        )
        assert found.dimensions == row["dimensions"]
        assert found.captions == (architecture == "small-coca")
        assert found.reads_text == (row["library"] == "open_clip")
    assert found.input_px == 56
    assert found.mean == (0.485, 0.456, 0.406)


def test_what_does_not_fit_is_one_sentence(small: Small, models: ModelProcess, tmp_path: Path) -> None:
    clip, resnet = small.rows["small-clip"], small.rows["resnet50"]
    weights = Path(resnet["files"]["safetensors"])
    with pytest.raises(ModelError, match="does not fit the architecture"):
        models.inspect(weights, "open_clip", "small-clip", clip["config"])
    with pytest.raises(ModelError, match="does not fit the architecture"):
        models.inspect(weights, "timm", "resnet18")
    with pytest.raises(ModelError, match="knows no architecture «resnet51»"):
        models.inspect(weights, "timm", "resnet51")
    with pytest.raises(ModelError, match="knows no architecture «ViT-Z-32»"):
        models.inspect(weights, "open_clip", "ViT-Z-32")
    noise = tmp_path / "noise.pt"
    noise.write_bytes(b"this is no checkpoint")
    with pytest.raises(ModelError) as raised:
        models.inspect(noise, "timm", "resnet50")
    assert "\n" not in str(raised.value)


def test_a_pickle_that_would_do_something_is_not_read(models: ModelProcess, tmp_path: Path) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> Any:
            return (os.mkdir, (str(tmp_path / "was here"),))

    file = tmp_path / "weights.pt"
    file.write_bytes(pickle.dumps({"state_dict": Evil()}, protocol=2))
    with pytest.raises(ModelError, match="more than weights"):
        models.inspect(file, "timm", "resnet50")
    assert not (tmp_path / "was here").exists()


def test_a_device_that_is_not_here_is_said(models: ModelProcess) -> None:
    assert models.describe_device().kind in ("cpu", "cuda", "mps")
    absent = "mps" if sys.platform == "linux" else "cuda"
    with (
        ModelProcess(device=absent) as other,
        pytest.raises(ModelError, match=f"There is no device «{absent}»"),
    ):
        other.describe_device()
    with pytest.raises(ModelError, match="«tpu» is no device"):
        ModelProcess(device="tpu")


@pytest.mark.skipif(sys.platform != "linux", reason="reads what a process has loaded from /proc")
def test_torch_is_only_there_and_qt_only_here(models: ModelProcess) -> None:
    models.describe_device()
    theirs = Path(f"/proc/{models.child().pid}/maps").read_text()
    assert "libtorch" in theirs
    assert "Qt6" not in theirs


def test_a_process_with_nothing_to_do_ends_and_comes_back() -> None:
    with ModelProcess(idle_s=0.2) as models:
        models.describe_device()
        pid = models._child.pid if models._child else 0
        until = time.monotonic() + 5
        while models.running and time.monotonic() < until:
            time.sleep(0.05)
        assert not psutil.pid_exists(pid)
        models.describe_device()
        assert models.running
    assert not models.running


# -- when the process dies -----------------------------------------------------------------------------------


class Killed(ModelProcess):
    """Breaks down over what it is given first, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.started = 0

    def loaded(self, *arguments: Any, **more: Any) -> tuple[Child, int, str]:
        child, _, kind = super().loaded(*arguments, **more)
        self.started += 1
        if self.times:
            self.times -= 1
            os.kill(child.pid, signal.SIGSTOP)  # so that nothing is answered before the end
            threading.Timer(0.3, os.kill, (child.pid, signal.SIGKILL)).start()
        return child, 4, kind


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
def test_a_batch_over_which_the_process_dies_twice_has_failed_and_no_other(small: Small) -> None:
    with Killed(2) as models:
        found = dict(models.embed(of_row(small.rows["resnet50"]), known(12)))
        assert models.started == 3
    failed = {n for n in range(12) if isinstance(found[1000 + n], Failure)}
    assert failed == {0, 1, 2, 3}
    for number in failed:
        assert "broke down (signal 9" in found[1000 + number].reason
    good = [n for n in range(12) if n not in failed]
    vectors = np.stack([found[1000 + n] for n in good])
    assert cosines(vectors, small.direct["resnet50/vectors"][good]).min() > 0.9999


PARENT = """
import sys, time
from pixsort_desktop.vision.models.client import ModelProcess
models = ModelProcess()
child = models.child()
print(child.pid, "torch" in sys.modules, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
def test_a_program_that_is_killed_leaves_no_process_behind() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid, torch_here = parent.stdout.readline().split()
    assert torch_here == "False"
    child = psutil.Process(int(pid))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    gone, _ = psutil.wait_procs([child], timeout=10)
    assert gone


def test_without_torch_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with ModelProcess() as models, pytest.raises(ModelError) as raised:
        models.describe_device()
    assert str(raised.value) == (
        'Learned models need PyTorch, which is not installed: `pip install "pixsort-desktop[models]"` brings it.'
    )


def test_a_bundle_starts_it_by_a_switch_without_the_window() -> None:
    code = (
        "import os, sys\n"
        "from pixsort_desktop import __main__ as program\n"
        "leave = os._exit\n"
        "os._exit = lambda code: leave(3 if 'PySide6' in sys.modules or 'torch' in sys.modules else code)\n"
        f"sys.argv[1:] = [{SWITCH!r}]\n"
        "program.start()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr  # its input has ended, and so does it


def test_the_process_opens_no_connection() -> None:
    code = (
        "import socket\n"
        "from pixsort_desktop.vision.models.worker import stay_offline\n"
        "stay_offline()\n"
        "import urllib.request\n"
        "for attempt in (lambda: socket.create_connection(('127.0.0.1', 9)),\n"
        "                lambda: socket.socket().connect_ex(('127.0.0.1', 9)),\n"
        "                lambda: urllib.request.urlopen('https://huggingface.co')):\n"
        "    try:\n"
        "        attempt()\n"
        "    except OSError as error:\n"
        "        assert 'the models\\' process' in str(error), error\n"
        "    else:\n"
        "        raise SystemExit('a connection was made')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr + done.stdout


def test_a_tokenizer_of_its_own_is_read_from_its_file(
    small: Small, models: ModelProcess, tmp_path: Path
) -> None:
    """With the ids that CLIP's own tokenizer gives, words have the vectors that they have there."""
    tokenizers = pytest.importorskip("tokenizers", reason="the package tokenizers is not installed")
    words = {"a": 320, "dog": 1929, "cat": 2368, "<s>": 49406, "</s>": 49407, "<pad>": 0, "<other>": 1}
    own = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<other>"))
    own.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    own.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 49406), ("</s>", 49407)]
    )
    own.save(str(tmp_path / "tokenizer.json"))
    config = small.rows["small-clip"]["config"]
    foreign = {"hf_tokenizer_name": "somebody/siglip", "tokenizer_kwargs": {"clean": "canonicalize"}}
    config = {**config, "text_cfg": {**config["text_cfg"], **foreign}}
    row = {**small.rows["small-clip"], "config": config}
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        models.embed_texts(of_row(row), ["a dog"])
    found = models.embed_texts(of_row(row, tokenizer=tmp_path / "tokenizer.json"), ["A dog.", "a cat"])
    expected = models.embed_texts(of_row(small.rows["small-clip"]), ["a dog", "a cat"])
    assert cosines(found, expected).min() > 0.9999
