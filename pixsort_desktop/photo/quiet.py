"""What decoders would say to a console: warnings about odd files, which reach the user in another way or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import re
import warnings
from pathlib import Path

import PIL

_PILLOW_MODULES = r"PIL(\.|$)"
# Without a handler of its own Python prints what a library logs; an application's log file still gets it.
logging.getLogger("PIL").addHandler(logging.NullHandler())

_IGNORED = ("ignore", None, Warning, re.compile(_PILLOW_MODULES), 0)


def hush_pillow() -> None:
    """Keep Pillow's warnings from being printed or, where warnings are errors, raised. Cheap to call again.

    Not `warnings.catch_warnings`: that swaps the filters of the whole process, and other threads read photos too.
    """
    if _IGNORED not in warnings.filters:
        warnings.filterwarnings("ignore", module=_PILLOW_MODULES)


def hush_libtiff() -> None:
    """Take the error printer from the libtiff that Pillow brought along; its errors still reach Pillow as codes.

    Pillow has no switch for it, and a damaged TIFF can print hundreds of lines. Where the library is linked
    into Pillow (Windows) or is the system's, nothing is done.
    """
    package = Path(PIL.__file__).parent
    for place in (package.parent / "pillow.libs", package / ".dylibs"):
        for library in place.glob("libtiff*"):
            with contextlib.suppress(OSError, AttributeError):
                set_handler = ctypes.CDLL(str(library)).TIFFSetErrorHandler
                set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
                set_handler(None)
