"""Memory that the program and the models' process both see, so that pictures and matrices are not copied through a pipe.

On Linux and macOS it is a file without a name whose handle the child inherits, on Windows a named section of the page
file. Either is gone with the last process that has it, however that one ends, and needs nobody to clean up;
`multiprocessing.shared_memory` leaves its files behind where both ends are killed, and starts a process to watch them.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import sys
import tempfile
import threading
import uuid
from typing import Any

import numpy as np
import numpy.typing as npt

STRIDE = 1 << 30
"""Bytes from the start of one region to that of the next, and the most that a region can have. The file is sparse."""


class SharedPictures:
    """The program's end: hands out regions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: set[int] = set()
        self._handle: int | None = None if sys.platform == "win32" else _nameless_file()
        self._length = 0

    @property
    def handle(self) -> int | None:
        """The file that a child has to inherit, if any."""
        return self._handle

    def region(self, size: int) -> Region:
        """A region of `size` bytes, until it is given back."""
        if size > STRIDE:
            raise ValueError(f"{size} bytes are more than a region has")
        with self._lock:
            number = next(n for n in range(len(self._used) + 1) if n not in self._used)
            self._used.add(number)
            if self._handle is not None and number * STRIDE + size > self._length:
                self._length = number * STRIDE + size
                os.ftruncate(self._handle, self._length)
        name = f"pixsort-{uuid.uuid4().hex}"
        return Region(self, number, {"name": name, "size": size, "offset": number * STRIDE}, self._handle)

    def forget(self, number: int) -> None:
        """Let others have a region."""
        with self._lock:
            self._used.discard(number)

    def shrink(self) -> None:
        """Give the memory back, where no region is in use. No child may be running: it could touch what is gone."""
        with self._lock:
            if not self._used and self._handle is not None:
                os.ftruncate(self._handle, 0)
                self._length = 0

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None


class Region:
    """Bytes in shared memory: `bytes` here, `address` for `open_region` there."""

    def __init__(
        self, owner: SharedPictures, number: int, address: dict[str, Any], handle: int | None
    ) -> None:
        self._owner, self._number = owner, number
        self.address = address
        self._memory = _opened(address, handle)
        self.bytes = np.frombuffer(self._memory, np.uint8)

    def give_back(self) -> None:
        """Nobody uses it any more, here or there. Where the system can (Linux), its memory is free at once."""
        if hasattr(mmap, "MADV_REMOVE"):
            with contextlib.suppress(OSError):
                self._memory.madvise(mmap.MADV_REMOVE)
        self._owner.forget(self._number)


def open_region(address: dict[str, Any], handle: int | None) -> npt.NDArray[np.uint8]:
    """The child's end: the bytes of a region, from its address and the inherited handle."""
    return np.frombuffer(_opened(address, handle), np.uint8)


def _opened(address: dict[str, Any], handle: int | None) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, address["size"], tagname=address["name"])
    assert handle is not None
    return mmap.mmap(handle, address["size"], offset=address["offset"])


def _nameless_file() -> int:
    if sys.platform == "linux":
        return os.memfd_create("pixsort-pictures")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
