"""Small values that are kept with the library, as JSON."""

from __future__ import annotations

import json
from typing import Any

from pixsort_desktop.library.database import Library


def get_setting(library: Library, key: str, default: Any = None) -> Any:
    """The value kept under `key`; `default` where none is, or what stands there is damaged."""
    rows = library.rows("SELECT value FROM settings WHERE key = ?", (key,))
    try:
        return json.loads(rows[0]["value"]) if rows else default
    except (ValueError, TypeError, RecursionError):  # a comfort that is gone, no reason not to open a project
        return default


def set_setting(library: Library, key: str, value: Any) -> None:
    """Keep a JSON value under `key`."""
    library.write(
        lambda t: t.connection.execute(
            "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (key, json.dumps(value))
        )
    )
