"""The log file, beside the library: what a developer needs when something unexpected happened."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

NAME = "pixsort"


def start(folder: Path) -> None:
    """Log to `pixsort.log` in `folder`, at most two files of 1 MB. A folder that cannot be written gets none."""
    logger = logging.getLogger(NAME)
    if logger.handlers:
        return
    from logging.handlers import RotatingFileHandler  # brings sockets and pickles along

    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler: logging.Handler = logging.NullHandler()
    with contextlib.suppress(OSError):
        handler = RotatingFileHandler(
            folder / "pixsort.log", maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True
        )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
    logger.addHandler(handler)
