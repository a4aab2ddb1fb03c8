"""One table of keys: complete in the documentation, free of clashes, and alive in the window.

Run as a script, this file writes the table of presets into `docs/keys.md` anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtGui import QKeySequence

from pixsort_desktop.views.keys.keymap import Keymap, normal
from pixsort_desktop.views.keys.presets import PRESETS
from pixsort_desktop.views.keys.shortcuts import SHORTCUTS, shortcut
from pixsort_desktop.views.main_window import MainWindow
from tests.views.conftest import menu_actions

KEYS = Path(__file__).resolve().parents[2] / "docs" / "keys.md"
TABLE = re.compile(r"(?<=^## Presets\n).*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def documented() -> dict[str, set[str]]:
    """Section -> the keys in the first cells of its table."""
    found: dict[str, set[str]] = {}
    for section in re.split(r"^## ", KEYS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        cells = re.findall(r"^\| (`.*?) \|", section, flags=re.MULTILINE)
        found[section.splitlines()[0]] = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
    return found


def preset_rows() -> list[str]:
    """The table of `docs/keys.md`: what each thing's keys are in each preset."""
    rows = [f"| What it does | {' | '.join(preset.title for preset in PRESETS.values())} |"]
    rows.append("| --- |" + " --- |" * len(PRESETS))
    keymaps = []
    for name in PRESETS:
        keymaps.append(Keymap())
        keymaps[-1].choose_preset(name)
    for each in SHORTCUTS:
        cells = (" or ".join(f"`{key}`" for key in keymap.keys(each.id)) or "menu" for keymap in keymaps)
        rows.append(f"| {each.does} | {' | '.join(cells)} |")
    return rows


def test_every_key_of_every_preset_is_documented() -> None:
    section = TABLE.search(KEYS.read_text(encoding="utf-8"))
    assert section is not None
    lines = [line for line in section[0].splitlines() if line.startswith("|")]
    assert lines == preset_rows(), "python tests/views/test_shortcuts.py writes the table anew"


def test_every_key_is_documented_in_its_section() -> None:
    sections = documented()
    missing = [(s.id, key) for s in SHORTCUTS for key in s.keys if key not in sections.get(s.section, set())]
    assert missing == []


def test_nothing_is_documented_that_is_not_there() -> None:
    known = {key for s in SHORTCUTS for key in s.keys}
    assert set().union(*documented().values()) - known == set()


def test_no_key_means_two_things() -> None:
    keys = [normal(key) for s in SHORTCUTS for key in s.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_every_key_of_the_table_is_an_action_of_the_window(window: MainWindow) -> None:
    for each in SHORTCUTS:
        if not each.local:
            wanted = [QKeySequence(key) for key in each.keys]
            assert window.actions_.actions[each.id].shortcuts() == wanted
    shown = set(menu_actions(window.menuBar()))
    assert set(window.actions_.actions.values()) <= shown


def test_the_overlay_names_them_all(window: MainWindow) -> None:
    window.keys_wanted()
    assert window.keys.isVisible()
    told = window.keys.accessibleDescription()
    assert all(s.does in told and window.keymap.shown(s.id) in told for s in SHORTCUTS)
    window.keys_wanted()
    assert not window.keys.isVisible()
    assert shortcut("undo").keys == ("Ctrl+Z",)


if __name__ == "__main__":
    lines = "\n".join(preset_rows())
    text = KEYS.read_text(encoding="utf-8")
    section = TABLE.search(text)
    assert section is not None
    prose = "\n".join(line for line in section[0].splitlines() if not line.startswith("|")).strip("\n")
    fresh = f"\n{prose}\n\n{lines}\n\n"
    KEYS.write_text(TABLE.sub(lambda _: fresh, text).rstrip("\n") + "\n", encoding="utf-8")
