"""What `doctor` reports: versions, devices, the library's health, cache sizes, formats."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import sqlite3
from typing import Any

from PIL import features

from pixsort_desktop import __version__
from pixsort_desktop.jobs.cache import measure_cache
from pixsort_desktop.library.database import Library
from pixsort_desktop.vision import descriptor
from pixsort_desktop.vision.models.client import ModelProcess
from pixsort_desktop.vision.models.failures import ModelError

_PACKAGES = (
    "PySide6-Essentials",
    "numpy",
    "scipy",
    "pillow",
    "exifread",
    "rawpy",
    "pi-heif",
    "opencv-python-headless",
    "hdbscan",
    "sqlite-utils",
    "torch",
    "open_clip_torch",
)
# What Pillow needs for each, beside its own code; None: nothing.
_FORMATS = {"JPEG": "jpg", "PNG": "zlib", "WebP": "webp", "BMP": None, "TIFF": "libtiff", "AVIF": "avif",
            "GIF": None, "PSD": None, "JPEG 2000": "jpg_2000"}  # fmt: skip
_OWN_MODULES = {"RAW": "rawpy", "HEIC": "pi_heif"}


def check_program() -> dict[str, Any]:
    """Versions, devices and formats; needs no library."""
    return {
        "pixsort": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: _version(name) for name in _PACKAGES},
        "devices": _devices(),
        "embedding": descriptor.EMBEDDING_ID,
        "formats": {
            name: feature is None or bool(features.check(feature)) for name, feature in _FORMATS.items()
        }
        | {name: importlib.util.find_spec(module) is not None for name, module in _OWN_MODULES.items()},
    }


def check_library(library: Library) -> dict[str, Any]:
    """A full integrity check, counts, and sizes in bytes."""
    problems = [row[0] for row in library.rows("PRAGMA integrity_check")]
    problems += [f"a row of {row[0]} points nowhere" for row in library.rows("PRAGMA foreign_key_check")]
    cache = measure_cache(library)
    counts = {
        table: library.rows(f"SELECT count(*) FROM {table}")[0][0]
        for table in ("projects", "photos", "files", "embeddings")
    }
    counts["companions"] = library.rows("SELECT count(*) FROM photos WHERE face_id IS NOT NULL")[0][0]
    counts["photos"] -= counts["companions"]  # further files of their frames
    return {
        "folder": str(library.folder),
        "healthy": problems == ["ok"],
        "problems": [problem for problem in problems if problem != "ok"],
        "bytes": library.path.stat().st_size,
        **counts,
        "thumbnails": cache.thumbnails,
        "thumbnail_bytes": cache.bytes,
        "thumbnail_limit": cache.limit,
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _devices() -> list[str]:
    """Where photos can be described: the CPU always; CUDA or MPS where torch is installed and finds one."""
    devices = [f"cpu ({os.cpu_count()} cores)"]
    if importlib.util.find_spec("torch") is None:
        return devices
    try:
        with ModelProcess() as models:
            found = models.describe_device()
    except ModelError as error:
        return [*devices, str(error)]
    return devices if found.kind == "cpu" else [*devices, f"{found.kind} ({found.name})"]
