"""Decoders in their own processes: killed, hung, starved, many at once, and gone when nobody needs them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import psutil
import pytest
from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.photo import apart, limits
from pixsort_desktop.photo.decode import decode
from tests.photo.dng import make_dng


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Each test begins and ends without decoders."""
    apart._pool.close()
    yield
    apart._pool.close()


@pytest.fixture(scope="module")
def dng() -> bytes:
    coarse = np.random.default_rng(1).integers(40, 256, (4, 5, 3), dtype=np.uint8)
    return make_dng(Image.fromarray(coarse).resize((320, 240)))


@pytest.fixture(scope="module")
def long_dng() -> bytes:
    """Takes some seconds to develop whole."""
    return make_dng(Image.new("RGB", (6000, 4000), (90, 120, 60)))


def decoders() -> list[psutil.Process]:
    """The decoder processes of this process."""
    found = []
    for child in psutil.Process().children():
        try:
            if "pixsort_desktop.photo.decoder" in child.cmdline():
                found.append(child)
        except psutil.Error:
            continue
    return found


def until(condition: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Background(threading.Thread):
    """A decode in another thread, and how it ended."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data, self.ending = data, ""
        self.start()

    def run(self) -> None:
        try:
            self.ending = decode(self.data, 9999).format
        except PhotoError as error:
            self.ending = str(error)


def test_one_process_serves_one_file_after_the_other(dng: bytes) -> None:
    assert decode(dng, 100).format == "RAW"
    (process,) = decoders()
    assert decode(dng, 200).image.size == (200, 150)
    with pytest.raises(PhotoError):
        decode(b"FUJIFILMCCD-RAW " + bytes(4000), 512)
    assert decode(dng, 300).image.size == (300, 225)
    assert decoders() == [process]


def test_a_decoder_that_dies_costs_its_file_and_no_more(long_dng: bytes, dng: bytes) -> None:
    decode(dng, 100)
    work = Background(long_dng)
    (process,) = decoders()
    until(lambda: process.cpu_times().user > 0.5 or not work.is_alive())
    process.kill()
    work.join()
    assert work.ending.startswith("The decoder broke down over this file")
    assert decode(dng, 100).format == "RAW"


def test_a_decoder_that_hangs_is_stopped(dng: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    decode(dng, 100)
    (process,) = decoders()
    process.suspend()
    monkeypatch.setattr(limits, "SECONDS", 1.0)
    start = time.monotonic()
    with pytest.raises(PhotoError, match=r"^Decoding this file took more than 1 seconds and was stopped\.$"):
        decode(dng, 100)
    assert time.monotonic() - start < 5
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    monkeypatch.undo()
    assert decode(dng, 100).format == "RAW"


def test_large_decodes_wait_for_each_other(dng: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """While this process holds the gate, a large RAW waits and a small one does not."""
    large = make_dng(Image.new("RGB", (2400, 1800), (90, 120, 60)))
    decode(dng, 100)
    with limits.own_gate():
        work = Background(large)
        assert decode(dng, 100).format == "RAW"
        work.join(1.0)
        assert work.is_alive()
    work.join()
    assert work.ending == "RAW"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory")
def test_memory_beyond_the_limit_is_refused_by_the_system(dng: bytes) -> None:
    """The same bound, and a decoder that asks for far more than its header said."""
    script = (
        "from pixsort_desktop.photo.decoder import _bound_memory\n"
        "_bound_memory(100_000_000)\n"
        "try:\n    bytearray(4_000_000_000)\nexcept MemoryError:\n    print('refused')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "refused\n"


def test_idle_decoders_end(dng: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "IDLE_S", 0.2)
    decode(dng, 100)
    until(lambda: not decoders())
    assert decode(dng, 100).format == "RAW"


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_decoders_do_not_outlive_a_process_that_is_killed() -> None:
    script = (
        "import sys, time\nfrom PIL import Image\nfrom tests.photo.dng import make_dng\n"
        "from pixsort_desktop.photo.decode import decode\n"
        "decode(make_dng(Image.new('RGB', (64, 48))), 64)\nprint('ready', flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=os.getcwd()) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        (child,) = psutil.Process(process.pid).children()
        process.kill()
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
