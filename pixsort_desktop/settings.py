"""Preferences of the window: one small JSON file beside the library, readable before the library is opened.

Preferences are a comfort, never a reason to stop: a file that is damaged or cannot be written costs the
remembered window size, not the session.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

FILE_NAME = "window.json"


class Settings:
    """A dictionary of JSON values that is kept in `folder/window.json`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._values = _read(self.path)
        self._dirty = False

    def get(self, key: str, default: Any = None) -> Any:
        """The kept value, or `default` where none is kept or it is of another type than the default."""
        value = self._values.get(key, default)
        if default is not None and not _same_kind(value, default):
            return default
        return value

    def set(self, key: str, value: Any) -> None:
        """Keep a JSON value; `save` writes it."""
        if self._values.get(key) != value or key not in self._values:
            self._values[key] = value
            self._dirty = True

    def save(self) -> bool:
        """Write what changed, all or nothing. False where the folder refuses."""
        if not self._dirty:
            return True
        try:
            _write_atomically(self.path, json.dumps(self._values, indent=1, sort_keys=True))
        except OSError:
            return False
        self._dirty = False
        return True


def _same_kind(value: Any, default: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float))
    return isinstance(value, type(default))


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".window-", suffix=".json", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)  # noqa: PTH105 - the name of the atomic act
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
