"""Speaking to a terminal: progress on stderr, tables and JSON on stdout."""

from __future__ import annotations

import faulthandler
import io
import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from pixsort_desktop import logs
from pixsort_desktop.library.database import Library
from pixsort_desktop.library.jobs import mark_interrupted
from pixsort_desktop.progress import Progress


@contextmanager
def opened_library(folder: Path) -> Iterator[Library]:
    """The library of a command, closed at its end."""
    with Library.open(folder) as library:
        logs.start(library.folder)
        mark_interrupted(library)
        yield library


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


def counted(number: int, noun: str) -> str:
    """«1 photo», «1,204 photos»."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def print_report(report: dict[str, Any], indent: str = "") -> None:
    """Nested values, a line each, in words."""
    for key, value in report.items():
        name = key.replace("_", " ")
        if isinstance(value, dict):
            click.echo(f"{indent}{name}")
            print_report(value, indent + "  ")
        else:
            click.echo(f"{indent}{name:<24} {_in_words(key, value)}")


def _in_words(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if key.endswith("bytes"):
        return f"{value / 1e6:,.1f} MB"
    return "not installed" if value is None else str(value)


def prepare_streams() -> None:
    """Let stdout and stderr take any file name, and keep decoders' chatter off the terminal.

    libtiff and others write warnings of their own to file descriptor 2, many for one odd file. From here on
    that descriptor leads nowhere, while `sys.stderr` still reaches the terminal. Not for use inside tests'
    own process, nor in a windowed program, which has no such streams.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries log is not for the terminal
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    if sys.stderr is None:
        return
    terminal = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = open(terminal, "w", encoding="utf-8", errors="surrogateescape", buffering=1)  # noqa: PTH123, SIM115
    faulthandler.enable(sys.stderr)
