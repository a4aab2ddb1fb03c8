"""Keys of other programs: what a preset gives other keys than the table of shortcuts does.

A preset names what differs; all else keeps its default keys, less those that the preset gives away.

Where the keys come from:

- Lightroom Classic is the table itself (P X U, 1 to 5, 6 to 9, brackets, G E C N, Z, backslash).
- Photo Mechanic: Camera Bits' manual, «Selection Tags and Color Classes» (T tags) and «Preview Window» (Ctrl+R opens it).
  Bare digits for color classes, Ctrl+0 to Ctrl+5 for ratings, and X for rejecting are as comparisons of
  culling programs and an open clone (Ferrocull, docs/adr/0001) describe its defaults. The classes are those of its own palette
  that are labels here: 1 magenta, 2 red, 4 yellow, 5 green, 7 blue (as in `photo/xmp/names.py`).
- darktable: its manual (dtdocs), «star ratings & color labels» (0 to 5, R, F1 to F5), «full preview» (F), «culling» (X shows a
  fixed number side by side, Ctrl+X the selected ones), «filmstrip» (Ctrl+Shift+A selects none), «shortcuts» (O, over-exposure);
  `src/gui/gtk.c` (Ctrl+Shift+F, focus peaking; F11, full screen).
- FastRawViewer: comparisons of culling programs list its defaults as Alt+0 to Alt+5 for ratings, Alt+6 to Alt+9 for labels,
  Alt+Delete for the rating «rejected», Space for the next file (so it is in the loupe), Ctrl+1
  for 1:1, G for the grid and Ctrl+K for changing keys; X
  moves to the rejected. It leaves bare digits free, so they judge as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """`keys` by shortcut id: only what differs from the table."""

    title: str
    keys: Mapping[str, Keys]


_PHOTO_MECHANIC: Final[dict[str, Keys]] = {
    "stars_1": ("Ctrl+1",),
    "stars_2": ("Ctrl+2",),
    "stars_3": ("Ctrl+3",),
    "stars_4": ("Ctrl+4",),
    "stars_5": ("Ctrl+5",),
    "stars_0": ("Ctrl+0",),
    "purple": ("1",),
    "red": ("2",),
    "yellow": ("4",),
    "green": ("5",),
    "blue": ("7",),
    "pick": ("T",),
    "loupe": ("Ctrl+R", "E"),
    "filmstrip": ("Ctrl+Alt+T",),
}

_DARKTABLE: Final[dict[str, Keys]] = {
    "reject": ("R",),
    "red": ("F1",),
    "yellow": ("F2",),
    "green": ("F3",),
    "blue": ("F4",),
    "purple": ("F5",),
    "rename": ("Ctrl+F2",),
    "clear_selection": ("Ctrl+Shift+A",),
    "loupe": ("F", "E"),
    "whole_screen": ("F11",),
    "compare": ("X", "C"),
    "survey": ("Ctrl+X", "N"),
    "clipping": ("O", "J"),
    "peaking": ("Ctrl+Shift+F",),
    "keys": ("?",),
}

_FAST_RAW_VIEWER: Final[dict[str, Keys]] = {
    "stars_1": ("1", "Alt+1"),
    "stars_2": ("2", "Alt+2"),
    "stars_3": ("3", "Alt+3"),
    "stars_4": ("4", "Alt+4"),
    "stars_5": ("5", "Alt+5"),
    "stars_0": ("0", "Alt+0"),
    "red": ("6", "Alt+6"),
    "yellow": ("7", "Alt+7"),
    "green": ("8", "Alt+8"),
    "blue": ("9", "Alt+9"),
    "reject": ("X", "Alt+Del"),
    "zoom": ("Z", "Ctrl+1"),
    "change_keys": ("Ctrl+K",),
}

DEFAULT: Final = "lightroom"
PRESETS: Final[dict[str, Preset]] = {
    DEFAULT: Preset("Lightroom", {}),
    "photo_mechanic": Preset("Photo Mechanic", _PHOTO_MECHANIC),
    "darktable": Preset("darktable", _DARKTABLE),
    "fastrawviewer": Preset("FastRawViewer", _FAST_RAW_VIEWER),
}
