"""The models' own process: reads requests from its input, runs models, answers. See `client` for the other end.

The only room with torch. It ends with its input, also in the middle of a batch: a reader of its own waits for that, so a
program that was killed leaves no process behind. It opens no connection, whatever a library would like to fetch.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import signal
import socket
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np

from pixsort_desktop.messages import receive, send
from pixsort_desktop.vision.models.failures import ModelError, not_installed
from pixsort_desktop.vision.models.installed import InstalledModel
from pixsort_desktop.vision.models.shared_pictures import open_region

_MODELS = 2  # kept in memory: one embeds, one searches
_WORDS_FIRST = 0  # somebody is waiting for words; pictures are a job
_PICTURES = 1


def serve() -> NoReturn:
    """Answer requests on standard output until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that started this one
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    stay_offline()
    worker = Worker(answers)
    threading.Thread(target=_listen, args=(requests, worker), name="requests", daemon=True).start()
    worker.work()


def _listen(requests: BinaryIO, worker: Worker) -> None:
    try:
        while True:
            worker.take(*receive(requests))
    finally:
        os._exit(0)  # nobody is there any more to answer to


def stay_offline() -> None:
    """No connection and no look-up of a name can be made in this process from now on."""

    def refuse(_self: socket.socket, _address: Any) -> NoReturn:
        raise OSError("the models' process opens no connections")

    def unknown(*_: Any, **__: Any) -> NoReturn:
        raise socket.gaierror("the models' process looks up no names")

    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, refuse)
    socket.getaddrinfo = unknown


class Worker:
    """Requests in order, words first. Every answer carries the number of its request, and pictures' answers their ids."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._queue: queue.PriorityQueue[tuple[int, int, dict[str, Any], list[bytes]]] = queue.PriorityQueue()
        self._cancelled: set[int] = set()
        self._runtimes: OrderedDict[str, Any] = OrderedDict()
        self._regions: OrderedDict[str, Any] = OrderedDict()
        self._rows: dict[int, Any] = {}
        self._memory: int | None = None
        self._device: Any = None

    def take(self, request: dict[str, Any], blobs: list[bytes]) -> None:
        """From the reader's thread: note what is cancelled at once, the rest waits for its turn."""
        if request["do"] == "cancel":
            self._cancelled.add(request["job"])
            return
        order = _WORDS_FIRST if request["do"] in ("start", "texts") else _PICTURES
        self._queue.put((order, request["number"], request, blobs))

    def work(self) -> NoReturn:
        while True:
            _order, number, request, blobs = self._queue.get()
            answer, blob = self._answered(request, blobs)
            try:
                send(self._answers, {"number": number, **answer}, blob)
            except OSError:
                os._exit(0)

    def _answered(self, request: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        try:
            return getattr(self, "_do_" + request["do"])(request, blobs)  # type: ignore[no-any-return]
        except ModelError as error:
            return {"error": str(error)}, b""
        except ModuleNotFoundError as error:
            return {"error": not_installed((error.name or "torch").split(".")[0])}, b""
        except Exception as error:
            logging.exception("while %s", request["do"])
            said = " ".join(str(error).split())[:300]
            return {"error": f"The model failed ({type(error).__name__}: {said})."}, b""

    # -- what can be asked -------------------------------------------------------------------------------

    def _do_start(self, request: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        from pixsort_desktop.vision.models.torch_compat import prepare

        self._memory = request["memory"]
        prepare()
        from pixsort_desktop.vision.models import runtime

        self._device = runtime.choose_device(request["device"])
        precision = runtime.low_precisions(self._device)
        name = (
            {"torch.bfloat16": "bf16", "torch.float16": "fp16"}.get(str(precision[0]))
            if precision
            else "fp32"
        )
        return {"name": runtime.device_name(self._device), "kind": self._device.type, "precision": name}, b""

    def _do_load(self, request: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        found = self._runtime(request["model"])
        batch = found.best_batch() if request["try_sizes"] else None
        return {"batch": batch, **self._state(found)}, b""

    def _do_embed(self, request: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        _refuse_cancelled(request, self._cancelled)
        found = self._runtime(request["model"])
        vectors = found.embed(self._pictures(request))
        state = self._state(found)
        return {"ids": request["ids"], "dimensions": vectors.shape[1], **state}, vectors.astype(
            "<f4"
        ).tobytes()

    def _do_caption(self, request: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        _refuse_cancelled(request, self._cancelled)
        found = self._runtime(request["model"])
        captions = found.captions(self._pictures(request))
        return {"ids": request["ids"], **self._state(found)}, json.dumps(captions).encode()

    def _do_texts(self, request: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        vectors = self._runtime(request["model"]).texts(json.loads(blobs[0]))
        return {"dimensions": vectors.shape[1]}, vectors.astype("<f4").tobytes()

    def _do_rows(self, request: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        """Take a matrix from the shared memory, and with it what `compare` needs to know of its rows."""
        from pixsort_desktop.vision.models.products import Rows

        _refuse_cancelled(request, self._cancelled)
        total, size = request["total"], request["total"] * request["dimensions"]
        values = open_region(request["region"], self._memory).view("<f4")
        vectors, core = values[:size].reshape(total, -1), values[size:][: request["core"]]
        labels = values[size + request["core"] :][: request["labels"]].view("<i4")
        found = Rows(vectors, core, labels, self._device, request["slack"])
        self._rows[request["job"]] = found
        return {"most": found.most}, b""

    def _do_compare(self, request: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        """A block of rows with all others."""
        _refuse_cancelled(request, self._cancelled)
        found = self._rows[request["job"]]
        answer = getattr(found, request["what"])(request["first"], request["stop"], **request["how"])
        parts = answer if isinstance(answer, tuple) else (answer,)
        return {"most": found.most}, b"".join(each.tobytes() for each in parts if each is not None)

    def _do_forget(self, request: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        """Let go of a matrix; after that its memory may be used for other things."""
        if self._rows.pop(request["job"], None) is not None:
            from pixsort_desktop.vision.models.runtime import give_back

            give_back(self._device)
        return {}, b""

    def _do_inspect(self, request: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
        from dataclasses import asdict

        from pixsort_desktop.vision.models.inspecting import inspect

        tokenizer = Path(request["tokenizer"]) if request["tokenizer"] else None
        found = inspect(
            Path(request["path"]), request["library"], request["architecture"], request["config"], tokenizer
        )
        return {"inspected": asdict(found)}, b""

    # -- models and pictures -----------------------------------------------------------------------------

    def _runtime(self, facts: dict[str, Any]) -> Any:
        from pixsort_desktop.vision.models.runtime import Runtime

        key = json.dumps(facts, sort_keys=True)
        if key not in self._runtimes:
            while len(self._runtimes) >= _MODELS:
                self._runtimes.popitem(last=False)
            self._runtimes[key] = Runtime(model_from(facts), self._device)
        self._runtimes.move_to_end(key)
        return self._runtimes[key]

    def _state(self, found: Any) -> dict[str, Any]:
        """How the model runs by now: memory that ran out may have changed it."""
        from pixsort_desktop.vision.models.runtime import device_name

        note = ""
        if found.device.type != self._device.type:
            note = f"There is not enough memory on {device_name(self._device)}; the CPU is used."
        return {
            "most": found.most,
            "device": [device_name(found.device), found.device.type, found.precision, note],
        }

    def _pictures(self, request: dict[str, Any]) -> Any:
        address, count, px = request["region"], len(request["ids"]), request["px"]
        key = address["name"]
        if key not in self._regions:
            while len(self._regions) >= _MODELS:
                self._regions.popitem(last=False)
            self._regions[key] = open_region(address, self._memory)
        size = count * px * px * 3
        part = self._regions[key][request["start"] : request["start"] + size]
        return np.asarray(part).reshape(count, px, px, 3)


def _refuse_cancelled(request: dict[str, Any], cancelled: set[int]) -> None:
    if request["job"] in cancelled:
        raise ModelError("This was cancelled.")


def model_from(facts: dict[str, Any]) -> InstalledModel:
    """A model as the program describes it in JSON; see `client.facts_of`."""
    values = dict(facts)
    values["weights"] = Path(values["weights"])
    values["tokenizer"] = Path(values["tokenizer"]) if values["tokenizer"] else None
    values["mean"], values["std"] = tuple(values["mean"]), tuple(values["std"])
    return InstalledModel(**values)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve()
