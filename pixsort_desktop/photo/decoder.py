"""The decoder's own process: reads requests, decodes, answers; ends with its input. See `apart` for the other end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pixsort_desktop.errors import PhotoError
from pixsort_desktop.messages import receive, send
from pixsort_desktop.photo import limits, quiet, raster
from pixsort_desktop.photo.decoded import Decoded

_SLACK = 1_500_000_000  # address space beside the picture's: libraries, threads' stacks and arenas


def serve() -> None:
    """Answer requests on standard output until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that started this one
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    quiet.hush_pillow()
    limits.ask_elsewhere(lambda: _room_elsewhere(requests, answers))
    while True:
        try:
            request, (data,) = receive(requests)
        except EOFError:
            return
        _answer(request, data, answers)


def _answer(request: dict[str, Any], data: bytes, answers: BinaryIO) -> None:
    limits.set_memory_limit(request["memory"])
    if request["path"]:
        data = Path(request["path"]).read_bytes()
    _bound_memory(limits.memory_limit() + 3 * len(data))
    try:
        decoded = decode_here(data, request["long_side"], request["family"], request["develop"])
    except PhotoError as error:
        send(answers, {"error": str(error)})
    except MemoryError:
        send(answers, {"error": "There is not enough memory to decode this picture."})
    except Exception as error:  # noqa: BLE001 - on hostile bytes decoders raise nearly anything
        send(answers, {"error": raster.sentence(error)})
    else:
        facts = {"width": decoded.width, "height": decoded.height, "format": decoded.format}
        facts |= {"warning": decoded.warning, "size": decoded.image.size, "shown": decoded.shown}
        send(answers, facts, decoded.image.tobytes(), decoded.exif or b"")


def decode_here(data: bytes, long_side: int, family: str, develop: bool = False) -> Decoded:
    """Decode in this process. Raises PhotoError and whatever the decoders raise."""
    if family == "raw":
        from pixsort_desktop.photo.raw import decode_raw

        return decode_raw(data, long_side, develop)
    if family == "heif":
        from pixsort_desktop.photo.heif import decode_heif

        return decode_heif(data, long_side)
    if family == "tiff":
        from pixsort_desktop.photo.deep import decode_deep

        return decode_deep(data, long_side)
    return raster.decode_raster(data, long_side, ("JPEG2000",))


@contextlib.contextmanager
def _room_elsewhere(requests: BinaryIO, answers: BinaryIO) -> Iterator[None]:
    """Room for a large decode is granted by the process that started this one, until the answer is there."""
    send(answers, {"asks_for_room": True})
    receive(requests)
    yield


def _bound_memory(count: int) -> None:
    """Let the system refuse what goes far beyond the estimate; only Linux counts it so that it can be set."""
    if sys.platform != "linux":
        return
    import resource

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + count + _SLACK, resource.RLIM_INFINITY))


if __name__ == "__main__":
    serve()
