"""Thumbnails on disk: one small JPEG a photo, found by the photo's SHA-256. A cache: it can be made again.

A file's modification time says when it was last shown, to the day: access times are switched off on many disks.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ATTEMPTS = 5  # Windows refuses to replace a file that a viewer or a virus scanner has open this moment
_DAY_S = 86_400.0
_SAMPLE = 8  # of 256 folders: SHA-256 spreads thumbnails evenly over them
_ENOUGH = 1_000  # thumbnails in the sample; fewer say too little of the whole


@dataclass(frozen=True, slots=True)
class Kept:
    """One thumbnail: its size in bytes, and when it was last shown (seconds since 1970, to the day)."""

    sha256: str
    size: int
    used: float


class ThumbnailStore:
    """A folder of thumbnails, `ab/abcdef….jpg`. Safe from several threads and several processes.

    A thumbnail is either whole or not there: it is written beside its place and then moved into it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = os.fspath(folder)
        self._noted: set[str] = set()

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

    def note_use(self, sha256: str) -> None:
        """The thumbnail was shown. Writes to the disk at most once a day for each."""
        if sha256 in self._noted:
            return
        self._noted.add(sha256)
        place = self._place(sha256)
        with contextlib.suppress(OSError):
            if abs(time.time() - os.stat(place).st_mtime) > _DAY_S:  # noqa: PTH116
                os.utime(place)

    def size(self) -> tuple[int, int]:
        """How many thumbnails there are, and their bytes together."""
        sizes = [kept.size for kept in self.entries()]
        return len(sizes), sum(sizes)

    def estimate(self) -> int:
        """The bytes of all thumbnails, from a sample where there are many: within some per cent, in no time."""
        shards = _names(self._root)
        sizes = [kept.size for kept in self._entries(shards[:: max(1, len(shards) // _SAMPLE)][:_SAMPLE])]
        if len(sizes) < _ENOUGH:
            return self.size()[1]
        return sum(sizes) * len(shards) // _SAMPLE

    def entries(self) -> Iterator[Kept]:
        """Every thumbnail."""
        return self._entries(_names(self._root))

    def remove(self, sha256: str) -> bool:
        """Let a thumbnail go. False where it is not there, or the system holds on to it."""
        self._noted.discard(sha256)
        try:
            os.unlink(self._place(sha256))  # noqa: PTH108
        except OSError:
            return False
        return True

    def clean(self) -> int:
        """Remove what killed runs left: half-written and empty files. Answers how many.

        Call it when no other program writes to this library, that is when one starts; files of the last
        minute are spared all the same.
        """
        removed = 0
        newest = time.time() - 60
        for path, found in self._files(_names(self._root)):
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

    def _entries(self, shards: list[str]) -> Iterator[Kept]:
        for path, found in self._files(shards):
            name = os.path.basename(path)  # noqa: PTH119
            if name.endswith(".jpg") and _SHA256.fullmatch(name[:-4]):
                yield Kept(name[:-4], found.st_size, found.st_mtime)

    def _files(self, shards: list[str]) -> Iterator[tuple[str, os.stat_result]]:
        """Every file of these folders; one that vanishes meanwhile is passed over."""
        for shard in shards:
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
