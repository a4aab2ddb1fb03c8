"""Keys of other programs: what a preset gives other keys than the table of shortcuts does.

A preset names what differs; all else keeps its default keys, less those that the preset gives away. Ids that the table
does not have are passed over.

Where the keys come from:

- Lightroom Classic is the table itself (P X U, 1 to 5, 6 to 9, brackets, G E C N, Z, backslash).
- Photo Mechanic: Camera Bits' manual, «Selection, Tags and Color Classes» (T tags) and «Preview Window» (Ctrl+R opens it);
  ratings on Ctrl+0 to Ctrl+5 and color classes on the bare digits are its defaults. Its default palette has magenta as
  class 1, red 2, yellow 4, green 5 and blue 7 (the same as in `photo/xmp/names.py`); orange, cyan and grey are no labels here.
  Space opens the preview. X rejects in its version of 2023 and later.
- darktable: its manual, «star ratings & color labels» (0 to 5, R, F1 to F5), «full preview» (F), «culling» (X shows a fixed
  number side by side, Ctrl+X the selected ones, I what is known of them), «filmstrip» (Ctrl+Shift+A selects none);
  `src/gui/gtk.c` (Ctrl+Shift+F, focus peaking) and «shortcuts» (O, over-exposure; F11 is full screen).
- FastRawViewer: its manual's list of default keys: Alt+0 to Alt+5 rate, Alt+6 to Alt+9 label, Alt+Delete gives the rating
  «rejected», X moves to the rejected, Space goes on, Ctrl+1 is 1:1, Ctrl+K changes keys. It has its bare digits free, so
  they judge as well.
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
    "open_photo": ("Space",),
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
    "full_screen": ("F11",),
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
    "next_photo": ("Space",),
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

EXPECTED: Final = frozenset(
    {
        "loupe",
        "compare",
        "survey",
        "zoom",
        "filter_bar",
        "filters",
        "info",
        "full_screen",
        "clipping",
        "peaking",
    }
    | {"af_point", "histogram", "filmstrip", "stack", "stack_all"}
)
"""Ids that presets may name before the table has them."""
