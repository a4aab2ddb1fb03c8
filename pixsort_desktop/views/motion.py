"""Whether the person at this computer has asked its system for less animation. Qt does not say (6.11)."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

_PATIENCE_S = 2.0


def wants_less_motion() -> bool:
    """Ask the system; False where it does not answer. Takes up to some tenths of a second: run it in a worker."""
    try:
        if sys.platform == "win32":
            return _windows()
        if sys.platform == "darwin":
            return _answer("defaults", "read", "com.apple.universalaccess", "reduceMotion") == "1"
        return _linux()
    except (OSError, ValueError, AttributeError, subprocess.SubprocessError, configparser.Error):
        return False


def _windows() -> bool:
    """«Show animations in Windows» is off."""
    import ctypes

    shown = ctypes.c_int(1)
    client_area_animation = 0x1042
    user32 = getattr(ctypes, "windll").user32  # noqa: B009 - not there for a type checker on other systems
    user32.SystemParametersInfoW(client_area_animation, 0, ctypes.byref(shown), 0)
    return not shown.value


def _linux() -> bool:
    """GNOME's setting, the file that GTK programs and KDE share, and KDE's own."""
    if _answer("gsettings", "get", "org.gnome.desktop.interface", "enable-animations") == "false":
        return True
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    gtk = _setting(folder / "gtk-3.0" / "settings.ini", "Settings", "gtk-enable-animations")
    kde = _setting(folder / "kdeglobals", "KDE", "AnimationDurationFactor")
    return gtk.lower() in ("0", "false") or (kde != "" and float(kde) == 0)


def _answer(*command: str) -> str:
    program = shutil.which(command[0])
    if program is None:
        return ""
    done = subprocess.run(
        [program, *command[1:]], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
    )
    return done.stdout.strip()


def _setting(path: Path, section: str, key: str) -> str:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(path, encoding="utf-8")
    return parser.get(section, key, fallback="")
