"""The log file, beside the library: what a developer needs when something unexpected happened."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
from pathlib import Path

NAME = "pixsort"


def start(folder: Path) -> None:
    """Log to `pixsort.log` in `folder`, at most two files of 1 MB. A folder that cannot be written gets none."""
    logger = logging.getLogger(NAME)
    if logger.handlers:
        return
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler: logging.Handler = logging.NullHandler()
    with contextlib.suppress(OSError):
        handler = logging.handlers.RotatingFileHandler(
            folder / "pixsort.log", maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True
        )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
    logger.addHandler(handler)
