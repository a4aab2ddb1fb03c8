"""Decoders in processes of their own: one that crashes, hangs or eats memory costs the file that it was given.

LibRaw, libheif and OpenJPEG are large C++ libraries that parse what strangers wrote. A child (`decoder`) is started
when the first such file comes and is kept for the next ones; it is sent a file's bytes and sends back pixels. One that
takes longer than `limits.SECONDS` is killed, one that has died is replaced, and the file gets a sentence. Children
end when nothing has come for a while, and with the process that started them, however that ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.messages import receive, send
from pixsort_desktop.photo import limits
from pixsort_desktop.photo.decoded import Decoded

SWITCH = "--pixsort-decoder"
"""What a bundle's executable is started with to be a decoder and nothing else."""

IDLE_S = 60.0


def decode_apart(source: bytes | BinaryIO, long_side: int, family: str, develop: bool = False) -> Decoded:
    """Decode a file in another process; see `decode.decode`.

    `source` is the file's bytes or an open file with a path. Raises PhotoError.
    """
    path = None if isinstance(source, bytes) else str(source.name)
    request = {"family": family, "long_side": long_side, "memory": limits.memory_limit(), "path": path}
    request["develop"] = develop
    return _pool.decode(request, source if isinstance(source, bytes) else b"")


# -- the pool -----------------------------------------------------------------------------------------------


class _Pool:
    """Decoders that wait for work, and no more of them at work than there are cores."""

    def __init__(self) -> None:
        self._free: list[tuple[float, _Child]] = []
        self._lock = threading.Lock()
        self._places = threading.Semaphore(max(2, os.cpu_count() or 2))
        self._broom: threading.Timer | None = None

    def decode(self, request: dict[str, Any], data: bytes) -> Decoded:
        with self._places:
            with self._lock:
                child = self._free.pop()[1] if self._free else None
            if child is None or not child.alive():
                child = _Child()
            try:
                decoded = child.decode(request, data)
            except PhotoError:
                if child.alive():
                    self._keep(child)
                raise
            except BaseException:  # the conversation is out of step
                child.end()
                raise
            self._keep(child)
            return decoded

    def _keep(self, child: _Child) -> None:
        with self._lock:
            self._free.append((time.monotonic(), child))
            if self._broom is None:
                self._sweep_later()

    def _sweep_later(self) -> None:
        self._broom = threading.Timer(IDLE_S, self._sweep)
        self._broom.daemon = True
        self._broom.start()

    def _sweep(self) -> None:
        """End those that have had nothing to do for a while."""
        with self._lock:
            now = time.monotonic()
            old = [child for since, child in self._free if now - since > IDLE_S / 2]
            self._free = [each for each in self._free if each[1] not in old]
            self._broom = None
            if self._free:
                self._sweep_later()
        for child in old:
            child.end()

    def close(self) -> None:
        """End all that wait."""
        with self._lock:
            if self._broom is not None:
                self._broom.cancel()
                self._broom = None
            waiting, self._free = self._free, []
        for _since, child in waiting:
            child.end()


class _Child:
    """One decoder process and the conversation with it."""

    def __init__(self) -> None:
        package = Path(__file__).resolve().parents[2]
        path = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH")]))
        command = [sys.executable, "-m", "pixsort_desktop.photo.decoder"]
        if getattr(sys, "frozen", False):
            command = [sys.executable, SWITCH]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # decoders are talkative
                env=os.environ | {"PYTHONPATH": path, "OMP_WAIT_POLICY": "passive"},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise PhotoError(f"The decoder could not be started ({error.strerror}).") from error
        assert self._process.stdin is not None and self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._took_too_long = False

    def alive(self) -> bool:
        return self._process.poll() is None

    def decode(self, request: dict[str, Any], data: bytes) -> Decoded:
        with contextlib.ExitStack() as held:
            try:
                self._send(request, data)
                answer, blobs = self._receive()
                granted = False  # once is enough: the gate is held until the answer is there
                while "asks_for_room" in answer:
                    if not granted:
                        held.enter_context(limits.own_gate())
                        granted = True
                    self._send({}, b"")
                    answer, blobs = self._receive()
            except (OSError, EOFError, ValueError) as error:
                self.end()
                raise PhotoError(self._obituary()) from error
        if "error" in answer:
            raise PhotoError(answer["error"])
        pixels, exif = blobs
        image = Image.frombytes("RGB", tuple(answer.pop("size")), pixels)
        return Decoded(image=image, exif=exif or None, **answer)

    def _send(self, header: dict[str, Any], data: bytes) -> None:
        with self._watched():
            send(self._to, header, data)

    def _receive(self) -> tuple[dict[str, Any], list[bytes]]:
        with self._watched():
            return receive(self._from)

    @contextlib.contextmanager
    def _watched(self) -> Any:
        """Kill the process if the block is not through in time; reading from it then ends."""

        def kill() -> None:
            self._took_too_long = True
            self._process.kill()

        watchdog = threading.Timer(limits.SECONDS, kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()

    def _obituary(self) -> str:
        if self._took_too_long:
            return f"Decoding this file took more than {limits.SECONDS:.0f} seconds and was stopped."
        return "The decoder broke down over this file, which is damaged in a way that it does not expect."

    def end(self) -> None:
        """Let the process go: at the end of its input it ends by itself, and is killed if not."""
        with contextlib.suppress(OSError):
            self._to.close()
        if self._took_too_long:
            self._process.kill()
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._from.close()


_pool = _Pool()
atexit.register(_pool.close)
