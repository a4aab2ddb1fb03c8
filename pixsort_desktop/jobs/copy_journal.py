"""What was copied and verified before, so that a copy which was stopped goes on instead of beginning again.

One file of JSON lines a destination, in the library's folder. It only ever saves work: where it is missing or
does not fit what stands on the drives, files are compared byte by byte.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Copied:
    """A file that was verified. `source` and `target` are relative, with slashes; `sample` as `sample_of` gives it."""

    source: str
    size: int
    mtime_ns: int
    sample: str
    sha256: str
    target: str
    number: int


class CopyJournal:
    """The journal of one destination folder. Safe from several threads."""

    def __init__(self, folder: Path, destination: str) -> None:
        name = hashlib.sha256(os.fsencode(destination)).hexdigest()[:24]
        self._path = folder / f"{name}.jsonl"
        self._lock = threading.Lock()
        self._known: dict[tuple[str, int, int], list[Copied]] = {}
        self._waiting: list[Copied] = []
        for each in _read(self._path):
            self._known.setdefault((each.source, each.size, each.mtime_ns), []).append(each)

    def find(self, source: str, size: int, mtime_ns: int) -> list[Copied]:
        """What was copied from such a file, newest first; two cards may have files that agree in all of this."""
        return self._known.get((source, size, mtime_ns), [])[::-1]

    @property
    def highest_number(self) -> int:
        return max((each.number for found in self._known.values() for each in found), default=0)

    def note(self, copied: Copied) -> None:
        """Remember a file; `flush` writes it."""
        with self._lock:
            self._waiting.append(copied)
            self._known.setdefault((copied.source, copied.size, copied.mtime_ns), []).append(copied)

    def flush(self) -> None:
        """Append what is new. A library folder that refuses costs a comparison later, and nothing else."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        lines = "".join(json.dumps(asdict(each)) + "\n" for each in waiting)
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="ascii") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())


def _read(path: Path) -> list[Copied]:
    """The lines that are whole: a kill may have cut the last one."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
    return [copied for line in lines if (copied := _parsed(line)) is not None]


def _parsed(line: str) -> Copied | None:
    try:
        values: Any = json.loads(line)
        copied = Copied(**values)
    except (ValueError, TypeError, RecursionError):
        return None
    texts = (copied.source, copied.sample, copied.sha256, copied.target)
    numbers = (copied.size, copied.mtime_ns, copied.number)
    sound = all(isinstance(t, str) for t in texts) and all(isinstance(n, int) for n in numbers)
    return copied if sound else None
