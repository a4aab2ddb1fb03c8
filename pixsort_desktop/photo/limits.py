"""What decoding one picture may cost: bytes of memory, pixels, seconds.

The memory that a picture will take is estimated from its header, before any pixel is decoded, and a picture
over the limit is refused with its size. The limit is the user's to raise (`pixsort limit`, kept in the library).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from pixsort_desktop.errors import PhotoError

USUAL_MEMORY = 2_000_000_000
"""Bytes that decoding one picture may take, unless the user says otherwise: enough to develop 100 megapixels."""

LEAST_MEMORY, MOST_MEMORY = 100_000_000, 1_000_000_000_000

GATE = 64_000_000
"""Decodes that take more bytes than this go one at a time, whatever the number of workers."""

PIXEL_LIMIT = 1_000_000_000
"""A JPEG can be decoded small however big it is, but not quickly; this is some ten seconds."""

SECONDS = 60.0
"""A decoder that has a process of its own (see `apart`) is ended after so long."""

_one_large_decode = threading.Semaphore(1)
_memory = USUAL_MEMORY


def memory_limit() -> int:
    """Bytes that decoding one picture may take."""
    return _memory


def set_memory_limit(count: int) -> None:
    """For this process and the decoders that it starts from now on."""
    global _memory
    _memory = max(LEAST_MEMORY, min(count, MOST_MEMORY))


def check(width: int, height: int, needed: int) -> None:
    """Raise PhotoError, with the size and the reason, for a picture that would take too much."""
    limit = memory_limit()
    if needed > limit:
        raise PhotoError(
            f"The picture of {width} × {height} pixels would need {in_words(needed)} of memory; "
            f"the limit is {in_words(limit)}, and «pixsort limit» raises it."
        )
    most = PIXEL_LIMIT * max(1, limit // USUAL_MEMORY)
    if width * height > most:
        raise PhotoError(
            f"The picture of {width} × {height} pixels is too large; the limit is {most // 1_000_000} megapixels "
            f"with {in_words(limit)} of memory, and «pixsort limit» raises it."
        )


def fits(needed: int) -> bool:
    """Whether so many bytes may be taken."""
    return needed <= memory_limit()


def room(needed: int) -> AbstractContextManager[object]:
    """Wait, where a decode takes much memory, until no other such decode is running."""
    return _gate() if needed > GATE else contextlib.nullcontext()


def own_gate() -> AbstractContextManager[object]:
    """What large decodes of this process, and of the decoders that it started, go through one at a time."""
    return _one_large_decode


_gate: Callable[[], AbstractContextManager[object]] = own_gate


def ask_elsewhere(gate: Callable[[], AbstractContextManager[object]]) -> None:
    """In a decoder's own process: it is the process that started it that knows of the other decodes."""
    global _gate
    _gate = gate


def in_words(count: int) -> str:
    """«4.8 GB», «800 MB»."""
    if count >= 1_000_000_000:
        return f"{count / 1e9:.1f}".removesuffix(".0") + " GB"
    return f"{count / 1e6:.0f} MB"
