"""Speaking to a terminal: progress on stderr, tables and JSON on stdout."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import click

from pixsort_desktop.progress import Progress


class TerminalProgress(Progress):
    """One line on stderr that is written over, where stderr is a terminal; otherwise silent."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._step = ""
        self._started = self._written = 0.0

    def report(self, step: str, done: int, total: int, failed: int = 0) -> None:
        now = time.monotonic()
        if step != self._step:
            self._step, self._started = step, now
        if not self._shown or (now - self._written < 0.1 and done < total):
            return
        self._written = now
        line = f"{step} {done:,} of {total:,}"
        if done and now > self._started:
            line += f" · {done / (now - self._started):.0f} a second"
        if failed:
            line += f" · {failed:,} failed"
        click.echo(f"\r{line:<78}", err=True, nl=False)

    def end(self) -> None:
        """Clear the line."""
        if self._shown and self._written:
            click.echo("\r" + " " * 78 + "\r", err=True, nl=False)


def print_json(value: Any) -> None:
    """One JSON value. Names that are no valid UTF-8 come as escaped surrogates, as `os.fsdecode` spells them."""
    click.echo(json.dumps(value, indent=1))


def speak_utf8() -> None:
    """Let stdout and stderr take any file name; a windowed program has neither."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
