"""One models' process and the conversation with it: requests go out at once, answers come back by their number."""

from __future__ import annotations

import collections
import contextlib
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from pixsort_desktop.messages import receive, send
from pixsort_desktop.vision.models.failures import ModelError, ProcessDiedError

SWITCH = "--pixsort-models"
"""What a bundle's executable is started with to be the models' process and nothing else."""

_MANNERS = {
    # Threads of a model that wait for each other leave the core to others: at once, with GNU's OpenMP after some 0.1 ms.
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "2000",
    # The GNU allocator keeps what a model needs again for the next batch; without, a tenth of the time goes into page faults.
    "MALLOC_MMAP_MAX_": "0",  # a threshold for it is refused before glibc 2.35, and that of trimming then does harm
    "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
}
"""What the process is started with where the user's environment does not set these."""

Answer = tuple[dict[str, Any], bytes]

_log = logging.getLogger("pixsort.models")


class Child:
    """A fresh interpreter (also where others would fork) that imports neither Qt nor anything of its parent's."""

    def __init__(self, memory: int | None) -> None:
        self._lock = threading.Lock()
        self._owed: dict[int, Future[Answer]] = {}
        self._number = 0
        self._said: collections.deque[str] = collections.deque(maxlen=40)
        self._gone = False
        self._ended_by_us = False
        self._process = _start(memory)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._reader = threading.Thread(target=self._read, name="models", daemon=True)
        self._listener = threading.Thread(target=self._listen, name="models-log", daemon=True)
        self._reader.start()
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return not self._gone and self._process.poll() is None

    def owes(self) -> bool:
        """Whether an answer is still to come."""
        with self._lock:
            return bool(self._owed)

    def ask(self, request: dict[str, Any], blob: bytes = b"") -> Future[Answer]:
        """Send a request. The future raises ModelError for what the child refuses, ProcessDiedError when it ends."""
        future: Future[Answer] = Future()
        with self._lock:
            self._number += 1
            number = self._number
            if not self._gone:
                self._owed[number] = future
                with contextlib.suppress(OSError, ValueError):  # its end is told by the reader
                    send(self._to, {**request, "number": number}, blob)
                return future
        future.set_exception(ProcessDiedError(self._obituary()))
        return future

    def tell(self, request: dict[str, Any]) -> None:
        """Send what needs no answer."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            send(self._to, {**request, "number": 0}, b"")

    def end(self) -> None:
        """Let the process go, at once; whoever still waits for an answer is told."""
        self._ended_by_us = True
        self._process.kill()
        self._process.wait()
        if threading.current_thread() is not self._reader:
            self._reader.join()
            self._listener.join()

    # -- the reader's thread -----------------------------------------------------------------------------

    def _read(self) -> None:
        with contextlib.suppress(EOFError, OSError, ValueError):
            while True:
                answer, (blob,) = receive(self._from)
                with self._lock:
                    future = self._owed.pop(answer.pop("number"), None)
                if future is None:
                    continue
                if "error" in answer:
                    future.set_exception(ModelError(answer["error"]))
                else:
                    future.set_result((answer, blob))
        self._bury()

    def _bury(self) -> None:
        self._process.kill()  # whatever made it stop talking
        self._process.wait()
        with self._lock:
            self._gone = True
            owed, self._owed = list(self._owed.values()), {}
            with contextlib.suppress(OSError):
                self._to.close()
        self._from.close()
        reason = self._obituary()
        for future in owed:
            future.set_exception(ProcessDiedError(reason))

    def _listen(self) -> None:
        """Keep what libraries say on their standard error for a log; a full pipe would stop them."""
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            for line in stream:
                text = line.decode("utf-8", "replace").rstrip()
                self._said.append(text)
                _log.debug("%s", text)

    def _obituary(self) -> str:
        if self._ended_by_us:
            return "The models' process was ended."
        code = self._process.returncode
        why = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
        if code == -9:
            why += ", as the system does when memory runs out"
        return f"The models' process broke down ({why})."


def _start(memory: int | None) -> subprocess.Popen[bytes]:
    package = Path(__file__).resolve().parents[3]
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(package)]))
    command = [sys.executable, "-m", "pixsort_desktop.vision.models.worker"]
    if getattr(sys, "frozen", False):
        command = [sys.executable, SWITCH]
    environment = _MANNERS | os.environ | {"PYTHONPATH": path, "HF_HUB_OFFLINE": "1"}
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            pass_fds=() if memory is None else (memory,),
            start_new_session=sys.platform
            != "win32",  # Ctrl+C in a terminal is for the program, which then ends it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise ModelError(f"The models' process could not be started ({error.strerror}).") from error
