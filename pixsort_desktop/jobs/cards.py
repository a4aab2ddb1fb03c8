"""Memory cards and cameras that are plugged in now: mounted volumes with a DCIM folder at their top."""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path

import psutil

PATIENCE_S = 3.0


def find_cards(patience_s: float = PATIENCE_S) -> list[str]:
    """Their folders. A volume that does not answer in time (a network drive that hangs) is none."""
    answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    volumes = sorted({partition.mountpoint for partition in psutil.disk_partitions(all=False)} - {"/"})
    for volume in volumes:
        threading.Thread(target=_look, args=(volume, answers), name="find-cards", daemon=True).start()
    until = time.monotonic() + patience_s
    found: set[str] = set()
    for _ in volumes:
        try:
            card = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        if card is not None:
            found.add(card)
    return sorted(found)


def _look(volume: str, answers: queue.SimpleQueue[str | None]) -> None:
    try:
        answers.put(volume if (Path(volume) / "DCIM").is_dir() else None)
    except OSError:
        answers.put(None)
