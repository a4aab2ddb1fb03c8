"""Thumbnails on disk: one small JPEG a photo, found by the photo's SHA-256. A cache: it can be made again."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ATTEMPTS = 5  # Windows refuses to replace a file that a viewer or a virus scanner has open this moment


class ThumbnailStore:
    """A folder of thumbnails, `ab/abcdef….jpg`. Safe from several threads and several processes.

    A thumbnail is either whole or not there: it is written beside its place and then moved into it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = os.fspath(folder)

    def path(self, sha256: str) -> Path:
        """Where the photo's thumbnail is or will be. Raises ValueError for what is no lower-case SHA-256."""
        return Path(self._place(sha256))

    def has(self, sha256: str) -> bool:
        """Whether there is a thumbnail. An empty file, as a crash of the machine can leave, is none."""
        try:
            return os.stat(self._place(sha256)).st_size > 0  # noqa: PTH116 - asked for every cell of a grid
        except OSError:
            return False

    def read(self, sha256: str) -> bytes | None:
        """The JPEG, or None where there is none or only a damaged one (cut off or empty)."""
        try:
            jpeg = self.path(sha256).read_bytes()
        except OSError:
            return None
        return jpeg if jpeg.startswith(b"\xff\xd8") and jpeg.endswith(b"\xff\xd9") else None

    def write(self, sha256: str, jpeg: bytes) -> Path:
        """Put a thumbnail in its place, over an older one. Raises OSError when the disk does not take it."""
        place = self._place(sha256)
        temporary = f"{place}.{os.getpid()}-{threading.get_ident()}.tmp"
        try:
            self._write_new(temporary, jpeg)
            _replace(temporary, place)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
            raise
        return Path(place)

    def size(self) -> tuple[int, int]:
        """How many thumbnails there are, and their bytes together."""
        sizes = [found.st_size for path, found in self._files() if path.endswith(".jpg")]
        return len(sizes), sum(sizes)

    def clean(self) -> int:
        """Remove what killed runs left: half-written and empty files. Answers how many.

        Call it when no other program writes to this library, that is when one starts; files of the last
        minute are spared all the same.
        """
        removed = 0
        newest = time.time() - 60
        for path, found in self._files():
            unfinished = path.endswith(".tmp") and found.st_mtime < newest
            if unfinished or (path.endswith(".jpg") and found.st_size == 0):
                with contextlib.suppress(OSError):
                    os.unlink(path)  # noqa: PTH108
                    removed += 1
        return removed

    def _place(self, sha256: str) -> str:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return os.path.join(self._root, sha256[:2], f"{sha256}.jpg")  # noqa: PTH118

    @staticmethod
    def _write_new(temporary: str, jpeg: bytes) -> None:
        try:
            file = open(temporary, "wb")  # noqa: PTH123, SIM115 - closed below
        except FileNotFoundError:
            os.makedirs(os.path.dirname(temporary), exist_ok=True)  # noqa: PTH103, PTH120
            file = open(temporary, "wb")  # noqa: PTH123, SIM115
        with file:
            file.write(jpeg)

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        """Every file of the store; one that vanishes meanwhile is passed over."""
        for shard in _names(self._root):
            folder = os.path.join(self._root, shard)  # noqa: PTH118
            for name in _names(folder):
                path = os.path.join(folder, name)  # noqa: PTH118
                with contextlib.suppress(OSError):
                    yield path, os.stat(path)  # noqa: PTH116


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return []


def _replace(source: str, target: str) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            os.replace(source, target)  # noqa: PTH105
        except PermissionError:
            if os.name != "nt" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.02 * 2**attempt)
        else:
            return
