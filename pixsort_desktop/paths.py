"""Where things stand on this computer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs


def default_library() -> Path:
    """The folder of the user's own library, as the operating system's rules want it."""
    return Path(platformdirs.user_data_dir("PixSort", appauthor=False))


def chosen_library() -> Path:
    """The folder that the environment variable PIXSORT_LIBRARY names, else the user's own."""
    chosen = os.environ.get("PIXSORT_LIBRARY")
    return Path(chosen) if chosen else default_library()


def resource(name: str) -> Path:
    """A file that is shipped with the program: inside the installed package or a bundle, else the checkout's."""
    package = Path(__file__).resolve().parent
    bundled = getattr(sys, "_MEIPASS", None)
    places = [package / "resources", package.parent / "resources"]
    if bundled:
        places.insert(0, Path(bundled) / "pixsort_desktop" / "resources")
    for place in places:
        if (place / name).is_file():
            return place / name
    raise FileNotFoundError(
        f"The program's own file «{name}» is missing; installing it again brings it back."
    )
